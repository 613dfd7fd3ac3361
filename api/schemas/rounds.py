"""Rounds: their settings, states and publications, as sent and answered."""

from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field, create_model

from api.http.fields import CURRENCY
from api.http.listing import Page
from api.http.problems import FieldProblem
from api.schemas.rows import TYPES, Identifier, Kept, Name, Number, Sent, Text
from matcher.domain.policy import Policy
from matcher.writing.column_notes import NOTES
from matcher.writing.columns import column_type

State = Literal[
    "draft", "open", "screening", "matching", "review", "approved", "published", "closed"
]
STATES: tuple[State, ...] = get_args(State)
"""The states of a round in their order."""
BAKU = "Asia/Baku"
"""Where a call is, if it does not say."""


class CallSettings(Sent):
    """When proposals are taken: from the first day to the end of the last, in the time zone."""

    opens: date | None = Field(None, examples=["2026-01-05"])
    closes: date | None = Field(None, examples=["2026-02-05"])
    time_zone: Annotated[str, Field(max_length=64)] = Field(BAKU, examples=[BAKU])


def _policy_fields() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name in Policy.model_fields:
        words = NOTES["round"].get(f"policy.{name}", "").partition(" Example: ")[0]
        kind = dict[Name, Number] if name == "score_weights" else TYPES[column_type("policy", name)]
        fields[name] = (kind | None, Field(None, description=words or None))
    return fields


PolicySettings: type[Sent] = create_model(
    "PolicySettings",
    __base__=Sent,
    __doc__="The rules of the round; what is not given does not bind. Base currency.",
    **_policy_fields(),
)


class RoundSettings(Sent):
    """The settings of a round, as in `round.yaml`; targets are rows of their own."""

    title: Text | None = Field(None, examples=["Spring 2026 allocation round"])
    currency: Annotated[str, Field(pattern=CURRENCY, examples=["AZN"])]
    decision_date: date = Field(description="Rules are evaluated as of this day.")
    call: CallSettings = Field(default_factory=CallSettings)
    rule_packs: list[Name] = Field(default=[], examples=[["az", "donor-compliance"]])
    rates: dict[Annotated[str, Field(pattern=CURRENCY)], Number] = Field(
        default={}, description="What one unit is worth in the base currency.",
        examples=[{"USD": "1.7000"}],
    )  # fmt: skip
    policy: PolicySettings = Field(default_factory=PolicySettings)


class NewRound(RoundSettings):
    """A round to begin, in the state draft."""

    id: Identifier = Field(examples=["az-2026-spring"])


class KeptRound(Kept):
    """A round as it stands."""

    id: str
    state: State
    title: str | None = None
    currency: str
    decision_date: str
    call: dict[str, Any] = Field(default={})
    rule_packs: list[str] = Field(default=[])
    rates: dict[str, str] = Field(default={})
    policy: dict[str, Any] = Field(default={})
    run_id: str | None = Field(None, description="The run that was approved.")


class RoundPage(Page):
    """Some of the rounds."""

    items: list[KeptRound]


class Move(Sent):
    """A round's way into another state."""

    to: State
    reason: Text | None = Field(None, description="Why; needed to go back.")
    run_id: Identifier | None = Field(None, description="With `approved`: the run that holds.")


class Problems(BaseModel):
    """Everything wrong with a round, as `matcher check` tells it."""

    errors: int
    warnings: int
    problems: list[FieldProblem]


def settings_of(sent: RoundSettings) -> dict[str, Any]:
    """Give settings as they are kept: texts and lists of texts, blanks left out."""
    plain = sent.model_dump(mode="json", exclude_none=True, exclude={"id"})
    plain["policy"] = {name: _text(value) for name, value in plain["policy"].items()}
    kept: dict[str, Any] = {name: value for name, value in plain.items() if value not in ({}, [])}
    return kept


def _text(value: Any) -> Any:
    return value if isinstance(value, dict | str) else str(value)
