"""What more and less money in a pool is said to be worth is what whole runs with it reach."""

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from matcher import Options, match
from matcher.allocation.problem import budgets_of
from matcher.domain import Round
from matcher.explaining.missing.stating import with_row
from matcher.explaining.prices.marginal import (
    MarginalValue,
    document,
    marginal_values,
)
from matcher.explaining.prices.marginal_budgets import with_budget
from matcher.explaining.prices.marginal_words import told_step, told_value
from matcher.explaining.solves.base import Base, base_of
from matcher.wording.catalogue import catalogue_of
from tests.properties.built import made_up_round, round_of
from tests.unit.test_price_of_rules import EXACT, nobody

Levels = dict[tuple[str, int | None], Fraction]


def a_round(seed: int, **round_: Any) -> Round:
    """Give two pools and six proposals that ask for about twice their money."""
    dice = Random(f"marginal {seed}")
    pools = [
        {"pool_id": f"P{n}", "budget": str(dice.randint(5, 12) * 10),
         "sectors": "11230" if n == 1 else ""}
        for n in (1, 2)
    ]  # fmt: skip
    proposals = [
        {"proposal_id": f"B{n}", "org_id": f"O{n}", "requested": str(dice.randint(3, 9) * 10),
         "minimum": dice.choice(["", "20"]), "score": str(dice.randint(40, 90)),
         "sector": dice.choice(["11230", "12220"])}
        for n in range(6)
    ]  # fmt: skip
    rows = [[{k: v for k, v in row.items() if v} for row in table] for table in (pools, proposals)]
    return round_of(made_up_round(*rows, policy={"grant_step": "10"}, **round_))


def base_for(round_: Round, options: Options = EXACT) -> Base:
    base = base_of(round_, {}, options, nobody)
    assert base is not None
    return base


def reached(round_: Round) -> Levels | None:
    """Give the levels of a whole run, turned so that more is better; None without a plan."""
    run = match(round_, EXACT)
    if run.status != "optimal":
        assert run.status == "infeasible"
        return None
    return {
        (one.level, one.key): -one.value if one.level == "L1" else one.value
        for one in run.levels
        if one.level in ("L1", "L2")
    }


def richer(round_: Round, pool_id: str, change: int) -> Round:
    """Change a budget in its cell, of a pool that holds nothing back and gives in AZN."""
    pool = round_.pools_by_id[pool_id]
    assert pool.currency == round_.currency == "AZN"
    assert pool.hold_back_share is None
    budget = pool.budget + Decimal(change) / 100
    return with_row(round_, "pool", pool.model_copy(update={"budget": budget}))


def agrees(round_: Round, value: MarginalValue) -> int:
    """Compare every step with whole runs; give how many of them move anything."""
    now, moving = reached(round_), 0
    assert now is not None
    for step in value.steps:
        then = reached(richer(round_, value.pool_id, step.change))
        assert (step.outcome == "impossible") is (then is None)
        if then is None:
            continue
        assert step.effect is not None
        assert step.effect.exact
        changes = {(one.level, one.key): one.change for one in step.effect.movements}
        assert changes == {key: then[key] - now[key] for key in now}
        moving += not step.effect.nothing
    return moving


def with_targets(seed: int) -> Round:
    floor = {"id": "many", "min_count": "3", "strictness": "hard"}
    soft = {"id": "schools", "where": {"sector": ["11230"]}, "min_share": "0.6",
            "strictness": "soft"}  # fmt: skip
    return a_round(seed, targets=[floor, soft])


@pytest.mark.parametrize("seed", range(3))
def test_what_a_step_of_money_does_is_what_a_whole_run_with_it_reaches(seed: int) -> None:
    round_ = a_round(seed)
    base = base_for(round_)
    assert sum(agrees(round_, marginal_values(base, pool, nobody)) for pool in ("P1", "P2"))


@pytest.mark.parametrize("seed", range(2))
def test_with_targets_that_move_a_step_is_still_what_a_whole_run_reaches(seed: int) -> None:
    round_ = with_targets(seed)
    base = base_for(round_)
    value = marginal_values(base, "P1", nobody)
    assert value.targets == ("schools",)
    told = [catalogue_of().text(said) for said in told_value(base, value)]
    assert (
        "The target schools is a share of money that this pool is part of: it moves with the "
        in (told[-1])
    )
    assert value.enough is None
    assert agrees(round_, value)


def words_about(round_: Round) -> list[str]:
    """Say what money in pool P is worth."""
    base = base_for(round_)
    value = marginal_values(base, "P", nobody)
    return [catalogue_of().text(said) for said in told_value(base, value)]


def test_merit_that_falls_with_more_money_is_laid_to_targets_that_come_first() -> None:
    # With 150 B, which the target asks for, takes the place of A, which scores more: no target
    # moves, since none is a share of money.
    round_ = round_of(
        made_up_round(
            [{"pool_id": "P", "budget": "149"}],
            [
                {"proposal_id": "A", "org_id": "O", "requested": "100", "score": "90"},
                {"proposal_id": "B", "org_id": "O", "requested": "150", "score": "10",
                 "groups": "youth"},
            ],
            targets=[
                {"id": "t", "where": {"group": ["youth"]}, "min_amount": "150",
                 "strictness": "soft"},
            ],
        )
    )  # fmt: skip
    told = words_about(round_)
    assert (
        "With 1.49 AZN more the best plan would have 7,500 less of score-weighted money, because "
        "targets come first and can be met better."
    ) in told
    assert not any("move with the" in words for words in told)
    assert "Between a budget of 100 AZN and one of 149 AZN it is nothing." in told
    assert (
        "Between a budget of 149 AZN and one of 150.49 AZN each AZN more takes away 5,033.557 of "
        "score-weighted money on average, for the sake of targets."
    ) in told
    told = words_about(richer(round_, "P", 100))
    assert (
        "With 1.50 AZN less the best plan would have 7,500 more of score-weighted money, because "
        "less can be done for targets, which come first."
    ) in told


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 60))
def test_steps_agree_with_whole_runs_on_many_rounds(seed: int) -> None:
    for round_ in (a_round(seed), with_targets(seed)):
        base = base_of(round_, {}, EXACT, nobody)
        if base is not None:
            for pool in ("P1", "P2"):
                agrees(round_, marginal_values(base, pool, nobody))


def divisible(pools: list[dict[str, str]], proposals: str) -> Round:
    """Give proposals `A80*5 B60*8`: request, score; each accepted by sectors of its own."""
    rows = []
    for text in proposals.split():
        name, (asked, score) = text[0], text[1:].split("*")
        rows.append({
            "proposal_id": name, "org_id": f"O{name}", "requested": asked, "minimum": "0",
            "score": score, "sector": {"A": "11230", "B": "12220", "C": "31110"}[name],
        })  # fmt: skip
    return round_of(made_up_round(pools, rows))


def the_first_example() -> Round:
    # ALLOCATION_RULES.md, W1: D1:100{A,B} D2:60{B,C}; R 80,60,50; s 5,8,3; divisible.
    pools = [
        {"pool_id": "D1", "budget": "100", "sectors": "11230;12220"},
        {"pool_id": "D2", "budget": "60", "sectors": "12220;31110"},
    ]
    return divisible(pools, "A80*5 B60*8 C50*3")


@pytest.mark.parametrize("pool", ["D1", "D2"])
def test_in_the_first_worked_example_one_more_unit_in_either_pool_is_worth_3(pool: str) -> None:
    # A 80, B 60 and C 20 of 50 are paid: 940. Another unit goes to C, at 3, until C has its 30
    # more; one less is taken from C, at 3, until its 20 are gone.
    base = base_for(the_first_example())
    assert base.worth.values == (Fraction(940),)
    value = marginal_values(base, pool, nobody)
    assert value.up is not None
    assert value.down is not None
    assert value.up.value == value.down.value == 3
    assert (value.up.reach, value.up.breaks) == (3000, 3001)
    assert (value.down.reach, value.down.breaks) == (-2000, -2001)
    assert value.enough is False


def test_the_value_of_the_first_worked_example_is_told_with_how_far_it_holds() -> None:
    base = base_for(the_first_example())
    value = marginal_values(base, "D1", nobody)
    told = [catalogue_of().text(said) for said in told_value(base, value)]
    assert told[:3] == [
        "Pool D1 has 100 AZN to give, of which the best plan leaves 0 AZN.",
        "With 1 AZN more the best plan would gain 3 of score-weighted money: 3 for each AZN.",
        "That value holds up to 30 AZN more, as far as it was tried; with 30.01 AZN more it no "
        "longer does.",
    ]
    assert (
        "Between a budget of 80 AZN and one of 130 AZN it is 3 of score-weighted money "
        in " ".join(told)
    )
    plain = document(base, value)
    assert plain["more"]["merit_per_unit"] == "3"
    assert plain["more"]["holds_up_to"] == "30.00"


def test_a_value_that_is_no_whole_number_is_told_exactly_and_as_a_number_to_reckon_with() -> None:
    # 70 of the 100 that A asks for: each unit more is worth its score, half of 143.
    round_ = round_of(
        made_up_round(
            [{"pool_id": "P", "budget": "70"}],
            [
                {
                    "proposal_id": "A", "org_id": "O", "requested": "100", "minimum": "1",
                    "score": "71.5",
                }
            ],
        )
    )  # fmt: skip
    base = base_for(round_)
    plain = json.loads(json.dumps(document(base, marginal_values(base, "P", nobody))))
    for rate in (plain["more"], plain["less"]):
        assert (rate["merit_per_unit"], rate["merit_per_unit_number"]) == ("143/2", 71.5)
        assert (rate["low_number"], rate["high_number"]) == (71.5, 71.5)
    (piece,) = plain["pieces"]
    assert (piece["merit_per_unit"], piece["merit_per_unit_number"]) == ("143/2", 71.5)
    first = next(step for step in plain["steps"] if step["change"] == "0.70")
    assert (first["effect"]["merit"], first["effect"]["merit_number"]) == ("1001/20", 50.05)
    (level,) = first["effect"]["levels"]
    assert [level[name] for name in ("change_number", "low_number", "high_number")] == [50.05] * 3


def test_whole_grants_have_no_single_value_for_a_unit_of_money() -> None:
    # A asks for 80 of the 70, all or nothing: the next 5 are worth nothing, 10 are worth 4,000.
    round_ = round_of(
        made_up_round(
            [{"pool_id": "P", "budget": "70"}],
            [{"proposal_id": "A", "org_id": "O", "requested": "80", "score": "50"}],
        )
    )
    value = marginal_values(base_for(round_), "P", nobody)
    assert value.up is not None
    assert value.up.value == 0
    assert (value.up.reach, value.up.breaks) == (999, 1000)
    assert value.left == 7000
    assert value.enough is False
    assert len(value.pieces) > 1


def test_where_all_is_paid_more_money_is_proven_to_be_worth_nothing_without_a_solve() -> None:
    round_ = divisible([{"pool_id": "P", "budget": "200"}], "A80*5 B60*8")
    told: list[str] = []
    value = marginal_values(base_for(round_), "P", told.append)
    assert value.enough is True
    assert value.left == 6000
    assert value.down is not None
    assert value.down.reach == -6000
    # 1 %, 5 % and 20 % less are left over anyway.
    assert not any("2.00 less" in words or "more" in words for words in told)


def test_money_left_over_is_not_taken_for_worthless_where_grants_are_whole() -> None:
    # 30 are left beside A, and B needs 40.
    round_ = round_of(
        made_up_round(
            [{"pool_id": "P", "budget": "110"}],
            [
                {"proposal_id": "A", "org_id": "O", "requested": "80", "score": "50"},
                {"proposal_id": "B", "org_id": "O", "requested": "40", "score": "40"},
            ],
        )
    )
    value = marginal_values(base_for(round_), "P", nobody)
    assert value.left == 3000
    assert value.enough is False
    assert any(step.effect and step.effect.merit == 1600 for step in value.steps)


def test_less_money_than_a_pin_needs_leaves_no_plan() -> None:
    found = made_up_round(
        [{"pool_id": "P", "budget": "100"}],
        [{"proposal_id": "A", "org_id": "O", "requested": "90", "score": "50"}],
    )
    pin = {"pool_id": "P", "proposal_id": "A", "status": "pin", "reason": "Board minute 1"}
    base = base_for(round_of(found | {"pairs": [pin]}))
    value = marginal_values(base, "P", nobody)
    (fifth,) = (step for step in value.steps if step.change == -2000)
    assert fifth.outcome == "impossible"
    told = [catalogue_of().text(said) for said in told_step(base, fifth)]
    assert told == ["With 20 AZN less no plan would keep every constraint."]


def test_a_budget_is_changed_to_the_unit_whatever_the_rate_and_the_hold_back() -> None:
    found = made_up_round(
        [{"pool_id": "P", "budget": "1000", "currency": "EUR", "hold_back_share": "0.07"}],
        [{"proposal_id": "A", "org_id": "O", "requested": "90", "score": "50"}],
        rates={"EUR": "1.9812"},
    )
    round_ = round_of(found)
    for units in (0, 1, 184_251, 184_252, 10**12 + 1):
        assert budgets_of(with_budget(round_, "P", units)) == {"P": units}


def test_with_a_gap_the_interval_holds_the_true_value() -> None:
    for seed in range(3):
        round_ = a_round(seed)
        now = reached(round_)
        value = marginal_values(base_for(round_, Options(gap=0.05, seconds=60)), "P2", nobody)
        for step in value.steps:
            then = reached(richer(round_, "P2", step.change))
            assert step.effect is not None
            assert now is not None
            assert then is not None
            (one,) = step.effect.movements
            assert one.low <= then["L2", None] - now["L2", None] <= one.high


def test_when_time_is_up_steps_are_told_as_unknown() -> None:
    base = replace(base_for(the_first_example()), deadline=0.0)
    value = marginal_values(base, "D1", nobody)
    assert value.ended
    assert value.up is None
    assert value.enough is None
    told = [catalogue_of().text(said) for said in told_value(base, value)]
    assert told[1] == "What 1 AZN more would be worth was not known in the time."


def outcomes() -> Iterator[Any]:
    base = base_for(a_round(1))
    yield marginal_values(base, "P1", nobody)


def test_the_same_round_gives_the_same_values() -> None:
    assert next(outcomes()) == next(outcomes())
