"""The rows of a round's tables: frozen, each column typed, headers as in ROUND_FORMAT.md."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from immutabledict import immutabledict
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from matcher.domain import fields as f
from matcher.domain.fields import refuse

DonorKind = Annotated[str, f.choice(f.DonorKind)]
OrganisationKind = Annotated[str, f.choice(f.OrganisationKind)]
Visibility = Annotated[str, f.choice(f.Visibility)]


class Row(BaseModel):
    """A row of a table: frozen; only the columns that were given are set."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    key: ClassVar[str | None] = None
    """The column that names a row and may not repeat, where the table has one."""

    def faults(self) -> Iterator[PydanticCustomError]:
        """Find what is wrong between the columns; the kind of a fault is the column it is told at.

        Every one of them, unlike building a row, which ends at the first.
        """
        yield from ()

    @model_validator(mode="after")
    def _faultless(self) -> Self:
        for fault in self.faults():
            raise fault
        return self

    def given(self) -> dict[str, Any]:
        """Give the columns that hold a value, without the defaults that were not written."""
        set_ = self.model_fields_set
        values = {name: getattr(self, name) for name in type(self).model_fields if name in set_}
        return {name: value for name, value in values.items() if value not in (None, (), {})}


class _Factual(Row):
    """A row whose further columns are facts that rule packs declare."""

    facts: f.Facts = immutabledict()


def ordered(row: Row, first: str, last: str) -> Iterator[PydanticCustomError]:
    """Find whether one day of a row is before another that it should follow."""
    start, end = getattr(row, first), getattr(row, last)
    if start is not None and end is not None and end < start:
        yield refuse(f"{last} is before {first}.", f"Correct {first} or {last}.", last)


class Donor(_Factual):
    """Who gives: the owner of one or more pools."""

    key = "donor_id"
    donor_id: f.Identifier
    name: f.Text
    kind: DonorKind
    country: f.Text | None = None
    visibility: Visibility = "public"


class Pool(_Factual):
    """An envelope of money with its terms; amounts in the pool's own currency, empty list = any."""

    key = "pool_id"
    pool_id: f.Identifier
    donor_id: f.Identifier
    name: f.Text
    currency: f.Text
    budget: f.Amount
    certainty: Annotated[str, f.choice(Literal["confirmed", "pledged"])] = "confirmed"
    condition: f.Text | None = None
    hold_back_share: f.Share | None = None
    min_grant: f.Amount | None = None
    max_grant: f.Amount | None = None
    max_grants: f.Count | None = None
    max_project_share: f.PositiveShare | None = None
    sole_funder: f.Truth = False
    not_with: f.Codes = ()
    sectors: f.Codes = ()
    not_sectors: f.Codes = ()
    regions: f.Codes = ()
    not_regions: f.Codes = ()
    groups: f.Groups = ()
    sdgs: f.Sdgs = ()
    priority_areas: f.PriorityAreas = ()
    applicant_kinds: f.OrganisationKinds = ()
    countries: f.Codes = ()
    applicant_countries: f.Codes = ()
    available_from: f.Date | None = None
    available_until: f.Date | None = None
    pay_by: f.Date | None = None
    visibility: Visibility = "public"
    confidential_terms: f.Codes = ()

    def faults(self) -> Iterator[PydanticCustomError]:
        """Find days that are out of order."""
        yield from ordered(self, "available_from", "available_until")


class Organisation(_Factual):
    """An applicant; `annual_budget` in the base currency."""

    key = "org_id"
    org_id: f.Identifier
    name: f.Text
    country: f.Text | None = None
    kind: OrganisationKind | None = None
    registration_status: (
        Annotated[str, f.choice(Literal["registered", "pending", "unregistered"])] | None
    ) = None
    registered_on: f.Date | None = None
    region: f.Text | None = None
    staff: f.Count | None = None
    annual_budget: f.Amount | None = None
    visibility: Visibility = "public"


class Proposal(_Factual):
    """A request for money; amounts in the proposal's own currency."""

    key = "proposal_id"
    proposal_id: f.Identifier
    org_id: f.Identifier
    title: f.Text
    currency: f.Text
    requested: f.PositiveAmount
    minimum: f.Amount | None = None
    own_contribution: f.Amount | None = None
    other_funding: f.Amount | None = None
    sector: f.Text | None = None
    regions: f.RegionShares = ()
    groups: f.Groups = ()
    sdgs: f.Sdgs = ()
    priority_areas: f.PriorityAreas = ()
    submitted: f.Date | None = None
    starts: f.Date | None = None
    ends: f.Date | None = None
    score: f.Score | None = None
    criteria: f.Decimals = Field(default=immutabledict(), description="the columns score_*")
    tier: f.Positive | None = None
    max_funders: f.Count | None = None
    alternatives: f.Codes = ()
    requires: f.Codes = ()
    accepts_donor_kinds: f.DonorKinds = ()
    refuses_donors: f.Codes = ()
    status: Annotated[str, f.choice(f.Status)] = "submitted"
    status_reason: f.Text | None = None
    language: f.Text | None = None
    visibility: Visibility = "public"

    def faults(self) -> Iterator[PydanticCustomError]:
        """Find days that are out of order and a minimum above the request."""
        yield from ordered(self, "starts", "ends")
        if self.minimum is not None and self.minimum > self.requested:
            yield refuse(
                f"minimum {self.minimum} is more than requested {self.requested}.",
                "Lower the minimum or leave it blank for all-or-nothing.",
                "minimum",
            )


WIDE_STATUSES = ("declined", "forbid", "conflict")
"""What a row for a whole donor or organisation may say."""


class PairTerm(Row):
    """What is said of one pool and proposal, or of all pools of a donor, all of an organisation."""

    pool_id: f.Identifier | None = None
    donor_id: f.Identifier | None = None
    proposal_id: f.Identifier | None = None
    org_id: f.Identifier | None = None
    status: Annotated[str, f.choice(f.PairStatus)] | None = None
    amount: f.PositiveAmount | None = None
    score: f.Score | None = None
    payer_preference: f.Preference | None = None
    reason: f.Text | None = None

    def faults(self) -> Iterator[PydanticCustomError]:
        """Find a row that names or says too little, or more than it may."""
        if (self.pool_id is None) == (self.donor_id is None):
            yield refuse("names not exactly one of pool_id and donor_id.", "Fill one.", "pool_id")
        if (self.proposal_id is None) == (self.org_id is None):
            yield refuse(
                "names not exactly one of proposal_id and org_id.", "Fill one.", "proposal_id"
            )
        wide = self.donor_id is not None or self.org_id is not None
        if wide and (self.status not in WIDE_STATUSES or self.values_given()):
            yield refuse(
                "a row for a whole donor or organisation says more than it may.",
                f"Give it only a status out of {', '.join(WIDE_STATUSES)}.",
                "status",
            )
        if self.status is None and self.score is None and self.payer_preference is None:
            yield refuse("says nothing.", "Give a status, a score or a preference.", "status")
        if self.status == "pin" and self.reason is None:
            yield refuse("a pin has no reason.", "Write who decided it and why.", "reason")
        if self.status == "accepted" and self.amount is None:
            yield refuse("an accepted award has no amount.", "Write the amount.", "amount")

    def values_given(self) -> bool:
        """Say whether a number stands in the row."""
        return any(v is not None for v in (self.amount, self.score, self.payer_preference))


class Review(Row):
    """One reviewer's score of a proposal, as a whole or for one criterion."""

    proposal_id: f.Identifier
    reviewer_id: f.Identifier
    score: f.Score
    criterion: f.Text | None = None
    recused: f.Truth = False
    on: f.Date | None = None


class Partner(Row):
    """An organisation that takes part in a proposal."""

    proposal_id: f.Identifier
    org_id: f.Identifier
    role: Annotated[str, f.choice(Literal["lead", "partner", "host"])]
    share: f.Share | None = None


class Contributor(Row):
    """A donor who feeds a pooled fund."""

    pool_id: f.Identifier
    donor_id: f.Identifier
    amount: f.Amount
    currency: f.Text
    earmark: f.Text | None = None


class Fact(Row):
    """A fact with its window and provenance; stronger than a column of the same name."""

    subject: f.Identifier
    fact: f.Text
    value: f.FactValue
    valid_from: f.Date | None = None
    valid_to: f.Date | None = None
    source: f.Text | None = None
    checked_on: f.Date | None = None
    checked_by: f.Text | None = None

    def faults(self) -> Iterator[PydanticCustomError]:
        """Find days that are out of order."""
        yield from ordered(self, "valid_from", "valid_to")


class Commitment(Row):
    """An earlier award that counts in caps; the amount in its own currency."""

    key = "commitment_id"
    commitment_id: f.Identifier
    org_id: f.Identifier
    amount: f.Amount
    currency: f.Text
    decided: f.Date
    pool_id: f.Identifier | None = None
    proposal_id: f.Identifier | None = None
    status: f.Text | None = None


class Code(Row):
    """A code of the round's own vocabulary."""

    key = "code"
    code: f.Identifier
    name: f.Text
    parent: f.Text | None = None
    country: f.Text | None = None


TABLES: Mapping[str, type[Row]] = {
    "donors": Donor,
    "pools": Pool,
    "organisations": Organisation,
    "proposals": Proposal,
    "pairs": PairTerm,
    "reviews": Review,
    "partners": Partner,
    "contributors": Contributor,
    "facts": Fact,
    "commitments": Commitment,
    "regions": Code,
    "sectors": Code,
}
REQUIRED_TABLES = ("donors", "pools", "organisations", "proposals")
