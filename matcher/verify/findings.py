"""What the checker says: violations, objective levels, verdicts."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Pair = tuple[str, str]
"""(pool_id, proposal_id)."""

Awards = Mapping[Pair, int]
"""(pool_id, proposal_id) -> award in minor units of the base currency."""

Verdict = Literal["eligible", "eligible_with_steps", "needs_review", "ineligible"]
"""PROBLEM.md, Verdicts and decisions; from the mildest to the strictest."""


@dataclass(frozen=True)
class Violation:
    """One constraint broken in one place.

    `constraint` is C1 … C13, `step` (no multiple of the grant step), `amount` (not a whole number
    above 0), `unknown` (no such pool or proposal) or `near` (too many changes against an earlier
    result). `by` says how far: base minor units where money is meant, else a count. `message` is
    one sentence for a coordinator.
    """

    constraint: str
    subject: str
    by: Fraction
    message: str


@dataclass(frozen=True)
class LevelValue:
    """The exact value of an objective level; `key` is L1's priority or L2's tier (None: blank).

    L2 is in base major units × score, or score × share of the request for `per_project`, less what
    changes against an earlier result cost; L3 in base major units × preference; L4 a count.
    """

    level: Literal["L1", "L2", "L3", "L4"]
    key: int | None
    value: Fraction


@dataclass(frozen=True)
class Verification:
    """All that was found about a list of awards.

    `not_enforced` holds what is broken but was not asked of these awards. `verdicts` and
    `conditional` speak of the awarded pairs only; a verdict is the pair's own, whatever a pin says.
    """

    violations: tuple[Violation, ...]
    not_enforced: tuple[Violation, ...]
    levels: tuple[LevelValue, ...]
    verdicts: Mapping[Pair, Verdict]
    conditional: frozenset[Pair]

    @property
    def holds(self) -> bool:
        """Say whether nothing that binds these awards is broken."""
        return not self.violations
