"""The law of a round: its rules over what it states, judged on two days (rule-packs.md).

On the decision date a pair's steps are planned; on the day on which they are done all is judged
again, with the rules and facts of that day, and planned anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain import Round
from matcher.law.evaluating import Day
from matcher.law.grid import Grid
from matcher.law.judging import RANK, Clause, Judged, Verdicts, clauses_of, judge
from matcher.law.known import Timeless
from matcher.law.planning import finishes
from matcher.law.stated import Rows, Stated
from matcher.law.timeless import is_timeless
from matcher.regulation.library import facts_of, packs_of
from matcher.regulation.pack import Fact, Pack
from matcher.regulation.waiting import ORDER, StepKey, in_order

Leads = NDArray[np.int16]


@dataclass
class Law:
    """The rules of a round's packs over what it states; days are looked at once."""

    stated: Stated
    packs: Sequence[Pack]
    clauses: Sequence[Clause]
    order: Mapping[StepKey, tuple[StepKey, ...]]
    last: "OnBothDays | None" = None
    """The last flat list of pairs that was judged: it is asked for verdicts, reasons and steps."""
    _days: dict[date, Day] = field(default_factory=dict)
    _shared: Timeless = field(default_factory=Timeless)

    def day(self, day: date) -> Day:
        """Give what is known on a day."""
        if day not in self._days:
            self._days[day] = Day(self.stated, day, self._shared)
        return self._days[day]

    @cached_property
    def timeless(self) -> frozenset[int]:
        """Give the clauses, by identity, whose condition is the same on every day."""
        return frozenset(id(c) for c in self.clauses if is_timeless(self.stated, c))

    @cached_property
    def steady(self) -> frozenset[str]:
        """Give the rules that say the same on every day on which they are in force, by id."""
        passing = {c.rule.id for c in self.clauses if id(c) not in self.timeless}
        return frozenset({c.rule.id for c in self.clauses} - passing)

    def versions(self, rule: str) -> Sequence[Clause]:
        """Give the clauses of all versions of a rule."""
        return self._by_rule[rule]

    @cached_property
    def _by_rule(self) -> Mapping[str, Sequence[Clause]]:
        found: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            found.setdefault(clause.rule.id, []).append(clause)
        return found

    def judged(self, day: date, grid: Grid) -> Judged:
        """Judge a grid on a day."""
        return judge(self.day(day), self.clauses, grid, self.timeless)


def law_of(round_: Round) -> Law:
    """Give the rules that hold for a round; every pack that it names must be installed."""
    packs = packs_of(round_)
    compiled = _compiled(_Packs(packs))
    return Law(Stated(round_, compiled.facts), packs, compiled.clauses, compiled.order)


@dataclass(frozen=True, eq=False)
class _Packs:
    """Packs told apart by identity: what they say takes long to compare."""

    packs: Sequence[Pack]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Packs) and self._ids == other._ids

    def __hash__(self) -> int:
        return hash(self._ids)

    @property
    def _ids(self) -> tuple[int, ...]:
        return tuple(map(id, self.packs))


@dataclass(frozen=True)
class _Compiled:
    facts: Mapping[str, Fact]
    clauses: Sequence[Clause]
    order: Mapping[StepKey, tuple[StepKey, ...]]


@lru_cache(maxsize=16)
def _compiled(named: _Packs) -> _Compiled:
    rules = [rule for pack in named.packs for rule in pack.rules]
    return _Compiled(facts_of(named.packs), clauses_of(rules), in_order(rules))


def lead(law: Law, first: Judged, second: Judged | None = None, value: str = "planned") -> Any:
    """Give the days to the earliest payment, by the steps asked for on one day or on either.

    `value` names which of a step's days count: minimum, planned or p90.
    """
    days: dict[StepKey, Any] = {}
    for judged in (first, second):
        for key, asked in judged.steps.items() if judged else ():
            before = asked.step.timing == "before_payment"
            takes = np.int16(getattr(asked.step.days, value).days if before else 0)
            days[key] = np.where(asked.where, takes, days.get(key, np.int16(0)))
    start: Any = np.int16(0)
    for link in ORDER[:2]:
        _, start = finishes(law.order, days, link, start)
    return start


def judge_pairs(law: Law, today: date, pools: Rows, proposals: Rows) -> tuple[Verdicts, Leads]:
    """Judge a flat list of pairs on both days."""
    verdicts = np.zeros(len(pools), np.int8)
    leads = np.zeros(len(pools), np.int16)
    for here, before, after, _ in on_both_days(law, today, pools, proposals).parts:
        verdicts[here] = np.maximum(before.verdicts, after.verdicts)
        leads[here] = lead(law, before, after)
    return verdicts, leads


def on_both_days(law: Law, today: date, pools: Rows, proposals: Rows) -> "OnBothDays":
    """Judge a flat list of pairs on the decision date and on the planned payment date."""
    if law.last is None or not law.last.is_of(today, pools, proposals):
        law.last = OnBothDays(law, today, pools, proposals)
    return law.last


class OnBothDays:
    """A flat list of pairs, judged on the decision date and on the planned payment dates.

    `parts` holds, for each payment date, the places in the list, what is judged of them on either
    day, and the days between the two. A pair that is barred on the first day is not looked at
    again.
    """

    def __init__(self, law: Law, today: date, pools: Rows, proposals: Rows) -> None:
        self._key = self._key_of(today, pools, proposals)
        self.grid = Grid(law.stated, pools, proposals, flat=True)
        self.parts = list(self._judged(law, today))

    def is_of(self, today: date, pools: Rows, proposals: Rows) -> bool:
        """Say whether it is what came of some pairs."""
        return self._key == self._key_of(today, pools, proposals)

    def _key_of(self, today: date, pools: Rows, proposals: Rows) -> tuple[date, bytes, bytes]:
        return today, pools.tobytes(), proposals.tobytes()

    def _judged(self, law: Law, today: date) -> Iterator[tuple[Rows, Judged, Judged, int]]:
        grid = self.grid
        first = law.judged(today, grid)
        planned = np.broadcast_to(np.asarray(lead(law, first), np.int16), grid.shape)
        again = np.where(first.verdicts == RANK["ineligible"], 0, planned)
        for days in np.unique(again).tolist():
            here = np.flatnonzero(again == days)
            before = first.taken(here)
            after = law.judged(today + timedelta(days), grid.part(here)) if days else before
            yield here, before, after, days
