"""A rule pack: what a country's law, or a donor's rules, ask of a grant, as data.

The keys are those of docs/reference/rule-packs.md, one class for each of its tables. Every model is
frozen and refuses keys that it does not know.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Subject = Literal["donor", "pool", "organisation", "proposal", "grant"]
FactType = Literal["truth", "choice", "choices", "number", "amount", "date", "text"]
Link = Literal["contribution", "grant", "subgrant"]
Confidence = Literal["T", "S", "M"]
VerdictName = Literal["eligible", "eligible_with_steps", "needs_review", "ineligible"]
Severity = Literal[
    "block", "block-until-done", "penalty", "review", "review-critical", "deadline", "info"
]
Party = Literal["donor", "recipient", "association", "authority", "applicant"]

WORST_LAST: tuple[Confidence, ...] = ("T", "S", "M")
"""Read in the act's text; a secondary source; not verified."""

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Words = Annotated[str, Field(min_length=1)]


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else [value]


def _dated(value: Any) -> Any:
    return None if value == "unknown" else value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Part):
    """An act or document, and where its text or a report of it was read."""

    title: Words
    found_at: Words


class Citation(_Part):
    """Where in a source a value stands, and how well that was verified."""

    source: Identifier
    article: str = ""
    confidence: Confidence


Citations = Annotated[tuple[Citation, ...], BeforeValidator(_listed), Field(min_length=1)]


class Derived(_Part):
    """What a fact is where nothing is stated and a condition on its subject (`self`) holds."""

    when: Words
    value: Words


class Fact(_Part):
    """A fact that rules need: what it says, of whom, and who is asked for it.

    `least` and `most` are what a number can be, in the unit that `meaning` names.
    """

    of: Annotated[tuple[Subject, ...], Field(min_length=1)]
    type: FactType
    values: tuple[Words, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    meaning: Words
    ask: Words
    unless_stated: str | None = None
    derived: tuple[Derived, ...] = ()


class Duration(_Part):
    """Days that a step takes: cited, or a planning value with its reason."""

    days: Annotated[int, Field(ge=0, le=3650)]
    cite: Annotated[tuple[Citation, ...], BeforeValidator(_listed)] = ()
    plan: str = ""


class Days(_Part):
    """How long a step takes at least, as planned, and in nine cases of ten."""

    minimum: Duration
    planned: Duration
    p90: Duration


class Step(_Part):
    """Something that somebody has to do before, or after, a grant is paid."""

    id: Identifier
    do: Words
    by: Party
    days: Days
    after: tuple[Words, ...] = ()
    timing: Literal["before_payment", "after_payment"] = "before_payment"


class Outcome(_Part):
    """What a rule says where a condition holds."""

    when: Words
    verdict: VerdictName
    because: Words
    cite: Citations
    steps: tuple[Identifier, ...] = ()

    @property
    def confidence(self) -> Confidence:
        """Give the worst confidence among its citations."""
        return max((cite.confidence for cite in self.cite), key=WORST_LAST.index)


class Rule(_Part):
    """A rule, or one version of it, in force from `effective` to `ends`, both days included.

    `effective` is None where no date was found; such a rule can at most ask for review.
    """

    id: Identifier
    title: Words
    text: Words
    jurisdiction: Words
    applies_to: Words
    links: Annotated[tuple[Link, ...], Field(min_length=1)] = ("grant",)
    adopted: date | None = None
    published: date | None = None
    effective: Annotated[date | None, BeforeValidator(_dated)]
    ends: date | None = None
    repealed_by: str = ""
    severity: Severity
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1)]
    steps: tuple[Step, ...] = ()
    notes: tuple[Words, ...] = ()
    last_checked: date | None = None

    def in_force(self, day: date) -> bool:
        """Say whether the rule holds on a day; one without a date always does."""
        begun = self.effective is None or self.effective <= day
        return begun and (self.ends is None or day <= self.ends)

    def is_doubtful(self, outcome: Outcome) -> bool:
        """Say whether an outcome is not verified, or of a rule without a date."""
        return outcome.confidence == "M" or self.effective is None

    def verdict_of(self, outcome: Outcome) -> VerdictName:
        """Give what a true outcome comes to: a doubtful one asks for review at most."""
        informs = outcome.verdict == "eligible"
        return "needs_review" if self.is_doubtful(outcome) and not informs else outcome.verdict


class Pack(_Part):
    """A rule pack as read from its file; sources and facts by their keys."""

    id: Identifier
    title: Words
    about: Words
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = "AZN"
    last_checked: date
    sources: Mapping[Identifier, Source] = {}
    facts: Mapping[Name, Fact] = {}
    rules: tuple[Rule, ...] = ()
    not_found: tuple[Words, ...] = ()
