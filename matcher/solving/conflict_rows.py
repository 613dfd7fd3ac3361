"""The rows of a problem by constraint and what it is about, and which proposals decide them.

Most constraints are limits: nothing awarded keeps them. What a conflict is about is what asks for
something, and the proposals that could help it; all others may have nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from matcher.allocation.problem import Problem
from matcher.allocation.terms import Row
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.homes import homes_of
from matcher.solving.model import OPEN, Flags, Integers, LinearModel

Group = int
"""A constraint and what it is about, by its place in `GroupedRows.groups`."""


@dataclass(frozen=True)
class GroupedRows:
    """A problem's rows by group; `group` has the group of each row, -1 for what columns mean.

    `home` has the proposal of each column.
    """

    formulation: Formulation
    groups: tuple[tuple[str, str], ...]
    group: Integers
    home: Integers

    @classmethod
    def of(cls, problem: Problem, rows: Sequence[Row] | None = None) -> "GroupedRows":
        """Formulate a problem with every constraint in a row of its own, soft targets set aside.

        `rows` couple its proposals, without them its own.
        """
        formulation = formulate(problem, tight=False, rows=rows, soft=())
        model = formulation.model
        named = list(zip(model.constraint.tolist(), model.names(), strict=True))
        groups = sorted({pair for pair in named if pair[0]}, key=lambda g: (int(g[0][1:]), g[1]))
        place = {pair: at for at, pair in enumerate(groups)}
        group = np.array([place.get(pair, -1) for pair in named], np.int64)
        return cls(formulation, tuple(groups), group, homes_of(formulation))

    def needed(self, active: Collection[Group]) -> Flags:
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

    def part(self, active: Collection[Group]) -> tuple[LinearModel, Integers, Integers]:
        """Give the model of the groups' rows and the proposals that they need.

        With it come the group of each row, and the positions of the columns.
        """
        model, mine = self.formulation.model, self._chosen(active)[self.group]
        inside = self.needed(active)[self.home]
        there = np.zeros(model.rows, np.bool_)
        there[self._entry_row[inside[model.column]]] = True
        # A row left without columns counts as well: it may ask for something.
        asks = (model.low > 0) | (model.high < 0)
        rows = (mine & (there | asks)) | ((self.group < 0) & there)
        columns = np.flatnonzero(inside)
        return within(model, rows, inside), self.group[rows], columns

    def by_few(self, active: Collection[Group], few: int) -> list[Group]:
        """Give the groups that up to so many proposals can help."""
        model, (helps, _), count = self.formulation.model, self._helps, len(self.formulation.total)
        across = (self._entry_group >= 0) & helps
        pairs = np.unique(self._entry_group[across] * count + self.home[model.column[across]])
        helping = np.bincount(pairs // count, minlength=len(self.groups))
        return [at for at in active if helping[at] <= few]

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


def within(model: LinearModel, rows: Flags, columns: Flags) -> LinearModel:
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


def broken_by_bounds(part: LinearModel) -> Integers:
    """Give the rows that nothing within the bounds of their columns keeps."""
    row = np.repeat(np.arange(part.rows), np.diff(part.start))
    ends = part.coefficient * part.lower[part.column], part.coefficient * part.upper[part.column]
    least, most = np.zeros(part.rows, np.int64), np.zeros(part.rows, np.int64)
    np.add.at(least, row, np.minimum(*ends))
    np.add.at(most, row, np.maximum(*ends))
    return np.flatnonzero((most < part.low) | (least > part.high))


def folded(part: LinearModel, values: Integers, loose: Flags) -> LinearModel | None:
    """Give the model of the loose columns, all others at their values; None where rows break."""
    held = part.activity(np.where(loose, 0, values))
    row = np.repeat(np.arange(part.rows), np.diff(part.start))
    open_ = np.zeros(part.rows, np.bool_)
    open_[row[loose[part.column]]] = True
    low = np.where(part.low <= -OPEN, -OPEN, part.low - held)
    high = np.where(part.high >= OPEN, OPEN, part.high - held)
    if np.any(~open_ & ((low > 0) | (high < 0))):
        return None
    return within(replace(part, low=low, high=high), open_, loose)
