"""The raw form that a folder, a workbook and a JSON document are all read into.

Cells are text, or a list of texts where JSON or YAML has one; empty cells are left out. Each knows
its file and line, so that a problem can say where it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Cell = str | list[str]

HELP_SHEETS = ("how to fill in", "codes")
"""Sheets of the template that help people and hold no data: a reader passes over them."""

EXAMPLE_PREFIX = "EXAMPLE-"
"""What ids of the template's example rows start with: a round that holds one is refused."""


@dataclass(frozen=True)
class RawRow:
    """A row of a table: its line in the file (from 1, the header counted) and its cells."""

    line: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class RawTable:
    """A table: the file (and sheet) it stands in, its columns by canonical name, its rows."""

    file: str
    columns: Sequence[str]
    rows: Sequence[RawRow]


@dataclass(frozen=True)
class RawSetting:
    """A key of `round.yaml` by its dotted name, such as `policy.score_threshold`."""

    line: int | None
    value: Cell
