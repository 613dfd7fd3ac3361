"""How far two sets of draws come to the same, for tests of what does not hang on the seed."""

from fractions import Fraction

from matcher.scenarios.sweeping.bands import Bands


def share_alike(one: Bands, other: Bands) -> Fraction:
    """Give the share of proposals that are in the same band in both."""
    pairs = list(zip(one.rows, other.rows, strict=True))
    return Fraction(sum(first.name == second.name for first, second in pairs), len(pairs))
