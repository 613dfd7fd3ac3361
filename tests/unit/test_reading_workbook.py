"""Sheets read as the files of a folder do, typed cells by their type; hostile ones are refused."""

import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from matcher.errors import InvalidRound, Problem
from matcher.reading import Limits, load_round, read_round
from matcher.writing.round_forms import write_round

TINY = Path(__file__).parents[2] / "fixtures" / "golden" / "tiny"

Cells = Sequence[Sequence[Any]]
Formula = Callable[..., None]

SETTINGS: Cells = [
    ["key", "value"],
    ["id", "tiny"],
    ["title", "A tiny made-up round"],
    ["currency", "AZN"],
    ["decision_date", date(2026, 3, 1)],
    ["call.opens", "2026-01-05"],
    ["call.closes", datetime(2026, 2, 5)],
    ["call.time_zone", "Asia/Baku"],
    ["policy.score_weights.need", 0.6],
    ["policy.score_weights.quality", "0.4"],
    ["policy.score_threshold", 50],
    ["policy.min_award", 1000.0],
    ["policy.max_funders_per_proposal", 2],
    ["policy.grant_step", None],
]
SHEETS: Mapping[str, Cells] = {
    "round": SETTINGS,
    "rates": [["currency", "rate"], ["EUR", 1.9812]],
    "targets": [["id", "not_region", "min_share"], ["outside-baku", "AZ-BA", 0.1 + 0.3]],
    "donors": [
        ["donor_id", "name", "kind"],
        ["D1", "Made-up Bakery Holding", "holding"],
        ["D2", "Embassy of a Made-up Country", "embassy"],
    ],
    "pools": [
        ["pool_id", "donor_id", "name", "currency", "budget", "max_grant", "groups"],
        ["P1", "D1", "Youth fund", "AZN", 30000, 20000, "youth"],
        ["P2", "D2", "Small projects", "EUR", 10000],
    ],
    "organisations": [
        ["org_id", "name", "kind", "annual_budget"],
        ["O1", "Made-up Library Union", "public_union", 90000],
        ["O2", "Made-up School Foundation", "foundation", 45000],
    ],
    "proposals": [
        [
            "proposal_id", "org_id", "title", "currency", "requested", "minimum", "regions",
            "groups", "starts", "ends", "score_need", "score_quality", "requires",
        ],
        [
            "A1", "O1", "Reading rooms", "AZN", 15000, 9000, "AZ-GA:0.6;AZ-BA:0.4", "youth",
            date(2026, 5, 1), date(2026, 12, 31), 80, 70,
        ],
        [
            "A2", "O1", "Book bus", "AZN", 20000, None, "AZ-SA", "youth",
            date(2026, 6, 1), date(2027, 5, 31), 75, 65, "A1",
        ],
        [
            "A3", "O2", "Evening school", "EUR", 6000, 4000, "AZ-BA", "idps",
            date(2026, 9, 1), date(2027, 6, 30), 60, 90,
        ],
    ],
    "pairs": [
        ["pool_id", "proposal_id", "status", "amount", "reason"],
        ["P1", "A1", "pin", 9000, "Decided by the made-up board on 2026-02-20"],
        ["P2", "A2", "forbid"],
    ],
}  # fmt: skip


class Made:
    """A formula with the value that Excel kept for it."""

    def __init__(self, formula: str, value: Any) -> None:
        self.formula, self.value = formula, value


class Merged:
    """A value in a cell that is merged with the one below it."""

    def __init__(self, value: str) -> None:
        self.value = value


def book(folder: Path, top: int = 0, left: int = 0, /, **sheets: Cells | None) -> Path:
    """Write the tiny round as a workbook, some sheets in other words, None for left out."""
    path = folder / "round.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        day = workbook.add_format({"num_format": "dd.mm.yyyy"})
        for name, rows in {**SHEETS, **sheets}.items():
            if rows is None:
                continue
            sheet = workbook.add_worksheet(name)
            for line, cells in enumerate(rows, top):
                for position, cell in enumerate(cells, left):
                    if isinstance(cell, Made):
                        sheet.write_formula(line, position, cell.formula, None, cell.value)
                    elif isinstance(cell, Merged):
                        sheet.merge_range(line, position, line + 1, position, cell.value)
                    elif isinstance(cell, date):
                        sheet.write_datetime(line, position, cell, day)
                    else:
                        sheet.write(line, position, cell)
    return path


def with_cell(table: str, column: str, line: int, cell: Any) -> dict[str, Cells]:
    """Give a sheet of the tiny round with one cell changed; the header is line 1."""
    rows = [list(row) for row in SHEETS[table]]
    position = list(rows[0]).index(column)
    rows[line - 1] += [None] * (position + 1 - len(rows[line - 1]))
    rows[line - 1][position] = cell
    return {table: rows}


def with_part(path: Path, old: bytes, new: bytes) -> Path:
    """Write a workbook again with a pattern of its parts in other words."""
    changed = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as book_, zipfile.ZipFile(changed, "w") as copy:
        for name in book_.namelist():
            copy.writestr(name, re.sub(old, lambda _: new, book_.read(name), flags=re.DOTALL))
    return changed


def problems_of(path: Path, limits: Limits = Limits()) -> tuple[Problem, ...]:
    with pytest.raises(InvalidRound) as raised:
        read_round(path, limits=limits)
    return raised.value.problems


def test_a_workbook_gives_the_same_round_as_its_folder(tmp_path: Path) -> None:
    read = read_round(book(tmp_path), strict=True)
    assert read.round.content_hash == load_round(TINY).content_hash
    assert read.warnings == ()


@pytest.mark.parametrize(("top", "left"), [(0, 2), (3, 0), (2, 1)])
def test_a_table_may_begin_anywhere_and_tells_its_real_rows(
    tmp_path: Path, top: int, left: int
) -> None:
    assert load_round(book(tmp_path, top, left)).content_hash == load_round(TINY).content_hash
    (problem,) = problems_of(book(tmp_path, top, left, **with_cell("donors", "kind", 3, "x")))
    assert (problem.file, problem.row) == ("round.xlsx, sheet donors", 3 + top)


@pytest.mark.parametrize("sheet", ["proposals", "targets", "round"])
def test_a_title_above_the_header_is_told_once_with_the_row_of_the_header(
    tmp_path: Path, sheet: str
) -> None:
    rows = [["Spring 2026", None, "a draft"], [], *SHEETS[sheet]]
    (problem,) = problems_of(book(tmp_path, **{sheet: rows}))
    assert (problem.file, problem.row) == (f"round.xlsx, sheet {sheet}", 1)
    assert problem.value == "Spring 2026"
    assert problem.what == "is not the header: the columns are named in row 3."
    assert problem.remedy == "Delete the rows above row 3."


def test_cells_hold_the_value_that_a_formula_gave(tmp_path: Path) -> None:
    change = with_cell("pools", "budget", 2, Made("=3*10^4", 30000))
    assert load_round(book(tmp_path, **change)).content_hash == load_round(TINY).content_hash


@pytest.mark.parametrize(
    ("number", "exact"),
    [(0.1 + 0.2, "0.3"), (1234567890.12, "1234567890.12"), (4.35 * 100, "435")],
)
def test_a_number_is_read_by_its_fifteen_digits(tmp_path: Path, number: float, exact: str) -> None:
    path = book(tmp_path, **with_cell("organisations", "annual_budget", 2, number))
    assert load_round(path).organisations[0].annual_budget == Decimal(exact)


def test_numbers_and_booleans_in_columns_of_text_read_as_they_show(tmp_path: Path) -> None:
    rows: Cells = [["donor_id", "name", "kind"], ["D1", 2026, "bank"], ["D2", True, "bank"]]
    names = [donor.name for donor in load_round(book(tmp_path, donors=rows)).donors]
    assert names == ["2026", "true"]


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#NAME?", "#VALUE!", "#NUM!"])
def test_the_error_of_a_formula_is_told_with_sheet_row_and_column(
    tmp_path: Path, error: str
) -> None:
    (problem,) = problems_of(
        book(tmp_path, **with_cell("proposals", "requested", 3, Made("=Gone!A1", error)))
    )
    assert (problem.file, problem.row) == ("round.xlsx, sheet proposals", 3)
    assert (problem.column, problem.value) == ("requested", error)
    assert "Correct the formula" in problem.remedy


def test_an_error_in_a_cell_that_may_stay_blank_is_no_blank(tmp_path: Path) -> None:
    """Left out in silence it would be a pool without its largest grant."""
    change = with_cell("pools", "max_grant", 3, Made("=Gone!A1", "#REF!"))
    (problem,) = problems_of(book(tmp_path, **change))
    assert (problem.row, problem.column) == (3, "max_grant")


def test_a_formula_whose_value_was_never_saved_is_no_blank(tmp_path: Path) -> None:
    """As programs write it that do not reckon; its value in Excel would be another round."""
    change = with_cell("pools", "max_grant", 3, Made("=E3/2", ""))
    (problem,) = problems_of(book(tmp_path, **change))
    assert (problem.row, problem.column, problem.value) == (3, "max_grant", "=E3/2")
    assert problem.what == "is a formula whose value was never saved."
    assert "Open the workbook in Excel and save it" in problem.remedy


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="F3" s="2"><f>E3/2</f></c>',
        b'<c r="F3"><f>E3/2</f><v/></c>',
        b'<c r="F3">\n<f ca="1">E3/2</f>\n<v />\n</c>',
    ],
)
def test_a_formula_without_a_value_is_known_however_it_is_written(
    tmp_path: Path, cell: bytes
) -> None:
    path = book(tmp_path, **with_cell("pools", "max_grant", 3, Made("=E3/2", 5000)))
    (problem,) = problems_of(with_part(path, rb'<c r="F3".*?</c>', cell))
    assert (problem.row, problem.column, problem.value) == (3, "max_grant", "=E3/2")


@pytest.mark.parametrize(
    "cell",
    [b'<c r="F3" t="str"><f>IF(1,"")</f><v></v></c>', b'<c r="F3"><f>0+1</f><v>5000</v></c>'],
)
def test_a_formula_that_gave_a_value_or_an_empty_text_is_read(tmp_path: Path, cell: bytes) -> None:
    path = book(tmp_path, **with_cell("pools", "max_grant", 3, Made("=E3/2", 5000)))
    pool = load_round(with_part(path, rb'<c r="F3".*?</c>', cell)).pools[1]
    assert pool.max_grant == (Decimal(5000) if b"5000" in cell else None)


def test_a_value_that_merged_cells_show_in_several_rows_is_not_taken_for_the_first_alone(
    tmp_path: Path,
) -> None:
    """The second pool would be left without the groups that its row shows."""
    path = book(tmp_path, **with_cell("pools", "groups", 2, Merged("youth")))
    (problem,) = problems_of(path)
    assert (problem.file, problem.row) == ("round.xlsx, sheet pools", 2)
    assert (problem.column, problem.value) == ("groups", "youth")
    assert "Unmerge them, and write it into each row" in problem.remedy


@pytest.mark.parametrize("last_row", [True, False])
def test_merged_cells_do_no_harm_below_the_last_row_or_in_a_column_that_is_not_read(
    tmp_path: Path, last_row: bool
) -> None:
    rows = [[*row, None] for row in SHEETS["donors"]]
    rows[0][-1] = "country" if last_row else "Notes"
    rows[2 if last_row else 1][-1] = Merged("AZ")
    assert load_round(book(tmp_path, donors=rows)).donors[1].country == ("AZ" if last_row else None)


def test_an_error_in_a_column_that_is_not_read_does_no_harm(tmp_path: Path) -> None:
    rows = [[*row, Made("=Gone!A1", "#REF!")] for row in SHEETS["donors"]]
    rows[0][-1] = "Notes"
    (warning,) = read_round(book(tmp_path, donors=rows)).warnings
    assert warning.column == "Notes"


@pytest.mark.parametrize(
    ("cell", "words"),
    [(datetime(2026, 5, 1, 12), "Write the day alone"), (date(2026, 5, 1), None)],
)
def test_a_day_with_a_time_is_refused_and_a_day_at_midnight_is_not(
    tmp_path: Path, cell: date, words: str | None
) -> None:
    path = book(tmp_path, **with_cell("proposals", "starts", 2, cell))
    if words is None:
        assert load_round(path).proposals[0].starts == cell
    else:
        (problem,) = problems_of(path)
        assert (problem.row, problem.column, problem.remedy[:19]) == (2, "starts", words)


def test_a_number_that_is_shown_as_a_day_is_refused_as_an_amount(tmp_path: Path) -> None:
    (problem,) = problems_of(book(tmp_path, **with_cell("pools", "budget", 2, date(2026, 5, 1))))
    assert (problem.row, problem.column, problem.value) == (2, "budget", "2026-05-01")


def test_sheets_of_help_are_passed_over_and_others_are_told_of(tmp_path: Path) -> None:
    sheets: dict[str, Cells] = {"codes": [["x"]], "how to fill in": [["y"]], "Minutes": [["z"]]}
    (warning,) = read_round(book(tmp_path, **sheets)).warnings
    assert (warning.file, warning.value) == ("round.xlsx", "Minutes")


@pytest.mark.parametrize(
    ("sheets", "file", "words"),
    [
        ({"donors": None}, "round.xlsx", "Add the sheet donors"),
        ({"round": None}, "round.xlsx", "Add it, with the columns key and value"),
        ({"donors": None, "Donors": SHEETS["donors"]}, "round.xlsx", "Did you mean donors?"),
        ({"pools": []}, "round.xlsx, sheet pools", "at least one row"),
        ({"pools": SHEETS["pools"][:1]}, "round.xlsx, sheet pools", "at least one row"),
        ({"round": [["Key", "value"], *SETTINGS[1:]]}, "round.xlsx, sheet round", "mean key?"),
        ({"round": [*SETTINGS, ["id", "x"]]}, "round.xlsx, sheet round", "one of the two"),
        ({"round": [*SETTINGS, ["rates.USD", 2]]}, "round.xlsx, sheet round", "the sheet rates"),
        ({"round": [*SETTINGS, ["", 2]]}, "round.xlsx, sheet round", "Write its key"),
        ({"round": [*SETTINGS, ["titel", 2]]}, "round.xlsx, sheet round", "mean title?"),
        ({"rates": [["currency"], ["EUR"]]}, "round.xlsx, sheet rates", "Add the column rate"),
        ({"rates": [["currency", "rate"], ["EUR", -1]]}, "round.xlsx, sheet rates", "more than 0"),
        (
            {"rates": [["currency", "rate"], ["EUR", 2], ["EUR", 3]]},
            "round.xlsx, sheet rates",
            "one of the two",
        ),
        (
            {"rates": [["currency", "rate"], ["EUR", 2], ["EURO", 3]]},
            "round.xlsx, sheet rates",
            "ISO 4217",
        ),
        (
            {"targets": [["id", "where.regoin", "min_share"], ["t", "AZ-BA", 0.4]]},
            "round.xlsx, sheet targets",
            "Did you mean where.region?",
        ),
        (
            {"targets": [["id", "region", "min_share"], ["t", "AZ-XX", 0.4]]},
            "round.xlsx, sheet targets",
            "ISO 3166",
        ),
    ],
)
def test_a_sheet_that_is_wrong_is_told_of_alone(
    tmp_path: Path, sheets: dict[str, Cells | None], file: str, words: str
) -> None:
    (problem,) = problems_of(book(tmp_path, **sheets))
    assert problem.file == file
    assert words in problem.what + problem.remedy


def test_conditions_of_targets_may_be_written_as_in_round_yaml(tmp_path: Path) -> None:
    rows: Cells = [["id", "where.not_region", "min_share"], ["outside-baku", "AZ-BA", 0.4]]
    round_ = load_round(book(tmp_path, targets=rows))
    assert round_.content_hash == load_round(TINY).content_hash


def test_the_example_row_of_the_template_is_refused(tmp_path: Path) -> None:
    rows = [*SHEETS["donors"], ["EXAMPLE-D1", "Example (made up)", "no kind at all"]]
    (problem,) = problems_of(book(tmp_path, donors=rows))
    assert (problem.row, problem.column, problem.value) == (4, "donor_id", "EXAMPLE-D1")
    assert problem.remedy == "Delete the row."


# Files that are no workbook, or one that would fill the memory


def test_a_text_that_looks_like_the_type_of_a_cell_stays_as_it_is(tmp_path: Path) -> None:
    title = 'a <c r="A1" t="e"> uniqueCount="5" _x0041_ #REF'
    round_ = load_round(TINY).model_copy(update={"title": title})
    write_round(round_, tmp_path / "round.xlsx")
    assert load_round(tmp_path / "round.xlsx").title == title
