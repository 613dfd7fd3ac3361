"""How the numbers of a run are shown throughout: alike, and lined up."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from matcher.money import digits_of, major
from matcher.results import Run
from matcher.writing.phrases import decimal_text, grouped

AMOUNTS: Mapping[str, tuple[str, ...]] = {
    "awards": ("amount",),
    "decisions": ("requested", "awarded"),
    "pools": ("budget", "awarded", "left"),
}
"""The columns of the result tables that hold base currency."""
LONGEST = 500
"""So many rows of a list people can read; the rest is counted, and stands in the tables."""

Row = TypeVar("Row")


@dataclass(frozen=True)
class Part(Generic[Row]):
    """The rows of a list that are shown, and how many more there are."""

    rows: list[Row]
    more: int = 0

    @classmethod
    def first(cls, rows: Iterable[Row]) -> "Part[Row]":
        """Show the first rows."""
        every = list(rows)
        return cls(every[:LONGEST], max(0, len(every) - LONGEST))

    @classmethod
    def lines(cls, rows: Iterable[tuple[Row, int]], every: int) -> "Part[Row]":
        """Show rows, each given with how many lines it takes, until the list is long enough."""
        found: list[Row] = []
        lines = 0
        for row, takes in rows:
            found.append(row)
            lines += takes
            if lines >= LONGEST:
                break
        return cls(found, every - len(found))

    @classmethod
    def greatest(cls, rows: Iterable[Row], key: Callable[[Row], Any]) -> "Part[Row]":
        """Show the rows with the greatest keys, in the order they come in."""
        every = list(rows)
        if len(every) <= LONGEST:
            return cls(every)
        places = sorted(range(len(every)), key=lambda place: key(every[place]), reverse=True)
        kept = sorted(places[:LONGEST])
        return cls([every[place] for place in kept], len(every) - LONGEST)


@dataclass(frozen=True)
class Money:
    """How amounts of the base currency are shown: with commas and so many decimals."""

    currency: str
    places: int

    def text(self, amount: Decimal | Fraction) -> str:
        """Give an amount in major units, with decimals also where it alone has any."""
        return decimal_text(amount, digits_of(self.currency) if amount % 1 else self.places)

    def minor(self, units: int) -> str:
        """Give an amount in minor units."""
        return self.text(major(units, self.currency))

    def alone(self, units: int) -> str:
        """Give an amount in minor units that stands by itself: with decimals only if it has any."""
        amount = major(units, self.currency)
        return decimal_text(amount, self.places if amount % 1 else 0)

    def in_text(self, text: str, own_words: Sequence[str] = ()) -> str:
        """Give a sentence with its amounts of a thousand and more shown as everywhere else.

        What people have written themselves, `own_words`, stays as it is.
        """
        for own in own_words:
            before, found, after = text.partition(own)
            if found:
                told = (self.in_text(part, own_words) for part in (before, after))
                return found.join(told)
        digits = digits_of(self.currency)
        amount = rf"(?<![\w.-])\d{{4,}}\.\d{{{digits}}}(?![\w.]*\d)"
        return (
            re.sub(amount, lambda number: self.text(Decimal(number[0])), text) if digits else text
        )


def money_of(run: Run) -> Money:
    """Give how the run's amounts are shown: without decimals where all of them are whole."""
    cells = [run.tables[table][column] for table, columns in AMOUNTS.items() for column in columns]
    whole = all(Decimal(cell) % 1 == 0 for column in cells for cell in column)
    return Money(run.round.currency, 0 if whole else digits_of(run.round.currency))


@dataclass(frozen=True)
class Scores:
    """How scores are shown: with as many decimals as the one that needs most, to line up."""

    places: int

    def text(self, score: str) -> str:
        """Give a score; nothing where there is none."""
        return f"{Decimal(score):.{max(self.places, places(score))}f}" if score else ""


def scores_of(run: Run) -> Scores:
    """Give how the run's scores are shown."""
    return Scores(max((places(row["score"]) for row in rows_of(run, "decisions")), default=0))


def with_commas(number: str) -> str:
    """Give a number as it is written, with commas between thousands."""
    return grouped(Decimal(number), places(number))


def places(number: str) -> int:
    """Count the decimals of a number as it is written."""
    return len(number.partition(".")[2])


def rows_of(run: Run, table: str, places: NDArray[np.intp] | None = None) -> list[dict[str, str]]:
    """Give the rows of a result table, or those at some places, as column → text."""
    frame = run.tables[table]
    frame = frame if places is None else frame.take(places)
    columns = [str(column) for column in frame.columns]
    return [dict(zip(columns, row, strict=True)) for row in frame.to_numpy().tolist()]
