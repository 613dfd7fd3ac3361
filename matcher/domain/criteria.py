"""Criteria that are scored and have no weight, or have a weight and are not scored."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from matcher.domain.lookalikes import likeness
from matcher.errors import Problem

if TYPE_CHECKING:
    from matcher.domain.round import Round

NEAR = 0.75
"""How alike two names are of which one is taken for a misspelling of the other."""
COLUMN, WEIGHTS = "score_", "policy.score_weights"
"""Where criteria are scored, and where they are weighed."""


def find_criteria_problems(round_: Round) -> Iterator[Problem]:
    """Find weights and scores that do not meet: an error where one is nearly the other.

    A round that weighs criteria and has none scored yet is left alone.
    """
    weights, scored = round_.policy.score_weights, _scored(round_)
    if not weights or not scored:
        return
    unweighed = [name for name in scored if name not in weights]
    for name in weights:
        if name in scored:
            continue
        key, what = f"{WEIGHTS}.{name}", "is a criterion that nobody has scored."
        if near := _near(name, unweighed):
            unweighed.remove(near)
            remedy = f"Did you mean {near}? Write both alike."
            yield Problem("round", None, key, "", what, remedy)
        else:
            remedy = "Have it scored, or take it out: the others do not count without it."
            yield Problem("round", None, key, "", what, remedy, "warning")
    for name in unweighed:
        what = f"is of the criterion {name}, which has no weight, and does not count."
        remedy = f"Give it a weight in {WEIGHTS}, or take it out."
        yield Problem(*scored[name], "", what, remedy, "warning")


def _scored(round_: Round) -> Mapping[str, tuple[str, int, str]]:
    """Give the criteria that anybody has scored, each with the first place where it stands."""
    found: dict[str, tuple[str, int, str]] = {}
    for index, proposal in enumerate(round_.proposals):
        for name in proposal.criteria:
            found.setdefault(name, ("proposals", index, f"{COLUMN}{name}"))
    for index, review in enumerate(round_.reviews):
        if review.criterion is not None:
            found.setdefault(review.criterion, ("reviews", index, "criterion"))
    return found


def _near(name: str, others: Collection[str]) -> str:
    """Give the name that another is a misspelling of, "" for none."""
    plain = {likeness(other).removeprefix(COLUMN): other for other in others}
    found = get_close_matches(likeness(name).removeprefix(COLUMN), plain, 1, NEAR)
    return plain[found[0]] if found else ""
