"""A reserve list in plain sentences (wording/en/reserve.ftl), and as plain values."""

from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from matcher.domain import Round
from matcher.explaining.amounts import amount_text, merit_text
from matcher.explaining.reserve.beside import Reserve
from matcher.explaining.reserve.reserve import ReserveList
from matcher.wording.catalogue import LANGUAGE, Said, catalogue_of
from matcher.writing import phrases

MOST_NAMED = 12
"""So many proposals or pools are named in a sentence."""
Values = dict[str, str | int]


def sentences_of_reserve(round_: Round, reserve: Reserve, language: str = LANGUAGE) -> list[str]:
    """Give what becomes of a plan in the sentences of a language."""
    catalogue = catalogue_of(language)
    return [catalogue.text(said) for said in said_of_reserve(round_, reserve)]


def said_of_reserve(round_: Round, reserve: Reserve) -> Iterator[Said]:
    """Say who enters, who else gets more, less or nothing, what stays unspent, what it costs."""
    names = (*reserve.gone.proposals, *reserve.gone.pools)
    kinds = [kind for kind, ids in vars(reserve.gone).items() if ids]
    gone = kinds[0] if len(kinds) == 1 else "both"
    named: Values = {"gone": gone, "count": len(names), "names": phrases.spoken(names)}
    if reserve.ended != "plan":
        kept = "-keeping" if reserve.keeping and reserve.ended == "impossible" else ""
        yield Said(f"reserve-{reserve.ended}{kept}", named)
        return
    yield from _entering(round_, reserve, named)
    yield from _others(round_, reserve)
    yield from _money(round_, reserve)
    yield from _cost(round_, reserve)


def _entering(round_: Round, reserve: Reserve, named: Values) -> Iterator[Said]:
    entries: list[Values] = [
        {"proposal": name, "paid": _payers(round_, reserve, name)} for name in reserve.order
    ]
    if not entries:
        yield Said("reserve-nobody", named)
    elif len(entries) == 1:
        yield Said("reserve-enters", named | entries[0])
    else:
        order = phrases.spoken(reserve.order)
        yield Said("reserve-enter", named | {"entering": len(entries), "order": order})
        for entry in entries:
            yield Said("reserve-entry", entry)


def _payers(round_: Round, reserve: Reserve, proposal_id: str) -> str:
    return phrases.spoken(
        f"{amount_text(round_, units)} from {pool}"
        for (pool, proposal), units in sorted(reserve.awards.items())
        if proposal == proposal_id
    )


def _others(round_: Round, reserve: Reserve) -> Iterator[Said]:
    changed = {one.proposal_id for one in reserve.moved}
    repaid = sorted({one.proposal_id for one in reserve.paid} - changed)
    for message, moved in (
        ("reserve-more", reserve.more),
        ("reserve-less", reserve.less),
        ("reserve-leaving", reserve.leaving),
    ):
        listed = [
            f"{one.proposal_id} ({amount_text(round_, abs(one.after - one.before))})"
            for one in moved
        ]
        yield from _listed(message, listed)
    yield from _listed("reserve-payers", repaid)


def _money(round_: Round, reserve: Reserve) -> Iterator[Said]:
    more = [one for one in reserve.left if one.after > one.before]
    less = [one for one in reserve.left if one.after < one.before]
    for message, changed in (("reserve-stays", more), ("reserve-spends", less)):
        listed = [
            f"{amount_text(round_, abs(one.after - one.before))} with {one.pool_id}"
            for one in changed
        ]
        yield from _listed(message, listed)


def _listed(message: str, listed: list[str]) -> Iterator[Said]:
    if listed:
        yield Said(message, {"count": len(listed), "listed": phrases.few(listed, MOST_NAMED)})


def _cost(round_: Round, reserve: Reserve) -> Iterator[Said]:
    value = round_.policy.value
    lost, low, high = (
        sum((side[at] for at, (level, _) in enumerate(reserve.levels) if level == "L2"), Fraction())
        for side in (reserve.lost, reserve.low, reserve.high)
    )
    if not reserve.exact or low != high:
        texts: Values = {"low": merit_text(low), "high": merit_text(high)}
        yield Said("reserve-cost-between", {"value": value} | texts)
    elif lost:
        message = "reserve-cost" if lost > 0 else "reserve-gain"
        yield Said(message, {"value": value, "merit": merit_text(abs(lost))})
    if uncounted := targets_gone(round_, reserve):
        named = phrases.spoken(uncounted)
        yield Said("reserve-uncounted", {"count": len(uncounted), "targets": named})
    for (level, priority), missed in zip(reserve.levels, reserve.lost, strict=True):
        if level == "L1" and missed and priority is not None:
            message = "reserve-targets" if missed > 0 else "reserve-targets-less"
            grown = phrases.percent(abs(missed))
            yield Said(message, {"priority": str(priority), "shortfall": grown})


def targets_gone(round_: Round, reserve: Reserve) -> list[str]:
    """Give the targets of pools that dropped out: what they asked for is no longer counted."""
    return [target.id for target in round_.targets if target.pool in reserve.gone.pools]


def document_of_reserve(round_: Round, reserve: Reserve) -> dict[str, Any]:
    """Give what becomes of a plan as plain values; amounts in base minor units."""
    sides = zip(reserve.levels, reserve.lost, reserve.low, reserve.high, strict=True)
    return {
        "withdrawn": list(reserve.gone.proposals),
        "dropped": list(reserve.gone.pools),
        "promises_kept": reserve.keeping,
        "ended": reserve.ended,
        "enter": list(reserve.order),
        "moved": [asdict(one) for one in reserve.moved],
        "paid": [asdict(one) for one in reserve.paid],
        "left": [asdict(one) for one in reserve.left],
        "levels": [
            {"level": level, "key": key, "lost": float(lost), "low": float(low), "high": float(up)}
            for (level, key), lost, low, up in sides
        ],
        "no_longer_counted": targets_gone(round_, reserve),
        "exact": reserve.exact,
        "currency": round_.currency,
    }


def document_of_list(round_: Round, found: ReserveList) -> dict[str, Any]:
    """Give a reserve list as plain values."""
    return {
        "promises_kept": found.keeping,
        "withdrawals": [document_of_reserve(round_, one) for one in found.withdrawals],
        "drops": [document_of_reserve(round_, one) for one in found.drops],
    }
