"""Levels solved one after the other, as a user of a solver would: each held for those after it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Literal, Protocol

from benchmarks.peers.goals import Goal
from matcher.solving.model import Integers, LinearModel

Ended = Literal["proven", "time_limit", "infeasible"]
GAP = 1e-6
"""The relative gap at which a level counts as proven: the default of `matcher match`."""
WORKERS = 2


@dataclass(frozen=True)
class Solved:
    """Values of all columns (None without a plan), and a bound in the level's own unit."""

    values: Integers | None
    bound: float | None
    ended: Ended


class Watch(Protocol):
    """Told the incumbent's value and the bound, in the level's own unit, as they get better."""

    def __call__(
        self, value: float | None, bound: float | None, at: float | None = None, /
    ) -> None:
        """Take note, as of now or of `at` on the monotonic clock."""


Held = Sequence[tuple[Goal, Integers]]
"""Earlier levels, each with values of all columns that reach what is held."""
Solver = Callable[[LinearModel, Goal, Held, Integers | None, float, Watch], Solved]
"""Solves (model, goal, held, start, seconds, watch)."""


@dataclass
class Reached:
    """What a level came to; `trace` holds (seconds since the start, incumbent, bound)."""

    level: str
    key: int | None
    bound: float | None = None
    ended: str = "not started"
    seconds: float = 0.0
    trace: list[tuple[float, float | None, float | None]] = field(default_factory=list)


def solve_levels(
    model: LinearModel, goals: Sequence[Goal], solver: Solver, start: float, seconds: float
) -> tuple[Integers | None, list[Reached]]:
    """Solve all levels until `seconds` after `start`, each with an equal share of what is left.

    A first level that has no plan by then is given all the time that is left, as a user would.
    """
    found = [Reached(goal.level, goal.key) for goal in goals]
    held: list[tuple[Goal, Integers]] = []
    values: Integers | None = None
    for at, (goal, level) in enumerate(zip(goals, found, strict=True)):
        begun = monotonic()
        left = (seconds - (begun - start)) / (len(goals) - at)
        if left <= 0:
            break
        solved = solver(model, goal, held, values, left, _watch(level, start))
        left = seconds - (monotonic() - start)
        if solved.values is None and solved.ended == "time_limit" and left > 1:
            solved = solver(model, goal, held, values, left, _watch(level, start))
        level.bound, level.ended = solved.bound, solved.ended
        level.seconds = round(monotonic() - begun, 3)
        value = None if solved.values is None else goal.value(solved.values)
        _watch(level, start)(value, solved.bound)
        if solved.values is None:
            break
        values = solved.values
        held.append((goal, values))
    return values, found


def _watch(level: Reached, start: float) -> Watch:
    def told(value: float | None, bound: float | None, at: float | None = None, /) -> None:
        if not level.trace or level.trace[-1][1:] != (value, bound):
            seconds = (monotonic() if at is None else at) - start
            level.trace.append((round(seconds, 3), value, bound))

    return told
