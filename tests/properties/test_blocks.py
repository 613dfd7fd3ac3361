"""Rounds that fall apart into regions, but for organisations that work in several of them."""

from random import Random
from typing import Any

import numpy as np
import pytest

from matcher import Options
from matcher.allocation.problem import Problem
from matcher.solving import Ways, blocks, solve_exactly
from matcher.solving.model import Floats, Integers, LinearModel
from matcher.solving.settling import broken, settled
from matcher.verify import verify_awards
from tests.properties.built import made_up_round, problem_in

BY_BLOCKS = Ways(small=0)
REGIONS, EACH = ("AZ-GA", "AZ-LA", "AZ-SM"), 5


def regions(chance: int) -> dict[str, Any]:
    """Draw a round of a pool and five proposals for each region; organisations work in all."""
    dice = Random(chance)
    pools = [
        {"pool_id": f"P{c}", "budget": f"{dice.randint(20, 60) / 100}", "regions": region}
        for c, region in enumerate(REGIONS)
    ]
    proposals = []
    for number in range(len(REGIONS) * EACH):
        requested = dice.randint(8, 30)
        proposals.append(
            {
                "proposal_id": f"J{number:02}",
                "org_id": f"O{number % 4}",
                "requested": f"{requested / 100}",
                "minimum": f"{dice.randint(4, requested) / 100}",
                "score": str(dice.randint(50, 99)),
                "regions": REGIONS[number // EACH],
            }
        )
    caps = {"max_amount_per_organisation": "0.3", "max_proposals_per_organisation": 3}
    return made_up_round(pools, proposals, policy=caps)


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Hear of each plan of blocks whether it was brought within the rows, where it had to be."""
    found: list[bool] = []

    def told(*given: Any) -> Floats | None:
        model, _, _, parts, plan, _ = given
        kept = settled(*given)
        if _is_broken(model, parts.coupling, plan):
            found.append(kept is not None)
        if kept is not None:
            assert not _is_broken(model, np.arange(model.rows), kept)
        return kept

    monkeypatch.setattr(blocks, "settled", told)
    return found


def _is_broken(model: LinearModel, rows: Integers, plan: Floats) -> bool:
    terms = [model.row(row) for row in rows.tolist()]
    sums = np.array([values @ plan[at] for at, values in terms])
    sizes = np.array([np.abs(values * plan[at]).sum() for at, values in terms])
    return bool(broken(model, rows, sums, sizes).any())


def test_plans_of_blocks_are_brought_within_what_couples_them_and_the_best_is_found(
    used: list[bool],
) -> None:
    for chance in range(25):
        problem = problem_in(regions(chance))
        found = solve_exactly(problem, Options(gap=0), ways=BY_BLOCKS)
        best = solve_exactly(problem, Options(gap=0))
        assert found.status == best.status == "optimal"
        assert [level.value for level in found.levels[:1]] == [
            level.value for level in best.levels[:1]
        ]
        _is_verified(problem, found.amounts)
    assert sum(used) > 6


def _is_verified(problem: Problem, amounts: Integers | None) -> None:
    assert amounts is not None
    assert verify_awards(problem.round, problem.awards(amounts)).holds
