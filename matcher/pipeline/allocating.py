"""The awards of a round by its rule."""

from collections.abc import Mapping
from dataclasses import replace
from math import inf

from matcher.allocation.problem import Problem
from matcher.pipeline.clock import Clock
from matcher.pipeline.listing import Tell, TimeIsUp, doubts_of, go_down
from matcher.results import Options
from matcher.solving import Outcome, Progress, Report, solve_exactly
from matcher.solving.payable import Payments

Awards = Mapping[tuple[str, str], int]


def allocate(
    problem: Problem,
    rule: str,
    options: Options,
    clock: Clock,
    say: Tell,
    watch: Report | None,
    earlier: Awards | None = None,
) -> tuple[Outcome, list[str]]:
    """Give the plan of a rule, and what it warns of.

    It is the best one known where time is up or an interrupt comes.
    `earlier` awards are a place to start from.
    """
    if rule == "ranked_list":
        return _by_list(problem, options, clock, say)

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
    return outcome, []


def _by_list(
    problem: Problem, options: Options, clock: Clock, say: Tell
) -> tuple[Outcome, list[str]]:
    """Go down the list; half a list is no plan, so a stop leaves nothing."""
    clock.breaking = False
    limited = replace(options, seconds=max(clock.left(), 0.01))
    try:
        ranked = go_down(problem, Payments(limited), clock, say)
    except TimeIsUp:
        reason = "interrupted" if clock.interrupted else "time_limit"
        return Outcome("no_solution", None, stop_reason=reason, stopped=True), []
    if ranked is None:
        return Outcome("infeasible", None, stop_reason="the pins cannot hold"), []
    return Outcome("feasible", ranked.amounts, stop_reason="rule"), doubts_of(problem, ranked)
