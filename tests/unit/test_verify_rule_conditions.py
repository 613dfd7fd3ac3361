"""The checker: conditions of rule packs (docs/reference/rule-packs.md). All rules are made up."""

import pytest

from matcher.errors import MatcherError
from tests.unit.checked_rules import (
    ASK,
    a_round,
    holds,
    judge,
    outcome,
    rule,
)

KNOWN = {
    "is_charity": "yes",
    "is_heard": "0",
    "seats": "12",
    "reserve": "100.10",
    "founded": "2026-02-19",
    "closed": "none",
    "form": "fund",
    "topics": "sport;art",
    "motto": "Onwards",
}
ALONE = [
    ("receiver.is_charity", True),
    ("not receiver.is_charity", False),
    ("receiver.is_heard", False),
    ("receiver.is_charity == true", True),
    ("receiver.is_charity != false", True),
    ("receiver.is_noted", None),
    ("not receiver.is_noted", None),
    ("receiver.seats == 12 and receiver.seats <= 12 and receiver.seats >= 12", True),
    ("receiver.seats > 12 or receiver.seats < 12 or receiver.seats != 12", False),
    ("12.5 > receiver.seats", True),
    ("receiver.reserve == 100.1", True),
    ("receiver.reserve > 100.10000000000000000001", False),
    ("receiver.reserve < 100.10000000000000000001", True),
    ("receiver.seats > -1", True),
    ('receiver.founded == "2026-02-19"', True),
    ('receiver.founded < "2026-02-20"', True),
    ("receiver.founded <= today", True),
    ("days_since(receiver.founded) == 10", True),
    ("days_since(receiver.closed) > 0", False),
    ('today == "2026-03-01"', True),
    ("receiver.form == fund", True),
    ("receiver.form in [union, fund]", True),
    ("receiver.form not in [union]", True),
    ('receiver.motto == "Onwards"', True),
    ("receiver.kind == media and giver.kind == bank", True),
    ("receiver.kind == giver.kind", False),
    ("true", True),
    ("false", False),
    ("(true\n  and not false)", True),
]


@pytest.mark.parametrize(("when", "truth"), ALONE)
def test_a_condition_compares_facts_with_values_of_their_own_type(when: str, truth: bool) -> None:
    assert holds(a_round({"facts": KNOWN}), when) is truth


LISTS = [
    ("receiver.topics == art", True),
    ("receiver.topics == trade", False),
    ("receiver.topics in [trade, sport]", True),
    ("receiver.topics != art", False),
    ("receiver.topics != trade", True),
    ("receiver.topics not in [trade, sport]", False),
    ("receiver.topics not in [trade]", True),
    ("receiver.hobbies == art", None),
    ("receiver.hobbies not in [art]", None),
]


@pytest.mark.parametrize(("when", "truth"), LISTS)
def test_a_list_is_asked_for_any_of_its_items_and_denied_for_all(when: str, truth: bool) -> None:
    assert holds(a_round({"facts": KNOWN}), when) is truth


NONE = [
    ("receiver.closed == none", True),
    ("receiver.closed != none", False),
    ('receiver.closed == "2026-01-01"', False),
    ('receiver.closed != "2026-01-01"', True),
    ('receiver.closed in ["2026-01-01"]', False),
    ('receiver.closed not in ["2026-01-01"]', True),
    ('receiver.closed in ["2026-01-01", none]', True),
    ('receiver.closed not in ["2026-01-01", none]', False),
    ("receiver.founded in [none]", False),
    ("receiver.founded not in [none]", True),
    ("none == receiver.closed", True),
    ("receiver.closed < today", False),
    ("receiver.closed >= today", False),
    ("receiver.closed == receiver.closed", False),
    ("receiver.closed != receiver.closed", True),
    ('not receiver.closed == "2026-01-01"', True),
    ("receiver.founded == none", False),
    ("receiver.founded != none", True),
    ("receiver.topics != none", True),
    ("receiver.hobbies == none", None),
    ("receiver.hobbies != none", None),
]


@pytest.mark.parametrize(("when", "truth"), NONE)
def test_what_does_not_exist_equals_nothing_but_none(when: str, truth: bool) -> None:
    assert holds(a_round({"facts": KNOWN}), when) is truth


def test_a_truth_that_is_none_is_not_true() -> None:
    round_ = a_round({"facts": {"is_charity": "none"}})
    assert holds(round_, "receiver.is_charity") is False
    assert holds(round_, "not receiver.is_charity") is True


TRUTHS = {"receiver.is_charity": True, "receiver.is_heard": False, "receiver.is_noted": None}


@pytest.mark.parametrize("one", TRUTHS)
@pytest.mark.parametrize("other", TRUTHS)
def test_truth_has_three_values(one: str, other: str) -> None:
    round_ = a_round({"facts": KNOWN})
    values = {TRUTHS[one], TRUTHS[other]}
    both = False if False in values else None if None in values else True
    some = True if True in values else None if None in values else False
    assert holds(round_, f"{one} and {other}") is both
    assert holds(round_, f"{one} or {other}") is some


@pytest.mark.parametrize(
    "when",
    [
        "receiver.seats >",
        "receiver.seats is 3",
        "receiver.seats + 1 == 3",
        "1 < receiver.seats < 3",
        "receiver.seats in 3",
        "receiver.motto.upper == X",
        "len(receiver.topics) == 2",
        "any(receiver.is_charity)",
        "any(contributor.is_noted and partner.is_noted)",
        "any(contributor.is_noted, contributor.is_noted)",
        "art",
        "[x for x in y]",
        "lambda: true",
        "__import__('os')",
    ],
)
def test_a_condition_outside_the_grammar_is_refused(when: str) -> None:
    with pytest.raises(MatcherError, match="cannot be read"):
        holds(a_round({"facts": KNOWN}), when)


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("receiver.seats", "is true"),
        ("receiver.is_charity == 1", "compares"),
        ("receiver.form > fund", "is more"),
        ('receiver.founded == "soon"', "for a date"),
        ("days_since(receiver.seats) > 1", "days since"),
        ("money(receiver.motto, AZN) > 1", "for money"),
        ("receiver.never_declared", "declares"),
        ("giver.is_charity", "declares"),
        ("contributor.is_noted", "does not have"),
        ("self.is_charity", "does not have"),
    ],
)
def test_a_condition_that_says_nothing_sensible_of_its_facts_is_refused(
    when: str, why: str
) -> None:
    with pytest.raises(MatcherError, match=why):
        holds(a_round({"facts": KNOWN}), when)


def test_money_is_exact_at_the_rates_of_the_round_and_unknown_without_one() -> None:
    # 50.00 USD × 1.7 = 85.00 AZN; 85 / 1.7 = 50 USD; 85 / 2 = 42.5 EUR.
    round_ = a_round(work={"currency": "USD"}, rates={"USD": "1.7", "EUR": "2"})
    assert holds(round_, "proposal.requested == 85") is True
    assert holds(round_, "money(proposal.requested, USD) == 50") is True
    assert holds(round_, "money(proposal.requested, EUR) == 42.5") is True
    assert holds(round_, "money(proposal.requested, AZN) > 85") is False
    found = judge(round_, rule("XA-01", outcome("money(proposal.requested, JPY) > 1")))
    assert (found.verdict, found.reasons) == (ASK, ("XA-01 unknown", "rates JPY"))
