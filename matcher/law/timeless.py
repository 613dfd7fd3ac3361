"""Conditions that are the same on every day: what was judged on one day holds on another."""

from collections.abc import Mapping

from matcher.law.judging import Clause
from matcher.law.stated import Stated

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "giver": ("donor", "organisation"),
    "receiver": ("donor", "organisation"),
    "donor": ("donor",),
    "contributor": ("donor",),
    "pool": ("pool",),
    "organisation": ("organisation",),
    "partner": ("organisation",),
    "proposal": ("proposal",),
}
"""What each root of a condition may stand for; a grant is looked at by itself."""


def is_timeless(stated: Stated, clause: Clause) -> bool:
    """Say whether a clause is the same on every day, as far as a round states facts for it."""
    return not clause.dated and all(
        _is_steady_grant(stated, name)
        if root == "grant"
        else all(stated.is_timeless(subject, name) for subject in SUBJECTS[root])
        for root, name in clause.facts
    )


def _is_steady_grant(stated: Stated, name: str) -> bool:
    return name != "awards_this_year" and not stated.of_pairs(name).windowed
