"""What each open decision costs: the best plan of the round as it is, with the choice made.

For a proposal that the best plan leaves out, that is what funding it costs; for one that it funds,
what leaving it out costs: the same numbers as in the explanation of that proposal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from matcher.explaining.solves.base import Base
from matcher.explaining.solves.forcing import Displacement, Moved
from matcher.explaining.solves.forcing_nearby import forced

COSTS = ("cost", "low", "high")


@dataclass(frozen=True)
class Price:
    """What the other choice costs: to fund a proposal, or to leave it out where it is funded.

    `displacement` is None where no plan makes that choice, or, unless it is `impossible`, where
    none was found.
    """

    proposal_id: str
    funds: bool
    displacement: Displacement | None
    impossible: bool

    def document(self) -> dict[str, Any]:
        """Give the price as plain values; costs exact, level by level, more is worse."""
        shown = self.displacement
        priced = {} if shown is None else {
            "levels": [list(level) for level in shown.levels],
            **{name: [str(cost) for cost in getattr(shown, name)] for name in COSTS},
            "payers": [list(payer) for payer in shown.payers],
            "moved": [[row.proposal_id, row.before, row.after] for row in shown.moved],
        }  # fmt: skip
        known = "priced" if shown is not None else "impossible" if self.impossible else "unknown"
        return {"status": known, "proposal_id": self.proposal_id, "funds": self.funds, **priced}

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Price":
        """Read a price; the awards of the plan behind it are not kept."""
        status, shown = document["status"], None
        if status == "priced":
            cost, low, high = (tuple(map(Fraction, document[name])) for name in COSTS)
            levels = tuple((level, key) for level, key in document["levels"])
            payers = tuple((pool, units) for pool, units in document["payers"])
            moved = tuple(Moved(*row) for row in document["moved"])
            shown = Displacement(levels, cost, low, high, payers, moved, {})
        return cls(document["proposal_id"], document["funds"], shown, status == "impossible")


def price_of(base: Base, proposal_id: str) -> Price:
    """Price the choice about one proposal.

    In a large round a price lies between a bound and what a plan nearby costs.
    """
    funds = proposal_id not in base.funded
    return Price(proposal_id, funds, *forced(base, proposal_id, funds))
