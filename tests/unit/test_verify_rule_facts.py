"""The checker: the facts that rules are asked of. All rules are made up.

What they should say is written in docs/reference/rule-packs.md.
"""

from datetime import date
from typing import Any

import pytest

from matcher.regulation.columns import months_of
from matcher.verify.regulation import Law
from tests.unit.checked_rounds import PA, REGIONS, Cells
from tests.unit.checked_rules import (
    ASK,
    FACTS,
    OUT,
    SAID,
    STEPS,
    a_round,
    asking,
    fact,
    holds,
    outcome,
    pack,
    rule,
    stated,
    step,
    verdict,
)

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
        ("2026-01-31", "2026-03-01", 2),
        ("2025-12-31", "2026-06-30", 6),
        ("2025-12-01", "2026-01-31", 2),
        ("2026-03-01", "9999-12-31", 95_686),
    ],
)
def test_months_are_counted_as_begun(starts: str, ends: str, months: int) -> None:
    round_ = a_round(work={"starts": starts, "ends": ends})
    assert holds(round_, f"proposal.months == {months}") is True
    assert months_of(date.fromisoformat(starts), date.fromisoformat(ends)) == months
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
