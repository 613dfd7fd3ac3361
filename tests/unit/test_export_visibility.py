"""No publication tells what is withheld, and each says how much it leaves out."""

from typing import Any

import pytest

from matcher.writing.publishing.giving import giving_text
from matcher.writing.publishing.iati import iati_text
from matcher.writing.publishing.iati_publisher import Publisher
from matcher.writing.publishing.identifiers import Identifiers
from tests.unit.published_rounds import SECRETS, a_round, find, publication

PUBLISHER = Publisher("XX-EXAMPLE-1", "Made-up Association", "22")


def texts(**changes: Any) -> list[str]:
    """Give both publications, ids of registers taken as such where there are any."""
    round_ = a_round(**changes)
    found = publication(round_)
    return [
        giving_text(round_, found, Identifiers(round_.id, "360G-x", registered=True), None),
        iati_text(round_, found, Identifiers(round_.id, "XX-1", registered=True), PUBLISHER),
    ]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_is_withheld_stands_in_the_round_and_in_no_publication(secret: str) -> None:
    document = str(a_round().document())
    assert secret in document
    for text in texts():
        text = text.replace("<narrative>Made-up Partner House</narrative>", "", 1)
        assert secret not in text


@pytest.mark.parametrize(
    ("owner", "shown"),
    [
        ("D2", "Veiled Marigold"), ("D3", "Line of Zinnia"), ("P5", "Shadowed Aster"),
        ("P6", "Kept Dahlia"), ("O2", "Cloaked Orchid"), ("O3", "Buried Iris"),
        ("A6", "Sealed Lupin"), ("O6", "Masked Peony"),
    ],
)  # fmt: skip
def test_what_is_public_is_told(owner: str, shown: str) -> None:
    changes = {"visibility": "public"} if owner != "P6" else {"confidential_terms": ""}
    before, after = texts(), texts(**{owner: changes})
    assert not any(shown in text for text in before)
    # 360Giving has no place for partners.
    assert [shown in text for text in after] == [owner != "O6", True]


def test_awards_that_are_left_out_are_counted_by_whose_they_are() -> None:
    found = publication(a_round())
    assert (found.without_payer, found.without_work) == (2, 2)
    assert len(found.grants) == 12 - 4
    public = {name: {"visibility": "public"} for name in ("D3", "P5", "O3", "A6")}
    found = publication(a_round(**public))
    assert (found.without_payer, found.without_work, len(found.grants)) == (0, 0, 12)


@pytest.mark.parametrize("name", ["P1", "D1", "A1", "O1"])
def test_a_confidential_side_takes_its_awards_out(name: str) -> None:
    hidden = publication(a_round(**{name: {"visibility": "confidential"}}))
    assert ("P1", "A1") not in [(grant.pool_id, grant.proposal_id) for grant, _ in hidden.grants]
    assert find(publication(a_round()), "P1", "A1")


def test_who_withholds_a_name_goes_by_an_id_that_many_share() -> None:
    giving, _ = texts()
    assert giving.count('"id": "360G-x-made_5fup-26.donor-name-withheld"') == 3
    assert giving.count('"id": "360G-x-made_5fup-26.organisation-name-withheld"') == 2


def test_a_proposal_may_withhold_its_applicant_alone() -> None:
    _, work = find(publication(a_round()), "P1", "A5")
    assert (work.title, work.recipient.is_named) == ("Quiet name withheld archive", False)
    _, public = find(publication(a_round(A5={"visibility": "public"})), "P1", "A5")
    assert public.recipient.name == "Made-up Partner House"


def test_partners_of_a_withheld_applicant_are_not_told() -> None:
    for visibility, partners in (("public", 1), ("name_withheld", 0)):
        found = publication(a_round(A1={"visibility": visibility}))
        assert len(find(found, "P1", "A1")[1].partners) == partners


@pytest.mark.parametrize("changes", [{"visibility": "name_withheld"}, {"kind": "individual"}])
def test_partners_of_an_organisation_that_is_not_named_are_not_told(
    changes: dict[str, str],
) -> None:
    assert len(find(publication(a_round()), "P1", "A1")[1].partners) == 1
    assert find(publication(a_round(O1=changes)), "P1", "A1")[1].partners == ()


@pytest.mark.parametrize("owner", ["D2", "O2", "O4", "O6"])
def test_ids_of_who_is_not_named_are_left_out_of_titles_and_names_of_pools(owner: str) -> None:
    planted = {"A7": {"title": f"Bus of {owner}, O1"}, "P2": {"name": f"Line {owner}"}}
    told = f"Spring of {owner}"
    for text in texts(**planted, round={"title": told}):
        assert "Bus of name withheld, O1" in text
        assert "Line name withheld" in text
        assert "Spring of name withheld" in text
        assert owner not in text


def test_a_person_who_applied_is_named_in_no_text_of_a_publication() -> None:
    planted = {
        "A4": {"title": "Stipend of Mimoza Uydurma, O4"},
        "A7": {"title": "Mimoza Uydurma reads"},
        "P2": {"name": "Line of Mimoza Uydurma"},
    }
    for text in texts(**planted):
        assert "Stipend of name withheld, name withheld" in text
        assert "name withheld reads" in text
        assert "Line of name withheld" in text
        assert "Mimoza" not in text


@pytest.mark.parametrize("term", ["donor_id", "pool_id"])
def test_a_pool_that_keeps_its_donor_or_itself_a_secret_takes_its_awards_out(term: str) -> None:
    kept = publication(a_round(P1={"confidential_terms": term}))
    public = publication(a_round())
    assert find(public, "P1", "A1")
    assert {grant.pool_id for grant, _ in kept.grants} == {"P2", "P4", "P6", "P7"}
    # Those of A3 and A6 were left out before, and are counted by their payer now.
    assert kept.without_payer == public.without_payer + 4
    assert kept.without_work == 0


def test_a_person_who_applied_goes_by_neither_name_nor_id_whatever_the_visibility() -> None:
    _, work = find(publication(a_round(O4={"visibility": "public"})), "P2", "A4")
    assert (work.person, work.recipient.is_named, work.recipient.country) == (True, False, None)
    _, other = find(publication(a_round(O4={"kind": "other"})), "P2", "A4")
    assert (other.person, other.recipient.name) == (False, "Mimoza Uydurma")
    assert other.title == "Stipend of Mimoza Uydurma"


def test_the_title_of_a_round_names_nobody_who_is_withheld() -> None:
    titled = {"title": "Spring of Hushed Zinnia"}
    for text in texts(round=titled):
        assert "Spring of a confidential donor" in text
        assert "Zinnia" not in text
