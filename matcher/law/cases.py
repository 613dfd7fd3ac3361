"""Dated cases: what a rule has to say of given facts on a day, as sentences beside a pack."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from immutabledict import immutabledict
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from matcher.domain import Round
from matcher.errors import InvalidPack
from matcher.law.evaluating import Day
from matcher.law.judging import RANK, VERDICTS, Clause
from matcher.law.known import (
    FALSE,
    TRUE,
    UNKNOWN,
    Column,
    Frame,
    Timeless,
    Truth,
    factorised,
    looked_up,
)
from matcher.law.stated import Links, Stated
from matcher.regulation.columns import COLUMNS
from matcher.regulation.conditions import Compare, Reference
from matcher.regulation.marked_yaml import Marked, read_marked
from matcher.regulation.pack import Fact, Link, Pack, Rule, VerdictName
from matcher.regulation.soundness import STANDS_FOR
from matcher.regulation.values import BadValue, typed_text, value_of

Expected = Literal["true", "unknown", "false", "not_in_force"]
WORDS: Mapping[int, Expected] = {FALSE: "false", UNKNOWN: "unknown", TRUE: "true"}
FIRST: Mapping[Link, Mapping[str, int]] = {
    "contribution": {"giver": 1},
    "grant": {},
    "subgrant": {"receiver": 1},
}
"""Which row of its subject a word of a condition stands for, where it is not the first."""


class Case(BaseModel):
    """Facts given, a day, and what a rule has to come to."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    rule: str
    says: str
    on: date
    given: Mapping[str, Any] = {}
    link: Link | None = None
    currency: str | None = None
    rates: Mapping[str, Decimal] = {}
    expect: Expected
    verdict: VerdictName | None = None


class Cases(BaseModel):
    """The file of a pack's cases."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    pack: str
    cases: Annotated[tuple[Case, ...], BeforeValidator(tuple), Field(min_length=1)]


@dataclass(frozen=True)
class Outcome:
    """What a case came to; `wrong` says how that differs from what was expected, else is empty."""

    case: Case
    truth: Expected
    verdict: VerdictName
    wrong: str


def cases_file(pack_file: Path) -> Path:
    """Give where the cases of a pack lie: in the folder `cases` beside it, or beside its folder."""
    inside = pack_file.parent / "cases" / pack_file.name
    return inside if inside.exists() else pack_file.parent.parent / "cases" / pack_file.name


def run_cases(pack: Pack, file: Path) -> list[Outcome]:
    """Run every case of a file; raises InvalidPack with everything wrong in it."""
    marked = read_marked(file)
    try:
        found = Cases.model_validate(marked.content) if marked.content is not None else None
    except ValidationError as error:
        found = None
        for detail in error.errors(include_url=False):
            marked.tell(tuple(detail["loc"]), "", f"is not right here: {detail['msg']}.", "")
    outcomes = []
    for at, case in enumerate(found.cases if found else ()):
        outcome = _run(pack, case, marked, at)
        if outcome is not None:
            outcomes.append(outcome)
    if marked.problems:
        raise InvalidPack(marked.problems)
    return outcomes


def _run(pack: Pack, case: Case, marked: Marked, at: int) -> Outcome | None:
    place = ("cases", at)
    versions = [rule for rule in pack.rules if rule.id == case.rule]
    if not versions:
        marked.tell((*place, "rule"), case.rule, "is no rule of the pack.", "Correct its id.")
        return None
    link = case.link or versions[0].links[0]
    try:
        day = _Given(pack, case, link)
    except BadValue as bad:
        marked.tell((*place, "given"), "", bad.what, bad.remedy)
        return None
    held = [rule for rule in versions if rule.in_force(case.on)]
    truth, verdict = _judged(day, held[0]) if held else ("not_in_force", "eligible")
    wrong = []
    if truth != case.expect:
        wrong.append(f"is {truth}, not {case.expect}")
    if case.verdict is not None and verdict != case.verdict:
        wrong.append(f"comes to {verdict}, not {case.verdict}")
    return Outcome(case, truth, verdict, " and ".join(wrong))


def _judged(day: "_Given", rule: Rule) -> tuple[Expected, VerdictName]:
    truths, ranks = [], [0]
    for outcome in rule.outcomes:
        clause = Clause(rule, outcome)
        truth = int(np.max(day.truth(clause.node, day.frame)))
        truths.append(truth)
        ranks.append(int(clause.ranks[truth]))
        if truth == TRUE and clause.steps:
            ranks.append(RANK["eligible_with_steps"])
    return WORDS[max(truths)], VERDICTS[max(ranks)]


class _Given(Day):
    """A day on which exactly what a case gives is known."""

    def __init__(self, pack: Pack, case: Case, link: Link) -> None:
        currency = case.currency or pack.currency
        rates = immutabledict({code: Decimal(rate) for code, rate in case.rates.items()})
        round_ = Round.model_construct(
            id="case", currency=currency, decision_date=case.on, rates=rates
        )
        super().__init__(Stated(round_, pack.facts), case.on, Timeless())
        self.known: dict[tuple[str, str], dict[int, Any]] = {}
        self.sizes = dict.fromkeys((*COLUMNS, "grant"), 2)
        stands_for = STANDS_FOR[link]
        for key, given in case.given.items():
            if key in ("contributor", "partner"):
                self._many(stands_for[key], given)
            else:
                root, _, name = key.partition(".")
                if root not in stands_for:
                    raise BadValue(f"names {key}, which does not go with {link}.", "Correct it.")
                self._know(stands_for[root], name, FIRST[link].get(root, 0), given)
        self._lay_out(case.given)
        self.frame = Frame(
            {
                root: (subject, np.array([FIRST[link].get(root, 0)]))
                for root, subject in stands_for.items()
            }
        )

    def _many(self, subject: str, given: Any) -> None:
        for place, facts in enumerate(given, start=2):
            self.sizes[subject] = place + 1
            for name, text in facts.items():
                self._know(subject, name, place, text)

    def _know(self, subject: str, name: str, row: int, text: Any) -> None:
        fact, kind = self._declared(subject, name)
        value = typed_text(kind, text) if fact is None else value_of(fact, text)
        self.known.setdefault((subject, name), {})[row] = value

    def _declared(self, subject: str, name: str) -> tuple[Fact | None, str]:
        if name in COLUMNS.get(subject, {}):
            return None, COLUMNS[subject][name]
        fact = self.stated.facts.get(name)
        if fact is None or subject not in fact.of:
            raise BadValue(f"names {name}, which is no fact of a {subject}.", "Correct its name.")
        return fact, fact.type

    def _lay_out(self, given: Mapping[str, Any]) -> None:
        """Let the only pool have the contributors given, the only proposal its partners."""
        for name, key in (("contributions", "contributor"), ("subgrants", "partner")):
            rows = np.arange(2, 2 + len(given.get(key, ())))
            links = Links(np.zeros(len(rows), np.intp), rows, rows)
            object.__setattr__(self.stated, name, links)
        self.stated.ids["pool"] = self.stated.ids["proposal"] = ["the only one"]

    def column(self, subject: str, name: str) -> Column:
        """Give what is given, or follows from it."""
        values: list[Any] = [None] * self.sizes[subject]
        for row, value in self.known.get((subject, name), {}).items():
            values[row] = value
        column = factorised(values)
        fact, _ = self._declared(subject, name)
        if fact is None:
            return column
        known = list(column.values)
        self._derive(subject, fact, column.codes, known)
        return Column(column.codes, tuple(known))

    def _grant(self, node: Compare, frame: Frame) -> Truth:  # noqa: ARG002
        if isinstance(node.right, Reference):
            raise AssertionError("a fact of a grant is compared with words alone")
        column, kind = self.seen("grant", node.left)
        return looked_up(column, node.operator, node.right, kind, self.day)[:1]

    def type_of(self, subject: str, name: str) -> str:
        """Give the type of a fact or column."""
        return self._declared(subject, name)[1]


__all__ = ["Case", "Outcome", "cases_file", "run_cases"]
