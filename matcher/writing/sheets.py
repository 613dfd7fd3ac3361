"""A round's workbook: typed cells under frozen headers, the same bytes for the same round."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from types import TracebackType
from typing import Any, Self

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from matcher.errors import MatcherError
from matcher.writing.columns import ColumnType

CREATED = datetime(2000, 1, 1)
"""Stands in every workbook, so that the day of writing does not change its bytes."""

FIRST_DATE = date(1900, 3, 1)
"""Spreadsheets disagree about the days before it, which are therefore written as text."""

NUMBER_FORMATS: Mapping[ColumnType, str] = {
    "text": "@",
    "list": "@",
    "truth": "@",
    "amount": "#,##0.00##",
    "number": "General",
    "whole": "0",
    "date": "yyyy-mm-dd",
}
NARROWEST, WIDEST = 9, 60
"""Column widths, in characters."""


def fits_number(text: str) -> bool:
    """Say whether a spreadsheet's number (15 digits) holds a decimal exactly and plainly."""
    value = Decimal(text)
    magnitude = abs(value)
    plain = value == 0 or Decimal("0.0001") <= magnitude < Decimal(10) ** 15
    return plain and len(text.lstrip("-").replace(".", "").strip("0")) <= 15


class RoundWorkbook:
    """A workbook under construction, for use in `with`: leaving the block finishes `content`."""

    def __init__(self, content: BytesIO) -> None:
        self.book = xlsxwriter.Workbook(content, {"in_memory": True})
        self.book.set_properties({"created": CREATED})
        self.header = self.book.add_format(
            {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E5F", "valign": "vcenter"}
        )
        self.formats = {
            kind: self.book.add_format({"num_format": code, "valign": "top"})
            for kind, code in NUMBER_FORMATS.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if kind is None:
            self.book.close()

    def settings(self, rows: Sequence[tuple[str, ColumnType, str]]) -> None:
        """Add the sheet `round`: a dotted key and its value in each row."""
        sheet = self._sheet("round", ["key", "value"])
        for line, (key, kind, text) in enumerate(rows, 1):
            self._write(sheet, line, 0, "text", key)
            self._write(sheet, line, 1, kind, text)
        self._widths(sheet, [[key, text] for key, _, text in rows], ["key", "value"])

    def table(
        self, name: str, types: Mapping[str, ColumnType], rows: Sequence[Mapping[str, str]]
    ) -> None:
        """Add a sheet with a header and a row for each of `rows` (column → text)."""
        columns = list(types)
        sheet = self._sheet(name, columns)
        for line, row in enumerate(rows, 1):
            for position, column in enumerate(columns):
                if column in row:
                    self._write(sheet, line, position, types[column], row[column])
        sheet.autofilter(0, 0, len(rows), len(columns) - 1)
        self._widths(sheet, [[row.get(c, "") for c in columns] for row in rows], columns)

    def _sheet(self, name: str, columns: Sequence[str]) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        for position, column in enumerate(columns):
            self._write(sheet, 0, position, "text", column, self.header)
        sheet.freeze_panes(1, 1)
        return sheet

    def _write(
        self,
        sheet: Worksheet,
        row: int,
        column: int,
        kind: ColumnType,
        text: str,
        style: Any = None,
    ) -> None:
        """Write a cell by its type, and as text where a spreadsheet's own type cannot hold it."""
        style = style or self.formats[kind]
        if kind in ("amount", "number", "whole") and fits_number(text):
            failed = sheet.write_number(row, column, Decimal(text), style)
        elif kind == "date" and (day := date.fromisoformat(text)) >= FIRST_DATE:
            failed = sheet.write_datetime(row, column, day, style)
        else:
            failed = sheet.write_string(row, column, text, style)
        if failed:
            raise MatcherError(
                f"A sheet cannot hold row {row + 1}, column {column + 1} of {sheet.name}: it takes "
                "1,048,576 rows and texts of 32,767 characters. Write a folder or a .json instead."
            )

    @staticmethod
    def _widths(sheet: Worksheet, rows: Sequence[Sequence[str]], columns: Sequence[str]) -> None:
        for position, column in enumerate(columns):
            longest = max((len(row[position]) for row in rows), default=0)
            width = min(WIDEST, max(NARROWEST, len(column) + 4, longest + 2))
            sheet.set_column(position, position, width)
