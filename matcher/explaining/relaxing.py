"""What makes a round infeasible, and what the least changes are that would give it a plan."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic
from typing import Literal

from matcher.domain import Round
from matcher.eligibility import eligibility_of
from matcher.explaining.relaxing_levers import Lever, levers_of
from matcher.explaining.relaxing_search import (
    SMALL,
    Asking,
    Holds,
    Least,
    Part,
    applied,
    least_steps,
)
from matcher.explaining.relaxing_soft import by_softening
from matcher.results import Options
from matcher.solving import Conflict
from matcher.solving.conflict import ConflictSet, conflict_of

TURNS, FEW = 6, 60
"""So often what stands against a change in a large round is added to what is looked at, and so many
constraints at most each time."""
MOST = 30
"""So many conflicts are repaired one after the other at most."""
Levers = Sequence[tuple[Conflict, Lever]]
"""What can be loosened, each with the member of a conflict that it loosens."""
Repairs = Literal["round", "conflict", "nothing", "unknown"]
"""What a change repairs: all of the round, this conflict alone, neither; or time ran out."""


@dataclass(frozen=True)
class Relaxation:
    """The least change of one value that repairs the round, or else this conflict alone.

    `steps` of the lever are enough and `least` are needed: where the change is `exact` they are the
    same, so that one step fewer is not enough. `steps` is None where no change of the value was
    found to help. `repairs` speaks of the round with the changes that earlier conflicts needed.
    """

    member: Conflict
    lever: Lever
    steps: int | None
    repairs: Repairs
    least: int

    @property
    def exact(self) -> bool:
        """Whether one step fewer is known not to be enough."""
        return self.steps == self.least

    @property
    def cost(self) -> Fraction | None:
        """The change as a share of the value as it is; 1 for a decision given up."""
        return None if self.steps is None else self.lever.cost(self.steps)


@dataclass(frozen=True)
class Explained:
    """A conflict with what could be changed of it, what repairs the round first, then by cost.

    `fixed` are the members of which nothing can be loosened by a number or a decision.
    """

    conflict: ConflictSet
    relaxations: tuple[Relaxation, ...]
    fixed: tuple[Conflict, ...]


@dataclass(frozen=True)
class ConflictExplained:
    """Every conflict met on the way to a round that has a plan, and the changes made on that way.

    `changes` are the cheapest of each conflict. `complete` says that with all of them the round has
    a plan, which the verifier has passed; `ended` that time ran out before all was looked at.
    """

    conflicts: tuple[Explained, ...]
    changes: tuple[Relaxation, ...]
    complete: bool
    ended: bool


def explain_conflict(
    round_: Round, options: Options, tell: Callable[[str], None]
) -> ConflictExplained | None:
    """Explain why a round has no plan, and what would give it one.

    None where the round has a plan, or nothing was found in the time (`options.seconds`).
    Raises InvalidRound (a rule pack that is not here).
    """
    deadline = monotonic() + options.seconds
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
        return None
    ended = asking.out_of_time or any(
        r.repairs == "unknown" for explained in conflicts for r in explained.relaxations
    )
    return ConflictExplained(tuple(conflicts), _merged(changes), holds == "yes", ended)


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
    look = _in_small if small else _in_large
    tried = look(round_, list(levers.values()), part, asking, tell)
    # An amount can go up or down: where one way helps, the other is not told as no help.
    helping = {r.lever.key[:-1] for r in tried if r.steps is not None}
    told = [r for r in tried if r.steps is not None or r.lever.key[:-1] not in helping]
    return Explained(found, tuple(sorted(told, key=_rank)), tuple(fixed))


def _in_small(
    round_: Round, levers: Levers, part: Part, asking: Asking, tell: Callable[[str], None]
) -> list[Relaxation]:
    """Find the least change of each value for all of the round, or else for the conflict alone."""
    found = []
    for member, lever in levers:
        tell(_words(lever))
        least = least_steps(lever, lambda step: asking.has_plan(lever.changed(round_, step)))  # noqa: B023
        if least.steps is not None:
            found.append(Relaxation(member, lever, least.steps, "round", least.low))
            continue
        first = least_steps(lever, lambda step: part.holds(lever.changed(round_, step)))  # noqa: B023
        found.append(_for_conflict(member, lever, first, least.known))
    return found


def _in_large(
    round_: Round, levers: Levers, part: Part, asking: Asking, tell: Callable[[str], None]
) -> list[Relaxation]:
    """Find what the conflict needs of each value; the round is asked after that, least cost first.

    Time may run out: what costs least is known by then.
    """
    needs = []
    for member, lever in levers:
        tell(_words(lever))
        first = least_steps(lever, lambda step: part.holds(lever.changed(round_, step)))  # noqa: B023
        needs.append((member, lever, first))
    alone: Holds = "yes"
    if not asking.awards:
        tell("solving the round without the conflict")
        alone = asking.has_plan(applied(round_, _loosest(levers)))
    found = []
    for member, lever, first in sorted(needs, key=lambda need: _cost(need[1], need[2])):
        if first.steps is None or alone != "yes":
            found.append(_for_conflict(member, lever, first, alone != "unknown"))
            continue
        tell(_words(lever))
        found.append(_for_round(round_, member, lever, first, part, asking))
    return found


def _words(lever: Lever) -> str:
    return f"looking for the least change: {lever.kind} {' '.join(lever.about.values())}".strip()


def _cost(lever: Lever, first: Least) -> tuple[bool, Fraction, tuple[str, ...]]:
    nothing = first.steps is None and first.known
    return nothing, lever.cost(first.low), lever.key


def _for_round(
    round_: Round, member: Conflict, lever: Lever, first: Least, part: Part, asking: Asking
) -> Relaxation:
    """Find the least change by what the conflict needs, and what stands against that beside it."""
    known = True
    for _ in range(TURNS):
        holds = asking.has_plan(lever.changed(round_, first.low))
        if holds == "yes":
            return Relaxation(member, lever, first.low, "round", first.low)
        known = holds == "no"
        more = [other for other in asking.against if other not in part.members]
        if not known or not more or len(more) > FEW:
            break
        part = here = Part.of(asking.problem(round_), [*part.members, *more], asking)
        found = least_steps(lever, lambda step: here.holds(lever.changed(round_, step)), first.low)  # noqa: B023
        if found.steps is None:
            break
        first = found
    softened = by_softening(round_, lever, asking)
    if softened is not None:
        return Relaxation(member, lever, softened.steps, "round", softened.low)
    return _for_conflict(member, lever, first, known)


def _for_conflict(member: Conflict, lever: Lever, first: Least, known: bool) -> Relaxation:
    """Give what repairs a conflict but, as far as is `known`, not the round."""
    if first.steps is None:
        ends: Repairs = "nothing" if known and first.known else "unknown"
        return Relaxation(member, lever, None, ends, first.low)
    return Relaxation(member, lever, first.steps, "conflict" if known else "unknown", first.low)


def _loosest(levers: Levers) -> list[tuple[Lever, int]]:
    """Give what loosens a conflict as far as can be.

    Budgets are left as they are where something else can be loosened: targets are shares of them.
    """
    every = [lever for _, lever in levers if lever.kind != "amount"]
    others = [lever for lever in every if lever.kind != "budget"]
    return [(lever, lever.steps) for lever in others or every]


def _rank(relaxation: Relaxation) -> tuple[int, Fraction, tuple[str, ...]]:
    order = ("round", "conflict", "unknown", "nothing")
    cost = relaxation.cost
    place = order.index(relaxation.repairs) if cost is not None else len(order)
    return place, cost or Fraction(0), relaxation.lever.key


def _merged(changes: Iterable[Relaxation]) -> tuple[Relaxation, ...]:
    """Give one change for each value, from what it was at first to what it is at last."""
    merged: dict[tuple[str, ...], Relaxation] = {}
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
