"""Rules judged on one day over a grid of pairs: the verdict of each, and the steps asked for."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.law.evaluating import Day
from matcher.law.grid import Flags, Grid, contributions_frame
from matcher.law.known import FALSE, TRUE, UNKNOWN, Truth
from matcher.law.stated import Rows
from matcher.regulation.conditions import Node, is_dated, parsed, references
from matcher.regulation.pack import Link, Outcome, Rule, Step, VerdictName
from matcher.regulation.waiting import StepKey

VERDICTS: tuple[VerdictName, ...] = (
    "eligible", "eligible_with_steps", "needs_review", "ineligible",
)  # fmt: skip
"""The verdicts by their rank, the strictest last."""
RANK = {name: rank for rank, name in enumerate(VERDICTS)}
Verdicts = NDArray[np.int8]


@dataclass(frozen=True)
class Clause:
    """An outcome of a rule version with its condition read, and what its truth comes to."""

    rule: Rule
    outcome: Outcome

    @cached_property
    def node(self) -> Node:
        """Give the condition."""
        return parsed(self.outcome.when)

    @cached_property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Give every fact that the condition names, as root and name, once."""
        return tuple(dict.fromkeys((one.root, one.name) for one in references(self.node)))

    @cached_property
    def dated(self) -> bool:
        """Say whether the condition asks for the day itself."""
        return is_dated(self.node)

    @cached_property
    def verdict(self) -> VerdictName:
        """Give what it comes to where it is true."""
        return self.rule.verdict_of(self.outcome)

    @property
    def informs(self) -> bool:
        """Say whether it tells something and decides nothing."""
        return self.verdict == "eligible"

    def rank(self, truth: Truth) -> Verdicts:
        """Give `ranks` for each truth, by arithmetic: many times faster than looking them up."""
        if self.verdict == "ineligible":
            return truth + (truth > FALSE)
        asks = self.verdict == "eligible_with_steps"
        told = truth == UNKNOWN if asks else truth > FALSE
        return told.astype(np.int8) * np.int8(RANK["needs_review"])

    @cached_property
    def ranks(self) -> Verdicts:
        """Give the rank of the verdict by truth: false, unknown, true."""
        unknown = RANK["eligible"] if self.informs else RANK["needs_review"]
        # A rule that asks for steps is only as strict as the steps that are not waived.
        asks = self.verdict == "eligible_with_steps"
        return np.array([0, unknown, 0 if asks else RANK[self.verdict]], np.int8)

    @cached_property
    def steps(self) -> Sequence[Step]:
        """Give the steps that it asks for; a doubtful outcome asks for review instead.

        Otherwise an unverified rule could bar a pair by the days that its steps take.
        """
        if self.rule.is_doubtful(self.outcome):
            return ()
        named = {step.id: step for step in self.rule.steps}
        return [named[step] for step in self.outcome.steps]


def clauses_of(rules: Sequence[Rule]) -> list[Clause]:
    """Give the outcomes of rules, in order."""
    return [Clause(rule, outcome) for rule in rules for outcome in rule.outcomes]


@dataclass(frozen=True)
class Asked:
    """A step as a version of its rule has it, and for which pairs of the grid it is asked."""

    step: Step
    where: Flags


@dataclass(frozen=True)
class Judged:
    """Ranks of verdicts over a grid, and the steps asked for; arrays broadcast to the grid."""

    verdicts: Verdicts
    steps: Mapping[StepKey, Asked]

    def taken(self, here: Rows) -> "Judged":
        """Give what was judged of some pairs of a flat grid, by their places."""
        steps = {
            key: Asked(asked.step, flags)
            for key, asked in self.steps.items()
            if (flags := np.broadcast_to(asked.where, self.verdicts.shape)[here]).any()
        }
        return Judged(self.verdicts[here], steps)


def contributions(day: Day, clause: Clause) -> Truth:
    """Give the truth of a clause over the contributions of every pool: of none, it is false."""
    links, stated = day.stated.contributions, day.stated
    key = id(clause.outcome)
    if key in day.of_contributions:
        return day.of_contributions[key]
    found = np.full(len(stated.ids["pool"]), FALSE, np.int8)
    frame = contributions_frame(stated, np.arange(len(links.owner)))
    np.maximum.at(found, links.owner, day.truth(clause.node, frame))
    day.of_contributions[key] = found
    return found


def truths(
    day: Day, clause: Clause, grid: Grid, timeless: bool = False
) -> Iterator[tuple[Link, Truth]]:
    """Give the truth of a clause over a grid for each link that its rule speaks of.

    One that is `timeless` is looked at once for a flat grid.
    """
    for link in clause.rule.links:
        key = id(clause), link
        known = grid.kept.get(key) if timeless and grid.flat else None
        if known is None:
            known = _truth(day, clause, link, grid)
            if timeless and grid.flat:
                grid.kept[key] = known
        yield link, known


def _truth(day: Day, clause: Clause, link: Link, grid: Grid) -> Truth:
    if link == "contribution":
        return grid.of_pools(contributions(day, clause))
    if link == "grant":
        return day.truth(clause.node, grid.grant)
    return grid.any_subgrant(day.truth(clause.node, grid.subgrant))


def judge(
    day: Day, clauses: Sequence[Clause], grid: Grid, timeless: Collection[int] = ()
) -> Judged:
    """Judge every clause whose rule is in force on the day.

    `timeless` are those, by identity, that are the same on every day.
    """
    waived = day.waived if grid.flat else {}
    by_shape: dict[tuple[int, ...], Verdicts] = {}
    steps: dict[StepKey, Asked] = {}

    def take(ranks: Verdicts) -> None:
        known = by_shape.get(ranks.shape)
        by_shape[ranks.shape] = ranks if known is None else np.maximum(known, ranks)

    for clause in clauses:
        if clause.informs or not clause.rule.in_force(day.day):
            continue
        for link, truth in truths(day, clause, grid, id(clause) in timeless):
            if clause.rule.id in waived:
                truth = np.where(grid.among(waived[clause.rule.id]), FALSE, truth).astype(np.int8)
            if not truth.any():
                continue
            take(clause.rank(truth))
            for step in clause.steps:
                _ask(steps, StepKey(link, clause.rule.id, step.id), step, truth, waived, grid)
    for asked in steps.values():
        take(asked.where.astype(np.int8) * np.int8(RANK["eligible_with_steps"]))
    verdicts = np.zeros(grid.shape, np.int8)
    for ranks in by_shape.values():
        np.maximum(verdicts, ranks, out=verdicts)
    return Judged(verdicts, steps)


def _ask(
    steps: dict[StepKey, Asked],
    key: StepKey,
    step: Step,
    truth: Truth,
    waived: Mapping[str, NDArray[np.int64]],
    grid: Grid,
) -> None:
    where: Flags = truth == TRUE
    if not where.any():
        return
    name = f"{key.rule}/{key.step}"
    if name in waived:
        where = where & ~grid.among(waived[name])
    known = steps.get(key)
    steps[key] = Asked(step, where if known is None else known.where | where)
