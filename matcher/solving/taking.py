"""Changes taken into a plan: only where no row is broken more, and what counts comes to more."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.solving.deciding import Decider, Tried
from matcher.solving.model import Flags, Integers
from matcher.solving.opened import ByColumn, Plan, missed


@dataclass(frozen=True)
class Taker:
    """Changes plans as a decider weighs them, where the `goal` comes to no less."""

    decider: Decider
    goal: Integers

    @cached_property
    def by_column(self) -> ByColumn:
        """The model's entries by column."""
        return ByColumn.of(self.decider.model)

    def take_any(self, plan: Plan, tried: Sequence[Tried]) -> bool:
        """Change a plan as some neighbourhoods say; says whether any of it could be done."""
        better = False
        for one in tried:
            if one.change is not None:
                better |= self.take(plan, *one.change)
        return better

    def take(self, plan: Plan, free: Integers, change: Integers) -> bool:
        """Change columns where the plan then is better and breaks no row more; says whether so."""
        model, values = self.decider.model, plan.columns[free] + change
        # What two changes both take off a shortfall is there once.
        least = np.where(self._is_shortfall[free], model.lower[free], values)
        values = np.maximum(values, least)
        change = values - plan.columns[free]
        if np.any(values < model.lower[free]) or np.any(values > model.upper[free]):
            return False
        row, column, value = self.by_column.entries(free)
        rows, line = np.unique(row, return_inverse=True)
        activity = plan.activity[rows]
        np.add.at(activity, line, value * change[column])
        low, high = model.low[rows], model.high[rows]
        before, after = (missed(now, low, high) for now in (plan.activity[rows], activity))
        mended = float((before - after) @ self.decider.penalty[rows])
        gained = int(self.goal[free].astype(object) @ change.astype(object))
        if mended < 0 or mended + float(self.decider.weights[free] @ change) <= 0:
            return False
        if mended == 0 and gained < 0:
            return False
        plan.columns[free] = values
        plan.activity[rows] = activity
        return True

    @cached_property
    def _is_shortfall(self) -> Flags:
        flags = np.zeros(self.decider.model.columns, np.bool_)
        flags[self.decider.formulation.shortfall] = True
        return flags
