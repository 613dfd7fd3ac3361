"""A result as a workbook: numbers are numbers, texts are texts, and the bytes are the same."""

import re
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from matcher.errors import InvalidRound, UnusableFolder
from matcher.writing.result_folder import write_result
from matcher.writing.result_workbook import SHEETS, write_workbook
from tests.unit.sample_run import sample_run, without_awards


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_result(sample_run(), tmp_path / "result", {})
    return tmp_path / "result"


def exported(folder: Path) -> Path:
    out = folder.with_suffix(".xlsx")
    write_workbook(folder, out)
    return out


def rows(path: Path, sheet: str) -> list[dict[str, Any]]:
    header, *found = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python()
    return [dict(zip(map(str, header), row, strict=True)) for row in found]


def parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as book:
        return {name: book.read(name).decode("utf-8") for name in book.namelist()}


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_every_table_is_a_sheet_after_the_summary(folder: Path) -> None:
    book = CalamineWorkbook.from_path(str(exported(folder)))
    assert book.sheet_names == ["summary", *SHEETS.values()]
    for name, sheet in SHEETS.items():
        written = (folder / f"{name}.csv").read_text(encoding="utf-8").count("\n")
        assert len(book.get_sheet_by_name(sheet).to_python()) == written


def test_cells_have_the_type_of_their_column(folder: Path) -> None:
    out = exported(folder)
    award = rows(out, "awards")[3]
    assert (award["Pool id"], award["Amount"]) == ("P2", 18500.0)
    assert award["Amount in pool currency"] == 9337.77
    assert award["Earliest payment"] == date(2026, 3, 1)
    assert award["Conditional"] == "no"
    decision = rows(out, "decisions")[4]
    assert decision["Decision"] == "funded in part"
    assert decision["Share of request"] == 0.8
    assert decision["Funders"] == "P1, P5"
    assert rows(out, "decisions")[14]["Binding"] == "a pool awards no more than its budget"
    assert rows(out, "pools")[0]["Share used"] == 0.733333
    targets = [(row["Bound"], row["Limit"], row["Held"]) for row in rows(out, "targets")]
    assert targets == [
        ("at least, share", 0.4, "yes"),
        ("at least, count", 1.0, "yes"),
        ("at least, amount", 80000.0, "no"),
    ]
    assert rows(out, "steps")[0]["Lead days"] == 15.0


def shown_as(out: Path, sheet: int, cell: str) -> str:
    """Give the number format of a cell."""
    book = parts(out)
    style = re.search(rf'<c r="{cell}" s="(\d+)"', book[f"xl/worksheets/sheet{sheet}.xml"])
    assert style is not None
    styles = book["xl/styles.xml"]
    codes: dict[str, str] = dict(
        re.findall(r'<numFmt numFmtId="(\d+)" formatCode="([^"]*)"', styles)
    )
    looks = re.findall(r'<xf numFmtId="(\d+)"', styles[styles.index("<cellXfs") :])
    return codes[looks[int(style[1])]]


def test_numbers_are_shown_as_what_they_are(folder: Path) -> None:
    edit(folder / "awards.csv", "9337.77", "9337.775")
    out = exported(folder)
    assert shown_as(out, 2, "E2") == "#,##0.00"
    assert shown_as(out, 2, "G5") == "#,##0.000", "a currency with three decimals"
    assert shown_as(out, 2, "K2") == "yyyy-mm-dd"
    assert shown_as(out, 4, "F2") == "0.0%"
    assert shown_as(out, 5, "C2") == "0.0%"
    assert shown_as(out, 5, "C4") == "#,##0.00"


def test_the_summary_says_what_is_claimed(folder: Path) -> None:
    sheet = CalamineWorkbook.from_path(str(exported(folder))).get_sheet_by_name("summary")
    said = {row[0]: row[1] for row in sheet.to_python()}
    assert said["What is claimed"] == "Proved within 0.009 % of the best."
    assert said["Verified independently"] == "yes"
    assert said["Money on offer, base currency"] == 571154.0
    assert said["Money awarded, base currency"] == 410500.0
    assert said["Share awarded"] == 0.71872
    assert said["funded in full"] == 13.0
    assert said["reserve list"] == 2.0
    assert said["merit by score"] == "reached 33,844,125, proved within 0.009 % of the best"
    assert said["shortfall of wished-for targets, priority 1"] == "reached 0.3625, proven best"
    assert said["Warning 5"] == "The money of Ələddin Xəyali is not on the account yet."


def test_sheets_can_be_read_filtered_and_printed(folder: Path) -> None:
    sheets = parts(exported(folder))
    for number in range(2, len(SHEETS) + 2):
        sheet = sheets[f"xl/worksheets/sheet{number}.xml"]
        assert '<pane xSplit="1" ySplit="1"' in sheet
        assert "<autoFilter" in sheet
        assert 'paperSize="9"' in sheet
        assert 'orientation="landscape"' in sheet
    pools = sheets["xl/worksheets/sheet4.xml"]
    assert 'sqref="F2:F7"' in pools
    assert "dataBar" in pools


def test_decisions_have_the_colour_of_their_tone(folder: Path) -> None:
    sheets = parts(exported(folder))
    for fill in ("FFDCEBEE", "FFFBEFD9", "FFECEEF0"):
        assert fill in sheets["xl/styles.xml"]
    cells = re.findall(r'<c r="C\d+" s="(\d+)"', sheets["xl/worksheets/sheet3.xml"])
    assert len(set(cells[1:])) == 3


def test_no_text_becomes_a_formula_or_a_link(folder: Path) -> None:
    nasty = '=HYPERLINK("http://example.org")'
    edit(folder / "decisions.csv", "An alternative to it is funded.", nasty.replace('"', ""))
    edit(folder / "steps.csv", "applicant", "+1+1")
    out = exported(folder)
    assert rows(out, "decisions")[19]["Reason"] == nasty.replace('"', "")
    assert rows(out, "steps")[0]["Responsible"] == "+1+1"
    for name, text in parts(out).items():
        assert "<f>" not in text, name
        assert "<hyperlink" not in text, name


@pytest.mark.parametrize(
    ("amount", "cell"),
    [
        ("9999999999999.99", 9999999999999.99),
        ("99999999999999.99", "99999999999999.99"),
        ("100.123", 100.123),
        ("1,5", "1,5"),
        ("", ""),
    ],
)
def test_what_is_no_exact_number_stays_text(folder: Path, amount: str, cell: Any) -> None:
    edit(folder / "awards.csv", ",42000.00,AZN,", f',"{amount}",AZN,')
    assert rows(exported(folder), "awards")[0]["Amount"] == cell


def test_an_edited_folder_keeps_its_further_columns(folder: Path) -> None:
    text = (folder / "pools.csv").read_text().replace("\n", ";asked\n", 1).replace(",", ";")
    (folder / "pools.csv").write_text("\ufeff" + text)
    out = exported(folder)
    assert list(rows(out, "pools")[0])[-1] == "Asked"
    assert rows(out, "pools")[0]["Budget"] == 180000.0


def test_the_same_folder_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    write_workbook(folder, tmp_path / "a.xlsx")
    write_workbook(folder, tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    core = parts(tmp_path / "a.xlsx")["docProps/core.xml"]
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2000-01-01T00:00:00Z"}


def test_a_result_without_awards_is_its_summary(tmp_path: Path) -> None:
    conflict = [{"constraint": "C1", "subject": "pool P2"}]
    write_result(without_awards("infeasible", conflict=conflict), tmp_path / "result")
    book = CalamineWorkbook.from_path(str(exported(tmp_path / "result")))
    assert book.sheet_names == ["summary"]
    said = {row[0]: row[1] for row in book.get_sheet_by_name("summary").to_python()}
    assert said["What is claimed"] == "No plan can keep every constraint."
    assert said["pool P2"] == "a pool awards no more than its budget"


def test_a_folder_that_is_no_result_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidRound, match=r"run\.json: is in a folder that is not there"):
        write_workbook(tmp_path / "nowhere", tmp_path / "out.xlsx")
    with pytest.raises(UnusableFolder, match="is a folder"):
        write_workbook(folder, tmp_path)
    (folder / "awards.csv").unlink()
    with pytest.raises(InvalidRound, match=r"awards\.csv: is not there"):
        write_workbook(folder, tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()
