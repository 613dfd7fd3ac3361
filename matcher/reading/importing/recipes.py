"""Make the cells of a round out of the rows of a source, as a mapping says."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction
from html import unescape
from math import floor

from matcher.domain.round import cell
from matcher.reading.importing.language import Condition, PartList, Recipe, Where
from matcher.reading.importing.sources import Typed
from matcher.reading.raw import Cell

FEWEST_PLACES = 6
"""Shares are given with so many decimals, or with more where a small one would become 0."""

_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?([eE][-+]?\d{1,2})?", re.ASCII)

_TYPED_DAY = re.compile(r"\d{4}-\d\d-\d\d")

_DECIMAL_COMMA = re.compile(r"-?(\d{1,30}|\d{1,3}([\s.'’]\d{3}){1,9})(,\d{1,30})?")


class Refused(Exception):
    """A cell that the mapping cannot use: its text, what is wrong and how to mend it."""

    def __init__(self, value: str, what: str, remedy: str) -> None:
        super().__init__(what)
        self.value, self.what, self.remedy = value, what, remedy


class Unmapped(Exception):
    """A value for which its table of values has no entry."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


class Slugs:
    """Short ids in lower case: the same texts always get the same one, different texts never.

    All texts are shown to `of` once before `settle`: where different texts look alike, the first
    in order of the alphabet keeps the plain id and the others end in -2, -3, …
    """

    def __init__(self) -> None:
        self._found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        self._settled: dict[tuple[str, ...], str] = {}

    def of(self, texts: tuple[str, ...]) -> str:
        """Give the id of some texts; before `settle` it is not yet sure to be unique."""
        if self._settled:
            return self._settled[texts]
        plain = _slug(texts)
        self._found[plain].add(texts)
        return plain

    def settle(self) -> None:
        """Make all ids unique, in an order that does not depend on that of the rows."""
        taken = set(self._found)
        for plain, many in sorted(self._found.items()):
            names = (name for n in range(2, 10**9) if (name := f"{plain}-{n}") not in taken)
            for position, texts in enumerate(sorted(many)):
                name = next(names) if position else plain
                taken.add(name)
                self._settled[texts] = name


def _slug(texts: Iterable[str]) -> str:
    folded = unicodedata.normalize("NFKD", " ".join(texts)).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", folded.lower()).strip("-") or "unnamed"


@dataclass(frozen=True)
class Numbers:
    """The place of each row among the rows of its source with the same texts, counted from 1."""

    rows: Sequence[Mapping[str, str]]
    found: dict[tuple[str, ...], list[int]]

    def of(self, columns: tuple[str, ...], index: int) -> int:
        """Give the place of the row at `index` among those that agree in `columns`."""
        if columns not in self.found:
            counts: dict[tuple[str, ...], int] = defaultdict(int)
            places = []
            for row in self.rows:
                key = tuple(row[column] for column in columns)
                counts[key] += 1
                places.append(counts[key])
            self.found[columns] = places
        return self.found[columns][index]


@dataclass(frozen=True)
class Kitchen:
    """What recipes need besides a row: the lists of its source, the ids and the numbering."""

    lists: Mapping[str, PartList]
    slugs: Slugs
    numbers: Numbers

    def cell(self, recipe: Recipe, row: Mapping[str, str], index: int) -> Cell:
        """Make one cell; "" is blank. Raises Refused or Unmapped."""
        if recipe.list is not None:
            made = self._list(recipe, recipe.list, row, index)
            return made or recipe.blank or ""
        if recipe.cases is not None:
            case = next((c for c in recipe.cases if holds(c.when, row)), None)
            origin = self.cell(case, row, index) if case is not None else ""
            if not isinstance(origin, str):
                return origin
        else:
            origin = self._origin(recipe, row, index)
        return steps(recipe, origin)

    def _origin(self, recipe: Recipe, row: Mapping[str, str], index: int) -> str:
        if recipe.constant is not None:
            return recipe.constant
        if recipe.slug is not None:
            texts = tuple(row[column] for column in recipe.slug)
            if not any(texts):
                return ""
            number = (str(self.numbers.of(recipe.slug, index)),) if recipe.numbered else ()
            return self.slugs.of(texts + number)
        return row[recipe.column or ""]

    def _list(self, recipe: Recipe, name: str, row: Mapping[str, str], index: int) -> Cell:
        sums: dict[str, Fraction] = defaultdict(Fraction)
        for part in parts(name, self.lists[name], row):
            code = part[f"{name}.part"]
            if recipe.code is not None:
                made = self.cell(recipe.code, part, index)
                code = made if isinstance(made, str) else ";".join(made)
            if code:
                amount = part.get(f"{name}.amount")
                sums[code] += Fraction(number(amount)) if amount is not None else 0
        if recipe.take == "all" or not sums:
            return list(sums)
        _check_amounts(sums, row[self.lists[name].column])
        if recipe.take == "largest":
            return max(sums, key=lambda code: sums[code])
        positive = {code: amount for code, amount in sums.items() if amount}
        shares = rescaled(list(positive.values()))
        return [f"{code}:{cell(share)}" for code, share in zip(positive, shares, strict=True)]


def _check_amounts(sums: Mapping[str, Fraction], text: str) -> None:
    if min(sums.values()) < 0:
        raise Refused(text, "has an amount below 0.", "Correct the amounts.")
    if not any(sums.values()):
        raise Refused(text, "has only amounts of 0.", "Correct them, or use take: all.")


def parts(name: str, split: PartList, row: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Give the row once for each part of a list, with the cells `NAME.part` and `NAME.amount`."""
    for text in row[split.column].split(split.between):
        if not text.strip():
            continue
        if split.amount_after is None:
            yield {**row, f"{name}.part": text.strip()}
            continue
        part, sign, amount = text.rpartition(split.amount_after)
        if not sign:
            what = f'has no amount after "{split.amount_after}".'
            raise Refused(text.strip(), what, "Correct the cell, or amount_after in the mapping.")
        yield {**row, f"{name}.part": part.strip(), f"{name}.amount": amount.strip()}


def rescaled(amounts: Sequence[Fraction]) -> list[Decimal]:
    """Give positive amounts as decimals that sum to exactly 1, by the largest remainder.

    Every share is positive: it gets more decimals than `FEWEST_PLACES` where that needs them.
    """
    total, places = sum(amounts), FEWEST_PLACES
    while True:
        exact = [amount * 10**places / total for amount in amounts]
        units = [floor(share) for share in exact]
        by_remainder = sorted(range(len(exact)), key=lambda i: (units[i] - exact[i], i))
        for position in by_remainder[: 10**places - sum(units)]:
            units[position] += 1
        if all(units):
            return [Decimal(unit).scaleb(-places) for unit in units]
        places += 1


def steps(recipe: Recipe, text: str) -> str:
    """Take a text through the steps of a recipe: signs, values, then numbers, or a day."""
    if not text:
        return recipe.blank or ""
    if recipe.html:
        text = unescape(text)
    if recipe.values is not None:
        if text not in recipe.values and recipe.other is None:
            raise Unmapped(text)
        text = recipe.values.get(text, recipe.other or "")
    if not text:
        return ""
    if recipe.date is not None:
        return _day(text, recipe.date)
    if recipe.decimal_comma:
        text = _with_point(text)
    if recipe.times is None and recipe.round is None:
        return text
    with localcontext(prec=100, rounding=ROUND_HALF_EVEN):
        value = number(text) * (recipe.times if recipe.times is not None else 1)
        if recipe.round is not None:
            value = value.quantize(Decimal(1).scaleb(-recipe.round))
        return str(cell(value))


def _day(text: str, written: str) -> str:
    """Give a day as year-month-day, whether a workbook holds it or it is written in some way."""
    if isinstance(text, Typed) and (day := _TYPED_DAY.match(text)):
        return day[0]
    try:
        return datetime.strptime(text, written).date().isoformat()
    except ValueError:
        what = f"is not a day written as {written}."
        raise Refused(text, what, "Correct it, or date in the mapping.") from None


def _with_point(text: str) -> str:
    """Give `15 000,00` or `15.000,00` as `15000.00`, and a number of a workbook as it is."""
    if isinstance(text, Typed) and _NUMBER.fullmatch(text):
        return text
    if not _DECIMAL_COMMA.fullmatch(text):
        what = "is not a number with a decimal comma."
        raise Refused(text, what, "Correct it, or take decimal_comma out of the mapping.")
    return re.sub(r"[\s.'’]", "", text).replace(",", ".")


def number(text: str) -> Decimal:
    """Read a number of a source, with a point for decimals; raises Refused."""
    if not _NUMBER.fullmatch(text):
        remedy = "Correct it, or set decimal_comma: true for numbers such as 15 000,00."
        raise Refused(text, "is not a number.", remedy)
    return Decimal(text)


def holds(where: Where, row: Mapping[str, str]) -> bool:
    """Say whether every condition holds for a row."""
    return all(_holds(condition, row[column]) for column, condition in where.items())


def _holds(condition: Condition, text: str) -> bool:
    return (
        (condition.equals is None or text == condition.equals)
        and (condition.not_equals is None or text != condition.not_equals)
        and (condition.within is None or text in condition.within)
        and (condition.not_in is None or text not in condition.not_in)
        and (condition.given is None or bool(text) == condition.given)
        and (condition.above is None or (text != "" and number(text) > condition.above))
    )
