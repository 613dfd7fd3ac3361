"""The ranked list: gone down until time is up, and held beside a plan by another rule."""

from collections.abc import Callable
from dataclasses import replace

from matcher import money
from matcher.allocation.problem import Problem
from matcher.allocation.ranked_list import Ranked, rank
from matcher.pipeline.clock import Clock
from matcher.results import Baseline, Options
from matcher.solving.apart import Beside
from matcher.solving.payable import Payments
from matcher.tables import Plan, count_passed, merit_of

Tell = Callable[[str], None]
"""Told in a few words what is being done."""

COMPARING = 0.6
"""What is spent on open steps where the ranked list is only held beside a result, in the exact
solver's deterministic seconds."""


class TimeIsUp(Exception):
    """The clock ran out while the list was gone down."""


def go_down(problem: Problem, payments: Payments, clock: Clock, say: Tell) -> Ranked | None:
    """Go down the list, None where the pins cannot hold; raises TimeIsUp, half a list is none."""

    def tell(position: int, count: int) -> None:
        if clock.is_up():
            raise TimeIsUp
        say(f"going down the ranked list, {position} of {count}")

    return rank(problem, payments, tell)


def doubts_of(problem: Problem, ranked: Ranked) -> list[str]:
    """Say how far a ranked list is proven."""
    if not ranked.open_:
        return []
    currency = problem.round.currency
    left = int(problem.pools.budget.sum() - ranked.amounts.sum())
    most = money.shown(min(sum(ranked.open_.values()), left) * problem.unit, currency)
    steps = "step" if len(ranked.open_) == 1 else "steps"
    return [
        f"The ranked list is not proven at {len(ranked.open_)} {steps}: what was found is paid, "
        f"and up to {most} {currency} more might have been payable there."
    ]


class Listing:
    """The list that a plan is compared with, gone down beside the search for that plan."""

    def __init__(self, problem: Problem, clock: Clock) -> None:
        self._stopped = False
        payments = Payments(Options(seconds=max(clock.left(), 0.01)), COMPARING)

        def heard(_words: str) -> None:
            if self._stopped:
                raise TimeIsUp

        def ranked() -> Ranked | None:
            try:
                return go_down(problem, payments, clock, heard)
            except TimeIsUp:
                return None

        self._ranked = Beside(ranked)

    def stop(self) -> None:
        """Have it end, where there is nothing to compare it with."""
        self._stopped = True

    def baseline(self, plan: Plan, say: Tell) -> tuple[Baseline | None, list[str]]:
        """Give what the ranked list would have done, and how far that is proven.

        There is none where the list has no plan or no time is left.
        """
        say("going down the ranked list")
        ranked = self._ranked.result()
        if ranked is None:
            return None, []
        other = replace(plan, amounts=ranked.amounts)
        baseline = Baseline(
            rule="ranked_list",
            merit=merit_of(plan.problem, ranked.amounts),
            placed=int(ranked.amounts.sum()) * plan.problem.unit,
            funded=int((other.totals > 0).sum()),
            queue_jumps=count_passed(other),
        )
        return baseline, doubts_of(plan.problem, ranked)
