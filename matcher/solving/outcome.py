"""What a solve hands back: what is claimed, and what is proven of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from matcher.allocation.problem import Problem
from matcher.results import Level, Options
from matcher.solving.model import Integers

FEW = 100
"""Values below are told with decimals: what targets miss is often a share."""


@dataclass(frozen=True)
class Conflict:
    """Constraints that cannot hold together: each with its id and what it is about."""

    constraint: str
    subject: str


@dataclass(frozen=True)
class Progress:
    """Where a solve stands, in values of the level being solved."""

    level: str
    key: int | None
    value: float
    bound: float

    def in_words(self) -> str:
        """Say what is being solved, the best found, and how far from it the bound is."""
        names = {
            "L1": f"missing least of the targets of priority {self.key}",
            "L2": "most score-weighted money" + (f" of tier {self.key}" if self.key else ""),
            "L3": "the preferred payers",
            "L4": "fewest grants",
            "near": "fewest changes",
        }
        few = abs(self.value) < FEW and self.value != round(self.value)
        reached = f"{names[self.level]}: {self.value:,.{4 if few else 0}f}"
        gap = abs(self.bound - self.value) / abs(self.bound) if self.bound else abs(self.value)
        if gap >= 1:
            return f"{reached}, not proved yet how near the best"
        return f"{reached}, proved within {gap:.2%}"


Report = Callable[[Progress], None]
"""Told how a solve gets on; it must not take long."""


@dataclass(frozen=True)
class Outcome:
    """The end of a solve; `amounts` over the problem's pairs, in units, None without a plan.

    `stopped` says that a clock or an interrupt ended some level: then the same run may end
    otherwise another time.
    """

    status: Literal["optimal", "feasible", "infeasible", "no_solution"]
    amounts: Integers | None
    levels: tuple[Level, ...] = ()
    stop_reason: str = "gap"
    stopped: bool = False
    conflict: Sequence[Conflict] = field(default_factory=tuple)
    changes_needed: int | None = None
    """Where staying near is what forbids a plan: so many changes are needed at least."""


class Solve(Protocol):
    """One way to solve `max_merit`; a decomposition stands beside the exact solve behind this."""

    def __call__(self, problem: Problem, options: Options, report: Report | None) -> Outcome:
        """Solve a problem within the options' limits."""
