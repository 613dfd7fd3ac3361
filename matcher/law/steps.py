"""The steps of pairs with their days: who does what, until when, and what the payment waits for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from matcher.law.grid import Flags
from matcher.law.judging import Clause, Judged
from matcher.law.law import Law, lead, on_both_days
from matcher.law.planning import finishes
from matcher.law.stated import Rows
from matcher.regulation.pack import Citation, Outcome, Pack, Step
from matcher.regulation.waiting import ORDER, StepKey

VALUES = ("minimum", "planned", "p90")


@dataclass(frozen=True)
class PlannedStep:
    """A step of a pair: its days, the day it is due as planned, and whether payment waits for it.

    `at` is the place of the pair in the list that was asked for; `dues` days from the decision date
    by minimum, planned and p90.
    """

    at: int
    key: StepKey
    step: Step
    pack: Pack
    outcome: Outcome
    dues: tuple[int, int, int]
    due: date
    critical: bool

    @property
    def citations(self) -> Sequence[Citation]:
        """Give what its planned days rest on, else what asks for it."""
        return self.step.days.planned.cite or self.step.days.minimum.cite or self.outcome.cite


def planned_steps(law: Law, pools: Rows, proposals: Rows) -> list[PlannedStep]:
    """Give the steps of a flat list of pairs, by pair and day."""
    today = law.stated.round.decision_date
    asks = _asking(law)
    found: list[PlannedStep] = []
    for here, before, after, _ in on_both_days(law, today, pools, proposals).parts:
        plan = _Plan(law, before, after, len(here))
        for key in plan.where:
            for place in np.flatnonzero(plan.where[key]).tolist():
                step = plan.step(key, place)
                pack, clause = asks[key, step]
                dues = tuple(int(plan.ends[value][key][place]) for value in VALUES)
                found.append(
                    PlannedStep(
                        int(here[place]),
                        key,
                        step,
                        pack,
                        clause.outcome,
                        (dues[0], dues[1], dues[2]),
                        today + timedelta(dues[1]),
                        bool(plan.critical[key][place]),
                    )
                )
    return sorted(found, key=lambda step: (step.at, step.due, ORDER.index(step.key.link), step.key))


def _asking(law: Law) -> Mapping[tuple[StepKey, Step], tuple[Pack, Clause]]:
    packs = {id(rule): pack for pack in law.packs for rule in pack.rules}
    return {
        (StepKey(link, clause.rule.id, step.id), step): (packs[id(clause.rule)], clause)
        for clause in reversed(law.clauses)
        for link in clause.rule.links
        for step in clause.steps
    }


class _Plan:
    """The plan of pairs that are paid on the same day: arrays over them for each step."""

    def __init__(self, law: Law, before: Judged, after: Judged, count: int) -> None:
        self.asked: dict[StepKey, list[tuple[Step, Flags]]] = {}
        for judged in (before, after):
            for key, asked in judged.steps.items():
                flags = np.broadcast_to(asked.where, (count,))
                self.asked.setdefault(key, []).append((asked.step, flags))
        self.where: dict[StepKey, Flags] = {
            key: np.logical_or.reduce([flags for _, flags in versions])
            for key, versions in self.asked.items()
        }
        self.none = np.zeros(count, np.int16)
        self.ends = {value: self._ends(law, before, after, value) for value in VALUES}
        self.critical = self._critical(law)

    def step(self, key: StepKey, place: int) -> Step:
        """Give a step as the later of the two days asks a pair for it."""
        return next(step for step, flags in reversed(self.asked[key]) if flags[place])

    def _days(self, key: StepKey, value: str, timing: str | None = None) -> Any:
        """Give the days that a step takes for each pair, 0 where it is not asked for."""
        found: Any = self.none
        for step, flags in self.asked[key]:
            counts = timing is None or step.timing == timing
            found = np.where(flags, getattr(step.days, value).days if counts else 0, found)
        return found

    def _ends(self, law: Law, before: Judged, after: Judged, value: str) -> dict[StepKey, Any]:
        """Give the day on which each step is finished; what follows the payment comes after it."""
        start: Any = self.none
        first = {key: self._days(key, value, "before_payment") for key in self.asked}
        every = {key: self._days(key, value) for key in self.asked}
        paid = self.none + lead(law, before, after, value)
        ends: dict[StepKey, Any] = {}
        for link in ORDER:
            late, _ = finishes(law.order, every, link, paid)
            done, start = finishes(law.order, first, link, start)
            for key in self.asked:
                if key.link == link:
                    follows = self._follows(key) if link != "subgrant" else True
                    ends[key] = np.where(follows, late[key], done[key])
        return ends

    def _follows(self, key: StepKey) -> Flags:
        """Say for which pairs a step comes after the payment."""
        found: Flags = self.none.astype(np.bool_)
        for step, flags in self.asked[key]:
            found = np.where(flags, step.timing == "after_payment", found)
        return found

    def _critical(self, law: Law) -> dict[StepKey, Any]:
        """Say which steps the payment waits for: back from the last, who ends when one begins."""
        ends = self.ends["planned"]
        found: dict[StepKey, Any] = {key: self.none.astype(np.bool_) for key in self.asked}
        waited = {key: self.where[key] & ~self._follows(key) for key in self.asked}
        begins: dict[StepKey, Any] = {}
        for link in reversed(ORDER[:2]):
            here = [key for key in self.asked if key.link == link]
            if not here:
                continue
            last = np.maximum.reduce([np.where(waited[k], ends[k], -1) for k in here])
            for key in here:
                begins[key] = ends[key] - self._days(key, "planned")
                found[key] = waited[key] & (ends[key] == last)
            for key in reversed([key for key in law.order if key in here]):
                for other in law.order[key]:
                    if other in here:
                        meets = waited[other] & found[key] & (ends[other] == begins[key])
                        found[other] = found[other] | meets
        return found
