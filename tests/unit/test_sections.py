"""Vast rounds divided into sections, shown on the demonstration round."""

from math import inf
from pathlib import Path

import numpy as np
import pytest

from matcher import load_round
from matcher.allocation.problem import problem_of
from matcher.eligibility import eligibility_of
from matcher.solving.compact import compact
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.kin import kin_of
from matcher.solving.market import cleared
from matcher.solving.objectives import WholeObjective, objectives_of
from matcher.solving.sections import Section, sections_of

DEMONSTRATION = Path(__file__).parents[2] / "fixtures" / "rounds" / "baku-spring"
EACH = 60


def of_level(formulation: Formulation, level: str) -> WholeObjective:
    """Give the first goal of a level."""
    return next(
        objective.whole(formulation.model.upper)
        for objective in objectives_of(formulation)
        if objective.level == level
    )


@pytest.fixture(scope="module")
def whole() -> Formulation:
    round_ = load_round(DEMONSTRATION)
    return formulate(problem_of(round_, eligibility_of(round_)))


@pytest.fixture(scope="module")
def sections(whole: Formulation) -> list[Section]:
    model = compact(whole, whole.model)
    costs = model.costs(of_level(whole, "L2").upwards)
    return sections_of(whole, model, costs, cleared(whole, model, costs, inf), EACH, 0, inf)


def test_no_pair_is_in_two_sections(sections: list[Section]) -> None:
    every = np.concatenate([section.pairs for section in sections])
    assert len(sections) > 2
    assert len(np.unique(every)) == len(every)


def test_a_pool_pays_in_one_section_but_for_what_the_board_has_named(
    whole: Formulation, sections: list[Section]
) -> None:
    pairs = whole.problem.pairs
    named = pairs.pinned | pairs.accepted
    pools = [set(pairs.pool[section.pairs[~named[section.pairs]]]) for section in sections]
    assert sum(map(len, pools)) == len(set.union(*pools))
    assert set(np.flatnonzero(named)) <= set(np.concatenate([s.pairs for s in sections]))


def test_kin_stay_together(whole: Formulation, sections: list[Section]) -> None:
    kin, owner = kin_of(whole), whole.problem.pairs.proposal
    of_section = [set(kin[owner[section.pairs]]) for section in sections]
    assert len(set(kin)) < len(kin)
    assert sum(map(len, of_section)) == len(set.union(*of_section))


def test_proposals_under_one_cap_are_kin(whole: Formulation) -> None:
    kin, owner = kin_of(whole), whole.problem.pairs.proposal
    caps = [row for row in whole.rows if row.constraint == "C8"]
    assert caps
    for cap in caps:
        assert len({*kin[owner[cap.money.at]], *kin[cap.funded.at]}) == 1


def test_shares_of_a_hard_target_keep_it_together(
    whole: Formulation, sections: list[Section]
) -> None:
    targets = [row for row in whole.rows if row.constraint == "C11"]
    assert targets
    for target in targets:
        parts = [
            row
            for section in sections
            for row in section.formulation.rows
            if row.constraint == "C11" and row.subject == target.subject
        ]
        if target.low is not None:
            assert sum(part.low or 0 for part in parts) >= target.low
        if target.high is not None:
            assert sum(part.high or 0 for part in parts) <= target.high


@pytest.mark.parametrize("level", ["L1", "L2", "L4"])
def test_a_goal_is_worth_the_same_in_a_section_as_in_the_round(
    whole: Formulation, sections: list[Section], level: str
) -> None:
    goal, totals = of_level(whole, level), []
    for section in sections:
        part = section.formulation
        filled = part.complete(np.minimum(part.model.upper[part.money], 7))
        filled[part.shortfall] = section.soft_scale
        columns = np.zeros(whole.model.columns, np.int64)
        columns[section.columns] = filled
        columns[whole.shortfall] = section.soft_scale * filled[part.shortfall]
        totals.append(goal.total(columns))
        assert section.goal(goal).total(filled) == totals[-1]
    assert any(totals)
