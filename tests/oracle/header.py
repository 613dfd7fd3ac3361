"""The `round` of a random tiny round: policy and targets, by round.yaml of ROUND_FORMAT.md."""

from collections.abc import Sequence

from .dice import (
    COUNTRIES,
    GROUPS,
    KINDS,
    PRIORITY_AREAS,
    REGION_TERMS,
    SDGS,
    SECTORS,
    Json,
    Setting,
)


def header(at: Setting, document: Json) -> Json:
    """The `round` of a document whose tables are drawn already."""
    row: Json = {
        "id": "made-up-round",
        "title": "A made-up round",
        "currency": at.base,
        "decision_date": "2026-03-01",
    }
    if at.rates:
        row["rates"] = at.rates
    if policy := _policy(at):
        row["policy"] = policy
    if targets := _targets(at, document):
        row["targets"] = targets
    return row


def _policy(at: Setting) -> Json:
    policy: Json = {}
    if at.step:
        policy["grant_step"] = at.step
    if at.score_max != "100":
        policy["score_max"] = at.score_max
    if at.weighted:
        policy["score_weights"] = {"need": "0.65", "quality": "0.35"}
    if at.chance(35):
        policy["value"] = at.choice(("per_project", "per_amount"))
    if at.chance(30):
        policy["score_threshold"] = at.choice(("50", "60", "49")) if at.score_max == "100" else "5"
    if at.chance(12):
        policy["min_award"] = at.base_money(at.choice((2, 3)) * at.unit // 2)
    if at.chance(35):
        policy["max_funders_per_proposal"] = at.choice(("1", "1", "1", "2"))
    if at.chance(20):
        policy["max_proposals_per_organisation"] = str(at.integer(1, 2))
    if at.chance(18):
        policy["max_amount_per_organisation"] = at.base_money(
            at.integer(3, 6) * at.unit + at.choice((0, at.unit // 2))
        )
    if at.chance(18):
        policy["max_award_to_budget"] = at.choice(("1.0", "0.5", "0.75"))
    if at.chance(40):
        policy["needs_review"] = at.choice(("conditional", "conditional", "hold"))
    return policy


def _targets(at: Setting, document: Json) -> list[Json]:
    rows: list[Json] = []
    while len(rows) < 3 and at.chance(65 if not rows else 40):
        rows.append(_target(at, len(rows) + 1, document))
    return rows


def _target(at: Setting, number: int, document: Json) -> Json:
    row: Json = {"id": f"target-{number}"}
    if at.chance(25):
        row["pool"] = at.choice(document["pools"])["pool_id"]
    if at.chance(85):
        row["where"] = _where(at, document)
    soft = at.chance(40)
    floor = at.chance(60 if soft else 20)
    quantity = at.choice(("share", "amount", "count"))
    if quantity == "share":
        floors, caps = ("0.2", "0.1", "0.3333"), ("0.6", "0.75", "0.5", "0.25")
        row["min_share" if floor else "max_share"] = at.choice(floors if floor else caps)
        if not soft and at.chance(55):
            row["of"] = "awarded"
        elif at.chance(30):
            row["of"] = "budget"
    elif quantity == "amount":
        units = at.choice((1, 2) if floor else (1, 2, 3, 4, 0))
        row["min_amount" if floor else "max_amount"] = at.base_money(units * at.unit)
    else:
        row["min_count" if floor else "max_count"] = at.choice(("1", "1", "2"))
    if soft:
        row["strictness"] = "soft"
        if at.chance(60):
            row["priority"] = str(at.integer(1, 2))
        if at.chance(40):
            row["weight"] = at.choice(("2", "0.5", "3"))
    elif at.chance(50):
        row["strictness"] = "hard"
    if quantity != "count" and not floor and at.chance(15):
        row["min_count"] = "1"
    elif soft and quantity != "count" and at.chance(12):
        row["max_count"] = "0"
    return row


def _where(at: Setting, document: Json) -> Json:
    options: dict[str, Sequence[str]] = {
        "region": REGION_TERMS,
        "group": GROUPS,
        "sector": SECTORS,
        "tier": ("1", "2"),
        "organisation": [row["org_id"] for row in document["organisations"]],
        "proposal": [row["proposal_id"] for row in document["proposals"]],
        "applicant_kind": KINDS,
        "sdg": SDGS,
        "priority_area": PRIORITY_AREAS,
        "country": COUNTRIES,
    }
    where: Json = {}
    for _ in range(1 + at.chance(25)):
        key = "region" if at.chance(40) else at.choice(tuple(options))
        name = f"not_{key}" if at.chance(35) else key
        where[name] = at.cell(at.some(options[key], 2))
    return where
