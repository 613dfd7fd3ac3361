"""Rounds of the oracle's documents, and the product's answers in the oracle's terms."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings

from matcher import Options, Round, Run, load_round, match
from matcher.allocation.problem import Problem, problem_of
from matcher.eligibility import eligibility_of
from matcher.solving import Outcome, solve_exactly
from tests.oracle import Level

Cells = Mapping[str, Any]
EXACT = Options(gap=0)


def many(examples: int) -> settings:
    """Give the settings of a property that is tried on so many rounds.

    On half of them, and the same each time, but for `--hypothesis-profile=full` or `=random`.
    """
    profile = settings.get_current_profile_name()
    return settings(
        max_examples=examples // 2 if profile == "same" else examples,
        deadline=None,
        derandomize=profile != "random",
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


def made_up_round(
    pools: Iterable[Cells], proposals: Iterable[Cells], **round_: Any
) -> dict[str, Any]:
    """Give the document of a round of one donor; applicants are those that proposals name."""
    rows = [{"org_id": "O", "title": "Made-up work", "currency": "AZN", **row} for row in proposals]
    head = {"id": "made-up", "title": "Made-up round", "currency": "AZN"}
    money = {"donor_id": "D", "name": "Made-up pool", "currency": "AZN"}
    return {
        "round": head | {"decision_date": "2026-03-01"} | round_,
        "donors": [{"donor_id": "D", "name": "Made-up donor", "kind": "embassy"}],
        "pools": [{**money, **pool} for pool in pools],
        "organisations": [
            {"org_id": name, "name": f"Made-up applicant {name}"}
            for name in sorted({row["org_id"] for row in rows})
        ],
        "proposals": rows,
    }


def round_of(document: dict[str, Any]) -> Round:
    """Read a document as a coordinator's JSON file is read."""
    path = Path(_folder().name) / "round.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return load_round(path)


@cache
def _folder() -> "TemporaryDirectory[str]":
    """Give one folder for all rounds of a process: to make and clear one takes as long as to read.

    It goes when the process ends.
    """
    return TemporaryDirectory()


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
