"""What rules cost, in sentences: first those that cost something, then the others by name."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from matcher.domain import Round
from matcher.explaining.amounts import merit_text, merit_unit
from matcher.explaining.prices.effect import Effect, Movement
from matcher.explaining.prices.of_rules import PriceOfRule
from matcher.explaining.prices.rules import Rule
from matcher.explaining.solves.base import Base
from matcher.wording.catalogue import Said, catalogue_of
from matcher.writing import phrases

MOST_NAMED = 12
"""So many rules are named in one sentence."""
PLACES = 3
"""Decimals of merit where it is no whole number, and of shortfalls that are not tiny."""
MOST_PLACES = 9
"""Decimals of tiny shortfalls, at most."""


def told_prices(base: Base, prices: Sequence[PriceOfRule]) -> Iterator[Said]:
    """Tell what all rules cost, in English where names stand in lists."""
    speech = catalogue_of()
    if not prices:
        yield Said("price-none")
        return
    idle: list[str] = []
    settled: list[tuple[Fraction, str]] = []
    unknown: list[str] = []
    for price in prices:
        name = speech.text(named(base.round, price.rule))
        effect = price.effect
        if effect is None:
            unknown.append(name)
        elif not effect.nothing or effect.gone or effect.remeasured:
            yield from told_price(base, price)
        elif effect.exact:
            idle.append(name)
        else:
            settled.append((effect.merit_range[1], name))
    if idle:
        yield Said("price-idle", {"rules": phrases.few(idle, MOST_NAMED)})
    if settled:
        most = max(high for high, _ in settled)
        names = phrases.few([name for _, name in settled], MOST_NAMED)
        values = {"high": merit_text(most), "unit": merit_unit(base.round), "rules": names}
        yield Said("price-settled", values)
    if unknown:
        yield Said("price-unknown", {"rules": phrases.few(unknown, MOST_NAMED)})
    if any(price.effect is not None and not price.effect.nothing for price in prices):
        yield Said("price-not-summed")


def told_price(base: Base, price: PriceOfRule) -> Iterator[Said]:
    """Tell what one rule costs."""
    yield from told_effect(base, catalogue_of().text(named(base.round, price.rule)), price.effect)


def told_effect(base: Base, what: str, effect: Effect | None) -> Iterator[Said]:
    """Tell what something costs, by what taking it away does; `what` names it."""
    if effect is None:
        yield Said("cost-unknown", {"what": what})
        return
    if effect.impossible:
        yield Said("cost-impossible", {"what": what})
        return
    missed = [moved for moved in effect.shortfalls if moved.change]
    yield _merit(base, phrases.sentence(what)[:-1], what, effect, bool(missed))
    tiers = [moved for moved in effect.movements if moved.level == "L2"]
    if len(tiers) > 1:
        yield from (_tier(moved) for moved in tiers if moved.change)
    for moved in missed:
        message = "cost-missed-less" if moved.change > 0 else "cost-missed-more"
        change = shortfall_text(moved.change)
        yield Said(message, {"priority": moved.key or 0, "change": change})
    if missed and effect.merit < 0:
        yield Said("cost-first", {"unit": merit_unit(base.round)})
    for _, priority in effect.gone:
        yield Said("cost-gone", {"priority": priority or 0})
    for _, priority in effect.remeasured:
        yield Said("cost-anew", {"priority": priority or 0})
    if not all(moved.firm for moved in effect.movements):
        yield Said("cost-as-reached", {"unit": merit_unit(base.round)})


def shortfall_text(change: Fraction) -> str:
    """Give a change of shortfall, whatever its sign, with three decimals, or two figures if less.

    What is not nought never reads as nought, down to a thousand-millionth.
    """
    size, places = abs(change), PLACES
    while places < MOST_PLACES and size * 10**places < 10:
        places += 1
    return phrases.decimal_text(size, places)


def named(round_: Round, rule: Rule) -> Said:
    """Name a rule, with its limit in words."""
    message = f"price-{rule.kind}-{rule.name.replace('_', '-')}"
    values: dict[str, str | int] = {"limit": _limit(round_, rule)}
    if rule.of:
        values["id"] = rule.of
    if rule.name.endswith("count"):
        values["number"] = int(rule.limit)
    return Said(message, values)


def _limit(round_: Round, rule: Rule) -> str:
    if rule.name in ("sole_funder", "not_with"):
        return phrases.spoken(rule.limit.split(";"), "or")
    number = Decimal(rule.limit)
    if rule.name.endswith("share") or rule.name == "max_award_to_budget":
        return phrases.percent(number)
    text = phrases.grouped(number, max(0, -int(number.normalize().as_tuple().exponent)))
    if rule.name.endswith(("count", "grants", "funders", "threshold")):
        return text
    if rule.name in ("max_proposals_per_organisation", "max_funders_per_proposal"):
        return text
    currency = round_.pools_by_id[rule.of].currency if rule.kind == "pool" else round_.currency
    return f"{text} {currency}"


def _merit(base: Base, start: str, what: str, effect: Effect, missed: bool) -> Said:
    """Say what merit it costs or brings; `start` is its name at the start of a sentence."""
    low, high = effect.merit_range
    unit = {"unit": merit_unit(base.round)}
    ends = {"low": merit_text(abs(low)), "high": merit_text(abs(high))}
    if effect.exact and effect.merit:
        message = "cost-merit" if effect.merit > 0 else "cost-merit-brought"
        merit = {"merit": merit_text(abs(effect.merit))}
        return Said(message, {"what": start} | merit | unit)
    if low == high == 0:
        if missed:
            return Said("cost-merit-unmoved", {"what": start} | unit)
        return Said("cost-nothing", {"what": start})
    if low == 0:
        return Said("cost-at-most", {"what": what, "high": ends["high"]} | unit)
    if low > 0:
        return Said("cost-merit-between", {"what": start} | ends | unit)
    if high <= 0:
        swapped = {"low": ends["high"], "high": ends["low"]}
        return Said("cost-merit-brought-between", {"what": start} | swapped | unit)
    return Said("cost-merit-either", {"what": what} | ends | unit)


def _tier(moved: Movement) -> Said:
    sign = "+" if moved.change > 0 else "−"
    change = f"{sign}{merit_text(abs(moved.change))}"
    if moved.key is None:
        return Said("cost-no-tier", {"change": change})
    return Said("cost-tier", {"tier": moved.key, "change": change})
