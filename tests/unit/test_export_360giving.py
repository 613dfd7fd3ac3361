"""Awards as grants of 360Giving: one for each award, with what the round knows and no more."""

import json
from decimal import Decimal
from typing import Any

import pytest

from matcher.errors import WrongUsage
from matcher.writing.publishing.giving import MARK, check_prefix, giving_text
from matcher.writing.publishing.identifiers import Identifiers
from tests.unit.published_rounds import a_round, publication

START = "360G-example-made_5fup-26"
REQUIRED = {
    "id", "title", "description", "currency", "amountAwarded", "awardDate", "fundingOrganization",
}  # fmt: skip
"""What the schema of version 1.4 asks of a grant, besides a recipient."""


def text(publisher: str | None = None, **changes: Any) -> str:
    round_ = a_round(**changes)
    ids = Identifiers(round_.id, "360G-example")
    return giving_text(round_, publication(round_), ids, publisher)


def package(**changes: Any) -> Any:
    return json.loads(text(**changes), parse_float=Decimal)


def grant(pool: str, proposal: str, **changes: Any) -> dict[str, Any]:
    (found,) = [
        each for each in package(**changes)["grants"] if each["id"] == f"{START}.{pool}.{proposal}"
    ]
    return dict(found)


def test_each_award_that_may_be_told_is_one_grant_with_the_fields_asked_for() -> None:
    grants = package()["grants"]
    assert [each["id"].removeprefix(f"{START}.") for each in grants] == [
        "P1.A1", "P1.A5", "P2.A1", "P2.A4", "P2.A7", "P4.A2", "P6.A8", "P7.A8",
    ]  # fmt: skip
    for each in grants:
        assert set(each) >= REQUIRED
        assert ("recipientOrganization" in each) != ("recipientIndividual" in each)


def test_a_grant_tells_what_the_round_knows() -> None:
    assert grant("P1", "A1") == {
        "id": f"{START}.P1.A1",
        "title": "Reading rooms",
        "description": "“Reading rooms” is funded by “Open window” in the round “Made-up spring”, "
        "decided on 1 March 2026.",
        "currency": "EUR",
        "amountAwarded": Decimal("5047.44"),
        "awardDate": "2026-03-01",
        "plannedDates": [{"startDate": "2026-05-01", "endDate": "2026-12-31"}],
        "recipientOrganization": [
            {
                "id": f"{START}.organisation.O1",
                "name": "Union of Made-up Readers",
                "addressCountry": "AZ",
            }
        ],
        "beneficiaryLocation": [
            {"name": "Gəncə", "countryCode": "AZ", "description": "50\u00a0% of the work"},
            {"name": "Şəki", "countryCode": "AZ", "description": "25\u00a0% of the work"},
            {"name": "Tbilisi", "countryCode": "GE", "description": "25\u00a0% of the work"},
        ],
        "fundingOrganization": [
            {"id": f"{START}.donor.D1", "name": "Embassy of Exampleland", "addressCountry": "SE"}
        ],
        "grantProgramme": [{"code": "P1", "title": "Open window"}],
        "classifications": [
            {
                "vocabulary": "OECD DAC CRS purpose codes",
                "code": "11220",
                "title": "Primary education",
            },
            {"vocabulary": "UN SDG", "code": "4"},
            {"vocabulary": "UN SDG", "code": "10"},
        ],
        "relatedActivity": [f"{START}.P2.A1"],
    }


def test_amounts_are_exact_in_the_currency_of_the_pool() -> None:
    # 3,400.00 AZN at 1.7 are 2,000.00 USD; 2,500.00 AZN at 1.9812 are 1,261.8614 EUR, floored.
    amounts = {
        each["id"].removeprefix(f"{START}."): (each["currency"], str(each["amountAwarded"]))
        for each in package()["grants"]
    }
    assert amounts["P4.A2"] == ("USD", "2000.00")
    assert amounts["P1.A5"] == ("EUR", "1261.86")
    assert amounts["P2.A7"] == ("AZN", "1000.50")
    # A pool that keeps its currency to itself is told in that of the round.
    assert amounts["P6.A8"] == ("AZN", "500.00")


def test_amounts_that_no_float_holds_keep_every_digit() -> None:
    budget = {"P2": {"budget": "99999999999.99"}}
    asked = {"A7": {"requested": "90071992547.41"}}
    round_ = a_round(**budget, **asked)
    found = publication(round_, {("P2", "A7"): 90_071_992_547_41})
    assert '"amountAwarded": 90071992547.41,' in giving_text(round_, found, Identifiers("r"), None)


def test_what_was_asked_for_is_told_where_one_award_in_its_currency_answers_it() -> None:
    assert str(grant("P2", "A7")["amountAppliedFor"]) == "1000.50"
    assert "amountAppliedFor" not in grant("P2", "A1")  # two awards answer it
    assert "amountAppliedFor" not in grant("P4", "A2")  # asked for in AZN, awarded in USD
    # The only award that is told: that there is another, confidential one is not to be seen.
    asked = grant("P1", "A5", A5={"currency": "EUR"})["amountAppliedFor"]
    assert str(asked) == "6000.00"


@pytest.mark.parametrize(
    ("pool", "proposal", "changes", "said"),
    [
        ("P4", "A2", {}, "the donor has promised the money but not confirmed it yet."),
        ("P4", "A2", {"P4": {"condition": "the council votes"}}, "on what is not published."),
        ("P4", "A2", {"P4": {"confidential_terms": "certainty"}}, "on what is not published."),
        ("P6", "A8", {}, "on what is not published."),
        ("P7", "A8", {}, "it holds only once what is still open about it is settled."),
    ],
)
def test_a_conditional_award_says_so_and_not_in_the_words_of_pool_or_board(
    pool: str, proposal: str, changes: dict[str, Any], said: str
) -> None:
    description = grant(pool, proposal, **changes)["description"]
    assert "The award is conditional" in description
    assert description.endswith(said)
    assert "council" not in description


def test_an_award_that_hangs_on_nothing_is_not_called_conditional() -> None:
    assert "conditional" not in grant("P2", "A7")["description"]


def test_a_person_who_applied_is_a_recipient_without_a_name() -> None:
    assert grant("P2", "A4")["recipientIndividual"] == {
        "id": f"{START}.person.A4",
        "name": "Individual recipient",
    }
    assert grant("P2", "A4")["title"] == "Stipend of name withheld"


def test_sectors_of_the_round_are_not_called_codes_of_the_oecd() -> None:
    own = {"sectors": [{"code": "11220", "name": "Books"}, {"code": "112", "name": "Schools"}]}
    assert grant("P1", "A1", round=own)["classifications"][0] == {
        "vocabulary": "sectors of the round",
        "code": "11220",
        "title": "Books",
    }


def test_the_package_says_what_it_is_and_by_whom_where_that_is_stated() -> None:
    found = package()
    assert list(found) == ["version", "identifier", "title", "description", "grants"]
    assert (found["version"], found["identifier"]) == ("1.4", START)
    assert MARK in found["description"]
    named = json.loads(text("Made-up Association"))
    assert named["publisher"] == {"name": "Made-up Association"}


def test_the_order_of_the_rows_of_a_round_changes_no_byte() -> None:
    turned = {
        name: list(reversed(rows))
        for name, rows in a_round().document().items()
        if name in ("donors", "pools", "organisations", "proposals", "partners")
    }
    assert text(round=turned) == text()


@pytest.mark.parametrize(
    "prefix", ["example", "360G-", "360G-ex ample", "360g-example", "360G-a/b"]
)
def test_a_prefix_that_is_none_of_360giving_is_refused(prefix: str) -> None:
    with pytest.raises(WrongUsage, match="is no prefix of 360Giving"):
        check_prefix(prefix)
    check_prefix("360G-example")
    check_prefix(None)
