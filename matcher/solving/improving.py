"""A plan made better, neighbourhood by neighbourhood, until it is near enough to a bound.

Each neighbourhood is a small model solved by branch and bound from what the plan has there (large
neighbourhood search: Shaw 1998). Several are solved side by side, each as if it were alone; what
they change is taken one after the other, the best first, as far as every row still holds. What is
done does not depend on the clock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic

import numpy as np

from matcher.solving import highs
from matcher.solving.apart import run_side_by_side
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation
from matcher.solving.guides import Guide
from matcher.solving.model import Flags, Floats, Integers, LinearModel
from matcher.solving.neighbourhoods import Chooser, Neighbourhood
from matcher.solving.opened import ByColumn, Opened, Plan, missed, opened
from matcher.solving.payers import nearest_pattern, with_pattern
from matcher.solving.places import common
from matcher.solving.rounding import homes_of

SIDE_BY_SIDE = 4
"""Neighbourhoods that are decided at the same time, however many workers there are."""
NODES = 60
"""Nodes of a search tree at most."""
EASY, HARD = 1000, 2500
"""Iterations of the simplex method: too few in a small neighbourhood, too many in a large one."""
SMALLEST, FIRST, LARGEST = 6, 14, 60
"""Proposals of a neighbourhood, which follow from how hard the last ones were."""
GUIDED = 40
"""Proposals that a relaxation wants otherwise are decided anew together, so many at most."""
LED, LED_NODES = 200, 10
"""Proposals that a guide wants paid otherwise are decided anew together, so many at most, with so
many nodes of a search tree: more bring little where all payers may change."""
LED_WORK = 16.0
"""How much more work a neighbourhood may take that a guide led to: it has to be large."""
GROWTH = 1.05
SHRINKING = 0.9
PENALTY = 10.0
"""What a unit missed of a row costs, in the most that any column could bring for it."""
NEAR = 1e-5
"""What a neighbourhood may leave open, as a share of what its last goal can come to."""
EXACT_WORK = 0.05
"""What the exact solver may spend on whole amounts, in its deterministic seconds."""


@dataclass(frozen=True)
class _Tried:
    """A part of the model solved in so much work: columns `found` that are better, if any."""

    part: Opened
    found: Integers | None
    work: int


Call = Callable[[], _Tried | None]


@dataclass(frozen=True)
class _Asked:
    """A call to make, for which guide, and whether a neighbourhood comes of it that it `led` to."""

    call: Call
    guide: int | None = None
    led: bool = False


@dataclass
class Improver:
    """Makes plans better for `goal`, whole numbers to be made most.

    `weights` are what neighbourhoods are solved for: the goal and, weighed far less, what comes
    after it; `finest` is the part of them that weighs least.
    """

    formulation: Formulation
    model: LinearModel
    goal: Integers
    weights: Floats
    finest: Floats
    chooser: Chooser
    origin: Integers
    effort: Effort
    size: float
    """Proposals of a neighbourhood, as many as the last ones let seem right."""
    nodes: int = NODES
    guides: Sequence[Guide] = ()
    """Each leads to one neighbourhood of each step."""

    def __post_init__(self) -> None:
        self._by_column = ByColumn.of(self.model)
        self._wanted: list[Floats | None] = [None] * len(self.guides)
        self._sizes = [float(LED)] * len(self.guides)
        self._penalty = _penalties(self.formulation, self.model, self.weights)
        self._is_flag = np.zeros(self.model.columns, np.bool_)
        self._is_flag[self.formulation.flags] = True
        self._is_shortfall = np.zeros(self.model.columns, np.bool_)
        self._is_shortfall[self.formulation.shortfall] = True
        # What a proposal alone breaks, as a smallest grant, is no row of the compact model.
        row = np.repeat(np.arange(self.model.rows), np.diff(self.model.start))
        self._owner = common(homes_of(self.formulation)[self.model.column], row, self.model.rows)
        self._owner[self.origin[self.origin >= 0]] = -1
        self._own = np.flatnonzero(self._owner >= 0)

    def better(self, plan: Plan) -> bool:
        """Decide neighbourhoods anew and change the plan; says whether it got better."""
        taken: Flags = np.zeros(len(self.formulation.total), np.bool_)
        missing = plan.missing(self.model)
        wrong = missing * self._penalty
        broken = np.where(self.origin >= 0, wrong[self.origin], 0.0)
        alone: Floats = np.zeros(len(taken))
        np.add.at(alone, self._owner[self._own], wrong[self._own])
        losses = self.chooser.losses(plan.columns, broken, alone)
        calls = self._led(plan, losses[0])
        drawn = [
            one
            for _ in range(SIDE_BY_SIDE - sum(asked.led for asked in calls))
            if (one := self._drawn(plan, losses, taken)) is not None
        ]
        calls += [_Asked(self._call(self._opened(plan, one), plan, self.nodes)) for one in drawn]
        tried = run_side_by_side([one.call for one in calls], workers=self.effort.workers)
        changes = [
            (one.part.free, one.found[: len(one.part.free)] - plan.columns[one.part.free])
            for one in tried
            if one is not None and one.found is not None
        ]
        changes.sort(key=lambda change: -float(self.weights[change[0]] @ change[1]))
        better = False
        for free, change in changes:
            better |= self._take(plan, free, change)
        # While rows are mended little can be moved: that says nothing of what is hard afterwards.
        if not missing.any():
            self._hear([(asked.guide, one) for asked, one in zip(calls, tried, strict=True) if one])
        return better

    def _hear(self, tried: Sequence[tuple[int | None, _Tried]]) -> None:
        """Take sizes after how hard the last neighbourhoods were, and tell guides of theirs."""
        for guide, one in tried:
            if guide is None:
                self.size = _sized(self.size, one.work, 1.0)
            else:
                self._sizes[guide] = _sized(self._sizes[guide], one.work, LED_WORK, LED)
                self.guides[guide].heard(one.found is not None, one.work)

    def _drawn(
        self, plan: Plan, losses: tuple[Floats, Floats], taken: Flags
    ) -> Neighbourhood | None:
        """Draw a neighbourhood of proposals not `taken` yet, and take them."""
        drawn = self.chooser.draw(plan.columns, losses, taken, int(self.size))
        if drawn is not None:
            taken[drawn.proposals] = True
        return drawn

    def _led(self, plan: Plan, lost: Floats) -> list[_Asked]:
        """Give the calls that follow guides, and those that ask what they want for the next step.

        A guide that answers soon is asked and followed in one.
        """
        led, asking = [], []
        for at, guide in enumerate(self.guides):
            if guide.soon:
                led.append(_Asked(self._asked_and_followed(at, plan, lost), at, led=True))
                continue
            wanted = self._wanted[at]
            if wanted is not None:
                led.append(_Asked(partial(self._followed, at, plan, wanted), at, led=True))
            asking.append(_Asked(self._asking(at, plan, lost), at))
        return led + asking

    def _followed(self, at: int, plan: Plan, wanted: Floats) -> _Tried | None:
        """Decide anew what a guide wants paid otherwise; it changes nothing."""
        drawn = self.chooser.repaid(plan.columns, wanted, int(self._sizes[at]))
        if drawn is None:
            return None
        return self._call(self._opened(plan, drawn), plan, LED_NODES)()

    def _asked_and_followed(self, at: int, plan: Plan, lost: Floats) -> Call:
        def call() -> _Tried | None:
            wanted = self.guides[at].wanted(plan.columns, lost)
            return None if wanted is None else self._followed(at, plan, wanted)

        return call

    def _asking(self, at: int, plan: Plan, lost: Floats) -> Call:
        def call() -> None:
            self._wanted[at] = self.guides[at].wanted(plan.columns, lost)

        return call

    def guided(self, plan: Plan, wanted: Floats) -> bool:
        """Decide anew what a relaxation wants otherwise, at once; says whether the plan got better.

        `wanted` are the relaxation's columns. From a plan that was good before the round was
        changed, this goes most of the way at once.
        """
        drawn = self.chooser.around(plan.columns, wanted, GUIDED)
        if drawn is None:
            return False
        part = self._opened(plan, drawn)
        found = self._call(part, plan, self.nodes)().found
        if found is None:
            return False
        return self._take(plan, part.free, found[: len(part.free)] - plan.columns[part.free])

    def _opened(self, plan: Plan, one: Neighbourhood) -> Opened:
        return opened(self.model, self._by_column, plan, self._free(plan, one))

    def _free(self, plan: Plan, one: Neighbourhood) -> Integers:
        """Give the columns that a neighbourhood frees."""
        at = self.formulation
        inside = np.zeros(len(at.total), np.bool_)
        inside[one.flexible] = True
        paid = (plan.columns[at.money] > 0) & inside[at.problem.pairs.proposal]
        columns = [at.money[one.pairs], at.grant[one.pairs], at.total[one.proposals]]
        columns += [at.funded[one.proposals], at.money[paid], at.total[one.flexible], at.shortfall]
        inside[one.proposals] = True
        columns.append(at.nearness.flags[inside[at.nearness.owners]])
        return np.unique(np.concatenate(columns))

    def _call(self, part: Opened, plan: Plan, nodes: int) -> Callable[[], _Tried]:
        """Give the call that solves a part from what the plan has there; it changes nothing."""
        costs = np.concatenate([self.weights[part.free], -self._penalty[part.broken]])
        now = np.concatenate([plan.columns[part.free], part.part.upper[len(part.free) :]])
        flags = np.flatnonzero(self._is_flag[part.free])
        deadline = monotonic() + self.effort.seconds
        finest = self.finest[part.free]
        apart = NEAR * float(np.abs(finest) @ np.maximum(self.model.upper[part.free], 0))

        def call() -> _Tried:
            effort = replace(self.effort, seconds=deadline - monotonic())
            found = highs.relax(part.part, costs, True, flags, effort, nodes, now, apart)
            if found.columns is None or not costs @ found.columns > costs @ now:
                return _Tried(part, None, found.work)
            return _Tried(part, self._whole(part.part, costs, flags, found.columns), found.work)

        return call

    def _whole(
        self, model: LinearModel, costs: Floats, flags: Integers, real: Floats
    ) -> Integers | None:
        """Give whole amounts for a plan in floating point, None where none are found."""
        near = np.rint(real).astype(np.int64)
        if model.allows(near):
            return near
        size = 2.0**20 / max(float(np.abs(costs).max(initial=0.0)), 1e-300)
        limited = replace(self.effort, work=EXACT_WORK, gap=NEAR, workers=1)
        whole = np.rint(costs * size).astype(np.int64)
        found = nearest_pattern(model, whole, True, flags, real, limited)
        return with_pattern(model, whole, True, flags, real, limited) if found is None else found

    def _take(self, plan: Plan, free: Integers, change: Integers) -> bool:
        """Change columns where the plan then is better and breaks no row more; says whether so."""
        values = plan.columns[free] + change
        # What two changes both take off a shortfall is there once.
        least = np.where(self._is_shortfall[free], self.model.lower[free], values)
        values = np.maximum(values, least)
        change = values - plan.columns[free]
        if np.any(values < self.model.lower[free]) or np.any(values > self.model.upper[free]):
            return False
        row, column, value = self._by_column.entries(free)
        rows, line = np.unique(row, return_inverse=True)
        activity = plan.activity[rows]
        np.add.at(activity, line, value * change[column])
        low, high = self.model.low[rows], self.model.high[rows]
        before, after = (missed(now, low, high) for now in (plan.activity[rows], activity))
        mended = float((before - after) @ self._penalty[rows])
        gained = int(self.goal[free].astype(object) @ change.astype(object))
        if mended < 0 or mended + float(self.weights[free] @ change) <= 0:
            return False
        if mended == 0 and gained < 0:
            return False
        plan.columns[free] = values
        plan.activity[rows] = activity
        return True


def _sized(size: float, work: int, much: float, largest: float = LARGEST) -> float:
    """Give the size to take next, by how hard the last one was."""
    if work > HARD * much:
        return max(SMALLEST, size * SHRINKING)
    return min(largest, size * GROWTH) if work < EASY * much else size


def _penalties(formulation: Formulation, model: LinearModel, weights: Floats) -> Floats:
    """Say what a unit missed of each row costs: more than any column could bring for it."""
    request = np.maximum(formulation.problem.proposals.request, 1)
    reach = np.full(model.columns, float(np.abs(weights).max(initial=1e-30)))
    reach[formulation.funded] *= request
    reach[formulation.grant] *= request[formulation.problem.pairs.proposal]
    nearness = formulation.nearness
    reach[nearness.flags] *= request[nearness.owners]
    found = np.zeros(model.rows)
    row = np.repeat(np.arange(model.rows), np.diff(model.start))
    np.maximum.at(found, row, reach[model.column] / np.abs(model.coefficient))
    return PENALTY * found
