"""The tables of a result: what was awarded, decided, left, held and passed over, and why."""

from collections.abc import Mapping

import pandas as pd

from matcher.results import RESULT_COLUMNS
from matcher.tables.awards import award_rows, pool_rows
from matcher.tables.blocking import CouldBePaid
from matcher.tables.decisions import decision_rows
from matcher.tables.order import Corrected, Jump, jumps_of, merit_of, order_rows
from matcher.tables.plan import Plan
from matcher.tables.targets import target_rows

__all__ = ["Corrected", "CouldBePaid", "Jump", "Plan", "jumps_of", "merit_of", "tables_of"]


def tables_of(
    plan: Plan, could_be_paid: CouldBePaid, correct: Corrected | None, workers: int = 1
) -> Mapping[str, pd.DataFrame]:
    """Give every table of ROUND_FORMAT.md as a frame of text; empty text where nothing is said."""
    rows = {
        "awards": award_rows(plan),
        "decisions": decision_rows(plan, could_be_paid),
        "pools": pool_rows(plan),
        "targets": target_rows(plan),
        "out_of_order": order_rows(plan, jumps_of(plan), correct, workers),
        "steps": [],
    }
    return {
        name: pd.DataFrame(rows[name], columns=list(columns), dtype=object)
        for name, columns in RESULT_COLUMNS.items()
    }
