"""A part of a plan decided anew: branch and bound from what the plan has there, amounts made whole.

What is found is better than what the plan has, as far as floating point says so; whoever changes
the plan checks it exactly.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from time import monotonic

import numpy as np

from matcher.solving import highs
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation
from matcher.solving.model import Flags, Floats, Integers, LinearModel
from matcher.solving.opened import Opened, Plan
from matcher.solving.payers import with_pattern

PENALTY = 10.0
"""What a unit missed of a row costs, in the most that any column could bring for it."""
NEAR = 1e-5
"""What a neighbourhood may leave open, as a share of what its last goal can come to."""
AGREED = 1e-6
"""How near to what a plan has a flag of the relaxation is the same."""
EXACT_WORK = 0.05
"""What the exact solver may spend on whole amounts, in its deterministic seconds."""


@dataclass(frozen=True)
class Tried:
    """A part of the model solved in so many iterations: columns `found` that are better, if any.

    `now` is what the plan had there.
    """

    part: Opened
    now: Integers
    found: Integers | None
    work: int

    @property
    def change(self) -> tuple[Integers, Integers] | None:
        """Give the columns that are free and what they change by, if that is better."""
        free = self.part.free
        return None if self.found is None else (free, self.found[: len(free)] - self.now)


@dataclass(frozen=True)
class Decider:
    """Decides parts of a model anew, for `weights` to be made most.

    `finest` is the part of the weights that weighs least.
    """

    formulation: Formulation
    model: LinearModel
    weights: Floats
    finest: Floats

    @cached_property
    def penalty(self) -> Floats:
        """Say what a unit missed of each row costs: more than any column could bring for it."""
        formulation, model = self.formulation, self.model
        request = np.maximum(formulation.problem.proposals.request, 1)
        reach = np.full(model.columns, float(np.abs(self.weights).max(initial=1e-30)))
        reach[formulation.funded] *= request
        reach[formulation.grant] *= request[formulation.problem.pairs.proposal]
        nearness = formulation.nearness
        reach[nearness.flags] *= request[nearness.owners]
        found = np.zeros(model.rows)
        row = np.repeat(np.arange(model.rows), np.diff(model.start))
        np.maximum.at(found, row, reach[model.column] / np.abs(model.coefficient))
        return PENALTY * found

    def gain(self, change: tuple[Integers, Integers]) -> float:
        """Say what a change brings, if the plan can be changed so."""
        free, by = change
        return float(self.weights[free] @ by)

    def decide(
        self,
        part: Opened,
        plan: Plan,
        nodes: int,
        effort: Effort,
        deadline: float,
        agreed: bool = False,
    ) -> Callable[[], Tried]:
        """Give the call that decides a part with so many nodes at most; it changes nothing.

        Where they are `agreed`, flags stay about which the plan and the relaxation say the same
        (Danna, Rothberg and Le Pape 2005): a large part is then decided in half of the time.
        """
        costs = np.concatenate([self.weights[part.free], -self.penalty[part.broken]])
        before = plan.columns[part.free]
        now = np.concatenate([before, part.part.upper[len(part.free) :]])
        flags = np.flatnonzero(self._is_flag[part.free])
        finest = self.finest[part.free]
        apart = NEAR * float(np.abs(finest) @ np.maximum(self.model.upper[part.free], 0))

        def call() -> Tried:
            left = replace(effort, seconds=deadline - monotonic())
            model = _agreed(part.part, costs, flags, now, left) if agreed else part.part
            left = replace(effort, seconds=deadline - monotonic())
            found = highs.relax(model, costs, True, flags, left, nodes, now, apart)
            if found.columns is None or not costs @ found.columns > costs @ now:
                return Tried(part, before, None, found.work)
            whole = made_whole(part.part, costs, flags, found.columns, effort)
            return Tried(part, before, whole, found.work)

        return call

    @cached_property
    def _is_flag(self) -> Flags:
        flags = np.zeros(self.model.columns, np.bool_)
        flags[self.formulation.flags] = True
        return flags


def _agreed(
    model: LinearModel, costs: Floats, flags: Integers, now: Integers, effort: Effort
) -> LinearModel:
    """Keep the flags that the relaxation leaves as the plan has them."""
    relaxed = highs.relax(model, costs, True, flags[:0], effort)
    if relaxed.columns is None:
        return model
    kept = flags[np.abs(relaxed.columns[flags] - now[flags]) <= AGREED]
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[kept] = upper[kept] = now[kept]
    return replace(model, lower=lower, upper=upper)


def made_whole(
    model: LinearModel, costs: Floats, flags: Integers, real: Floats, effort: Effort
) -> Integers | None:
    """Give whole amounts for a plan in floating point, None where none are found."""
    near = np.rint(real).astype(np.int64)
    if model.allows(near):
        return near
    size = 2.0**20 / max(float(np.abs(costs).max(initial=0.0)), 1e-300)
    limited = replace(effort, work=EXACT_WORK, gap=NEAR, workers=1)
    whole = np.rint(costs * size).astype(np.int64)
    found = with_pattern(model, whole, True, flags, real, limited, close=True)
    return with_pattern(model, whole, True, flags, real, limited) if found is None else found
