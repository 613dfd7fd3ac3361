"""What each exception of a round costs: pins, acceptances, and pairs that somebody bars.

A ledger for a committee: what was decided beside the rules, why, and what the best plan would gain
if that one decision were taken back. What an exception costs is no argument against it: a conflict
of interest is to be kept, whatever it costs.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from matcher.domain import Round
from matcher.explaining.prices.effect import Direction, Effect
from matcher.explaining.prices.exception_lifts import Row, rows_of
from matcher.explaining.prices.lifting import effects_of, solved_anew
from matcher.explaining.prices.of_rules import effect_document, rank_of
from matcher.explaining.solves.base import Base, Tell


@dataclass(frozen=True)
class PriceOfException:
    """An exception and what taking it back alone brings; None where time ran out before that.

    What is gained is never below nought where all is proven, but for a pin that opened its pair:
    without it a proposal that the rules keep out is lost, and what it is worth with it; there may
    even be no plan left.
    """

    row: Row
    effect: Effect | None

    @property
    def merit(self) -> Fraction | None:
        """The merit that the exception costs, of all tiers together; None where unknown."""
        return None if self.effect is None or self.effect.impossible else self.effect.merit


@dataclass(frozen=True)
class Ledger:
    """The exceptions of a round, the dearest first, and what taking all back at once brings.

    Prices do not add up: of two rows that bar the same pair, neither costs anything alone.
    """

    entries: tuple[PriceOfException, ...]
    together: Effect | None

    @property
    def unknown(self) -> int:
        """How many entries time ran out for."""
        return sum(entry.effect is None for entry in self.entries)


def exceptions(base: Base, tell: Tell) -> Ledger:
    """Price every pin, acceptance, forbid, decline and conflict of the table of pairs.

    `base.deadline` ends the search; what is not known by then stands last.
    """
    tell(f"reading {len(base.round.pairs)} rows of pairs")
    rows = list(rows_of(base))
    if not rows:
        return Ledger((), None)
    tell("solving the round without any exception")
    changed: Round = base.round
    for _, lift in rows:
        changed = lift.lifted(changed)
    direction: Direction = 1 if all(lift.relaxes for _, lift in rows) else 0
    together = solved_anew(base, changed, direction)
    found = effects_of(base, [lift for _, lift in rows], tell)
    entries = [PriceOfException(row, effect) for (row, _), effect in zip(rows, found, strict=True)]
    return Ledger(tuple(sorted(entries, key=lambda one: rank_of(base, one.effect))), together)


def document(ledger: Ledger) -> dict[str, Any]:
    """Give a ledger as plain values; merit in major units × score, in both ways."""
    return {
        "exceptions": [
            {
                "pool_id": entry.row.term.pool_id,
                "donor_id": entry.row.term.donor_id,
                "proposal_id": entry.row.term.proposal_id,
                "org_id": entry.row.term.org_id,
                "status": entry.row.term.status,
                "reason": entry.row.term.reason,
                "pairs": entry.row.pairs,
                "opens": entry.row.opens,
                "overrides": list(entry.row.overrides),
                "costs": effect_document(entry.effect),
            }
            for entry in ledger.entries
        ],
        "together": effect_document(ledger.together),
        "unknown": ledger.unknown,
    }
