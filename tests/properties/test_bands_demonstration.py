"""The bands of the demonstration round do not hang on the seed of the draws."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from matcher import Options, load_round, match
from matcher.scenarios.many.journal import Journal
from matcher.scenarios.running import started
from matcher.scenarios.sweeping.bands import bands_of
from matcher.scenarios.sweeping.draws import Variation
from matcher.scenarios.sweeping.sweeps import Sweep
from tests.unit.bands_alike import share_alike

ROUND = Path(__file__).parents[2] / "fixtures" / "rounds" / "baku-spring"
COARSE = Options(gap=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize(
    "variation",
    [Variation(points=Decimal(4)), Variation(budgets=Decimal("0.2"), reviewers=True)],
    ids=["points", "reviewers"],
)
def test_500_draws_of_two_seeds_put_95_percent_of_proposals_into_the_same_band(
    variation: Variation, tmp_path: Path
) -> None:
    round_ = load_round(ROUND)
    start = started(round_, COARSE, match(round_, COARSE).awards)
    sweep = Sweep(start, Journal(tmp_path / "answers.jsonl"), lambda _words: None)
    one, other = (bands_of(round_, sweep.draws(variation, seed, 500)) for seed in (1, 2))
    assert one.draws + one.without_plan == 500
    assert share_alike(one, other) >= Fraction(95, 100)
    assert one.named("your decision")
