"""The rows of targets: hard bounds (C11), and soft ones with what their shortfall is worth (L1)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, lcm

import numpy as np

from matcher import money
from matcher.allocation.problem import Integers, Problem, budgets_of
from matcher.allocation.terms import LARGEST, Row, Terms
from matcher.domain import Round, Target
from matcher.errors import InvalidRound
from matcher.errors import Problem as Fault


@dataclass(frozen=True, eq=False)
class SoftBound:
    """A bound of a soft target: `shortfall ≥ side · (limit - row)`, in 1 / `scale` of its unit.

    `row` holds the terms multiplied by `scale`; `limit` is exact in the row's own (scaled) unit;
    `divisor` turns a distance in that unit into the shortfall of PROBLEM.md, L1.
    """

    target: str
    bound: str
    priority: int
    weight: Fraction
    row: Row
    side: int
    limit: Fraction
    divisor: Fraction


def hard_bounds(problem: Problem) -> Iterator[Row]:
    """Give a row for each bound of each hard target, by target id."""
    for target in sorted(problem.round.targets, key=lambda t: t.id):
        if target.strictness == "hard":
            for bound, side in bounds_of(target):
                yield _hard(problem, target, bound, side)


def soft_bounds(problem: Problem) -> list[SoftBound]:
    """Give the bounds of all soft targets; money in units times the row's scale."""
    found = []
    for target in sorted(problem.round.targets, key=lambda t: t.id):
        if target.strictness != "soft":
            continue
        for bound, side in bounds_of(target):
            row, scale = measured(problem, target, bound)
            limit = limit_of(problem.round, target, bound)
            if bound.endswith("count"):
                divisor = limit or Fraction(1)
            else:
                one = Fraction(10 ** money.digits_of(problem.round.currency))
                limit, divisor = (
                    limit * scale / problem.unit,
                    (limit or one) * scale / problem.unit,
                )
            # Solvers see the bound times its denominator, so that it is whole.
            _refuse_too_fine(target, [limit.numerator, row.money.largest * limit.denominator])
            weight = Fraction(target.weight)
            found.append(
                SoftBound(target.id, bound, target.priority, weight, row, side, limit, divisor)
            )
    return found


def bounds_of(target: Target) -> Iterator[tuple[str, int]]:
    """Give the names of a target's bounds, each with 1 for a floor and -1 for a cap."""
    for kind in ("share", "amount", "count"):
        for name, side in ((f"min_{kind}", 1), (f"max_{kind}", -1)):
            if getattr(target, name) is not None:
                yield name, side


def limit_of(round_: Round, target: Target, bound: str) -> Fraction:
    """Give a bound as money in base minor units (shares of budget turned into money), or a count.

    A share of the money awarded stays a share.
    """
    value = Fraction(getattr(target, bound))
    if bound.endswith("amount"):
        return value * Fraction(10 ** money.digits_of(round_.currency))
    if bound.endswith("share") and target.of == "budget":
        budgets = budgets_of(round_)
        return value * (budgets[target.pool] if target.pool else sum(budgets.values()))
    return value


def _hard(problem: Problem, target: Target, bound: str, side: int) -> Row:
    row, scale = measured(problem, target, bound)
    if _of_awarded(target, bound):
        limit = Fraction(0)
    else:
        limit = limit_of(problem.round, target, bound)
        if not bound.endswith("count"):
            limit = limit * scale / problem.unit
    _refuse_too_fine(target, [ceil(abs(limit))])
    low = ceil(limit) if side > 0 else None
    high = floor(limit) if side < 0 else None
    return Row("C11", row.subject, low, high, row.money, row.grants, row.funded)


def _of_awarded(target: Target, bound: str) -> bool:
    return bound.endswith("share") and target.of == "awarded"


def measured(problem: Problem, target: Target, bound: str) -> tuple[Row, int]:
    """Give the row of what a bound measures, times a whole scale, and that scale.

    A share of the money awarded is measured as what the target gets less its share of the whole.
    """
    pairs, ids = problem.pairs, problem.proposals.ids
    subject = f"target {target.id}"
    scope = np.arange(len(pairs))
    if target.pool is not None:
        scope = np.flatnonzero(pairs.pool == problem.pools.ids.index(target.pool))
    given = problem.weights[target.id]
    here = np.unique(pairs.proposal[scope]).tolist()
    weights = {j: given.get(ids[j], Fraction()) for j in here}
    if bound.endswith("count"):
        above = Terms.of([j for j, weight in weights.items() if weight])
        if target.pool is None:
            return Row("C11", subject, None, None, funded=above), 1
        grants = scope[np.isin(pairs.proposal[scope], above.at)]
        return Row("C11", subject, None, None, grants=Terms.of(grants)), 1
    scale = lcm(*(weight.denominator for weight in weights.values()))
    if _of_awarded(target, bound):
        share = limit_of(problem.round, target, bound)
        scale *= share.denominator
        weights = {j: weight - share for j, weight in weights.items()}
    coefficients = {j: int(weight * scale) for j, weight in weights.items()}
    return Row("C11", subject, None, None, _spread(problem, target, scope, coefficients)), scale


def _spread(
    problem: Problem, target: Target, scope: Integers, coefficients: Mapping[int, int]
) -> Terms:
    """Give each pair in scope the coefficient of its proposal."""
    _refuse_too_fine(target, coefficients.values())
    of_proposal = np.zeros(len(problem.proposals.ids), np.int64)
    of_proposal[list(coefficients)] = list(coefficients.values())
    value = of_proposal[problem.pairs.proposal[scope]]
    return Terms.of(scope[value != 0], value[value != 0])


def _refuse_too_fine(target: Target, numbers: Iterable[int]) -> None:
    """Raise InvalidRound where a number of a target's row does not fit 64 bits."""
    if any(abs(number) > LARGEST for number in numbers):
        raise InvalidRound([too_fine(f"target {target.id}")])


def too_fine(subject: str) -> Fault:
    """Say that a row needs more than whole numbers of 64 bits."""
    what = "needs more digits than exact sums of 64 bits have."
    remedy = "Give shares of regions and of targets with fewer decimals, or set a grant step."
    return Fault("round", None, "targets", subject, what, remedy)
