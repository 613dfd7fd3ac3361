"""What missing facts are worth, held against stating each answer and matching anew."""

from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from matcher import Options, Round, match
from matcher.allocation.problem import problem_of
from matcher.domain import Fact
from matcher.eligibility import eligibility_of
from matcher.explaining import FactValue, value_of_missing_facts
from matcher.explaining.missing.answers import Answers
from matcher.explaining.missing.grouping import groups_of
from matcher.explaining.missing.openings import Held
from matcher.explaining.missing.stating import answered
from matcher.explaining.solves import levels
from matcher.explaining.solves.worth import Worth, worth_of
from matcher.law.reasons import FactOf
from matcher.regulation import library
from matcher.solving import Ways
from tests.properties.random_law import a_pack
from tests.properties.random_law import a_round as a_random_round
from tests.unit.checked_rounds import build, pool, proposal, target
from tests.unit.checked_rules import asking, fact, outcome, pack, rule, step

EXACT = Options(gap=0)
EVERY = 1000
OPENING = (11, 14, 25, 39, 70, 88, 125, 140, 156)
"""Seeds of random rounds in which three or more sets of pairs are opened by some answer."""
FACTS = {
    "is_charity": fact("truth"),
    "is_heard": fact("truth"),
    "is_noted": fact("truth", "donor"),
    "form": fact("choice", values=("union", "fund", "guild")),
    "topics": fact("choices", "proposal", values=("art", "sport", "trade")),
    "seats": fact("number"),
    "founded": fact("date"),
    "opinion": fact("choice", "grant", values=("good", "bad")),
}


def quiet(_words: str) -> None:
    """Hear nothing."""


def values_of(round_: Round, options: Options = EXACT, most: int = EVERY) -> list[FactValue]:
    return value_of_missing_facts(round_, options, quiet, most)


Made = Callable[..., Round]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """Give a maker of rounds of three pools and five proposals of as many organisations."""

    def make(*rules: Any, known: Any = (), kind: str | None = None, **parts: Any) -> Round:
        xa = pack(rules, FACTS)
        monkeypatch.setattr(library, "installed", lambda: {"xa": xa})
        organisations = [
            {"org_id": f"O{n}", "name": f"Made-up club {n}", "country": "AZ"} for n in range(1, 6)
        ]
        organisations[4] |= {"kind": kind} if kind else {}
        pools = [
            pool("P1", "100"),
            pool("P2", "60", donor_id="E", max_grant="40"),
            pool("P3", "30"),
        ]
        proposals = [
            proposal(f"B{n}", str(asked), org_id=f"O{n}", score=str(score), minimum=str(least))
            for n, asked, score, least in (
                (1, 70, 90, 70), (2, 50, 80, 20), (3, 60, 70, 30), (4, 40, 60, 40), (5, 80, 50, 10),
            )
        ]  # fmt: skip
        stated = [{"subject": who, "fact": name, "value": text} for who, name, text in known]
        built: dict[str, Any] = {"organisations": organisations, "facts": stated}
        return build(pools, proposals, **built, rule_packs=["xa"], **parts)

    return make


def reached(round_: Round) -> tuple[dict[int, Fraction], Fraction, tuple[Fraction, ...]]:
    """Give by how much soft targets are missed, the merit, and the levels, more being better."""
    levels = match(round_, EXACT).levels
    missed = {level.key or 0: level.value for level in levels if level.level == "L1"}
    merits = [level.value for level in levels if level.level == "L2"]
    turned = (*(-value for value in missed.values()), *merits)
    return missed, sum(merits, Fraction(0)), turned


def stated(round_: Round, of: FactOf, answer: str) -> Round:
    row = Fact.model_validate(
        {"subject": of.id, "fact": of.name, "value": answer, "checked_on": "2026-03-01"}
    )
    return Round.model_validate(
        {name: getattr(round_, name) for name in round_.model_fields_set}
        | {"facts": (*round_.facts, row)}
    )


def missing_in(round_: Round) -> list[FactOf]:
    eligibility = eligibility_of(round_)
    return list(Held.of(problem_of(round_, eligibility), eligibility).waiting)


def answers_in(round_: Round, of: FactOf) -> Iterator[str]:
    law = eligibility_of(round_).law
    assert law is not None
    for alike in Answers(law.law).to(of):
        yield from alike


def assert_all_are_as_matching_says(round_: Round) -> list[FactValue]:
    """Hold every value against the best of stating every answer, and the order against theirs."""
    found = values_of(round_)
    missing = missing_in(round_)
    assert sorted(value.fact for value in found) == missing
    missed, merit, now = reached(round_)
    gains = {}
    for value in found:
        results = {
            answer: reached(stated(round_, value.fact, answer))
            for answer in answers_in(round_, value.fact)
        }
        best = max((result[2] for result in results.values()), default=now)
        gains[value.fact] = tuple(one - other for one, other in zip(best, now, strict=True))
        if not results:
            assert value.merit is None
        elif value.value:
            then = results[value.value]
            assert then[2] == best
            assert value.merit == value.low == value.high == then[1] - merit
            assert dict(value.shortfalls) == {key: then[0][key] - missed[key] for key in missed}
            assert all(results[answer][2] == best for answer in value.alike)
            assert value.exact
        else:
            assert (value.merit, value.money, value.pairs_opened) == (Fraction(0), 0, 0)
            assert best == now
    order = [gains[value.fact] for value in found]
    assert order == sorted(order, reverse=True)
    return found


BARS = rule("XA-01", outcome("not receiver.is_charity"))


def but(*organisations: int, name: str = "is_charity") -> list[tuple[str, str, str]]:
    """State a fact as true of every organisation but some."""
    return [(f"O{n}", name, "true") for n in range(1, 6) if n not in organisations]


def test_each_value_is_the_difference_that_matching_anew_makes(made: Made) -> None:
    found = assert_all_are_as_matching_says(made(BARS, known=but(1, 3, 5)))
    assert found[0].fact.id == "O1"
    assert found[0].value == "true"
    assert (found[0].pairs_held, found[0].pairs_opened) == (3, 3)


def test_nothing_is_missing_where_all_is_known(made: Made) -> None:
    assert values_of(made(BARS, known=but())) == []


def test_nothing_is_held_where_review_is_no_obstacle(made: Made) -> None:
    round_ = made(BARS, known=but(1), policy={"needs_review": "conditional"})
    assert values_of(round_) == []


def test_a_round_without_packs_has_no_missing_facts() -> None:
    assert values_of(build([pool("P")], [proposal("A")])) == []


def test_soft_targets_are_told_apart_from_merit_and_come_first(made: Made) -> None:
    wanted = target(
        id="T", where={"proposal": ["B4"]}, min_amount="40", strictness="soft", priority=1
    )
    found = assert_all_are_as_matching_says(made(BARS, known=but(1, 4), targets=[wanted]))
    assert [value.fact.id for value in found] == ["O4", "O1"]
    assert found[0].shortfalls == ((1, Fraction(-1)),)
    assert found[0].merit is not None and found[1].merit is not None
    assert found[0].merit < found[1].merit


@pytest.mark.parametrize(
    "when",
    [
        "not receiver.is_heard or receiver.form == fund",
        "receiver.form in [union, guild]",
        "receiver.form != none",
        "receiver.seats < 3 or receiver.seats > 7",
        "receiver.seats != 0.5",
        "days_since(receiver.founded) <= 400",
        'receiver.founded >= "2020-05-05" or receiver.founded < "2019-01-01"',
        "receiver.founded > today",
        "giver.is_noted",
        "proposal.topics not in [art, sport]",
        "proposal.topics != none and proposal.topics != trade",
        "grant.opinion != good and proposal.requested > 60",
    ],
)  # fmt: skip
def test_answers_of_every_type_are_tried(made: Made, when: str) -> None:
    known = but(1, 2, name="is_heard") + [(f"O{n}", "form", "guild") for n in (1, 4)]
    found = assert_all_are_as_matching_says(made(rule("XA-01", outcome(when)), known=known))
    assert found
    assert any(value.value and value.merit for value in found) or "is_heard" in when


def test_a_blank_column_is_filled_in(made: Made) -> None:
    asks = rule("XA-01", outcome("receiver.kind in [company, individual]"))
    # Nobody's kind is known, and those that the rule names are barred: there is none to try.
    assert {(value.fact.name, value.value) for value in values_of(made(asks))} == {("kind", "")}
    known = made(asks, kind="media")
    best, *_ = values_of(known)
    assert (best.fact, best.value) == (FactOf("organisation", "O1", "kind"), "media")
    filled = answered(known, best.fact, best.value)
    assert filled is not None
    assert best.merit == reached(filled)[1] - reached(known)[1]


def test_of_answers_for_a_blank_column_that_do_alike_the_one_most_others_give_comes_first(
    made: Made,
) -> None:
    round_ = made(rule("XA-01", outcome("receiver.country == FR")))
    organisations = [{"org_id": "O1", "name": "Made-up club 1"}] + [
        {"org_id": f"O{n}", "name": f"Made-up club {n}", "country": country}
        for n, country in enumerate(["GE", "GE", "AM", "KZ"], start=2)
    ]
    tables = {name: getattr(round_, name) for name in round_.model_fields_set}
    eligibility = eligibility_of(Round.model_validate(tables | {"organisations": organisations}))
    assert eligibility.law is not None
    answers = Answers(eligibility.law.law)
    country = FactOf("organisation", "O1", "country")
    assert answers.to(country) == [("GE", "AM", "KZ"), ("FR",)]


def test_a_rate_that_is_missing_is_reported_without_a_value(made: Made) -> None:
    (rate,) = values_of(made(rule("XA-01", outcome("money(proposal.requested, EUR) > 1"))))
    assert rate.fact == FactOf("round", "EUR", "rates")
    assert (rate.value, rate.merit, rate.money, rate.pairs_held) == ("", None, None, 15)


def test_a_fact_that_opens_nothing_alone_says_with_which_others(made: Made) -> None:
    both = rule("XA-02", outcome("not receiver.is_heard"))
    round_ = made(BARS, both, known=but(1, 2) + but(1, name="is_heard"))
    found = {value.fact: value for value in assert_all_are_as_matching_says(round_)}
    charity, heard = (FactOf("organisation", "O1", name) for name in ("is_charity", "is_heard"))
    assert found[charity].beside == (heard,)
    assert found[heard].beside == (charity,)
    assert found[FactOf("organisation", "O2", "is_charity")].beside == ()


def test_pairs_that_something_else_holds_back_wait_for_no_other_fact(made: Made) -> None:
    doubtful = rule("XA-02", outcome("receiver.country == AZ", confidence="M"))
    (only,) = values_of(made(BARS, doubtful, known=but(1)))
    assert (only.pairs_opened, only.merit, only.beside) == (0, Fraction(0), ())


def test_a_pair_that_would_be_paid_too_late_is_not_opened(made: Made) -> None:
    slow = asking("XA-02", step("file", 60), when="receiver.is_charity")
    round_ = made(BARS, slow, known=but(1))
    pools = tuple(p.model_copy(update={"pay_by": date(2026, 4, 1)}) for p in round_.pools)
    late = round_.model_copy(update={"pools": pools, "pools_by_id": {p.pool_id: p for p in pools}})
    (only,) = values_of(late)
    assert (only.pairs_held, only.pairs_opened) == (3, 0)


def test_a_pinned_pair_that_an_answer_would_bar_is_looked_at(made: Made) -> None:
    pin = {"pool_id": "P1", "proposal_id": "B1", "status": "pin", "reason": "Made up."}
    assert_all_are_as_matching_says(made(BARS, known=but(1, 2), pairs=[pin]))


def test_answers_that_open_the_same_pairs_are_solved_once(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = rule("XA-01", outcome("receiver.form == union"))
    known = [(f"O{n}", "form", "fund") for n in range(2, 6)]
    solved = []

    def counted(*given: Any) -> Any:
        solved.append(given)
        return worth_of(*given)

    monkeypatch.setattr("matcher.explaining.missing.search.worth_of", counted)
    (only,) = values_of(made(form, known=known))
    assert (only.value, only.alike) == ("fund", ("guild", "none"))
    assert len(solved) == 1


def test_the_first_few_are_those_of_the_whole_list(made: Made) -> None:
    round_ = made(BARS, known=but(1, 2, 3, 4, 5))
    whole = values_of(round_)
    assert [len(values_of(round_, most=most)) for most in (1, 3)] == [1, 3]
    assert values_of(round_, most=2) == whole[:2]


def test_what_no_time_is_left_for_is_told(made: Made) -> None:
    told: list[str] = []
    round_ = made(BARS, known=but(1))
    (only,) = value_of_missing_facts(round_, Options(seconds=0), told.append)
    assert only.merit is None
    assert "no plan" in told[-1]


@pytest.mark.parametrize("small", [300, 0])
@pytest.mark.parametrize("seed", OPENING)
def test_values_and_bounds_hold_in_random_rounds(
    seed: int, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bound is never below what matching finds, whichever way a level is solved."""
    monkeypatch.setattr(levels, "Ways", lambda: Ways(small=small))
    round_ = _random(seed, monkeypatch)
    eligibility = eligibility_of(round_)
    problem = problem_of(round_, eligibility)
    held = Held.of(problem, eligibility)
    assert eligibility.law is not None
    _, groups = groups_of(held, Answers(eligibility.law.law))
    assert len(groups) >= 3
    loose, far = Options(gap=0.3), float("inf")
    base = worth_of(problem, loose, far)
    assert isinstance(base, Worth)
    for group in groups[:3]:
        one, answer = group.first
        filled = answered(round_, one, answer)
        assert filled is not None
        anew = problem_of(filled, eligibility_of(filled))
        quick = problem_of(filled, held.judged(filled, one, group.pairs))
        for name, column in vars(anew.pairs).items():
            assert (getattr(quick.pairs, name) == column).all()
        known = quick.amounts(problem.awards(base.amounts))
        found = worth_of(quick, loose, far, known)
        assert isinstance(found, Worth)
        best = reached(filled)[2]
        assert found.values <= best <= found.bounds
        # A plan that has to be as good as the best is found, and one better than it is not.
        again = worth_of(quick, EXACT, far, known, best)
        assert isinstance(again, Worth) and again.values == best
        over = (*best[:-1], best[-1] + 1)
        assert not isinstance(worth_of(quick, EXACT, far, known, over), Worth)


def _random(seed: int, monkeypatch: pytest.MonkeyPatch) -> Round:
    dice = Random(f"missing {seed}")
    made_up = a_pack(dice)
    monkeypatch.setattr(library, "installed", lambda: {"made-up": made_up})
    facts = {name: declared.model_dump() for name, declared in made_up.facts.items()}
    return a_random_round(dice, ["made-up"], facts, [r.id for r in made_up.rules])
