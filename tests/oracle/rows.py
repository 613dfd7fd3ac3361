"""The rows of a random tiny round's tables, by the columns of ROUND_FORMAT.md."""

from collections.abc import Sequence
from fractions import Fraction

from .dice import (
    COUNTRIES,
    DONOR_KINDS,
    GROUPS,
    KINDS,
    PRIORITY_AREAS,
    REGION_TERMS,
    REGIONS,
    SDGS,
    SECTORS,
    Json,
    Setting,
)

Table = list[Json]

# In how many of a hundred pools the list restricts, and by what.
LIST_TERMS: dict[str, tuple[int, Sequence[str]]] = {
    "sectors": (6, SECTORS),
    "not_sectors": (4, SECTORS),
    "regions": (5, REGION_TERMS),
    "not_regions": (5, REGION_TERMS),
    "groups": (5, GROUPS),
    "sdgs": (3, SDGS),
    "priority_areas": (3, PRIORITY_AREAS),
    "applicant_kinds": (4, KINDS),
    "countries": (3, COUNTRIES),
    "applicant_countries": (3, COUNTRIES),
}


def organisation(at: Setting, number: int) -> Json:
    """An applicant, now and then with a blank country, kind or annual budget."""
    row = {"org_id": f"O{number}", "name": f"Made-up applicant {number}"}
    if at.chance(85):
        row["country"] = "GE" if at.chance(12) else "AZ"
    if at.chance(85):
        row["kind"] = at.choice(KINDS)
    if at.chance(50):
        row["annual_budget"] = at.base_money(at.choice((4, 6, 3, 2, 8, 0)) * at.unit)
    return row


def proposal(at: Setting, number: int, units: int, organisations: Table, donors: Table) -> Json:
    """A proposal that asks for about so many units; its score comes from `score_proposals`."""
    currency = at.currency()
    size = units * at.unit + (at.choice((0, 0, at.unit // 3, -1)) if at.unit > 7 else 0)
    if at.chance(3):
        size = at.unit // 2
    requested = at.money(size, currency, least=1)
    row: Json = {
        "proposal_id": f"J{number}",
        "org_id": at.choice(organisations)["org_id"],
        "title": f"Made-up proposal {number}",
        "currency": currency,
        "requested": requested,
    }
    if at.chance(75):
        least = at.money(at.integer(0, max(1, units - 1)) * at.unit, currency)
        row["minimum"] = min(least, requested, key=Fraction)
    if at.chance(35):
        row["own_contribution"] = at.money(at.integer(0, 3) * at.unit, currency)
    if at.chance(15):
        row["other_funding"] = at.money(at.integer(0, 2) * at.unit + 1, currency)
    if at.chance(85):
        row["sector"] = at.choice(SECTORS)
    if at.chance(85):
        row["regions"] = _regions(at)
    if at.chance(70):
        row["groups"] = at.cell(at.some(GROUPS, 2))
    if at.chance(70):
        row["sdgs"] = at.cell(at.some(SDGS, 2))
    if at.chance(70):
        row["priority_areas"] = at.cell(at.some(PRIORITY_AREAS, 2))
    if at.chance(20):
        row["max_funders"] = at.choice(("1", "1", "2"))
    if at.chance(4):
        row["accepts_donor_kinds"] = at.cell(at.some(DONOR_KINDS, 3))
    if at.chance(4):
        row["refuses_donors"] = [at.choice(donors)["donor_id"]]
    if at.chance(6):
        row["status"] = at.choice(("submitted", "withdrawn", "deferred", "disqualified"))
        if row["status"] != "submitted":
            row["status_reason"] = "Made up for a test"
    return row


def _regions(at: Setting) -> str | list[str]:
    codes = at.some(REGIONS, 3 if at.chance(40) else 1)
    if len(codes) > 1 and at.chance(60):
        shares = (("0.6", "0.4"), ("0.25", "0.45", "0.3"))[len(codes) - 2]
        codes = [f"{code}:{share}" for code, share in zip(codes, shares, strict=True)]
    return at.cell(codes)


def link_proposals(at: Setting, rows: Table) -> None:
    """Tiers, alternatives and requires, without cycles or a required alternative."""
    tiered = at.chance(30)
    labelled = at.chance(25) and len(rows) > 1
    dependent = at.chance(28) and len(rows) > 1
    for row in rows:
        if tiered and at.chance(75):
            row["tier"] = str(at.integer(1, 2))
        if labelled and at.chance(70):
            row["alternatives"] = at.cell(at.some(("either", "or"), 2))
    ids = [row["proposal_id"] for row in rows]
    if dependent and at.chance(50):
        ids.reverse()
    by_id = {row["proposal_id"]: row for row in rows}
    for place, id_ in enumerate(ids[1:], start=1):
        free = [
            other for other in ids[:place] if not _labels(by_id[id_]) & _labels_of_all(other, by_id)
        ]
        if dependent and free and at.chance(60):
            by_id[id_]["requires"] = at.some(free, 2)


def pool(at: Setting, number: int, units: int, donors: Table) -> Json:
    """A pool with a budget of about so many units, and its terms."""
    currency = at.currency()
    row: Json = {
        "pool_id": f"P{number}",
        "donor_id": at.choice(donors)["donor_id"],
        "name": f"Made-up pool {number}",
        "currency": currency,
    }
    budget = 0 if at.chance(2) else units
    row["budget"] = at.money(budget * at.unit + at.choice((0, 1)), currency)
    if at.chance(18):
        row["hold_back_share"] = at.choice(("0.1", "0.25", "0.333"))
    smallest = 0
    if at.chance(17):
        smallest = at.integer(1, 2)
        row["min_grant"] = at.money(smallest * at.unit, currency)
    if at.chance(22):
        row["max_grant"] = at.money(max(smallest, at.integer(1, 3)) * at.unit, currency)
    if at.chance(30):
        row["max_grants"] = str(at.integer(1, 2))
    if at.chance(20):
        row["max_project_share"] = at.choice(("0.5", "0.75", "0.6667", "0.8", "0.3", "1"))
    if at.chance(15):
        row["sole_funder"] = at.choice(("true", "true", "false"))
    if at.chance(32):
        others = [*DONOR_KINDS[:3], *(donor["donor_id"] for donor in donors)]
        row["not_with"] = at.cell(at.some(others, 3))
    for term, (percent, options) in LIST_TERMS.items():
        if at.chance(percent):
            row[term] = at.cell(at.some(options, 1 if term.startswith("not_") else 4))
    if at.chance(5):
        row["available_from"] = at.choice(("2026-03-01", "2026-02-01", "2026-03-02"))
    elif at.chance(5):
        row["available_until"] = at.choice(("2026-12-31", "2026-03-01", "2026-02-28"))
    if at.chance(5):
        row["pay_by"] = at.choice(("2026-12-31", "2026-03-01", "2026-02-28"))
    if at.chance(10):
        row["certainty"] = at.choice(("confirmed", "pledged"))
    return row


def score_proposals(at: Setting, proposals: Table) -> Table:
    """Give scores: the proposal's own, by criteria, or by reviews, which are returned; or none."""
    reviews: Table = []
    for row in proposals:
        if at.weighted and at.chance(70):
            for criterion in ("need", "quality"):
                if at.chance(60):
                    row[f"score_{criterion}"] = at.score()
                else:
                    reviews += _reviews(at, row["proposal_id"], criterion)
        if at.chance(15):
            reviews += _reviews(at, row["proposal_id"], "")
        elif at.chance(97) and not (at.weighted and at.chance(80)):
            row["score"] = at.score()
    return reviews


def _reviews(at: Setting, proposal: str, criterion: str) -> Table:
    rows: Table = []
    for number in range(at.integer(1, 3)):
        row = {
            "proposal_id": proposal,
            "reviewer_id": f"reviewer-{number + 1}",
            "score": at.score(),
        }
        if criterion:
            row["criterion"] = criterion
        if at.chance(20):
            row["recused"] = "true"
        rows.append(row)
    return rows


def commitments(at: Setting, organisations: Table) -> Table:
    """Up to two earlier awards, of the decision's year and of the year before."""
    rows: Table = []
    while len(rows) < 2 and at.chance(25):
        currency = at.currency()
        rows.append(
            {
                "commitment_id": f"earlier-{len(rows) + 1}",
                "org_id": at.choice(organisations)["org_id"],
                "amount": at.money(at.integer(1, 3) * at.unit, currency, least=1),
                "currency": currency,
                "decided": at.choice(("2026-01-15", "2025-12-31", "2026-01-01")),
            }
        )
    return rows


def pairs(
    at: Setting, pools: Table, proposals: Table, requests: Sequence[int], donors: Table
) -> Table:
    """Rows for some pairs, and now and then one for a whole donor or organisation."""
    rows: Table = []
    for pool in pools:
        for proposal, units in zip(proposals, requests, strict=True):
            if at.chance(25):
                ids = {"pool_id": pool["pool_id"], "proposal_id": proposal["proposal_id"]}
                rows.append(ids | _pair(at, units))
    if at.chance(12):
        status = {"status": at.choice(("forbid", "declined", "conflict"))}
        donor, proposal = at.choice(donors), at.choice(proposals)
        wide = (
            {"donor_id": donor["donor_id"], "proposal_id": proposal["proposal_id"]},
            {"pool_id": at.choice(pools)["pool_id"], "org_id": proposal["org_id"]},
            {"donor_id": donor["donor_id"], "org_id": proposal["org_id"]},
        )
        rows.append(at.choice(wide) | status)
    return rows


def _pair(at: Setting, units: int) -> Json:
    row: Json = {}
    kinds = ("prefer",) * 9 + ("",) * 9 + ("accepted",) * 2 + ("pin", "forbid")
    status = at.choice((*kinds, "conflict", "declined"))
    if status:
        row["status"] = status
    if status == "accepted" or (status == "pin" and at.chance(40)):
        row["amount"] = at.base_money(max(1, at.integer(units - 2, units)) * at.unit)
    if status == "pin":
        row["reason"] = "Made up for a test: the board decided so"
    if status in ("", "prefer"):
        if at.chance(60) or not status:
            row["payer_preference"] = str(at.integer(1, 3))
        if at.chance(30):
            row["score"] = at.score()
    return row


def _labels(row: Json) -> set[str]:
    cell = row.get("alternatives", [])
    return set(cell.split(";") if isinstance(cell, str) else cell)


def _labels_of_all(proposal: str, by_id: dict[str, Json]) -> set[str]:
    """The alternatives labels of a proposal and of all it requires, directly or not."""
    labels = _labels(by_id[proposal])
    for required in by_id[proposal].get("requires", []):
        labels |= _labels_of_all(required, by_id)
    return labels
