"""Workbooks that are damaged, none at all, or would do harm."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from matcher.reading import Limits, load_round
from tests.unit.test_reading_workbook import SHEETS, book, problems_of

TINY = Path(__file__).parents[2] / "fixtures" / "golden" / "tiny"


def rewritten(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """Change the text of one part of a workbook."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = change(parts[part].decode()).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is no workbook"),
        (b"donor_id,name,kind\n", "is no workbook"),
        (b"PK\x03\x04 and no more", "is no workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Take the password off"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "round.xlsx"
    path.write_bytes(content)
    (problem,) = problems_of(path)
    assert words in problem.what + problem.remedy


def test_a_zip_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "round.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    (problem,) = problems_of(path)
    assert (problem.file, problem.row) == ("round.xlsx", None)


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)
    assert len(problems_of(path)) >= 1


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    """60 MiB of spaces pack a thousand to one, far above any workbook."""
    path = rewritten(book(tmp_path), "xl/styles.xml", lambda text: text + " " * (60 * 2**20))
    assert path.stat().st_size < 2**20
    (problem,) = problems_of(path)
    assert "unpacks to" in problem.what
    assert "Check that it is the right file" in problem.remedy


@pytest.mark.parametrize(
    "limits", [Limits(unpacked_bytes=1000), Limits(parts=3), Limits(file_bytes=1000)]
)
def test_a_workbook_above_a_limit_is_refused(tmp_path: Path, limits: Limits) -> None:
    (problem,) = problems_of(book(tmp_path), limits)
    assert problem.file == "round.xlsx"


def test_a_workbook_with_more_rows_than_the_limit_is_refused(tmp_path: Path) -> None:
    problems = problems_of(book(tmp_path), Limits(rows=2))
    places = [(problem.file, problem.row) for problem in problems]
    assert places == [("round.xlsx, sheet proposals", 4), ("round.xlsx, sheet round", 4)]
    assert all("more than 2 rows" in problem.what for problem in problems)


def test_a_table_with_more_columns_than_the_limit_is_refused(tmp_path: Path) -> None:
    rows = [[*SHEETS["pools"][0], *range(8)], *SHEETS["pools"][1:]]
    (problem,) = problems_of(book(tmp_path, pools=rows), Limits(columns=14))
    assert (problem.file, problem.row) == ("round.xlsx, sheet pools", 1)


def test_a_lone_cell_far_away_does_not_fill_the_memory(tmp_path: Path) -> None:
    """The reader of sheets makes a full table up to it: 17 billion cells of 32 bytes."""
    path = book(tmp_path)
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    rewritten(path, "xl/worksheets/sheet4.xml", lambda xml: xml.replace("</sheetData>", far))
    (problem,) = problems_of(path)
    assert "1,048,576 rows and 16,384 columns" in problem.what


@pytest.mark.parametrize(
    "cells",
    [
        f"<row>{'<c><v>1</v></c>' * 9000}</row>{'<row/>' * 9000}<row><c><v>1</v></c></row>",
        "<row><c t='n'r='ZZZZZ9'><v>1</v></c></row>",
        "<row><c r='A99999999'><v>1</v></c></row>",
    ],
)
def test_cells_that_hide_where_they_stand_do_not_fill_the_memory(
    tmp_path: Path, cells: str
) -> None:
    path, end = book(tmp_path), "</sheetData>"
    rewritten(path, "xl/worksheets/sheet4.xml", lambda xml: xml.replace(end, f"{cells}{end}"))
    (problem,) = problems_of(path)
    assert "has a sheet that reaches over" in problem.what


def test_a_count_of_texts_that_is_not_true_does_not_fill_the_memory(tmp_path: Path) -> None:
    """The reader of sheets sets memory aside for as many texts as the workbook announces."""
    path = book(tmp_path)
    many = 'sst a=">" uniqueCount="999999999999"'
    rewritten(path, "xl/sharedStrings.xml", lambda xml: xml.replace("sst", many, 1))
    assert load_round(path).content_hash == load_round(TINY).content_hash


def test_a_document_type_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path)
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa">]><sst'
    rewritten(path, "xl/sharedStrings.xml", lambda xml: xml.replace("<sst", bomb))
    (problem,) = problems_of(path)
    assert "no plain workbook" in problem.what
