"""An audit as plain values, for JSON: money and exact shares as text, merit as numbers."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from matcher import money
from matcher.domain import Round
from matcher.explaining.audit.audit import Audit
from matcher.explaining.audit.concentration import Concentration
from matcher.explaining.audit.order import Correcting, Order
from matcher.explaining.audit.ranked_list import Comparison, Side
from matcher.explaining.audit.rationality import Blocked, Rationality
from matcher.writing import phrases

PLACES = 6
"""Decimals of a share or an index."""


def document_of_audit(round_: Round, audit: Audit) -> dict[str, Any]:
    """Give an audit as plain values; amounts as text in major units of the base currency."""
    return {
        "currency": round_.currency,
        "better_plan_found": audit.better,
        "out_of_order": document_of_order(audit.order),
        "rationality": document_of_rationality(round_, audit.rationality),
        "concentration": {
            spread.by: document_of_concentration(round_, spread) for spread in audit.concentration
        },
        "ranked_list": document_of_comparison(round_, audit.comparison),
    }


def document_of_order(order: Order) -> dict[str, Any]:
    """Give where the plan is out of order, and what correcting costs by proposal."""
    return {
        "places": [
            {
                "pool_id": place.pool_id,
                "passed_over": place.passed_over,
                "funded_instead": place.funded_instead,
                "funded_lower_scored": place.instead,
                "score_passed_over": float(place.score_passed_over),
                "score_funded_instead": float(place.score_funded_instead),
                "why": place.why,
            }
            for place in order.places
        ],
        "correcting": {
            proposal: _correcting(found) for proposal, found in order.correcting.items()
        },
    }


def _correcting(found: Correcting) -> dict[str, Any]:
    lows: tuple[Fraction | None, ...] = found.low or (None,) * len(found.high)
    return {
        "known": found.known,
        "exact": found.exact,
        "levels": [
            {
                "level": level,
                "key": key,
                "low": None if low is None else float(low),
                "high": float(high),
            }
            for (level, key), low, high in zip(found.levels, lows, found.high, strict=True)
        ],
    }


def document_of_rationality(round_: Round, found: Rationality) -> dict[str, Any]:
    """Give what pools could do by themselves."""
    return {
        "utilities": {pool: float(now) for pool, now in found.now.items()},
        "alone": [_blocked(round_, blocked) for blocked in found.alone],
        "together": [_blocked(round_, blocked) for blocked in found.together],
        "unknown": [list(pools) for pools in found.unknown],
        "pairs": found.pairs,
        "pairs_apart": found.apart,
        "pairs_searched": found.searched,
    }


def _blocked(round_: Round, blocked: Blocked) -> dict[str, Any]:
    return {
        "pools": [
            {"pool_id": gain.pool_id, "now": float(gain.now), "then": float(gain.then)}
            for gain in blocked.gains
        ],
        "awards": [
            {"pool_id": pool, "proposal_id": proposal, "amount": _money(round_, units)}
            for (pool, proposal), units in sorted(blocked.awards.items())
        ],
        "most_together": float(blocked.most),
        "exact": blocked.exact,
    }


def document_of_concentration(round_: Round, spread: Concentration) -> dict[str, Any]:
    """Give how money is spread; money that shares of regions part is rounded half-even."""
    rows: list[Mapping[str, Any]] = [
        {str(name): value for name, value in row.items()} for row in spread.table.to_dict("records")
    ]
    return {
        "index": None if spread.index is None else round(float(spread.index), PLACES),
        "largest_share": None if spread.largest is None else round(float(spread.largest), PLACES),
        "rows": [
            {
                "code": row["code"],
                "name": row["name"],
                "money": _money(round_, round(row["money"])),
                "proposals": row["proposals"],
                "share": phrases.decimal_text(row["share"], PLACES),
            }
            for row in rows
        ],
    }


def document_of_comparison(round_: Round, found: Comparison | None) -> dict[str, Any] | None:
    """Give the plan beside the ranked list, by proposal; None where there is no list."""
    if found is None:
        return None
    return {
        "ours": _side(round_, found.ours),
        "listed": _side(round_, found.listed),
        "not_enforced": list(found.not_enforced),
        "proposals": [
            {
                "proposal_id": row.proposal_id,
                "requested": _money(round_, row.requested),
                "ours": _money(round_, row.ours),
                "listed": _money(round_, row.listed),
                "merit_ours": float(row.merit_ours),
                "merit_listed": float(row.merit_listed),
            }
            for row in found.rows
        ],
        "not_proven": {proposal: _money(round_, more) for proposal, more in found.doubts},
    }


def _side(round_: Round, side: Side) -> dict[str, Any]:
    return {
        "placed": _money(round_, side.placed),
        "merit": float(side.merit),
        "funded": side.funded,
        "passed_over": side.passed_over,
    }


def _money(round_: Round, units: int) -> str:
    return money.shown(units, round_.currency)
