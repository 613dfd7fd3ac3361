"""The law: rule packs as data, and what they say of each pair of pool and proposal."""

from matcher.regulation.library import (
    declared_facts,
    find_missing_packs,
    installed_packs,
    packs_of,
    tables_of_fact,
)
from matcher.regulation.pack import Fact, Pack, Rule

__all__ = [
    "Fact",
    "Pack",
    "Rule",
    "declared_facts",
    "find_missing_packs",
    "installed_packs",
    "packs_of",
    "tables_of_fact",
]
