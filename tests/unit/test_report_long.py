"""A long report shows the part that people can read, and says where the rest stands."""

from decimal import Decimal

import pytest

from matcher.writing import report_numbers
from matcher.writing.report_awards import awards
from matcher.writing.report_numbers import Part
from matcher.writing.visibility import ShownRound
from tests.unit.sample_reports import seen
from tests.unit.sample_run import sample_run


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the report where no list shows more than one row."""
    monkeypatch.setattr(report_numbers, "LONGEST", 1)
    return seen(sample_run())


def test_a_report_of_a_small_round_shows_everything(text: str) -> None:
    assert "Shown are" not in text


def test_the_largest_awards_are_shown_and_the_others_counted(short: str) -> None:
    amounts = sample_run().tables["awards"]["amount"]
    assert f"Shown are the largest; {len(amounts) - 1} more awards stand in awards.csv." in short
    assert Part.greatest(list(amounts), Decimal).rows == [max(amounts, key=Decimal)]


def test_a_pool_s_sum_counts_the_awards_that_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    run = sample_run()
    shown = ShownRound(run.round)
    totals = {pool.name: pool.total for pool in awards(run, shown).rows}
    monkeypatch.setattr(report_numbers, "LONGEST", 1)
    (pool,) = awards(run, shown).rows
    assert len(pool.awards) == 1
    assert pool.total == totals[pool.name]


def test_the_highest_score_passed_over_is_shown_and_the_others_counted(short: str) -> None:
    passed = sample_run().tables["out_of_order"]["passed_over"].nunique()
    assert passed == 2
    assert "those with the highest scores; 1 more proposal stands in out_of_order.csv." in short


def test_every_decision_counts_all_its_proposals_and_shows_the_first(short: str) -> None:
    decisions = sample_run().tables["decisions"]["decision"].value_counts()
    listed = short.split("Every proposal, and why")[1]
    for count in decisions[decisions > 2]:
        assert f"{count} proposals" in listed
        assert f"{count - 1} more proposals stand in decisions.csv." in listed
