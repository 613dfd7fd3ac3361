"""The least change of one value at which a question is answered yes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from matcher.explaining.relaxing.lever import Lever

Holds = Literal["yes", "no", "unknown"]


@dataclass(frozen=True)
class Least:
    """The least steps of a lever that are enough; None where none are.

    `low` steps are needed at least: one fewer is not enough. `known` says that the end was reached
    and no clock stopped the search; without steps and not known, nothing is claimed.
    """

    steps: int | None
    low: int
    known: bool


def least_steps(lever: Lever, holds: Callable[[int], Holds], low: int = 1) -> Least:
    """Find the least steps at which a question is answered yes, at least `low`.

    Looks at the furthest first: where that is not enough, no more is looked at. Then steps double
    until the answer is yes, and are halved between the last no and the first yes: at what is told
    the answer is yes, and one step before it is no.
    """
    most, below, step = lever.steps, low - 1, max(low, 1)
    if below:
        found = holds(below + 1)
        if found != "no":
            return Least(below + 1 if found == "yes" else None, below + 1, found == "yes")
    if lever.whole_way:
        found = holds(most)
        if found != "yes":
            return Least(None, below + 1, found == "no")
    while (found := holds(min(step, most))) != "yes":
        if found == "unknown":
            return Least(None, below + 1, False)
        below = min(step, most)
        if step >= most:
            return Least(None, below + 1, True)
        step = 2 * step
    above = min(step, most)
    while above - below > 1:
        middle = (below + above) // 2
        found = holds(middle)
        if found == "unknown":
            return Least(above, below + 1, False)
        if found == "yes":
            above = middle
        else:
            below = middle
    return Least(above, above, True)
