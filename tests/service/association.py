"""A made-up association with something to hide in every place where something can be hidden.

What is withheld from others holds a mark, such as `MARK-pool-1`: `MARKS` says for each who may read
it besides the coordinator and the auditor, who may read all.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from api.access.roles import Role

OWN = {"donor": "D1", "ngo": "O1"}
"""Whom the keys of donors and NGOs speak for."""
OTHER = {"donor": "MARK-D2", "ngo": "O2"}
"""Others of the same roles."""

Who = tuple[Role, str | None]
D1: Who = ("donor", "D1")
D2: Who = ("donor", "MARK-D2")
O1: Who = ("ngo", "O1")
O2: Who = ("ngo", "O2")
O3: Who = ("ngo", "MARK-O3")
ANALYST: Who = ("analyst", None)

DONORS = [
    {"donor_id": "D0", "name": "Open Foundation (made up)", "kind": "foundation"},
    {"donor_id": "D1", "name": "MARK-donor-1", "kind": "company", "visibility": "name_withheld"},
    {"donor_id": "MARK-D2", "name": "MARK-donor-2", "kind": "individual",
     "visibility": "confidential"},
]  # fmt: skip
POOLS = [
    {"pool_id": "P0", "donor_id": "D0", "name": "Open call", "currency": "AZN", "budget": "9000"},
    {"pool_id": "P1", "donor_id": "D1", "name": "MARK-pool-1", "currency": "AZN",
     "budget": "6000", "max_grant": "7331.17", "confidential_terms": "name;max_grant"},
    {"pool_id": "MARK-P2", "donor_id": "D1", "name": "MARK-pool-2", "currency": "AZN",
     "budget": "5000", "certainty": "pledged", "condition": "MARK-condition-2",
     "visibility": "confidential"},
    {"pool_id": "MARK-P3", "donor_id": "MARK-D2", "name": "MARK-pool-3", "currency": "AZN",
     "budget": "4000"},
]  # fmt: skip
ORGANISATIONS = [
    {"org_id": "O1", "name": "Weavers (made up)", "country": "AZ", "kind": "public_union"},
    {"org_id": "O2", "name": "MARK-org-2", "country": "AZ", "visibility": "name_withheld"},
    {"org_id": "MARK-O3", "name": "MARK-org-3", "country": "AZ", "visibility": "confidential"},
]
PROPOSALS = [
    {"proposal_id": "A1", "org_id": "O1", "title": "Looms for thirty women", "currency": "AZN",
     "requested": "5000", "score": "90", "groups": "women_girls", "submitted": "2026-01-07"},
    {"proposal_id": "MARK-A2", "org_id": "O1", "title": "MARK-title-A2", "currency": "AZN",
     "requested": "4000", "score": "80", "visibility": "confidential"},
    {"proposal_id": "A3", "org_id": "O1", "title": "A dye garden", "currency": "AZN",
     "requested": "3000", "score": "60", "status": "deferred",
     "status_reason": "MARK-status-reason"},
    {"proposal_id": "B1", "org_id": "O2", "title": "Water for dry fields", "currency": "AZN",
     "requested": "6000", "score": "85"},
    {"proposal_id": "MARK-B2", "org_id": "O2", "title": "MARK-title-B2", "currency": "AZN",
     "requested": "5000", "score": "75", "visibility": "confidential"},
    {"proposal_id": "B3", "org_id": "O2", "title": "Ramps for four libraries of MARK-org-2",
     "currency": "AZN", "requested": "2000", "score": "70", "visibility": "name_withheld"},
    {"proposal_id": "MARK-C1", "org_id": "MARK-O3", "title": "MARK-title-C1", "currency": "AZN",
     "requested": "3000", "score": "65"},
    {"proposal_id": "C2", "org_id": "MARK-O3", "title": "MARK-title-C2", "currency": "AZN",
     "requested": "9000", "score": "55", "status": "withdrawn"},
]  # fmt: skip
PAIRS = [
    {"pool_id": "MARK-P2", "proposal_id": "B1", "status": "pin", "amount": "2000",
     "reason": "MARK-pin-reason"},
    {"donor_id": "D0", "org_id": "O2", "status": "conflict", "reason": "MARK-conflict-reason"},
]  # fmt: skip
TARGETS = [
    {"id": "women", "where": {"group": ["women_girls"]}, "min_amount": "1000",
     "strictness": "soft", "priority": "1"},
    {"id": "quiet", "where": {"organisation": ["O1"]}, "pool": "MARK-P2",
     "max_share": "0.9", "of": "awarded", "strictness": "hard"},
]  # fmt: skip
REVIEWS = [{"proposal_id": "A1", "reviewer_id": "MARK-reviewer", "score": "88.25"}]
FACTS = [
    {"subject": "O1", "fact": "sanctions_hit", "value": "none",
     "source": "MARK-source", "checked_on": "2026-01-08", "checked_by": "MARK-checker"},
]  # fmt: skip

SETTINGS = {
    "title": "Spring (made up)",
    "currency": "AZN",
    "decision_date": "2026-03-01",
    "call": {"opens": "2026-01-05", "closes": "2026-02-05", "time_zone": "Asia/Baku"},
    "policy": {"score_max": "100", "min_award": "1000", "grant_step": "100"},
}


def document_of(round_id: str, title: str, packs: Sequence[str] = ()) -> dict[str, Any]:
    """Give the document of one round of the association, judged by some rule packs."""
    named = {"id": round_id, "title": title, "rule_packs": list(packs)}
    return {
        "round": {**SETTINGS, **named, "targets": TARGETS},
        "donors": DONORS, "pools": POOLS, "organisations": ORGANISATIONS, "proposals": PROPOSALS,
        "pairs": PAIRS, "reviews": REVIEWS, "facts": FACTS,
    }  # fmt: skip


MARKS: Mapping[str, frozenset[Who]] = {
    mark: frozenset(who)
    for mark, who in {
        "MARK-donor-1": (D1,),
        "MARK-pool-1": (D1,),
        "7331.17": (D1,),
        "MARK-P2": (D1,),
        "MARK-pool-2": (D1,),
        "MARK-condition-2": (D1,),
        "MARK-D2": (D2,),
        "MARK-donor-2": (D2,),
        "MARK-P3": (D2,),
        "MARK-pool-3": (D2,),
        "MARK-org-2": (O2,),
        "MARK-O3": (O3,),
        "MARK-org-3": (O3,),
        "MARK-A2": (O1,),
        "MARK-title-A2": (O1,),
        "MARK-B2": (O2,),
        "MARK-title-B2": (O2,),
        "MARK-C1": (O3,),
        "MARK-title-C1": (O3,),
        "MARK-title-C2": (O3,),
        "MARK-status-reason": (ANALYST,),
        "MARK-pin-reason": (ANALYST,),
        "MARK-conflict-reason": (),
        "MARK-reviewer": (),
        "88.25": (),
        "MARK-source": (),
        "MARK-checker": (),
        "MARK-draft": (),
        "MARK-audit-reason": (),
        "MARK-publication-reason": (),
        "MARK-label": (),
        "mark-user": (),
        "MARK-contact-1": (O1,),
        "MARK-contact-2": (O2,),
    }.items()
}
"""Each mark with who may read it besides coordinator and auditor."""
