"""What a missing fact may turn out to be: the answers that are tried, by its type.

Codes are tried one by one, a truth both ways. Of numbers and dates those are tried that conditions
compare the fact with, one from each part between two of them, and one beyond either end. What is
compared with another fact alone gets no such value, and several codes at once are not tried.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from matcher.domain import Round
from matcher.domain.round import cell
from matcher.law.law import Law
from matcher.law.reasons import FactOf
from matcher.regulation.columns import COLUMNS, SUBJECTS
from matcher.regulation.conditions import (
    NONE,
    TODAY,
    Compare,
    Joined,
    Node,
    Not,
    Quantified,
    Reference,
    Word,
    parsed,
)

BEYOND = timedelta(365)
"""How far beyond the first and the last date compared with a date is tried: a rule looks at a fact
again on the payment date, so a day beyond may be too near."""


class Answers:
    """The answers to try for facts of a law's round."""

    def __init__(self, law: Law) -> None:
        self.round = law.stated.round
        self.facts = law.stated.facts
        nodes = [clause.node for clause in law.clauses]
        nodes += [parsed(part.when) for fact in self.facts.values() for part in fact.derived]
        self._asked: dict[str, list[Compare]] = {}
        self._held_against: set[str] = set()
        for compare in dict.fromkeys(found for node in nodes for found in _compared(node)):
            self._asked.setdefault(compare.left.name, []).append(compare)
            if isinstance(compare.right, Reference):
                self._held_against |= {compare.left.name, compare.right.name}

    def to(self, fact: FactOf) -> list[tuple[str, ...]]:
        """Give the answers to try as facts.csv, or the column, writes them.

        Those that no condition tells apart stand together. There are none for what cannot be stated
        of its subject: a rate, or a count of rows.
        """
        if fact.name in COLUMNS.get(fact.subject, {}):
            # Terms and targets ask for columns as well: of an organisation for its codes as such.
            codes = COLUMNS[fact.subject][fact.name] == "choice" and fact.subject == "organisation"
            asked = self._everywhere if codes else None
            return self._alike(fact.name, self._of_column(fact), asked)
        if fact.name not in self.facts:
            return []
        declared = self.facts[fact.name]
        if declared.type == "truth":
            return [("true",), ("false",)]
        found = dict.fromkeys([*(declared.values or self._words(fact.name, declared.type)), NONE])
        ordered = declared.type in ("number", "amount", "date")
        asked = None if ordered else [_plain(compare) for compare in self._asked[fact.name]]
        return self._alike(fact.name, list(found), asked)

    def _alike(
        self, name: str, words: Sequence[str], asked: Sequence[Collection[str]] | None
    ) -> list[tuple[str, ...]]:
        """Put words together that are in the same ones of the lists that are asked for."""
        if asked is None or name in self._held_against:
            return [(word,) for word in words]
        together: dict[tuple[bool, ...], tuple[str, ...]] = {}
        for word in words:
            inside = tuple(word in codes for codes in asked)
            together[inside] = (*together.get(inside, ()), word)
        return list(together.values())

    @cached_property
    def _everywhere(self) -> list[Collection[str]]:
        """Give every list of codes that a condition, a pool's term or a target asks for."""
        conditions = [_plain(one) for asked in self._asked.values() for one in asked]
        terms = [
            codes
            for pool in self.round.pools
            for codes in (pool.applicant_kinds, pool.applicant_countries, pool.countries)
        ]
        targets = [codes for target in self.round.targets for codes in target.where.values()]
        return [*dict.fromkeys([*conditions, *terms, *targets])]

    def _of_column(self, fact: FactOf) -> list[str]:
        """Give, for a blank column, what it says elsewhere and what is compared with it.

        What most others say comes first: of answers alike it is the one that is told.
        """
        table = SUBJECTS.get(fact.subject)
        rows = getattr(self.round, table[0]) if table else ()
        if not rows or fact.name not in type(rows[0]).model_fields:
            return []
        kind = COLUMNS[fact.subject][fact.name]
        if kind not in ("choice", "choices"):
            return self._words(fact.name, kind)
        values = [cell(value) for row in rows if (value := getattr(row, fact.name))]
        elsewhere = Counter(word for value in values for word in _listed(value))
        words = {*self._words(fact.name, kind), *elsewhere}
        return sorted(words, key=lambda word: (-elsewhere[word], word))

    def _words(self, name: str, kind: str) -> list[str]:
        """Give the values that tell apart what conditions ask of a fact."""
        if kind == "date":
            return [day.isoformat() for day in _days(self._cuts_of_dates(name))]
        if kind in ("number", "amount"):
            return [_decimal(value) for value in _numbers(self._cuts_of_numbers(name))]
        words = {str(word.value) for _, word in self._compared_words(name)}
        return sorted(words - {NONE})

    def _compared_words(self, name: str) -> Iterator[tuple[Compare, Word]]:
        for compare in self._asked.get(name, ()):
            if isinstance(compare.right, tuple):
                for word in compare.right:
                    yield compare, word

    def _cuts_of_numbers(self, name: str) -> set[Fraction]:
        cuts = set()
        for compare, word in self._compared_words(name):
            currency = compare.left.currency
            if isinstance(word.value, Fraction) and _has_rate(self.round, currency):
                rate = Fraction(self.round.rate(currency) if currency else 1)
                cuts.add(word.value * rate)
        return cuts

    def _cuts_of_dates(self, name: str) -> set[date]:
        today = self.round.decision_date
        cuts = {today}
        for compare, word in self._compared_words(name):
            if compare.left.days_since and isinstance(word.value, Fraction):
                cuts.add(today - timedelta(int(word.value)))
            elif word.quoted:
                cuts.add(date.fromisoformat(str(word.value)))
            elif word == TODAY:
                cuts.add(today)
        return cuts


def _compared(node: Node) -> Iterator[Compare]:
    """Give the comparisons that a condition is made of."""
    if isinstance(node, Joined):
        for part in node.parts:
            yield from _compared(part)
    elif isinstance(node, Not | Quantified):
        yield from _compared(node.part)
    else:
        yield node


def _plain(compare: Compare) -> tuple[str, ...]:
    """Give the words that a fact is held against, quoted or not."""
    right = compare.right
    return tuple(str(word.value) for word in right) if isinstance(right, tuple) else ()


def _numbers(cuts: set[Fraction]) -> list[Fraction]:
    """Give a number from each part that cuts leave of those from nought on, and the cuts."""
    values = sorted(cuts)
    if not values:
        return []
    between = [(one + two) / 2 for one, two in pairwise(values)]
    below = [values[0] / 2] if values[0] > 0 else []
    return sorted({*values, *between, *below, values[-1] + max(values[-1], Fraction(1))})


def _days(cuts: set[date]) -> list[date]:
    """Give a day from each part that cuts leave, and the cuts."""
    values = sorted(cuts)
    between = [one + (two - one) // 2 for one, two in pairwise(values)]
    return sorted({*values, *between, values[0] - BEYOND, values[-1] + BEYOND})


def _decimal(value: Fraction) -> str:
    return str(cell(Decimal(value.numerator) / Decimal(value.denominator)))


def _has_rate(round_: Round, currency: str | None) -> bool:
    return currency is None or currency == round_.currency or currency in round_.rates


def _listed(value: str | list[str]) -> Sequence[str]:
    return value if isinstance(value, list) else [value]
