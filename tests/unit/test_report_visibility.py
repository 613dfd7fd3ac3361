"""The report says nothing that is withheld."""

import pytest

from matcher.writing.visibility import ShownRound
from tests.unit.sample_reports import seen, with_record, with_round
from tests.unit.sample_run import sample_run

# What it withholds


def test_names_and_titles_that_are_withheld_are_nowhere(text: str) -> None:
    for secret in (
        "Ələddin", "Xəyali", "Invented Bank", "Quiet line", "Hidden Shelter",
        "A shelter that nobody should find", "A24", "P5",
    ):  # fmt: skip
        assert secret.lower() not in text.lower(), secret
    assert "Gift of name withheld for schools\nname withheld · P4" in text
    assert "confidential pool\nconfidential donor\n70,000\n70,000" in text
    assert "confidential proposal\nconfidential applicant\nWithheld." in text
    assert "The money of name withheld is not on the account yet." in text


def test_what_is_confidential_still_counts(text: str) -> None:
    assert "571,154 on offer" in text
    assert "25 proposals of 10 organisations" in text
    assert "withdrawn\n1\n" in text


def test_a_proposal_may_withhold_its_applicant_alone(text: str) -> None:
    assert "Beekeeping above 1,500 m\nname withheld · A19\nName withheld has reached" in text
    assert "Second beekeeping school\nLerik Longevity Club (made up) · A20" in text


def test_terms_that_a_pool_keeps_are_not_told(text: str) -> None:
    assert "Skills & work\nKhazar Example Holding · P6\nwithheld\n58,000\nwithheld\n3\n–" in text
    assert "fails on sectors" not in text
    assert "No pool's terms cover it." in text
    assert "Held until it states what the pools that might fund it ask for." in text
    assert "By Skills & work. Why is withheld, for some terms are confidential." in text
    assert "it has the pool's largest grant already" not in text
    assert "4321" not in text
    assert "pools.csv, row 7, column min_grant: this is a term that the pool keeps" in text


def test_a_confidential_condition_is_not_told() -> None:
    run = with_round(sample_run(), pools={"P3": {"confidential_terms": "condition"}})
    told = seen(run)
    assert "council approves" not in told
    assert "A term that the pool keeps confidential.\n71,000" in told


def test_what_a_confidential_organisation_asks_for_is_confidential() -> None:
    title = "Looms for thirty women in Sheki"
    assert title in seen(sample_run())
    hidden = {"O01": {"visibility": "confidential"}}
    assert title not in seen(with_round(sample_run(), organisations=hidden))
    withheld = {"O01": {"visibility": "name_withheld"}}
    assert title in seen(with_round(sample_run(), organisations=withheld))


def test_a_name_or_a_certainty_may_be_a_term_that_is_kept() -> None:
    assert "Open call\nSample Foundation · P3 · pledged" in seen(sample_run())
    kept = {"P3": {"confidential_terms": "name;certainty"}}
    told = seen(with_round(sample_run(), pools=kept))
    assert "Open call" not in told
    assert "pledged" not in told
    assert "name withheld\nSample Foundation · P3\n102,000" in told


def test_only_the_pools_own_columns_are_kept() -> None:
    warning = 'proposals.csv, row 4, column budget: "77" is odd.'
    told = seen(
        with_record(sample_run(), warnings=[warning, warning.replace("proposals", "pools")])
    )
    assert warning in told
    assert told.count('"77"') == 1


@pytest.mark.parametrize(
    ("table", "identifier", "secret"),
    [
        ("donors", "D1", "Khazar Example Holding"),
        ("organisations", "O01", "Sheki Weavers"),
        ("pools", "P1", "Regions first"),
        ("proposals", "A01", "Sheki Weavers (made up) · A01"),
    ],
)
@pytest.mark.parametrize("visibility", ["name_withheld", "confidential"])
def test_each_kind_of_name_can_be_withheld(
    table: str, identifier: str, secret: str, visibility: str
) -> None:
    assert secret in seen(sample_run())
    run = with_round(sample_run(), **{table: {identifier: {"visibility": visibility}}})
    assert secret not in seen(run)


def test_text_is_searched_for_whole_names_in_any_case() -> None:
    changes = {"name": "İrəli Bank", "visibility": "confidential"}
    shown = ShownRound(with_round(sample_run(), donors={"D3": changes}).round)
    assert shown.text("İrəli Bank, İRƏLI BANK and İrəli Banking") == (
        "a confidential donor, a confidential donor and İrəli Banking"
    )
    assert shown.text("P3, P33 and P3-b") == "a confidential pool, P33 and P3-b"
