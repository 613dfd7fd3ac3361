"""Programs made smaller lose nothing: held against every setting of the whole columns."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from math import inf

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.solving import highs
from matcher.solving.cp_sat import Effort
from matcher.solving.highs import solve
from matcher.solving.model import Floats
from matcher.solving.reducing import LinearProgram, reduced

EFFORT = Effort(seconds=inf, work=inf, gap=0.0, workers=1, seed=0)
OFF, FINE = 1e-6, 1e-8
Entries = list[tuple[int, float]]


@pytest.fixture(scope="module", autouse=True)
def finer_rows() -> Iterator[None]:
    """Have HiGHS keep rows nearer than values are compared: by its own tolerance it passes some."""
    loaded = highs.loaded

    def finely(program: LinearProgram, effort: Effort) -> highspy.Highs:
        solver = loaded(program, effort)
        solver.setOptionValue("mip_feasibility_tolerance", FINE)
        solver.setOptionValue("primal_feasibility_tolerance", FINE)
        return solver

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(highs, "loaded", finely)
        yield


def funding(draw: np.random.Generator) -> LinearProgram:
    """Draw pools that pay proposals, whole or in part, with least amounts and some odd rows.

    Columns: what is paid for each pair, whether each proposal is funded, how many parts each pair
    pays. A number of rows is of one column, or cannot be broken, or binds what is there to nothing.
    """
    proposals, pools = int(draw.integers(1, 4)), int(draw.integers(1, 4))
    pairs = [
        pair for pair in itertools.product(range(proposals), range(pools)) if draw.random() < 0.8
    ]
    request = draw.integers(1, 9, proposals).astype(np.float64)
    funded, parts = len(pairs), len(pairs) + proposals
    columns = parts + len(pairs)
    upper = np.ones(columns)
    upper[:funded] = [min(request[proposal], draw.integers(0, 9)) for proposal, _ in pairs]
    upper[parts:] = draw.integers(1, 3, len(pairs))
    rows: list[tuple[Entries, float, float]] = []
    for proposal in range(proposals):
        paid = [(at, 1.0) for at, pair in enumerate(pairs) if pair[0] == proposal]
        all_or_nothing = draw.random() < 0.7
        paid.append((funded + proposal, -request[proposal]))
        rows.append((paid, 0.0 if all_or_nothing else -inf, 0.0))
    for pool in range(pools):
        spent = [(at, 1.0) for at, pair in enumerate(pairs) if pair[1] == pool]
        rows.append((spent, -inf, float(draw.integers(0, 12))))
    for at in range(len(pairs)):
        if draw.random() < 0.6:
            rows.append(([(at, 1.0), (parts + at, -upper[at])], -inf, 0.0))
        if draw.random() < 0.3:
            rows.append(([(at, 1.0), (parts + at, -float(draw.integers(1, 6)))], 0.0, inf))
    for _ in range(int(draw.integers(0, 4))):
        among = np.flatnonzero(draw.random(columns) < draw.choice([0.1, 0.4]))
        odd = [(int(at), float(draw.integers(-3, 4))) for at in among]
        low = 0.0 if draw.random() < 0.3 else -inf
        rows.append((odd, low, float(draw.integers(0, 6))))
    stated = [([entry for entry in entries if entry[1]], low, high) for entries, low, high in rows]
    stated = [row for row in stated if row[0]]
    entries = [entry for row in stated for entry in row[0]]
    return LinearProgram(
        draw.integers(-3, 9, columns).astype(np.float64),
        np.zeros(columns),
        upper,
        np.cumsum([0, *(len(row[0]) for row in stated)]),
        np.array([column for column, _ in entries], np.int64),
        np.array([value for _, value in entries], np.float64),
        np.array([row[1] for row in stated], np.float64),
        np.array([row[2] for row in stated], np.float64),
        np.arange(funded, columns),
        float(draw.integers(-5, 5)),
    )


def most_of_all(program: LinearProgram) -> float:
    """Try every setting of the whole columns and take the most that the others can reach."""
    spans = [
        range(int(program.lower[at]), int(program.upper[at]) + 1) for at in program.whole.tolist()
    ]
    most = -inf
    for values in itertools.product(*spans):
        lower, upper = program.lower.copy(), program.upper.copy()
        lower[program.whole] = upper[program.whole] = values
        fixed = replace(program, lower=lower, upper=upper, whole=program.whole[:0])
        most = max(most, reached(fixed, solve(fixed, EFFORT).columns))
    return most


def reached(program: LinearProgram, columns: Floats | None) -> float:
    """Give what columns reach, which keep within every bound and row."""
    if columns is None:
        return -inf
    row = np.repeat(np.arange(len(program.low)), np.diff(program.start))
    activity = np.bincount(row, program.value * columns[program.column], len(program.low))
    assert np.all(activity >= program.low - OFF)
    assert np.all(activity <= program.high + OFF)
    assert np.all(columns >= program.lower - OFF)
    assert np.all(columns <= program.upper + OFF)
    assert np.all(abs(columns[program.whole] - np.rint(columns[program.whole])) <= OFF)
    return float(program.costs @ columns) + program.constant


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=200, deadline=None)
def test_the_most_of_a_smaller_program_is_the_most_of_the_whole_one(seed: int) -> None:
    program = funding(np.random.default_rng(seed))
    most = most_of_all(program) if len(program.whole) <= 8 else None
    found = solve(program, EFFORT)
    here = reached(program, found.columns)
    if most is None:
        smaller = reduced(program)
        assert len(smaller.program.costs) <= len(program.costs)
        return
    assert here == most or abs(here - most) <= OFF
    if most > -inf:
        assert abs(found.bound - most) <= OFF


@given(st.integers(0, 2**32 - 1), st.integers(0, 12))
@settings(max_examples=150, deadline=None)
def test_a_plan_that_is_enough_ends_a_search_and_none_below_it(seed: int, less: int) -> None:
    program = funding(np.random.default_rng(seed))
    best = solve(program, EFFORT)
    most = reached(program, best.columns)
    enough = most - less if best.columns is not None else 0.0
    worst = solve(replace(program, costs=-program.costs), EFFORT).columns
    found = solve(program, EFFORT, known=worst, enough=enough)
    assert reached(program, found.columns) >= min(enough, most) - OFF
    if best.columns is not None:
        assert found.bound >= most - OFF


def test_a_proposal_that_one_pool_pays_whole_is_decided_without_a_search() -> None:
    # Paid 4 times the flag, within a budget of 9: the flag takes its better bound.
    program = LinearProgram(
        np.array([2.0, 0.0]),
        np.zeros(2),
        np.array([5.0, 1.0]),
        np.array([0, 2, 3]),
        np.array([0, 1, 0]),
        np.array([1.0, -4.0, 1.0]),
        np.array([0.0, -inf]),
        np.array([0.0, 9.0]),
        np.array([1]),
    )
    smaller = reduced(program)
    assert len(smaller.kept) == 0
    assert smaller.program.constant == 8.0
    assert smaller.restored(np.zeros(0)).tolist() == [4.0, 1.0]


def test_a_program_whose_bounds_exclude_each_other_is_left_to_the_solver() -> None:
    # A flag that pays 4 where no more than 3 may be paid, and at least 1 has to be.
    program = LinearProgram(
        np.array([1.0, 0.0]),
        np.array([1.0, 0.0]),
        np.array([3.0, 1.0]),
        np.array([0, 2]),
        np.array([0, 1]),
        np.array([1.0, -4.0]),
        np.array([0.0]),
        np.array([0.0]),
        np.array([1]),
    )
    assert reduced(program).program is program
    assert not solve(program, EFFORT).feasible
