"""How fast the machine is at the moment: seconds for a piece of work that is always the same.

A machine that is shared may be half as fast an hour later. A measurement says so by this beside it:
of two, the seconds can be held against each other only as far as their paces are alike.
"""

from statistics import median
from time import perf_counter

import highspy
import numpy as np

from matcher.solving.highs import Quiet

ROWS, COLUMNS, PER_COLUMN = 400, 4000, 4
"""Of a linear program like those that most of a run is spent on."""
STEPS = 1_000_000
"""Turns of a loop of Python, and numbers that are sorted."""


def pace(times: int = 3) -> float:
    """Give the median seconds of the work on one core, done so many times."""
    return median(_once() for _ in range(times))


def _once() -> float:
    dice = np.random.default_rng(1)
    numbers, model = dice.random(STEPS), _model(dice)
    began = perf_counter()
    total = 0
    for number in range(STEPS):
        total += number & 7
    np.sort(numbers)
    solver = Quiet()
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    took = perf_counter() - began
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError("the program that the pace is taken by was not solved")
    return took


def _model(dice: np.random.Generator) -> highspy.HighsLp:
    """Give the most of value that fits into rows which each hold a tenth of what wants in."""
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = ROWS, COLUMNS
    model.col_cost_ = -dice.random(COLUMNS)
    model.col_lower_, model.col_upper_ = np.zeros(COLUMNS), np.ones(COLUMNS)
    model.row_lower_ = np.full(ROWS, -highspy.kHighsInf)
    model.row_upper_ = np.full(ROWS, 0.1 * COLUMNS * PER_COLUMN / ROWS / 2)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.arange(0, COLUMNS * PER_COLUMN + 1, PER_COLUMN)
    rows = [dice.choice(ROWS, PER_COLUMN, replace=False) for _ in range(COLUMNS)]
    model.a_matrix_.index_ = np.concatenate(rows)
    model.a_matrix_.value_ = dice.random(COLUMNS * PER_COLUMN)
    return model
