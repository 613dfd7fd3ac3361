"""Cuts: rows that follow from pairs and proposals being funded whole or not at all."""

from dataclasses import dataclass

from matcher.solving.model import Floats, Integers

Decisions = frozenset[tuple[int, bool]]
"""Columns of flags, each with what it is decided to be."""
UNDECIDED: Decisions = frozenset()


@dataclass(frozen=True)
class Cut:
    """Σ values · columns ≤ high, wherever all of `given` is decided."""

    columns: Integers
    values: Floats
    high: float
    given: Decisions = UNDECIDED
