"""What is found side by side is put together: the most first, and the rest looked for again."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import inf

import numpy as np
import pytest

from matcher.solving import improving
from matcher.solving.cp_sat import Effort
from matcher.solving.deciding import Tried
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.model import Floats, Integers
from matcher.solving.opened import ByColumn, Plan, opened
from matcher.solving.payers import with_pattern
from tests.properties.built import made_up_round, problem_in
from tests.unit.test_broken_alone import improver_of

EFFORT = Effort(seconds=inf, work=1.0, gap=0.0, workers=1, seed=0)
Given = dict[tuple[str, str], int]


def three_by_three() -> Formulation:
    pools = [{"pool_id": name, "budget": 100} for name in ("P1", "P2", "P3")]
    proposals = [
        {"proposal_id": f"B{n}", "org_id": f"O{n}", "requested": asked, "score": 80}
        for n, asked in enumerate((100, 60, 100))
    ]
    return formulate(problem_in(made_up_round(pools, proposals)))


def columns_of(at: Formulation, given: Given) -> Integers:
    pairs, ids = at.problem.pairs, at.problem.proposals.ids
    names = [
        (at.problem.pools.ids[i], ids[j]) for i, j in zip(pairs.pool, pairs.proposal, strict=True)
    ]
    unit = at.problem.proposals.request.max() // 100
    return at.complete(np.array([given.get(name, 0) for name in names], np.int64) * unit)


def tried(at: Formulation, plan: Plan, given: Given) -> Tried:
    wanted = columns_of(at, given)
    part = opened(at.model, ByColumn.of(at.model), plan, np.flatnonzero(wanted != plan.columns))
    return Tried(part, plan.columns[part.free], wanted[part.free], 1)


def test_what_cannot_be_had_beside_a_larger_change_is_found_another_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = three_by_three()
    plan = Plan.of(at.model, columns_of(at, {}))
    larger = tried(at, plan, {("P1", "B0"): 100, ("P3", "B2"): 100})
    other = tried(at, plan, {("P2", "B0"): 100, ("P1", "B1"): 60})

    def found(calls: Sequence[Callable[[], object]], workers: int) -> list[list[Tried]]:
        return [[larger], [other], *([] for _ in calls[2:])]

    improver, _ = improver_of(at)
    improver.size = 1
    monkeypatch.setattr(improving, "run_side_by_side", found)
    assert improver.better(plan)
    both = columns_of(at, {("P2", "B0"): 100, ("P1", "B1"): 60, ("P3", "B2"): 100})
    assert plan.columns[at.total].tolist() == both[at.total].tolist()
    assert at.model.allows(plan.columns)


class Swapping:
    """A guide that wants every proposal paid by the pool after the one that pays it."""

    bound, soon = np.inf, True

    def __init__(self, at: Formulation) -> None:
        self.at = at

    def wanted(self, columns: Integers, lost: Floats) -> Floats:
        wanted, money = columns.astype(np.float64), self.at.money
        wanted[money] = np.roll(columns[money], 1)
        return wanted

    def heard(self, better: bool, work: int) -> None:
        """Hear nothing."""


@pytest.mark.parametrize("follow", [False, True])
def test_steps_are_the_same_however_many_work_on_them(follow: bool) -> None:
    random = np.random.default_rng(3)
    pools = [{"pool_id": f"P{n}", "budget": 900, "min_grant": 50} for n in range(6)]
    proposals = [
        {"proposal_id": f"B{n:02}", "org_id": f"O{n}", "score": 60 + int(random.integers(40))}
        | {"requested": int(random.integers(100, 400)), "min_acceptable": 100}
        for n in range(30)
    ]
    at = formulate(problem_in(made_up_round(pools, proposals)))
    ends = []
    for workers in (1, 2, 3):
        improver, _ = improver_of(at, [Swapping(at)])
        improver.effort = replace(improver.effort, workers=workers)
        plan = Plan.of(at.model, np.zeros(at.model.columns, np.int64))
        for _ in range(4):
            before = int(improver.goal @ plan.columns)
            improver.better(plan, follow)
            assert at.model.allows(plan.columns)
            assert int(improver.goal @ plan.columns) >= before
        ends.append(plan.columns.tolist())
    assert ends[0] == ends[1] == ends[2]
    assert sum(ends[0]) > 0


def test_amounts_are_made_whole_by_moving_only_what_is_not() -> None:
    at = three_by_three()
    near = columns_of(at, {("P1", "B0"): 100, ("P2", "B1"): 60, ("P3", "B2"): 100})
    goal = np.zeros(at.model.columns, np.int64)
    goal[at.total] = 1
    real = near.astype(np.float64)
    part = int(at.money[np.flatnonzero(near[at.money])[0]])
    real[part] -= 0.4
    found = with_pattern(at.model, goal, True, at.flags, real, EFFORT, close=True)
    assert found is not None and at.model.allows(found)
    assert found.tolist() == near.tolist()
    # Where more would have to move than what is not whole, nothing is found that way.
    real[part] = near[part] - 7.5
    assert with_pattern(at.model, goal, True, at.flags, real, EFFORT, close=True) is None
    wider = with_pattern(at.model, goal, True, at.flags, real, EFFORT)
    assert wider is not None and wider[at.total].tolist() == near[at.total].tolist()
