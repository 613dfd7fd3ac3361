"""Cuts: rows that follow from pairs and proposals being funded whole or not at all."""

from dataclasses import dataclass

from matcher.solving.model import Floats, Integers


@dataclass(frozen=True)
class Cut:
    """Σ values · columns ≤ high."""

    columns: Integers
    values: Floats
    high: float
