"""The checker: conditions of rule packs, and the facts they are asked of. All rules are made up.

What they should say is written in docs/reference/rule-packs.md.
"""

from typing import Any

import pytest
from checked_rounds import PA, REGIONS, Cells
from checked_rules import (
    ASK,
    FACTS,
    OUT,
    SAID,
    STEPS,
    a_round,
    asking,
    fact,
    holds,
    judge,
    outcome,
    pack,
    rule,
    stated,
    step,
    verdict,
)

from matcher.errors import MatcherError
from matcher.verify.regulation import Law

# Conditions

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


# Columns


COLUMNS = [
    ("pool.budget == 200 and pool.min_grant == 20 and pool.max_grant == 60", True),
    ("pool.currency == EUR and pool.certainty == confirmed", True),
    ("pool.contributors == 2", True),
    ("proposal.requested == 85 and proposal.minimum == 17", True),
    ("proposal.own_contribution == 1.7", True),
    ("proposal.other_funding == 0", None),
    ("organisation.annual_budget == 900 and organisation.staff == 0", True),
    ('organisation.registered_on == "2019-05-01"', True),
    ("organisation.region == N1 and organisation.country == AZ", True),
    ("organisation.registration_status == registered", None),
    ("proposal.sector == 11110 and proposal.sdgs == 3 and proposal.sdgs != 4", True),
    ("proposal.groups == youth", True),
    ("proposal.priority_areas == 2", None),
    ("proposal.regions == N1 and proposal.regions not in [N]", True),
    ("proposal.language == az", None),
    ("proposal.months == 6", True),
    ("proposal.partners == 1", True),
    ("donor.country == GE", None),
    ("grant.amount == 60", True),
]


@pytest.mark.parametrize(("when", "truth"), COLUMNS)
def test_columns_are_used_as_they_are_in_base_currency_and_unknown_where_blank(
    when: str, truth: bool | None
) -> None:
    round_ = a_round(
        {"annual_budget": "900", "staff": "0", "registered_on": "2019-05-01", "region": "N1"}
        | {"country": "AZ"},
        {"currency": "EUR", "budget": "100", "min_grant": "10", "max_grant": "30"},
        {"currency": "USD", "minimum": "10", "own_contribution": "1", "sector": "11110"}
        | {"sdgs": "3;13", "groups": "youth", "regions": "N1"}
        | {"starts": "2026-01-01", "ends": "2026-06-30"},
        rates={"USD": "1.7", "EUR": "2"},
        regions=REGIONS,
        contributors=[
            {"pool_id": "P", "donor_id": donor, "amount": "1", "currency": "AZN"} for donor in "DED"
        ],
        partners=[
            {"proposal_id": "A", "org_id": "Q", "role": "partner"},
            {"proposal_id": "A", "org_id": "O", "role": "lead"},
        ],
    )
    assert holds(round_, when) is truth


@pytest.mark.parametrize(
    ("starts", "ends", "months"),
    [
        ("2026-01-01", "2026-01-01", 1),
        ("2026-01-01", "2026-01-31", 1),
        ("2026-01-01", "2026-02-01", 2),
        ("2026-01-01", "2026-06-30", 6),
        ("2026-01-15", "2027-01-14", 12),
        ("2026-01-15", "2027-01-15", 13),
        ("2026-01-31", "2026-02-28", 1),
        ("2025-12-01", "2026-01-31", 2),
    ],
)
def test_months_are_counted_as_begun(starts: str, ends: str, months: int) -> None:
    round_ = a_round(work={"starts": starts, "ends": ends})
    assert holds(round_, f"proposal.months == {months}") is True
    assert holds(a_round(work={"starts": starts}), f"proposal.months == {months}") is None


@pytest.mark.parametrize(
    ("regions", "country", "when", "truth"),
    [
        ("N1", "GE", "proposal.countries == AZ", True),
        ("N1;S", "", "proposal.countries in [GE]", True),
        ("N1;S", "", "proposal.countries == AM", False),
        ("", "GE", "proposal.countries == GE", True),
        ("X", "GE", "proposal.countries == GE", True),
        ("", "", "proposal.countries == GE", None),
        ("N1;X", "GE", "proposal.countries == AZ", True),
        ("N1;X", "GE", "proposal.countries == GE", None),
    ],
)
def test_the_countries_of_a_proposal_are_those_of_its_regions_else_of_its_organisation(
    regions: str, country: str, when: str, truth: bool | None
) -> None:
    cells = {"country": country} if country else {}
    round_ = a_round(cells, work={"regions": regions}, regions=REGIONS)
    assert holds(round_, when) is truth


@pytest.mark.parametrize(
    ("cells", "largest"), [({}, 50), ({"budget": "40"}, 40), ({"max_grant": "30"}, 30)]
)
def test_the_grant_is_at_most_the_smallest_of_request_largest_grant_and_budget(
    cells: Cells, largest: int
) -> None:
    assert holds(a_round(fund=cells), f"grant.amount == {largest}") is True


def commitment(id_: str, decided: str, **cells: str) -> dict[str, str]:
    base = {"commitment_id": id_, "org_id": "O", "amount": "1", "currency": "AZN"}
    return base | {"decided": decided} | cells


def test_awards_this_year_are_those_of_the_year_of_judgement_whatever_their_status() -> None:
    rows = [
        commitment("1", "2026-01-01", pool_id="P", status="cancelled"),
        commitment("2", "2026-12-31"),
        commitment("3", "2025-12-31", pool_id="P"),
        commitment("4", "2026-02-01", pool_id="P", org_id="Q"),
    ]
    round_ = a_round(commitments=rows)
    assert holds(round_, "receiver.awards_this_year == 2") is True
    assert holds(round_, "grant.awards_this_year == 1") is True
    # A step of a year moves the second day into 2027, where there are none.
    wait = asking("XA-02", step("wait", 365))
    late = rule("XA-01", outcome("receiver.awards_this_year == 0"))
    assert verdict(round_, wait) == STEPS
    assert verdict(round_, wait, late) == OUT


# Facts


@pytest.mark.parametrize(
    ("name", "text", "when", "truth"),
    [
        *(("is_charity", text, "receiver.is_charity", True) for text in ("true", "YES", "1")),
        *(("is_charity", text, "receiver.is_charity", False) for text in ("false", "no", "0")),
        ("is_charity", "perhaps", "receiver.is_charity", None),
        ("seats", "twelve", "receiver.seats == 12", None),
        ("founded", "2026-02-30", "receiver.founded < today", None),
        ("founded", "20260201", "receiver.founded < today", None),
        ("form", "guild", "receiver.form == fund", None),
        ("topics", "art; sport", "receiver.topics == sport", True),
        ("topics", "art;chess", "receiver.topics == art", None),
        ("topics", "none", "receiver.topics == none", True),
        ("topics", "", "receiver.topics == none", None),
    ],
)
def test_a_fact_is_read_as_its_type_and_unknown_where_it_cannot_be(
    name: str, text: str, when: str, truth: bool | None
) -> None:
    assert holds(a_round({"facts": {name: text}}), when) is truth
    if text:
        assert holds(a_round(facts=[stated("O", name, text)]), when) is truth


def test_facts_csv_is_stronger_than_a_column_within_its_window() -> None:
    wide = {"facts": {"is_charity": "no"}}

    def charity(**window: str) -> bool | None:
        rows = [stated("O", "is_charity", "yes", **window)]
        return holds(a_round(wide, facts=rows), "receiver.is_charity")

    assert charity() is True
    assert charity(valid_from="2026-03-01", valid_to="2026-03-01") is True
    assert charity(valid_from="2026-03-02") is False
    assert charity(valid_to="2026-02-28") is False


def test_of_rows_for_one_day_the_one_checked_last_counts() -> None:
    rows = [
        stated("O", "is_charity", "no", checked_on="2026-02-01"),
        stated("O", "is_charity", "yes", checked_on="2026-02-02"),
        stated("O", "is_charity", "no"),
    ]
    assert holds(a_round(facts=rows), "receiver.is_charity") is True
    assert holds(a_round(facts=rows[::-1]), "receiver.is_charity") is True
    ended = [rows[0], rows[1] | {"valid_to": "2026-02-28"}]
    assert holds(a_round(facts=ended), "receiver.is_charity") is False


def test_rows_that_contradict_each_other_leave_a_fact_unknown() -> None:
    same = [stated("O", "is_charity", "yes"), stated("O", "is_charity", "true")]
    assert holds(a_round(facts=same), "receiver.is_charity") is True
    rows = [*same, stated("O", "is_charity", "no")]
    wide = {"facts": {"is_charity": "yes"}}
    assert holds(a_round(wide, facts=rows), "receiver.is_charity") is None


def test_facts_of_a_grant_are_stated_for_the_pair_and_hold_unless_stated() -> None:
    assert holds(a_round(), "grant.is_filed") is False
    assert holds(a_round(facts=[stated("P:A", "is_filed", "yes")]), "grant.is_filed") is True
    other = [stated("A", "is_filed", "yes"), stated("P", "is_filed", "yes")]
    assert holds(a_round(facts=other), "grant.is_filed") is False


def derived(*clauses: tuple[str, str], **keys: Any) -> Cells:
    """Declare one more fact, that an organisation is small, with what it is derived from."""
    parts = [{"when": when, "value": value} for when, value in clauses]
    return {**FACTS, "is_small": fact("truth", derived=parts, **keys)}


@pytest.mark.parametrize(
    ("cells", "truth"),
    [
        ({}, None),
        ({"seats": "3"}, True),
        ({"seats": "30", "is_charity": "yes"}, False),
        ({"seats": "30", "is_charity": "no"}, True),
        ({"seats": "30"}, None),
        ({"seats": "3", "is_small": "no"}, False),
    ],
)
def test_a_fact_that_nobody_states_is_derived_by_the_first_clause_that_is_not_false(
    cells: Cells, truth: bool | None
) -> None:
    clauses = (("self.seats < 10", "yes"), ("self.is_charity", "no"))
    facts = derived(*clauses, unless_stated="true")
    rules = [rule("XA-01", outcome("receiver.is_small"))]
    round_ = a_round({"facts": cells})
    assert Law(round_, [pack(rules, facts)]).judged(PA).verdict == SAID[truth]


def test_a_fact_that_several_packs_declare_is_one_fact() -> None:
    first = pack([rule("XA-01", outcome("receiver.is_small"))], derived(("self.seats < 10", "no")))
    second = pack([], derived(("self.seats >= 10", "yes")), id="xb")
    round_ = a_round({"facts": {"seats": "30"}})
    assert Law(round_, [first, second]).judged(PA).verdict == OUT
    assert Law(round_, [first]).judged(PA).verdict == ASK
