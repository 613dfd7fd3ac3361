"""HiGHS keeps every plan where columns are whole, as its own presolve does not (ADR 0015)."""

import itertools
from dataclasses import replace
from math import inf
from pathlib import Path

import highspy
import numpy as np
import pytest

from matcher.solving.cp_sat import Effort
from matcher.solving.highs import Quiet, solve
from matcher.solving.reducing import LinearProgram

FILE = Path(__file__).parents[1] / "data" / "implied_to_be_nothing.mps"
EFFORT = Effort(seconds=inf, work=inf, gap=0.0, workers=1, seed=0)


@pytest.fixture(scope="module")
def program() -> LinearProgram:
    """Read a program in which a payment is implied to be nothing, next to a flag that decides."""
    read = Quiet()
    assert read.readModel(str(FILE)) == highspy.HighsStatus.kOk
    stated = read.getLp()
    matrix = stated.a_matrix_
    assert matrix.format_ == highspy.MatrixFormat.kColwise
    row, value = np.array(matrix.index_, np.int64), np.array(matrix.value_)
    column = np.repeat(np.arange(stated.num_col_), np.diff(matrix.start_))
    by_row = np.lexsort((column, row))
    sizes = np.bincount(row, minlength=stated.num_row_)
    whole = [kind == highspy.HighsVarType.kInteger for kind in stated.integrality_]
    assert stated.sense_ == highspy.ObjSense.kMaximize
    return LinearProgram(
        np.array(stated.col_cost_),
        np.array(stated.col_lower_),
        np.array(stated.col_upper_),
        np.concatenate([[0], np.cumsum(sizes)]),
        column[by_row],
        value[by_row],
        np.array(stated.row_lower_),
        np.array(stated.row_upper_),
        np.flatnonzero(whole),
    )


def most_of_all_flags(program: LinearProgram) -> float:
    """Try every setting of the flags and take the best that the money allows."""
    most = -inf
    for flags in itertools.product((0.0, 1.0), repeat=len(program.whole)):
        lower, upper = program.lower.copy(), program.upper.copy()
        lower[program.whole] = upper[program.whole] = flags
        fixed = replace(program, lower=lower, upper=upper, whole=program.whole[:0])
        found = solve(fixed, EFFORT)
        if found.columns is not None:
            most = max(most, float(program.costs @ found.columns))
    return most


def test_no_plan_is_lost_where_a_payment_is_implied_to_be_nothing(program: LinearProgram) -> None:
    most = most_of_all_flags(program)
    found = solve(program, EFFORT)
    assert found.columns is not None
    assert program.costs @ found.columns == pytest.approx(most)
    assert found.bound == pytest.approx(most)
