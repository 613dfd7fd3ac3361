"""The awards of a round by its rule, and by the ranked list that they are compared with."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import inf

from matcher import money
from matcher.allocation.problem import Problem
from matcher.allocation.ranked_list import Ranked, rank
from matcher.pipeline.clock import Clock
from matcher.results import Baseline, Options
from matcher.solving import Outcome, Progress, Report, Ways, solve_exactly
from matcher.solving.payable import Payments
from matcher.tables import Plan, count_passed, merit_of

Awards = Mapping[tuple[str, str], int]
Tell = Callable[[str], None]
"""Told in a few words what is being done."""


COMPARING = 0.6
"""What is spent on open steps where the ranked list is only held beside a result, in the exact
solver's deterministic seconds."""

BRIEF = Ways(late_steps=2)
"""What a brief run spends on the levels after merit: a few neighbourhoods at any size."""


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
    ways = BRIEF if options.brief else Ways()
    outcome = solve_exactly(problem, limited, report, ways, known)
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
        ranked = _rank(problem, Payments(limited), clock, say)
    except _TimeIsUp:
        reason = "interrupted" if clock.interrupted else "time_limit"
        return Outcome("no_solution", None, stop_reason=reason, stopped=True), []
    if ranked is None:
        return Outcome("infeasible", None, stop_reason="the pins cannot hold"), []
    return Outcome("feasible", ranked.amounts, stop_reason="rule"), _doubts(problem, ranked)


def _rank(problem: Problem, payments: Payments, clock: Clock, say: Tell) -> Ranked | None:
    def tell(position: int, count: int) -> None:
        if clock.is_up():
            raise _TimeIsUp
        say(f"going down the ranked list, {position} of {count}")

    return rank(problem, payments, tell)


def _doubts(problem: Problem, ranked: Ranked) -> list[str]:
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


def baseline_of(plan: Plan, clock: Clock, say: Tell) -> tuple[Baseline | None, list[str]]:
    """Give what the ranked list would have done, and how far that is proven.

    There is none where the list has no plan or no time is left.
    """
    payments = Payments(Options(seconds=max(clock.left(), 0.01)), COMPARING)
    try:
        ranked = _rank(plan.problem, payments, clock, say)
    except _TimeIsUp:
        return None, []
    if ranked is None:
        return None, []
    amounts = ranked.amounts
    other = replace(plan, amounts=amounts)
    baseline = Baseline(
        rule="ranked_list",
        merit=merit_of(plan.problem, amounts),
        placed=int(amounts.sum()) * plan.problem.unit,
        funded=int((other.totals > 0).sum()),
        queue_jumps=count_passed(other),
    )
    return baseline, _doubts(plan.problem, ranked)
