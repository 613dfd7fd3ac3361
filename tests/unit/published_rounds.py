"""A small made-up round with every visibility, several currencies and conditional awards.

Awards are written down here, in qəpik (1.00 AZN is 100); no solver takes part.
"""

from collections.abc import Mapping
from typing import Any

from matcher.domain import Round
from matcher.pipeline import award_rows_for
from matcher.writing.publishing.choosing import published
from matcher.writing.publishing.published import Grant, Publication, Work

DONORS = [
    {"donor_id": "D1", "name": "Embassy of Exampleland", "kind": "embassy", "country": "SE"},
    {"donor_id": "D2", "name": "Veiled Marigold", "kind": "foundation",
     "visibility": "name_withheld"},
    {"donor_id": "D3", "name": "Hushed Zinnia", "kind": "bank", "visibility": "confidential"},
]  # fmt: skip
POOLS = [
    {"pool_id": "P1", "donor_id": "D1", "name": "Open window", "currency": "EUR"},
    {"pool_id": "P2", "donor_id": "D2", "name": "Gift of Veiled Marigold", "currency": "AZN"},
    {"pool_id": "P3", "donor_id": "D3", "name": "Line of Zinnia", "currency": "AZN"},
    {"pool_id": "P4", "donor_id": "D1", "name": "Later money", "currency": "USD",
     "certainty": "pledged"},
    {"pool_id": "P5", "donor_id": "D1", "name": "Shadowed Aster", "currency": "AZN",
     "visibility": "confidential"},
    {"pool_id": "P6", "donor_id": "D1", "name": "Kept Dahlia", "currency": "GBP",
     "certainty": "pledged", "condition": "the tulip council votes",
     "confidential_terms": "name;currency;condition"},
    {"pool_id": "P7", "donor_id": "D1", "name": "Schools alone", "currency": "AZN",
     "sectors": "112"},
]  # fmt: skip
ORGANISATIONS = [
    {"org_id": "O1", "name": "Union of Made-up Readers", "kind": "public_union", "country": "AZ"},
    {"org_id": "O2", "name": "Cloaked Orchid", "kind": "foundation", "country": "AM",
     "visibility": "name_withheld"},
    {"org_id": "O3", "name": "Covert Fern", "visibility": "confidential"},
    {"org_id": "O4", "name": "Mimoza Uydurma", "kind": "individual", "country": "AZ"},
    {"org_id": "O5", "name": "Made-up Partner House", "kind": "academic"},
    {"org_id": "O6", "name": "Masked Peony", "visibility": "name_withheld"},
]  # fmt: skip
PROPOSALS: list[dict[str, Any]] = [
    {"proposal_id": "A1", "org_id": "O1", "title": "Reading rooms", "requested": "30000",
     "regions": "AZ-GA:0.5;AZ-SA:0.25;GE-TB:0.25", "sector": "11220", "sdgs": "4;10",
     "starts": "2026-05-01", "ends": "2026-12-31"},
    {"proposal_id": "A2", "org_id": "O2", "title": "Hills of Cloaked Orchid",
     "requested": "20000", "starts": "2026-02-01"},
    {"proposal_id": "A3", "org_id": "O3", "title": "Buried Iris", "requested": "5000"},
    {"proposal_id": "A4", "org_id": "O4", "title": "Stipend of Mimoza Uydurma",
     "requested": "4000", "regions": "AZ"},
    {"proposal_id": "A5", "org_id": "O5", "title": "Quiet Made-up Partner House archive",
     "requested": "6000", "visibility": "name_withheld", "ends": "2026-02-20"},
    {"proposal_id": "A6", "org_id": "O1", "title": "Sealed Lupin", "requested": "7000",
     "visibility": "confidential"},
    {"proposal_id": "A7", "org_id": "O1", "title": "Book bus", "requested": "1000.50",
     "sector": "112"},
    {"proposal_id": "A8", "org_id": "O1", "title": "Night school", "requested": "9000"},
]  # fmt: skip
PARTNERS = [
    {"proposal_id": "A1", "org_id": "O1", "role": "lead"},
    {"proposal_id": "A1", "org_id": "O5", "role": "partner"},
    {"proposal_id": "A1", "org_id": "O6", "role": "partner"},
    {"proposal_id": "A1", "org_id": "O4", "role": "partner"},
    {"proposal_id": "A8", "org_id": "O5", "role": "host"},
]
AWARDS = {
    ("P1", "A1"): 10_000_00, ("P2", "A1"): 4_000_00, ("P3", "A1"): 6_000_00,
    ("P4", "A2"): 3_400_00, ("P1", "A3"): 2_000_00, ("P2", "A4"): 4_000_00,
    ("P5", "A5"): 1_000_00, ("P1", "A5"): 2_500_00, ("P1", "A6"): 7_000_00,
    ("P2", "A7"): 1_000_50, ("P6", "A8"): 500_00, ("P7", "A8"): 700_00,
}  # fmt: skip
SECRETS = (
    "Marigold", "Zinnia", "Aster", "Dahlia", "Orchid", "Fern", "Mimoza", "Uydurma", "Partner",
    "Iris", "Lupin", "tulip", "Peony", "GBP",
    "D2", "D3", "O2", "O3", "O4", "A3", "A6", "P3", "P5",
)  # fmt: skip
"""What stands in the round and in no publication of it, `Partner` only as the partner of A1."""
COUNTED = {"donors": "donor_id", "pools": "pool_id", "organisations": "org_id",
           "proposals": "proposal_id"}  # fmt: skip


def a_round(**changes: Mapping[str, Any]) -> Round:
    """Give the round; `changes` maps an id, or `round`, to other cells of its row."""
    tables: dict[str, Any] = {
        "donors": DONORS,
        "pools": [{"budget": "100000", **row} for row in POOLS],
        "organisations": ORGANISATIONS,
        "proposals": [
            {"currency": "AZN", "minimum": "0", "score": "70", **row} for row in PROPOSALS
        ],
    }
    for table, key in COUNTED.items():
        tables[table] = [{**row, **changes.get(row[key], {})} for row in tables[table]]
    settings = {
        "id": "made_up-26", "title": "Made-up spring", "currency": "AZN",
        "decision_date": "2026-03-01", "partners": PARTNERS,
        "rates": {"EUR": "1.9812", "USD": "1.7", "GBP": "2.2845"},
        "policy": {"needs_review": "conditional"},
    }  # fmt: skip
    return Round.model_validate(settings | tables | dict(changes.get("round", {})))


def publication(round_: Round, awards: Mapping[tuple[str, str], int] = AWARDS) -> Publication:
    """Give what is published of awards."""
    return published(round_, award_rows_for(round_, awards))


def find(found: Publication, pool_id: str, proposal_id: str) -> tuple[Grant, Work]:
    """Give one grant with its work."""
    (pair,) = [
        (grant, work)
        for grant, work in found.grants
        if (grant.pool_id, grant.proposal_id) == (pool_id, proposal_id)
    ]
    return pair
