"""What is known of a round's donors, pools, organisations, proposals and pairs on a day.

A column of the round as it is; else, of a fact that packs declare, what facts.csv states for the
day, else its own column, else what it is derived from, else what holds unless stated
(docs/reference/rule-packs.md, Facts).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from immutabledict import immutabledict

from matcher.domain import Fact, Round
from matcher.errors import MatcherError
from matcher.regulation.pack import Fact as Declared
from matcher.regulation.pack import Pack
from matcher.verify.rule_columns import COLUMNS, RoundColumns, Subject
from matcher.verify.rule_conditions import condition
from matcher.verify.rule_values import Nothing, Unknown, Value

EXEMPTIONS = ("waiver", "determination")
"""The facts of a pair that are always known, each naming a rule or a step that does not count."""

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class RoundFacts:
    """Every fact of a round, each worked out once for a day; it does not hold the round itself."""

    def __init__(self, round_: Round, packs: Iterable[Pack]) -> None:
        self.columns = RoundColumns(round_)
        self._declared = _united(packs)
        self._stated: dict[tuple[tuple[str, ...], str], list[Fact]] = defaultdict(list)
        for row in round_.facts:
            pool_id, colon, proposal_id = row.subject.partition(":")
            self._stated[(row.subject,), row.fact].append(row)
            if colon:
                self._stated[(pool_id, proposal_id), row.fact].append(row)
        self._known: dict[tuple[Subject, str, date], Value] = {}

    def value(self, subject: Subject, name: str, day: date) -> Value:
        """Give what is known on a day. Raises MatcherError for a fact that no pack declares."""
        key = (subject, name, day)
        if key not in self._known:
            read = self.columns.value if name in COLUMNS[subject.of] else self._fact
            found = read(subject, name, day)
            self._known[key] = subject.lacks(name) if found is None else found
        return self._known[key]

    def exempted(self, pool_id: str, proposal_id: str, day: date) -> frozenset[str]:
        """Give the rules (`AZ-16`) and steps (`AZ-05/translation`) that do not count for a pair.

        A waiver or determination without a source, or that nobody checked, counts for nothing.
        """
        return frozenset(
            row.value
            for fact in EXEMPTIONS
            for row in self._stated.get(((pool_id, proposal_id), fact), ())
            if row.source and row.checked_by and _covers(row, day)
        )

    def _fact(self, subject: Subject, name: str, day: date) -> Value | None:
        declared = self._declared.get(name)
        if declared is None or subject.of not in declared.of:
            raise MatcherError(f"No rule pack in use declares the fact {name} of a {subject.of}.")
        rows = self._stated.get((subject.id, name), ())
        if current := [row for row in rows if row.value and _covers(row, day)]:
            return _latest(current, declared)
        if subject.of != "grant" and (cell := self.columns.row(subject).facts.get(name)):
            return typed(cell, declared)
        for clause in declared.derived:
            holds = condition(clause.when)(Scene(self, day, {"self": subject}))
            if holds is not False:
                return typed(clause.value, declared) if holds is True else None
        return None if declared.unless_stated is None else typed(declared.unless_stated, declared)


@dataclass(frozen=True)
class Scene:
    """What the names in a condition stand for on a day; `members` are those of any and all."""

    facts: RoundFacts
    today: date
    named: Mapping[str, Subject]
    members: Mapping[str, Sequence[Subject]] = immutabledict()

    def fact(self, owner: str, name: str) -> Value:
        """Give what is known of `giver`, `receiver`, `self`, …; raises MatcherError for others."""
        if owner not in self.named:
            raise MatcherError(f"A rule names {owner}.{name}, which its link does not have.")
        return self.facts.value(self.named[owner], name, self.today)

    def each(self, owner: str) -> "Iterable[Scene]":
        """Give a scene for every contributor or every partner."""
        for member in self.members.get(owner, ()):
            yield Scene(self.facts, self.today, {owner: member})

    def rate(self, currency: str) -> Fraction | Unknown:
        """Give what one unit of a currency is worth in the base currency."""
        return self.facts.columns.rates.get(currency) or Unknown(frozenset({f"rates {currency}"}))


def typed(text: str, declared: Declared) -> Value | None:
    """Read a fact as its type says; None where it cannot be read."""
    text = text.strip()
    if text == "none":
        return Nothing.none
    match declared.type:
        case "truth":
            return _TRUTHS.get(text.lower())
        case "number" | "amount":
            return Fraction(text) if _NUMBER.fullmatch(text) else None
        case "date":
            try:
                return date.fromisoformat(text) if _DAY.fullmatch(text) else None
            except ValueError:
                return None
        case "choices":
            codes = frozenset(code.strip() for code in text.split(";") if code.strip())
            return codes if codes and codes <= set(declared.values) else None
        case "choice":
            return text if text in declared.values else None
    return text


def _united(packs: Iterable[Pack]) -> Mapping[str, Declared]:
    """Join what several packs say of the same fact: its clauses in the order of the packs."""
    facts: dict[str, Declared] = {}
    for pack in packs:
        for name, fact in pack.facts.items():
            if (first := facts.get(name)) is not None:
                stated = first.unless_stated
                fact = first.model_copy(
                    update={
                        "derived": (*first.derived, *fact.derived),
                        "unless_stated": fact.unless_stated if stated is None else stated,
                    }
                )
            facts[name] = fact
    return facts


def _covers(row: Fact, day: date) -> bool:
    begun = row.valid_from is None or row.valid_from <= day
    return begun and (row.valid_to is None or day <= row.valid_to)


def _latest(rows: Sequence[Fact], declared: Declared) -> Value | None:
    """Give what was checked last; rows of one day that contradict each other say nothing."""
    last = max(row.checked_on or date.min for row in rows)
    says = {typed(row.value, declared) for row in rows if (row.checked_on or date.min) == last}
    return says.pop() if len(says) == 1 else None
