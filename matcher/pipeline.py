"""`match`: eligibility, problem, solve, verify and explain, one after the other.

Only this module sees all stages. A result that the independent verifier refuses never leaves it.
"""

import platform
import resource
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from importlib.metadata import version
from math import inf
from time import monotonic
from typing import Any

import numpy as np

from matcher import money
from matcher.allocation.problem import LARGE, Integers, Problem, problem_of
from matcher.allocation.ranked_list import NOT_ENFORCED, Ranked, rank
from matcher.allocation.rows import Row, SoftBound
from matcher.domain import Round
from matcher.eligibility import eligibility_of
from matcher.errors import InvalidRound, UnknownRule, VerificationFailed
from matcher.errors import Problem as Fault
from matcher.regulation import find_missing_packs
from matcher.results import Baseline, Figures, Level, Options, Run
from matcher.solving import Outcome, Progress, Report, solve_exactly
from matcher.solving.correction import Correction, cost_of_funding
from matcher.solving.payable import Payments, could_be_paid
from matcher.tables import Corrected, Plan, count_passed, merit_of, tables_of
from matcher.tables.notes import notes_on
from matcher.verify import verify_awards

RULES = ("max_merit", "ranked_list")
"""The allocation rules that are here (ALLOCATION_RULES.md)."""
PACKAGES = ("donor-matcher", "numpy", "ortools", "pandas", "pydantic")
SEARCHES = 20
"""So many open steps are looked into where the ranked list is only held beside a result."""
RESERVE = 0.05
"""The share of the time limit kept for verifying and writing."""

Tell = Callable[[str], None]
"""Told in a few words what is being done."""


@dataclass
class Clock:
    """Seconds of each stage, and what is left of the limit of the whole command."""

    limit: float
    start: float = field(default_factory=monotonic)
    timings: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Any:
        """Time a stage; the same name twice adds up."""
        begun = monotonic()
        try:
            yield
        finally:
            self.timings[name] = self.timings.get(name, 0.0) + monotonic() - begun

    def left(self) -> float:
        """Give the seconds left for solving."""
        return self.limit * (1 - RESERVE) - (monotonic() - self.start)


def match(
    round_: Round,
    options: Options = Options(),
    warnings: Sequence[Fault] = (),
    tell: Tell | None = None,
    clock: Clock | None = None,
    watch: Report | None = None,
) -> Run:
    """Run a round: verified awards with their tables, or the conflict that forbids any.

    `tell` is told in words what is being done, `watch` in figures how the solve gets on and, when
    it has ended, once more where each level stands.

    Raises UnknownRule, InvalidRound (a rule pack that is not here) and VerificationFailed.
    """
    clock = clock or Clock(options.seconds)
    rule = options.rule or round_.policy.rule
    if options.rule is not None:
        check_rule(options.rule)
    if missing := find_missing(round_):
        raise InvalidRound(missing)
    say = tell or (lambda _words: None)
    with clock.stage("eligibility"):
        say("judging who may fund what")
        eligibility = eligibility_of(round_)
    with clock.stage("problem"):
        problem = problem_of(round_, eligibility)
    with clock.stage("solve"):
        say("solving")
        outcome, notes = _allocate(problem, rule, options, clock, say, watch)
    record = _record(round_, rule, options, outcome, clock, warnings)
    record["warnings"] += notes
    if outcome.amounts is None:
        return Run(round_, options, outcome.status, (), {}, record)
    with clock.stage("verify"):
        say("verifying")
        levels = _verified(problem, outcome, rule)
    record["levels"] = [_level(level) for level in levels]
    plan = Plan(problem, eligibility, outcome.amounts)
    with clock.stage("solve"):
        compared = rule != "ranked_list" and (options.baseline or len(problem.pairs) <= LARGE)
        baseline, doubts = _baseline(plan, clock, say) if compared else (None, [])
    record["verified"] = True
    record["baseline"] = None if baseline is None else _shown(baseline, plan)
    record["warnings"] += doubts + notes_on(plan)
    with clock.stage("explain"):
        say("writing reasons")
        tables = tables_of(plan, could_be_paid, _until_time_is_up(clock), options.workers)
    record["reproducible"] &= clock.left() > 0
    figures = _figures(plan, tables, baseline)
    return Run(
        round_,
        options,
        outcome.status,
        levels,
        tables,
        record,
        figures,
        problem.awards(outcome.amounts),
    )


def check_rule(rule: str) -> None:
    """Raise UnknownRule for an allocation rule that is not here."""
    if rule not in RULES:
        raise UnknownRule(f'There is no rule "{rule}". Rules: {", ".join(RULES)}.')


def find_missing(round_: Round) -> list[Fault]:
    """Find the rule packs and the allocation rule that a round asks for and that are not here."""
    found = find_missing_packs(round_)
    if round_.policy.rule not in RULES:
        what, remedy = "is an allocation rule that is not here.", f"Use one of: {', '.join(RULES)}."
        found.append(Fault("round", None, "policy.rule", round_.policy.rule, what, remedy))
    return found


def tables_for(round_: Round, awards: Mapping[tuple[str, str], int]) -> Mapping[str, Any]:
    """Give the tables that awards lead to, so that a result folder can be held against them.

    What corrections cost is left out: it would take as long as the run did.
    """
    eligibility = eligibility_of(round_)
    problem = problem_of(round_, eligibility)
    plan = Plan(problem, eligibility, problem.amounts(awards))
    tables = dict(tables_of(plan, could_be_paid, None))
    tables["out_of_order"] = tables["out_of_order"].drop(columns="cost_of_correcting")
    return tables


def _allocate(
    problem: Problem, rule: str, options: Options, clock: Clock, say: Tell, watch: Report | None
) -> tuple[Outcome, list[str]]:
    """Give what the rule finds, and what is to be said of it."""

    def report(progress: Progress) -> None:
        say(progress.in_words())
        if watch is not None:
            watch(progress)

    timed = replace(options, seconds=max(clock.left(), 0.01))
    if rule == "max_merit":
        outcome = solve_exactly(problem, timed, report)
        if watch is not None:
            for level in outcome.levels:
                bound = inf if level.bound is None else float(level.bound)
                watch(Progress(level.level, level.key, float(level.value), bound))
        return outcome, []
    try:
        ranked = _rank(problem, Payments(timed), clock, say)
    except _TimeIsUp:
        return Outcome("no_solution", None, stop_reason="time_limit", stopped=True), []
    if ranked is None:
        return Outcome("infeasible", None, stop_reason="the pins cannot hold"), []
    return Outcome("feasible", ranked.amounts, stop_reason="rule"), _doubts(problem, ranked)


class _TimeIsUp(Exception):
    """The clock ran out while the list was gone down."""


def _rank(problem: Problem, payments: Payments, clock: Clock, say: Tell) -> Ranked | None:
    def tell(position: int, count: int) -> None:
        if clock.left() <= 0:
            raise _TimeIsUp
        say(f"going down the ranked list, {position} of {count}")

    return rank(problem, payments, tell)


def _doubts(problem: Problem, ranked: Ranked) -> list[str]:
    """Say how far a ranked list is proven."""
    if not ranked.open_:
        return []
    round_ = problem.round
    most = money.shown(sum(ranked.open_.values()) * problem.unit, round_.currency)
    steps = "step" if len(ranked.open_) == 1 else "steps"
    return [
        f"The ranked list is not proven at {len(ranked.open_)} {steps}: what was found is paid, "
        f"and up to {most} {round_.currency} more might have been payable there."
    ]


def _baseline(plan: Plan, clock: Clock, say: Tell) -> tuple[Baseline | None, list[str]]:
    """Give what the ranked list would have done, None where it has no plan or no time is left."""
    payments = Payments(Options(seconds=max(clock.left(), 0.01)), SEARCHES)
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


def _verified(problem: Problem, outcome: Outcome, rule: str) -> tuple[Level, ...]:
    """Have the independent verifier pass the awards; levels with the values that it finds."""
    if outcome.amounts is None:
        raise AssertionError("only a plan can be verified")
    skipped = NOT_ENFORCED if rule == "ranked_list" else ()
    checked = verify_awards(problem.round, problem.awards(outcome.amounts), skipped)
    if not checked.holds:
        raise VerificationFailed([violation.message for violation in checked.violations])
    found = {(level.level, level.key): level.value for level in checked.levels}
    if not outcome.levels:
        return tuple(
            Level(level.level, level.key, level.value, None, "rule") for level in checked.levels
        )
    wrong = [
        f"{level.level} {level.key or ''} is {level.value}, the verifier finds "
        f"{found.get((level.level, level.key))}"
        for level in outcome.levels
        if found.get((level.level, level.key), Fraction(0)) != level.value
    ]
    if wrong:
        raise VerificationFailed(wrong)
    return outcome.levels


def _record(
    round_: Round,
    rule: str,
    options: Options,
    outcome: Outcome,
    clock: Clock,
    warnings: Sequence[Fault],
) -> dict[str, Any]:
    """Give what run.json says, before verification; `timings` fills up until it is written."""
    record: dict[str, Any] = {
        "round_id": round_.id,
        "round_hash": round_.content_hash,
        "rule_packs": [],
        "options": {
            "rule": rule,
            "time_limit": options.seconds,
            "gap": options.gap,
            "workers": options.workers,
            "baseline": options.baseline,
        },
        "seed": options.seed,
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in PACKAGES},
        },
        "status": outcome.status,
        "stop_reason": outcome.stop_reason,
        "levels": [],
        "not_enforced": list(NOT_ENFORCED) if rule == "ranked_list" else [],
        "timings": clock.timings,
        "peak_memory_mib": peak_memory_mib(),
        "verified": False,
        "reproducible": not outcome.stopped,
        "warnings": [str(warning) for warning in warnings],
        "baseline": None,
    }
    if outcome.status == "infeasible":
        record["conflict"] = [vars(conflict) for conflict in outcome.conflict]
    return record


def peak_memory_mib() -> float:
    """Give the most memory the process has held, in MiB."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(used / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def _level(level: Level) -> dict[str, Any]:
    key = {"L1": "priority", "L2": "tier"}.get(level.level)
    return {
        "level": level.level,
        **({key: level.key} if key else {}),
        "value": float(level.value),
        "bound": None if level.bound is None else float(level.bound),
        "gap": None if level.gap is None else float(level.gap),
        "stopped_by": level.why,
    }


def _shown(baseline: Baseline, plan: Plan) -> dict[str, Any]:
    merit = merit_of(plan.problem, plan.amounts)
    return {
        "rule": baseline.rule,
        "merit": float(baseline.merit),
        "placed": plan.shown(baseline.placed // plan.problem.unit),
        "funded": baseline.funded,
        "queue_jumps": baseline.queue_jumps,
        "gain": float(merit / baseline.merit - 1) if baseline.merit else None,
    }


def _until_time_is_up(clock: Clock) -> Corrected:
    """Give the search for a correction's cost, which stops searching when time is up."""

    def search(
        problem: Problem,
        amounts: Integers,
        proposal: int,
        moving: Integers,
        rows: Sequence[Row],
        soft: Sequence[SoftBound],
        /,
    ) -> Correction | None:
        left = clock.left()
        if left <= 0:
            return None
        return cost_of_funding(problem, amounts, proposal, moving, rows, soft, left)

    return search


def _figures(plan: Plan, tables: Mapping[str, Any], baseline: Baseline | None) -> Figures:
    problem = plan.problem
    unit, proposals = problem.unit, problem.proposals
    paid = np.flatnonzero(plan.totals > 0)
    scores = [Fraction(int(proposals.score[j]), 10_000) for j in paid]
    decisions = Counter(tables["decisions"]["decision"])
    return Figures(
        budget=int(problem.pools.budget.sum()) * unit,
        requested=int(proposals.request[proposals.submitted].sum()) * unit,
        placed=int(plan.amounts.sum()) * unit,
        submitted=int(proposals.submitted.sum()),
        funded=decisions["funded"],
        partially_funded=decisions["partially_funded"],
        average_score=sum(scores, Fraction()) / len(scores) if scores else None,
        merit=merit_of(problem, plan.amounts),
        queue_jumps=count_passed(plan),
        conditional_awards=int((tables["awards"]["conditional"] == "true").sum()),
        decisions=dict(decisions),
        baseline=baseline,
    )
