"""Draws, bands and prices in sentences for a coordinator."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from matcher.domain import Round
from matcher.explaining.amounts import merit_text, merit_unit
from matcher.explaining.solves.forcing import Displacement
from matcher.scenarios.sweeping.bands import Bands
from matcher.scenarios.sweeping.draws import Draws
from matcher.scenarios.sweeping.prices import Price
from matcher.wording import catalogue_of
from matcher.writing import phrases


def draw_sentences(draws: Draws, language: str = "en") -> Iterator[str]:
    """Say what varies from draw to draw, and by what."""
    say, variation = catalogue_of(language).say, draws.variation
    if variation.budgets:
        yield say("draws-budgets", share=phrases.percent(variation.budgets))
    if variation.points:
        yield say("draws-points", points=phrases.plain_number(variation.points))
    kinds = Counter(draws.bases.values())
    if kinds["reviewers"]:
        yield say("draws-reviewers", count=kinds["reviewers"])
    if kinds["pooled"] and draws.spread is not None:
        points = phrases.decimal_text(Fraction(draws.spread), 1)
        yield say("draws-pooled", count=kinds["pooled"], points=points)
    scored = sum(row.score is not None for row in draws.round.pairs)
    if scored and kinds:
        yield say("draws-pairs", count=scored)


def band_sentences(bands: Bands, language: str = "en") -> Iterator[str]:
    """Say how many proposals are certain, out, and for people to decide on."""
    say = catalogue_of(language).say
    if bands.without_plan:
        yield say("bands-without", count=bands.without_plan)
    if bands.draws:
        yield say("bands-draws", count=bands.draws)
        yield say("bands-certain", count=len(bands.named("certain")))
        yield say("bands-open", count=len(bands.named("your decision")))
        yield say("bands-out", count=len(bands.named("out")))


def choice_sentences(
    round_: Round, bands: Bands, prices: Sequence[Price], language: str = "en"
) -> Iterator[str]:
    """Say of each proposal that was priced how often it is funded, and what the choice costs."""
    say = catalogue_of(language).say
    rows = {row.proposal_id: row for row in bands.rows}
    for price in prices:
        row = rows[price.proposal_id]
        low, high = (phrases.percent(Fraction(end)) for end in row.interval)
        kind = "fund" if price.funds else "leave"
        if price.displacement is not None:
            message, cost = f"bands-{kind}", cost_words(round_, price.displacement, language)
        else:
            message, cost = f"bands-{kind}-{'never' if price.impossible else 'unknown'}", ""
        name = f"{row.proposal_id} {round_.proposals_by_id[row.proposal_id].title}"
        share = phrases.percent(row.share)
        often = say("bands-often", name=name, share=share, low=low, high=high)
        yield f"{often} {say(message, cost=cost)}"


def cost_words(round_: Round, shown: Displacement, language: str = "en") -> str:
    """Give what a choice costs as explanations do: merit, then each priority that is missed more.

    Merit lies between two ends where a cost is not exact.
    """
    say, unit, told = catalogue_of(language).say, merit_unit(round_), []
    merit = [at for at, (level, _) in enumerate(shown.levels) if level == "L2"]
    cost, low, high = (
        sum((side[at] for at in merit), Fraction(0)) for side in (shown.cost, shown.low, shown.high)
    )
    if not shown.exact and low != high:
        ends = [merit_text(end) for end in (max(low, Fraction(0)), high)]
        told.append(say("displaced-merit-between", low=ends[0], high=ends[1], merit=unit))
    elif cost:
        told.append(say("displaced-merit", amount=merit_text(cost), merit=unit))
    for at, (level, key) in enumerate(shown.levels):
        if level == "L1" and shown.cost[at]:
            missed = phrases.decimal_text(shown.cost[at], 3)
            told.append(say("displaced-target", priority=key or 0, shortfall=missed))
    return phrases.spoken(told) if told else say("displaced-nothing")
