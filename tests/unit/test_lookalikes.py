"""Codes that look alike are found, whatever letters they are written in."""

import pytest

from matcher.domain.lookalikes import hint_of

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
    assert hint_of(value, KNOWN, NAMES) == hint


def test_of_several_that_look_alike_none_is_asked_for() -> None:
    assert hint_of("A1", ["a1", "A1\u200b"]) == ""
