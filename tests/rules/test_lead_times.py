"""The reference paths are the sums of their steps, as docs/reference/lead-times.md says."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher.domain import Round
from matcher.law.law import law_of
from matcher.law.steps import planned_steps

DOCS = Path(__file__).parents[2] / "docs" / "reference" / "lead-times.md"
EMBASSY = {"kind": "embassy", "facts": {}}
COMPANY = {"kind": "company", "country": "AZ", "facts": {}}
STATE = {
    "kind": "state_body", "country": "AZ",
    "facts": {"in_state_grant_givers_list": "true", "state_support_body": "none"},
}  # fmt: skip
FRESH, OLD = "2026-02-20", "2025-06-01"
PATHS = {
    "embassy to a registered NGO that needs a new extract": (EMBASSY, OLD),
    "embassy to a registered NGO whose extract is fresh": (EMBASSY, FRESH),
    "company at home to an NGO whose extract is fresh": (COMPANY, FRESH),
    "company at home to an NGO that needs a new extract": (COMPANY, OLD),
    "listed state body": (STATE, FRESH),
}


def a_round(donor: dict[str, Any], extract: str) -> Round:
    answers = {
        "extract_date": extract, "annual_report_filed": "true", "founders": "azerbaijani",
        "aml_policy": "true", "sanctions_hit": "clear",
    }  # fmt: skip
    given = {"sanctions_hit": "clear", "legal_basis_in_az": "true"}
    return Round.model_validate(
        {
            "id": "made-up",
            "currency": "AZN",
            "decision_date": "2026-03-01",
            "rule_packs": ["az"],
            "donors": [
                donor | {"donor_id": "D", "name": "Made up", "facts": given | donor["facts"]}
            ],
            "pools": [
                {"pool_id": "P", "donor_id": "D", "name": "Pool", "currency": "AZN",
                 "budget": "1000", "facts": {"instrument": "grant", "payment_method": "transfer"}}
            ],
            "organisations": [
                {"org_id": "O", "name": "Union", "kind": "public_union", "country": "AZ",
                 "registration_status": "registered", "facts": answers}
            ],
            "proposals": [
                {"proposal_id": "B", "org_id": "O", "title": "Work", "currency": "AZN",
                 "requested": "100", "score": "80", "regions": "AZ-GA",
                 "facts": {"activity_flags": "none"}}
            ],
        }
    )  # fmt: skip


def sums(donor: dict[str, Any], extract: str) -> list[int]:
    steps = planned_steps(law_of(a_round(donor, extract)), np.array([0]), np.array([0]))
    before = [step for step in steps if step.step.timing == "before_payment"]
    return [max((step.dues[value] for step in before), default=0) for value in range(3)]


@pytest.mark.parametrize("path", PATHS)
def test_a_path_is_the_sum_of_its_steps(path: str) -> None:
    row = re.search(rf"\| {path} \| (\d+) \| (\d+) \| (\d+) \|", DOCS.read_text(encoding="utf-8"))
    assert row is not None
    assert sums(*PATHS[path]) == [int(number) for number in row.groups()]


def test_every_step_of_the_paths_is_cited_or_marked_as_a_plan() -> None:
    for donor, extract in PATHS.values():
        steps = planned_steps(law_of(a_round(donor, extract)), np.array([0]), np.array([0]))
        assert steps or donor is STATE
        for step in steps:
            for days in (step.step.days.minimum, step.step.days.planned, step.step.days.p90):
                assert bool(days.cite) != bool(days.plan)


def test_the_longest_chain_is_marked_as_what_the_payment_waits_for() -> None:
    steps = planned_steps(law_of(a_round(EMBASSY, OLD)), np.array([0]), np.array([0]))
    assert [step.key.step for step in steps if step.critical] == [
        "extract", "sign", "file", "opinion", "register",
    ]  # fmt: skip
