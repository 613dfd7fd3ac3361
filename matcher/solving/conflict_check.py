"""Whether some constraints of a problem can hold together: what a conflict is found by.

Only the proposals that the constraints touch are looked at, all others get nothing. A linear
relaxation comes first: where it has no solution, its proof names few constraints; where it has one,
whole numbers near it may do. What is left open goes to CP-SAT, without an objective. Rows stand in
it as they are: behind switches, as assumptions need them, large sums have met solver bugs
(PROBLEM.md, Exactness and scale).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import Literal

import numpy as np
from ortools.sat.python import cp_model

from matcher.allocation.problem import Problem
from matcher.allocation.terms import Row
from matcher.results import Options
from matcher.solving import cp_sat, highs
from matcher.solving.apart import run_apart
from matcher.solving.conflict_proof import proven_by
from matcher.solving.cp_sat import Effort, Solved, expression, solver_for
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.highs import LinearProgram
from matcher.solving.model import OPEN, Flags, Floats, Integers, LinearModel
from matcher.solving.rounding import homes_of

WORK = 10.0
"""What one look may spend, in the exact solver's deterministic seconds."""
LARGE = 5_000
"""From so many columns on, a conflict is narrowed by what CP-SAT names of it."""
FEW = 20
"""Up to so many proposals are few."""
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


@dataclass
class Checker:
    """A problem's rows by group; `group` has the group of each row, -1 for what columns mean.

    `spent` counts the columns of all looks so far.
    """

    formulation: Formulation
    groups: tuple[tuple[str, str], ...]
    group: Integers
    home: Integers
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
        """Formulate a problem with every constraint in a row of its own, soft targets set aside.

        `rows` couple its proposals, without them its own.
        """
        formulation = formulate(problem, tight=False, rows=rows, soft=())
        model = formulation.model
        named = list(zip(model.constraint.tolist(), model.names(), strict=True))
        groups = sorted({pair for pair in named if pair[0]}, key=lambda g: (int(g[0][1:]), g[1]))
        place = {pair: at for at, pair in enumerate(groups)}
        group = np.array([place.get(pair, -1) for pair in named], np.int64)
        home = homes_of(formulation)
        return cls(formulation, tuple(groups), group, home, options, deadline)

    def check(
        self, active: Collection[Group], divisible: bool = False, brief: bool = False
    ) -> Checked:
        """Say whether some groups can hold together, all others left out.

        With `divisible` only a conflict that stands with all columns divisible is looked for. With
        `brief` what is large is not left to CP-SAT.
        """
        part, group, columns = self._touched(active)
        self.spent += part.columns
        alone = group[_broken_by_bounds(part)]
        if len(alone):
            return Checked("conflict", (int(alone[0]),) if alone[0] >= 0 else ())
        found, ray = self._relaxed(part)
        proven = None if ray is None else proven_by(part, ray)
        if proven is not None:
            return Checked("conflict", _groups(group[proven]))
        if divisible:
            return Checked("unknown")
        if found is not None and self._completed(part, columns, found):
            return Checked("hold")
        if brief and part.columns > LARGE:
            return Checked("unknown")
        if part.columns > LARGE and (core := self._named(part, group)):
            again = self.check(core)
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
        model, (helps, _) = self.formulation.model, self._helps
        across = self._entry_group >= 0
        across &= helps
        pairs = np.unique(
            self._entry_group[across] * len(self.formulation.total)
            + self.home[model.column[across]]
        )
        helping = np.bincount(pairs // len(self.formulation.total), minlength=len(self.groups))
        few = [at for at in active if helping[at] <= FEW]
        found = self.check(few)
        return found if found.ends == "conflict" else Checked("unknown")

    def _named(self, part: LinearModel, group: Integers) -> list[Group]:
        """Have CP-SAT name groups that conflict, by assumptions; none where it does not."""
        built = cp_model.CpModel()
        columns = [
            built.new_int_var(low, high, "")
            for low, high in zip(part.lower.tolist(), part.upper.tolist(), strict=True)
        ]
        switches: dict[Group, cp_model.IntVar] = {}
        sides = zip(part.low.tolist(), part.high.tolist(), group.tolist(), strict=True)
        for row, (low, high, mine) in enumerate(sides):
            domain = cp_model.Domain(
                low if low > -OPEN else cp_model.INT_MIN, high if high < OPEN else cp_model.INT_MAX
            )
            stated = built.add_linear_expression_in_domain(
                expression(columns, *part.row(row)), domain
            )
            if mine >= 0:
                if mine not in switches:
                    switches[mine] = built.new_bool_var("")
                stated.only_enforce_if(switches[mine])
        built.add_assumptions(list(switches.values()))
        solver = solver_for(self._effort(BRIEF))
        if run_apart(lambda: solver.solve(built), solver.stop_search) != cp_model.INFEASIBLE:
            return []
        core = set(solver.sufficient_assumptions_for_infeasibility())
        return [mine for mine, switch in switches.items() if switch.index in core]

    def needed(self, active: Collection[Group]) -> Integers:
        """Give the proposals that decide whether the groups hold, by position."""
        return np.flatnonzero(self._needed(active))

    def _chosen(self, active: Collection[Group]) -> Flags:
        """Flag the groups that are active; the last place stands for what is no group's."""
        chosen = np.zeros(len(self.groups) + 1, np.bool_)
        chosen[list(active)] = True
        return chosen

    @cached_property
    def _entry_row(self) -> Integers:
        model = self.formulation.model
        return np.repeat(np.arange(model.rows), np.diff(model.start))

    @cached_property
    def _entry_group(self) -> Integers:
        return self.group[self._entry_row]

    @cached_property
    def _helps(self) -> tuple[Flags, Flags]:
        """Flag the entries that could help their row keep a side, and those that could harm it."""
        model, row = self.formulation.model, self._entry_row
        floor, cap = model.low[row] > -OPEN, model.high[row] < OPEN
        rises = model.coefficient > 0
        return np.where(rises, floor, cap), np.where(rises, cap, floor)

    def _needed(self, active: Collection[Group]) -> Flags:
        """Flag the proposals that decide whether the groups hold.

        What the others have is nothing: it helps no row that asks for something, or that those
        inside weigh upon. Columns are nought at least, and rows of one proposal allow nothing of it
        unless they ask for something.
        """
        model, row = self.formulation.model, self._entry_row
        helps, harms = self._helps
        mine, home = self._chosen(active)[self._entry_group], self.home[model.column]
        weighed = (model.low > 0) | (model.high < 0)
        inside = np.zeros(len(self.formulation.total), np.bool_)
        count = -1
        while count != inside.sum():
            count = int(inside.sum())
            weighed[row[mine & harms & inside[home]]] = True
            inside[home[mine & helps & weighed[row]]] = True
        return inside

    def _touched(self, active: Collection[Group]) -> tuple[LinearModel, Integers, Integers]:
        """Give the model of the groups' rows and the proposals that they need.

        With it come the group of each row, and the positions of the columns.
        """
        model, mine = self.formulation.model, self._chosen(active)[self.group]
        inside = self._needed(active)[self.home]
        there = np.zeros(model.rows, np.bool_)
        there[self._entry_row[inside[model.column]]] = True
        # A row left without columns counts as well: it may ask for something.
        asks = (model.low > 0) | (model.high < 0)
        rows = (mine & (there | asks)) | ((self.group < 0) & there)
        columns = np.flatnonzero(inside)
        return _within(model, rows, inside), self.group[rows], columns

    def _effort(self, work: float) -> Effort:
        seconds = max(self.deadline - monotonic(), 0.01)
        return Effort(seconds, work, 0.0, 1, self.options.seed)

    def _solved(self, part: LinearModel, work: float) -> Solved:
        return cp_sat.solve(part, np.zeros(part.columns, np.int64), True, self._effort(work))

    def _relaxed(self, part: LinearModel) -> tuple[Floats | None, Floats | None]:
        """Give a solution of the relaxation, or multipliers that deny one; else neither."""
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
        # highspy makes this method at run time, so that its types do not name it.
        _, there, ray = run_apart(solver.getDualRay)  # type: ignore[attr-defined]
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


def _within(model: LinearModel, rows: Flags, columns: Flags) -> LinearModel:
    """Give the model of some rows and columns, all other columns nought."""
    row = np.repeat(np.arange(model.rows), np.diff(model.start))
    entries = np.flatnonzero(rows[row] & columns[model.column])
    kept = np.flatnonzero(rows)
    at = np.cumsum(columns) - 1
    start = np.searchsorted(row[entries], np.append(kept, model.rows))
    return LinearModel(
        model.lower[columns],
        model.upper[columns],
        start.astype(np.int64),
        at[model.column[entries]],
        model.coefficient[entries],
        model.low[rows],
        model.high[rows],
        model.constraint[rows],
    )


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
