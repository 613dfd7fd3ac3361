"""What merit can be had for more or less money, and for more or less of what a target asks.

Each point of a curve is a round of its own, solved with its bound. A target is stepped from where
it asks nothing to the furthest that any plan can meet.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

from matcher import money
from matcher.allocation.problem import budgets_of
from matcher.allocation.rows import limit_of
from matcher.domain import Pool, Round, Target
from matcher.domain.policy import BOUNDS
from matcher.scenarios.running import Answer
from matcher.scenarios.sweeping.bands import WITH_PLAN

Solve = Callable[[Round], Answer]
SHARE_DIGITS = 4
"""Decimals of the shares that a target is stepped through."""
LEAST, MOST, STEPS = Decimal("0.5"), Decimal("1.5"), 10


@dataclass(frozen=True)
class Point:
    """A round in which one number is changed: `at` times the budgets, or a bound as it is written.

    Amounts in a bound are in major units of the base currency.
    """

    at: Decimal
    round: Round


@dataclass(frozen=True)
class Furthest:
    """The furthest that a bound can be met, as it is written, whatever that costs in merit.

    No plan can go further than `limit`: the same number where it is proven. Both are None where no
    plan keeps all the rest, or where that cannot be told beforehand (shares of the money awarded).
    """

    value: Decimal | None
    limit: Decimal | None


def budget_points(
    round_: Round,
    pool_id: str | None = None,
    least: Decimal = LEAST,
    most: Decimal = MOST,
    steps: int = STEPS,
) -> tuple[Point, ...]:
    """Give the round with the budget of one pool, or of all, times factors from least to most.

    Budgets are rounded down to whole minor units. Raises KeyError for a pool that is not there.
    """
    if pool_id is not None:
        round_.pools_by_id[pool_id]

    def scaled(pool: Pool, factor: Fraction) -> Pool:
        if pool_id not in (None, pool.pool_id):
            return pool
        units = money.down(money.minor(pool.budget, pool.currency) * factor)
        return pool.model_copy(update={"budget": money.major(units, pool.currency)})

    return tuple(
        Point(factor, _with(round_, pools=tuple(scaled(p, Fraction(factor)) for p in round_.pools)))
        for factor in _stepped(least, most, steps, SHARE_DIGITS)
    )


def target_points(
    round_: Round, target_id: str, bound: str, end: Decimal | None, steps: int = STEPS
) -> tuple[Point, ...]:
    """Give the round with a bound of a target, hard, in steps from where it asks nothing to `end`.

    A floor asks nothing at 0, a cap at the whole: all of the money, or all proposals. Without an
    `end` they go from one to the other, and the last points may have no plan. The target's other
    bounds stay as they are. Raises KeyError for a target or a bound that is not there.
    """
    target = _target(round_, target_id)
    ends = [Decimal(0), _whole(round_, target, bound)]
    start, other = ends if _is_floor(bound) else reversed(ends)
    end = other if end is None else end
    digits = _digits(round_, bound)
    return tuple(
        Point(at, _bounded(round_, target, bound, at, "hard"))
        for at in _stepped(start, end, steps, digits)
    )


def furthest(round_: Round, target_id: str, bound: str, solve: Solve) -> Furthest:
    """Find how far a bound can be met: the target before all others, and asking for everything.

    Raises KeyError for a target or a bound that is not there.
    """
    target = _target(round_, target_id)
    if target.of == "awarded" and bound.endswith("share"):
        return Furthest(None, None)
    whole, floor = _whole(round_, target, bound), _is_floor(bound)
    asked = whole if floor else Decimal(0)
    if not whole:
        return Furthest(asked, asked)
    later = [
        row.model_copy(update={"priority": row.priority + 1}) if row.strictness == "soft" else row
        for row in round_.targets
    ]
    answer = solve(_bounded(_with(round_, targets=tuple(later)), target, bound, asked, "soft"))
    if answer.status not in WITH_PLAN:
        return Furthest(None, None)
    level = answer.levels[0]
    least_missed = level.value if level.bound is None else level.bound
    # Rounded to the next step that is met: what lies between two steps is not asked for.
    places = _digits(round_, bound)
    value, limit = (
        _rounded(_met(round_, target, bound, missed), places, floor)
        for missed in (level.value, least_missed)
    )
    return Furthest(value, limit)


def curve(points: Sequence[Point], answers: Sequence[Answer], currency: str) -> pd.DataFrame:
    """Give a row for each point: what it reaches, and the bound on what any plan could.

    `merit` and `bound` are over all tiers; the bound holds as long as targets and earlier tiers
    stand as they were reached. `shortfall` adds up all priorities. `placed` is in base major units.
    Without a plan these are empty.
    """
    rows = [_row(point, answer, currency) for point, answer in zip(points, answers, strict=True)]
    columns = ("at", "status", "merit", "bound", "gap", "shortfall", "placed", "funded")
    return pd.DataFrame(rows, columns=list(columns))


def _row(point: Point, answer: Answer, currency: str) -> dict[str, Any]:
    row: dict[str, Any] = {"at": float(point.at), "status": answer.status}
    if answer.status not in WITH_PLAN:
        return row
    bounds = [level.bound for level in answer.levels if level.level == "L2"]
    known = [bound for bound in bounds if bound is not None]
    if known and len(known) == len(bounds):
        bound = sum(known, Fraction(0))
        gap = abs(bound - answer.merit) / abs(bound) if bound else Fraction(0)
        row |= {"bound": float(bound), "gap": float(gap)}
    missed = sum((level.value for level in answer.levels if level.level == "L1"), Fraction(0))
    placed = money.major(sum(answer.awards.values()), currency)
    return row | {
        "merit": float(answer.merit), "shortfall": float(missed), "placed": placed,
        "funded": len(answer.funded),
    }  # fmt: skip


def _stepped(start: Decimal, end: Decimal, steps: int, digits: int) -> Iterator[Decimal]:
    """Give numbers from start to end, both among them, each once, in so many steps."""
    told: Decimal | None = None
    for step in range(steps + 1):
        at = start + (end - start) * step / steps
        at = end if step == steps else at.quantize(Decimal(1).scaleb(-digits))
        if at != told:
            yield at
        told = at


def _bounded(round_: Round, target: Target, bound: str, at: Decimal, strictness: str) -> Round:
    """Give the round with a bound as a target of its own, and the rest of its target without it."""
    others = {name: None for name in BOUNDS if name != bound}
    own: Mapping[str, Any] = {"id": f"{target.id}:{bound}", "strictness": strictness,
        "priority": 1, "weight": Decimal(1)}  # fmt: skip
    value: Any = int(at) if bound.endswith("count") else at
    of = target.of if bound.endswith("share") else "budget"  # what an amount or a count is not
    alone = target.model_copy(update={**others, **own, "of": of, bound: value})
    kept = []
    for row in round_.targets:
        rest = row.model_copy(update={bound: None}) if row.id == target.id else row
        if any(getattr(rest, name) is not None for name in BOUNDS):
            kept.append(rest)
    return _with(round_, targets=(*kept, alone))


def _met(round_: Round, target: Target, bound: str, missed: Fraction) -> Fraction:
    """Give what is reached of a bound that asks for everything and is missed by so much (L1)."""
    whole = Fraction(_whole(round_, target, bound))
    if _is_floor(bound):
        return whole * (1 - missed)
    if not bound.endswith("share"):
        return missed  # counted in major units, or in proposals
    full = limit_of(round_, target.model_copy(update={bound: Decimal(1)}), bound)
    return missed * Fraction(10 ** money.digits_of(round_.currency)) / full


def _rounded(value: Fraction, places: int, down: bool) -> Decimal:
    units = value * 10**places
    return Decimal(money.down(units) if down else money.up(units)).scaleb(-places)


def _whole(round_: Round, target: Target, bound: str) -> Decimal:
    """Give the most that a bound can ask for or allow, as it is written."""
    if bound.endswith("share"):
        return Decimal(1)
    if bound.endswith("count"):
        return Decimal(len(round_.proposals))
    budgets = budgets_of(round_)
    units = budgets[target.pool] if target.pool else sum(budgets.values())
    return money.major(units, round_.currency)


def _digits(round_: Round, bound: str) -> int:
    if bound.endswith("count"):
        return 0
    return SHARE_DIGITS if bound.endswith("share") else money.digits_of(round_.currency)


def _is_floor(bound: str) -> bool:
    if bound not in BOUNDS:
        raise KeyError(bound)
    return bound.startswith("min")


def _target(round_: Round, target_id: str) -> Target:
    return {target.id: target for target in round_.targets}[target_id]


def _with(round_: Round, **changed: Any) -> Round:
    given = {name: getattr(round_, name) for name in round_.model_fields_set}
    return Round.model_validate(given | changed)
