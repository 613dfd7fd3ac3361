"""The textbook model as a MILP through PuLP on its own CBC, two threads, otherwise defaults.

CBC 2.10.3, which PuLP 3 brings along, has been seen to declare a plan optimal that is not: what it
calls proven is no proof (README.md).
"""

import re
import tempfile
from pathlib import Path
from time import monotonic

import numpy as np
import pulp

from benchmarks.peers.goals import Goal
from benchmarks.peers.highs import held_rows
from benchmarks.peers.levels import GAP, WORKERS, Ended, Held, Solved, Watch
from matcher.solving.model import OPEN, Floats, Integers, LinearModel

_NUMBER = r"(-?\d[\d.]*(?:e[+-]?\d+)?)"
_SECONDS = r"\(([\d.]+) seconds\)"
BOUND = re.compile(rf"{_NUMBER} best solution, best possible {_NUMBER}.*{_SECONDS}")
FOUND = re.compile(rf"solution of {_NUMBER} found .*{_SECONDS}")
RELAXED = re.compile(rf"Continuous objective value is {_NUMBER} - ([\d.]+) seconds")
LAST = re.compile(rf"^(?:Lower|Upper) bound:\s+{_NUMBER}", re.MULTILINE)
NO_PLAN = 1e40
"""What CBC calls its incumbent before it has one is larger."""


def solve(
    model: LinearModel, goal: Goal, held: Held, start: Integers | None, seconds: float, watch: Watch
) -> Solved:
    """Solve one level; PuLP's own writing of the model counts, as it does for its users."""
    begun = monotonic()
    program, variables = _program(model, goal, held)
    if start is not None:
        for variable, value in zip(variables, start.tolist(), strict=True):
            variable.setInitialValue(value)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        command = pulp.PULP_CBC_CMD(
            msg=False,
            threads=WORKERS,
            gapRel=GAP,
            timeLimit=max(1.0, seconds - (monotonic() - begun)),
            logPath=str(log),
            warmStart=start is not None,
        )
        command.tmpDir = folder
        launched = monotonic()
        status = program.solve(command)
        text = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
    bound = read_log(text, -1.0 if goal.most else 1.0, launched, watch)
    if program.sol_status == pulp.LpSolutionInfeasible and status == pulp.LpStatusInfeasible:
        return Solved(None, None, "infeasible")
    if program.sol_status not in (
        pulp.LpSolutionOptimal,
        pulp.LpSolutionIntegerFeasible,
    ):
        return Solved(None, bound, "time_limit")
    values = np.rint([variable.varValue or 0.0 for variable in variables]).astype(np.int64)
    ended: Ended = "proven" if program.sol_status == pulp.LpSolutionOptimal else "time_limit"
    if ended == "proven":
        bound = goal.value(values) * (1 + GAP if goal.most else 1 - GAP)
    return Solved(values, bound, ended)


def _program(
    model: LinearModel, goal: Goal, held: Held
) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    sense = pulp.LpMaximize if goal.most else pulp.LpMinimize
    program = pulp.LpProblem("round", sense)
    variables = [
        program.add_variable(f"x{number}", low, high, pulp.LpInteger)
        for number, (low, high) in enumerate(
            zip(model.lower.tolist(), model.upper.tolist(), strict=True)
        )
    ]
    program.setObjective(_sum(variables, goal.column, goal.weight))
    for row in range(model.rows):
        column, value = model.row(row)
        low, high = int(model.low[row]), int(model.high[row])
        _add(program, variables, column, value.astype(np.float64), low, high)
    for column, weight, least, most in held_rows(held):
        _add(program, variables, column, weight, max(least, -OPEN), min(most, OPEN))
    return program, variables


def _add(
    program: pulp.LpProblem,
    variables: list[pulp.LpVariable],
    column: Integers,
    value: Floats,
    low: float,
    high: float,
) -> None:
    expression = _sum(variables, column, value)
    if low == high:
        program.addConstraint(pulp.LpConstraint(expression, pulp.LpConstraintEQ, rhs=low))
    elif low > -OPEN:
        program.addConstraint(pulp.LpConstraint(expression, pulp.LpConstraintGE, rhs=low))
    elif high < OPEN:
        program.addConstraint(pulp.LpConstraint(expression, pulp.LpConstraintLE, rhs=high))


def _sum(
    variables: list[pulp.LpVariable], column: Integers, value: Floats
) -> pulp.LpAffineExpression:
    return pulp.LpAffineExpression(
        (variables[c], v) for c, v in zip(column.tolist(), value.tolist(), strict=True)
    )


def read_log(log: str, sign: float, launched: float, watch: Watch) -> float | None:
    """Read incumbents and bounds out of the log, where what is to be most stands with `sign` -1.

    The continuous objective and the last bound stand there as they are.
    """
    best: float | None = None
    bound: float | None = None
    for line in log.splitlines():
        if match := RELAXED.search(line):
            bound = float(match[1])
        elif match := BOUND.search(line):
            best = sign * float(match[1]) if abs(float(match[1])) < NO_PLAN else best
            bound = sign * float(match[2])
        elif match := FOUND.search(line):
            best = sign * float(match[1])
        else:
            continue
        watch(best, bound, launched + float(match[match.lastindex or 0]))
    if match := LAST.search(log):
        bound = float(match[1])
    return bound
