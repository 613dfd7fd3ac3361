"""Whether some constraints of a problem can hold together: what a conflict is found by.

Only the proposals that the constraints touch are looked at, all others get nothing. A linear
relaxation comes first: where it has no solution, its proof names few constraints; where it has one,
whole numbers near it may do. What is left open goes to CP-SAT, without an objective. Rows stand in
it as they are: behind switches, as assumptions need them, large sums have met solver bugs
(PROBLEM.md, Exactness and scale).
"""

from collections.abc import Collection
from dataclasses import dataclass
from time import monotonic
from typing import Literal

import numpy as np

from matcher.allocation.problem import Problem
from matcher.results import Options
from matcher.solving import cp_sat, highs
from matcher.solving.apart import run_apart
from matcher.solving.conflict_proof import proven_by
from matcher.solving.cp_sat import Effort, Solved
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.highs import LinearProgram
from matcher.solving.model import OPEN, Flags, Floats, Integers, LinearModel
from matcher.solving.rounding import homes_of

WORK = 20.0
"""What one look may spend, in the exact solver's deterministic seconds."""
BRIEF = 1.0
"""What completing a relaxation's solution may spend, likewise."""
NEAR = 1e-3
"""How far from a whole number, in units, a column of a relaxation may be that is taken for it."""

Group = int
"""A constraint and what it is about, by its place in `Checker.groups`."""


@dataclass(frozen=True)
class Checked:
    """Whether groups can hold together; where they cannot, `core` has some that cannot already."""

    ends: Literal["hold", "conflict", "unknown"]
    core: tuple[Group, ...] = ()


@dataclass(frozen=True)
class Checker:
    """A problem's rows by group; `group` has the group of each row, -1 for what columns mean."""

    formulation: Formulation
    groups: tuple[tuple[str, str], ...]
    group: Integers
    home: Integers
    options: Options
    deadline: float

    @classmethod
    def of(cls, problem: Problem, options: Options, deadline: float) -> "Checker":
        """Formulate a problem with every constraint in a row of its own, soft targets set aside."""
        formulation = formulate(problem, tight=False, soft=())
        model = formulation.model
        named = list(zip(model.constraint.tolist(), model.names(), strict=True))
        groups = sorted({pair for pair in named if pair[0]}, key=lambda g: (int(g[0][1:]), g[1]))
        place = {pair: at for at, pair in enumerate(groups)}
        group = np.array([place.get(pair, -1) for pair in named], np.int64)
        home = homes_of(formulation)
        return cls(formulation, tuple(groups), group, home, options, deadline)

    def check(self, active: Collection[Group]) -> Checked:
        """Say whether some groups can hold together, all others left out."""
        rows, columns = self._touched(active)
        part, group = self.formulation.model.part(columns, rows), self.group[rows]
        alone = group[_broken_by_bounds(part)]
        if len(alone):
            return Checked("conflict", (int(alone[0]),) if alone[0] >= 0 else ())
        found, ray = self._relaxed(part)
        if ray is not None:
            proven = proven_by(part, ray)
            if proven is not None:
                return Checked("conflict", _groups(group[proven]))
        if found is not None and self._completed(part, columns, found):
            return Checked("hold")
        solved = self._solved(part, WORK)
        if solved.columns is not None:
            return Checked("hold")
        if solved.ended == "infeasible":
            return Checked("conflict", _groups(group))
        return Checked("unknown")

    def _touched(self, active: Collection[Group]) -> tuple[Integers, Integers]:
        """Give the rows of the groups, with the columns of the proposals that they touch.

        With them come the rows that say what those columns mean.
        """
        model = self.formulation.model
        chosen = np.zeros(len(self.groups) + 1, np.bool_)
        chosen[list(active)] = True
        mine = chosen[self.group]
        row = np.repeat(np.arange(model.rows), np.diff(model.start))
        touched = np.zeros(len(self.formulation.total), np.bool_)
        touched[self.home[model.column[mine[row]]]] = True
        of_row = np.full(model.rows, -1)
        of_row[row] = self.home[model.column]
        meant = (self.group < 0) & (of_row >= 0) & touched[of_row]
        return np.flatnonzero(mine | meant), np.flatnonzero(touched[self.home])

    def _effort(self, work: float) -> Effort:
        seconds = max(self.deadline - monotonic(), 0.01)
        return Effort(seconds, work, 0.0, 1, self.options.seed)

    def _solved(self, part: LinearModel, work: float) -> Solved:
        return cp_sat.solve(part, np.zeros(part.columns, np.int64), True, self._effort(work))

    def _relaxed(self, part: LinearModel) -> tuple[Floats | None, Floats | None]:
        """Give a solution of the relaxation, or multipliers that say there is none; else neither."""
        scale = highs.scales_of(part.upper)
        real = part.coefficient * scale[part.column]
        row = np.repeat(np.arange(part.rows), np.diff(part.start))
        sizes = np.ones(part.rows)
        np.maximum.at(sizes, row, np.abs(real))
        program = LinearProgram(
            np.zeros(part.columns),
            part.lower / scale,
            part.upper / scale,
            part.start,
            part.column,
            real / sizes[row],
            highs.sides(part.low) / sizes,
            highs.sides(part.high) / sizes,
            np.zeros(0, np.int64),
        )
        solver = highs.loaded(program, self._effort(WORK))
        run_apart(solver.run)
        found = highs.result_of(solver, False)
        if found.columns is not None:
            return found.columns * scale, None
        if found.feasible:
            return None, None
        _, there, ray = run_apart(solver.getDualRay)
        return None, np.array(ray) / sizes if there else None

    def _completed(self, part: LinearModel, columns: Integers, found: Floats) -> bool:
        """Say whether whole numbers near a solution of the relaxation keep the rows.

        Proposals whose money is whole keep it; the few others are decided by CP-SAT.
        """
        at = self.formulation
        near = np.rint(found)
        values = np.zeros(at.model.columns)
        values[columns] = near
        whole = at.complete(values[at.money].astype(np.int64))[columns]
        if part.allows(whole):
            return True
        home = self.home[columns]
        loose = np.zeros(len(at.total), np.bool_)
        loose[home[np.abs(found - near) > NEAR]] = True
        rest = _folded(part, whole, loose[home])
        return rest is not None and self._solved(rest, BRIEF).columns is not None


def _groups(group: Integers) -> tuple[Group, ...]:
    return tuple(np.unique(group[group >= 0]).tolist())


def _broken_by_bounds(part: LinearModel) -> Integers:
    """Give the rows that nothing within the bounds of their columns keeps."""
    row = np.repeat(np.arange(part.rows), np.diff(part.start))
    ends = part.coefficient * part.lower[part.column], part.coefficient * part.upper[part.column]
    least, most = np.zeros(part.rows, np.int64), np.zeros(part.rows, np.int64)
    np.add.at(least, row, np.minimum(*ends))
    np.add.at(most, row, np.maximum(*ends))
    return np.flatnonzero((most < part.low) | (least > part.high))


def _folded(part: LinearModel, values: Integers, loose: Flags) -> LinearModel | None:
    """Give the model of the loose columns, all others at their values; None where rows break."""
    held = part.activity(np.where(loose, 0, values))
    row = np.repeat(np.arange(part.rows), np.diff(part.start))
    entries = np.flatnonzero(loose[part.column])
    open_ = np.zeros(part.rows, np.bool_)
    open_[row[entries]] = True
    low = np.where(part.low <= -OPEN, -OPEN, part.low - held)
    high = np.where(part.high >= OPEN, OPEN, part.high - held)
    if np.any(~open_ & ((low > 0) | (high < 0))):
        return None
    at, place = np.cumsum(loose) - 1, np.cumsum(open_) - 1
    rows = np.flatnonzero(open_)
    start = np.searchsorted(place[row[entries]], np.arange(len(rows) + 1))
    return LinearModel(
        part.lower[loose],
        part.upper[loose],
        start.astype(np.int64),
        at[part.column[entries]],
        part.coefficient[entries],
        low[rows],
        high[rows],
        part.constraint[rows],
    )
