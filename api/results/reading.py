"""A table of a run for whoever asks: in full, or as others may see it."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from api.access.roles import Principal
from api.results.kept import parsed, round_of, shown_round
from api.results.paging import Cells
from api.results.shown import for_others
from api.results.tables import EveryName, in_full, read_rows
from api.store.tables import RunRow

SEE_ALL = ("coordinator", "auditor")
"""The roles from which nothing is withheld."""


def rows_for(session: Session, run: RunRow, table: str, principal: Principal) -> Sequence[Cells]:
    """Give the rows of a table of a run, as its asker may see them."""
    file = f"{table}.csv"
    if principal.role in SEE_ALL:
        names = EveryName(round_of(session, run))
        return parsed(
            session, run.id, file, "in full",
            lambda content: in_full(table, read_rows(content), names),
        )  # fmt: skip
    shown = shown_round(session, run)
    return parsed(
        session, run.id, file, "for others",
        lambda content: for_others(table, read_rows(content), shown),
    )  # fmt: skip


def rows_of(session: Session, run_id: str, table: str) -> list[dict[str, str]]:
    """Give the rows of a table of a run as its file has them."""
    return parsed(session, run_id, f"{table}.csv", "rows", read_rows)
