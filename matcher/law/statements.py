"""Statements of one fact in arrays: whose, what, from when until when, and which counts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain import Fact as FactRow

FIRST_DAY, LAST_DAY = date.min.toordinal(), date.max.toordinal()


@dataclass(frozen=True)
class Statement:
    """A fact as somebody stated it; `row` is None where a column of the table says it."""

    value: Any
    row: FactRow | None

    @property
    def begins(self) -> int:
        """Give the first day of its window, as an ordinal."""
        given = self.row and self.row.valid_from
        return given.toordinal() if given else FIRST_DAY

    @property
    def ends(self) -> int:
        """Give the last day of its window, as an ordinal."""
        given = self.row and self.row.valid_to
        return given.toordinal() if given else LAST_DAY

    @property
    def weight(self) -> int:
        """Give what decides between statements: a row beats a column, a later check an earlier."""
        if self.row is None:
            return 0
        return self.row.checked_on.toordinal() if self.row.checked_on else 1

    def holds_on(self, day: date) -> bool:
        """Say whether the day lies in the statement's window."""
        return self.begins <= day.toordinal() <= self.ends


@dataclass
class Statements:
    """All statements of one fact; keys are rows of its subject, or pairs as single numbers."""

    keys: list[int] = field(default_factory=list)
    _which: list[int] = field(default_factory=list)
    _distinct: list[Statement] = field(default_factory=list)
    _places: dict[int, int] = field(default_factory=dict)
    """A column says the same of many rows: each statement is kept once, by its identity."""

    def add(self, key: int, statement: Statement) -> None:
        """Add a statement; nothing may have been asked yet."""
        place = self._places.get(id(statement))
        if place is None:
            place = self._places[id(statement)] = len(self._distinct)
            self._distinct.append(statement)
        self.keys.append(key)
        self._which.append(place)

    @cached_property
    def statements(self) -> list[Statement]:
        """Give the statements, one for each of `keys`."""
        return [self._distinct[place] for place in self._which]

    @cached_property
    def by_key(self) -> dict[int, list[Statement]]:
        """Give the statements of each key."""
        found: dict[int, list[Statement]] = {}
        for key, statement in zip(self.keys, self.statements, strict=True):
            found.setdefault(key, []).append(statement)
        return found

    def rows_by_key(self) -> Iterator[list[Statement]]:
        """Give the statements of facts.csv alone, those of each key together, two or more."""
        found: dict[int, list[Statement]] = {}
        for key, statement in zip(self.keys, self.statements, strict=True):
            if statement.row is not None:
                found.setdefault(key, []).append(statement)
        return (statements for statements in found.values() if len(statements) > 1)

    @cached_property
    def values(self) -> tuple[Any, ...]:
        """Give the distinct values stated."""
        return tuple(dict.fromkeys(statement.value for statement in self._distinct))

    @property
    def windowed(self) -> bool:
        """Say whether any of them holds on some days alone."""
        return bool((self._begins > FIRST_DAY).any() or (self._ends < LAST_DAY).any())

    def _laid_out(self, of_distinct: list[int]) -> NDArray[np.int64]:
        return np.array(of_distinct, np.int64)[np.array(self._which, np.intp)]

    @cached_property
    def _order(self) -> NDArray[np.intp]:
        weights = self._laid_out([statement.weight for statement in self._distinct])
        return np.argsort(weights, kind="stable")

    @cached_property
    def _keys(self) -> NDArray[np.int64]:
        return np.array(self.keys, np.int64)[self._order]

    @cached_property
    def _codes(self) -> NDArray[np.int32]:
        place = {value: at for at, value in enumerate(self.values)}
        codes = self._laid_out([place[statement.value] for statement in self._distinct])
        return codes[self._order].astype(np.int32)

    @cached_property
    def _begins(self) -> NDArray[np.int64]:
        return self._laid_out([statement.begins for statement in self._distinct])[self._order]

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        return self._laid_out([statement.ends for statement in self._distinct])[self._order]

    def on(self, day: date) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Give the keys stated on a day, with the code of the value; what counts comes last."""
        now = day.toordinal()
        holding = (self._begins <= now) & (now <= self._ends)
        return self._keys[holding], self._codes[holding]

    def counting(self, key: int, day: date) -> Statement | None:
        """Find the statement of a key that counts on a day."""
        holding = [s for s in self.by_key.get(key, ()) if s.holds_on(day)]
        return max(holding, key=lambda statement: statement.weight, default=None)
