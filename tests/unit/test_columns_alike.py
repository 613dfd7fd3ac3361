"""The exact solver, given amounts of which several do the same, ends with a plan."""

from multiprocessing import get_context

import numpy as np

from matcher.solving import cp_sat
from matcher.solving.cp_sat import Effort
from matcher.solving.model import OPEN, LinearModel

RANGES = [
    (594, 597), (177, 180), (201, 204), (303, 306), (179, 182), (119, 122), (288, 291), (131, 134),
    (168, 171), (444, 447), (594, 597), (228, 231), (505, 508), (1356, 1359), (299, 302),
]  # fmt: skip
"""Least and most of each amount."""
ROWS: list[tuple[dict[int, int], int, int]] = [
    ({0: 1, 10: -1}, 0, 0),
    ({1: 1, 11: -1}, -51, -51),
    ({2: 1, 3: 1, 12: -1}, 0, 0),
    ({4: 1, 5: 1, 14: -1}, 0, 0),
    ({6: 1, 7: 1}, 422, 422),
    ({8: 1, 9: 1}, 615, 615),
    ({3: 5, 12: -3}, -OPEN, 0),
    ({2: 1, 4: 1, 8: 1}, -OPEN, 552),
    ({0: 1, 6: 1}, -OPEN, 885),
    ({1: 1, 7: 1}, -OPEN, 311),
    ({3: 1, 9: 1}, -OPEN, 750),
    ({10: 643, 11: -357, 12: -357, 13: 643, 14: 643}, 1186138, OPEN),
]
"""What totals come to, budgets, and a target's share of what is awarded."""
WORTH = {1: 87766, 8: 95630, 9: 95630, 12: 92275}


def a_model() -> LinearModel:
    """Give amounts as a neighbourhood left them, whose presolve ended the process in 9.15."""
    return LinearModel(
        lower=np.array([low for low, _ in RANGES]),
        upper=np.array([high for _, high in RANGES]),
        start=np.cumsum([0, *(len(entries) for entries, _, _ in ROWS)]),
        column=np.array([column for entries, _, _ in ROWS for column in entries]),
        coefficient=np.array([value for entries, _, _ in ROWS for value in entries.values()]),
        low=np.array([low for _, low, _ in ROWS]),
        high=np.array([high for _, _, high in ROWS]),
        constraint=np.array([""] * len(ROWS)),
    )


def worth() -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Give what a unit of each amount is worth."""
    values = np.zeros(len(RANGES), np.int64)
    values[list(WORTH)] = list(WORTH.values())
    return values


def solve() -> None:
    """Solve the model, and end with 0 where a plan within it is the best one."""
    effort = Effort(seconds=10.0, work=1.0, gap=0.0, workers=1, seed=0)
    solved = cp_sat.solve(a_model(), worth(), True, effort)
    planned = solved.columns is not None and a_model().allows(solved.columns)
    raise SystemExit(0 if planned and solved.ended == "proven" else 3)


def test_amounts_that_do_the_same_do_not_end_the_process() -> None:
    """The check within the solver would end whatever process it runs in."""
    process = get_context("spawn").Process(target=solve)
    process.start()
    process.join()
    assert process.exitcode == 0
