"""Words of conditions as values of the facts that they are compared with."""

from datetime import date
from fractions import Fraction
from typing import Any

from matcher.regulation.conditions import NONE, NoCondition, Operator, Word

CODES = ("choice", "choices", "text")


def typed(word: Word, kind: str, day: date) -> Any:
    """Give a word of a condition as a value of a fact's type; raises NoCondition."""
    value = word.value
    if value == NONE and not word.quoted:
        return NONE
    if kind in CODES and not isinstance(value, bool):
        return str(value)
    if kind == "truth" and isinstance(value, bool):
        return value
    if kind in ("number", "amount") and isinstance(value, Fraction):
        return value
    if kind == "date" and value == "today" and not word.quoted:
        return day
    if kind == "date" and isinstance(value, str) and word.quoted:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise NoCondition(f'has "{value}", which is no date') from None
    shown = f'"{value}"' if word.quoted else str(value)
    raise NoCondition(f"compares a fact of the type {kind} with {shown}")


def wanted(sign: Operator, words: tuple[Word, ...], kind: str, day: date) -> list[Any]:
    """Give the words of a comparison as values; raises NoCondition where it makes no sense."""
    found = [typed(word, kind, day) for word in words]
    if sign not in ("==", "!="):
        if kind not in ("number", "amount", "date"):
            raise NoCondition(f"orders a fact of the type {kind} by {sign}")
        if found[0] == NONE:
            raise NoCondition(f"orders by {sign} against none")
    return found
