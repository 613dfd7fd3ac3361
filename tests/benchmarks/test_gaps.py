"""Gaps of levels, how they close over time, and processes measured from outside."""

import pytest

from benchmarks.gaps import closing, gap_of, proven, reached
from benchmarks.process import run_apart

FIRST, SECOND = ("L1", 1), ("L2", None)


@pytest.mark.parametrize(
    ("value", "bound", "gap"),
    [(99.0, 100.0, 0.01), (0.0, 0.0, 0.0), (0.5, 0.0, 0.5), (None, 1.0, None), (1.0, None, None)],
)
def test_a_gap_is_the_distance_by_the_bound(
    value: float | None, bound: float | None, gap: float | None
) -> None:
    assert gap_of(value, bound) == pytest.approx(gap)


def test_the_widest_level_of_targets_and_merit_counts_and_later_levels_do_not() -> None:
    found = proven({FIRST: (0.2, 0.19), SECOND: (99.0, 100.0), ("L4", None): (300.0, 200.0)})
    assert found["gap"] == pytest.approx(0.01 / 0.19)
    assert found["widest"] == "L1 priority 1"
    assert (found["merit"], found["bound"]) == (99.0, 100.0)


def test_a_level_without_a_bound_leaves_no_gap() -> None:
    found = proven({("L2", 1): (10.0, 10.0), ("L2", None): (5.0, None)})
    assert (found["gap"], found["widest"]) == (None, "L2")
    assert (found["merit"], found["bound"]) == (15.0, None)


def test_a_gap_closes_from_when_every_level_has_one() -> None:
    points = [
        (3.0, SECOND, 90.0, 100.0),
        (1.0, FIRST, 0.2, 0.1),
        (2.0, FIRST, 0.1, 0.1),
        (4.0, SECOND, 99.0, 100.0),
        (5.0, SECOND, 99.001, 100.0),
        (6.0, ("L3", None), 0.0, 9.0),
    ]
    closed = closing(points, [FIRST, SECOND])
    assert [seconds for seconds, _ in closed] == [3.0, 4.0, 5.0]
    assert [gap for _, gap in closed] == pytest.approx([0.1, 0.01, 0.00999])
    assert reached(closed, 0.02) == 4.0
    assert reached(closed, 0.001) is None
    assert closing(points[1:3], [FIRST, SECOND]) == []


def test_a_command_is_timed_and_weighed_and_ended_when_it_is_late() -> None:
    done = run_apart("platform", seconds=60)
    assert (done.code, done.ended) == (0, "done")
    assert done.output.strip()
    assert done.peak_memory_mib > 1
    late = run_apart("timeit", "-n", "1", "-r", "1", "import time; time.sleep(60)", seconds=0.5)
    assert (late.code, late.ended) == (None, "did not stop")
    assert late.seconds < 30
    assert run_apart("timeit", "1 / 0", seconds=60).ended == "crashed with exit code 1"
