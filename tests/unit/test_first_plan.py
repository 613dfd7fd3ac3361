"""The first plan of a large round: a dive into the relaxation of a made-up round that binds all."""

from dataclasses import replace
from math import ceil, inf
from pathlib import Path

import numpy as np
import pytest

from benchmarks.instances import instance
from matcher import load_round
from matcher.allocation.problem import problem_of
from matcher.eligibility import eligibility_of
from matcher.solving.bounding import Bounding
from matcher.solving.compact import compact
from matcher.solving.cp_sat import Effort
from matcher.solving.dive import Dive
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.linear import Linear, Relaxation
from matcher.solving.model import OPEN, Flags, Floats
from matcher.solving.objectives import objectives_of
from matcher.solving.searching import Search

EFFORT = Effort(seconds=inf, work=inf, gap=0.0, workers=1, seed=0)


def binding_all(size: str, seed: int, folder: Path) -> Formulation:
    """Draw a made-up round that binds every constraint."""
    instance("everything", size, seed).write(folder)
    round_ = load_round(folder)
    return formulate(problem_of(round_, eligibility_of(round_)))


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Formulation:
    return binding_all("S", 1, tmp_path_factory.mktemp("rounds") / "round")


@pytest.fixture(scope="module")
def relaxed(everything: Formulation) -> tuple[Relaxation, Linear]:
    tight = compact(everything, everything.model)
    merit = next(goal for goal in objectives_of(everything) if goal.level == "L2")
    costs = tight.costs(merit.whole(everything.model.upper).upwards)
    every = np.ones(len(everything.money), np.bool_)
    relaxation = Relaxation(tight, costs, every, EFFORT)
    return relaxation, relaxation.bound()


def test_a_first_plan_keeps_every_pinned_pair_where_more_want_to_pay_than_may(
    everything: Formulation, relaxed: tuple[Relaxation, Linear]
) -> None:
    pinned = everything.problem.pairs.pinned
    assert pinned.any()
    plan = Dive(everything, *relaxed).plan().columns
    assert (plan[everything.money[pinned]] > 0).all()


def test_a_dive_ends_where_no_more_than_may_be_left_are_not_clean(
    everything: Formulation, relaxed: tuple[Relaxation, Linear]
) -> None:
    solves, funded = [], []
    for left in (0, 5, 20, len(everything.total)):
        dive = Dive(everything, *relaxed)
        found = dive.plan(left)
        assert (found.wanted is None) == (left == 0)
        solves.append(dive._relaxation.solves)
        funded.append(int((found.columns[everything.funded] > 0).sum()))
    assert solves == sorted(solves, reverse=True) and solves[-1] == 1 < solves[1] < solves[0]
    assert funded[-1] < funded[0]


def test_a_pin_that_cannot_hold_is_missed_at_a_price(
    everything: Formulation, relaxed: tuple[Relaxation, Linear]
) -> None:
    at = everything.money[everything.problem.pairs.pinned]
    every = np.ones(len(everything.money), np.bool_)
    without = relaxed[0].narrowed(every)
    without.limit(at, np.zeros(len(at)), np.zeros(len(at)))
    values, _ = without.values()
    assert values is not None
    assert values[everything.money].sum() > 0


def test_what_money_brings_is_not_lost_beside_shortfalls_that_are_far_dearer(
    everything: Formulation,
) -> None:
    tight = compact(everything, everything.model)
    merit = next(goal for goal in objectives_of(everything) if goal.level == "L2")
    brings = tight.costs(merit.whole(everything.model.upper).upwards)
    every = np.ones(len(everything.money), np.bool_)
    reached = []
    for dear in (1e4, 1e8):
        costs = brings / np.abs(brings).max()
        costs[everything.shortfall] -= dear
        reached.append(float(brings @ Relaxation(tight, costs, every, EFFORT).bound().columns))
    assert reached[1] == pytest.approx(reached[0], rel=1e-6)


def test_a_search_proves_of_a_target_that_it_can_be_met_but_no_less_than_that(
    tmp_path: Path,
) -> None:
    tight = binding_all("tiny", 3, tmp_path / "round")
    second = [goal for goal in objectives_of(tight) if goal.level == "L1"][1]
    goal = second.whole(tight.model.upper)
    told: list[int] = []
    effort = replace(EFFORT, seconds=60.0)
    search = Search(
        tight, tight.model, goal, [], goal, effort, lambda _value, bound: told.append(bound)
    )
    assert search.run(None).bound == 0
    assert set(told) == {0}


def test_pairs_without_which_what_is_held_cannot_be_reached_are_called(
    everything: Formulation,
) -> None:
    goals = objectives_of(everything)
    whole = [goal.whole(everything.model.upper) for goal in goals]
    merit = next(at for at, goal in enumerate(goals) if goal.level == "L2")
    none, every = (np.full(len(everything.money), any_) for any_ in (False, True))
    tight = compact(everything, everything.model)
    least = -Relaxation(tight, tight.costs(whole[0].upwards), every, EFFORT).bound().bound
    assert least > 0
    model = everything.model.with_row(whole[0].coefficients, -OPEN, ceil(1.01 * least), "L1")
    held = compact(everything, model)
    costs = held.costs(whole[merit].upwards)
    few, all_ = (Relaxation(held, costs, pairs, EFFORT) for pairs in (none, every))
    assert few.values()[0] is None
    found = few.bound()
    assert not found.missed
    assert found.bound == pytest.approx(all_.bound().bound, rel=1e-6)


def test_of_what_a_dive_keeps_only_that_is_freed_which_cannot_be_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = binding_all("S", 4, tmp_path / "round")
    tight = compact(everything, everything.model)
    merit = next(goal for goal in objectives_of(everything) if goal.level == "L2")
    costs = tight.costs(merit.whole(everything.model.upper).upwards)
    relaxation = Relaxation(tight, costs, np.ones(len(everything.money), np.bool_), EFFORT)
    dive = Dive(everything, relaxation, relaxation.bound())
    solve, kept = dive._relaxation.values, []

    def values() -> tuple[Floats | None, Flags]:
        found, touched = solve()
        kept.append((int(dive._frozen.sum()), found is None))
        return found, touched

    monkeypatch.setattr(dive._relaxation, "values", values)
    dive.plan()
    refused = [at for at, (_, none) in enumerate(kept) if none]
    assert refused
    for at in refused:
        (before, _), (after, none) = kept[at], kept[at + 1]
        assert not none
        assert 0 < before - after < 0.05 * before


def test_what_a_market_asks_bounds_merit_where_no_relaxation_is_solved(
    everything: Formulation, relaxed: tuple[Relaxation, Linear]
) -> None:
    merit = next(goal for goal in objectives_of(everything) if goal.level == "L2")
    upwards = merit.whole(everything.model.upper).upwards
    bounding = Bounding(everything, everything.model, upwards, upwards, EFFORT, False, False)
    _, linear = relaxed
    guessed = bounding.guessed(bounding.market(inf))
    assert linear.bound <= guessed < 1.25 * linear.bound < bounding.reach
    assert bounding.guessed(None) == bounding.reach
