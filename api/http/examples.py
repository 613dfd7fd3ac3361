"""Examples of what is sent, for the OpenAPI document: one round from its beginning to its end.

By the name of the schema. Sent in this order, each is taken.
"""

from collections.abc import Mapping
from typing import Any

SETTINGS: Mapping[str, Any] = {
    "title": "Spring 2026 allocation round",
    "currency": "AZN",
    "decision_date": "2026-03-01",
    "call": {"opens": "2026-01-05", "closes": "2026-02-05", "time_zone": "Asia/Baku"},
    "rates": {"EUR": "1.9812"},
    "policy": {
        "score_max": "100", "score_threshold": "50", "grant_step": "100", "min_award": "1000",
        "max_funders_per_proposal": 2,
    },
}  # fmt: skip
CALLED_OFF = {"reason": "Another donor funds the work."}

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "NewRound": {"id": "az-2026-spring", **SETTINGS},
    "RoundSettings": SETTINGS,
    "Donor": {"donor_id": "D1", "name": "Embassy of Exampleland", "kind": "embassy"},
    "Pool": {
        "pool_id": "P1", "donor_id": "D1", "name": "Small grants", "currency": "EUR",
        "budget": "45000.00", "max_grant": "15000.00", "groups": ["women_girls", "youth"],
    },
    "Organisation": {
        "org_id": "O1", "name": "Weavers of Sheki (made up)", "country": "AZ",
        "kind": "public_union",
    },
    "Target": {
        "id": "women-girls", "where": {"group": ["women_girls"]}, "min_amount": "20000",
        "strictness": "soft", "priority": 1,
    },
    "PairTerm": {
        "donor_id": "D1", "org_id": "O1", "status": "conflict",
        "reason": "A member of the donor's board sits on the union's board.",
    },
    "Fact": {
        "subject": "O1", "fact": "sanctions_hit", "value": "none", "source": "A screening",
        "checked_on": "2026-01-08", "checked_by": "The grants office",
    },
    "Move": {"to": "open"},
    "Profile": {
        "name": "Green Mughan (made up)", "country": "AZ", "kind": "public_union",
        "registration_status": "registered", "staff": 6, "contact": "office@example.org",
    },
    "Proposal": {
        "title": "Looms for thirty women", "currency": "AZN", "requested": "42000.00",
        "minimum": "30000.00", "own_contribution": "4000.00", "regions": ["AZ-SAK"],
        "groups": ["women_girls"], "starts": "2026-04-01", "ends": "2026-12-31",
    },
    "Withdrawal": CALLED_OFF,
    "Review": {"proposal_id": "A1", "reviewer_id": "R1", "score": "82.5", "on": "2026-02-10"},
    "RunAsked": {"time_limit": 600, "gap": 0.000001, "seed": 0},
    "ScenarioAsked": {
        "question": "What if the embassy doubled its pool?", "set": {"pools.P1.budget": "x2"},
    },
    "ExplanationsAsked": {"time_limit": 600},
    "NewPublication": {"reason": "The budget of a pool was corrected."},
    "PublicationWithdrawal": {"reason": "A budget was entered wrongly."},
    "NewKey": {"role": "donor", "subject": "D1", "label": "The embassy's grants officer"},
    "NewUser": {"email": "leyla@example.org", "role": "analyst"},
    "NewPassword": {"password": "several words do well"},
    "Login": {"email": "leyla@example.org", "password": "several words do well"},
}  # fmt: skip
