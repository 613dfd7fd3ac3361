"""Draws, bands and prices in sentences for a coordinator."""

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from matcher.domain import Round
from matcher.explaining.cost_words import cost_words
from matcher.scenarios.sweeping.bands import Bands
from matcher.scenarios.sweeping.draws import Draws
from matcher.scenarios.sweeping.prices import Price
from matcher.wording import catalogue_of
from matcher.writing import phrases
from matcher.writing.visibility import ShownRound


def draw_sentences(draws: Draws, language: str = "en") -> Iterator[str]:
    """Say what varies from draw to draw, and by what."""
    say, variation = catalogue_of(language).say, draws.variation
    if variation.budgets:
        yield say("draws-budgets", share=phrases.exact_percent(variation.budgets))
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
    """Say of each proposal that was priced how often it is funded, and what the choice costs.

    Ids and titles are told as `visibility` allows.
    """
    say, shown = catalogue_of(language).say, ShownRound(round_)
    rows = {row.proposal_id: row for row in bands.rows}
    for price in prices:
        row = rows[price.proposal_id]
        low, high = (phrases.percent(Fraction(end)) for end in row.interval)
        kind = "fund" if price.funds else "leave"
        if price.displacement is not None:
            message, cost = f"bands-{kind}", cost_words(round_, price.displacement, language)
        else:
            message, cost = f"bands-{kind}-{'never' if price.impossible else 'unknown'}", ""
        name = say("bands-confidential")
        if label := shown.proposal_label(row.proposal_id):
            name = f"{label} {shown.title(row.proposal_id)}"
        share = phrases.percent(row.share)
        often = say("bands-often", name=name, share=share, low=low, high=high)
        yield f"{often} {say(message, cost=cost)}"
