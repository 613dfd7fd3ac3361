"""Cuts from proposals by themselves, and what a relaxation near a plan leads to."""

from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.instances import instance
from matcher import load_round
from matcher.allocation.problem import Problem, problem_of
from matcher.eligibility import eligibility_of
from matcher.solving.compact import CompactModel, compact, with_cuts
from matcher.solving.cp_sat import Effort
from matcher.solving.cuts import UNDECIDED, Cut
from matcher.solving.dive import Dive
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.landscape import Landscape
from matcher.solving.linear import Linear, Relaxation
from matcher.solving.model import Floats
from matcher.solving.neighbourhoods import Chooser
from matcher.solving.objectives import objectives_of
from matcher.solving.proposal_cuts import ProposalCuts
from matcher.solving.proximity import Proximity
from tests.oracle.rounds import tiny_rounds
from tests.properties.built import made_up_round, many, problem_in

EFFORT = Effort(seconds=inf, work=inf, gap=0.0, workers=2, seed=0)


class Relaxed:
    """A problem's relaxation for merit, and the cuts that its values break."""

    def __init__(self, problem: Problem) -> None:
        self.formulation: Formulation = formulate(problem)
        model = self.formulation.model
        self.tight: CompactModel = compact(self.formulation, model)
        merit = next(goal for goal in objectives_of(self.formulation) if goal.level == "L2")
        self.costs: Floats = self.tight.costs(merit.whole(model.upper).upwards)
        every = np.ones(len(self.formulation.money), np.bool_)
        self.relaxation = Relaxation(self.tight, self.costs, every, EFFORT)
        self.linear: Linear = self.relaxation.bound()
        self.alone = ProposalCuts.of(self.formulation, model, EFFORT)
        self.cuts: list[Cut] = self.alone.missed(self.costs, self.tight, self.linear)


def two_pools_for_one(requested: int) -> Problem:
    """Give a round where one pool pays 60 to 100 and one 140 to 150, to all or nothing."""
    pools = [
        {"pool_id": "P", "budget": "100", "min_grant": "60"},
        {"pool_id": "Q", "budget": "150", "min_grant": "140"},
    ]
    one = {"proposal_id": "J", "requested": str(requested), "score": "80"}
    return problem_in(made_up_round(pools, [one]))


@pytest.fixture(scope="module")
def scattered(tmp_path_factory: pytest.TempPathFactory) -> Relaxed:
    folder: Path = tmp_path_factory.mktemp("rounds") / "round"
    instance("scattered", "S", 1).write(folder)
    round_ = load_round(folder)
    return Relaxed(problem_of(round_, eligibility_of(round_)))


def test_what_grants_below_the_least_would_have_to_pay_is_cut_off_whole() -> None:
    relaxed = Relaxed(two_pools_for_one(190))
    assert relaxed.linear.bound > 0
    relaxed.relaxation.cut(relaxed.cuts)
    assert relaxed.relaxation.bound().bound < 1e-5 * relaxed.linear.bound


def test_what_some_choice_of_funders_can_pay_is_not_cut() -> None:
    assert Relaxed(two_pools_for_one(210)).cuts == []


def test_cuts_are_broken_by_the_relaxation_and_make_its_bound_better(scattered: Relaxed) -> None:
    assert scattered.cuts
    for cut in scattered.cuts:
        assert cut.values @ scattered.linear.columns[cut.columns] > cut.high
    again = Relaxation(
        with_cuts(scattered.tight, scattered.cuts),
        scattered.costs,
        np.ones(len(scattered.formulation.money), np.bool_),
        EFFORT,
    )
    assert again.bound().bound < (1 - 1e-4) * scattered.linear.bound


def test_no_plan_breaks_a_cut(scattered: Relaxed) -> None:
    at, kept = scattered.formulation, 0
    plans = [Dive(at, scattered.relaxation, scattered.linear).plan().columns]
    random = np.random.default_rng(5)
    for _ in range(6):
        other = Relaxation(
            scattered.tight,
            scattered.costs * random.uniform(0.5, 1.5, len(scattered.costs)),
            np.ones(len(at.money), np.bool_),
            EFFORT,
        )
        plans.append(Dive(at, other, other.bound()).plan().columns)
    for plan in plans:
        for cut in scattered.cuts:
            assert cut.values @ plan[cut.columns] <= cut.high
            kept += bool(plan[cut.columns].any())
    assert kept > 0


def test_a_relaxation_near_a_plan_wants_little_otherwise_and_the_same_each_time(
    scattered: Relaxed,
) -> None:
    at = scattered.formulation
    plan = Dive(at, scattered.relaxation, scattered.linear).plan().columns
    lost = np.zeros(len(at.total))
    unfunded = (plan[at.funded] == 0) & (scattered.linear.columns[at.funded] > 1 - 1e-6)
    one = int(np.flatnonzero(unfunded)[0])
    lost[one] = 1.0
    answers = []
    for _ in range(2):
        every = np.ones(len(at.money), np.bool_)
        relaxation = scattered.relaxation.narrowed(every)
        near = Proximity(at, relaxation, scattered.linear, seed=3)
        answers.append([near.wanted(plan, lost) for _ in range(6)])
    for wanted, again in zip(*answers, strict=True):
        assert wanted is not None
        assert again is not None
        assert np.array_equal(wanted, again)
        assert wanted[at.funded[one]] == pytest.approx(1)
    freely = scattered.linear.columns
    apart = [np.abs(wanted - plan)[at.total].sum() for wanted in answers[0] if wanted is not None]
    assert min(apart) < np.abs(freely - plan)[at.total].sum()


def test_a_neighbourhood_takes_in_what_shares_a_cap_with_its_seeds(tmp_path: Path) -> None:
    instance("national", "S", 1).write(tmp_path / "round")
    round_ = load_round(tmp_path / "round")
    relaxed = Relaxed(problem_of(round_, eligibility_of(round_)))
    at = relaxed.formulation
    organisation = np.array(at.problem.proposals.organisation)
    capped = next(row for row in at.rows if row.constraint == "C8" and len(row.funded.at) > 1)
    first = int(capped.funded.at[0])
    lost = np.zeros(len(at.total))
    lost[first] = 1.0
    landscape = Landscape.of(at, relaxed.tight, relaxed.linear)
    none = np.zeros(at.model.columns, np.int64)
    nothing = np.zeros(len(at.total), np.bool_)
    for seed in range(5):
        chooser = Chooser(landscape, at, seed)
        drawn = chooser.draw(none, (lost, np.zeros(len(relaxed.tight.low))), nothing, 14)
        assert drawn is not None
        usable = np.isin(capped.funded.at, at.problem.pairs.proposal)
        assert set(capped.funded.at[usable].tolist()) <= set(drawn.proposals.tolist())
        assert len(set(organisation[capped.funded.at])) == 1


def test_proposals_that_one_pool_could_pay_as_well_are_not_searched_and_no_cut_is_lost(
    scattered: Relaxed, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = np.full(len(scattered.formulation.total), -inf)
    monkeypatch.setattr(ProposalCuts, "_by_one", lambda _self, _brings: nowhere.copy())
    every = ProposalCuts.of(scattered.formulation, scattered.formulation.model, EFFORT)
    cuts = every.missed(scattered.costs, scattered.tight, scattered.linear)
    assert [cut.columns.tolist() for cut in cuts] == [
        cut.columns.tolist() for cut in scattered.cuts
    ]
    assert set(scattered.alone.choices) < set(every.choices)


@given(tiny_rounds(), st.integers(0, 9))
@many(200)
def test_what_one_pool_pays_is_no_more_than_the_most_that_a_proposal_brings(
    document: dict[str, Any], seed: int
) -> None:
    formulation = formulate(problem_in(document))
    alone = ProposalCuts.of(formulation, formulation.model, EFFORT)
    brings = np.random.default_rng(seed).integers(-3, 4, formulation.model.columns).astype(float)
    by_one = alone._by_one(brings)
    for proposal in np.flatnonzero(by_one > -inf).tolist():
        assert by_one[proposal] <= alone._most(proposal, brings, UNDECIDED)
