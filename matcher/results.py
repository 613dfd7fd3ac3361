"""A run and its tables, frozen: what the result folder, the workbook and the report are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

import pandas as pd

from matcher.domain import Round

RunStatus = Literal["optimal", "feasible", "infeasible", "no_solution"]

RESULT_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "awards": (
        "pool_id", "donor_id", "proposal_id", "org_id", "amount", "pool_currency",
        "amount_in_pool_currency", "verdict", "conditional", "condition", "earliest_payment",
    ),
    "decisions": (
        "proposal_id", "org_id", "decision", "requested", "awarded", "share_of_request", "score",
        "funders", "conditional", "reason", "binding",
    ),
    "pools": ("pool_id", "budget", "awarded", "left", "grants", "share_used"),
    "targets": ("target_id", "bound", "limit", "value", "slack", "strictness", "held"),
    "out_of_order": (
        "pool_id", "funded_instead", "passed_over", "score_funded_instead", "score_passed_over",
        "why", "cost_of_correcting",
    ),
    "steps": (
        "pool_id", "proposal_id", "step", "responsible", "lead_days", "due", "citation",
    ),
}  # fmt: skip
"""The tables of a result folder with their columns, in the order of ROUND_FORMAT.md."""


@dataclass(frozen=True)
class Level:
    """An objective level with what was reached and what is proven.

    `key` is the priority of L1, the tier of L2 (None: the blank tier), else None. L1 and L4 are
    least-is-best, L2 and L3 most-is-best. Values are exact; the bound is as the solver proved it,
    None where nothing is proven.
    """

    level: Literal["L1", "L2", "L3", "L4"]
    key: int | None
    value: Fraction
    bound: Fraction | None
    why: str

    @property
    def gap(self) -> Fraction | None:
        """Give |bound - value| / |bound|, 0 when they are equal, None without a bound."""
        if self.bound is None:
            return None
        if self.bound == self.value:
            return Fraction(0)
        if self.bound == 0:
            return abs(self.value)
        return abs(self.bound - self.value) / abs(self.bound)


@dataclass(frozen=True)
class StayNear:
    """An earlier result that awards are to stay near (ADR 0012).

    `awards` are its own, as (pool id, proposal id, base minor units), sorted; `digest` is the hash
    of the file they stand in. At most `at_most` proposals of the round may change, where it is
    given; each change costs `price` in merit (base major units × score), where that is given.
    """

    awards: tuple[tuple[str, str, int], ...]
    digest: str
    at_most: int | None = None
    price: Decimal | None = None


@dataclass(frozen=True)
class Options:
    """What a run was asked for; `seconds` is the wall-clock limit of the whole command.

    `baseline` asks for the comparison with the ranked list in a large round too; `brief` does
    without that comparison and without what corrections cost;
    `warm_start` is the hash of the awards that the run started from, None without any.
    """

    rule: str | None = None
    seconds: float = 600.0
    gap: float = 1e-6
    workers: int = 2
    seed: int = 0
    baseline: bool = False
    brief: bool = False
    warm_start: str | None = None
    stay_near: StayNear | None = None


@dataclass(frozen=True)
class Baseline:
    """What the committee's usual way would have done with the same round."""

    rule: str
    merit: Fraction
    placed: int
    funded: int
    queue_jumps: int


@dataclass(frozen=True)
class Figures:
    """The numbers people read first; money in base minor units, merit in major units × score.

    `average_score` is the mean score of the proposals that get money (None when none does);
    `budget` is all money on offer after hold-backs; `requested` that of submitted proposals.
    """

    budget: int
    requested: int
    placed: int
    submitted: int
    funded: int
    partially_funded: int
    average_score: Fraction | None
    merit: Fraction
    queue_jumps: int
    conditional_awards: int
    decisions: Mapping[str, int]
    baseline: Baseline | None

    @property
    def gain(self) -> Fraction | None:
        """Give by which share merit lies above the baseline's, None without one or at 0."""
        if self.baseline is None or self.baseline.merit == 0:
            return None
        return self.merit / self.baseline.merit - 1


@dataclass(frozen=True)
class Run:
    """A finished run: its status, what it reached, and its tables as text, ready to be written.

    `tables` has a frame of text columns for each name in `RESULT_COLUMNS` (empty text = nothing);
    `record` is the content of run.json. A run without awards (infeasible, no_solution) has no
    tables and no figures, and its record says which constraints are in conflict.
    """

    round: Round
    options: Options
    status: RunStatus
    levels: tuple[Level, ...]
    tables: Mapping[str, pd.DataFrame]
    record: Mapping[str, Any]
    figures: Figures | None = None
    awards: Mapping[tuple[str, str], int] = field(default_factory=dict)
