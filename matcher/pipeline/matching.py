"""`match`: the stages of a run, each a function of what came before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from matcher.allocation.problem import LARGE, Problem, problem_of
from matcher.allocation.wish import Correct, Correction, Wish
from matcher.domain import Round
from matcher.eligibility import EligibilityTable, eligibility_of
from matcher.errors import InvalidRound, VerificationFailed
from matcher.errors import Problem as Fault
from matcher.pipeline.allocating import allocate
from matcher.pipeline.clock import Clock
from matcher.pipeline.listing import Listing, Tell
from matcher.pipeline.nearness import nearness_of, notes_on_changes
from matcher.pipeline.record import baseline_entry, level_entry, record_of
from matcher.pipeline.rules import check_near, check_rule, find_missing, not_enforced_by
from matcher.pipeline.too_fine import placed
from matcher.results import Level, Options, Run
from matcher.solving import Outcome, Report
from matcher.solving.correction import cost_of_funding
from matcher.solving.payable import could_be_paid
from matcher.tables import Plan, figures_of, tables_of
from matcher.tables.awards import award_rows
from matcher.tables.notes import notes_on
from matcher.verify import changed_proposals, verify_awards


@dataclass(frozen=True)
class Posed:
    """A round with the rule to decide it by, judged and stated in arrays."""

    rule: str
    problem: Problem
    eligibility: EligibilityTable


@dataclass(frozen=True)
class Decided(Posed):
    """The awards of a round by its rule, verified, before anything is said about them.

    `outcome` has no amounts where the round is infeasible or nothing was found; then there are no
    `levels` and no awards. `doubts` are what the rule warns of.
    """

    outcome: Outcome
    levels: tuple[Level, ...]
    doubts: Sequence[str]

    @property
    def awards(self) -> Mapping[tuple[str, str], int]:
        """The awards in base minor units, by (pool id, proposal id)."""
        amounts = self.outcome.amounts
        return {} if amounts is None else self.problem.awards(amounts)


def decide(
    round_: Round,
    options: Options,
    say: Tell,
    clock: Clock,
    watch: Report | None = None,
    earlier: Mapping[tuple[str, str], int] | None = None,
) -> Decided:
    """Decide a round and have the awards verified; parameters and errors as for `match`."""
    return _decided(_posed(round_, options, say, clock), options, say, clock, watch, earlier)


def _posed(round_: Round, options: Options, say: Tell, clock: Clock) -> Posed:
    rule = options.rule or round_.policy.rule
    if options.rule is not None:
        check_rule(options.rule)
    if missing := find_missing(round_):
        raise InvalidRound(missing)
    check_near(rule, options)
    with clock.stage("eligibility"):
        say("judging who may fund what")
        eligibility = eligibility_of(round_)
    with clock.stage("problem"):
        return Posed(rule, problem_of(round_, eligibility), eligibility)


def _decided(
    posed: Posed,
    options: Options,
    say: Tell,
    clock: Clock,
    watch: Report | None,
    earlier: Mapping[tuple[str, str], int] | None,
) -> Decided:
    rule, problem = posed.rule, posed.problem
    with clock.stage("solve"):
        say("solving")
        try:
            outcome, doubts = allocate(problem, rule, options, clock, say, watch, earlier)
        except InvalidRound as refused:
            raise InvalidRound(placed(problem, refused.problems)) from refused
    levels: tuple[Level, ...] = ()
    if outcome.amounts is not None:
        with clock.stage("verify"):
            say("verifying")
            levels = _verified(problem, outcome, rule, options)
    return Decided(rule, problem, posed.eligibility, outcome, levels, doubts)


def match(
    round_: Round,
    options: Options = Options(),
    warnings: Sequence[Fault] = (),
    tell: Tell | None = None,
    clock: Clock | None = None,
    watch: Report | None = None,
    earlier: Mapping[tuple[str, str], int] | None = None,
) -> Run:
    """Run a round: verified awards with their tables, or the conflict that forbids any.

    `tell` is told in words what is being done, `watch` in figures how the solve gets on and, when
    it has ended, once more where each level stands. `earlier` awards, in base minor units, are a
    place to start from; what the round has no place for among them is left out.

    Raises UnknownRule (also for one that cannot stay near an earlier result), InvalidRound (a rule
    pack that is not here) and VerificationFailed.
    """
    clock, say = clock or Clock(options.seconds), tell or (lambda _words: None)
    posed = _posed(round_, options, say, clock)
    problem = posed.problem
    asked = options.baseline or (len(problem.pairs) <= LARGE and not options.brief)
    listing = Listing(problem, clock) if asked and posed.rule != "ranked_list" else None
    decided = _decided(posed, options, say, clock, watch, earlier)
    outcome = decided.outcome
    record = record_of(round_, decided.rule, options, outcome, clock.timings, warnings)
    if outcome.amounts is None:
        if listing is not None:
            listing.stop()
        return Run(round_, options, outcome.status, (), {}, record)
    levels = decided.levels
    record["levels"] = [level_entry(level) for level in levels]
    plan = Plan(problem, decided.eligibility, outcome.amounts)
    with clock.stage("solve"):
        baseline, more = (None, []) if listing is None else listing.baseline(plan, say)
    record["verified"] = True
    record["baseline"] = None if baseline is None else baseline_entry(baseline, plan)
    record["warnings"] += [*decided.doubts, *more, *notes_on(plan)]
    near, awards = nearness_of(options.stay_near), decided.awards
    if options.stay_near is not None and near is not None:
        changed = changed_proposals(round_, near.awards, awards)
        record["changed"] = list(changed)
        record["warnings"] += notes_on_changes(options.stay_near, changed)
    with clock.stage("explain"):
        say("writing reasons")
        search = None if options.brief else _until_time_is_up(clock)
        tables = tables_of(plan, could_be_paid, search, options.workers)
    record["reproducible"] &= not clock.cut
    return Run(
        round_,
        options,
        outcome.status,
        levels,
        tables,
        record,
        figures_of(plan, tables, baseline),
        awards,
    )


def tables_for(round_: Round, awards: Mapping[tuple[str, str], int]) -> Mapping[str, pd.DataFrame]:
    """Give the tables that awards lead to, so that a result folder can be held against them.

    What corrections cost is left out: it would take as long as the run did.
    """
    tables = dict(tables_of(_plan_of(round_, awards), could_be_paid, None))
    tables["out_of_order"] = tables["out_of_order"].drop(columns="cost_of_correcting")
    return tables


def award_rows_for(round_: Round, awards: Mapping[tuple[str, str], int]) -> list[dict[str, str]]:
    """Give the rows of awards.csv that awards lead to, by pool id and then proposal id."""
    return award_rows(_plan_of(round_, awards))


def _plan_of(round_: Round, awards: Mapping[tuple[str, str], int]) -> Plan:
    """Give awards, in base minor units, as a plan of their round."""
    eligibility = eligibility_of(round_)
    problem = problem_of(round_, eligibility)
    return Plan(problem, eligibility, problem.amounts(awards))


def _verified(problem: Problem, outcome: Outcome, rule: str, options: Options) -> tuple[Level, ...]:
    """Have the independent verifier pass the awards; levels with the values that it finds."""
    if outcome.amounts is None:
        raise AssertionError("only a plan can be verified")
    near = nearness_of(options.stay_near)
    awards = problem.awards(outcome.amounts)
    checked = verify_awards(problem.round, awards, not_enforced_by(rule), near)
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


def _until_time_is_up(clock: Clock) -> Correct:
    """Give the search for a correction's cost, which stops searching when time is up."""

    def search(wish: Wish) -> Correction | None:
        if clock.is_up():
            return None
        found = cost_of_funding(wish, clock.left())
        return None if clock.is_up() else found

    return search
