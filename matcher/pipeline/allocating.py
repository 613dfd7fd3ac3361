"""The awards of a round by its rule, and by the ranked list that they are compared with."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import inf

from matcher.allocation.problem import Integers, Problem
from matcher.allocation.ranked_list import rank
from matcher.pipeline.clock import Clock
from matcher.results import Baseline, Options
from matcher.solving import Outcome, Progress, Report, solve_exactly
from matcher.solving.payable import largest_payable
from matcher.tables import Plan, count_passed, merit_of

Awards = Mapping[tuple[str, str], int]
Tell = Callable[[str], None]
"""Told in a few words what is being done."""


class _TimeIsUp(Exception):
    """The clock ran out while the list was gone down."""


def allocate(
    problem: Problem,
    rule: str,
    options: Options,
    clock: Clock,
    say: Tell,
    watch: Report | None,
    earlier: Awards | None = None,
) -> Outcome:
    """Give the plan of a rule, the best one known where time is up or an interrupt comes.

    `earlier` awards are a place to start from.
    """
    if rule == "ranked_list":
        return _by_list(problem, clock, say)

    def report(progress: Progress) -> None:
        say(progress.in_words())
        if watch is not None:
            watch(progress)

    limited = replace(options, seconds=max(clock.left(), 0.01))
    known = None if earlier is None else problem.amounts(earlier)
    outcome = solve_exactly(problem, limited, report, known=known)
    clock.breaking = False
    if watch is not None:
        for level in outcome.levels:
            bound = inf if level.bound is None else float(level.bound)
            watch(Progress(level.level, level.key, float(level.value), bound))
    return outcome


def _by_list(problem: Problem, clock: Clock, say: Tell) -> Outcome:
    """Go down the list; half a list is no plan, so a stop leaves nothing."""
    clock.breaking = False
    try:
        amounts = _rank(problem, clock, say)
    except _TimeIsUp:
        reason = "interrupted" if clock.interrupted else "time_limit"
        return Outcome("no_solution", None, stop_reason=reason, stopped=True)
    if amounts is None:
        return Outcome("infeasible", None, stop_reason="the pins cannot hold")
    return Outcome("feasible", amounts, stop_reason="rule")


def _rank(problem: Problem, clock: Clock, say: Tell) -> Integers | None:
    def tell(position: int, count: int) -> None:
        if clock.is_up():
            raise _TimeIsUp
        say(f"going down the ranked list, {position} of {count}")

    return rank(problem, largest_payable, tell)


def baseline_of(plan: Plan, clock: Clock, say: Tell) -> Baseline | None:
    """Give what the ranked list would have done, None where it has no plan or no time is left."""
    try:
        amounts = _rank(plan.problem, clock, say)
    except _TimeIsUp:
        return None
    if amounts is None:
        return None
    other = replace(plan, amounts=amounts)
    return Baseline(
        rule="ranked_list",
        merit=merit_of(plan.problem, amounts),
        placed=int(amounts.sum()) * plan.problem.unit,
        funded=int((other.totals > 0).sum()),
        queue_jumps=count_passed(other),
    )
