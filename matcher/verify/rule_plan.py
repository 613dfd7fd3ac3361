"""How long the steps that rules ask for take (docs/reference/rule-packs.md, The plan)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from matcher.regulation.pack import Rule, Step

LinkKind = Literal["contribution", "grant", "subgrant"]


@dataclass(frozen=True)
class RuleStep:
    """A step of one version of a rule."""

    rule_id: str
    step: Step

    @property
    def name(self) -> str:
        """Give the step as `RULE/step`."""
        return f"{self.rule_id}/{self.step.id}"

    @property
    def after(self) -> Iterable[str]:
        """Give the steps that it comes after, each as `RULE/step`."""
        return (name if "/" in name else f"{self.rule_id}/{name}" for name in self.step.after)


Asked = Mapping[tuple[LinkKind, str], RuleStep]
"""What a pair has to do: kind of link and `RULE/step` -> the step as it is asked for."""

Waiting = Mapping[str, frozenset[str]]
"""`RULE/step` -> what it comes after, in any version of its rule, asked for or not."""


def waiting(rules: Iterable[Rule]) -> Waiting:
    """Give what every step there is comes after."""
    found: dict[str, frozenset[str]] = {}
    for step in (RuleStep(rule.id, step) for rule in rules for step in rule.steps):
        found[step.name] = found.get(step.name, frozenset()).union(step.after)
    return found


def days_until_paid(asked: Asked, every: Waiting) -> int:
    """Give the planned days of the longest chain: contributions, and then the grant itself."""
    phases: tuple[LinkKind, ...] = ("contribution", "grant")
    return sum(
        _longest_chain({name: step for (kind, name), step in asked.items() if kind == one}, every)
        for one in phases
    )


def _longest_chain(asked: Mapping[str, RuleStep], every: Waiting) -> int:
    """Follow each chain back; what is not asked for, or done later, only passes on its waiting."""

    @cache
    def finished(name: str) -> int:
        one = asked.get(name)
        started = max(map(finished, every.get(name, ())), default=0)
        if one is None or one.step.timing == "after_payment":
            return started
        return started + one.step.days.planned.days

    return max(map(finished, asked), default=0)
