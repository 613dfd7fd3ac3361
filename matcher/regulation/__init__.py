"""Where the law joins: the rule packs that are installed, and the facts that they declare.

No pack ships yet. A round that names one is refused, so that no result claims a law was applied.
"""

from collections.abc import Collection, Mapping

from matcher.domain import Round
from matcher.errors import Problem


def installed_packs() -> Collection[str]:
    """Give the ids of the rule packs that are installed."""
    return ()


def declared_facts() -> Mapping[str, Collection[str]]:
    """Give, for each table, the columns that installed rule packs declare as facts."""
    return {}


def find_missing_packs(round_: Round) -> list[Problem]:
    """Find the rule packs that a round asks for and that are not installed."""
    installed = installed_packs()
    shown = ", ".join(installed) or "none"
    remedy = f"Take it out to match by the pools' terms alone (installed: {shown})."
    return [
        Problem("round", None, "rule_packs", pack, "is a rule pack that is not here.", remedy)
        for pack in round_.rule_packs
        if pack not in installed
    ]
