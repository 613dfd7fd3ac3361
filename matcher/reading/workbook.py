"""A round as an Excel workbook: a sheet for each table, `round` with keys, typed cells as text."""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum

from matcher.domain.tables import TABLES
from matcher.reading.csv_tables import too_many_rows
from matcher.reading.gathering import Gathering, Grid, Place, Unreadable, read_bytes, text_of
from matcher.reading.limits import Limits
from matcher.reading.raw import HELP_SHEETS, RawSetting, RawTable
from matcher.reading.tree import KEYS, known_key
from matcher.reading.unpacking import UNSAVED, unpack

SHEETS = ("round", "rates", "targets", *TABLES)
ERROR = re.compile(r"#(N/A|GETTING_DATA|[A-Z0-9/_]+[!?])")
"""What a formula shows that could not be worked out."""


class Refused(Exception):
    """A typed cell that stands for no text of a round."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def read_workbook(path: Path, strict: bool, limits: Limits) -> Gathering:
    """Read every sheet of a workbook as it stands, noting what is wrong; raises Unreadable."""
    archive = unpack(read_bytes(path, limits.file_bytes), path.name, limits)
    gathering = Gathering(f"{path.name}, sheet round", strict, limits)
    try:
        with CalamineWorkbook.from_filelike(archive) as book:
            sheets = [s.name for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
            for name in sheets:
                if name in SHEETS:
                    file = f"{path.name}, sheet {name}"
                    _add(name, _grid(book.get_sheet_by_name(name), file, limits), gathering)
                elif name not in HELP_SHEETS:
                    gathering.unknown(path.name, name, SHEETS, "sheet")
    except CalamineError as error:
        what = f"cannot be read: {error}."
        raise Unreadable(path.name, what, "Open it in Excel and save it again.") from None
    if "round" not in sheets and "round" not in gathering.unread:
        what, remedy = "has no sheet round.", "Add it, with the columns key and value."
        gathering.tell(path.name, None, "", "", what, remedy)
        gathering.unread.add("round")
    gathering.missing(sheets, path.name, "has no sheet {}.", "Add the sheet {}.")
    return gathering


def _add(name: str, grid: Grid, gathering: Gathering) -> None:
    gathering.add(name, grid)
    if name == "round" and name in gathering.tables:
        _add_settings(gathering.tables.pop("round"), gathering)


def _add_settings(table: RawTable, gathering: Gathering) -> None:
    if len(table.columns) < 2:
        if not table.columns:
            what, remedy = "has no columns key and value.", "Add them, and a row for each key."
            gathering.tell(table.file, None, "", "", what, remedy)
        gathering.unread.add("round")
        return
    settings = [(text_of(row.cells.get("key", "")), row) for row in table.rows]
    for dotted, row in sorted(settings, key=lambda item: item[0].partition(".")[0] not in KEYS):
        value = row.cells.get("value", "")
        head, dot, below = dotted.partition(".")
        if not head:
            what, remedy = "has no key.", "Write its key in the first column, or delete it."
            gathering.tell(table.file, row.line, "key", text_of(value), what, remedy)
        elif head in ("rates", "targets"):
            what, remedy = "does not stand in this sheet.", f"Write it in the sheet {head}."
            gathering.tell(table.file, row.line, dotted, "", what, remedy)
        elif known := known_key(head, row.line, gathering):
            setting = RawSetting(row.line, value)
            gathering.put(f"{known}{dot}{below}", setting, guessed=known != head)


def _grid(sheet: CalamineSheet, file: str, limits: Limits) -> Grid:
    grid = Grid(file)
    blank = [""] * (sheet.start or (0, 0))[1]
    seen: dict[str, str] = {}
    for line, cells in enumerate(sheet.iter_rows(), 1):
        if not any(cell != "" for cell in cells):
            continue
        texts = [*blank, *_texts(cells, line, len(blank), grid, seen)]
        if not grid.header:
            grid.header, grid.header_line = texts, line
        elif len(grid.rows) == limits.rows:
            grid.breaks.append(too_many_rows(file, line, limits))
            break
        elif any(texts):
            grid.rows.append((line, texts))
    _refuse_merged(sheet, grid)
    return grid


def _refuse_merged(sheet: CalamineSheet, grid: Grid) -> None:
    """Refuse a value that shows in several rows and that the file holds for the first alone."""
    lines = [line for line, _ in grid.rows]
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        first, last = bisect_left(lines, top + 1), bisect_right(lines, bottom + 1) - 1
        if first >= last or lines[first] != top + 1:
            continue
        cells = grid.rows[first][1]
        if left < len(cells) and cells[left]:
            what = "fills cells of several rows that are merged, and counts for the first alone."
            remedy = "Unmerge them, and write it into each row that it is meant for."
            grid.refused.append(Place(top + 1, left, text_of(cells[left]), what, remedy))


def _texts(
    cells: Sequence[Any], line: int, first: int, grid: Grid, seen: dict[str, str]
) -> Iterator[str]:
    """Give the cells of a row as texts; `seen` makes equal ones share their memory."""
    for position, cell in enumerate(cells, first):
        if type(cell) is str and cell in seen:
            yield seen[cell]
            continue
        try:
            text = _text(cell)
        except Refused as refusal:
            value = str(cell).removeprefix(UNSAVED)
            grid.refused.append(Place(line, position, value, refusal.what, refusal.remedy))
            yield ""
        else:
            yield seen.setdefault(text, text)


def _text(cell: Any) -> str:
    """Give a typed cell as text: a number by its 15 digits, a date as year-month-day."""
    if isinstance(cell, str):
        text = cell.strip()
        if text.startswith(UNSAVED):
            what = "is a formula whose value was never saved."
            raise Refused(
                what, "Open the workbook in Excel and save it, or write the value itself."
            )
        if text.startswith("#") and ERROR.fullmatch(text):
            what = "is the error of a formula."
            raise Refused(what, "Correct the formula, or write the value itself.")
        return text
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return _digits(cell)
    if isinstance(cell, datetime):
        if cell.time() != time():
            raise Refused("has a time of day.", "Write the day alone, as in 2026-03-01.")
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    raise Refused("is a time of day.", "Format the cell as a number, a text or a date.")


def _digits(number: float) -> str:
    if not math.isfinite(number):
        raise Refused("is not a number.", "Write digits.")
    if number == int(number) and abs(number) < 10**15:
        return str(int(number))
    return format(Decimal(f"{number:.15g}"), "f")
