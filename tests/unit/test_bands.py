"""How often a proposal is funded is counted; each choice has the price that a re-solve shows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from time import monotonic
from typing import Any

import pytest

from matcher import match
from matcher.allocation.problem import problem_of
from matcher.domain import Round
from matcher.eligibility import eligibility_of
from matcher.explaining.cost_words import cost_words
from matcher.explaining.solves.base import base_of
from matcher.explaining.solves.forcing import Displacement, excluded
from matcher.explaining.solves.worth import Worth, worth_of
from matcher.scenarios.sweeping.bands import Band, Bands, band_table, bands_of, document
from matcher.scenarios.sweeping.draws import Draws, Variation
from matcher.scenarios.sweeping.prices import Price, price_of
from matcher.scenarios.sweeping.words import band_sentences, choice_sentences, draw_sentences
from tests.unit.bands_alike import share_alike
from tests.unit.test_explain import EXACT, a_richer_round, a_round, forced, reached


@dataclass(frozen=True)
class Solved:
    """What a draw came to, as bands look at it."""

    status: str
    awards: Mapping[tuple[str, str], int] = field(default_factory=dict)


def best_of(round_: Round) -> Solved:
    """Give the best plan of a draw, of those of the same worth any one."""
    problem = problem_of(round_, eligibility_of(round_))
    found = worth_of(problem, EXACT, monotonic() + 60)
    if not isinstance(found, Worth):
        return Solved("infeasible")
    return Solved("optimal", problem.awards(found.amounts))


def a_wide_round() -> Round:
    """Give a round with 20 proposals, of which the money is enough for about half."""
    dice = Random("wide")
    proposals = [
        {"proposal_id": f"B{n:02}", "org_id": "O0", "title": f"Work {n}", "currency": "AZN",
         "requested": str(dice.randint(3, 9) * 10), "score": str(dice.randint(40, 90))}
        for n in range(20)
    ]  # fmt: skip
    pools = [{"pool_id": "P", "donor_id": "D", "name": "Pool", "currency": "AZN", "budget": "600"}]
    return a_round(1, pools=pools, proposals=proposals)


def drawn_bands(round_: Round, variation: Variation, seed: int, count: int) -> Bands:
    draws = Draws(round_, variation, seed)
    return bands_of(round_, [best_of(draws.drawn(number)) for number in range(count)])


def test_a_proposal_is_counted_in_the_draws_that_fund_it() -> None:
    one = Solved("optimal", {("P1", "B0"): 1000, ("P2", "B0"): 500, ("P1", "B1"): 200})
    other = Solved("feasible", {("P1", "B0"): 300})
    bands = bands_of(a_round(1), [one, other, Solved("infeasible"), Solved("failed")])
    assert (bands.draws, bands.without_plan) == (2, 2)
    counted = {row.proposal_id: (row.funded, row.total) for row in bands.rows}
    assert counted == {"B0": (2, 1800), "B1": (1, 200)} | {f"B{n}": (0, 0) for n in range(2, 6)}
    table = band_table(a_round(1), bands).set_index("proposal_id")
    assert list(table.band) == ["certain", "your decision", "out", "out", "out", "out"]
    assert table.loc["B0", "mean"] == Decimal("9.00")
    assert table.loc["B1", "share"] == 0.5
    shown = document(a_round(1), bands)["proposals"][1]
    assert (shown["band"], shown["funded"], shown["mean"]) == ("your decision", 1, "1.00")


@pytest.mark.parametrize(
    ("funded", "name"),
    [(100, "certain"), (95, "certain"), (94, "your decision"), (6, "your decision"), (5, "out"),
     (0, "out")],
)  # fmt: skip
def test_a_band_begins_at_exactly_its_share(funded: int, name: str) -> None:
    assert Band("B", 100, funded, 0).name == name


@pytest.mark.parametrize(
    ("funded", "draws", "low", "high"),
    # Wilson's interval by hand: (k + z²/2 ± z √(k (n - k) / n + z²/4)) / (n + z²), z = 1.959964.
    [(10, 20, 0.2993, 0.7007), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 50, 0.0035, 0.105)],
)
def test_the_interval_is_wilson_s(funded: int, draws: int, low: float, high: float) -> None:
    assert Band("B", draws, funded, 0).interval == pytest.approx((low, high), abs=5e-5)


def test_draws_without_any_plan_leave_no_bands() -> None:
    bands = bands_of(a_round(1), [Solved("infeasible")] * 3)
    assert bands == Bands(0, 3, ())
    assert band_table(a_round(1), bands).empty
    assert list(band_sentences(bands)) == ["3 draws have no plan and are not counted."]


def test_two_seeds_put_nearly_all_proposals_into_the_same_band() -> None:
    variation = Variation(budgets=Decimal("0.2"), points=Decimal(4))
    one, other = (drawn_bands(a_wide_round(), variation, seed, 60) for seed in (1, 2))
    assert share_alike(one, other) >= Fraction(9, 10)
    assert all(one.named(name) for name in ("certain", "your decision", "out"))


@pytest.mark.parametrize("seed", range(4))
def test_a_choice_has_the_price_that_solving_the_round_with_it_shows(seed: int) -> None:
    round_ = a_richer_round(seed)
    base = base_of(round_, dict(match(round_, EXACT).awards), EXACT, lambda _words: None)
    best = reached(round_)
    assert base is not None
    assert best is not None
    for price in (price_of(base, name) for name in base.problem.proposals.ids):
        assert price.funds is (price.proposal_id not in base.funded)
        change = forced if price.funds else excluded
        other = reached(change(round_, price.proposal_id))
        assert price.impossible is (other is None)
        if other is not None:
            assert price.displacement is not None
            assert price.displacement.exact
            lost = tuple(first - second for first, second in zip(best, other, strict=True))
            assert price.displacement.cost == lost


def test_bands_and_prices_are_told_in_sentences() -> None:
    # The pool has 600 AZN, which is enough for two of them.
    rows: list[dict[str, Any]] = [
        {"proposal_id": name, "org_id": "O0", "title": f"Work {name}", "currency": "AZN",
         "requested": "300", "score": score}
        for name, score in (("A", "90"), ("B", "60"), ("C", "58"), ("D", "20"))
    ]  # fmt: skip
    round_ = a_wide_round()
    given = {name: getattr(round_, name) for name in round_.model_fields_set}
    round_ = Round.model_validate(given | {"proposals": rows})
    draws = Draws(round_, Variation(points=Decimal(4)), 3)
    assert list(draw_sentences(draws)) == [
        "Each score varies by 4 points (the standard deviation of a normal distribution)."
    ]
    bands = drawn_bands(round_, draws.variation, 3, 40)
    assert [row.proposal_id for row in bands.named("your decision")] == ["B", "C"]
    assert list(band_sentences(bands)) == [
        "40 draws have a plan.",
        "One proposal is certain: it is funded in at least 95 % of them.",
        "2 proposals are your decision: each is funded in some and not in others.",
        "One proposal is out: it is funded in at most 5 % of them.",
    ]
    base = base_of(round_, best_of(round_).awards, EXACT, lambda _words: None)
    assert base is not None
    prices = tuple(price_of(base, name) for name in ("B", "C"))
    told = list(choice_sentences(round_, bands, prices))
    # In B's or C's place comes the other: 300 × (60 - 58) = 600 less.
    assert told[0].startswith("B Work B is funded in ")
    assert told[0].endswith(
        "As the round is, it is funded; leaving it out costs 600 of score-weighted money."
    )
    assert told[1].endswith(
        "As the round is, it is left out; funding it costs 600 of score-weighted money."
    )
    for price in prices:
        assert price.displacement is not None
        assert cost_words(round_, price.displacement) == "600 of score-weighted money"
        kept = Price.of(json.loads(json.dumps(price.document())))
        assert kept.displacement == replace(price.displacement, awards={})
        assert replace(kept, displacement=None) == replace(price, displacement=None)
    row = prices[0]
    assert row.displacement is not None
    wide = replace(row.displacement, low=(Fraction(0),))
    none = [replace(row, displacement=None, impossible=known) for known in (True, False)]
    others = [replace(row, displacement=wide), *none]
    assert [text.partition(" there could be). ")[2] for text in
            choice_sentences(round_, bands, others)] == [
        "As the round is, it is funded; leaving it out costs between 0 and 600 of score-weighted "
        "money.",
        "As the round is, it is funded, and no plan can leave it out.",
        "As the round is, it is funded; what leaving it out costs is not known.",
    ]  # fmt: skip
    assert [Price.of(price.document()) for price in none] == none


def test_a_band_without_proposals_is_told_as_that() -> None:
    all_, none = (
        bands_of(a_round(1), [Solved("optimal", {("P1", f"B{n}"): 1 for n in range(count)})])
        for count in (6, 0)
    )
    assert list(band_sentences(all_))[2:] == [
        "No proposal is your decision: each is certain or out.",
        "No proposal is out: each is funded in more than 5 % of them.",
    ]
    assert list(band_sentences(none))[1:3] == [
        "No proposal is certain: none is funded in at least 95 % of them.",
        "No proposal is your decision: each is certain or out.",
    ]


def test_titles_and_ids_of_proposals_are_told_as_others_may_see_them() -> None:
    round_ = a_round(1)
    organisations = [{**row.given(), "name": "Hidden Heirs", "visibility": "name_withheld"}
                     for row in round_.organisations]  # fmt: skip
    titles = ("Secret work", "A school for Hidden Heirs", "Open work")
    told = ("confidential", "public", "name_withheld")
    proposals = [row.given() for row in round_.proposals][:3]
    for row, title, visibility in zip(proposals, titles, told, strict=True):
        row |= {"title": title, "visibility": visibility}
    round_ = a_round(1, organisations=organisations, proposals=proposals)
    bands = bands_of(round_, [Solved("optimal", {("P1", "B0"): 100}), Solved("optimal")])
    table = band_table(round_, bands)
    prices = [Price(name, True, None, True) for name in table.proposal_id]
    assert list(table.proposal_id) == ["B0", "B1", "B2"]
    assert list(table.title) == ["confidential proposal", "A school for name withheld", "Open work"]
    assert [text.partition(" is funded in ")[0] for text in
            choice_sentences(round_, bands, prices)] == [
        "A confidential proposal", "B1 A school for name withheld", "B2 Open work"
    ]  # fmt: skip


def test_what_reviewers_say_of_draws_is_told_too() -> None:
    reviews = [
        {"proposal_id": "B0", "reviewer_id": f"R{n}", "score": str(score)}
        for n, score in enumerate((50, 60))
    ]
    pairs = [{"pool_id": "P1", "proposal_id": "B1", "score": "50"}]
    round_ = a_round(1, reviews=reviews, pairs=pairs)
    variation = Variation(budgets=Decimal("0.2"), reviewers=True)
    assert list(draw_sentences(Draws(round_, variation))) == [
        "Each budget lies anywhere within 20\u00a0% of what it is, more or less.",
        "The score of one proposal is what other reviewers like its own could have said.",
        "5 proposals have fewer than two reviewers: their scores vary as far as single reviewers "
        "of this round lie apart, 7.1 points (a standard deviation).",
        "One pool's own score for a proposal varies by itself.",
    ]


def test_ends_that_read_alike_are_told_as_one_number() -> None:
    def told(low: str, high: str) -> str:
        ends = (Fraction(low),), (Fraction(high),)
        return cost_words(a_round(), Displacement((("L2", None),), ends[1], *ends, (), (), {}))

    assert told("7.94211", "7.94212") == "7.942 of score-weighted money"
    assert told("7.941", "7.942") == "between 7.941 and 7.942 of score-weighted money"
