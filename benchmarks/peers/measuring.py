"""One peer on one round: in a process of its own, told as one JSON line."""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from time import monotonic
from typing import Any

import numpy as np

from benchmarks.gaps import gap_of
from benchmarks.peers import cbc, cp_sat, highs, ranked
from benchmarks.peers.levels import Reached, Solver, solve_levels
from benchmarks.peers.textbook import textbook
from benchmarks.process import run_apart
from matcher import load_round, verify_awards
from matcher.allocation.problem import Problem, problem_of
from matcher.eligibility import eligibility_of
from matcher.solving.model import Integers

SOLVERS: Mapping[str, Solver] = {
    "cp_sat": cp_sat.solve,
    "highs": highs.solve,
    "cbc": cbc.solve,
}
PEERS = (*SOLVERS, "ranked_list")
GRACE = 120.0
"""Seconds beyond twice the limit after which a peer that does not stop is ended from outside."""


def measure(peer: str, folder: Path, seconds: float) -> dict[str, Any]:
    """Run a peer on a round folder in a process of its own and give what it tells.

    A peer that crashes or has to be ended from outside gives `ended` and no levels.
    """
    command = ["peer", peer, folder, "--seconds", seconds, "--here"]
    done = run_apart("benchmarks", *command, seconds=2 * seconds + GRACE)
    memory = {"peak_memory_mib": done.peak_memory_mib}
    if done.code != 0:
        lost = {"peer": peer, "round": folder.name, "limit": seconds, "ended": done.ended}
        return {**lost, **memory, "seconds": done.seconds, "levels": []}
    told: dict[str, Any] = json.loads(done.output.splitlines()[-1])
    return {**told, **memory}


def count_pairs(folder: Path) -> dict[str, int]:
    """Count the pools, proposals and pairs of a round as every solver is given them."""
    round_ = load_round(folder)
    pairs = problem_of(round_, eligibility_of(round_)).pairs
    return {"pools": len(round_.pools), "proposals": len(round_.proposals), "pairs": len(pairs)}


def measure_here(peer: str, folder: Path, seconds: float) -> dict[str, Any]:
    """Run a peer in this process; the clock starts when the arrays of the problem are there."""
    round_ = load_round(folder)
    problem = problem_of(round_, eligibility_of(round_))
    start = monotonic()
    amounts, levels, ended = _solve(peer, problem, start, seconds)
    took = monotonic() - start
    return {
        "peer": peer,
        "round": round_.id,
        "limit": seconds,
        "pairs": len(problem.pairs),
        "ended": ended,
        "seconds": round(took, 3),
        **_judged(peer, problem, amounts, levels),
    }


def _solve(
    peer: str, problem: Problem, start: float, seconds: float
) -> tuple[Integers | None, list[Reached], str]:
    if peer == "ranked_list":
        return ranked.go_down(problem, start, seconds)
    book = textbook(problem)
    values, levels = solve_levels(book.model, book.goals, SOLVERS[peer], start, seconds)
    ended = next((level.ended for level in levels if level.ended != "proven"), "proven")
    if values is None:
        return None, levels, ended
    grants = values[book.grant] > 0
    return np.where(grants, values[book.award], 0), levels, ended


def _judged(
    peer: str, problem: Problem, amounts: Integers | None, levels: list[Reached]
) -> dict[str, Any]:
    """Have the independent verifier look at the awards, and give the levels as it finds them."""
    if amounts is None:
        return {"verified": None, "levels": [_level(level, None) for level in levels]}
    left_out = ranked.NOT_ENFORCED if peer == "ranked_list" else ()
    checked = verify_awards(problem.round, problem.awards(amounts), left_out)
    if not levels:
        levels = [Reached(found.level, found.key, ended="rule") for found in checked.levels]
    found: dict[tuple[str, int | None], Fraction] = {
        (level.level, level.key): level.value for level in checked.levels
    }
    return {
        "verified": checked.holds,
        "violations": len(checked.violations),
        "first_violations": [violation.message for violation in checked.violations[:3]],
        "levels": [_level(level, found.get((level.level, level.key))) for level in levels],
    }


def _level(level: Reached, value: Fraction | None) -> dict[str, Any]:
    reached = None if value is None else float(value)
    return {**vars(level), "value": reached, "gap": gap_of(reached, level.bound)}
