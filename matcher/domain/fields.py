"""Cells of a round as typed values: each type reads text and says what is wrong in plain words.

A refusal is a `PydanticCustomError` whose context holds the remedy; `reading` adds file and row.
"""

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from typing import Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from immutabledict import immutabledict
from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

WAY_OF_WRITING = "way_of_writing"
"""The kind of refusal that is reported once for a column, not for each cell: of a habit."""

FIRST_YEAR, END_YEAR = 1900, 3000
"""The years in which a board may decide, the second not included."""
NOTHING = frozenset(("null", "none", "nil", "nan", "n/a", "na", "-", "–", "—", "~", "?"))
"""What people write where there is no number."""
_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)
_LONG = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_SPACED = re.compile(r"-?[\d\s.,'’\u00a0\u202f]*\d[\d\s.,'’\u00a0\u202f]*")
_DAY_FIRST = re.compile(r"\d{1,2}([./-])\d{1,2}\1(\d{4}|\d{2})", re.ASCII)
_BETWEEN = re.compile(r"[;\n\u2028\u2029]")
"""What ids cannot hold, since lists of them are written with it between."""
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
"""What no text may hold: nobody sees it, and no file of another form takes it."""


def refuse(what: str, remedy: str, kind: str = "cell") -> PydanticCustomError:
    """Build the refusal of a cell: what is wrong and how to mend it."""
    return PydanticCustomError(kind, "{what}", {"what": what, "remedy": remedy})


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise refuse("is not a single text.", "Write one value, not a list or a table.")
    text = value.replace("\r\n", "\n").strip()
    if CONTROL.search(text):
        raise refuse("holds a control character.", "Type the text again without it.")
    return text


def _identifier(value: Any) -> str:
    text = _text(value)
    if _BETWEEN.search(text):
        raise refuse("is an id with a semicolon or a line break.", "Write it without.")
    return text


def read_number(value: Any) -> Decimal:
    """Read an exact number, refusing what is written with commas or spaces."""
    if isinstance(value, bool | float):
        raise refuse("is not an exact number.", "Give a decimal, an integer or a text.")
    if isinstance(value, Decimal | int):
        number = Decimal(value)
        if not number.is_finite():
            raise refuse("is not a number.", "Write digits with a point for decimals.")
        return number
    text = _text(value)
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    if _LONG.fullmatch(text):
        raise refuse("has more digits than any number of a round.", "Check the number.")
    if _SPACED.fullmatch(text):
        raise refuse(
            "is written with a comma or thousands separators.",
            "Use a point for decimals and nothing between thousands, as in 15000.00.",
            WAY_OF_WRITING,
        )
    if text.endswith("%"):
        remedy = "Write a share as in 0.4 for 40 %, any other number without the sign."
        raise refuse("is written with a percent sign.", remedy, WAY_OF_WRITING)
    digits = "Write digits with a point for decimals, as in 15000.00"
    none = ", and leave it blank where there is none" if text.lower() in NOTHING else ""
    raise refuse("is not a number.", f"{digits}{none}.")


def _bounded(
    low: int | None, high: int | None, places: int | None, open_low: bool = False
) -> Callable[[Any], Decimal]:
    def read(value: Any) -> Decimal:
        number = read_number(value)
        if low is not None and (number < low or (open_low and number == low)):
            must = f"{'more than' if open_low else 'at least'} {low}"
            raise refuse(f"must be {must}.", f"Write a number of {must}.")
        if high is not None and number > high:
            raise refuse(f"must be at most {high}.", f"Write a number of at most {high}.")
        if places is not None and len(format(number, "f").partition(".")[2].rstrip("0")) > places:
            raise refuse(f"has more than {places} decimals.", f"Round it to {places} decimals.")
        return number

    return read


def is_grouped(number: Decimal) -> bool:
    """Say whether the point may stand between thousands, as in 70.000 for seventy thousand."""
    return number.as_tuple().exponent == -3 and number % 1 == 0 and 0 < abs(number) < 1000


def grouped(number: Decimal) -> tuple[str, str]:
    """Say what may be wrong with such a number and how to mend it."""
    return (
        f"may be {number * 1000:.0f}, or {number:.0f} with three decimals.",
        f"Write {number * 1000:.0f} or {number:.0f}: a point stands before decimals alone.",
    )


def _whole(low: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        number = read_number(value)
        if is_grouped(number):
            raise refuse(*grouped(number))
        if number != number.to_integral_value() or number < low:
            remedy = f"Write a whole number of at least {low}."
            raise refuse(f"must be a whole number of at least {low}.", remedy)
        return int(number)

    return read


def read_date(value: Any) -> date:
    """Read a day of the calendar as year-month-day."""
    if isinstance(value, date):
        return value
    text = _text(value)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise refuse("is no day of the calendar.", "Check month and day.") from None
    if _DAY_FIRST.fullmatch(text):
        remedy = "Write year-month-day, as in 2026-03-01."
        raise refuse("is a day that is written in another order.", remedy, WAY_OF_WRITING)
    raise refuse("is not a date.", "Write year-month-day, as in 2026-03-01.")


def _decision_day(value: Any) -> date:
    """Read the day of a decision, from which days are reckoned on and back."""
    day = read_date(value)
    if not FIRST_YEAR <= day.year < END_YEAR:
        remedy = f"Write a day between {FIRST_YEAR}-01-01 and {END_YEAR - 1}-12-31."
        raise refuse("is no day on which a board decides.", remedy)
    return day


def _time_zone(value: Any) -> str:
    name = _text(value)
    try:
        ZoneInfo(name)  # to list all zones takes a fifth of a second
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zones = {zone.lower(): zone for zone in sorted(available_timezones())}
        if not zones:
            return name  # this machine knows none
        near = get_close_matches(name.lower(), zones, 1, 0.8)
        hint = f"Did you mean {zones[near[0]]}? " if near else ""
        remedy = f"{hint}Write a continent and a city, as in Asia/Baku."
        raise refuse("is no time zone.", remedy) from None
    return name


def read_truth(value: Any) -> bool:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    word = _text(value).lower()
    if word in ("true", "yes", "1"):
        return True
    if word in ("false", "no", "0"):
        return False
    raise refuse("is neither true nor false.", "Write true or false.")


def _one_of(words: Iterable[str]) -> Callable[[Any], str]:
    allowed = tuple(words)

    def read(value: Any) -> str:
        word = _text(value)
        if word in allowed:
            return word
        near = get_close_matches(word.lower(), allowed, 1, 0.7)
        hint = f"Did you mean {near[0]}? " if near else ""
        raise refuse("is not a known code.", f"{hint}Use one of: {', '.join(allowed)}.")

    return read


def items(value: Any) -> tuple[str, ...]:
    """Split a cell with a list (`a;b`, or a list of texts) into sorted items without repeats."""
    return tuple(sorted(set(_parts(value))))


def _parts(value: Any) -> list[str]:
    """Split a cell with a list into its items as they stand there."""
    parts = value.split(";") if isinstance(value, str) else value
    if not isinstance(parts, list | tuple | set | frozenset):
        raise refuse("is not a list.", "Separate the items by a semicolon.")
    return [text for part in parts if (text := _text(part))]


def _list_of(words: Iterable[str]) -> Callable[[Any], tuple[str, ...]]:
    allowed = tuple(words)
    read_word = _one_of(allowed)

    def read(item: str) -> str:
        parts = [part.strip() for part in item.split(",")]
        if len(parts) > 1 and set(parts) <= set(allowed):
            remedy = f"Put semicolons between the items, as in {';'.join(parts)}."
            raise refuse("is a list with commas.", remedy)
        return read_word(item)

    return lambda value: tuple(read(item) for item in items(value))


def _region_shares(value: Any) -> tuple[tuple[str, Decimal | None], ...]:
    """Read `AZ-GA;AZ-BA` or `AZ-GA:0.6;AZ-BA:0.4` as sorted codes, each with its share if given."""
    pairs: list[tuple[str, Decimal | None]] = []
    if isinstance(value, tuple) and all(isinstance(part, tuple) for part in value):
        return value
    for item in _parts(value):
        code, colon, share = item.partition(":")
        number = _bounded(0, 1, None, open_low=True)(share.strip()) if colon else None
        pairs.append((code.strip(), number))
    shares = [share for _, share in pairs if share is not None]
    if not shares:
        pairs = list(dict.fromkeys(pairs))  # without shares it is a list like any other
    if shares and len(shares) < len(pairs):
        raise refuse("gives a share for some regions only.", "Give all shares, or none.")
    if len({code for code, _ in pairs}) < len(pairs):
        raise refuse("gives a region a share twice.", "Name each once.")
    if shares and sum(map(Fraction, shares)) != 1:
        raise refuse(f"has shares that sum to {sum(shares)}.", "Make the shares sum to exactly 1.")
    return tuple(sorted(pairs))


def _decimals(value: Any) -> immutabledict[str, Decimal]:
    read = _bounded(0, None, None)
    return immutabledict({_text(key): read(number) for key, number in dict(value).items()})


def read_rate(value: Any) -> Decimal:
    """Read the worth of one unit of a currency: an exact number above 0."""
    return _bounded(0, None, None, open_low=True)(value)


def _texts(value: Any) -> immutabledict[str, str]:
    return immutabledict({_text(key): _fact(text) for key, text in dict(value).items()})


def _fact(value: Any) -> str:
    """Read the value of a fact; a list of texts is the same as they are with `;` between."""
    if not isinstance(value, list | tuple):
        return _text(value)
    items = [_text(item) for item in value]
    if any(";" in item for item in items):
        raise refuse("is a list with a semicolon in an item.", "Write one value for each item.")
    return ";".join(items)


DonorKind = Literal[
    "holding", "company", "embassy", "honorary_consulate", "government", "state_body",
    "foundation", "western_ngo", "international_ngo", "international_organisation",
    "business_association", "diaspora_organisation", "individual", "bank", "pooled_fund", "other",
]  # fmt: skip
OrganisationKind = Literal[
    "public_union", "foundation", "international_ngo", "un_agency", "red_cross", "academic",
    "media", "state_body", "company", "initiative_group", "individual", "religious",
    "municipality", "other",
]  # fmt: skip
Group = Literal[
    "women_girls", "youth", "children", "older_people", "disability", "idps", "refugees",
    "ethnic_minority", "religious_minority", "lgbt", "rural_poor", "other",
]  # fmt: skip
Status = Literal["submitted", "withdrawn", "disqualified", "deferred"]
PairStatus = Literal["pin", "accepted", "declined", "forbid", "conflict", "prefer"]
Visibility = Literal["public", "name_withheld", "confidential"]
SDGS = tuple(str(number) for number in range(1, 18))
PRIORITY_AREAS = ("1", "2", "3", "4")


def choice(literal: Any) -> PlainValidator:
    """Read one word out of a `Literal`, which the schema of the field tells."""
    return PlainValidator(_one_of(get_args(literal)), json_schema_input_type=literal)


Text = Annotated[str, PlainValidator(_text)]
Identifier = Annotated[str, PlainValidator(_identifier)]
Amount = Annotated[Decimal, PlainValidator(_bounded(0, None, None))]
PositiveAmount = Annotated[Decimal, PlainValidator(_bounded(0, None, None, open_low=True))]
Score = Annotated[Decimal, PlainValidator(_bounded(0, None, 4))]
Preference = Annotated[Decimal, PlainValidator(_bounded(-(10**6), 10**6, 4))]
Share = Annotated[Decimal, PlainValidator(_bounded(0, 1, None))]
PositiveShare = Annotated[Decimal, PlainValidator(_bounded(0, 1, None, open_low=True))]
Count = Annotated[int, PlainValidator(_whole(0))]
Positive = Annotated[int, PlainValidator(_whole(1))]
Date = Annotated[date, PlainValidator(read_date)]
DecisionDate = Annotated[date, PlainValidator(_decision_day)]
TimeZone = Annotated[str, PlainValidator(_time_zone)]
Truth = Annotated[bool, PlainValidator(read_truth)]
Codes = Annotated[tuple[str, ...], PlainValidator(items)]
Groups = Annotated[tuple[str, ...], PlainValidator(_list_of(get_args(Group)))]
DonorKinds = Annotated[tuple[str, ...], PlainValidator(_list_of(get_args(DonorKind)))]
OrganisationKinds = Annotated[tuple[str, ...], PlainValidator(_list_of(get_args(OrganisationKind)))]
Sdgs = Annotated[tuple[str, ...], PlainValidator(_list_of(SDGS))]
PriorityAreas = Annotated[tuple[str, ...], PlainValidator(_list_of(PRIORITY_AREAS))]
RegionShares = Annotated[tuple[tuple[str, Decimal | None], ...], PlainValidator(_region_shares)]
Decimals = Annotated[immutabledict[str, Decimal], PlainValidator(_decimals)]
Facts = Annotated[immutabledict[str, str], PlainValidator(_texts)]
FactValue = Annotated[str, PlainValidator(_fact)]
