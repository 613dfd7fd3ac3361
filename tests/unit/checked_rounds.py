"""Small made-up rounds for the checker, and what it finds broken in them.

Amounts in rounds are in AZN, awards in qəpik: 1.00 AZN is 100.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from matcher.domain import Round
from matcher.verify import Verification, Violation, levels_of, verify_awards

Cells = Mapping[str, Any]
Exact = Fraction | int


def pool(pool_id: str, budget: str = "100", **cells: Any) -> dict[str, Any]:
    base = {"pool_id": pool_id, "donor_id": "D", "name": "Pool", "currency": "AZN"}
    return base | {"budget": budget} | cells


def proposal(proposal_id: str, requested: str = "50", **cells: Any) -> dict[str, Any]:
    base = {"proposal_id": proposal_id, "org_id": "O", "title": "Work", "currency": "AZN"}
    return base | {"requested": requested, "minimum": "0", "score": "10"} | cells


def without(cells: Cells, *names: str) -> dict[str, Any]:
    return {name: value for name, value in cells.items() if name not in names}


def build(pools: Iterable[Cells], proposals: Iterable[Cells], **parts: Any) -> Round:
    """Build a round of pools and proposals of donor D (a bank) and organisation O (media)."""
    tables: dict[str, Any] = {
        "donors": [
            {"donor_id": "D", "name": "Made-up bank", "kind": "bank"},
            {"donor_id": "E", "name": "Made-up embassy", "kind": "embassy"},
        ],
        "organisations": [
            {"org_id": "O", "name": "Made-up union", "kind": "media", "country": "AZ"},
            {"org_id": "Q", "name": "Made-up fund"},
        ],
    }
    settings = {"id": "made-up", "currency": "AZN", "decision_date": "2026-03-01"}
    rows = {"pools": list(pools), "proposals": list(proposals)}
    return Round.model_validate(settings | tables | rows | parts)


def broken(round_: Round, awards: Mapping[tuple[str, str], Any]) -> list[tuple[str, str, Exact]]:
    found = verify_awards(round_, awards)
    assert found.holds == (not found.violations)
    return [(v.constraint, v.subject, v.by) for v in found.violations]


def only(verification: Verification) -> Violation:
    (violation,) = verification.violations
    return violation


REGIONS = [
    {"code": "N", "name": "North", "country": "AZ"},
    {"code": "N1", "name": "North one", "parent": "N"},
    {"code": "S", "name": "South", "country": "GE"},
    {"code": "X", "name": "Nowhere"},
]
P, A, B = "pool P", "proposal A", "proposal B"
PA, PB, PC = ("P", "A"), ("P", "B"), ("P", "C")
QA, QB, QC = ("Q", "A"), ("Q", "B"), ("Q", "C")


def target(**cells: Any) -> dict[str, Any]:
    return {"id": "T", "where": {"proposal": ["A"]}} | cells


def merits(round_: Round, awards: Mapping[tuple[str, str], int]) -> dict[int | None, Exact]:
    return {v.key: v.value for v in levels_of(round_, awards) if v.level == "L2"}
