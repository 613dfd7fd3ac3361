"""The tables of a result: what was awarded, decided, left, held and passed over, and why."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from matcher.allocation.wish import Correct
from matcher.results import RESULT_COLUMNS
from matcher.tables.awards import award_rows, pool_rows
from matcher.tables.blocking import CouldBePaid
from matcher.tables.decisions import decision_rows
from matcher.tables.figures import figures_of
from matcher.tables.jumps import count_passed
from matcher.tables.order import merit_of, order_columns
from matcher.tables.plan import Plan
from matcher.tables.steps import step_rows
from matcher.tables.targets import target_rows

__all__ = ["CouldBePaid", "Plan", "count_passed", "figures_of", "merit_of", "tables_of"]


def tables_of(
    plan: Plan, could_be_paid: CouldBePaid, correct: Correct | None, workers: int = 1
) -> Mapping[str, pd.DataFrame]:
    """Give every table of ROUND_FORMAT.md as a frame of text; empty text where nothing is said."""
    rows: dict[str, Any] = {
        "awards": award_rows(plan),
        "decisions": decision_rows(plan, could_be_paid),
        "pools": pool_rows(plan),
        "targets": target_rows(plan),
        "out_of_order": order_columns(plan, correct, workers),
        "steps": step_rows(plan),
    }
    return {
        name: pd.DataFrame(rows[name], columns=list(columns), dtype=object)
        for name, columns in RESULT_COLUMNS.items()
    }
