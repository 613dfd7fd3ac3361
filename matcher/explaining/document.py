"""An explanation as plain values, for JSON."""

from dataclasses import asdict
from typing import Any

from matcher.domain import Round
from matcher.explaining.levers.levers import Change, Value
from matcher.explaining.solves.forcing import Displacement
from matcher.explaining.why import Explanation


def document_of(round_: Round, explanation: Explanation) -> dict[str, Any]:
    """Give an explanation as plain values; amounts in base minor units."""
    return {
        "proposal_id": explanation.proposal_id,
        "funded": explanation.funded,
        "funded_in": explanation.funded_in,
        "pools": list(explanation.pools),
        "ended_by_time": explanation.ended,
        "currency": round_.currency,
        "displacement": _displacement(explanation.displacement),
        "changes": [_change(change) for change in explanation.changes],
    }


def _displacement(shown: Displacement | None) -> dict[str, Any] | None:
    if shown is None:
        return None
    costs = zip(shown.levels, shown.cost, shown.low, shown.high, strict=True)
    return {
        "levels": [
            {"level": level, "key": key, "cost": float(c), "low": float(lo), "high": float(hi)}
            for (level, key), c, lo, hi in costs
        ],
        "exact": shown.exact,
        "payers": [{"pool_id": pool, "units": units} for pool, units in shown.payers],
        "moved": [asdict(moved) for moved in shown.moved],
    }


def _change(change: Change) -> dict[str, Any]:
    lever = change.lever
    return {
        "lever": lever.kind,
        "subject": lever.subject,
        "facts": [{**asdict(fact), "answer": answer} for fact, answer in lever.facts],
        "unit": lever.unit,
        "now": None if lever.now is None else str(lever.now),
        "needed": _plain(change.value),
        "one_step_less": _plain(change.before),
        "smallest": lever.monotone,
        "unknown": change.unknown,
        "ties": change.ties,
    }


def _plain(value: Value | None) -> str | bool | None:
    return value if value is None or isinstance(value, bool) else str(value)
