"""The least change of each value that a conflict can be loosened by."""

from collections.abc import Callable, Sequence
from fractions import Fraction

from matcher.domain import Round
from matcher.explaining.relaxing.found import Relaxation, Repairs
from matcher.explaining.relaxing.least import Holds, Least, least_steps
from matcher.explaining.relaxing.lever import Lever
from matcher.explaining.relaxing.of_targets import least_of_target
from matcher.explaining.relaxing.part import Part
from matcher.explaining.relaxing.search import Asking, applied
from matcher.solving import Conflict

TURNS, FEW = 6, 60
"""So often what stands against a change in a large round is added to what is looked at, and so many
constraints at most each time."""
Levers = Sequence[tuple[Conflict, Lever]]
"""What can be loosened, each with the member of a conflict that it loosens."""


def in_small(
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
        # An amount may be wanted to the last unit, which steps that double pass over.
        if first.steps and asking.has_plan(lever.changed(round_, first.steps)) == "yes":
            found.append(Relaxation(member, lever, first.steps, "round", first.low))
        else:
            found.append(_for_conflict(member, lever, first, least.known))
    return found


def in_large(
    round_: Round, levers: Levers, part: Part | None, asking: Asking, tell: Callable[[str], None]
) -> list[Relaxation]:
    """Find how far each target has to give way; for other values what the conflict needs.

    The round is asked after that, least cost first. Time may run out: what costs least is known by
    then. Targets come first among `levers`. Where very many constraints stand against a target,
    what any one of these would have to change is left open: each takes as long as a whole round. So
    it is where nobody knows what does, and there is no `part`.
    """
    found, needs = [], []
    for member, lever in levers:
        tell(_words(lever))
        least = least_of_target(round_, lever, asking)
        if least is not None:
            found.append(Relaxation(member, lever, least.steps, "round", least.low))
        elif part is None or len(part.members) > FEW:
            found.append(Relaxation(member, lever, None, "unknown", 1))
        else:
            first = least_steps(lever, lambda step: part.holds(lever.changed(round_, step)))  # noqa: B023
            needs.append((member, lever, first))
    if part is None or not needs:
        return found
    alone: Holds = "yes"
    if not asking.awards:
        tell("solving the round without the conflict")
        alone = asking.has_plan(applied(round_, _loosest(levers)))
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
    return _for_conflict(member, lever, first, known)


def _for_conflict(member: Conflict, lever: Lever, first: Least, known: bool) -> Relaxation:
    """Give what repairs a conflict but, as far as is `known`, not the round."""
    if first.steps is None:
        ends: Repairs = "nothing" if first.known else "unknown"
        return Relaxation(member, lever, None, ends, first.low)
    return Relaxation(member, lever, first.steps, "conflict" if known else "unknown", first.low)


def _loosest(levers: Levers) -> list[tuple[Lever, int]]:
    """Give what loosens a conflict as far as can be.

    Budgets are left as they are where something else can be loosened: targets are shares of them.
    """
    every = [lever for _, lever in levers if lever.kind != "amount"]
    others = [lever for lever in every if lever.kind != "budget"]
    return [(lever, lever.steps) for lever in others or every]
