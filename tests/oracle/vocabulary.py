"""The built-in codes that tiny rounds use (ROUND_FORMAT.md, Tables): what a code lies in.

Only a few codes of the built-in vocabularies are here; any other raises KeyError, so that a
document that the oracle would misread is never answered.
"""

from collections.abc import Iterable

CURRENCY_DIGITS = {"AZN": 2, "USD": 2, "EUR": 2, "GEL": 2, "JPY": 0, "KWD": 3}

# Each region with the code directly above it; a country has none.
REGION_ABOVE = {
    "AZ": "",
    "AZ-ER-BAKU": "AZ",
    "AZ-ER-GANJA-DASHKASAN": "AZ",
    "AZ-ER-SHAKI-ZAGATALA": "AZ",
    "AZ-BA": "AZ-ER-BAKU",
    "AZ-GA": "AZ-ER-GANJA-DASHKASAN",
    "AZ-GYG": "AZ-ER-GANJA-DASHKASAN",
    "AZ-QAX": "AZ-ER-SHAKI-ZAGATALA",
    "GE": "",
    "GE-TB": "GE",
}

SECTORS = frozenset({"111", "11110", "112", "151", "15160"})


def region_inside(code: str, terms: Iterable[str]) -> bool:
    """Whether a region is one of the terms or lies under one of them."""
    above = {code}
    while code := REGION_ABOVE[code]:
        above.add(code)
    return not above.isdisjoint(terms)


def country_of(code: str) -> str:
    """The country of a region."""
    while above := REGION_ABOVE[code]:
        code = above
    return code


def sector_inside(code: str, terms: Iterable[str]) -> bool:
    """Whether a sector is one of the terms, or a 3-digit term covers it."""
    if code not in SECTORS:
        raise KeyError(code)
    return not {code, code[:3]}.isdisjoint(terms)
