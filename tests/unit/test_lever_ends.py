"""How far levers are pulled, on made-up rounds worked out by hand, and what is said of it."""

from typing import Any

import pytest

from matcher import Options, match
from matcher.domain import Round
from matcher.explaining.missing.openings import Held
from matcher.explaining.solves.base import base_of
from matcher.explaining.why import explain
from matcher.explaining.words import Sentences
from tests.unit.test_decision_words import a_round

EXACT = Options(gap=0, seconds=60, workers=1)
YOUTH = {"group": ["youth"]}
TARGET = {"id": "t", "where": YOUTH, "min_count": 1}
FIRST = {"proposal_id": "A", "requested": "100", "score": "60"}


def told(round_: Round, proposal_id: str) -> list[str]:
    """Explain a proposal in sentences."""
    awards = match(round_, EXACT).awards
    base = base_of(round_, awards, EXACT, lambda _words: None)
    assert base is not None
    held = Held.of(base.problem, base.eligibility)
    return list(Sentences(base).of(explain(base, held, proposal_id, lambda _words: None)))


@pytest.mark.parametrize(
    ("pools", "proposals", "parts", "sentence"),
    [
        # Two of three pools pay 800 of 1,000: a third funder is what the round has to allow.
        ([{"budget": "400"}] * 3, [{}], {"policy": {"max_funders_per_proposal": 2}},
         "A change found: 3 funders for any proposal instead of 2."),
        # The proposal's own limit is the lower one: it can be raised to that of the round.
        ([{"budget": "400"}] * 3, [{"max_funders": "2"}],
         {"policy": {"max_funders_per_proposal": 3}},
         "Smallest change: 3 funders instead of 2."),
        # Asking for a hundredth is in vain where no grant may be so small.
        ([{"budget": "1600", "min_grant": "200"}], [{"score": "60"}, {}], {},
         "A change found: ask for 600 AZN instead of 1,000 AZN."),
        # Nor where it is no whole grant step: nobody asks for less than one, or between two.
        ([{"budget": "1600", "max_grant": "300"}], [{"requested": "620"}],
         {"policy": {"grant_step": "50"}},
         "A change found: ask for 300 AZN instead of 620 AZN."),
        # A score is raised by tenths, own money by hundredths of the request: that is said.
        ([{}], [{"score": "60"}, {"score": "70.55"}],
         {}, "Smallest change in steps of 0.1: a score of 70.6 instead of 60."),
        ([{"max_project_share": "0.985"}], [{}], {},
         "Smallest change in steps of 10 AZN: a contribution of its own of 20 AZN instead of "
         "0 AZN."),
        # A floor can be lowered to nothing, a limit raised to what is asked for.
        ([{}], [{}, {"score": "50", "groups": "youth"}], {"targets": [TARGET]},
         "A change found: 0 instead of 1 for the least number of t."),
        ([{}], [{}, {"score": "50", "groups": "youth"}],
         {"targets": [{"id": "t", "where": YOUTH, "min_amount": "1000"}]},
         "A change found: 0 AZN instead of 1,000 AZN for the least money of t."),
        ([{"budget": "5000"}], [{"requested": "2000", "groups": "youth"}],
         {"targets": [{"id": "t", "where": YOUTH, "max_amount": "300"}]},
         "A change found: 2,000 AZN instead of 300 AZN for the most money of t."),
        ([{"budget": "5000"}], [{"requested": "5000"}],
         {"policy": {"max_award_to_budget": "1.0"},
          "organisations": [{"org_id": "O0", "name": "O0", "annual_budget": "1000"}]},
         "A change found: awards of 5 times an organisation's yearly budget instead of 1."),
    ],
)  # fmt: skip
def test_a_lever_is_pulled_as_far_as_it_could_help(
    pools: list[dict[str, Any]], proposals: list[dict[str, Any]], parts: dict[str, Any],
    sentence: str,
) -> None:  # fmt: skip
    given = [{"pool_id": f"P{n}", "budget": "1000", **pool} for n, pool in enumerate(pools)]
    asking = [{"proposal_id": f"B{n}", **row} for n, row in enumerate(proposals)]
    assert sentence in told(a_round(given, asking, **parts), "B0")


def test_that_no_plan_goes_without_a_proposal_is_told() -> None:
    pin = {"pool_id": "P", "proposal_id": "B", "status": "pin", "reason": "the board's choice"}
    asking = [{"proposal_id": "A", "requested": "300"}, {"proposal_id": "B", "requires": "A"}]
    found = told(a_round([{"pool_id": "P", "budget": "2000"}], asking, pairs=[pin]), "A")
    assert found[-1] == "No plan that keeps every constraint goes without it."


def test_what_was_tried_in_vain_is_told_as_far_as_it_was_tried() -> None:
    # Twice the budget goes to the one that may be funded in part; four times it would be enough.
    found = told(
        a_round(
            [{"pool_id": "P", "budget": "1000"}],
            [
                {"proposal_id": "A", "requested": "3000", "minimum": "100", "score": "90"},
                {"proposal_id": "B"},
            ],
        ),
        "B",
    )
    idle = next(sentence for sentence in found if sentence.startswith("No help alone"))
    assert idle.startswith("No help alone, as far as it was tried: ")
    assert "more money in P" in idle


def test_money_that_helps_until_there_is_enough_for_another_is_found() -> None:
    # With 6,200 there is enough for A; from 15,000 on all of it goes to B, which counts for more.
    asking = [
        {"proposal_id": "A", "requested": "12000", "minimum": "6000", "score": "80"},
        {"proposal_id": "B", "requested": "15000", "score": "90"},
    ]
    found = told(a_round([{"pool_id": "P", "budget": "5000"}], asking), "A")
    assert "A change found: 6,200 AZN in P instead of 5,000 AZN." in found


def test_a_change_that_leaves_the_round_without_a_plan_is_no_help_and_no_matter_of_time() -> None:
    # With 2,000 in the pool the target asks for 1,000, and A alone, which asks for 500, counts.
    half = {"id": "t", "where": YOUTH, "min_share": "0.5", "of": "budget"}
    asking = [{"proposal_id": "A", "requested": "500", "groups": "youth"}, {"proposal_id": "B"}]
    found = told(a_round([{"pool_id": "P", "budget": "1000"}], asking, targets=[half]), "B")
    assert not any("ime" in sentence for sentence in found)
    assert "more money in P" in next(one for one in found if one.startswith("No help alone"))


@pytest.mark.parametrize(
    ("first", "parts", "lost", "gained"),
    [
        ({"tier": 1}, {}, "6,000 of score-weighted money in tier 1",
         "80,000 of score-weighted money in tier 2"),
        ({"groups": "youth"}, {"targets": [TARGET | {"strictness": "soft"}]},
         "1.000 of what soft targets of priority 1 ask for", "74,000 of score-weighted money"),
    ],
)  # fmt: skip
def test_what_comes_later_and_gains_is_told_apart_from_what_is_lost(
    first: dict[str, Any], parts: dict[str, Any], lost: str, gained: str
) -> None:
    rows = [{**FIRST, **first}, {"proposal_id": "B"} | ({"tier": 2} if "tier" in first else {})]
    round_ = a_round([{"pool_id": "P", "budget": "1000"}], rows, **parts)
    without, with_b = told(round_, "A"), told(round_, "B")
    assert f"Without it the best plan would lose {lost}." in without
    assert f"Funding it (1,000 AZN by P) would cost {lost}." in with_b
    gain = f"That comes first; in return the plan would gain {gained}."
    assert gain in without and gain in with_b
