"""The law of a round: its rules over what it states, judged on two days (rule-packs.md).

On the decision date a pair's steps are planned; on the day on which they are done all is judged
again, with the rules and facts of that day, and planned anew.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
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
from matcher.regulation.library import facts_of, packs_of
from matcher.regulation.pack import Pack
from matcher.regulation.waiting import ORDER, StepKey, in_order

Leads = NDArray[np.int16]


@dataclass
class Law:
    """The rules of a round's packs over what it states; days are looked at once."""

    stated: Stated
    packs: Sequence[Pack]
    clauses: Sequence[Clause]
    order: Mapping[StepKey, tuple[StepKey, ...]]
    _days: dict[date, Day] = field(default_factory=dict)
    _shared: Timeless = field(default_factory=Timeless)

    def day(self, day: date) -> Day:
        """Give what is known on a day."""
        if day not in self._days:
            self._days[day] = Day(self.stated, day, self._shared)
        return self._days[day]

    def judged(self, day: date, grid: Grid) -> Judged:
        """Judge a grid on a day."""
        return judge(self.day(day), self.clauses, grid)


def law_of(round_: Round) -> Law:
    """Give the rules that hold for a round; every pack that it names must be installed."""
    packs = packs_of(round_)
    rules = [rule for pack in packs for rule in pack.rules]
    return Law(Stated(round_, facts_of(packs)), packs, clauses_of(rules), in_order(rules))


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
    for here, before, after, _ in on_both_days(law, today, pools, proposals):
        verdicts[here] = np.maximum(before.verdicts, after.verdicts)
        leads[here] = lead(law, before, after)
    return verdicts, leads


def on_both_days(
    law: Law, today: date, pools: Rows, proposals: Rows
) -> Iterator[tuple[Rows, Judged, Judged, int]]:
    """Judge a flat list of pairs on the decision date and on the planned payment date.

    Yields, for each payment date, the places in the list, what is judged of them on either day, and
    the days between the two.
    A pair that is barred on the first day is not looked at again.
    """
    grid = Grid(law.stated, pools, proposals, flat=True)
    first = law.judged(today, grid)
    planned = np.broadcast_to(np.asarray(lead(law, first), np.int16), grid.shape)
    again = np.where(first.verdicts == RANK["ineligible"], 0, planned)
    for days in np.unique(again).tolist():
        here = np.flatnonzero(again == days)
        part = Grid(law.stated, pools[here], proposals[here], flat=True)
        before = law.judged(today, part)
        after = law.judged(today + timedelta(days), part) if days else before
        yield here, before, after, days
