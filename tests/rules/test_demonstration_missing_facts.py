"""What missing facts are worth in the made-up demonstration round, held against re-solves."""

from fractions import Fraction
from pathlib import Path

import pytest

from matcher import Options, Round, load_round
from matcher.allocation.problem import Problem, problem_of
from matcher.domain import Fact
from matcher.eligibility import eligibility_of
from matcher.explaining import FactValue, value_of_missing_facts
from matcher.explaining.missing.answers import Answers
from matcher.explaining.missing.grouping import groups_of
from matcher.explaining.missing.openings import Held
from matcher.explaining.missing.stating import answered
from matcher.solving import Outcome, Ways, solve_exactly

FOLDER = Path(__file__).parents[2] / "fixtures" / "rounds" / "baku-spring"
NEAR, FAR = Options(gap=1e-3), Options(gap=2e-2)
Levels = list[tuple[Fraction, Fraction]]
"""Value and bound of each level up to merit, turned so that more is better."""


@pytest.fixture(scope="module")
def round_() -> Round:
    return load_round(FOLDER)


def stated(round_: Round, value: FactValue) -> Round:
    row = Fact.model_validate(
        {
            "subject": value.fact.id,
            "fact": value.fact.name,
            "value": value.value,
            "checked_on": str(round_.decision_date),
        }
    )
    return round_.model_copy(update={"facts": (*round_.facts, row)})


def solved(problem: Problem, options: Options = NEAR) -> Outcome:
    # Who pays is not looked for: it takes longest and changes no merit.
    found = solve_exactly(problem, options, ways=Ways(late_steps=0))
    assert found.amounts is not None
    return found


def levels_of(found: Outcome) -> Levels:
    return [
        (sign * level.value, sign * (level.value if level.bound is None else level.bound))
        for level in found.levels
        if level.level in ("L1", "L2")
        for sign in [1 if level.level == "L2" else -1]
    ]


def opened(round_: Round, value: FactValue) -> int:
    """Count the pairs that may be awarded once a fact is stated, and could not be before."""
    then, now = (problem_in(one).pairs.allowed for one in (stated(round_, value), round_))
    return int(then.sum() - now.sum())


def problem_in(round_: Round) -> Problem:
    return problem_of(round_, eligibility_of(round_))


def assert_agrees(value: FactValue, base: Levels, then: Levels, count: int) -> None:
    """Hold a value against two solves: what both leave open has to meet, in each level."""
    ranges = [(one[0] - other[1], one[1] - other[0]) for one, other in zip(then, base, strict=True)]
    for (_, change), (least, most) in zip(value.shortfalls, ranges, strict=False):
        assert least <= -change <= most
    low, high = (sum(ends, Fraction(0)) for ends in zip(*ranges[count:], strict=True))
    assert value.low is not None and value.high is not None
    assert low <= value.high
    assert value.low <= high


@pytest.mark.slow
def test_the_most_valuable_fact_is_one_that_a_re_solve_agrees_with(round_: Round) -> None:
    (best,) = value_of_missing_facts(round_, FAR, lambda _words: None, most=1)
    assert best.exact
    assert best.pairs_opened == opened(round_, best)
    base, then = (levels_of(solved(problem_in(one), FAR)) for one in (round_, stated(round_, best)))
    assert_agrees(best, base, then, len(best.shortfalls))
    assert best.shortfalls[0][1] < 0


@pytest.mark.slow
def test_the_ten_most_valuable_are_those_that_solving_every_answer_finds(round_: Round) -> None:
    ten = value_of_missing_facts(round_, NEAR, lambda _words: None)
    assert len(ten) == 10
    assert all(value.exact for value in ten)
    problem, eligibility = problem_in(round_), eligibility_of(round_)
    plan = solved(problem)
    base = levels_of(plan)
    assert plan.amounts is not None and eligibility.law is not None
    awards = problem.awards(plan.amounts)
    held = Held.of(problem, eligibility)
    _, groups = groups_of(held, Answers(eligibility.law.law))
    listed = {value.fact: value for value in ten}
    count = len(ten[0].shortfalls)
    least = _reaching(ten[-1], base, count)
    for group in groups:
        fact, answer = group.first
        filled = answered(round_, fact, answer)
        assert filled is not None
        anew = problem_of(filled, eligibility_of(filled))
        assert anew.pairs.allowed.sum() == problem.pairs.allowed.sum() + len(group.pairs)
        found = solve_exactly(anew, NEAR, known=anew.amounts(awards))
        then = levels_of(found)
        value = listed.get(fact)
        if value is not None and value.value in group.answers[fact]:
            assert_agrees(value, base, then, count)
        elif not set(group.answers) & set(listed):
            # Of what is left out, nothing is found that lies beyond what the tenth may come to.
            assert [one for one, _ in then[:count]] <= least[:count]
            if [one for one, _ in then[:count]] == least[:count]:
                assert sum(one for one, _ in then[count:]) <= least[count]


def _reaching(value: FactValue, base: Levels, count: int) -> list[Fraction]:
    """Give the most that the tenth may reach: of each shortfall, and of all merit."""
    assert value.high is not None
    missed = [
        one[0] - change for one, (_, change) in zip(base[:count], value.shortfalls, strict=True)
    ]
    merit = sum((bound for _, bound in base[count:]), Fraction(0)) + value.high
    return [*missed, merit]
