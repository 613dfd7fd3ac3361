"""A level of a large round: a bound by prices and cuts, a plan by rounding and neighbourhoods.

The bound comes from the compact relaxation with cuts for the caps of organisations; the plan from a
dive into it, made better where it loses most against the bound. Both hold every constraint of the
model: the bound because it relaxes all of them, the plan because each step is checked exactly. A
vast round is planned by sections first (ADR 0009).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from time import monotonic

import numpy as np

from matcher.allocation.problem import LARGE
from matcher.solving.aim import Aim
from matcher.solving.apart import run_side_by_side
from matcher.solving.bounding import Bounding
from matcher.solving.closing import ROUGH, Closing
from matcher.solving.compact import CompactModel
from matcher.solving.cp_sat import Effort, Ended, Solved
from matcher.solving.dive import Dive, Dived
from matcher.solving.formulation import Formulation
from matcher.solving.guides import Growing, Guide
from matcher.solving.improving import FIRST, NODES, Improver
from matcher.solving.landscape import Landscape
from matcher.solving.linear import Linear, Relaxation
from matcher.solving.market import Market
from matcher.solving.model import Integers, LinearModel
from matcher.solving.narrowing import Priced
from matcher.solving.neighbourhoods import Chooser
from matcher.solving.objectives import WholeObjective
from matcher.solving.opened import Plan
from matcher.solving.payers import with_totals_kept
from matcher.solving.prices import weighed
from matcher.solving.proximity import Proximity
from matcher.solving.rounding import mended
from matcher.solving.sections import Section, sections_of
from matcher.solving.stepping import Stepping

STALE = 60
"""Steps without anything better after which a search ends."""
LEFT = 80
"""Proposals that a dive leaves to be decided together, in a large round: on the last of them it
spends three of four steps, and loses more merit than deciding them together does."""
SECTIONS_AT_ONCE, SECTIONS_GAP, SECTIONS_TIME = 2, 0.4, 0.7
"""Sections that are planned at the same time, to what part of the gap allowed, and in what part of
the time left at most: a plan says more than a bound, but a bound takes nearly as long."""
PAYERS, PAYERS_NODES = 40.0, 1
"""Proposals of the first neighbourhood where payers alone change, for more go together than else,
and nodes of each search tree there, for further ones find hardly anything."""


@dataclass(frozen=True)
class Search:
    """What is searched: `goal`, then `later` goals, on a model that holds the earlier levels.

    `guide` is the goal whose prices are guessed first. `told` hears of every better plan, with its
    value and the bound. Where there is a `section`, a number of proposals, the round is so large
    that it is planned by sections first, and bounded from inside. Up to `branched` pairs a search
    tree grows beside the plan. Where the round is `small`, all its pairs are looked at from the
    start, a tree is grown and followed in the same step, and an exact solver tries to close what
    the first steps leave open.
    """

    formulation: Formulation
    model: LinearModel
    goal: WholeObjective
    later: Sequence[WholeObjective]
    guide: WholeObjective
    effort: Effort
    told: Callable[[int, int], None]
    stale: int = STALE
    section: int | None = None
    branched: int = 0
    small: bool = False

    def run(self, known: Integers | None, doubtful: bool = False) -> Solved:
        """Search from the columns known, or from a dive; columns that are no plan are not given.

        Where what is known is `doubtful`, of another round say, and turns out to be far from the
        bound, the search begins anew with a dive.
        """
        deadline, bounding = monotonic() + self.effort.seconds, self._bounding
        market = bounding.market(deadline)
        columns, clocked = known, False
        if known is None and self.section is not None and market is not None:
            columns, clocked = self._by_sections(self.section, market, deadline)
            known = columns if self.model.allows(columns) else None
        if monotonic() > deadline:
            return self._timed_out(known, market)
        relaxation, linear = bounding.bounded(market, deadline)
        if linear.missed:
            return Solved(None, 0, "infeasible")
        if linear.clock:
            return self._timed_out(known, market, linear.bound)
        solved, _ = self._searched(columns, relaxation, linear, deadline, doubtful)
        return replace(solved, clocked=clocked or solved.ended == "time_limit")

    def _timed_out(
        self, known: Integers | None, market: Market | None, proven: float = np.inf
    ) -> Solved:
        """Give what is known where time is up before a relaxation is, with what is proven then."""
        bounding = self._bounding
        highest = bounding.guessed(market) if self._aim.is_merit else bounding.reach
        lowest = self._aim.outward(min(proven, highest))
        return Solved(known, lowest, "time_limit", clocked=True)

    def priced(self) -> tuple[Solved, Priced | None]:
        """Bound the goal with cuts, without looking for a plan.

        Gives also the model with the prices that prove it, None where the clock ended it or where
        it is proven that there is no plan.
        """
        deadline, bounding = monotonic() + self.effort.seconds, self._bounding
        relaxation, linear = bounding.bounded(bounding.market(deadline), deadline)
        if linear.missed:
            return Solved(None, 0, "infeasible"), None
        ended: Ended = "time_limit" if linear.clock else "work_limit"
        solved = Solved(None, self._aim.outward(linear.bound), ended, clocked=linear.clock)
        if linear.clock:
            return solved, None
        tight, costs = relaxation.model, relaxation.costs
        return solved, Priced(self.formulation, self.model, tight, costs, linear.prices)

    def nearest(self) -> tuple[Integers | None, bool]:
        """Give the columns a search comes to, whether or not they reach what rows ask for.

        Says also whether a clock ended it.
        """
        deadline = monotonic() + self.effort.seconds
        relaxation, linear = self._bounding.bounded(self._bounding.market(deadline), deadline)
        if linear.clock:
            return None, True
        solved, columns = self._searched(None, relaxation, linear, deadline)
        return columns, solved.ended == "time_limit"

    def _by_sections(self, each: int, market: Market, deadline: float) -> tuple[Integers, bool]:
        """Search section by section, two at a time, and put what they come to together.

        Says also whether a clock ended any of it.
        """
        tight = self._bounding.tight
        costs = tight.costs(self.guide.upwards)
        sections = sections_of(
            self.formulation, tight, costs, market, each, self.effort.seed, deadline
        )
        turns = max(1, -(-len(sections) // SECTIONS_AT_ONCE))
        seconds = (deadline - monotonic()) * SECTIONS_TIME / turns
        gap = self.effort.gap * SECTIONS_GAP
        effort = replace(self.effort, seconds=seconds, gap=gap, kept=0.0)

        def planned(section: Section) -> tuple[Integers | None, bool]:
            goal, guide, *later = map(section.goal, (self.goal, self.guide, *self.later))
            part = section.formulation
            return Search(part, part.model, goal, later, guide, effort, _nobody).nearest()

        calls = [partial(planned, section) for section in sections]
        amounts, clocked = np.zeros(len(self.formulation.money), np.int64), False
        results = run_side_by_side(calls, workers=SECTIONS_AT_ONCE)
        for section, (found, clock) in zip(sections, results, strict=True):
            clocked |= clock
            if found is not None:
                amounts[section.pairs] = found[section.formulation.money]
        return mended(self.formulation, amounts), clocked

    def _searched(
        self,
        known: Integers | None,
        relaxation: Relaxation,
        linear: Linear,
        deadline: float,
        doubtful: bool = False,
    ) -> tuple[Solved, Integers]:
        """Search from the columns known, or from a dive; gives also where it ends."""
        # Where a target can be met, prices say so but for a rounding, and columns say so exactly.
        lowest = min(linear.bound, self._bounding.reach)
        bound, columns = self._aim.outward(lowest), known
        if self.later and self.section is None:
            relaxation.aim(relaxation.model.costs(self._aim.weights))
            linear = relaxation.bound(self._bounding.close)

        # Where no relaxation is asked near a plan, what a dive takes longest about is left.
        left = LEFT if self._aim.is_merit and len(self.formulation.money) > LARGE else 0

        def dive() -> Dived:
            return Dive(self.formulation, relaxation, linear).plan(left)

        # Targets are met by changes made together, as the relaxation shows; merit by small ones.
        wanted = linear.columns if known is not None or not self._aim.is_merit else None
        if columns is None:
            dived = dive()
            columns, wanted = dived.columns, wanted if dived.wanted is None else dived.wanted
        plan = Plan.of(self.model, columns.copy())
        guides = self._guides(relaxation, linear, lowest, deadline)
        stepping = self._stepping(relaxation.model, linear, deadline, guides)
        anew = dive if doubtful and known is not None and self._aim.is_merit else None
        return stepping.run(plan, bound, wanted, anew), plan.columns

    def _guides(
        self, relaxation: Relaxation, linear: Linear, bound: float, deadline: float
    ) -> list[Guide]:
        """Give what leads to better plans for merit, as long as relaxations are solved soon."""
        at, pairs = self.formulation, len(self.formulation.money)
        guides: list[Guide] = []
        if not self._aim.is_merit:
            return guides
        if self.goal.most and pairs <= self.branched:
            tree = self._bounding.tree(relaxation, bound, deadline)
            guides.append(
                Growing(at, self.model, self.goal.upwards, tree, self.effort.seed, self.small)
            )
        if pairs <= LARGE:
            guides.append(Proximity(at, relaxation, linear, self.effort.seed))
        return guides

    def run_unpriced(self, known: Integers, steps: int, priced: bool) -> Solved:
        """Change payers alone in some steps, without prices to choose them by.

        The bound is what the relaxation proves where it is `priced`, else what columns allow.
        """
        deadline, bounding = monotonic() + self.effort.seconds, self._bounding
        tight = bounding.tight
        costs = tight.costs(self._aim.weights)
        prices = np.zeros(len(tight.low))
        bound, reduced = weighed(tight, costs, prices)
        linear = Linear(np.zeros(len(costs)), bound, reduced, prices, False, False)
        limit = self._aim.outward(bounding.reach)
        if priced:
            _, proven = bounding.bounded(bounding.market(deadline), deadline)
            limit = self._aim.outward(proven.bound)
        settled = replace(self, model=with_totals_kept(self.formulation, self.model, known))
        plan = Plan.of(settled.model, known.copy())
        return settled._stepping(tight, linear, deadline, steps=steps).run(plan, limit)

    def _stepping(
        self,
        model: CompactModel,
        linear: Linear,
        deadline: float,
        guides: Sequence[Guide] = (),
        steps: int | None = None,
    ) -> Stepping:
        size, nodes = (FIRST, NODES) if steps is None else (PAYERS, PAYERS_NODES)
        # What is lost of a target is soon found in another step.
        regains = self._aim.is_merit or steps is not None
        improver = partial(self._improver, model, linear, size, nodes, guides, regains)
        # While a tree grows, which takes as long, nothing is saved by waiting.
        follow = len(self.formulation.money) <= self.branched
        closing = None
        merit = self._aim.is_merit and self.goal.most and steps is None
        if self.small and merit and self.effort.gap >= ROUGH:
            closing = Closing(self.formulation, self.model, self.goal.upwards)
        return Stepping(
            self._aim, improver, guides, self.effort, deadline, self.told, self.stale, steps,
            follow, closing,
        )  # fmt: skip

    def _improver(
        self,
        model: CompactModel,
        linear: Linear,
        size: float,
        nodes: int,
        guides: Sequence[Guide],
        regains: bool,
    ) -> Improver:
        landscape = Landscape.of(self.formulation, model, linear)
        chooser = Chooser(landscape, self.formulation, self.effort.seed)
        return Improver(
            self.formulation,
            self.model,
            self.goal.upwards,
            self._aim.weights,
            self._aim.parts[-1],
            chooser,
            model.origin,
            self.effort,
            size,
            nodes,
            guides,
            regains,
        )

    @cached_property
    def _bounding(self) -> Bounding:
        return Bounding(
            self.formulation, self.model, self.goal.upwards, self.guide.upwards, self.effort,
            self.small, self.section is not None,
        )  # fmt: skip

    @cached_property
    def _aim(self) -> Aim:
        is_merit = self.goal is self.guide
        return Aim(self.formulation, self.model, self.goal, self.later, is_merit)


def _nobody(value: int, bound: int) -> None:
    """Hear of a better plan, and do nothing."""
