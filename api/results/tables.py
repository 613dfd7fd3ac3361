"""The tables of a result as rows of JSON or CSV, with the names of what their ids stand for."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any, Protocol

from api.results.paging import LISTS, Cells
from matcher.domain import Round
from matcher.results import RESULT_COLUMNS
from matcher.writing.result_folder import COLUMN_KINDS

OF_POOL, OF_PROPOSAL = ("pool_name", "donor_name"), ("title", "applicant")
NAMES: Mapping[str, tuple[str, ...]] = {
    "awards": (*OF_POOL, *OF_PROPOSAL),
    "decisions": OF_PROPOSAL,
    "pools": OF_POOL,
    "targets": (),
    "out_of_order": (*OF_POOL, "title_funded_instead", "title_passed_over"),
    "steps": (*OF_POOL, *OF_PROPOSAL),
}
"""What is added to the columns of each table."""
FILTERS: Mapping[str, tuple[str, ...]] = {
    "awards": (
        "pool_id", "donor_id", "proposal_id", "org_id", "pool_currency", "verdict", "conditional"
    ),
    "decisions": ("proposal_id", "org_id", "decision", "funders", "binding", "conditional"),
    "pools": ("pool_id",),
    "targets": ("target_id", "bound", "strictness", "held"),
    "out_of_order": ("pool_id", "funded_instead", "passed_over"),
    "steps": ("pool_id", "proposal_id", "responsible", "due"),
}  # fmt: skip
"""The columns that each table is filtered by."""
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a text may start with that a spreadsheet takes for a formula (OWASP, CSV injection)."""


class Names(Protocol):
    """What says the names of pools, donors, proposals and applicants."""

    def pool(self, pool_id: str) -> str:
        """Give the name of a pool."""

    def donor(self, pool_id: str) -> str:
        """Give the name of a pool's donor."""

    def title(self, proposal_id: str) -> str:
        """Give the title of a proposal."""

    def applicant(self, proposal_id: str) -> str:
        """Give the name of a proposal's organisation."""


class EveryName:
    """All names of a round as they are, for who may see everything."""

    def __init__(self, round_: Round) -> None:
        self.round = round_

    def pool(self, pool_id: str) -> str:
        """Give the name of a pool."""
        return self.round.pools_by_id[pool_id].name

    def donor(self, pool_id: str) -> str:
        """Give the name of a pool's donor."""
        return self.round.donors_by_id[self.round.pools_by_id[pool_id].donor_id].name

    def title(self, proposal_id: str) -> str:
        """Give the title of a proposal."""
        return self.round.proposals_by_id[proposal_id].title

    def applicant(self, proposal_id: str) -> str:
        """Give the name of a proposal's organisation."""
        org_id = self.round.proposals_by_id[proposal_id].org_id
        return self.round.organisations_by_id[org_id].name


def columns_of(table: str) -> tuple[str, ...]:
    """Give the columns of a table: those of its file, then the names."""
    return (*RESULT_COLUMNS[table], *NAMES[table])


def read_rows(content: bytes) -> list[dict[str, str]]:
    """Read the rows of a table's file."""
    return list(csv.DictReader(StringIO(content.decode(), newline="")))


def names_of(table: str, row: Cells, names: Names) -> Iterator[tuple[str, str]]:
    """Yield the names that belong to a row of a table's file."""
    for name in NAMES[table]:
        match name:
            case "pool_name":
                yield name, names.pool(row["pool_id"])
            case "donor_name":
                yield name, names.donor(row["pool_id"])
            case "applicant":
                yield name, names.applicant(row["proposal_id"])
            case "title":
                yield name, names.title(row["proposal_id"])
            case _:
                yield name, names.title(row[name.removeprefix("title_")])


def in_full(table: str, rows: Sequence[Cells], names: EveryName) -> list[dict[str, str]]:
    """Give the rows of a table with their names, nothing withheld."""
    return [{**row, **dict(names_of(table, row, names))} for row in rows]


def as_json(row: Cells) -> dict[str, Any]:
    """Give a row with its cells as JSON has them; blank ones are left out."""
    return {column: _value(column, cell) for column, cell in row.items() if cell != ""}


def _value(column: str, cell: str) -> Any:
    if column in LISTS:
        return cell.split(";")
    match COLUMN_KINDS.get(column, "text"):
        case "whole":
            return int(cell)
        case "truth":
            return cell == "true"
        case _:
            return cell


def as_csv(table: str, rows: Sequence[Cells]) -> str:
    """Give rows as CSV in which no text is a formula; numbers are as they are."""
    columns = columns_of(table)
    text = StringIO(newline="")
    # Ends of lines as RFC 4180 has them: within a cell either sign of one is quoted then.
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_inert(column, row.get(column, "")) for column in columns] for row in rows)
    return text.getvalue()


def _inert(column: str, cell: str) -> str:
    is_text = COLUMN_KINDS.get(column, "text") == "text"
    return f"'{cell}" if is_text and cell.startswith(LIVE) else cell
