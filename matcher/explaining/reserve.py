"""Who enters where proposals are withdrawn or pools drop out: the reserve list, by re-solving.

In the first place it is the best plan of the round without them, everything else open, as a run
would find it. A board that has made its awards known cannot take them back because somebody else
withdraws: then the promises are kept. Everybody else gets at least what was promised, payers may
change, and what was freed goes to those waiting as merit has it. Withdrawals are settled one by
one in the order they come, and who has entered is promised as much from then on. So

- nobody who is promised money, entrants among them, loses it by a later withdrawal of others;
- two withdrawals told at once are the same as one told after the other in that order;
- solving once more after an entry changes nothing, for the plan is still allowed and none of those
  left is better.

Several who enter together do so in the order of the ranked list, by tier, then score, then id: the
order that a committee defends. Their places do not depend on each other, since all of them are paid
from the same plan; after each entry in turn, the rest of the plan is as good as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic
from typing import Literal

from matcher.allocation.problem import Problem, budgets_of, problem_of
from matcher.domain import Round
from matcher.explaining.base import Base, Tell
from matcher.explaining.forcing import Moved
from matcher.explaining.reserve_payers import steadied
from matcher.explaining.reserve_rounds import (
    Awards,
    promises_of,
    promising,
    totals,
    without,
)
from matcher.explaining.worth import Worth, worth_of
from matcher.solving import solve_exactly
from matcher.verify import levels_of

Ended = Literal["plan", "impossible", "unknown"]
"""Whether there is a plan; unknown where time ran out."""
Gone = tuple[tuple[str, ...], tuple[str, ...]]
"""The ids of the proposals that are withdrawn and of the pools that have dropped out."""


@dataclass(frozen=True)
class Paid:
    """What a pool pays a proposal in one plan and in another, in base minor units."""

    pool_id: str
    proposal_id: str
    before: int
    after: int


@dataclass(frozen=True)
class Left:
    """What a pool has left in one plan and in another, in base minor units."""

    pool_id: str
    before: int
    after: int


@dataclass(frozen=True)
class Reserve:
    """What becomes of a plan where proposals are withdrawn and pools drop out.

    `levels` are (level, priority or tier) with what is lost of each: merit, or shortfall added,
    between `low` and `high` where it is not exact. `moved` are those not withdrawn who get another
    amount, `order` who enters, the first to enter first; `paid` and `left` are the pairs and pools
    whose money changes, those of the withdrawn left out. `round` and `awards` are how it ends.
    """

    withdrawn: tuple[str, ...]
    dropped: tuple[str, ...]
    keeping: bool
    ended: Ended
    round: Round
    awards: Awards
    levels: tuple[tuple[str, int | None], ...] = ()
    lost: tuple[Fraction, ...] = ()
    low: tuple[Fraction, ...] = ()
    high: tuple[Fraction, ...] = ()
    exact: bool = False
    moved: tuple[Moved, ...] = ()
    order: tuple[str, ...] = ()
    paid: tuple[Paid, ...] = ()
    left: tuple[Left, ...] = ()

    @property
    def leaving(self) -> tuple[Moved, ...]:
        """Those who get nothing any more, by id."""
        return tuple(moved for moved in self.moved if not moved.after)

    @property
    def less(self) -> tuple[Moved, ...]:
        """Those who get less, by id."""
        return tuple(moved for moved in self.moved if 0 < moved.after < moved.before)

    @property
    def more(self) -> tuple[Moved, ...]:
        """Those who were funded and get more, by id."""
        return tuple(moved for moved in self.moved if 0 < moved.before < moved.after)


def reserve_after(
    base: Base,
    withdrawn: Sequence[str],
    dropped: Sequence[str],
    tell: Tell,
    keeping: bool = False,
    after: Reserve | None = None,
) -> Reserve:
    """Say who enters where proposals (by id) are withdrawn and pools (by id) drop out.

    `keeping` keeps what the awards of the result promise everybody else; pools drop out first then.
    `after` is an earlier answer of the same kind that is gone on from.

    Raises KeyError for an id that is not in the round, ValueError for an answer of the other kind.
    """
    if after is not None and after.keeping != keeping:
        raise ValueError("an answer that keeps promises is gone on from by one that does, too")
    gone: Gone = ((), ()) if after is None else (after.withdrawn, after.dropped)
    all_gone: Gone = (*gone[0], *withdrawn), (*gone[1], *dropped)
    if not keeping:
        changed = without(base.round, *all_gone)
        tell("solving the round without them")
        problem = problem_of(changed, base.eligibility)
        found, ended, awards = _solved(base, problem, _remaining(base.awards, *all_gone))
        return _told(base, all_gone, False, ended, changed, awards, found)
    changed, awards = base.round, dict(base.given)
    order: tuple[str, ...] = ()
    if after is not None:
        changed, awards, order = after.round, dict(after.awards), after.order
    removals: list[Gone] = [((), (pool,)) for pool in dropped]
    removals += [((name,), ()) for name in withdrawn]
    found: Worth | None = None
    ended: Ended = "plan" if after is None else after.ended
    for names, pools in removals or [((), ())]:
        if ended != "plan":
            break
        tell(f"settling the promises without {' '.join((*names, *pools))}".rstrip())
        changed = without(changed, names, pools)
        promises = promises_of(changed, awards, names, pools)
        problem = promising(changed, base.eligibility, promises)
        was, left = awards, _remaining(awards, names, pools)
        found, ended, awards = _solved(base, problem, left)
        entering = _in_order(problem, totals(awards).keys() - totals(was).keys())
        order = tuple(dict.fromkeys((*order, *entering)))
    return _told(base, all_gone, True, ended, changed, awards, found, order)


def _remaining(awards: Awards, withdrawn: Sequence[str], dropped: Sequence[str]) -> Awards:
    """Give the awards that neither proposals withdrawn nor pools dropped have a part in."""
    return {
        (pool, proposal): units
        for (pool, proposal), units in awards.items()
        if pool not in dropped and proposal not in withdrawn
    }


def _solved(
    base: Base, problem: Problem, known: Awards
) -> tuple[Worth | None, Ended, dict[tuple[str, str], int]]:
    """Solve a problem from awards known, and let money stay with its payers."""
    found = worth_of(problem, base.options, base.deadline, problem.amounts(known))
    if isinstance(found, Worth):
        amounts = steadied(problem, found, known, base.options, base.deadline)
        return found, "plan", problem.awards(amounts)
    left = base.deadline - monotonic()
    if left <= 0:
        return None, "unknown", {}
    outcome = solve_exactly(problem, base.options)
    return None, "impossible" if outcome.status == "infeasible" else "unknown", {}


def _told(
    base: Base,
    gone: Gone,
    keeping: bool,
    ended: Ended,
    changed: Round,
    awards: dict[tuple[str, str], int],
    found: Worth | None,
    order: Sequence[str] = (),
) -> Reserve:
    """Hold the plan found beside the one before."""
    withdrawn, dropped = gone
    if found is None:
        return Reserve(withdrawn, dropped, keeping, ended, changed, awards)
    was = base.given if keeping else base.awards
    before, after = totals(was), totals(awards)
    moved = tuple(
        Moved(name, before.get(name, 0), after.get(name, 0))
        for name in sorted({*before, *after} - set(withdrawn))
        if before.get(name, 0) != after.get(name, 0)
    )
    entering = {one.proposal_id for one in moved if not one.before}
    if not keeping:
        order = _in_order(base.problem, entering)
    reached = {(level.level, level.key): level.value for level in levels_of(base.round, was)}
    values = [
        (-1 if level == "L1" else 1) * reached.get((level, key), Fraction(0))
        for level, key in found.levels
    ]
    known = dict(zip(base.worth.levels, base.worth.bounds, strict=True))
    best = values if keeping else [known[level] for level in found.levels]
    return Reserve(
        withdrawn,
        dropped,
        keeping,
        ended,
        changed,
        awards,
        found.levels,
        tuple(one - other for one, other in zip(values, found.values, strict=True)),
        tuple(one - other for one, other in zip(values, found.bounds, strict=True)),
        tuple(one - other for one, other in zip(best, found.values, strict=True)),
        found.exact and (keeping or base.worth.exact),
        moved,
        tuple(name for name in order if name in entering),
        _paid(was, awards, gone),
        _left(base.round, was, awards, dropped),
    )


def _in_order(problem: Problem, names: set[str]) -> tuple[str, ...]:
    """Put proposals in the order of the ranked list: by tier, score from the top, id."""
    proposals = problem.proposals
    at = {name: place for place, name in enumerate(proposals.ids)}
    return tuple(sorted(names, key=lambda n: (proposals.tier[at[n]], -proposals.score[at[n]], n)))


def _paid(was: Awards, awards: Awards, gone: Gone) -> tuple[Paid, ...]:
    withdrawn, _ = gone
    return tuple(
        Paid(pool, proposal, was.get((pool, proposal), 0), awards.get((pool, proposal), 0))
        for pool, proposal in sorted({*was, *awards})
        if proposal not in withdrawn
        and was.get((pool, proposal), 0) != awards.get((pool, proposal), 0)
    )


def _left(round_: Round, was: Awards, awards: Awards, dropped: Sequence[str]) -> tuple[Left, ...]:
    budgets = budgets_of(round_)
    before, after = (_spent(plan) for plan in (was, awards))
    return tuple(
        Left(pool, budgets[pool] - before.get(pool, 0), budgets[pool] - after.get(pool, 0))
        for pool in sorted({*before, *after} - set(dropped))
        if before.get(pool, 0) != after.get(pool, 0)
    )


def _spent(awards: Mapping[tuple[str, str], int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for (pool, _), units in awards.items():
        found[pool] = found.get(pool, 0) + units
    return found
