"""The workbook that a coordinator fills in: every sheet, explained where the cursor stands."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from matcher.domain.consistency import REFERENCES
from matcher.domain.tables import REQUIRED_TABLES, TABLES
from matcher.errors import UnknownPack, UnusableFolder
from matcher.reading.raw import EXAMPLE_PREFIX, HELP_SHEETS
from matcher.regulation.library import facts_of, installed
from matcher.regulation.pack import Fact
from matcher.writing.codes import add_codes, drop_down_of
from matcher.writing.column_notes import NOTES
from matcher.writing.columns import ColumnType, column_type, known_columns, required_columns
from matcher.writing.fact_columns import TYPES, check_of, facts_for, note_of
from matcher.writing.placing import place_file
from matcher.writing.sheets import CREATED, NUMBER_FORMATS

LAST_ROW = 5000
"""Drop-downs and checks reach down to this row of a sheet."""

REQUIRED_SETTINGS = ("id", "currency", "decision_date")

INK, REQUIRED_FILL, OPTIONAL_FILL = "#17313B", "#1F6F78", "#D6E6E8"
EXAMPLE_INK, HELP_TAB, MAIN_TAB, OTHER_TAB = "#8A8F98", "#E0A526", "#1F6F78", "#A9B8BC"

HELP = (
    """Fill in the sheets round, donors, pools, organisations and proposals; leave every other sheet
    that you do not need as it is.""",
    """Columns with a dark header are required, those with a light header may stay blank, and a note
    on each header (point at it) says what the column holds.""",
    """Write days as days, amounts as plain numbers in the currency that the note names, and several
    values in one cell with a semicolon between them, as in youth;idps.""",
    f"""Delete the grey rows whose ids start with {EXAMPLE_PREFIX} before you use the file, and do
    not rename sheets or headers; a column of your own, such as Notes, does no harm.""",
    """Save it and check it with: matcher check FILE.xlsx, which lists everything that is missing or
    wrong, with sheet, row and remedy.""",
)

EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "donors": {
        "donor_id": f"{EXAMPLE_PREFIX}D1",
        "name": "Example Foundation (made up)",
        "kind": "foundation",
        "country": "AZ",
    },
    "pools": {
        "pool_id": f"{EXAMPLE_PREFIX}P1",
        "donor_id": f"{EXAMPLE_PREFIX}D1",
        "name": "Youth window (made up)",
        "currency": "AZN",
        "budget": "250000",
        "certainty": "confirmed",
        "min_grant": "5000",
        "max_grant": "50000",
        "groups": "youth;women_girls",
        "available_until": "2026-12-31",
    },
    "organisations": {
        "org_id": f"{EXAMPLE_PREFIX}O1",
        "name": "Example Union (made up)",
        "country": "AZ",
        "kind": "public_union",
        "registration_status": "registered",
        "registered_on": "2015-06-30",
        "region": "AZ-GA",
        "annual_budget": "180000",
    },
    "proposals": {
        "proposal_id": f"{EXAMPLE_PREFIX}A1",
        "org_id": f"{EXAMPLE_PREFIX}O1",
        "title": "Evening school (made up)",
        "currency": "AZN",
        "requested": "30000",
        "minimum": "21000",
        "sector": "11230",
        "regions": "AZ-GA:0.6;AZ-BA:0.4",
        "groups": "youth",
        "submitted": "2026-02-03",
        "score": "78.5",
    },
}


def write_template(out: Path, packs: Sequence[str] = ()) -> None:
    """Write an empty round as a workbook with notes, drop-downs, checks and example rows.

    `packs` are the ids of rule packs whose facts get columns of their own; raises UnknownPack for
    one that is not installed, and UnusableFolder where a file, perhaps one filled in already, would
    be lost, or where the name is no workbook's.
    """
    if out.suffix.lower() != ".xlsx":
        raise UnusableFolder(f"{out} is no name of a workbook. Let it end in .xlsx.")
    here = installed()
    for pack in packs:
        if pack not in here:
            shown = ", ".join(sorted(here)) or "none"
            raise UnknownPack(f"{pack} is a rule pack that is not here. Installed: {shown}.")
    facts = facts_of([here[pack] for pack in packs])
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        book.set_properties({"title": "Template of an allocation round", "created": CREATED})
        template = _Template(book)
        template.help()
        template.settings(packs)
        for table in (*REQUIRED_TABLES, "rates", "targets"):
            template.table(table, facts)
        for table in TABLES:
            if table not in REQUIRED_TABLES:
                template.table(table, facts)
        template.codes()
    if out.is_file() and out.read_bytes() != content.getvalue():
        raise UnusableFolder(f"{out} is there already, perhaps filled in. Choose another name.")
    place_file(content.getvalue(), out)


class _Template:
    """The workbook under construction."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        header = {"bold": True, "valign": "vcenter", "border": 1, "border_color": "#FFFFFF"}
        self.required = book.add_format(
            header | {"font_color": "#FFFFFF", "bg_color": REQUIRED_FILL}
        )
        self.optional = book.add_format(header | {"font_color": INK, "bg_color": OPTIONAL_FILL})
        self.cells = {
            kind: book.add_format({"num_format": code}) for kind, code in NUMBER_FORMATS.items()
        }
        grey = {"italic": True, "font_color": EXAMPLE_INK}
        self.examples = {
            kind: book.add_format(grey | {"num_format": code})
            for kind, code in NUMBER_FORMATS.items()
        }

    def _sheet(self, name: str, tab: str) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        sheet.set_tab_color(tab)
        sheet.set_default_row(18)
        return sheet

    def help(self) -> None:
        """Add the first sheet: five sentences and what the colours mean."""
        sheet = self._sheet(HELP_SHEETS[0], HELP_TAB)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 5)
        sheet.set_column(1, 1, 92)
        title = self.book.add_format({"bold": True, "font_size": 18, "font_color": REQUIRED_FILL})
        number = self.book.add_format(
            {"bold": True, "font_size": 14, "font_color": HELP_TAB, "valign": "top"}
        )
        sentence = self.book.add_format({"text_wrap": True, "valign": "top", "font_size": 12})
        sheet.set_row(0, 36)
        sheet.write_string(0, 0, "A round of funding, to fill in", title)
        for line, text in enumerate(HELP, 1):
            sheet.set_row(line, 38)
            sheet.write_string(line, 0, str(line), number)
            sheet.write_string(line, 1, " ".join(text.split()), sentence)
        for line, style, text in (
            (len(HELP) + 2, self.required, "a required column"),
            (len(HELP) + 3, self.optional, "a column that may stay blank"),
            (len(HELP) + 4, self.examples["text"], "an example to delete"),
        ):
            sheet.write_string(line, 1, text, style)

    def settings(self, packs: Sequence[str]) -> None:
        """Add the sheet `round`: a row for each key, its value to be filled in beside it."""
        sheet = self._sheet("round", MAIN_TAB)
        sheet.freeze_panes(1, 1)
        for position, column in enumerate(("key", "value")):
            sheet.write_string(0, position, column, self.required)
        sheet.set_column(0, 0, 38)
        sheet.set_column(1, 1, 40, self.cells["text"])
        for line, (key, text) in enumerate(NOTES["round"].items(), 1):
            required = key in REQUIRED_SETTINGS
            table, _, name = key.rpartition(".")
            kind = column_type(table or "round", name)
            sheet.write_string(line, 0, key, self.required if required else self.optional)
            self._note(sheet, line, 0, text, kind, required)
            if key == "rule_packs" and packs:
                sheet.write_string(line, 1, ";".join(packs), self.cells[kind])
            else:
                sheet.write_blank(line, 1, None, self.cells[kind])
            self._check(sheet, (line, 1, line, 1), table or "round", name, kind)

    def table(self, name: str, facts: Mapping[str, Fact]) -> None:
        """Add the sheet of a table: headers with notes, checked cells, and its example row."""
        main = name in REQUIRED_TABLES
        sheet = self._sheet(name, MAIN_TAB if main else OTHER_TAB)
        sheet.freeze_panes(1, 1)
        sheet.set_row(0, 26)
        required = required_columns(name)
        asked = facts_for(name, facts)
        for position, column in enumerate((*known_columns(name), *asked)):
            kind = TYPES[asked[column].type] if column in asked else column_type(name, column)
            text = note_of(asked[column]) if column in asked else NOTES[name][column]
            must = column in required
            sheet.write_string(0, position, column, self.required if must else self.optional)
            self._note(sheet, 0, position, text, kind, must)
            width = 30 if column in ("name", "title", "reason") else max(13, len(column) + 4)
            sheet.set_column(position, position, width, self.cells[kind])
            area = (1, position, LAST_ROW, position)
            if column in asked:
                if check := check_of(asked[column]):
                    sheet.data_validation(*area, check)
            else:
                self._check(sheet, area, name, column, kind)
            if column in EXAMPLES.get(name, {}):
                self._example(sheet, position, kind, EXAMPLES[name][column])

    def _example(self, sheet: Worksheet, position: int, kind: ColumnType, text: str) -> None:
        style = self.examples[kind]
        if kind in ("amount", "number", "whole"):
            sheet.write_number(1, position, Decimal(text), style)
        elif kind == "date":
            sheet.write_datetime(1, position, date.fromisoformat(text), style)
        else:
            sheet.write_string(1, position, text, style)

    def _note(
        self, sheet: Worksheet, row: int, column: int, text: str, kind: ColumnType, required: bool
    ) -> None:
        what, _, example = text.rpartition("Example: ")
        lines = [what.strip() or text]
        if kind == "list":
            lines.append("Several values: a semicolon between them (a cell cannot offer a list).")
        if example and what:
            lines.append(f"Example: {example}")
        lines.insert(0, "Required." if required else "May stay blank.")
        shown = "\n".join(lines)
        height = 12 + 15 * sum(1 + len(line) // 48 for line in lines)
        sheet.write_comment(
            row, column, shown,
            {"width": 300, "height": height, "font_size": 9, "color": "#FFF9E5", "author": ""},
        )  # fmt: skip

    def _check(
        self,
        sheet: Worksheet,
        area: tuple[int, int, int, int],
        table: str,
        column: str,
        kind: ColumnType,
    ) -> None:
        options = self._options(table, column, kind)
        if options:
            sheet.data_validation(*area, options)

    def _options(self, table: str, column: str, kind: ColumnType) -> dict[str, Any]:
        """Give the check of a cell by its words, its type or the sheet that it refers to."""
        if listed := drop_down_of(table, column, kind):
            return _drop_down(listed.formula, listed.message, listed.only)
        target = next((t for a, c, t in REFERENCES if (a, c) == (table, column)), None)
        if target and kind == "text":
            ids = f"{target}!$A$2:$A${LAST_ROW + 1}"
            formula = f"=OFFSET({target}!$A$2,0,0,MAX(1,COUNTA({ids})),1)"
            return _drop_down(formula, f"It should be an id of the sheet {target}.", False)
        if kind == "date":
            low, high = date(1900, 3, 1), date(2199, 12, 31)
            return _between("date", low, high, "Write a day, as in 2026-03-01.")
        if kind == "whole":
            return _between("integer", 0, 10**9, "Write a whole number.")
        if "share" in column:
            return _between("decimal", 0, 1, "Write a share from 0 to 1, as in 0.4 for 40 %.")
        if column == "payer_preference":
            return _between("decimal", -(10**6), 10**6, "Write a number.")
        if kind in ("amount", "number"):
            message = "Write a plain number of at least 0, without currency and thousands signs."
            return _between("decimal", 0, 10**13, message)
        return {}

    def codes(self) -> None:
        """Add the last sheet: the words and codes that the drop-downs offer."""
        sheet = self._sheet(HELP_SHEETS[1], HELP_TAB)
        add_codes(sheet, self.book, self.required, self.cells["text"])


def _drop_down(formula: str, message: str, only: bool) -> dict[str, Any]:
    return {
        "validate": "list",
        "source": formula,
        "error_title": "Not in the list",
        "error_message": message,
        "error_type": "stop" if only else "warning",
    }


def _between(kind: str, low: Any, high: Any, message: str) -> dict[str, Any]:
    return {
        "validate": kind,
        "criteria": "between",
        "minimum": low,
        "maximum": high,
        "error_title": "Please check",
        "error_message": message,
    }
