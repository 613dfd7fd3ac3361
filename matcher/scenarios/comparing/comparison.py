"""Two results side by side: who gets what in either, and where the money has moved.

Tables are pandas frames. Amounts are Decimals in major units of each round's own base currency,
None where a round does not have what a row is about; rounds may differ in anything, currency too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from matcher import money
from matcher.scenarios.comparing import moved
from matcher.scenarios.comparing.sides import Side, one_currency, one_merit
from matcher.scenarios.comparing.targets import bounds
from matcher.scores import SCALE
from matcher.writing import phrases

Funded = Literal["base", "compare", "both", "neither"]
"""In which of the two a proposal gets money."""
Change = Literal["in", "out", "more", "less", "other_payers", "other_currency", "same", "none"]
"""What becomes of a proposal. `none`: it gets nothing in either. `other_currency`: it gets money in
both, in currencies that are not the same."""

COLUMNS: dict[str, tuple[str, ...]] = {
    "proposals": (
        "proposal_id", "title", "org_id", "rounds", "funded", "change", "amount_before",
        "amount_after", "difference", "funders_before", "funders_after", "score_before",
        "score_after",
    ),
    "pools": (
        "id", "name", "rounds", "budget_before", "budget_after", "awarded_before", "awarded_after",
        "difference", "grants_before", "grants_after",
    ),
    "targets": (
        "target_id", "bound", "strictness", "kind", "limit_before", "limit_after", "value_before",
        "value_after", "held_before", "held_after",
    ),
    "totals": ("figure", "key", "kind", "before", "after", "difference"),
}  # fmt: skip
BY_COLUMNS = (
    "id", "name", "rounds", "awarded_before", "awarded_after", "difference", "proposals_before",
    "proposals_after",
)  # fmt: skip
TABLES = ("totals", "proposals", "pools", "donors", "organisations", "regions", "groups",
    "sectors", "targets")  # fmt: skip
"""The tables of a comparison, in the order in which they are read."""
BY_TABLE = {f"{by}s": by for by in moved.BY}
PLACES = 6
"""Decimals of shares and of merit that is no finite decimal."""


@dataclass(frozen=True)
class Total:
    """A figure of the whole, exact: `kind` is `merit`, `score`, `count` or `money` (minor units).

    `key` is the priority or tier that it is of. None where a side has no awards, or no such figure.
    """

    figure: str
    key: int | None
    kind: Literal["merit", "shortfall", "score", "count", "money"]
    before: Fraction | None
    after: Fraction | None


@dataclass(frozen=True)
class Comparison:
    """Two sides, and tables of what is the same and what is not."""

    before: Side
    after: Side

    @property
    def one_currency(self) -> bool:
        """Whether amounts of both sides are in the same currency, so that they can be compared."""
        return one_currency(*self.sides)

    @property
    def one_merit(self) -> bool:
        """Whether merit of both sides counts the same: projects, or money in the same currency."""
        return one_merit(*self.sides)

    @property
    def sides(self) -> tuple[Side, Side]:
        """Both sides."""
        return self.before, self.after

    @cached_property
    def changes(self) -> dict[str, Change]:
        """What becomes of each proposal of either round, by id."""
        names = sorted({name for side in self.sides for name in side.round.proposals_by_id})
        return {name: self._change(name) for name in names}

    @cached_property
    def totals_exact(self) -> tuple[Total, ...]:
        """The figures of the whole."""
        return tuple(self._totals())

    @cached_property
    def totals(self) -> pd.DataFrame:
        """The figures of the whole as a table; money in major units."""
        rows = []
        for total in self.totals_exact:
            values = [
                self._shown(total.kind, value, side)
                for value, side in zip((total.before, total.after), self.sides, strict=True)
            ]
            known = total.kind != "money" or self.one_currency
            known &= total.kind != "merit" or self.one_merit
            known &= None not in (total.before, total.after)
            rows.append([total.figure, total.key, total.kind, *values, _less(values, known)])
        return _frame(rows, COLUMNS["totals"])

    @cached_property
    def proposals(self) -> pd.DataFrame:
        """Every proposal of either round, by id."""
        scores = [side.scores for side in self.sides]
        rows = []
        for name, change in self.changes.items():
            known = [side.round.proposals_by_id.get(name) for side in self.sides]
            row = known[0] or known[1]
            if row is None:
                raise AssertionError("a proposal of neither round")
            amounts = [
                None if proposal is None else money.major(side.total(name), side.round.currency)
                for side, proposal in zip(self.sides, known, strict=True)
            ]
            points = [_points(found.get(name)) for found in scores]
            rows.append(
                [name, row.title, row.org_id, _rounds(known), self.funded(name), change, *amounts,
                 _less(amounts, self.one_currency), *(_funders(side, name) for side in self.sides),
                 *points]
            )  # fmt: skip
        return _frame(rows, COLUMNS["proposals"])

    @cached_property
    def pools(self) -> pd.DataFrame:
        """Every pool of either round, by id, with what it has to give."""
        given = [moved.budgets(side) for side in self.sides]
        rows = []
        for row in self._by("pool"):
            offered = [
                None if row[0] not in known else money.major(known[row[0]], side.round.currency)
                for known, side in zip(given, self.sides, strict=True)
            ]
            rows.append([*row[:3], *offered, *row[3:]])
        return _frame(rows, COLUMNS["pools"])

    @cached_property
    def targets(self) -> pd.DataFrame:
        """Every bound of every target; shares as they are, money in major units."""
        both = [{(b.target.id, b.bound): b for b in bounds(side)} for side in self.sides]
        rows = []
        for key in sorted(both[0].keys() | both[1].keys()):
            found = [known.get(key) for known in both]
            bound = found[0] or found[1]
            if bound is None:
                raise AssertionError("a bound of neither round")
            kind = key[1].partition("_")[2]
            paired = list(zip(found, self.sides, strict=True))
            rows.append(
                [*key, bound.target.strictness, kind,
                 *(_bounded(None if b is None else b.limit, kind, side) for b, side in paired),
                 *(_bounded(None if b is None else b.value, kind, side) for b, side in paired),
                 *(None if b is None else b.held for b in found)]
            )  # fmt: skip
        return _frame(rows, COLUMNS["targets"])

    def table(self, name: str) -> pd.DataFrame:
        """Give one of TABLES by its name; raises KeyError."""
        if name in ("totals", "proposals", "pools", "targets"):
            found: pd.DataFrame = getattr(self, name)
            return found
        return self.money_by(BY_TABLE[name])

    def money_by(self, by: str) -> pd.DataFrame:
        """Give money by donor, organisation, region, group, sector or pool, the most moved first.

        See comparison_money.heaps for how a proposal of several regions or groups counts.
        """
        rows = list(self._by(by))
        rows.sort(key=lambda row: (-abs(row[5] or 0), row[0]))
        return _frame(rows, BY_COLUMNS)

    def funded(self, proposal_id: str) -> Funded:
        """Say in which of the two a proposal gets money."""
        before, after = (proposal_id in side.by_proposal for side in self.sides)
        if before and after:
            return "both"
        return "base" if before else "compare" if after else "neither"

    def gaining(self, table: str = "organisations") -> pd.DataFrame:
        """Give those who get more than before, the most first."""
        found = self.table(table)
        return found[found["difference"].map(lambda by: by is not None and by > 0)]

    def losing(self, table: str = "organisations") -> pd.DataFrame:
        """Give those who get less than before, the most first."""
        found = self.table(table)
        return found[found["difference"].map(lambda by: by is not None and by < 0)]

    def _by(self, by: str) -> Iterator[list[Any]]:
        both = [moved.heaps(side, by) for side in self.sides]
        named = [moved.names(side, by) for side in self.sides]
        for key in sorted(both[0].keys() | both[1].keys()):
            found = [known.get(key) for known in both]
            amounts = [
                None if heap is None else money.major(round(heap.units), side.round.currency)
                for heap, side in zip(found, self.sides, strict=True)
            ]
            counts = [None if heap is None else len(heap.proposals) for heap in found]
            name = named[0].get(key) or named[1].get(key, key)
            yield [key, name, _rounds(found), *amounts, _less(amounts, self.one_currency), *counts]

    def _change(self, name: str) -> Change:
        before, after = (side.by_proposal.get(name, {}) for side in self.sides)
        if not before or not after:
            return "in" if after else "out" if before else "none"
        if not self.one_currency:
            return "other_currency"
        if before == after:
            return "same"
        less = sum(after.values()) - sum(before.values())
        return "more" if less > 0 else "less" if less < 0 else "other_payers"

    def _totals(self) -> Iterator[Total]:
        levels = [side.levels if side.has_awards else {} for side in self.sides]
        keys = sorted(
            levels[0].keys() | levels[1].keys(), key=lambda key: (key[0], key[1] is None, key[1])
        )
        for level, key in keys:
            kind: Literal["merit", "shortfall"] = "shortfall" if level == "L1" else "merit"
            yield Total(kind, key, kind, *(known.get((level, key)) for known in levels))
        for figure, kind_of, count in _FIGURES:
            values = [count(side) if side.has_awards else None for side in self.sides]
            yield Total(figure, None, kind_of, *values)

    def _shown(self, kind: str, value: Fraction | None, side: Side) -> Decimal | int | None:
        if value is None:
            return None
        if kind == "money":
            return money.major(int(value), side.round.currency)
        return int(value) if kind == "count" else _decimal(value, 4 if kind == "score" else PLACES)


def compared(before: Side, after: Side) -> Comparison:
    """Compare two results, of the same round or of any two."""
    return Comparison(before, after)


def _placed(side: Side) -> Fraction:
    return Fraction(sum(side.awards.values()))


def _offered(side: Side) -> Fraction:
    return Fraction(sum(moved.budgets(side).values()))


def _funded(side: Side) -> Fraction:
    return Fraction(len(side.by_proposal))


def _average(side: Side) -> Fraction | None:
    scores = side.scores
    paid = [scores[name] or 0 for name in side.by_proposal]
    return Fraction(sum(paid), SCALE * len(paid)) if paid else None


_FIGURES: Sequence[tuple[str, Any, Any]] = (
    ("on_offer", "money", _offered),
    ("placed", "money", _placed),
    ("funded", "count", _funded),
    ("average_score", "score", _average),
)


def _rounds(known: Sequence[object | None]) -> str:
    """Say which of the rounds has something."""
    if all(found is not None for found in known):
        return "both"
    return "compare" if known[0] is None else "base"


def _funders(side: Side, proposal_id: str) -> str:
    """Give who pays how much, as `P07 1000.00; P08 500.00`."""
    paid = side.by_proposal.get(proposal_id, {})
    return "; ".join(f"{p} {money.shown(u, side.round.currency)}" for p, u in paid.items())


def _points(score: int | None) -> Decimal | None:
    return None if score is None else _decimal(Fraction(score, SCALE), 4)


def _bounded(value: Fraction | None, kind: str, side: Side) -> Decimal | int | None:
    if value is None:
        return None
    if kind == "amount":
        return money.major(round(value), side.round.currency)
    return int(value) if kind == "count" else _decimal(value, PLACES)


def _decimal(value: Fraction, places: int) -> Decimal:
    """Give a number with at most so many decimals, half-even."""
    scaled = round(value * 10**places)
    return Decimal(phrases.plain_number(Decimal(scaled).scaleb(-places)))


def _less(both: Sequence[Decimal | int | None], comparable: bool) -> Decimal | int | None:
    """Give how much more there is after; what a side does not have counts as nothing there."""
    before, after = both
    if not comparable or (before is None and after is None):
        return None
    return (0 if after is None else after) - (0 if before is None else before)


def _frame(rows: Sequence[Sequence[Any]], columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame([list(row) for row in rows], columns=list(columns), dtype=object)


__all__ = ["BY_COLUMNS", "COLUMNS", "TABLES", "Comparison", "Side", "Total", "compared"]
