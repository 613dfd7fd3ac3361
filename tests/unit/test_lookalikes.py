"""Codes that look alike are found, whatever letters they are written in."""

import pytest

from matcher.domain.lookalikes import Lookalikes

KNOWN = ("A1", "A2", "O7")
NAMES = {"AZ-BA": "Bakı", "AZ-GA": "Gəncə"}
UNSEEN = "It looks the same and is written in other letters. "


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("a1", "Did you mean A1? "),
        ("А1", f"Did you mean A1? {UNSEEN}"),
        ("A1\u200b", f"Did you mean A1? {UNSEEN}"),
        ("\u00a0O7", f"Did you mean O7? {UNSEEN}"),
        ("BAKI", ""),
        ("bakı", "Did you mean AZ-BA? "),
        ("A3", ""),
        ("", ""),
    ],
)
def test_the_code_that_a_value_looks_like_is_asked_for(value: str, hint: str) -> None:
    assert Lookalikes(KNOWN, NAMES).hint_of(value) == hint


def test_of_several_that_look_alike_none_is_asked_for() -> None:
    assert Lookalikes(["a1", "A1\u200b"]).hint_of("A1") == ""


def test_of_thousands_of_values_each_is_told_what_it_looks_like_without_a_look_at_every_code() -> (
    None
):
    looks = 0

    class Code(str):
        def __hash__(self) -> int:
            nonlocal looks
            looks += 1
            return super().__hash__()

    known = Lookalikes([Code(f"O{number}") for number in range(100)])
    hints = [known.hint_of(f"o{number}") for number in range(100)]
    assert hints[99] == "Did you mean O99? "
    assert looks < 1000
