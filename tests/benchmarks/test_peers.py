"""The textbook models reach the optimum that `matcher` proves, and their awards are verified."""

import json
from fractions import Fraction
from functools import cache
from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.instances import draw, instance
from benchmarks.instances.shapes import FAMILIES, Size
from benchmarks.peers.cbc import read_log
from benchmarks.peers.goals import Goal
from benchmarks.peers.levels import Held, Solved, Watch, solve_levels
from benchmarks.peers.measuring import SOLVERS, measure, measure_here
from benchmarks.peers.textbook import textbook
from matcher import Options, Run, load_round, match
from matcher.allocation.problem import problem_of
from matcher.eligibility import eligibility_of
from matcher.solving.model import Integers, LinearModel, ModelBuilder

SMALLEST, SEED = Size(5, 14, 0.5), 3
GAP = 2e-6
"""Both sides prove their levels to a millionth."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Give a round folder of each family, as small as they get."""
    where = {name: tmp_path_factory.mktemp("rounds") / name for name in FAMILIES}
    for name, folder in where.items():
        draw(FAMILIES[name], SMALLEST, SEED, f"made-up-{name}").write(folder)
    return where


@cache
def _solved(folder: Path) -> Run:
    return match(load_round(folder), Options(seconds=60))


def _levels(run: Run) -> dict[tuple[str, int | None], float]:
    return {(level.level, level.key): float(level.value) for level in run.levels}


@pytest.mark.parametrize("peer", SOLVERS)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_peer_reaches_the_proven_optimum_with_awards_that_are_verified(
    peer: str, family: str, folders: dict[str, Path]
) -> None:
    run, told = _solved(folders[family]), measure_here(peer, folders[family], 60)
    ours = {key: value for key, value in _levels(run).items() if key[0] in ("L1", "L2")}
    theirs = {(level["level"], level["key"]): level["value"] for level in told["levels"]}
    assert run.status == "optimal"
    assert (told["ended"], told["verified"]) == ("proven", True)
    assert theirs == pytest.approx(ours, rel=GAP)
    for level in told["levels"]:
        times = [seconds for seconds, _, _ in level["trace"]]
        assert level["gap"] <= GAP
        assert times == sorted(times)


def test_the_ranked_list_is_verified_and_is_no_better_than_the_optimum(
    folders: dict[str, Path],
) -> None:
    told = measure_here("ranked_list", folders["scattered"], 60)
    merit = next(level for level in told["levels"] if level["level"] == "L2")
    assert (told["ended"], told["verified"], merit["bound"]) == ("rule", True, None)
    assert 0 < merit["value"] <= _levels(_solved(folders["scattered"]))["L2", None]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_textbook_model_has_room_for_a_verified_plan(family: str, tmp_path: Path) -> None:
    drawn = instance(family, "S", 1)
    drawn.write(tmp_path / "round")
    round_ = load_round(tmp_path / "round")
    problem = problem_of(round_, eligibility_of(round_))
    book = textbook(problem)
    amounts = problem.amounts(drawn.witness)
    values = np.zeros(book.model.columns, np.int64)
    values[book.award], values[book.grant] = amounts, amounts > 0
    values[book.funded[problem.pairs.proposal[amounts > 0]]] = 1
    shortfalls = np.arange(book.funded[-1] + 1, book.model.columns)
    values[shortfalls] = book.model.upper[shortfalls]
    assert book.model.allows(values)


def test_a_first_level_without_a_plan_is_given_all_the_time_that_is_left() -> None:
    given: list[float] = []

    def never(
        model: LinearModel,
        goal: Goal,
        held: Held,
        start: Integers | None,
        seconds: float,
        watch: Watch,
    ) -> Solved:
        given.append(seconds)
        return Solved(None, None, "time_limit")

    drawn = np.zeros(0, np.int64)
    model = ModelBuilder().build()
    goals = [Goal("L2", tier, True, drawn, [], [], Fraction(1), drawn) for tier in (1, 2)]
    values, levels = solve_levels(model, goals, never, monotonic(), 100)
    assert values is None
    assert [round(seconds) for seconds in given] == [50, 100]
    assert [level.ended for level in levels] == ["time_limit", "not started"]


def test_the_log_of_cbc_is_read_with_its_signs_and_times() -> None:
    log = """
Continuous objective value is 3.1634e+07 - 0.25 seconds
Cbc0010I After 0 nodes, 1 on tree, 1e+50 best solution, best possible -31222096 (0.50 seconds)
Cbc0012I Integer solution of -29825642 found by DiveCoefficient after 262 iterations (0.75 seconds)
Cbc0010I After 9 nodes, 1 on tree, -29825642 best solution, best possible -31000000 (1.00 seconds)

Result - Stopped on time limit
Objective value:                29825642.00000000
Upper bound:                    30999999.500
"""
    told: list[tuple[float | None, float | None, float | None]] = []
    bound = read_log(log, -1.0, 10.0, lambda value, bound, at=None: told.append((value, bound, at)))
    assert bound == 30999999.5
    assert told == [
        (None, 31634000.0, 10.25),
        (None, 31222096.0, 10.5),
        (29825642.0, 31222096.0, 10.75),
        (29825642.0, 31000000.0, 11.0),
    ]


def test_the_command_prints_one_json_line_from_a_process_of_its_own(
    folders: dict[str, Path],
) -> None:
    arguments = ["peer", "highs", str(folders["national"]), "--seconds", "60"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0
    (line,) = done.stdout.splitlines()
    told = json.loads(line)
    assert (told["peer"], told["ended"], told["verified"]) == ("highs", "proven", True)
    assert 20 < told["peak_memory_mib"] < 2_000


def test_a_peer_that_crashes_is_told_as_such(tmp_path: Path) -> None:
    told = measure("highs", tmp_path / "nowhere", 1)
    assert told["ended"].startswith("crashed")
    assert told["levels"] == []
