"""What made-up rounds are written in: codes, currencies and how often each occurs."""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matcher.vocabularies import builtin_regions, builtin_sectors

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CURRENCIES = ("AZN", "USD", "EUR")
RATES = np.array([10_000, 17_000, 19_812])
"""What one unit of each currency is worth in the base currency, in ten-thousandths."""

SECTORS = (
    "112", "151", "311", "160", "140", "122", "321", "111", "410", "114", "113", "130", "240",
    "430", "720", "332",
)  # fmt: skip
"""DAC sectors of three digits, the commonest first."""
REGIONS = (
    "AZ-ER-BAKU", "AZ-ER-CENTRAL-ARAN", "AZ-ER-GANJA-DASHKASAN", "AZ-ER-KARABAKH",
    "AZ-ER-LANKARAN-ASTARA", "AZ-ER-ABSHERON-KHIZI", "AZ-ER-SHAKI-ZAGATALA",
    "AZ-ER-GUBA-KHACHMAZ", "AZ-ER-EAST-ZANGEZUR", "AZ-ER-GAZAKH-TOVUZ", "AZ-ER-MIL-MUGHAN",
    "AZ-ER-SHIRVAN-SALYAN", "AZ-ER-MOUNTAINOUS-SHIRVAN", "AZ-ER-NAKHCHIVAN",
)  # fmt: skip
"""The economic regions of Azerbaijan, those with most proposals first."""
CAPITAL = 0
"""The position of the capital's region in `REGIONS`."""
KINDS = {
    "public_union": 0.58,
    "foundation": 0.15,
    "academic": 0.06,
    "media": 0.05,
    "initiative_group": 0.04,
    "international_ngo": 0.12,
}
ABROAD = {"GE": 0.3, "TR": 0.3, "DE": 0.2, "NL": 0.1, "GB": 0.1}
GROUPS = {
    "women_girls": 0.27,
    "youth": 0.26,
    "children": 0.16,
    "rural_poor": 0.15,
    "idps": 0.09,
    "disability": 0.07,
}
DONOR_KINDS = {
    "company": 0.28,
    "holding": 0.16,
    "embassy": 0.14,
    "foundation": 0.14,
    "western_ngo": 0.08,
    "international_organisation": 0.08,
    "bank": 0.07,
    "state_body": 0.05,
}


def dice(seed: int, part: str) -> np.random.Generator:
    """Give the generator of one part of a round, so that a change to one leaves the others."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])


def falling(count: int, first: float) -> Floats:
    """Give shares that sum to one: `first`, and the rest falling as one over the rank."""
    rest = 1.0 / np.arange(1, count)
    return np.concatenate([[first], (1 - first) * rest / rest.sum()])


def drawn(roll: np.random.Generator, shares: dict[str, float], count: int) -> Integers:
    """Draw positions in the keys of `shares`."""
    weights = np.array(list(shares.values()))
    found: Integers = roll.choice(len(weights), count, p=weights / weights.sum())
    return found


def below(codes: Sequence[str], sectors: bool) -> list[list[str]]:
    """Give the codes right below each of the codes, in order."""
    vocabulary = builtin_sectors() if sectors else builtin_regions()
    found: dict[str, list[str]] = {code: [] for code in codes}
    for code, parent in sorted(vocabulary.parents.items()):
        if parent in found:
            found[parent].append(code)
    return [found[code] for code in codes]


def base_down(major: Integers, currency: Integers) -> Integers:
    """Turn whole amounts into base minor units, rounded down."""
    amount: Integers = major * RATES[currency] // 100
    return amount


def base_up(major: Integers, currency: Integers) -> Integers:
    """Turn whole amounts into base minor units, rounded up."""
    amount: Integers = -(-major * RATES[currency] // 100)
    return amount


def base_even(major: Integers, currency: Integers) -> Integers:
    """Turn whole amounts into base minor units, halves to the even neighbour."""
    whole, rest = np.divmod(major * RATES[currency], 100)
    amount: Integers = whole + ((rest > 50) | ((rest == 50) & (whole % 2 == 1)))
    return amount


def ids(letter: str, count: int) -> list[str]:
    """Give ids of equal length, so that code-point order is the order of numbers."""
    width = max(3, len(str(count)))
    return [f"{letter}{number:0{width}}" for number in range(1, count + 1)]
