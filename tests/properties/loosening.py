"""Ways to loosen one hard bound of a made-up document, each with what it takes away."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Json = dict[str, Any]

ROW_LIMITS = {
    "pools": (
        "min_grant", "max_grant", "max_grants", "max_project_share", "sole_funder", "not_with",
        "sectors", "not_sectors", "regions", "not_regions", "groups", "sdgs", "priority_areas",
        "applicant_kinds", "countries", "applicant_countries", "available_from",
        "available_until", "pay_by",
    ),
    "proposals": (
        "max_funders", "alternatives", "requires", "accepts_donor_kinds", "refuses_donors",
    ),
    "organisations": ("annual_budget",),
}  # fmt: skip
POLICY_LIMITS = (
    "score_threshold", "min_award", "max_funders_per_proposal", "max_proposals_per_organisation",
    "max_amount_per_organisation", "max_award_to_budget",
)  # fmt: skip
LIFTED_PAIRS = ("forbid", "conflict", "declined", "pin", "accepted")


def loosenings(document: Json) -> Iterator[tuple[str, Json]]:
    """Give every document that lacks one hard bound of this one, with words for it."""
    for table, columns in ROW_LIMITS.items():
        for position, row in enumerate(document.get(table, ())):
            for column in columns:
                if row.get(column) not in (None, "", []):
                    changed = deepcopy(document)
                    del changed[table][position][column]
                    yield f"{table}[{position}].{column}", changed
    for position, row in enumerate(document["proposals"]):
        if row.get("minimum") != "0":
            changed = deepcopy(document)
            changed["proposals"][position]["minimum"] = "0"
            yield f"proposals[{position}].minimum", changed
    for key in POLICY_LIMITS:
        if key in document["round"].get("policy", {}):
            changed = deepcopy(document)
            del changed["round"]["policy"][key]
            yield f"policy.{key}", changed
    for position, row in enumerate(document["round"].get("targets", ())):
        if row.get("strictness") != "soft":
            changed = deepcopy(document)
            del changed["round"]["targets"][position]
            yield f"targets[{position}]", changed
    for position, row in enumerate(document.get("pairs", ())):
        if row.get("status") in LIFTED_PAIRS and not _overrides(row):
            changed = deepcopy(document)
            kept = {k: v for k, v in row.items() if k not in ("status", "amount", "reason")}
            if kept.keys() & {"score", "payer_preference"}:
                changed["pairs"][position] = kept
            else:
                del changed["pairs"][position]
            yield f"pairs[{position}].status", changed
    for position in range(len(document.get("commitments", ()))):
        changed = deepcopy(document)
        del changed["commitments"][position]
        yield f"commitments[{position}]", changed
    if not any(map(_shares_a_budget, document["round"].get("targets", ()))):
        for position, row in enumerate(document["pools"]):
            changed = deepcopy(document)
            changed["pools"][position]["budget"] = f"1{row['budget']}"
            yield f"pools[{position}].budget", changed
    if "max_project_share" not in str(document["pools"]):
        return
    for position in range(len(document["proposals"])):
        changed = deepcopy(document)
        changed["proposals"][position]["other_funding"] = "1000000"
        yield f"proposals[{position}].other_funding", changed


def _shares_a_budget(target: Json) -> bool:
    shares = target.keys() & {"min_share", "max_share"}
    return bool(shares) and target.get("of") != "awarded"


def _overrides(row: Json) -> bool:
    """Say whether a row also opens a pair that the terms would close: then it is no mere bound."""
    return row.get("status") == "pin"
