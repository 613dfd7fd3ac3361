"""What is made once of an object and kept with it."""

from dataclasses import dataclass, replace

from matcher.once import once

MADE: list[tuple[int, int]] = []


@dataclass(frozen=True)
class Number:
    value: int


@once
def times(number: Number, by: int) -> int:
    MADE.append((number.value, by))
    return number.value * by


def test_what_is_made_of_an_object_is_made_once_for_each_question_and_anew_of_a_copy() -> None:
    two = Number(2)
    assert [times(two, 3), times(two, 3), times(two, 4), times(replace(two), 3)] == [6, 6, 8, 6]
    assert MADE == [(2, 3), (2, 4), (2, 3)]
    assert two == Number(2)
