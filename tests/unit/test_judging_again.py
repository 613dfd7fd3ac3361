"""Judging the pairs that a change concerns alone gives the verdicts of judging all."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from matcher import load_round
from matcher.allocation.problem import problem_of
from matcher.domain import Round
from matcher.eligibility import EligibilityTable, eligibility_of
from matcher.explaining.levers.levers import Lever
from matcher.explaining.levers.of_facts import levers_of_facts
from matcher.explaining.levers.of_proposal import levers_of_proposal
from matcher.explaining.missing.openings import Held
from matcher.explaining.solves.judging_again import judged_again

ROUND = Path(__file__).parents[2] / "fixtures" / "rounds" / "baku-spring"


@pytest.fixture(scope="module")
def round_() -> Round:
    return load_round(ROUND)


@pytest.fixture(scope="module")
def known(round_: Round) -> EligibilityTable:
    return eligibility_of(round_)


def assert_alike(known: EligibilityTable, round_: Round, lever: Lever) -> None:
    changed = lever.after(round_, -1)
    found, whole = judged_again(known, changed, lever.concerned), eligibility_of(changed)
    assert lever.concerned is not None
    np.testing.assert_array_equal(found.verdicts, whole.verdicts)
    np.testing.assert_array_equal(found.failed, whole.failed)
    np.testing.assert_array_equal(found.unknown, whole.unknown)
    assert found.law is not None
    assert whole.law is not None
    np.testing.assert_array_equal(found.law.leads, whole.law.leads)


@pytest.mark.parametrize("step", [18, pytest.param(1, marks=pytest.mark.slow)])
def test_answers_to_missing_facts(round_: Round, known: EligibilityTable, step: int) -> None:
    held = Held.of(problem_of(round_, known), known)
    names = [known.proposal_ids[at] for at in sorted(set(held.proposals.tolist()))]
    levers = [lever for name in names for lever in levers_of_facts(held, name, {}) if lever.values]
    assert len(levers) > 20
    for lever in levers[::step]:
        assert_alike(known, round_, lever)


def test_another_request_or_contribution(round_: Round, known: EligibilityTable) -> None:
    for row in round_.proposals[::24]:
        for lever in levers_of_proposal(round_, row):
            if lever.verdicts and lever.values:
                assert_alike(known, round_, lever)


def test_without_a_word_on_who_is_concerned_all_are_judged(
    round_: Round, known: EligibilityTable
) -> None:
    lever = next(iter(levers_of_proposal(round_, round_.proposals[0])))
    changed = lever.after(round_, -1)
    assert dataclasses.replace(lever, concerned=None).concerned is None
    found = judged_again(known, changed, None)
    np.testing.assert_array_equal(found.verdicts, eligibility_of(changed).verdicts)
