"""A result as one workbook, made from its folder alone: numbers as numbers, ids as they are.

The same folder gives the same bytes. Texts are never taken for formulas. What a number of a
spreadsheet cannot hold exactly (15 digits), or is no number after somebody edited it, stays text.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from math import ceil
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from matcher.errors import MatcherError, UnusableFolder
from matcher.results import RESULT_COLUMNS
from matcher.writing import phrases, words
from matcher.writing.atomic import replaced_file
from matcher.writing.result_folder import (
    COLUMN_KINDS,
    ColumnKind,
    ResultTable,
    read_record,
    read_table,
)
from matcher.writing.sheets import CREATED, FIRST_DATE, fits_number

SHEETS: Mapping[str, str] = {
    "awards": "awards",
    "decisions": "decisions",
    "pools": "pools",
    "targets": "targets",
    "out_of_order": "out of order",
    "steps": "steps",
}
NUMBER_FORMATS: Mapping[str, str] = {
    "text": "@",
    "truth": "@",
    "share": "0.0%",
    "number": "General",
    "whole": "#,##0",
    "date": "yyyy-mm-dd",
}
FILLS: Mapping[str, str] = {"paid": "#DCEBEE", "waiting": "#FBEFD9", "closed": "#ECEEF0"}
HEADER = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F5F6B", "valign": "vcenter"}
BAR = {
    "type": "data_bar", "bar_solid": True, "bar_color": "#7FB3BC", "data_bar_2010": True,
    "min_type": "num", "min_value": 0, "max_type": "num", "max_value": 1,
}  # fmt: skip
NARROWEST, WIDEST = 9, 60
"""Column widths, in characters."""

_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)
_BOUNDED: Mapping[str, ColumnKind] = {"share": "share", "amount": "amount", "count": "whole"}


WIDTH, LINE = 80, 15
"""Characters in a line of the summary, and its height in points."""

SUMMARY = "summary"
"""The first sheet, by which a workbook of a result is known."""


def write_workbook(folder: Path, out: Path) -> None:
    """Write the result in `folder` as a workbook to `out`, in place of an older one.

    Raises InvalidRound where the folder cannot be read, UnusableFolder where `out` is a folder or
    another file, MatcherError for what a sheet cannot hold. A result without awards gives the
    summary alone.
    """
    record = read_record(folder)
    with_awards = record.get("status") in ("optimal", "feasible")
    tables = {
        name: read_table(folder / f"{name}.csv")
        for name in SHEETS
        if (with_awards and name == "awards") or (folder / f"{name}.csv").exists()
    }
    content = BytesIO()
    book = ResultWorkbook(content)
    book.summary(record, tables)
    for name, table in tables.items():
        book.table(name, table)
    book.book.close()
    _check_replaceable(out)
    with replaced_file(out) as fresh:
        fresh.write_bytes(content.getvalue())


def _check_replaceable(out: Path) -> None:
    """Raise UnusableFolder where a file lies that is no workbook of a result, as a round's own."""
    if not out.is_file():
        return
    try:
        with CalamineWorkbook.from_path(str(out)) as book:
            ours = book.sheet_names[:1] == [SUMMARY]
    except CalamineError:
        ours = False
    if not ours:
        raise UnusableFolder(
            f"{out} is there already and is no workbook of a result, so it is left alone. "
            "Name another with --out."
        )


class ResultWorkbook:
    """A result's workbook under construction, into `content`."""

    def __init__(self, content: BytesIO) -> None:
        self.book = xlsxwriter.Workbook(content, {"in_memory": True})
        self.book.set_properties({"created": CREATED})
        self.header = self.book.add_format({**HEADER, "text_wrap": True})
        self._formats: dict[tuple[Any, ...], Format] = {}

    def style(self, kind: str, **look: Any) -> Format:
        """Give the style of cells of a kind (or a number format), with further looks."""
        key = (kind, *sorted(look.items()))
        if key not in self._formats:
            wrap = {"text_wrap": True} if kind == "text" else {}
            code = NUMBER_FORMATS.get(kind, kind)
            looks = {"num_format": code, "valign": "top", **wrap, **look}
            self._formats[key] = self.book.add_format(looks)
        return self._formats[key]

    def table(self, name: str, table: ResultTable) -> None:
        """Add a sheet for a result table: its own columns first, further ones after them."""
        own = [column for column in RESULT_COLUMNS[name] if column in table.columns]
        columns = [*own, *(column for column in table.columns if column not in own)]
        sheet = self.book.add_worksheet(SHEETS[name])
        for position, column in enumerate(columns):
            title = column.replace("_", " ")
            sheet.write_string(0, position, f"{title[:1].upper()}{title[1:]}", self.header)
        for line, row in enumerate(table.rows, 1):
            for position, column in enumerate(columns):
                fill = {"bg_color": FILLS[words.tone(row[column])]} if column == "decision" else {}
                self._write(sheet, line, position, _kind(column, row), _said(column, row), **fill)
        _lay_out(sheet, columns, [[_said(c, row) for c in columns] for row in table.rows])
        last = max(len(table.rows), 1)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        if "share_used" in columns:
            at = columns.index("share_used")
            sheet.conditional_format(1, at, last, at, BAR)

    def summary(self, record: Mapping[str, Any], tables: Mapping[str, ResultTable]) -> None:
        """Add the first sheet: what is claimed, the figures, the levels, what vouches for it."""
        sheet = self.book.add_worksheet(SUMMARY)
        for line, (label, kind, text) in enumerate(_summary(record, tables)):
            self._write(sheet, line, 0, "text", label, bold=not text)
            self._write(sheet, line, 1, kind, text, align="left")
            if len(text) > WIDTH:
                sheet.set_row(line, LINE * ceil(len(text) / (WIDTH - 8)))
        sheet.set_column(0, 0, 42)
        sheet.set_column(1, 1, WIDTH)
        _print_on_a4(sheet)

    def _write(
        self, sheet: Worksheet, line: int, position: int, kind: str, text: str, **look: Any
    ) -> None:
        """Write a cell by its kind, as text where the spreadsheet's own type cannot hold it."""
        if kind == "amount":
            digits = len(text.partition(".")[2])
            kind = f"#,##0.{'0' * digits}" if digits else "#,##0"
        number = kind not in ("text", "truth", "date") and _NUMBER.fullmatch(text)
        if number and fits_number(text):
            failed = sheet.write_number(line, position, Decimal(text), self.style(kind, **look))
        elif kind == "date" and (day := _day(text)) is not None:
            failed = sheet.write_datetime(line, position, day, self.style(kind, **look))
        else:
            kind = "truth" if kind == "truth" else "text"
            failed = sheet.write_string(line, position, text, self.style(kind, **look))
        if failed:
            raise MatcherError(
                f"A sheet cannot hold row {line + 1} of {sheet.name}: it takes 1,048,576 rows and "
                "texts of 32,767 characters. Use the folder itself."
            )


def _kind(column: str, row: Mapping[str, str]) -> ColumnKind:
    kind = COLUMN_KINDS.get(column, "text")
    return (
        _BOUNDED.get(row.get("bound", "").partition("_")[2], "text") if kind == "bounded" else kind
    )


def _said(column: str, row: Mapping[str, str]) -> str:
    """Give a cell for people: codes in words, lists with spaces, yes and no."""
    text = row[column]
    if column == "decision":
        return words.decision(text)
    if column == "verdict":
        return words.plain(text)
    if column in ("funders", "binding"):
        return ", ".join(words.CONSTRAINTS.get(item, item) for item in text.split(";"))
    if column == "bound" and text in words.BOUNDS:
        return "{}, {}".format(*words.BOUNDS[text])
    if COLUMN_KINDS.get(column) == "truth":
        return {"true": "yes", "false": "no"}.get(text.lower(), text)
    return text


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day >= FIRST_DATE else None


def _lay_out(sheet: Worksheet, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 20)
    for position, column in enumerate(columns):
        longest = max((len(row[position]) for row in rows), default=0)
        width = min(WIDEST, max(NARROWEST, len(column) + 4, longest + 2))
        sheet.set_column(position, position, width)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    _print_on_a4(sheet)


def _print_on_a4(sheet: Worksheet) -> None:
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _summary(
    record: Mapping[str, Any], tables: Mapping[str, ResultTable]
) -> Iterable[tuple[str, str, str]]:
    """Yield label, kind and text of each line; a label without a text is a heading."""
    options = record.get("options", {})
    yield f"Round {record.get('round_id', '')}", "text", ""
    yield "What is claimed", "text", _standing(record)
    yield "Verified independently", "text", "yes" if record.get("verified") else "no"
    if "pools" in tables:
        yield from _money(tables["pools"].rows)
    if "decisions" in tables:
        yield "Decisions", "text", ""
        codes = [row.get("decision", "") for row in tables["decisions"].rows]
        for code, number in words.in_reading_order({code: codes.count(code) for code in codes}):
            yield words.decision(code), "whole", str(number)
    if conflict := record.get("conflict"):
        yield "These cannot hold together", "text", ""
        for part in conflict:
            asked = words.CONSTRAINTS.get(part["constraint"], part["constraint"])
            yield part["subject"], "text", part.get("words", asked)
    if levels := record.get("levels"):
        yield "What is proven, in the order of decision", "text", ""
        for level in levels:
            yield _level(level, levels), "text", _proof(level)
    yield "How it was run", "text", ""
    yield "Rule", "text", words.RULES.get(options.get("rule", ""), str(options.get("rule", "")))
    yield "Ended by", "text", words.stop(str(record.get("stop_reason", "")))
    yield "Reproducible byte for byte", "text", "yes" if record.get("reproducible") else "no"
    yield "Round hash", "text", str(record.get("round_hash", ""))
    for name, version in record.get("versions", {}).items():
        yield f"Version of {name}", "text", str(version)
    if warnings := record.get("warnings"):
        yield "Warnings", "text", ""
        for position, warning in enumerate(warnings, 1):
            yield f"Warning {position}", "text", str(warning)


def _standing(record: Mapping[str, Any]) -> str:
    gaps = [
        (level["level"], None if level["gap"] is None else Fraction(str(level["gap"])))
        for level in record.get("levels", ())
    ]
    rule = record.get("options", {}).get("rule", "")
    status, stopped = str(record.get("status", "")), str(record.get("stop_reason", ""))
    return words.standing(status, rule, stopped, gaps).replace("\u00a0", " ")


def _money(rows: Sequence[Mapping[str, str]]) -> Iterable[tuple[str, str, str]]:
    """Yield the sums of the pools; nothing where an edited cell is no number."""
    cells = [(row.get("budget", ""), row.get("awarded", "")) for row in rows]
    if not all(_NUMBER.fullmatch(cell) for pair in cells for cell in pair):
        return
    budget = sum((Decimal(cell) for cell, _ in cells), Decimal(0))
    awarded = sum((Decimal(cell) for _, cell in cells), Decimal(0))
    yield "Money on offer, base currency", "amount", format(budget, "f")
    yield "Money awarded, base currency", "amount", format(awarded, "f")
    if budget:
        yield "Share awarded", "share", f"{awarded / budget:.6f}"


def _level(level: Mapping[str, Any], levels: Sequence[Mapping[str, Any]]) -> str:
    tiers = any(other["level"] == "L2" and other.get("tier") is not None for other in levels)
    key = level.get("priority", level.get("tier"))
    return words.level(level["level"], key, "merit by score", tiers)


def _proof(level: Mapping[str, Any]) -> str:
    places = 4 if level["level"] == "L1" else 0
    reached = f"reached {phrases.decimal_text(Fraction(str(level['value'])), places)}"
    if level["gap"] is None:
        return f"{reached}; how far from the best is not known"
    gap = Fraction(str(level["gap"]))
    if gap == 0:
        return f"{reached}, proven best"
    return f"{reached}, proved within {phrases.percent_up(gap)} of the best".replace("\u00a0", " ")
