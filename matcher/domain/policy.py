"""The settings of a round: policy, targets and call, as in `round.yaml`."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from immutabledict import immutabledict
from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

from matcher.domain import fields as f
from matcher.domain.fields import items, refuse
from matcher.domain.tables import Row

WHERE_KEYS = (
    "region", "sector", "group", "sdg", "priority_area", "applicant_kind", "organisation",
    "country", "proposal", "tier",
)  # fmt: skip
CONDITIONS = tuple(name for key in WHERE_KEYS for name in (key, f"not_{key}"))
BOUNDS = ("min_share", "max_share", "min_amount", "max_amount", "min_count", "max_count")


class Policy(Row):
    """The rules of the round; a key that is not given does not bind. Amounts in base currency."""

    rule: f.Text = "max_merit"
    value: Annotated[str, f.choice(Literal["per_amount", "per_project"])] = "per_amount"
    score_max: f.Score = Decimal(100)
    score_weights: f.Decimals = immutabledict()
    score_threshold: f.Score | None = None
    grant_step: f.PositiveAmount | None = None
    min_award: f.Amount | None = None
    max_funders_per_proposal: f.Count | None = None
    max_proposals_per_organisation: f.Count | None = None
    max_amount_per_organisation: f.Amount | None = None
    max_award_to_budget: f.Amount | None = None
    needs_review: Annotated[str, f.choice(Literal["hold", "conditional"])] = "hold"
    start_policy: Annotated[str, f.choice(Literal["flexible", "strict"])] = "flexible"
    feedback: Annotated[str, f.choice(Literal["reason", "reason_and_change"])] = "reason"

    def faults(self) -> Iterator[PydanticCustomError]:
        """Find weights that do not sum to 1."""
        if self.score_weights and sum(map(Fraction, self.score_weights.values())) != 1:
            yield refuse("weights do not sum to 1.", "Make them sum to exactly 1.", "score_weights")


class Call(Row):
    """When the call for proposals was open."""

    opens: f.Date | None = None
    closes: f.Date | None = None
    time_zone: f.TimeZone | None = None

    def faults(self) -> Iterator[PydanticCustomError]:
        """Find a call that closes before it opens."""
        if self.opens is not None and self.closes is not None and self.closes < self.opens:
            yield refuse("closes is before opens.", "Correct one of the dates.", "closes")


def _where(value: Any) -> immutabledict[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise refuse("is not a table of conditions.", "Write keys such as region: [AZ-BA].")
    for key in value:
        if key not in CONDITIONS:
            raise refuse(f"has an unknown key {key}.", f"Use one of: {', '.join(CONDITIONS)}.")
    found = {key: items(codes) for key, codes in value.items()}
    return immutabledict({key: codes for key, codes in found.items() if codes})


class Target(Row):
    """A floor or cap for the proposals that its conditions describe (PROBLEM.md, C11 and L1)."""

    id: f.Identifier
    where: Annotated[immutabledict[str, tuple[str, ...]], PlainValidator(_where)] = immutabledict()
    pool: f.Identifier | None = None
    min_share: f.Share | None = None
    max_share: f.Share | None = None
    min_amount: f.Amount | None = None
    max_amount: f.Amount | None = None
    min_count: f.Count | None = None
    max_count: f.Count | None = None
    of: Annotated[str, f.choice(Literal["budget", "awarded"])] = "budget"
    strictness: Annotated[str, f.choice(Literal["hard", "soft"])] = "hard"
    priority: f.Positive = 1
    weight: f.PositiveAmount = Decimal(1)

    def faults(self) -> Iterator[PydanticCustomError]:
        """Find bounds that are missing, that no solver can hold, or of which none can be met."""
        if not any(getattr(self, bound) is not None for bound in BOUNDS):
            yield refuse("has no bound.", f"Give one of: {', '.join(BOUNDS)}.", "min_share")
        if self.of == "awarded" and self.strictness == "soft":
            yield refuse(
                "a soft target cannot be a share of the money awarded.",
                "Make it hard, or a share of: budget.",
                "of",
            )
        for kind in ("share", "amount", "count"):
            low, high = getattr(self, f"min_{kind}"), getattr(self, f"max_{kind}")
            if low is not None and high is not None and high < low:
                yield refuse(f"max_{kind} is below min_{kind}.", "Swap them.", f"max_{kind}")
