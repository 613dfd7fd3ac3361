"""Made-up rule packs for the checker, over rounds of pool P and proposal A."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from matcher.domain import Round
from matcher.regulation.pack import Pack
from matcher.verify.findings import Verdict
from matcher.verify.regulation import Judged, Law
from tests.unit.checked_rounds import PA, Cells, build, pool, proposal

OUT, ASK, STEPS = "ineligible", "needs_review", "eligible_with_steps"
ANY: Verdict = "eligible"
DECIDED = date(2026, 3, 1)
SAID = {True: OUT, False: ANY, None: ASK}
"""What a rule that bars where a condition holds comes to: the condition's truth, seen outside."""

CHAIN: dict[str, Any] = {
    "donors": [
        {"donor_id": "D", "name": "Made-up holding", "kind": "bank"},
        {"donor_id": "E", "name": "Made-up embassy", "kind": "embassy"},
        {"donor_id": "F", "name": "Made-up company", "kind": "company"},
    ],
    "contributors": [
        {"pool_id": "P", "donor_id": donor, "amount": "1", "currency": "AZN"} for donor in "EF"
    ],
    "partners": [
        {"proposal_id": "A", "org_id": "Q", "role": "partner"},
        {"proposal_id": "A", "org_id": "R", "role": "host"},
        {"proposal_id": "A", "org_id": "Q", "role": "host"},
    ],
}
"""A round whose pool two donors feed, and whose proposal has a host and partners."""


def fact(kind: str, *of: str, **keys: Any) -> dict[str, Any]:
    words = {"meaning": "Made up.", "ask": "Nobody."}
    return {"of": of or ("organisation",), "type": kind} | words | keys


FACTS: Cells = {
    "is_charity": fact("truth"),
    "is_noted": fact("truth", "donor", "organisation"),
    "is_heard": fact("truth"),
    "seats": fact("number"),
    "reserve": fact("amount"),
    "founded": fact("date"),
    "closed": fact("date"),
    "form": fact("choice", values=("union", "fund")),
    "topics": fact("choices", values=("art", "sport", "trade")),
    "hobbies": fact("choices", values=("art", "sport", "trade")),
    "motto": fact("text"),
    "is_filed": fact("truth", "grant", unless_stated="false"),
}


def outcome(when: str, verdict: str = OUT, confidence: str = "T", **keys: Any) -> dict[str, Any]:
    cite = {"source": "act", "article": "1", "confidence": confidence}
    return {"when": when, "verdict": verdict, "because": "Made up.", "cite": cite} | keys


def step(id_: str, planned: int, **keys: Any) -> dict[str, Any]:
    days = {name: {"days": planned} for name in ("minimum", "planned", "p90")}
    return {"id": id_, "do": "Something", "by": "recipient", "days": days} | keys


def rule(id_: str, *outcomes: Cells, **keys: Any) -> dict[str, Any]:
    words = {"title": "Made up", "text": "Made up.", "jurisdiction": "XA", "applies_to": "All"}
    base = {"id": id_, "effective": date(2020, 1, 1), "severity": "block", "outcomes": outcomes}
    return base | words | keys


def asking(id_: str, *steps: Cells, when: str = "true", **keys: Any) -> dict[str, Any]:
    """Build a rule that asks for all its steps where a condition holds."""
    asked = outcome(when, STEPS, steps=tuple(one["id"] for one in steps))
    return rule(id_, asked, steps=steps, **keys)


def pack(rules: Iterable[Cells], facts: Cells = FACTS, **keys: Any) -> Pack:
    source = {"title": "Act of Examplia", "found_at": "made up"}
    base = {"id": "xa", "title": "Examplia", "about": "Made up.", "last_checked": DECIDED}
    return Pack.model_validate(
        base | {"sources": {"act": source}, "facts": facts, "rules": list(rules)} | keys
    )


def a_round(
    organisation: Cells | None = None,
    fund: Cells | None = None,
    work: Cells | None = None,
    **parts: Any,
) -> Round:
    """Build a round of pool P (donor D, a bank) and proposal A (organisation O, media)."""
    organisations = [
        {"org_id": "O", "name": "Made-up union", "kind": "media"} | dict(organisation or {}),
        {"org_id": "Q", "name": "Made-up fund", "kind": "foundation"},
        {"org_id": "R", "name": "Made-up club", "kind": "initiative_group"},
    ]
    parts = {"organisations": organisations} | parts
    return build([pool("P", **fund or {})], [proposal("A", **work or {})], **parts)


def verdict(round_: Round, *rules: Cells) -> str:
    return judge(round_, *rules).verdict


def judge(round_: Round, *rules: Cells) -> Judged:
    return Law(round_, [pack(rules)]).judged(PA)


def holds(round_: Round, when: str, **keys: Any) -> bool | None:
    """Give the truth of a condition; None where it is unknown."""
    said = verdict(round_, rule("XA-01", outcome(when), **keys))
    return next(truth for truth, verdict in SAID.items() if verdict == said)


def days(judged: Judged) -> int:
    return (judged.earliest_payment - DECIDED).days


def stated(subject: str, name: str, value: str, **cells: str) -> dict[str, str]:
    return {"subject": subject, "fact": name, "value": value} | cells
