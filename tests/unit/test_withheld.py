"""Secrets are left out of texts in the same places, however they are looked for."""

import re
from itertools import chain
from time import process_time

from hypothesis import example, given
from hypothesis import strategies as st

from matcher.writing.withheld import Secret, Withheld

LETTERS = "ab iI\u0130\u0131kK\u212as\u017f\u00df-(.)\u03c3\u03c2"
PHRASES = st.text(LETTERS, min_size=1, max_size=6)
SECRETS = st.lists(st.tuples(PHRASES, st.booleans(), st.sampled_from(["one", "other"])), max_size=5)


def by_looking_for_all(secrets: list[Secret], text: str) -> str:
    """Leave secrets out by one search for all of them together."""
    ordered = sorted(set(secrets), key=lambda secret: (-len(secret[0]), secret))
    if not ordered:
        return text
    parts = [f"({re.escape(w)})" if cased else f"((?i:{re.escape(w)}))" for w, cased, _ in ordered]
    search = re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-])")
    return search.sub(lambda found: ordered[(found.lastindex or 1) - 1][2], text)


@given(SECRETS, st.lists(PHRASES, max_size=4), st.booleans())
@example([("\u0130s", False, "one")], ["is"], True)
@example([("a b", False, "one"), ("a", False, "other")], ["A", "B"], True)
@example([("(.)", True, "one")], ["(.)"], False)
def test_a_search_for_a_few_leaves_out_what_a_search_for_all_does(
    secrets: list[Secret], others: list[str], first: bool
) -> None:
    phrases = list(chain.from_iterable((words, other) for (words, _, _), other
                                       in zip(secrets, others, strict=False)))  # fmt: skip
    text = " ".join(phrases if first else [*others, *phrases])
    assert Withheld(secrets).left_out_of(text) == by_looking_for_all(secrets, text)
    swapped = text.swapcase()
    assert Withheld(secrets).left_out_of(swapped) == by_looking_for_all(secrets, swapped)


def test_thousands_of_secrets_take_no_longer_than_a_few() -> None:
    secrets = [(f"Union {n} (made up)", False, "withheld") for n in range(10_000)]
    search = Withheld(secrets)
    begun = process_time()
    for n in range(200):
        text = f"Work in thirty villages by union {n} (made up), for women"
        assert search.left_out_of(text) == "Work in thirty villages by withheld, for women"
    assert process_time() - begun < 2.0
