"""Cuts: rows that follow from proposals being funded whole or not at all."""

from dataclasses import dataclass

from matcher.solving.model import Floats, Integers


@dataclass(frozen=True)
class Cut:
    """Σ of money · total + flag · funded over some proposals ≤ high."""

    proposals: Integers
    money: Floats
    flag: Floats
    high: float
