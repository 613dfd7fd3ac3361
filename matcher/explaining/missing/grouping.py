"""Answers that open the same pairs, put together: their round is solved once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matcher.explaining.missing.answers import Answers
from matcher.explaining.missing.openings import Held
from matcher.explaining.missing.stating import answered
from matcher.law.reasons import FactOf
from matcher.regulation.columns import COLUMNS


@dataclass(frozen=True)
class Group:
    """Answers of facts that open the same `pairs`, and change nothing else but what `besides` says.

    `answers` holds those of each fact, the first of all first.
    """

    pairs: frozenset[int]
    besides: Any
    answers: dict[FactOf, list[str]]

    @property
    def first(self) -> tuple[FactOf, str]:
        """Give the answer that is stated for all of them."""
        fact, answers = next(iter(self.answers.items()))
        return fact, answers[0]

    def is_within(self, other: "Group") -> bool:
        """Say whether another group opens all of its pairs and changes the same besides."""
        return self.besides == other.besides and self.pairs <= other.pairs


def groups_of(held: Held, answers: Answers) -> tuple[Mapping[FactOf, bool], Sequence[Group]]:
    """Try every answer to every missing fact; gives also which facts have any answer to try.

    Groups come with those first that promise most. One whose facts are all in a group that opens
    more is left out.
    """
    tried: dict[FactOf, bool] = {}
    groups: dict[tuple[frozenset[int], Any], Group] = {}
    for fact in held.waiting:
        to_try = answers.to(fact)
        tried[fact] = bool(to_try)
        for alike in to_try:
            pairs = held.opened(fact, alike[0])
            if pairs:
                besides = _besides(held, fact, alike[0])
                group = groups.setdefault((pairs, besides), Group(pairs, besides, {}))
                group.answers.setdefault(fact, []).extend(alike)
    kept = [
        group
        for group in groups.values()
        if not any(
            group is not other
            and group.is_within(other)
            and set(group.answers) <= set(other.answers)
            for other in groups.values()
        )
    ]
    promise = {id(group): _promise(held, group) for group in kept}
    kept.sort(key=lambda group: (-promise[id(group)], group.first))
    return tried, kept


def _besides(held: Held, fact: FactOf, answer: str) -> Any:
    """Give what an answer changes but for opening pairs: what targets weigh, what the board fixed.

    A fact that packs declare is looked at by the law alone; a pair that the board pinned may be
    barred by it.
    """
    if held.pinned_review(fact):
        return fact, answer
    if fact.name not in COLUMNS.get(fact.subject, {}):
        return None
    stated = answered(held.problem.round, fact, answer)
    if stated is None or not held.problem.round.targets:
        return None
    now, then = held.problem.weights, replace(held.problem, round=stated).weights
    return None if now == then else (fact, answer)


def _promise(held: Held, group: Group) -> int:
    """Give the merit of all that the proposals of opened pairs ask for: who is first, no bound."""
    proposals = held.problem.proposals
    asking = np.unique(held.proposals[sorted(group.pairs)])
    return int(proposals.request[asking] @ proposals.score[asking])
