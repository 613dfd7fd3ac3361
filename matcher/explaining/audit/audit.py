"""The audit of a result: what a board would ask of it, each answer by solving again or counting.

Where the plan is out of order and what putting that right costs, which pools could do better by
themselves, how concentrated the money is, and who the committee's ranked list would have funded.
"""

from collections.abc import Callable
from dataclasses import dataclass

from matcher.explaining.audit.concentration import Concentration, concentration
from matcher.explaining.audit.order import Order, out_of_order
from matcher.explaining.audit.ranked_list import Comparison, comparison
from matcher.explaining.audit.rationality import Rationality, rationality
from matcher.explaining.solves.base import Base


@dataclass(frozen=True)
class Audit:
    """What was found; all of it is about the awards of the result (`Base.given`).

    `comparison` is None where the ranked list has no plan or no time was left for it. `better` says
    that a better plan than the result is known, so that the result is not the best one.
    """

    order: Order
    rationality: Rationality
    concentration: tuple[Concentration, ...]
    comparison: Comparison | None
    better: bool


def audit(base: Base, tell: Callable[[str], None]) -> Audit:
    """Audit the awards of a result; what is not known at the base's deadline is told as unknown.

    What is quick comes first, so that time is short only for the costs of correcting.
    """
    compared = comparison(base, tell)
    rational = rationality(base, tell)
    spread = concentration(base.round, base.given)
    return Audit(out_of_order(base, tell), rational, spread, compared, base.is_better)
