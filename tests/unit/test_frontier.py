"""Points of a curve are rounds of their own, and a target is pushed as far as any plan can go."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from matcher import match
from matcher.domain import Round
from matcher.scenarios.running import Answer, Start, started
from matcher.scenarios.sweeping.deciding import decided
from matcher.scenarios.sweeping.frontier import (
    Furthest,
    Solve,
    budget_points,
    curve,
    furthest,
    target_points,
)
from matcher.scenarios.sweeping.frontier_words import frontier_sentences
from tests.unit.test_explain import EXACT, a_round


def solving(round_: Round) -> Solve:
    start: Start = started(round_, EXACT, dict(match(round_, EXACT).awards))
    return lambda changed: decided(start, changed)


def with_target(seed: int, **bounds: Any) -> Round:
    where = {"sector": ["12220"]}
    targets = [
        {"id": "T", "where": where, **bounds},
        {"id": "soft", "where": {"sector": ["11230"]}, "min_share": "0.9", "strictness": "soft"},
    ]
    return a_round(seed, targets=targets)


def test_more_money_never_buys_less_and_the_middle_is_the_round_as_it_is() -> None:
    round_ = a_round(3)
    solve = solving(round_)
    points = budget_points(round_)
    assert [point.at for point in points] == [Decimal(n) / 10 for n in range(5, 16)]
    table = curve(points, [solve(point.round) for point in points], "AZN")
    assert set(table.status) == {"optimal"}
    assert table.merit.is_monotonic_increasing
    assert (table.bound == table.merit).all()
    assert table.merit.iloc[0] < table.merit.iloc[5] < table.merit.iloc[-1]
    now = match(round_, EXACT)
    assert table.merit.iloc[5] == float(next(row.value for row in now.levels if row.level == "L2"))
    assert table.placed.iloc[5] == Decimal(sum(now.awards.values())).scaleb(-2)


def test_one_pool_s_budget_is_rounded_down_to_its_minor_units_and_no_other_changes() -> None:
    pools = [row.given() | {"budget": "99.99"} for row in a_round(1).pools]
    points = budget_points(a_round(1, pools=pools), "P2", Decimal("0.5"), Decimal(1), 2)
    assert [point.round.pools_by_id["P2"].budget for point in points] == [
        Decimal("49.99"), Decimal("74.99"), Decimal("99.99"),
    ]  # fmt: skip
    assert {point.round.pools_by_id["P1"].budget for point in points} == {Decimal("99.99")}
    with pytest.raises(KeyError):
        budget_points(a_round(1), "P9")


STEP = {"share": Decimal("0.0001"), "amount": Decimal("0.01"), "count": Decimal(1)}


@pytest.mark.parametrize("bound", ["min_share", "min_amount", "min_count"])
@pytest.mark.parametrize("seed", [1, 2, 5])
def test_a_floor_is_pushed_as_far_as_there_is_a_plan_and_one_step_more_has_none(
    bound: str, seed: int
) -> None:
    round_ = with_target(seed, **{bound: "0.1" if bound == "min_share" else "1"})
    found = furthest(round_, "T", bound, solving(round_))
    assert found.value is not None
    assert found.value == found.limit
    step = STEP[bound.removeprefix("min_")]
    for end, status in ((found.value, "optimal"), (found.value + step, "infeasible")):
        last = target_points(round_, "T", bound, end, 1)[-1]
        assert last.at == end
        assert match(last.round, EXACT).status == status


@pytest.mark.parametrize("bound", ["max_share", "max_amount", "max_count"])
def test_a_cap_is_pulled_down_as_far_as_there_is_a_plan_and_one_step_more_has_none(
    bound: str,
) -> None:
    # What is pinned has to be paid for, so that the cap cannot go down to nothing.
    round_ = with_target(2, **{bound: "0.9" if bound == "max_share" else "1000"})
    inside = next(row for row in round_.proposals if row.sector == "12220")
    pin = {"pool_id": "P2", "proposal_id": inside.proposal_id, "status": "pin", "reason": "Board"}
    given = {name: getattr(round_, name) for name in round_.model_fields_set}
    round_ = Round.model_validate(given | {"pairs": [pin]})
    found = furthest(round_, "T", bound, solving(round_))
    assert found.value is not None
    assert found.value == found.limit
    assert found.value > 0
    step = STEP[bound.removeprefix("max_")]
    for end, status in ((found.value, "optimal"), (found.value - step, "infeasible")):
        last = target_points(round_, "T", bound, end, 1)[-1]
        assert match(last.round, EXACT).status == status


def test_the_more_a_target_asks_the_less_merit_is_left() -> None:
    given = {"targets": [{"id": "T", "where": {"sector": ["12220"]}, "min_share": "0.1"}]}
    round_ = a_round(10, **given)
    solve = solving(round_)
    found = furthest(round_, "T", "min_share", solve)
    points = target_points(round_, "T", "min_share", found.value, 6)
    assert (points[0].at, points[-1].at) == (Decimal(0), found.value)
    answers = [solve(point.round) for point in points]
    table = curve(points, answers, "AZN")
    assert set(table.status) == {"optimal"}
    assert table.merit.is_monotonic_decreasing
    assert len(set(table.merit)) > 3
    assert list(frontier_sentences(round_, "T", "min_share", found, answers)) == [
        "T can be pushed to a floor of 50\u00a0%, and no plan goes further.",
        "Pushed that far, it costs 280 of score-weighted money, 2.7\u00a0% of it.",
    ]


def test_the_other_bounds_of_a_target_stay() -> None:
    # Of the money, at most half may go inside: so far can the floor go, and not to the whole.
    round_ = with_target(2, min_share="0.1", max_share="0.5")
    found = furthest(round_, "T", "min_share", solving(round_))
    assert found.value is not None
    assert 0 < found.value <= Decimal("0.5")
    targets = target_points(round_, "T", "min_share", found.value, 2)[1].round.targets
    assert [(row.id, row.min_share, row.max_share) for row in targets] == [
        ("T", None, Decimal("0.5")),
        ("soft", Decimal("0.9"), None),
        ("T:min_share", pytest.approx(found.value / 2, abs=Decimal("0.0001")), None),
    ]


def test_shares_of_the_money_awarded_go_to_the_whole_and_points_without_a_plan_say_so() -> None:
    round_ = with_target(2, min_share="0.1", of="awarded")
    assert furthest(round_, "T", "min_share", solving(round_)) == Furthest(None, None)
    points = target_points(round_, "T", "min_share", None, 4)
    assert [point.at for point in points] == [Decimal(n) / 4 for n in range(5)]
    infeasible = Answer("infeasible", "proven", "", (), {}, True)
    table = curve(points[:1], [infeasible], "AZN")
    assert table.status[0] == "infeasible"
    assert table.merit.isna().all()


def test_a_round_that_has_no_plan_has_no_furthest() -> None:
    round_ = with_target(2, min_share="0.1")
    solve: Callable[[Round], Answer] = solving(round_)
    impossible = {"id": "all", "where": {"proposal": ["B0"]}, "min_amount": "1000000"}
    given = {name: getattr(round_, name) for name in round_.model_fields_set}
    broken = Round.model_validate(given | {"targets": [*round_.targets, impossible]})
    assert furthest(broken, "T", "min_share", solve) == Furthest(None, None)


def test_a_target_or_bound_that_is_not_there_is_refused() -> None:
    round_ = with_target(2, min_share="0.1")
    for target, bound in (("U", "min_share"), ("T", "least")):
        with pytest.raises(KeyError):
            furthest(round_, target, bound, solving(round_))
        with pytest.raises(KeyError):
            target_points(round_, target, bound, Decimal(1))


def test_a_bound_that_is_not_proven_leaves_room_between_what_is_met_and_the_limit() -> None:
    round_ = with_target(2, min_share="0.1")
    solve = solving(round_)

    def unsure(changed: Round) -> Answer:
        found = solve(changed)
        first, *rest = found.levels
        return replace(found, levels=(replace(first, bound=first.value / 2), *rest))

    sure, doubtful = (furthest(round_, "T", "min_share", how) for how in (solve, unsure))
    assert doubtful.value == sure.value
    assert doubtful.limit is not None
    assert sure.limit is not None
    assert doubtful.limit > sure.limit
    told = list(frontier_sentences(round_, "T", "min_share", doubtful))
    assert told[0].startswith("T can be pushed to a floor of 37.5\u00a0%; whether to more, up to ")


def test_amounts_and_counts_and_what_is_not_known_are_told_as_they_are_written() -> None:
    round_ = with_target(2, min_share="0.1")
    assert [
        next(iter(frontier_sentences(round_, "T", bound, Furthest(value, value))))
        for bound, value in (
            ("max_amount", Decimal("1200.00")), ("min_count", Decimal(3)), ("min_share", None)
        )
    ] == [
        "T can be pushed to a cap of 1,200 AZN, and no plan goes further.",
        "T can be pushed to a floor of 3 proposals, and no plan goes further.",
        "How far T can be pushed is not known beforehand.",
    ]  # fmt: skip
