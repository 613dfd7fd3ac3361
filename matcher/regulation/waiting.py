"""Which step waits for which: the order in which the steps of rules can be planned."""

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from typing import NamedTuple

from matcher.regulation.pack import Link, Rule, Step

ORDER: tuple[Link, ...] = ("contribution", "grant", "subgrant")
"""The links in the order in which money passes them."""


class StepKey(NamedTuple):
    """A step of a rule for one link; versions of the rule share it."""

    link: Link
    rule: str
    step: str


def waits_for(rule: Rule, step: Step, link: Link) -> tuple[StepKey, ...]:
    """Give what a step comes after, for the same link."""
    found = []
    for name in step.after:
        other, _, its = name.rpartition("/")
        found.append(StepKey(link, other or rule.id, its))
    return tuple(found)


def in_order(rules: Iterable[Rule]) -> Mapping[StepKey, tuple[StepKey, ...]]:
    """Give every step of every link with what it waits for, none before what it waits for.

    Raises graphlib.CycleError where steps wait for each other.
    """
    after: dict[StepKey, set[StepKey]] = {}
    for rule in rules:
        for link in rule.links:
            for step in rule.steps:
                key = StepKey(link, rule.id, step.id)
                after.setdefault(key, set()).update(waits_for(rule, step, link))
    known = {key: sorted(waits & after.keys()) for key, waits in sorted(after.items())}
    sorter = TopologicalSorter(known)
    return {key: tuple(known[key]) for key in sorter.static_order()}
