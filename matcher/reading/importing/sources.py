"""The files that an import reads: rows of any CSV file or sheet, as text with their lines."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fnmatch import fnmatchcase
from io import StringIO
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from matcher.errors import Problem
from matcher.reading.importing.language import SourceFile, suggestion
from matcher.reading.importing.mapping import MappingFile

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


@dataclass(frozen=True)
class Source:
    """Rows of a file: their columns as its header names them, and the line of each row."""

    file: str
    columns: Sequence[str]
    rows: Sequence[Mapping[str, str]]
    lines: Sequence[int]


class Typed(str):
    """The text of a cell that a workbook holds as a number or a day: it says how it is meant."""

    __slots__ = ()


class Unreadable(Exception):
    """A source that cannot be read, with what is wrong and how to mend it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def open_sources(
    file: MappingFile, given: Sequence[Path]
) -> tuple[dict[str, Source], list[Problem]]:
    """Find and read the source that each entry of the mapping names.

    Returns the sources by their name in the mapping, and a problem for each entry without exactly
    one file, each file that cannot be read, and each file given that the mapping does not mention.
    """
    found: dict[str, Source] = {}
    problems: list[Problem] = []
    mentioned = {path for path in given if any(_fits(path, p) for p in file.mapping.unused)}
    for name, entry in file.mapping.sources.items():
        place = ("sources", name)
        fitting = [path for path in given if _fits(path, entry.file)]
        mentioned.update(fitting)
        if len(fitting) != 1:
            shown = ", ".join(path.name for path in fitting)
            what = f"fits several files: {shown}." if fitting else "fits none of the files given."
            remedy = "Name one file each, or give the file that it means."
            problems.append(file.problem(place, entry.file, what, remedy))
            continue
        try:
            found[name] = read_source(fitting[0], entry)
        except Unreadable as error:
            problems.append(Problem(fitting[0].name, None, "", "", error.what, error.remedy))
    for path in given:
        if path not in mentioned:
            what = "is a file that the mapping does not mention."
            remedy = f"Do not give it, or list it in {file.name} under unused."
            problems.append(Problem(path.name, None, "", "", what, remedy))
    return found, problems


def _fits(path: Path, pattern: str) -> bool:
    return fnmatchcase(path.name.lower(), pattern.lower())


def read_source(path: Path, entry: SourceFile) -> Source:
    """Read the rows of a file as text, blank ones left out; raises Unreadable."""
    lines = _sheet(path, entry.sheet) if path.suffix.lower() in WORKBOOKS else _csv(path, entry)
    kept = [(line, cells) for line, cells in lines if line >= entry.header and any(cells)]
    if not kept:
        raise Unreadable("has no header.", "Check the file, and header in the mapping.")
    (_, header), *rows = kept
    columns = [name for name in header if name]
    repeated = sorted({name for name in columns if columns.count(name) > 1})
    if repeated:
        what = f"has two columns named {', '.join(repeated)}."
        raise Unreadable(what, "Rename one of them.")
    named = [(position, name) for position, name in enumerate(header) if name]
    return Source(
        path.name if entry.sheet is None else f"{path.name}, {entry.sheet}",
        columns,
        [
            {name: cells[position] if position < len(cells) else "" for position, name in named}
            for _, cells in rows
        ],
        [line for line, _ in rows],
    )


def _csv(path: Path, entry: SourceFile) -> list[tuple[int, list[str]]]:
    if entry.sheet is not None:
        raise Unreadable("has no sheets.", "Take sheet out of the mapping.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}.", "Check its name.") from None
    except UnicodeDecodeError:
        raise Unreadable("is not UTF-8 text.", "Save it as CSV UTF-8.") from None
    header = next(iter(text.splitlines()[entry.header - 1 :]), "")
    delimiter = max(",;\t", key=header.count)
    found, last = [], 0
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    try:
        for cells in reader:
            found.append((last + 1, [cell.strip() for cell in cells]))
            last = reader.line_num
    except csv.Error as error:
        raise Unreadable(f"breaks off after line {last}: {error}.", "Correct the line.") from None
    return found


def _sheet(path: Path, name: str | None) -> list[tuple[int, list[str]]]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = book.sheet_names
        if name is not None and name not in names:
            raise Unreadable(f"has no sheet {name}.", suggestion(name, names))
        if name is None and len(names) > 1:
            raise Unreadable(
                f"has several sheets: {', '.join(names)}.", "Name one after sheet in the mapping."
            )
        rows = book.get_sheet_by_name(name or names[0]).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise Unreadable(f"cannot be read: {error}.", "Check the file.") from None
    return [(line, [_text(cell) for cell in row]) for line, row in enumerate(rows, 1)]


def _text(cell: Any) -> str:
    """Give a typed cell as text: a number by its 15 digits, a day as year-month-day."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        value = Decimal(f"{cell:.15g}")
        return Typed(format(value.normalize() if value else Decimal(0), "f"))
    if isinstance(cell, datetime) and cell.time() != time():
        return Typed(cell.isoformat(sep=" "))
    if isinstance(cell, date):
        return Typed(cell.isoformat()[:10])
    return str(cell).strip()
