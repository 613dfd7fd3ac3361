"""What is known of a round on one day: facts and columns as arrays of codes and distinct values."""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.law.comparing import Values, answers
from matcher.law.stated import Rows, Stated
from matcher.law.statements import Statement
from matcher.regulation.columns import COLUMNS, column_values, largest_grants
from matcher.regulation.conditions import (
    NONE,
    Compare,
    Node,
    Operator,
    Reference,
    Word,
    parsed,
)
from matcher.regulation.pack import Fact
from matcher.regulation.values import value_of

Truth = NDArray[np.int8]
OfPairs = tuple[NDArray[np.int64], NDArray[np.int32], tuple[Any, ...]]
FALSE, UNKNOWN, TRUE = 0, 1, 2


@dataclass(frozen=True)
class Column:
    """The values of a fact: for each row the place of its value in `values`, -1 where unknown."""

    codes: NDArray[np.int32]
    values: tuple[Any, ...]

    @cached_property
    def known(self) -> Values:
        """Give the values, ready to be compared."""
        return Values(self.values)


@dataclass(frozen=True)
class Frame:
    """What the roots of a condition stand for: subject and rows, which broadcast to one shape.

    `pairs` holds the rows of pool and proposal of a flat list of pairs, where grants are looked at
    one by one; without it, what is stated of single pairs is left out.
    """

    roots: Mapping[str, tuple[str, Rows]]
    pairs: tuple[Rows, Rows] | None = None


@dataclass
class Timeless:
    """What is the same on every day, worked out once.

    Columns, tests, tables of two columns' values against each other, and amounts.
    """

    columns: dict[tuple[str, str], Column] = field(default_factory=dict)
    tests: dict[tuple[str, str], Truth] = field(default_factory=dict)
    tables: dict[Any, tuple[Truth, Any, Any]] = field(default_factory=dict)
    amounts: dict[Compare, list[tuple[Truth, Truth]]] = field(default_factory=dict)


@dataclass
class Known(ABC):
    """What is known of a round on a day; `Day` adds the truth of conditions."""

    stated: Stated
    day: date
    shared: "Timeless"
    _columns: dict[tuple[str, str], Column] = field(default_factory=dict)
    _pairs: dict[str, OfPairs] = field(default_factory=dict)

    @cached_property
    def waived(self) -> Mapping[str, NDArray[np.int64]]:
        """Give the pairs for which a rule, or one of its steps, does not count."""
        return self.stated.waived(self.day)

    @abstractmethod
    def truth(self, node: Node, frame: Frame) -> Truth:
        """Give the truth of a condition, by which facts follow from others."""

    def seen(self, subject: str, reference: Reference) -> tuple[Column, str]:
        """Give a fact as a reference sees it (days since, or in a currency) and its type."""
        column, kind = self.column(subject, reference.name), self.type_of(subject, reference.name)
        if reference.days_since:
            values = tuple(self._days_since(value) for value in column.values)
            return Column(column.codes, values), "number"
        if reference.currency is None:
            return column, kind
        rate = self.rate(reference.currency)
        if rate is None:
            return Column(np.full_like(column.codes, -1), ()), kind
        return _in_currency(column, rate), kind

    def _days_since(self, value: Any) -> Any:
        return value if value == NONE else (self.day - value).days

    def rate(self, currency: str) -> Fraction | None:
        """Give what a unit of a currency is worth in the base currency, None where not known."""
        round_ = self.stated.round
        if currency == round_.currency:
            return Fraction(1)
        rate = round_.rates.get(currency)
        return None if rate is None else Fraction(rate)

    def type_of(self, subject: str, name: str) -> str:
        """Give the type of a fact or column."""
        return COLUMNS[subject].get(name) or self.stated.facts[name].type

    def column(self, subject: str, name: str) -> Column:
        """Give a fact, or a column of the round, for every row of a subject."""
        key = subject, name
        if name == "awards_this_year":
            key = subject, f"{name} {self.day.year}"
            if key not in self.shared.columns:
                self.shared.columns[key] = self._column(subject, name)
            return self.shared.columns[key]
        known = self.shared.columns if self.stated.is_timeless(*key) else self._columns
        if key not in known:
            known[key] = self._column(subject, name)
        return known[key]

    def statement(self, subject: str, name: str, row: int) -> Statement | None:
        """Find the statement that counts for a fact of one row on this day."""
        return self.stated.of_rows(subject, name).counting(row, self.day)

    def _column(self, subject: str, name: str) -> Column:
        rows = self.stated.rows[subject]
        if name in COLUMNS[subject]:
            return factorised(column_values(self.stated.round, subject, rows, name, self.day))
        fact, known = self.stated.facts[name], self.stated.of_rows(subject, name)
        codes, values = np.full(len(rows), -1, np.int32), list(known.values)
        at, stated = known.on(self.day)
        codes[at] = stated
        self._derive(subject, fact, codes, values)
        return Column(codes, tuple(values))

    def _derive(
        self, subject: str, fact: Fact, codes: NDArray[np.int32], values: list[Any]
    ) -> None:
        """Fill in what follows from other facts of the subject, and then the default."""
        open_ = codes < 0
        frame = Frame({"self": (subject, np.arange(len(codes)))})
        for clause in fact.derived:
            truth = self.truth(parsed(clause.when), frame)
            codes[open_ & (truth == TRUE)] = _place_of(value_of(fact, clause.value), values)
            open_ &= truth == FALSE
        if fact.unless_stated is not None:
            codes[open_] = _place_of(value_of(fact, fact.unless_stated), values)

    def of_pairs(self, name: str) -> OfPairs:
        """Give where a fact of grants is stated: sorted pairs, codes of their values, values."""
        if name not in self._pairs:
            if name == "awards_this_year":
                self._pairs[name] = self._awards()
            else:
                known = self.stated.of_pairs(name)
                at, codes = known.on(self.day)
                counting = dict(zip(at.tolist(), codes.tolist(), strict=True))
                keys = np.array(sorted(counting), np.int64)
                places = np.array([counting[key] for key in sorted(counting)], np.int32)
                self._pairs[name] = keys, places, known.values
        return self._pairs[name]

    def of_grant(self, name: str, pool: int, proposal: int) -> tuple[Any, str]:
        """Give a fact of one grant (None: unknown) and where it comes from."""
        if name == "amount":
            caps = largest_grants(self.stated.round, [self.stated.rows["pool"][pool]])
            asked = self.column("proposal", "requested")
            return min(caps[0], asked.values[int(asked.codes[proposal])]), "the round"
        keys, codes, values = self.of_pairs(name)
        found = np.flatnonzero(keys == self.stated.pair_key(pool, proposal))
        if len(found):
            return values[codes[found[0]]], "commitments.csv or facts.csv"
        if name == "awards_this_year":
            return Fraction(0), "the round"
        fact = self.stated.facts[name]
        if fact.unless_stated is None:
            return None, ""
        return value_of(fact, fact.unless_stated), "nothing else is stated"

    def _awards(self) -> OfPairs:
        counts: Counter[int] = Counter()
        at, owner = self.stated.at, self.stated.organisation_of_proposal
        for row in self.stated.round.commitments:
            pool = at["pool"].get(row.pool_id or "")
            if pool is not None and row.decided.year == self.day.year:
                theirs = np.flatnonzero(owner == at["organisation"][row.org_id])
                counts.update(self.stated.pair_key(pool, theirs).tolist())
        keys = sorted(counts)
        column = factorised([Fraction(counts[key]) for key in keys])
        return np.array(keys, np.int64), column.codes, column.values


def _place_of(value: Any, values: list[Any]) -> int:
    """Give the place of a value among known ones, added where it is new."""
    if value not in values:
        values.append(value)
    return values.index(value)


def factorised(values: list[Any]) -> Column:
    """Give values, None where unknown, as a column."""
    places: dict[Any, int] = {}
    codes = np.empty(len(values), np.int32)
    for row, value in enumerate(values):
        codes[row] = -1 if value is None else places.setdefault(value, len(places))
    return Column(codes, tuple(places))


def _in_currency(column: Column, rate: Fraction) -> Column:
    return Column(column.codes, tuple(v if v == NONE else v / rate for v in column.values))


def looked_up(
    column: Column, sign: Operator, words: tuple[Word, ...], kind: str, day: date
) -> Truth:
    """Give the truth of a comparison for every row, judged once for each distinct value."""
    table = np.full(len(column.values) + 1, UNKNOWN, np.int8)
    table[:-1] = np.where(answers(column.known, sign, words, kind, day), TRUE, FALSE)
    found: Truth = table[column.codes]
    return found
