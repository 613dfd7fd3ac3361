"""How much of a made-up sample a screening finds: at least what the document says it does."""

import re
from pathlib import Path

from benchmarks.screening import draw, measured
from matcher.screening import DEFAULT_THRESHOLD

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "screening.md"


def test_most_spellings_of_listed_names_are_found_and_few_other_names_are() -> None:
    counts, _ = measured(draw(seed=7, listed=1_000, many=500, others=500), DEFAULT_THRESHOLD)
    assert counts["variant hit"] + counts["variant near"] >= 0.96 * 500
    assert counts["other near"] <= 0.04 * 500
    assert counts["variant, wrong hit"] + counts["other hit"] == 0


def test_the_sample_is_the_same_for_the_same_seed_and_no_stranger_is_listed() -> None:
    first, second = (draw(seed=3, listed=300, many=50, others=50) for _ in range(2))
    assert first.variants == second.variants
    assert first.others == second.others
    assert [e.name for e in first.lists.entries] == [e.name for e in second.lists.entries]


def test_the_documented_threshold_is_the_one_that_is_used() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert re.findall(r"\*\*(\d+)\*\*, the default", text) == [str(DEFAULT_THRESHOLD)]
