"""Scenarios made for tests, and what is said of those that are refused."""

from pathlib import Path

import pytest

from matcher import Round, load_round
from matcher.errors import Problem
from matcher.scenarios.edits.overrides import Changed, changed
from matcher.scenarios.edits.scenario import Edit, InvalidScenario, Scenario

FIXTURES = Path(__file__).parents[2] / "fixtures"
DEMONSTRATION, TINY = FIXTURES / "rounds" / "baku-spring", FIXTURES / "golden" / "tiny"


@pytest.fixture(scope="module")
def base() -> Round:
    return load_round(DEMONSTRATION)


@pytest.fixture(scope="module")
def tiny() -> Round:
    return load_round(TINY)


def setting(path: str, value: str | list[str]) -> Scenario:
    return Scenario("s", "", (Edit("set", path, value),))


def after(base: Round, *edits: Edit) -> Changed:
    return changed(base, Scenario("s", "", edits))


def refused(base: Round, *edits: Edit) -> str:
    with pytest.raises(InvalidScenario) as refusal:
        after(base, *edits)
    return str(refusal.value)


def written(tmp_path: Path, text: str, name: str = "what.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(base: Round, *edits: Edit) -> tuple[Problem, ...]:
    with pytest.raises(InvalidScenario) as refusal:
        after(base, *edits)
    return refusal.value.problems
