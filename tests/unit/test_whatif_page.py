"""The page of all scenarios, and what it claims."""

from decimal import Decimal
from fractions import Fraction

from matcher.results import Level
from matcher.scenarios.overview import told_gap


def test_a_gap_too_small_for_its_column_is_not_told_as_none() -> None:
    def merit(value: int, bound: int) -> Level:
        return Level("L2", None, Fraction(value), Fraction(bound), "proven")

    assert told_gap([merit(10**9 - 1, 10**9)]) == Decimal("0.000001")
    assert told_gap([merit(999_994_702, 10**9)]) == Decimal("0.000006"), "5.298 millionths"
    assert told_gap([merit(9, 9)]) == 0
    assert told_gap([Level("L2", None, Fraction(9), None, "time_limit")]) is None
