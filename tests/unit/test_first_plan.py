"""The first plan of a large round: a dive into the relaxation of a made-up round that binds all."""

from math import inf
from pathlib import Path

import numpy as np
import pytest

from benchmarks.instances import instance
from matcher import load_round
from matcher.allocation.problem import problem_of
from matcher.eligibility import eligibility_of
from matcher.solving.compact import compact
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.linear import Linear, Relaxation
from matcher.solving.objectives import objectives_of
from matcher.solving.rounding import Dive

EFFORT = Effort(seconds=inf, work=inf, gap=0.0, workers=1, seed=0)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Formulation:
    folder = tmp_path_factory.mktemp("rounds") / "everything-S-1"
    instance("everything", "S", 1).write(folder)
    round_ = load_round(folder)
    return formulate(problem_of(round_, eligibility_of(round_)))


@pytest.fixture(scope="module")
def relaxed(everything: Formulation) -> tuple[Relaxation, Linear]:
    tight = compact(everything, everything.model)
    first = next(goal for goal in objectives_of(everything) if goal.level == "L1")
    costs = tight.costs(first.whole(everything.model.upper).upwards)
    every = np.ones(len(everything.money), np.bool_)
    relaxation = Relaxation(tight, costs, every, EFFORT)
    return relaxation, relaxation.bound()


def test_a_dive_goes_on_where_money_must_leave_a_pair_that_is_pinned(
    everything: Formulation, relaxed: tuple[Relaxation, Linear]
) -> None:
    plan = Dive(everything, *relaxed).plan()
    pinned = everything.problem.pairs.pinned
    split = relaxed[1].columns[everything.money]
    assert pinned.any()
    assert (plan[everything.money[pinned]] > 0).mean() > 0.9
    assert plan[everything.money].sum() > 0.9 * split.sum()
