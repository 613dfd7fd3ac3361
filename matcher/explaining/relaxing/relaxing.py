"""What makes a round infeasible, and what the least changes are that would give it a plan."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from time import monotonic

from matcher.allocation.rows import hard_rows
from matcher.domain import Round
from matcher.eligibility import eligibility_of
from matcher.explaining.relaxing.alone import alone_of
from matcher.explaining.relaxing.found import ConflictExplained, Explained, Relaxation
from matcher.explaining.relaxing.least import Holds
from matcher.explaining.relaxing.lever import Lever
from matcher.explaining.relaxing.levers import levers_of
from matcher.explaining.relaxing.looks import in_large, in_small
from matcher.explaining.relaxing.part import Part
from matcher.explaining.relaxing.search import SMALL, Asking
from matcher.results import Options
from matcher.solving import Conflict
from matcher.solving.conflict import ConflictSet, conflict_of

__all__ = ["ConflictExplained", "Explained", "Relaxation", "explain_conflict"]

MOST = 30
"""So many conflicts are repaired one after the other at most."""


def explain_conflict(
    round_: Round, options: Options, tell: Callable[[str], None]
) -> ConflictExplained | None:
    """Explain why a round has no plan, and what would give it one.

    Where a proof that there is none names no constraints, as one of a large round by cuts may, what
    targets would have to give way is told by itself. None where the round has a plan, or it was not
    settled in the time (`options.seconds`).
    Raises InvalidRound (a rule pack that is not here).
    """
    deadline, first = monotonic() + options.seconds, round_
    tell("judging who may fund what")
    asking = Asking(eligibility_of(round_), options, deadline)
    conflicts: list[Explained] = []
    changes: list[Relaxation] = []
    holds: Holds = "no"
    while holds == "no" and len(conflicts) < MOST:
        tell("looking for what cannot hold together")
        found = conflict_of(asking.problem(round_), options, deadline)
        if found is None:
            break
        explained = _explained(round_, found, asking, tell)
        conflicts.append(explained)
        best = next((r for r in explained.relaxations if r.steps is not None), None)
        if best is None or best.steps is None:
            break
        changes.append(best)
        round_ = best.lever.changed(round_, best.steps)
        holds = "yes" if best.repairs == "round" else asking.has_plan(round_)
    if not conflicts:
        return _unnamed(round_, asking, tell)
    ended = asking.out_of_time or any(
        r.repairs == "unknown" for explained in conflicts for r in explained.relaxations
    )
    together = _merged(changes)
    if holds == "yes":
        together = _needed(first, together, asking)
    return ConflictExplained(tuple(conflicts), together, holds == "yes", ended)


def _needed(round_: Round, changes: Sequence[Relaxation], asking: Asking) -> tuple[Relaxation, ...]:
    """Leave out each change without which the others give the round a plan, the dearest first.

    What an earlier conflict needed, a change for a later one may do by itself.
    """
    kept = list(changes)
    for change in sorted(changes, key=_rank, reverse=True):
        others = [other for other in kept if other is not change]
        changed = round_
        for other in others:
            if other.steps is not None:
                changed = other.lever.changed(changed, other.steps)
        if others and asking.has_plan(changed) == "yes":
            kept = others
    return tuple(kept)


def _unnamed(
    round_: Round, asking: Asking, tell: Callable[[str], None]
) -> ConflictExplained | None:
    """Say how far each target has to give way where nobody knows what stands against it.

    None where it is not proven that there is no plan.
    """
    tell("proving that there is no plan")
    if asking.has_plan(round_) != "no":
        return None
    hard = {
        Conflict(row.constraint, row.subject): None
        for row in hard_rows(asking.problem(round_))
        if row.constraint == "C11"
    }
    levers = [(member, lever) for member in hard for lever in levers_of(round_, member)]
    tried = sorted(in_large(round_, levers, None, asking, tell), key=_rank)
    changes = tuple(r for r in tried if r.steps is not None)[:1]
    ended = asking.out_of_time or not all(r.exact for r in tried)
    explained = Explained(ConflictSet((), False), tuple(tried), (), round_)
    return ConflictExplained((explained,), changes, bool(changes), ended)


def _explained(
    round_: Round, found: ConflictSet, asking: Asking, tell: Callable[[str], None]
) -> Explained:
    """Find the least change of everything that a conflict's members have to loosen."""
    levers: dict[tuple[str, ...], tuple[Conflict, Lever]] = {}
    fixed = []
    for member in found.members:
        theirs = list(levers_of(round_, member))
        if not theirs:
            fixed.append(member)
        for lever in theirs:
            levers.setdefault(lever.key, (member, lever))
    problem = asking.problem(round_)
    part = Part.of(problem, found.members, asking)
    small = len(problem.pairs) <= SMALL
    look = in_small if small else in_large
    # Amounts, which have two ways to go each, come last: time may run out.
    order = {"target": -1, "amount": 1}
    ordered = sorted(levers.values(), key=lambda pair: order.get(pair[1].kind, 0))
    tried = look(round_, ordered, part, asking, tell)
    # An amount can go up or down: where one way helps, the other is not told as no help.
    helping = {r.lever.key[:-1] for r in tried if r.steps is not None}
    told = [r for r in tried if r.steps is not None or r.lever.key[:-1] not in helping]
    alone = alone_of(problem, found.members[0]) if len(found.members) == 1 else None
    return Explained(found, tuple(sorted(told, key=_rank)), tuple(fixed), round_, alone)


def _rank(relaxation: Relaxation) -> tuple[int, Fraction, tuple[str, ...]]:
    order = ("round", "conflict", "unknown", "nothing")
    cost = relaxation.cost
    place = order.index(relaxation.repairs) if cost is not None else len(order)
    return place, cost or Fraction(0), relaxation.lever.key


def _merged(changes: Sequence[Relaxation]) -> tuple[Relaxation, ...]:
    """Give one change for each value, from what it was at first to what it is at last.

    Of a decision that is given up in the end no amount is changed before.
    """
    merged: dict[tuple[str, ...], Relaxation] = {}
    gone = [change.lever.about for change in changes if change.lever.kind == "given_up"]
    changes = [c for c in changes if c.lever.kind != "amount" or c.lever.about not in gone]
    for change in changes:
        earlier = merged.get(change.lever.key)
        if earlier is None or earlier.steps is None or change.steps is None:
            merged[change.lever.key] = change
            continue
        steps = earlier.steps + change.steps
        least = earlier.least if not earlier.exact else earlier.least + change.least
        merged[change.lever.key] = Relaxation(
            earlier.member, earlier.lever, steps, change.repairs, least
        )
    return tuple(merged.values())
