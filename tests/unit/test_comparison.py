"""A plan beside the ranked list, by proposal. All rounds are made up."""

from dataclasses import replace
from fractions import Fraction
from random import Random
from time import monotonic
from typing import Any

import pytest

from matcher import Options, match
from matcher.explaining.audit.document import document_of_comparison
from matcher.explaining.audit.ranked_list import Comparison, comparison
from matcher.explaining.audit.words import said_of_comparison
from matcher.explaining.solves.base import Base, base_of
from matcher.pipeline.clock import Clock
from matcher.pipeline.listing import Listing
from matcher.results import Baseline
from matcher.tables.plan import Plan
from matcher.wording.catalogue import catalogue_of
from tests import oracle
from tests.properties.built import made_up_round, round_of

EXACT = Options(gap=0, seconds=60, workers=1)
Document = dict[str, Any]


def silent(_words: str) -> None:
    """Hear what is being done, and do nothing."""


def base_in(document: Document) -> Base | None:
    round_ = round_of(document)
    return base_of(round_, dict(match(round_, EXACT).awards), EXACT, silent)


def one_pool() -> Document:
    """Give a pool of 100; the list pays A (60 of 90) and then nothing, the best plan B and C."""
    return made_up_round(
        [{"pool_id": "P", "budget": "100"}],
        [
            {"proposal_id": "A", "score": "90", "requested": "60"},
            {"proposal_id": "B", "score": "80", "requested": "50"},
            {"proposal_id": "C", "score": "80", "requested": "50"},
        ],
    )


def compared() -> Comparison:
    base = base_in(one_pool())
    assert base is not None
    found = comparison(base, silent)
    assert found is not None
    return found


def test_each_proposal_has_its_money_and_merit_by_both() -> None:
    # B and C are 50 x 80 + 50 x 80 = 8,000; A is 60 x 90 = 5,400.
    found = compared()
    merits = [(row.proposal_id, row.merit_ours, row.merit_listed) for row in found.rows]
    assert merits == [
        ("A", Fraction(0), Fraction(5400)),
        ("B", Fraction(4000), Fraction(0)),
        ("C", Fraction(4000), Fraction(0)),
    ]
    assert [(row.ours, row.listed) for row in found.rows] == [(0, 6000), (5000, 0), (5000, 0)]
    assert [row.proposal_id for row in found.gaining] == ["B", "C"]
    assert [row.proposal_id for row in found.losing] == ["A"]
    assert (found.ours.merit, found.listed.merit) == (Fraction(8000), Fraction(5400))
    assert (found.ours.passed_over, found.listed.passed_over) == (1, 0)


def as_baseline(found: Comparison) -> Baseline:
    side = found.listed
    return Baseline("ranked_list", side.merit, side.placed, side.funded, side.passed_over)


@pytest.mark.parametrize("number", range(25))
def test_the_totals_are_those_of_the_baseline_that_a_run_records(number: int) -> None:
    base = base_in(oracle.random_round(Random(f"compared {number}")))
    if base is None:
        return
    plan = Plan(base.problem, base.eligibility, base.problem.amounts(base.given))
    expected, _ = Listing(base.problem, Clock(60.0)).baseline(plan, silent)
    found = comparison(base, silent)
    assert (found and as_baseline(found)) == expected
    if found is None:
        return
    for side, units, merit in (
        (found.ours, [row.ours for row in found.rows], [row.merit_ours for row in found.rows]),
        (found.listed, [r.listed for r in found.rows], [r.merit_listed for r in found.rows]),
    ):
        assert sum(units) == side.placed
        assert sum(merit) == side.merit
        assert sum(1 for paid in units if paid) == side.funded
    run = match(base.round, EXACT)
    assert run.figures is not None
    assert found.ours.merit == run.figures.merit
    assert run.figures.baseline == expected


def test_without_time_there_is_no_list() -> None:
    base = base_in(one_pool())
    assert base is not None
    assert comparison(replace(base, deadline=monotonic() - 1), silent) is None
    assert [said.message for said in said_of_comparison(base.round, None)] == ["audit-list-none"]


def test_the_words_say_who_gains_and_who_loses() -> None:
    text = catalogue_of().text
    told = [text(said) for said in said_of_comparison(round_of(one_pool()), compared())]
    assert told == [
        "This plan places 100 AZN with 2 proposals.",
        "The ranked list would place 60 AZN with one proposal.",
        "That is 2,600 more of score-weighted money than by the list.",
        "One proposal is passed over in this plan, 0 by the list.",
        "2 proposals get more here than by the list: B and C.",
        "B gets 50 AZN here and 0 AZN by the list.",
        "C gets 50 AZN here and 0 AZN by the list.",
        "One proposal gets less here than by the list: A.",
        "A gets 0 AZN here and 60 AZN by the list.",
    ]


def test_the_document_has_both_plans_as_plain_values() -> None:
    document = document_of_comparison(round_of(one_pool()), compared())
    assert document is not None
    assert document["ours"] == {"placed": "100.00", "merit": 8000.0, "funded": 2, "passed_over": 1}
    assert document["proposals"][0] == {
        "proposal_id": "A", "requested": "60.00", "ours": "0.00", "listed": "60.00",
        "merit_ours": 0.0, "merit_listed": 5400.0,
    }  # fmt: skip
