"""Who enters where proposals are withdrawn or pools drop out: the reserve list, by re-solving.

In the first place it is the best plan of the round without them, everything else open, as a run
would find it. A board that has made its awards known cannot take them back because somebody else
withdraws: then promises are kept. Everybody else gets at least what was promised, payers may
change, and what was freed goes where merit has it. Withdrawals are settled one by one in the order
they come, and who has entered is promised as much from then on. So

- nobody who is promised money, entrants among them, loses it by a later withdrawal of others;
- two withdrawals told at once are the same as one told after the other in that order;
- solving once more after an entry brings nobody in and changes no merit, for the plan is allowed
  still and no other that is can be better.

Several who enter together do so in the order of the ranked list, by tier, score and id, which a
committee defends. It depends on no search, and it is stable: with the first of them promised what
they get, the same plan for the others is as good as any. Whose money it is (a pool that has paid
the withdrawn) does not matter to the order, since all enter by one plan.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic

from matcher.allocation.problem import Problem, problem_of
from matcher.explaining.reserve.beside import Ended, Gone, Left, Paid, Reserve, beside, ranked
from matcher.explaining.reserve.payers import steadied
from matcher.explaining.reserve.rounds import Awards, promises_of, promising, without
from matcher.explaining.solves.base import Base, Tell
from matcher.explaining.solves.forcing import totals
from matcher.explaining.solves.worth import Worth, worth_of
from matcher.solving import solve_exactly
from matcher.solving.apart import run_side_by_side


@dataclass(frozen=True)
class ReserveList:
    """Who enters for each funded proposal that might withdraw, and for each pool, by id."""

    keeping: bool
    withdrawals: tuple[Reserve, ...]
    drops: tuple[Reserve, ...]


def reserve_list(
    base: Base, tell: Tell, keeping: bool = True, with_pools: bool = True
) -> ReserveList:
    """Say who enters if each funded proposal alone withdraws, and if each pool alone drops out.

    `with_pools` may leave the pools out, which take longest: more is open where one has dropped.
    What `base.deadline` cuts off is told as unknown.
    """
    funded = sorted(totals(base.given if keeping else base.awards))
    pools = sorted(pool.pool_id for pool in base.round.pools) if with_pools else []
    gone = [*(Gone((name,)) for name in funded), *(Gone((), (pool,)) for pool in pools)]
    tell(
        f"what if one of {len(funded)} proposals withdraws, or one of {len(pools)} pools drops out"
    )
    found = run_side_by_side(
        [partial(_alone, base, one, keeping) for one in gone], workers=base.options.workers
    )
    return ReserveList(keeping, tuple(found[: len(funded)]), tuple(found[len(funded) :]))


def _alone(base: Base, gone: Gone, keeping: bool) -> Reserve:
    return reserve_after(base, gone.proposals, gone.pools, _nobody, keeping)


def _nobody(_said: str) -> None:
    """Hear of one of many searches, and say nothing."""


def reserve_after(
    base: Base,
    withdrawn: Sequence[str],
    dropped: Sequence[str],
    tell: Tell,
    keeping: bool = False,
    after: Reserve | None = None,
) -> Reserve:
    """Say who enters where proposals (by id) are withdrawn and pools (by id) drop out.

    `keeping` keeps what the awards of the result promise everybody else; of those told at once,
    pools drop out first. `after` is an earlier answer of the same kind, which is gone on from.

    Raises KeyError for an id that is not in the round, ValueError for an answer of the other kind.
    """
    if after is not None and after.keeping != keeping:
        raise ValueError("an answer is gone on from by one of its kind: keeping promises, or not")
    if not keeping:
        told = Gone(tuple(withdrawn), tuple(dropped))
        return _opened(base, told if after is None else after.gone.and_(told), tell)
    single = [*(Gone((), (pool,)) for pool in dropped), *(Gone((name,)) for name in withdrawn)]
    first, *others = single or [Gone()]
    settled = _settled(base, first, after, tell)
    for one in others:
        settled = _settled(base, one, settled, tell)
    return settled


def _opened(base: Base, gone: Gone, tell: Tell) -> Reserve:
    """Solve the round without those gone, everything else open."""
    changed = without(base.round, gone.proposals, gone.pools)
    tell("solving the round without them")
    known = _remaining(base.awards, gone)
    problem = problem_of(changed, base.eligibility)
    found = _solved(base, problem, known)
    if not isinstance(found, Worth):
        return Reserve(gone, False, found, changed, {})
    return beside(base, gone, False, changed, _steady(base, problem, found, known), found)


def _settled(base: Base, one: Gone, after: Reserve | None, tell: Tell) -> Reserve:
    """Settle that one more is gone, what is promised to all others kept."""
    round_, awards, gone = base.round, base.given, one
    entered: Sequence[str] = ()
    if after is not None:
        round_, awards, gone, entered = after.round, after.awards, after.gone.and_(one), after.order
        if after.ended != "plan":
            return replace(after, gone=gone)
    tell(" ".join(("keeping promises without", *one.proposals, *one.pools)))
    changed = without(round_, one.proposals, one.pools)
    known = _remaining(awards, one)
    # Who requires a proposal that a dropped pool was to pay keeps the promise where that can be.
    firm, open_ = (
        promises_of(changed, awards, one.proposals, one.pools, kept) for kept in (True, False)
    )
    problem = promising(changed, base.eligibility, firm)
    found = _solved(base, problem, known)
    if found == "impossible" and firm != open_:
        problem = promising(changed, base.eligibility, open_)
        found = _solved(base, problem, known)
    if not isinstance(found, Worth):
        return Reserve(gone, True, found, changed, {})
    now = _steady(base, problem, found, known)
    entering = ranked(base, totals(now).keys() - totals(awards).keys())
    order = tuple(dict.fromkeys((*entered, *entering)))
    return beside(base, gone, True, changed, now, found, order)


def _remaining(awards: Awards, gone: Gone) -> Awards:
    """Give the awards that none of those gone has a part in."""
    return {
        (pool, proposal): units
        for (pool, proposal), units in awards.items()
        if pool not in gone.pools and proposal not in gone.proposals
    }


def _solved(base: Base, problem: Problem, known: Awards) -> Worth | Ended:
    """Solve a problem from awards known; without a plan, say whether there can be none."""
    start = problem.amounts(known) if len(problem.pairs) else None
    found = worth_of(problem, base.options, base.deadline, start)
    if isinstance(found, Worth):
        return found
    if monotonic() > base.deadline:
        return "unknown"
    return (
        "impossible" if solve_exactly(problem, base.options).status == "infeasible" else "unknown"
    )


def _steady(base: Base, problem: Problem, found: Worth, known: Awards) -> Awards:
    """Give the awards of a plan found, money with its payers as far as that can be."""
    return problem.awards(steadied(problem, found, known, base.options, base.deadline))


__all__ = [
    "Gone",
    "Left",
    "Paid",
    "Reserve",
    "ReserveList",
    "reserve_after",
    "reserve_list",
]
