"""Runs, what they are asked with and how they stand, as sent and answered."""

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field

from api.http.listing import Page
from api.schemas.rows import Identifier, Name, Number, Sent, Text

Kind = Literal["match", "scenario", "explain"]
RunState = Literal["queued", "running", "done", "infeasible", "no_solution", "failed", "cancelled"]
RUN_STATES: tuple[RunState, ...] = get_args(RunState)
Rule = Literal["max_merit", "ranked_list"]
Seconds = Annotated[
    float, Field(ge=0.1, le=10**6, allow_inf_nan=False, description="Seconds to search at most.")
]
Gap = Annotated[
    float, Field(ge=0, le=1, allow_inf_nan=False, description="Relative gap of merit to stop at.")
]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1, description="Of the search.")]
Cell = Annotated[str, Field(max_length=20_000)] | int | list[Name]
Path = Annotated[str, Field(min_length=1, max_length=600)]
MOST_EDITS = 1000


class RunAsked(Sent):
    """A run of a round as it stands now."""

    rule: Rule | None = Field(None, description="The round's own if not given.")
    time_limit: Seconds = 600.0
    gap: Gap = 1e-6
    seed: Seed = 0
    baseline: bool = Field(False, description="Compare a large round with the ranked list too.")
    warm_start_run: Identifier | None = Field(None, description="An earlier run to start from.")
    stay_near_run: Identifier | None = Field(
        None, description="An earlier run to change little of; with one of the two limits."
    )
    at_most_changes: Annotated[int, Field(ge=0, le=10**6)] | None = Field(
        None, description="So many proposals may change against stay_near_run."
    )
    price_per_change: Number | None = Field(
        None, description="What each change against stay_near_run has to bring in merit."
    )


class ScenarioAsked(Sent):
    """A run's round with some things otherwise (docs/reference/scenarios.md)."""

    question: Text | None = Field(None, examples=["What if the embassy doubled its pool?"])
    add: dict[Name, Annotated[list[dict[Name, Cell]], Field(max_length=MOST_EDITS)]] = Field(
        default={}, description="Rows to add, by table."
    )
    set: dict[Path, Cell | dict[Name, Cell]] = Field(
        default={}, max_length=MOST_EDITS, description="Cells to set, by path, in their order.",
        examples=[{"pools.P07.budget": "x2"}],
    )  # fmt: skip
    drop: list[Path] = Field(default=[], max_length=MOST_EDITS, description="Rows to drop.")
    time_limit: Seconds = 600.0
    gap: Gap = 1e-4
    seed: Seed = 0


class ExplanationsAsked(Sent):
    """Explanations of all proposals of a run."""

    time_limit: Seconds = 600.0
    gap: Gap = 1e-4


class Standing(BaseModel):
    """How a run gets on. Figures are in values of the level that is being solved."""

    stage: str | None = Field(None, examples=["solving"], description="What is being done.")
    level: str | None = Field(None, examples=["L2"])
    key: int | None = Field(None, description="The priority or tier of the level.")
    incumbent: float | None = Field(None, description="The best found.")
    bound: float | None = Field(None, description="What is proven that nothing is better than.")
    gap: float | None = Field(None, description="How far the bound is off, as a share of it.")


class KeptRun(BaseModel):
    """A run: what was asked for, and what became of it. Once it has ended it never changes."""

    id: str = Field(examples=["run_0f3a5b7c9d1e2f40"])
    round_id: str
    kind: Kind
    state: RunState
    options: dict[str, Any]
    of_run: str | None = Field(None, description="The run that this one is about.")
    inputs: str = Field(description="The content hash of the round that it is a run of.")
    progress: Standing
    detail: str | None = Field(None, description="Why it ended so, where that has to be told.")
    attempt: int = Field(description="How often a worker has taken it up.")
    created_at: str = Field(examples=["2026-01-05T08:30:00.000000Z"])
    created_by: str | None = Field(None, description="The id of the key that asked for it.")
    started_at: str | None = None
    ended_at: str | None = None
    cancel_asked_at: str | None = None


class RunPage(Page):
    """Some of the runs of a round."""

    items: list[KeptRun]


class KeptFile(BaseModel):
    """A file of a finished run."""

    name: str = Field(examples=["awards.csv"])
    bytes: int
    media_type: str = Field(examples=["text/csv; charset=utf-8"])


class RunFiles(BaseModel):
    """All files of a run, none before it has ended."""

    files: list[KeptFile]
