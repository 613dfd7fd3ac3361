"""targets.csv: each bound of each target, what it comes to, and whether it is held."""

from fractions import Fraction

from matcher import money
from matcher.allocation.rows import bounds_of, limit_of
from matcher.domain import Target
from matcher.tables.plan import Plan
from matcher.tables.words import fraction, truth

Cells = dict[str, str]


def target_rows(plan: Plan) -> list[Cells]:
    """Give a row for each bound; slack is what is left of it, negative where it is missed."""
    rows = []
    for target in sorted(plan.problem.round.targets, key=lambda t: t.id):
        for bound, side in bounds_of(target):
            limit, value, held = measure(plan, target, bound, side)
            rows.append(
                {
                    "target_id": target.id,
                    "bound": bound,
                    "limit": _cell(plan, bound, limit),
                    "value": _cell(plan, bound, value),
                    "slack": _cell(plan, bound, side * (value - limit)),
                    "strictness": target.strictness,
                    "held": truth(held),
                }
            )
    return rows


def measure(plan: Plan, target: Target, bound: str, side: int) -> tuple[Fraction, Fraction, bool]:
    """Give a bound's limit, what the plan reaches, both as the bound is written, and if it holds.

    Money is in minor units, shares are of the budget or of the money awarded.
    """
    problem = plan.problem
    weights = problem.weights[target.id]
    of_pool = None if target.pool is None else problem.pools.ids.index(target.pool)
    reached, awarded, count = Fraction(0), Fraction(0), set[int]()
    for pair in plan.amounts.nonzero()[0].tolist():
        if of_pool is not None and problem.pairs.pool[pair] != of_pool:
            continue
        proposal = int(problem.pairs.proposal[pair])
        units = int(plan.amounts[pair]) * problem.unit
        awarded += units
        if weight := weights.get(problem.proposals.ids[proposal]):
            reached += weight * units
            count.add(proposal)
    limit = Fraction(getattr(target, bound))
    if bound.endswith("count"):
        return limit, Fraction(len(count)), side * (len(count) - limit) >= 0
    exact = limit_of(problem.round, target, bound)
    if bound.endswith("amount"):
        return exact, reached, side * (reached - exact) >= 0
    if target.of == "awarded":
        held = side * (reached - limit * awarded) >= 0
        return limit, reached / awarded if awarded else limit, held
    whole = exact / limit if limit else _whole(plan, of_pool)
    return limit, reached / whole if whole else Fraction(0), side * (reached - exact) >= 0


def _whole(plan: Plan, pool: int | None) -> Fraction:
    budgets = plan.problem.pools.budget
    units = int(budgets.sum()) if pool is None else int(budgets[pool])
    return Fraction(units * plan.problem.unit)


def _cell(plan: Plan, bound: str, value: Fraction) -> str:
    if bound.endswith("share"):
        return fraction(value)
    if bound.endswith("count"):
        return str(int(value))
    return money.shown(round(value), plan.problem.round.currency)
