"""What was found of a round without a plan: conflicts, and the least changes that repair it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from matcher.domain import Round
from matcher.explaining.relaxing.alone import Alone
from matcher.explaining.relaxing.lever import Lever
from matcher.solving import Conflict
from matcher.solving.conflict import ConflictSet

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

    `fixed` are the members of which nothing can be loosened by a number or a decision. `round` is
    the one in conflict: with the first change of each conflict met before. `alone` says what a
    single member stands against.
    """

    conflict: ConflictSet
    relaxations: tuple[Relaxation, ...]
    fixed: tuple[Conflict, ...]
    round: Round
    alone: Alone | None = None


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
