"""A plan made better, neighbourhood by neighbourhood, until it is near enough to a bound.

Each neighbourhood is a small model solved by branch and bound from what the plan has there (large
neighbourhood search: Shaw 1998). Several are solved side by side, each as if it were alone; what
they change is taken one after the other, the best first, as far as every row still holds, and what
then cannot be taken leads to one more neighbourhood. What is done does not depend on the clock.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic

import numpy as np

from matcher.solving.apart import run_side_by_side
from matcher.solving.cp_sat import Effort
from matcher.solving.deciding import Decider, Tried
from matcher.solving.formulation import Formulation
from matcher.solving.guides import Guide
from matcher.solving.homes import homes_of
from matcher.solving.model import Flags, Floats, Integers, LinearModel
from matcher.solving.neighbourhoods import Chooser, Neighbourhood
from matcher.solving.opened import Plan, opened
from matcher.solving.places import common
from matcher.solving.taking import Taker

SIDE_BY_SIDE = 4
"""Neighbourhoods that are decided at the same time, however many workers there are."""
NODES = 60
"""Nodes of a search tree at most."""
EASY, HARD = 1000, 2500
"""Iterations of the simplex method: too few in a small neighbourhood, too many in a large one."""
SMALLEST, FIRST, LARGEST = 6, 14, 60
"""Proposals of a neighbourhood, which follow from how hard the last ones were."""
GUIDED, REPAID = 40, 80
"""Proposals that a relaxation wants otherwise are decided anew together, so many at most, and then
so many whose payers it wants otherwise: sweeps of scores take two thirds of the time by that."""
FREELY = 100
"""Pairs of them up to which flags do not stay where plan and relaxation agree: with more, that
finds two thirds and more in a fifth to a tenth of the time."""
LED, LED_NODES = 200, 10
"""Proposals that a guide wants paid otherwise are decided anew together, so many at most, with so
many nodes of a search tree: more bring little where all payers may change."""
LED_WORK = 16.0
"""How much more work a neighbourhood may take that a guide led to: it has to be large."""
IN_TURN, AT_MOST = 4, 16
"""Neighbourhoods that are drawn one after the other beside those that guides led to."""
FIRST_WORK, ASKING = 4000, 3000
"""Iterations that the largest of these takes as long as none was solved, and what asking a slow
guide is like: draws in turn end about when the largest does, where there are two workers."""
GROWTH = 1.03
SHRINKING = 0.9


Call = Callable[[], Sequence[Tried]]


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
    regains: bool = True
    """Whether changes that do not go together are decided anew: it takes longer than the step."""

    def __post_init__(self) -> None:
        self._decider = Decider(self.formulation, self.model, self.weights, self.finest)
        self._taker = Taker(self._decider, self.goal)
        self._wanted: list[Floats | None] = [None] * len(self.guides)
        self._sizes = [float(LED)] * len(self.guides)
        self._in_turn_work = FIRST_WORK
        self.begin(self.effort)
        # What a proposal alone breaks, as a smallest grant, is no row of the compact model.
        row = np.repeat(np.arange(self.model.rows), np.diff(self.model.start))
        self._owner = common(homes_of(self.formulation)[self.model.column], row, self.model.rows)
        self._owner[self.origin[self.origin >= 0]] = -1
        self._own = np.flatnonzero(self._owner >= 0)

    def begin(self, effort: Effort) -> None:
        """Begin a step that may take as long as its effort says."""
        self.effort, self._deadline = effort, monotonic() + effort.seconds

    def better(self, plan: Plan, follow: bool = True) -> bool:
        """Decide neighbourhoods anew and change the plan; says whether it got better.

        Guides are asked, and what they want is decided where that is to `follow`.
        """
        mending = bool(plan.missing(self.model).any())
        losses = self._losses(plan)
        calls = self._led(plan, losses[0], follow)
        if any(asked.led for asked in calls):
            calls.append(_Asked(partial(self._in_turn, plan)))
        else:
            taken: Flags = np.zeros(len(self.formulation.total), np.bool_)
            drawn = [self._drawn(plan, losses, taken) for _ in range(SIDE_BY_SIDE)]
            calls += [_Asked(call) for call in drawn if call is not None]
        tried = run_side_by_side([one.call for one in calls], workers=self.effort.workers)
        better = self._changed(plan, tried)
        # While rows are mended little can be moved: that says nothing of what is hard afterwards.
        if not mending:
            self._hear(calls, tried)
        return better

    def _changed(self, plan: Plan, tried: Sequence[Sequence[Tried]]) -> bool:
        """Change the plan as far as it can be, by what brings most first; says whether it was.

        What follows each other is taken in that order. Where the rest cannot be had, what lies
        between it and the plan is decided anew: most of what it brings is found again there.
        """
        gain = self._decider.gain
        rows = [[change for one in found if (change := one.change) is not None] for found in tried]
        rows.sort(key=lambda row: -sum(map(gain, row)))
        wanted, lost, better = plan.columns.astype(np.float64), 0.0, False
        for free, by in (change for row in rows for change in row):
            if self._taker.take(plan, free, by):
                better = True
            else:
                wanted[free] += by
                lost += gain((free, by))
        if not self.regains or lost <= 0:
            return better
        return self._taker.take_any(plan, self._decided(plan, wanted, LED)) or better

    def _losses(self, plan: Plan) -> tuple[Floats, Floats]:
        """Give what a plan loses, by proposal and by row, with what it breaks."""
        wrong = plan.missing(self.model) * self._decider.penalty
        broken = np.where(self.origin >= 0, wrong[self.origin], 0.0)
        alone: Floats = np.zeros(len(self.formulation.total))
        np.add.at(alone, self._owner[self._own], wrong[self._own])
        return self.chooser.losses(plan.columns, broken, alone)

    def _hear(self, calls: Sequence[_Asked], tried: Sequence[Sequence[Tried]]) -> None:
        """Take sizes after how hard the last neighbourhoods were, and tell guides of theirs."""
        led = [0]
        for asked, found in zip(calls, tried, strict=True):
            for one in found:
                if asked.guide is None:
                    self.size = _sized(self.size, one.work, 1.0)
                    continue
                led.append(one.work)
                size = self._sizes[asked.guide]
                self._sizes[asked.guide] = _sized(size, one.work, LED_WORK, LED)
                self.guides[asked.guide].heard(one.found is not None, one.work)
        slow = sum(not guide.soon for guide in self.guides)
        self._in_turn_work = 2 * max(led) - sum(led) - ASKING * slow

    def _drawn(self, plan: Plan, losses: tuple[Floats, Floats], taken: Flags) -> Call | None:
        """Give the call for a neighbourhood of proposals not `taken` yet, and take them."""
        drawn = self.chooser.draw(plan.columns, losses, taken, int(self.size))
        if drawn is None:
            return None
        taken[drawn.proposals] = True
        return self._call(plan, drawn, self.nodes)

    def _in_turn(self, plan: Plan) -> list[Tried]:
        """Draw neighbourhoods one after the other, each from what the ones before came to."""
        mine = Plan(plan.columns.copy(), plan.activity.copy())
        taken: Flags = np.zeros(len(self.formulation.total), np.bool_)
        tried: list[Tried] = []
        while len(tried) < AT_MOST and monotonic() < self._deadline:
            if len(tried) >= IN_TURN and sum(one.work for one in tried) >= self._in_turn_work:
                break
            call = self._drawn(mine, self._losses(mine), taken)
            if call is None:
                break
            found = call()
            self._taker.take_any(mine, found)
            tried += found
        return tried

    def _led(self, plan: Plan, lost: Floats, follow: bool) -> list[_Asked]:
        """Give the calls that follow guides, and those that ask what they want for the next step.

        A guide that answers soon is asked and followed in one.
        """
        led, asking = [], []
        for at, guide in enumerate(self.guides):
            if guide.soon and not follow:
                continue
            if guide.soon:
                led.append(_Asked(self._asked_and_followed(at, plan, lost), at, led=True))
                continue
            wanted = self._wanted[at]
            if wanted is not None and follow:
                led.append(
                    _Asked(partial(self._decided, plan, wanted, self._sizes[at]), at, led=True)
                )
            asking.append(_Asked(self._asking(at, plan, lost), at))
        return led + asking

    def _decided(self, plan: Plan, wanted: Floats, size: float) -> Sequence[Tried]:
        """Decide anew what is wanted paid otherwise; it changes nothing."""
        drawn = self.chooser.repaid(plan.columns, wanted, int(size))
        return [] if drawn is None else self._call(plan, drawn, LED_NODES, agreed=True)()

    def _asked_and_followed(self, at: int, plan: Plan, lost: Floats) -> Call:
        def call() -> Sequence[Tried]:
            wanted = self.guides[at].wanted(plan.columns, lost)
            return [] if wanted is None else self._decided(plan, wanted, self._sizes[at])

        return call

    def _asking(self, at: int, plan: Plan, lost: Floats) -> Call:
        def call() -> Sequence[Tried]:
            self._wanted[at] = self.guides[at].wanted(plan.columns, lost)
            return []

        return call

    def guided(self, plan: Plan, wanted: Floats) -> bool:
        """Decide anew what a relaxation wants otherwise, at once; says whether the plan got better.

        `wanted` are the relaxation's columns. From a plan that was good before the round was
        changed, this goes most of the way at once.
        """
        drawn = self.chooser.around(plan.columns, wanted, GUIDED)
        if drawn is None:
            return False
        if len(drawn.pairs) <= FREELY:
            return self._taker.take_any(plan, self._call(plan, drawn, self.nodes)())
        return self._taker.take_any(plan, self._call(plan, drawn, LED_NODES, agreed=True)())

    def repaid(self, plan: Plan, wanted: Floats) -> bool:
        """Decide anew whose payers a relaxation wants otherwise; says whether it got better."""
        return self._taker.take_any(plan, self._decided(plan, wanted, REPAID))

    def _call(self, plan: Plan, one: Neighbourhood, nodes: int, agreed: bool = False) -> Call:
        """Give the call that decides a neighbourhood anew; it changes nothing."""
        part = opened(self.model, self._taker.by_column, plan, self._free(plan, one))
        decide = self._decider.decide(part, plan, nodes, self.effort, self._deadline, agreed)
        return lambda: [decide()]

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


def _sized(size: float, work: int, much: float, largest: float = LARGEST) -> float:
    """Give the size to take next, by how hard the last one was."""
    if work > HARD * much:
        return max(SMALLEST, size * SHRINKING)
    return min(largest, size * GROWTH) if work < EASY * much else size
