"""A plan made better step by step, until it is near enough to the bound or little more is found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from matcher.solving.aim import Aim
from matcher.solving.closing import NODES, TIMES, Closing
from matcher.solving.cp_sat import Effort, Ended, Solved
from matcher.solving.dive import Dived
from matcher.solving.guides import Guide
from matcher.solving.improving import Improver
from matcher.solving.model import Floats, Integers
from matcher.solving.opened import Plan

CLOSED = 0.01
"""What part of what is open a bound must close to be better."""
STILL = 0.8
"""Guides are followed as soon as a step of neighbourhoods drawn alone leaves so much still open."""
FAR = 0.03
"""What part of the bound a plan of another round may lose: a dive loses less, but is made anew."""
ROOTED, OF_GAP = 0.004, 2.0
"""What part of the bound may be open where a root alone is tried, and at least how many times the
gap: where more is, it takes a second and longer on a round of 750 pairs and closes little."""
BETWEEN = 4
"""Steps after the first try at closing what is open, which bounds alone, before the next: draws of
scores of a round of 750 pairs take an eighth less than where plans are searched at once, a quarter
where 0.05 % may stay open."""


@dataclass(frozen=True)
class Stepping:
    """How steps are made: what for, by whom, and how many, until when.

    So many `stale` steps without anything better end it, or so many `steps` at all. `told` hears of
    every better plan, with its value and the bound. `guides` are those that the improver asks, from
    the first step on where they are to `follow`. Where there is `closing`, it is tried after the
    first steps and as soon as little is open, a few steps later, and again whenever steps find
    nothing better.
    """

    aim: Aim
    improver: Callable[[], Improver]
    guides: Sequence[Guide]
    effort: Effort
    deadline: float
    told: Callable[[int, int], None]
    stale: int
    steps: int | None = None
    follow: bool = True
    closing: Closing | None = None

    def run(
        self,
        plan: Plan,
        bound: int,
        wanted: Floats | None = None,
        anew: Callable[[], Dived] | None = None,
    ) -> Solved:
        """Make a plan better until it is near enough, nothing better is found, or time is up.

        The first steps follow the relaxation's columns, where these are `wanted`; a plan that is
        far from the bound after those is left for one made `anew`, where that can be, and what a
        dive wants there is followed as well.
        """
        aim, stale, done, closed, again = self.aim, 0, 0, 0, 0
        best = plan.columns.copy() if aim.model.allows(plan.columns) else None
        ended: Ended = "work_limit"
        try:
            improver = self.improver()
            first = self._first(improver, plan, wanted)
            follow = self.follow
            while self.steps is None or done < self.steps:
                if best is not None and aim.goal.is_near(best, bound, self.effort.gap):
                    ended = "proven"
                    break
                allowed = self.effort.left(self.deadline, best is not None)
                if allowed.seconds <= 0:
                    ended = "time_limit"
                    break
                idle = stale >= self.stale
                rooted = not closed and best is not None and self._is_rooted(best, bound)
                due = idle or (rooted and done >= len(first)) or (closed == 1 and done >= again)
                if self.closing is not None and closed < TIMES and best is not None and due:
                    seeded = replace(allowed, seed=allowed.seed + closed)
                    nodes = 0 if rooted else NODES
                    closer, proven = self.closing.tried(best, float(bound), seeded, nodes)
                    bound, closed, stale = self._tighter(bound, proven), closed + 1, 0
                    again = done + BETWEEN
                    if closer is not None:
                        best, plan = closer, Plan.of(aim.model, closer.copy())
                    self.told(aim.goal.total(best), bound)
                    continue
                if idle:
                    break
                improver.begin(allowed)
                before = aim.standing(plan)
                if done < len(first):
                    changed, done = first[done](), done + 1
                    far = done == len(first) and not aim.goal.is_near(plan.columns, bound, FAR)
                    if anew is not None and far:
                        dived, anew = anew(), None
                        plan = Plan.of(aim.model, dived.columns)
                        first += self._first(improver, plan, dived.wanted)
                else:
                    left = aim.left_open(plan.columns, bound)
                    changed, done = improver.better(plan, follow), done + 1
                    follow |= aim.left_open(plan.columns, bound) > STILL * left
                # What comes after targets is made better later: that is no reason to go on.
                better = changed and (aim.is_merit or aim.standing(plan) != before)
                tighter = self._tighter(
                    bound, min((one.bound for one in self.guides), default=np.inf)
                )
                better |= abs(bound - tighter) > CLOSED * aim.left_open(plan.columns, bound)
                bound, stale = tighter, 0 if better or done < len(first) else stale + 1
                if changed and not plan.missing(aim.model).any() and aim.is_better(plan, best):
                    best = plan.columns.copy()
                    self.told(aim.goal.total(best), bound)
        except KeyboardInterrupt:
            ended = "interrupted"
        return Solved(best, bound, ended)

    def _is_rooted(self, best: Integers, bound: int) -> bool:
        """Say whether what is open may be closed by the root of a search alone."""
        return self.aim.goal.is_near(best, bound, max(ROOTED, OF_GAP * self.effort.gap))

    def _first(
        self, improver: Improver, plan: Plan, wanted: Floats | None
    ) -> list[Callable[[], bool]]:
        """Give the first steps: towards what is wanted, and for merit towards who is to pay it."""
        if wanted is None:
            return []
        guided = partial(improver.guided, plan, wanted)
        return [guided, partial(improver.repaid, plan, wanted)] if self.aim.is_merit else [guided]

    def _tighter(self, bound: int, proven: float) -> int:
        """Give the bound, or what is proven of the goal, to be made most, where that is tighter."""
        known = self.aim.outward(proven) if np.isfinite(proven) else bound
        return self.aim.goal.tighter(bound, known)
