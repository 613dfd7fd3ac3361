"""An audit in plain sentences, as messages with their values (wording/en/audit.ftl)."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from matcher.domain import Round
from matcher.explaining.amounts import amount_text, merit_text
from matcher.explaining.audit.audit import Audit
from matcher.explaining.audit.concentration import Concentration
from matcher.explaining.audit.order import Correcting, Order
from matcher.explaining.audit.ranked_list import Compared, Comparison
from matcher.explaining.audit.rationality import Blocked, Rationality
from matcher.wording.catalogue import LANGUAGE, Said, catalogue_of
from matcher.writing import phrases, words

MOST_NAMED = 12
"""So many proposals or pools are named in a sentence."""


def said_of_audit(round_: Round, audit: Audit) -> Iterator[Said]:
    """Say all that an audit found, part by part."""
    if audit.better:
        yield Said("audit-better-plan")
    yield from said_of_order(round_, audit.order)
    yield from said_of_rationality(round_, audit.rationality)
    for spread in audit.concentration:
        yield said_of_concentration(spread)
    yield from said_of_comparison(round_, audit.comparison)


def sentences_of_audit(round_: Round, audit: Audit, language: str = LANGUAGE) -> list[str]:
    """Give an audit in the sentences of a language."""
    catalogue = catalogue_of(language)
    return [catalogue.text(said) for said in said_of_audit(round_, audit)]


def said_of_order(round_: Round, order: Order) -> Iterator[Said]:
    """Say who is passed over, by which pools, and what correcting it would cost."""
    if not order.places:
        yield Said("audit-in-order")
        return
    yield Said("audit-out-of-order", {"proposals": len(order.correcting)})
    for proposal, correcting in order.correcting.items():
        pools = [place.pool_id for place in order.places if place.passed_over == proposal]
        named = phrases.few(pools, MOST_NAMED)
        yield Said("audit-passed-over", {"proposal": proposal, "pools": len(pools), "named": named})
        yield from _correcting(round_, proposal, correcting)


def said_of_rationality(round_: Round, found: Rationality) -> Iterator[Said]:
    """Say which pools could do better by themselves, and what they would fund."""
    alone, together, unknown = found.alone, found.together, found.unknown
    for blocked in alone:
        (gain,) = blocked.gains
        values = {"pool": gain.pool_id, "then": merit_text(gain.then)}
        more = {"more": merit_text(gain.then - gain.now)}
        yield Said("audit-alone", _valued(round_, values | more | _funded(blocked)))
    if not alone and not any(len(pools) == 1 for pools in unknown):
        yield Said("audit-none-alone")
    for blocked in together:
        first, second = blocked.gains
        values = {
            "first": first.pool_id,
            "second": second.pool_id,
            "first_more": merit_text(first.then - first.now),
            "second_more": merit_text(second.then - second.now),
        }
        yield Said("audit-together", _valued(round_, values | _funded(blocked)))
    if not together and not any(len(pools) == 2 for pools in unknown) and found.pairs:
        yield Said("audit-none-together")
    if unknown:
        named = phrases.few([" + ".join(pools) for pools in unknown], MOST_NAMED)
        yield Said("audit-alone-unknown", {"count": len(unknown), "named": named})


def said_of_concentration(spread: Concentration) -> Said:
    """Say where most of the money goes to or comes from."""
    if spread.index is None or spread.largest is None:
        return Said("audit-spread-nothing")
    first = spread.table.iloc[0]
    code = str(first["code"])
    named = words.plain(code) if spread.by == "group" else str(first["name"] or code)
    values: dict[str, str | int] = {
        "count": int((spread.table["code"] != "").sum()),
        "share": phrases.percent(spread.largest),
        "index": phrases.decimal_text(spread.index, 3),
    }
    if not named:
        return Said("audit-spread-unnamed", {"by": spread.by, **values})
    return Said(f"audit-spread-{spread.by}", {"largest": named, **values})


def said_of_comparison(round_: Round, found: Comparison | None) -> Iterator[Said]:
    """Say what the ranked list would have done instead."""
    if found is None:
        yield Said("audit-list-none")
        return
    for message, side in (("audit-list-ours", found.ours), ("audit-list-listed", found.listed)):
        yield Said(message, {"placed": amount_text(round_, side.placed), "funded": side.funded})
    ahead = found.ours.merit - found.listed.merit
    if ahead:
        message = "audit-list-more" if ahead > 0 else "audit-list-less"
        yield Said(message, _valued(round_, {"merit": merit_text(abs(ahead))}))
    else:
        yield Said("audit-list-same")
    passed = {"ours": found.ours.passed_over, "listed": found.listed.passed_over}
    yield Said("audit-list-passed-over", passed)
    if not found.gaining and not found.losing:
        yield Said("audit-list-alike")
    for message, rows in (
        ("audit-list-gaining", found.gaining),
        ("audit-list-losing", found.losing),
    ):
        if rows:
            named = phrases.few([row.proposal_id for row in rows], MOST_NAMED)
            yield Said(message, {"count": len(rows), "named": named})
            yield from (_change(round_, row) for row in rows[:MOST_NAMED])
    if found.doubts:
        most = min(sum(more for _, more in found.doubts), found.left)
        shown = amount_text(round_, most)
        yield Said("audit-list-not-proven", {"steps": len(found.doubts), "most": shown})


def _change(round_: Round, row: Compared) -> Said:
    here, there = amount_text(round_, row.ours), amount_text(round_, row.listed)
    return Said("audit-list-change", {"proposal": row.proposal_id, "here": here, "there": there})


def _correcting(round_: Round, proposal: str, found: Correcting) -> Iterator[Said]:
    """Say what a correction costs: merit over all tiers, and targets missed by priority."""
    if found.known in ("impossible", "unknown"):
        yield Said(f"audit-correcting-{found.known}", {"proposal": proposal})
        return
    merit = [at for at, (level, _) in enumerate(found.levels) if level == "L2"]
    high = sum((found.high[at] for at in merit), Fraction(0))
    values = {"proposal": proposal, "merit": merit_text(abs(high))}
    if found.known == "at_most":
        yield Said("audit-correcting-at-most", _valued(round_, values))
        return
    low = sum((found.low[at] for at in merit), Fraction(0))
    if low != high:
        sides = {"low": merit_text(low), "high": merit_text(high)}
        values = {"proposal": proposal} | sides
        yield Said("audit-correcting-between", _valued(round_, values))
    else:
        message = "audit-correcting-gain" if high < 0 else "audit-correcting-cost"
        yield Said(message, _valued(round_, values))
    for (level, key), least, most in zip(found.levels, found.low, found.high, strict=True):
        if level == "L1" and (least or most):
            yield _missed(int(key or 0), least, most)


def _missed(priority: int, low: Fraction, high: Fraction) -> Said:
    if low != high:
        shown = {
            name: ("-" if side < 0 else "") + phrases.percent(abs(side))
            for name, side in (("low", low), ("high", high))
        }
        return Said("audit-correcting-targets-between", {"priority": str(priority)} | shown)
    message = "audit-correcting-targets" if high > 0 else "audit-correcting-targets-less"
    return Said(message, {"priority": str(priority), "shortfall": phrases.percent(abs(high))})


def _valued(round_: Round, values: Mapping[str, str]) -> dict[str, str | int]:
    return {"value": round_.policy.value, **values}


def _funded(blocked: Blocked) -> dict[str, str]:
    proposals = sorted({proposal for _, proposal in blocked.awards})
    return {"funded": phrases.few(proposals, MOST_NAMED)}
