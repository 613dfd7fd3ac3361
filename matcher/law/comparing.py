"""Comparisons as tests of one value: true or false of what is known (rule-packs.md, Conditions)."""

import operator
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.regulation.conditions import NONE, Operator, Word
from matcher.regulation.words import wanted

_ORDERS: Mapping[Operator, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True)
class Values:
    """The distinct known values of a fact, in the order of their codes."""

    known: tuple[Any, ...]

    @cached_property
    def place(self) -> Mapping[Any, int]:
        """Give the code of each value."""
        return {value: code for code, value in enumerate(self.known)}

    @cached_property
    def rising(self) -> tuple[list[Any], NDArray[np.intp]]:
        """Give the values that can be ordered, sorted, and the code of each."""
        codes = [code for code, value in enumerate(self.known) if value != NONE]
        codes.sort(key=lambda code: self.known[code])
        return [self.known[code] for code in codes], np.array(codes, np.intp)

    @cached_property
    def listed(self) -> bool:
        """Say whether any value is a list."""
        return any(isinstance(value, tuple) for value in self.known)


def answers(
    values: Values, sign: Operator, words: tuple[Word, ...], kind: str, day: date
) -> NDArray[np.bool_]:
    """Say for each known value whether a comparison with words holds; raises NoCondition."""
    asked = wanted(sign, words, kind, day)
    found = np.zeros(len(values.known), np.bool_)
    if sign in ("==", "!="):
        if values.listed:
            found[:] = [_same(value, asked) for value in values.known]
        else:
            found[[values.place[value] for value in asked if value in values.place]] = True
        return found if sign == "==" else ~found
    rising, codes = values.rising
    cut = (bisect_left if sign in ("<", ">=") else bisect_right)(rising, asked[0])
    found[codes[:cut] if sign in ("<", "<=") else codes[cut:]] = True
    return found


def _same(value: Any, asked: list[Any]) -> bool:
    if isinstance(value, tuple):
        return any(item in asked for item in value) or (not value and NONE in asked)
    return value in asked


def all_compared(sign: Operator, lefts: Sequence[Any], rights: Sequence[Any]) -> NDArray[np.bool_]:
    """Hold all known values of one fact against all of another: lefts × rights.

    Lists are the same where they share an item.
    """
    if any(isinstance(value, tuple) for value in (*lefts, *rights)):
        held = [list(r) or [NONE] if isinstance(r, tuple) else [r] for r in rights]
        table = np.array([[_same(left, right) for right in held] for left in lefts], np.bool_)
        table = table.reshape(len(lefts), len(rights))
        return table if sign == "==" else ~table
    known = sorted({value for value in (*lefts, *rights) if value != NONE})
    rank = {value: place for place, value in enumerate(known)} | {NONE: -1}
    one = np.array([rank[value] for value in lefts], np.int64)[:, None]
    two = np.array([rank[value] for value in rights], np.int64)[None, :]
    found: NDArray[np.bool_]
    if sign in ("==", "!="):
        found = (one == two) if sign == "==" else (one != two)
    else:
        found = np.asarray(_ORDERS[sign](one, two)) & (one >= 0) & (two >= 0)
    return found
