"""Rounds of the oracle's documents, and the product's answers in the oracle's terms."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from matcher import Options, Round, Run, load_round, match
from matcher.allocation.problem import Problem, problem_of
from matcher.eligibility import eligibility_of
from matcher.solving import Outcome, solve_exactly
from tests.oracle import Level

EXACT = Options(gap=0)


def round_of(document: dict[str, Any]) -> Round:
    """Read a document as a coordinator's JSON file is read."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "round.json"
        path.write_text(json.dumps(document), encoding="utf-8")
        return load_round(path)


def problem_in(document: dict[str, Any]) -> Problem:
    round_ = round_of(document)
    return problem_of(round_, eligibility_of(round_))


def solved(document: dict[str, Any]) -> Outcome:
    """Solve to proven optimality, without the tables around it."""
    return solve_exactly(problem_in(document), EXACT)


def matched(document: dict[str, Any]) -> Run:
    """Run everything: verified awards and tables, or the conflict."""
    return match(round_of(document), EXACT)


def levels_of(found: Outcome | Run) -> list[Level]:
    return [(level.level, level.key, level.value) for level in found.levels]
