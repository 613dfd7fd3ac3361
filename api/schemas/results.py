"""Results of runs, publications, and what applicants and donors are told, as answered."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from api.http.listing import Page, filters_model, page_model
from api.results.paging import LISTS
from api.results.tables import FILTERS, columns_of
from api.schemas.rows import Sent, Text
from matcher.results import RESULT_COLUMNS
from matcher.writing.result_folder import COLUMN_KINDS

AMOUNT = "Decimal string, in the base currency of the round."
WORDS: Mapping[str, str] = {
    "amount": AMOUNT,
    "share": "A share of one, as a decimal string.",
    "bounded": "A share, an amount or a number, as the bound is written; a decimal string.",
    "date": "A day, such as 2026-03-01.",
}
ONE: Mapping[str, str] = {
    "awards": "Award", "decisions": "Decision", "pools": "PoolMoney", "targets": "TargetBound",
    "out_of_order": "OutOfOrder", "steps": "StepOfAward",
}  # fmt: skip


def _row_model(table: str) -> type[BaseModel]:
    """Give the model of a row; any cell may be blank, or withheld from who reads it."""
    fields: dict[str, Any] = {}
    for column in columns_of(table):
        kind = COLUMN_KINDS.get(column, "text")
        of: Any = {"whole": int, "truth": bool}.get(kind, str)
        fields[column] = (
            list[str] | None if column in LISTS else of | None,
            Field(None, description=WORDS.get(kind)),
        )
    return create_model(ONE[table], __doc__=f"A row of {table}.csv, with names.", **fields)


ROWS: Mapping[str, type[BaseModel]] = {table: _row_model(table) for table in RESULT_COLUMNS}
PAGES = {table: page_model(f"{ONE[table]}Page", row) for table, row in ROWS.items()}
FILTER_MODELS = {
    table: filters_model(f"{ONE[table]}Filters", FILTERS[table]) for table in RESULT_COLUMNS
}


class ExplainedProposal(BaseModel):
    """Why a proposal stands where it does, and what would change that, each by a re-solve."""

    proposal_id: str
    org_id: str
    decision: str
    reason: str
    coordinator: str = Field(description="All that is known, in sentences for the coordinator.")
    applicant: str = Field(description="The letter to the applicant.")
    funded: bool
    funded_in: str = Field(description="In how many of the best plans: all, some or none.")
    pools: list[str] = Field(description="The pools that may fund it.")
    ended_by_time: bool = Field(description="Whether the search ended before it was through.")
    currency: str
    displacement: dict[str, Any] | None = Field(
        None, description="What funding it would cost the plan; amounts in minor units."
    )
    changes: list[dict[str, Any]] = Field(description="The smallest changes that would do.")


class Difference(BaseModel):
    """A cell, or a row, that one round has otherwise than the other; null where it has none."""

    path: str = Field(examples=["pools.P07.budget"])
    before: Any = None
    after: Any = None


class ComparedRuns(BaseModel):
    """Two results side by side; each table is a list of rows, amounts as decimal strings.

    `change` of a proposal is in, out, more, less, other_payers, other_currency, same or none.
    """

    before: dict[str, Any]
    after: dict[str, Any]
    one_currency: bool
    input: list[Difference] = Field(description="What the rounds say otherwise.")
    changes: dict[str, int] = Field(description="So many proposals of each change.")
    totals: list[dict[str, Any]]
    proposals: list[dict[str, Any]]
    pools: list[dict[str, Any]]
    donors: list[dict[str, Any]]
    organisations: list[dict[str, Any]]
    regions: list[dict[str, Any]]
    groups: list[dict[str, Any]]
    sectors: list[dict[str, Any]]
    targets: list[dict[str, Any]]


class NewPublication(Sent):
    """What is published: the decisions of the run that was approved."""

    reason: Text | None = Field(
        None, description="Why there is a new version; needed from the second on.",
        examples=["The budget of a pool was corrected."],
    )  # fmt: skip


class PublicationWithdrawal(Sent):
    """Why a publication is withdrawn."""

    reason: Text = Field(min_length=1, examples=["A budget was entered wrongly."])


class PublishedVersion(BaseModel):
    """A version of a round's decisions; others than the coordinator see when, and which it is."""

    round_id: str
    number: int = Field(description="1, 2, …; each version stays.")
    published_at: str = Field(examples=["2026-03-02T08:00:00.000000Z"])
    withdrawn_at: str | None = None
    run_id: str | None = Field(None, description="The run whose decisions it holds.")
    reason: str | None = None


class PublicationPage(Page):
    """Versions of a round's decisions, the first one first."""

    items: list[PublishedVersion]


class ToldApplicant(BaseModel):
    """What the applicant is told of a proposal."""

    proposal_id: str
    decision: str = Field(examples=["funded"])
    requested: str = Field(description=AMOUNT)
    awarded: str = Field(description=AMOUNT)
    currency: str
    letter: str = Field(description="The decision and its reason, in words for the applicant.")
    version: int | None = Field(None, description="The number of the publication.")
    published_at: str | None = None
    run_id: str | None = None


class StepToTake(BaseModel):
    """What has to be done before an award is paid."""

    step: str
    responsible: str | None = None
    due: str | None = None
    citation: str | None = None


class ToldAward(BaseModel):
    """An award as its donor sees it: the applicant as far as it may be shown."""

    proposal_id: str | None = None
    title: str
    applicant: str
    amount: str = Field(description=AMOUNT)
    amount_in_pool_currency: str
    conditional: bool
    condition: str | None = None
    earliest_payment: str
    steps: list[StepToTake]


class ToldPool(BaseModel):
    """What a donor is told of its pool."""

    pool_id: str
    name: str
    donor_id: str
    currency: str = Field(description="The base currency of the round, in which amounts are.")
    pool_currency: str
    budget: str = Field(description="On offer, less what is held back.")
    awarded: str
    left: str
    why_left: str = Field(description="Why no more of it was awarded.")
    share_used: str
    grants: int
    awards: list[ToldAward]
    version: int | None = Field(None, description="The number of the publication.")
    published_at: str | None = None
    run_id: str | None = None


class Preview(Page):
    """What a publication would tell: a page of applicants; donors' pools stand on the first."""

    run_id: str
    number: int = Field(description="The version that it would be.")
    note: str | None = Field(None, description="What the letters still lack.")
    items: list[ToldApplicant]
    pools: list[ToldPool]


Format = Literal["json", "csv"]
