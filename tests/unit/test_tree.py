"""A search tree on the relaxation: what it proves, and what decisions leave."""

from math import inf
from pathlib import Path

import numpy as np
import pytest

from benchmarks.instances import instance
from matcher import load_round
from matcher.allocation.problem import Problem, problem_of
from matcher.eligibility import eligibility_of
from matcher.solving.caps import caps_of, cuts_of
from matcher.solving.compact import compact
from matcher.solving.cp_sat import Effort
from matcher.solving.cuts import UNDECIDED, Cut
from matcher.solving.decided import DecidedRelaxation
from matcher.solving.dive import Dive
from matcher.solving.formulation import formulate
from matcher.solving.linear import Linear
from matcher.solving.objectives import objectives_of
from matcher.solving.proposal_cuts import ProposalCuts
from matcher.solving.tree import Tree
from tests.properties.built import made_up_round, problem_in

EFFORT = Effort(seconds=inf, work=inf, gap=0.0, workers=1, seed=0)
SETTLED = 1e-7


class Planted:
    """A problem's relaxation for merit with all cuts, and a tree that has not grown yet."""

    def __init__(self, problem: Problem) -> None:
        self.formulation = at = formulate(problem)
        tight = compact(at, at.model)
        merit = next(goal for goal in objectives_of(at) if goal.level == "L2")
        self.goal = merit.whole(at.model.upper).upwards
        every = np.ones(len(at.money), np.bool_)
        self.relaxation = DecidedRelaxation(at, tight, tight.costs(self.goal), every, EFFORT)
        self.alone, caps = ProposalCuts.of(at, at.model, EFFORT), caps_of(at)
        self.linear: Linear = self.relaxation.bound(
            SETTLED,
            lambda model, linear: cuts_of(at, model, caps, linear.columns),
            lambda model, linear: self.alone.missed(self.relaxation.costs, model, linear),
        )
        self.tree = Tree(
            at,
            self.relaxation,
            lambda model, linear: cuts_of(at, model, caps, linear.columns),
            self.alone,
            self.linear.bound,
            SETTLED,
        )


def two_of_three() -> Problem:
    """Give a round where money is there for two and a half of three that take all or nothing."""
    pools = [{"pool_id": "P", "budget": "250"}]
    proposals = [
        {"proposal_id": f"J{n}", "org_id": f"O{n}", "requested": "100", "score": str(80 - n)}
        for n in range(3)
    ]
    return problem_in(made_up_round(pools, proposals))


@pytest.fixture(scope="module")
def scattered(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    folder: Path = tmp_path_factory.mktemp("rounds") / "round"
    instance("scattered", "S", 3).write(folder)
    round_ = load_round(folder)
    return problem_of(round_, eligibility_of(round_))


def test_a_tree_proves_what_no_cut_of_one_proposal_does() -> None:
    planted = Planted(two_of_three())
    best = np.zeros(planted.formulation.model.columns, np.int64)
    best[planted.formulation.total[:2]] = planted.formulation.problem.proposals.request[:2]
    value = float(planted.goal @ best)
    assert planted.linear.bound > 1.2 * value
    planted.tree.grow(60, -np.inf)
    assert planted.tree.bound == pytest.approx(value, rel=1e-6)


def test_nodes_that_no_better_plan_is_under_are_dropped_and_the_plan_stays_the_bound() -> None:
    planted = Planted(two_of_three())
    above = 2 * planted.linear.bound
    planted.tree.grow(60, above)
    assert planted.tree.bound == above
    assert planted.tree.wanted is None


def test_a_tree_bounds_a_large_round_closer_and_never_below_a_plan(scattered: Problem) -> None:
    planted = Planted(scattered)
    plan = Dive(planted.formulation, planted.relaxation, planted.linear).plan().columns
    assert planted.formulation.model.allows(plan)
    bounds = [planted.linear.bound]
    for _ in range(4):
        planted.tree.grow(60, -np.inf)
        bounds.append(planted.tree.bound)
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] < (1 - 1e-5) * bounds[0]
    assert bounds[-1] >= float(planted.goal @ plan)


def test_a_tree_grows_the_same_each_time(scattered: Problem) -> None:
    grown = []
    for _ in range(2):
        planted = Planted(scattered)
        planted.tree.grow(120, -np.inf)
        assert planted.tree.wanted is not None
        grown.append((planted.tree.bound, planted.tree.wanted.tobytes()))
    assert grown[0] == grown[1]


def test_a_decision_lowers_the_bound_only_as_long_as_it_is_held() -> None:
    planted = Planted(two_of_three())
    at, relaxation = planted.formulation, planted.relaxation
    first = (int(at.funded[0]), False)
    relaxation.decide(frozenset({first}))
    under = relaxation.bound(SETTLED)
    assert under.bound < 0.9 * planted.linear.bound
    assert under.columns[at.total[0]] == 0
    relaxation.decide(UNDECIDED)
    assert relaxation.bound(SETTLED).bound == pytest.approx(planted.linear.bound)


def test_a_pair_that_is_to_pay_pays_at_least_the_smallest_grant() -> None:
    pools = [
        {"pool_id": "P", "budget": "100", "min_grant": "60"},
        {"pool_id": "Q", "budget": "300"},
    ]
    one = {"proposal_id": "J", "requested": "200", "score": "80"}
    planted = Planted(problem_in(made_up_round(pools, [one])))
    at, relaxation = planted.formulation, planted.relaxation
    pair = int(np.flatnonzero(at.problem.pools.least[at.problem.pairs.pool] > 1)[0])
    relaxation.decide(frozenset({(int(at.grant[pair]), True)}))
    columns = relaxation.bound(SETTLED).columns
    assert columns[at.money[pair]] >= at.problem.pools.least[at.problem.pairs.pool[pair]] - 1e-3
    assert columns[at.funded[0]] == pytest.approx(1)


def test_a_cut_under_a_decision_is_open_without_it() -> None:
    planted = Planted(two_of_three())
    at, relaxation = planted.formulation, planted.relaxation
    held = frozenset({(int(at.grant[0]), True)})
    relaxation.decide(held)
    relaxation.cut([Cut(at.total[1:2], np.ones(1), 0.0, held)])
    assert relaxation.bound(SETTLED).columns[at.total[1]] == pytest.approx(0)
    relaxation.decide(UNDECIDED)
    assert relaxation.bound(SETTLED).bound == pytest.approx(planted.linear.bound)
    relaxation.decide(held | {(int(at.funded[2]), False)})
    assert relaxation.bound(SETTLED).columns[at.total[1]] == pytest.approx(0)


def test_decisions_that_cannot_be_together_are_proven_so() -> None:
    planted = Planted(two_of_three())
    at, relaxation = planted.formulation, planted.relaxation
    relaxation.decide(frozenset((int(flag), True) for flag in at.funded))
    assert relaxation.bound(SETTLED).missed


def test_what_a_node_wants_near_a_plan_is_nearer_to_it(scattered: Problem) -> None:
    planted = Planted(scattered)
    at = planted.formulation
    plan = Dive(at, planted.relaxation, planted.linear).plan().columns
    planted.tree.grow(60, -np.inf)
    freely = planted.tree.wanted
    keeping = np.zeros(at.model.columns)
    keeping[at.money] = np.where(plan[at.money] > 0, planted.tree.costs.max(), 0.0)
    near = planted.tree.near(keeping)
    assert freely is not None
    assert near is not None
    apart = [np.abs(wanted - plan)[at.money].sum() for wanted in (near, freely)]
    assert apart[0] < 0.9 * apart[1]
    planted.tree.grow(1, -np.inf)
