"""Whether some constraints of a problem can hold together: what a conflict is found by.

Only the proposals that decide it are looked at, all others get nothing. A linear relaxation comes
first: where it has no solution, its proof names few constraints; where it has one, whole numbers
near it may do. What is left open goes to CP-SAT, without an objective. Rows stand in it as they
are: behind switches, as assumptions need them, large sums have met solver bugs (PROBLEM.md,
Exactness and scale).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Literal

import numpy as np

from matcher.allocation.problem import Problem
from matcher.allocation.terms import Row
from matcher.results import Options
from matcher.solving import cp_sat
from matcher.solving.conflict_proof import proven_by
from matcher.solving.conflict_rows import Group, GroupedRows, broken_by_bounds, folded
from matcher.solving.conflict_solvers import named, relaxed
from matcher.solving.cp_sat import Effort, Solved
from matcher.solving.model import Floats, Integers, LinearModel

WORK = 10.0
"""What one look may spend, in the exact solver's deterministic seconds."""
LARGE = 5_000
"""From so many columns on, a conflict is narrowed by what CP-SAT names of it."""
FEW = 20
"""Up to so many proposals are few."""
BRIEF = 1.0
"""What completing a relaxation's solution may spend, likewise."""
STATING = 5e-5
"""Seconds that it takes to state a column and its rows for CP-SAT, which no clock cuts short."""
NEAR = 1e-3
"""How far from a whole number, in units, a column of a relaxation may be that is taken for it."""


@dataclass(frozen=True)
class Checked:
    """Whether groups can hold together; where they cannot, `core` has some that cannot already."""

    ends: Literal["hold", "conflict", "unknown"]
    core: tuple[Group, ...] = ()


@dataclass
class Checker:
    """Looks at the rows of a problem; `spent` counts the columns of all looks so far."""

    rows: GroupedRows
    options: Options
    deadline: float
    spent: int = 0

    @classmethod
    def of(
        cls,
        problem: Problem,
        options: Options,
        deadline: float,
        rows: Sequence[Row] | None = None,
    ) -> "Checker":
        """Group the rows of a problem; `rows` couple its proposals, without them its own."""
        return cls(GroupedRows.of(problem, rows), options, deadline)

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """The constraints, each with what it is about."""
        return self.rows.groups

    def check(
        self, active: Collection[Group], divisible: bool = False, brief: bool = False
    ) -> Checked:
        """Say whether some groups can hold together, all others left out.

        With `divisible` only a conflict that stands with all columns divisible is looked for. With
        `brief` what is large is not left to CP-SAT.
        """
        part, group, columns = self.rows.part(active)
        self.spent += part.columns
        alone = group[broken_by_bounds(part)]
        if len(alone):
            return Checked("conflict", (int(alone[0]),) if alone[0] >= 0 else ())
        found, ray = relaxed(part, self._effort(WORK))
        proven = None if ray is None else proven_by(part, ray)
        if proven is not None:
            return Checked("conflict", _groups(group[proven]))
        if divisible:
            return Checked("unknown")
        if found is not None and self._completed(part, columns, found):
            return Checked("hold")
        if brief and part.columns > LARGE:
            return Checked("unknown")
        if part.columns > LARGE and not self._is_late(part):
            core = named(part, group, self._effort(BRIEF))
            again = self.check(core) if core else Checked("unknown")
            if again.ends == "conflict":
                return again
        solved = self._solved(part, BRIEF if part.columns > LARGE else WORK)
        if solved.columns is not None:
            return Checked("hold")
        if solved.ended == "infeasible":
            return Checked("conflict", _groups(group))
        return Checked("unknown")

    def near(self, active: Collection[Group]) -> Checked:
        """Look for a conflict among constraints that few proposals can help.

        All limits are among these, as are pins and targets of few proposals. Says "unknown" where
        no such conflict is found.
        """
        found = self.check(self.rows.by_few(active, FEW))
        return found if found.ends == "conflict" else Checked("unknown")

    def _effort(self, work: float) -> Effort:
        seconds = max(self.deadline - monotonic(), 0.01)
        return Effort(seconds, work, 0.0, 1, self.options.seed)

    def _is_late(self, part: LinearModel) -> bool:
        """Say whether time is up before CP-SAT could begin."""
        return self.deadline - monotonic() < STATING * part.columns

    def _solved(self, part: LinearModel, work: float) -> Solved:
        if self._is_late(part):
            return Solved(None, 0, "time_limit")
        return cp_sat.solve(part, np.zeros(part.columns, np.int64), True, self._effort(work))

    def _completed(self, part: LinearModel, columns: Integers, found: Floats) -> bool:
        """Say whether whole numbers near a solution of the relaxation keep the rows.

        Proposals whose money is whole keep it; the few others are decided by CP-SAT.
        """
        at = self.rows.formulation
        near = np.rint(found)
        values = np.zeros(at.model.columns)
        values[columns] = near
        whole = at.complete(values[at.money].astype(np.int64))[columns]
        if part.allows(whole):
            return True
        home = self.rows.home[columns]
        loose = np.zeros(len(at.total), np.bool_)
        loose[home[np.abs(found - near) > NEAR]] = True
        rest = folded(part, whole, loose[home])
        return rest is not None and self._solved(rest, BRIEF).columns is not None


def _groups(group: Integers) -> tuple[Group, ...]:
    return tuple(np.unique(group[group >= 0]).tolist())
