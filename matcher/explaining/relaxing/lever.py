"""One value of a round that can be loosened: from what, how far, and in which steps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, Literal

from matcher import money
from matcher.domain import Pool, Round
from matcher.explaining.missing.stating import with_row

Kind = Literal[
    "budget", "max_grants", "max_grant", "min_grant", "min_award", "minimum", "max_project_share",
    "max_funders", "max_funders_per_proposal", "max_proposals_per_organisation",
    "max_amount_per_organisation", "max_award_to_budget", "target", "amount", "given_up",
]  # fmt: skip
"""What is changed: a column of a pool or proposal, a key of the policy, a bound, a decision."""
HUNDREDTH = Decimal("0.01")
"""Shares of a project, and of an organisation's budget, are changed by whole per cents."""
FINE = Decimal("0.0001")
"""Shares of a target are changed by hundredths of a per cent."""


@dataclass(frozen=True)
class Lever:
    """One value of a round that can be loosened, from `now` to at most `furthest` by `step`.

    Values are in major units of `currency` for money. `given_up` has no values: it is done or not.
    `about` names the row by the columns that identify it, `bound` the bound of a target.
    """

    kind: Kind
    about: Mapping[str, str]
    now: Decimal
    furthest: Decimal
    step: Decimal
    apply: Callable[[Round, Decimal], Round]
    currency: str = ""
    bound: str = ""

    @property
    def whole_way(self) -> bool:
        """Whether a change that is not enough at its furthest is enough nowhere before.

        More money to award may ask for more: targets are shares of it. An amount may pass what is
        wanted.
        """
        return self.kind not in ("budget", "amount")

    @property
    def key(self) -> tuple[str, ...]:
        """What tells levers apart."""
        upwards = "+" if self.furthest > self.now else "-"
        return (self.kind, *self.about.values(), self.bound, upwards)

    @property
    def steps(self) -> int:
        """Count the steps from now to the furthest."""
        return int(abs(self.furthest - self.now) / self.step)

    def value(self, step: int) -> Decimal:
        """Give the value after so many steps."""
        return self.now + (self.step if self.furthest > self.now else -self.step) * step

    def changed(self, round_: Round, step: int) -> Round:
        """Give the round after so many steps."""
        return self.apply(round_, self.value(step)) if step else round_

    def cost(self, step: int) -> Fraction:
        """Give the change as a share of the value as it is; 1 for a decision given up.

        A value of 0 counts as one step, for want of anything to hold a change against.
        """
        if self.kind == "given_up":
            return Fraction(1)
        return Fraction(self.step * step) / Fraction(self.now or self.step)


def of_column(pool: Pool, column: Any, now: Decimal, furthest: Decimal) -> Lever:
    """Give a column of a pool as what can be loosened."""
    counted, share = column == "max_grants", column == "max_project_share"

    def apply(changed: Round, value: Decimal) -> Round:
        known = changed.pools_by_id[pool.pool_id]
        kept = int(value) if counted else value
        return with_row(changed, "pool", known.model_copy(update={column: kept}))

    step = Decimal(1) if counted else HUNDREDTH if share else cent(pool.currency)
    currency = "" if counted or share else pool.currency
    return Lever(column, {"pool_id": pool.pool_id}, now, furthest, step, apply, currency)


def of_policy(key: Any, now: Decimal, furthest: Decimal, step: Decimal) -> Lever:
    """Give a key of the policy as what can be loosened."""
    counted = key.startswith("max_funders") or key.startswith("max_proposals")

    def apply(changed: Round, value: Decimal) -> Round:
        kept = int(value) if counted else value
        policy = changed.policy.model_copy(update={key: kept})
        return changed.model_copy(update={"policy": policy})

    return Lever(key, {}, now, furthest, step, apply)


def cent(currency: str) -> Decimal:
    """Give the smallest amount that a currency has, in its major units."""
    return Decimal(1).scaleb(-money.digits_of(currency))


def major_up(round_: Round, units: Fraction, currency: str) -> Decimal:
    """Give base minor units in a currency, rounded up to what it has."""
    digits = money.digits_of(currency)
    worth = units / 10 ** money.digits_of(round_.currency) / Fraction(round_.rate(currency))
    return Decimal(ceil(worth * 10**digits) + 1).scaleb(-digits)
