"""The allocation rules that are here, and what a round asks for that is not."""

from matcher.allocation.ranked_list import NOT_ENFORCED
from matcher.domain import Round
from matcher.errors import Problem, UnknownRule
from matcher.regulation import find_missing_packs
from matcher.results import Options
from matcher.wording.catalogue import catalogue_of

RULES = ("max_merit", "ranked_list")
"""The allocation rules that are here (ALLOCATION_RULES.md)."""


def not_enforced_by(rule: str) -> tuple[str, ...]:
    """Name the constraints that a rule does not hold its awards to (PROBLEM.md, C1 to C13)."""
    return NOT_ENFORCED if rule == "ranked_list" else ()


def check_rule(rule: str) -> None:
    """Raise UnknownRule for an allocation rule that is not here."""
    if rule not in RULES:
        raise UnknownRule(f'There is no rule "{rule}". Rules: {", ".join(RULES)}.')


def check_near(rule: str, options: Options) -> None:
    """Raise UnknownRule where awards are to stay near an earlier result and the rule cannot."""
    if options.stay_near is not None and rule != "max_merit":
        raise UnknownRule(catalogue_of().say("near-rule", rule=rule))


def find_missing(round_: Round) -> list[Problem]:
    """Find the rule packs and the allocation rule that a round asks for and that are not here."""
    found = find_missing_packs(round_)
    if round_.policy.rule not in RULES:
        what, remedy = "is an allocation rule that is not here.", f"Use one of: {', '.join(RULES)}."
        found.append(Problem("round", None, "policy.rule", round_.policy.rule, what, remedy))
    return found
