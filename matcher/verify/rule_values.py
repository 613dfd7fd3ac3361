"""Values that conditions of rule packs speak of, and what may be asked of them.

Truth has three values; what is unknown carries the facts for want of which it is
(docs/reference/rule-packs.md, Conditions).
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import Any

from matcher.errors import MatcherError


@dataclass(frozen=True)
class Unknown:
    """Not known, for want of these facts, each as `subject fact`."""

    missing: frozenset[str]


class Nothing(Enum):
    """What a fact holds that is known not to exist."""

    none = "none"


Truth = bool | Unknown
Items = frozenset[str | Unknown]
"""A list, of which single items may be unknown."""

Value = bool | Fraction | date | str | Items | Nothing | Unknown
"""Numbers and amounts are exact; codes and texts are both text."""


def contrary(truth: Truth) -> Truth:
    """Give `not`."""
    return truth if isinstance(truth, Unknown) else not truth


def either(truths: Iterable[Truth]) -> Truth:
    """Give `or`, and `any`: of what stays unknown, the facts of all its unknown parts."""
    unknown = list[Unknown]()
    for truth in truths:
        if truth is True:
            return True
        if isinstance(truth, Unknown):
            unknown.append(truth)
    return _together(unknown) if unknown else False


def every(truths: Iterable[Truth]) -> Truth:
    """Give `and`, and `all`."""
    return contrary(either(contrary(truth) for truth in truths))


def _together(unknown: Iterable[Unknown]) -> Unknown:
    return Unknown(frozenset().union(*(part.missing for part in unknown)))


def _unknown(*values: Value) -> Unknown | None:
    found = [value for value in values if isinstance(value, Unknown)]
    return _together(found) if found else None


def is_true(value: Value) -> Truth:
    """Ask whether a fact is true; raises MatcherError, as all here, for another kind of value."""
    if isinstance(value, bool | Unknown):
        return value
    if value is Nothing.none:
        return False
    raise MatcherError(f"A rule asks whether {value} is true.")


def among(value: Value, words: Sequence[Value]) -> Truth:
    """Say whether a value, or any item of a list, is among words, of which `none` may be one."""
    if value is Nothing.none:
        return value in words
    return either(same(value, word) for word in words)


def same(one: Value, other: Value) -> Truth:
    """Say whether two values are equal, or lists have an item in common; none equals nothing."""
    unknown = _unknown(one, other)
    if unknown is not None:
        return unknown
    if Nothing.none in (one, other):
        return False
    return either(
        _unknown(mine, theirs) or operator.eq(*_alike(mine, theirs))
        for mine in _items(one)
        for theirs in _items(other)
    )


def _items(value: Value) -> Iterable[Value]:
    return value if isinstance(value, frozenset) else (value,)


def different(one: Value, other: Value) -> Truth:
    """Say the contrary of `same`."""
    return contrary(same(one, other))


def ordered(holds: Callable[[Any, Any], bool]) -> Callable[[Value, Value], Truth]:
    """Give a comparison of numbers, amounts or dates, such as less than."""

    def compare(one: Value, other: Value) -> Truth:
        unknown = _unknown(one, other)
        if unknown is not None:
            return unknown
        if Nothing.none in (one, other):
            return False
        mine, theirs = _alike(one, other)
        if not isinstance(mine, Fraction | date):
            raise MatcherError(f"A rule asks which of {one} and {other} is more.")
        return holds(mine, theirs)

    return compare


def _alike(one: Value, other: Value) -> tuple[Value, Value]:
    """Read a word beside a date as a date, a number beside codes (such as sdgs) as a code."""
    if isinstance(one, str) and not isinstance(other, str):
        return _alike(other, one)[::-1]
    if isinstance(other, str):
        if isinstance(one, date):
            other = _day(other)
        elif isinstance(one, Fraction):
            one = str(one)
    if type(one) is not type(other):
        raise MatcherError(f"A rule compares {one} with {other}.")
    return one, other


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise MatcherError(f"A rule takes {text} for a date.") from error


def days_since(value: Value, today: date) -> Value:
    """Count days from a date to today."""
    if isinstance(value, str):
        value = _day(value)
    if isinstance(value, date):
        return Fraction((today - value).days)
    if isinstance(value, Nothing | Unknown):
        return value
    raise MatcherError(f"A rule counts days since {value}.")


def exchanged(amount: Value, rate: Fraction | Unknown) -> Value:
    """Give an amount of the base currency in one that is worth `rate` of it, exact."""
    unknown = _unknown(amount, rate)
    if unknown is not None:
        return unknown
    if isinstance(amount, Nothing):
        return amount
    if isinstance(amount, Fraction) and isinstance(rate, Fraction):
        return amount / rate
    raise MatcherError(f"A rule takes {amount} for money.")
