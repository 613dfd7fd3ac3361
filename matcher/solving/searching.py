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
from matcher.solving.apart import run_side_by_side
from matcher.solving.caps import Cap, caps_of, cuts_of
from matcher.solving.compact import CompactModel, compact
from matcher.solving.cp_sat import Effort, Ended, Solved
from matcher.solving.cuts import Cut
from matcher.solving.decided import DecidedRelaxation
from matcher.solving.first_guess import first_pairs
from matcher.solving.formulation import Formulation
from matcher.solving.guides import Growing, Guide
from matcher.solving.improving import FIRST, NODES, Improver
from matcher.solving.interior import InteriorRelaxation
from matcher.solving.linear import Linear, Relaxation
from matcher.solving.market import Market, cleared
from matcher.solving.model import Floats, Integers, LinearModel
from matcher.solving.neighbourhoods import Chooser, Landscape
from matcher.solving.objectives import WholeObjective, size_of
from matcher.solving.opened import Plan
from matcher.solving.payers import with_totals_kept
from matcher.solving.prices import weighed
from matcher.solving.proposal_cuts import ProposalCuts
from matcher.solving.proximity import Proximity
from matcher.solving.rounding import Dive, mended
from matcher.solving.sections import Section, sections_of
from matcher.solving.tree import Tree

CLOSE, CLOSE_TO_GAP, OF_LARGE = 1e-5, 0.02, 0.1
"""How near a bound is to be to the relaxation's value, as a share of it and of the gap allowed, and
of large rounds: the last pairs called make prices better, but cost the more the more there are."""
LATER = 0.1
"""What a unit of the next level weighs against one of this level in neighbourhoods."""
AHEAD = 2
"""So many of the later goals are weighed."""
STALE, CLOSED = 60, 0.01
"""Steps without anything better after which a search ends, and what part of what is open a bound
must close to be better."""
SECTIONS_AT_ONCE, SECTIONS_GAP, SECTIONS_TIME = 2, 0.4, 0.7
"""Sections that are planned at the same time, to what part of the gap allowed, and in what part of
the time left at most: a plan says more than a bound, but a bound takes nearly as long."""
STILL = 0.8
"""Guides are followed as soon as a step of neighbourhoods drawn alone leaves so much still open."""
FAR = 0.03
"""What part of the bound a plan of another round may lose: a dive loses less, but is made anew."""
PAYERS, PAYERS_NODES = 40.0, 1
"""Proposals of the first neighbourhood where payers alone change, for more go together than else,
and nodes of each search tree there, for further ones find hardly anything."""


@dataclass(frozen=True)
class Search:
    """What is searched: `goal`, then `later` goals, on a model that holds the earlier levels.

    `guide` is the goal whose prices are guessed first. `told` hears of every better plan, with its
    value and the bound. Where there is a `section`, a number of proposals, the round is so large
    that it is planned by sections first, and bounded from inside. Up to `branched` pairs a search
    tree grows beside the plan.
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

    def run(self, known: Integers | None, doubtful: bool = False) -> Solved:
        """Search from the columns known, or from a dive; columns that are no plan are not given.

        Where what is known is `doubtful`, of another round say, and turns out to be far from the
        bound, the search begins anew with a dive.
        """
        deadline = monotonic() + self.effort.seconds
        tight = compact(self.formulation, self.model)
        market = self._market(tight, deadline)
        columns, clocked = known, False
        if known is None and self.section is not None:
            columns, clocked = self._by_sections(self.section, tight, market, deadline)
            known = columns if self.model.allows(columns) else None
        if monotonic() > deadline:
            return Solved(known, self._limit(tight), "time_limit", clocked=True)
        relaxation, linear = self._bounded(tight, market, deadline)
        if linear.missed:
            return Solved(None, 0, "infeasible")
        if linear.clock:
            return Solved(known, self._outward(linear.bound), "time_limit", clocked=True)
        solved, _ = self._searched(columns, relaxation, linear, deadline, doubtful)
        return replace(solved, clocked=clocked or solved.ended == "time_limit")

    def bounded(self) -> Solved:
        """Bound the goal with cuts, without looking for a plan."""
        deadline = monotonic() + self.effort.seconds
        tight = compact(self.formulation, self.model)
        _, linear = self._bounded(tight, self._market(tight, deadline), deadline)
        if linear.missed:
            return Solved(None, 0, "infeasible")
        ended: Ended = "time_limit" if linear.clock else "work_limit"
        return Solved(None, self._outward(linear.bound), ended, clocked=linear.clock)

    def nearest(self) -> tuple[Integers | None, bool]:
        """Give the columns a search comes to, whether or not they reach what rows ask for.

        Says also whether a clock ended it.
        """
        deadline = monotonic() + self.effort.seconds
        tight = compact(self.formulation, self.model)
        relaxation, linear = self._bounded(tight, self._market(tight, deadline), deadline)
        if linear.clock:
            return None, True
        solved, columns = self._searched(None, relaxation, linear, deadline)
        return columns, solved.ended == "time_limit"

    def _by_sections(
        self, each: int, tight: CompactModel, market: Market, deadline: float
    ) -> tuple[Integers, bool]:
        """Search section by section, two at a time, and put what they come to together.

        Says also whether a clock ended any of it.
        """
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
        lowest = min(linear.bound, self._reach(relaxation.model))
        bound, columns = self._outward(lowest), known
        if self.later and self.section is None:
            relaxation.aim(relaxation.model.costs(self._weights))
            linear = relaxation.bound(self._close())

        def dive() -> Integers:
            return Dive(self.formulation, relaxation, linear).plan()

        if columns is None:
            columns = dive()
        plan = Plan.of(self.model, columns.copy())
        # Targets are met by changes made together, as the relaxation shows; merit by small ones.
        guided = known is not None or self.goal is not self.guide
        guide = linear.columns if guided else None
        found = self._improved(
            plan,
            bound,
            relaxation.model,
            linear,
            deadline,
            guide=guide,
            anew=dive if doubtful and known is not None and self.goal is self.guide else None,
            guides=self._guides(relaxation, linear, lowest, deadline),
        )
        return found, plan.columns

    def _guides(
        self, relaxation: Relaxation, linear: Linear, bound: float, deadline: float
    ) -> list[Guide]:
        """Give what leads to better plans for merit, as long as relaxations are solved soon."""
        at, pairs = self.formulation, len(self.formulation.money)
        guides: list[Guide] = []
        if self.goal is not self.guide:
            return guides
        if self.goal.most and pairs <= self.branched:
            tree = self._tree(relaxation, bound, deadline)
            guides.append(Growing(at, self.model, self.goal.upwards, tree, self.effort.seed))
        if pairs <= LARGE:
            guides.append(Proximity(at, relaxation, linear, self.effort.seed))
        return guides

    def _tree(self, relaxation: Relaxation, bound: float, deadline: float) -> Tree:
        """Plant a search tree, on a relaxation of its own."""
        at, left = self.formulation, replace(self.effort, seconds=deadline - monotonic())
        model, costs = relaxation.model, relaxation.model.costs(self.goal.upwards)
        decided = DecidedRelaxation(at, model, costs, model.upper[at.money] > 0, left)
        alone = ProposalCuts.of(at, self.model, replace(left, workers=1))
        return Tree(at, decided, self._of_caps, alone, bound, self._close())

    def run_unpriced(self, known: Integers, steps: int, priced: bool) -> Solved:
        """Change payers alone in some steps, without prices to choose them by.

        The bound is what the relaxation proves where it is `priced`, else what columns allow.
        """
        deadline = monotonic() + self.effort.seconds
        tight = compact(self.formulation, self.model)
        costs = tight.costs(self._weights)
        prices = np.zeros(len(tight.low))
        bound, reduced = weighed(tight, costs, prices)
        linear = Linear(np.zeros(len(costs)), bound, reduced, prices, False, False)
        limit = self._limit(tight)
        if priced:
            _, proven = self._bounded(tight, self._market(tight, deadline), deadline)
            limit = self._outward(proven.bound)
        settled = replace(self, model=with_totals_kept(self.formulation, self.model, known))
        plan = Plan.of(settled.model, known.copy())
        return settled._improved(plan, limit, tight, linear, deadline, steps)

    def _market(self, tight: CompactModel, deadline: float) -> Market:
        return cleared(self.formulation, tight, tight.costs(self.guide.upwards), deadline)

    def _limit(self, tight: CompactModel) -> int:
        return self._outward(self._reach(tight))

    def _reach(self, tight: CompactModel) -> float:
        """Give what columns allow by their bounds alone, to be made most."""
        return weighed(tight, tight.costs(self.goal.upwards), np.zeros_like(tight.low))[0]

    def _bounded(
        self, tight: CompactModel, market: Market, deadline: float
    ) -> tuple[Relaxation, Linear]:
        """Bound the goal, with cuts, from what the market guesses."""
        first = first_pairs(self.formulation, market, self.effort.seed)
        left = replace(self.effort, seconds=deadline - monotonic())
        kind = Relaxation if self.section is None else InteriorRelaxation
        relaxation = kind(tight, tight.costs(self.goal.upwards), first, left)
        values = np.zeros(len(tight.upper))
        values[self.formulation.total] = market.totals
        request = np.maximum(self.formulation.problem.proposals.request, 1)
        values[self.formulation.funded] = market.totals / request
        relaxation.cut(cuts_of(self.formulation, tight, self._caps, values))
        alone = None
        if len(self.formulation.money) <= LARGE:
            cuts = ProposalCuts.of(self.formulation, self.model, left)
            alone = partial(cuts.missed, relaxation.costs)
        return relaxation, relaxation.bound(self._close(), self._of_caps, alone)

    def _of_caps(self, model: CompactModel, linear: Linear) -> list[Cut]:
        return cuts_of(self.formulation, model, self._caps, linear.columns)

    @cached_property
    def _caps(self) -> list[Cap]:
        return caps_of(self.formulation)

    def _improved(
        self,
        plan: Plan,
        bound: int,
        model: CompactModel,
        linear: Linear,
        deadline: float,
        steps: int | None = None,
        guide: Floats | None = None,
        anew: Callable[[], Integers] | None = None,
        guides: Sequence[Guide] = (),
    ) -> Solved:
        """Make a plan better until it is near enough, nothing better is found, or time is up.

        The first steps follow the relaxation's columns, where they are given as `guide`; a plan
        that is far from the bound after those is left for a dive, where there is one.
        """
        best = plan.columns.copy() if self.model.allows(plan.columns) else None
        ended: Ended = "work_limit"
        try:
            size, nodes = (FIRST, NODES) if steps is None else (PAYERS, PAYERS_NODES)
            improver = self._improver(model, linear, size, nodes, guides)
            first: list[Callable[[], bool]] = []
            if guide is not None:
                first = [partial(improver.guided, plan, guide)]
            # Targets are met by who is funded: who pays says little of them.
            if guide is not None and self.goal is self.guide:
                first.append(partial(improver.repaid, plan, guide))
            stale, done = 0, 0
            # While a tree grows, which takes as long, nothing is saved by waiting.
            follow = not all(one.soon for one in guides)
            while stale < self.stale and (steps is None or done < steps):
                if best is not None and self._near(best, bound):
                    ended = "proven"
                    break
                allowed = self.effort.left(deadline, best is not None)
                if allowed.seconds <= 0:
                    ended = "time_limit"
                    break
                improver.begin(allowed)
                before = self._standing(plan)
                if done < len(first):
                    better, done = first[done](), done + 1
                    far = done == len(first) and not self._within(plan.columns, bound, FAR)
                    if anew is not None and far:
                        plan = Plan.of(self.model, anew())
                else:
                    left = self._open(plan.columns, bound)
                    better, done = improver.better(plan, follow), done + 1
                    follow |= self._open(plan.columns, bound) > STILL * left
                changed = better
                if self.goal is not self.guide:
                    # What comes later is made better later: that is no reason to go on.
                    better &= self._standing(plan) != before
                proven = min((one.bound for one in guides), default=np.inf)
                if np.isfinite(proven):
                    tighter = min(bound, self._outward(proven))
                    better |= bound - tighter > CLOSED * abs(bound - self.goal.total(plan.columns))
                    bound = tighter
                stale = 0 if better or done < len(first) else stale + 1
                if changed and not plan.missing(self.model).any() and self._is_better(plan, best):
                    best = plan.columns.copy()
                    self.told(self.goal.total(best), bound)
        except KeyboardInterrupt:
            ended = "interrupted"
        return Solved(best, bound, ended)

    def _improver(
        self,
        model: CompactModel,
        linear: Linear,
        size: float,
        nodes: int,
        guides: Sequence[Guide],
    ) -> Improver:
        landscape = Landscape.of(self.formulation, model, linear)
        chooser = Chooser(landscape, self.formulation, self.effort.seed)
        return Improver(
            self.formulation,
            self.model,
            self.goal.upwards,
            self._weights,
            self._parts[-1],
            chooser,
            model.origin,
            self.effort,
            size,
            nodes,
            guides,
        )

    def _close(self) -> float:
        """Say how near to the relaxation's value a bound is to be, as a share of it."""
        large = len(self.formulation.money) > LARGE
        return max(CLOSE, (OF_LARGE if large else CLOSE_TO_GAP) * self.effort.gap)

    def _near(self, columns: Integers, bound: int) -> bool:
        return self._within(columns, bound, self.effort.gap)

    def _within(self, columns: Integers, bound: int, share: float) -> bool:
        return abs(bound - self.goal.total(columns)) <= share * abs(bound)

    def _standing(self, plan: Plan) -> tuple[int, int]:
        """Give what a plan breaks and what it reaches of the goal."""
        return int(plan.missing(self.model).sum()), self.goal.total(plan.columns)

    def _open(self, columns: Integers, bound: int) -> int:
        return abs(bound - self.goal.total(columns))

    def _is_better(self, plan: Plan, best: Integers | None) -> bool:
        """Say whether a plan reaches more of the goal, or as much, and more of what follows."""
        if best is None:
            return True
        by = plan.columns - best
        more = int(self.goal.upwards @ by)
        return more > 0 or (more == 0 and float(self._weights @ by) > 0)

    def _outward(self, bound: float) -> int:
        return int(np.floor(bound)) if self.goal.most else int(np.ceil(-bound))

    @cached_property
    def _weights(self) -> Floats:
        """Weigh the goal and, by far less each, the later ones: to be made most."""
        weights: Floats = np.sum(self._parts, axis=0)
        return weights

    @cached_property
    def _parts(self) -> list[Floats]:
        """Give the weights of each goal that says anything, the first one's first."""
        parts: list[Floats] = []
        for goal in (self.goal, *self.later[:AHEAD]):
            size = size_of(self.formulation, goal)
            if size > 0:
                part: Floats = goal.upwards.astype(np.float64) * (LATER ** len(parts) / size)
                parts.append(part)
        return parts or [np.zeros(self.model.columns)]


def _nobody(value: int, bound: int) -> None:
    """Hear of a better plan, and do nothing."""
