"""How the load of the service is drawn and its figures made."""

import random

import pytest

from benchmarks.service.visits import VISIT, Applicant, Timings, schedule


def test_each_applicant_asks_for_everything_in_turn_within_the_time() -> None:
    applicants = [Applicant(f"key {n}", f"A-{n}", {}) for n in range(200)]
    requests = schedule(applicants, 600.0, random.Random(1))
    assert [due.at for due in requests] == sorted(due.at for due in requests)
    assert 0 <= requests[0].at <= requests[-1].at <= 600
    in_order = 0
    for applicant in applicants:
        asked = tuple(due.what for due in requests if due.applicant is applicant)
        assert sorted(asked) == sorted(VISIT)
        in_order += asked == VISIT
    # A visit takes about 40 s; what falls after the end, of one in fifteen, comes first.
    assert in_order > 170


@pytest.mark.parametrize("what", VISIT)
def test_requests_of_each_kind_are_spread_evenly_over_the_time(what: str) -> None:
    applicants = [Applicant("key", "A-1", {}) for _ in range(5000)]
    requests = [due for due in schedule(applicants, 100.0, random.Random(1)) if due.what == what]
    # 5,000 requests over ten equal parts: 500 in each, with a standard deviation of 21.
    for part in range(10):
        found = sum(10 * part <= due.at < 10 * (part + 1) for due in requests)
        assert abs(found - 500) < 110


def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed() -> None:
    # Of 1, 2, ..., 200: 100 do not exceed 100, 190 do not exceed 190, 198 do not exceed 198.
    timings = Timings()
    timings.seconds["submission"] = [float(n) for n in range(200, 0, -1)]
    assert timings.shown()["submission"] == {
        "count": 200, "p50": 100.0, "p95": 190.0, "p99": 198.0, "most": 200.0
    }  # fmt: skip


def test_reads_are_counted_together() -> None:
    timings = Timings()
    timings.seconds["round"], timings.seconds["precheck"] = [1.0], [3.0]
    shown = timings.shown()
    assert shown["reads"]["count"] == 2
    assert shown["reads"]["p95"] == pytest.approx(3.0)
    assert shown["submission"] == {"count": 0}
