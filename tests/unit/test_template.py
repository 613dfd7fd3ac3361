"""The template explains every column, offers only what the model takes, and reads as a round."""

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError
from python_calamine import CalamineWorkbook

from matcher.domain.policy import Call, Policy
from matcher.domain.round import Round
from matcher.domain.tables import TABLES
from matcher.errors import InvalidRound, MatcherError
from matcher.reading import load_round
from matcher.reading.raw import HELP_SHEETS
from matcher.writing.codes import CLOSED, WORDS
from matcher.writing.column_notes import NOTES
from matcher.writing.columns import MODELS, known_columns, required_columns
from matcher.writing.template import EXAMPLES, HELP, REQUIRED_SETTINGS, write_template

SHEETS = [HELP_SHEETS[0], "round", "donors", "pools", "organisations", "proposals", "rates",
          "targets", "pairs", "reviews", "partners", "contributors", "facts", "commitments",
          "regions", "sectors", HELP_SHEETS[1]]  # fmt: skip


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Write a template."""
    write_template(tmp_path / "template.xlsx")
    return tmp_path / "template.xlsx"


def test_every_table_is_a_sheet_with_all_its_columns(template: Path) -> None:
    book = CalamineWorkbook.from_path(str(template))
    assert book.sheet_names == SHEETS
    for table in (*TABLES, "rates", "targets"):
        header = book.get_sheet_by_name(table).to_python()[0]
        assert header == list(known_columns(table))


def test_every_column_has_a_note_and_every_note_a_column() -> None:
    for table in (*TABLES, "rates", "targets"):
        assert set(NOTES[table]) == set(known_columns(table)), table
    keys = {
        *(f"call.{name}" for name in Call.model_fields),
        *(f"policy.{name}" for name in Policy.model_fields if name != "score_weights"),
        *("id", "title", "currency", "decision_date", "rule_packs"),
    }
    assert set(NOTES["round"]) == keys
    assert set(REQUIRED_SETTINGS) == {
        name for name, field in Round.model_fields.items() if field.is_required()
    }


EXAMPLE_CELLS = [
    (table, column, text.rpartition("Example: ")[2])
    for table, notes in NOTES.items()
    for column, text in notes.items()
    if table not in ("rates",)
]


@pytest.mark.parametrize(("table", "column", "example"), EXAMPLE_CELLS)
def test_the_example_of_a_note_is_accepted_by_its_column(
    table: str, column: str, example: str
) -> None:
    owner, _, name = column.rpartition(".")
    fields: Any = MODELS[owner or table].model_fields
    if name not in fields:
        fields, name = {"where": MODELS["targets"].model_fields["where"]}, "where"
    field = fields[name]
    adapter: TypeAdapter[Any] = TypeAdapter(_annotated(field))
    value: Any = {column: example} if name == "where" else example
    assert example
    assert adapter.validate_python(value) not in (None, ())


def _annotated(field: Any) -> Any:
    from typing import Annotated

    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


@pytest.mark.parametrize(("place", "name"), CLOSED.items())
def test_a_drop_down_offers_all_words_of_its_column_and_no_others(
    place: tuple[str, str], name: str
) -> None:
    field = MODELS[place[0]].model_fields[place[1]]
    adapter: TypeAdapter[Any] = TypeAdapter(_annotated(field))
    with pytest.raises(ValidationError) as raised:
        adapter.validate_python("no such word")
    remedies = " ".join(e.get("ctx", {}).get("remedy", "") for e in raised.value.errors())
    assert f"Use one of: {', '.join(WORDS[name])}." in remedies


def xml(template: Path, sheet: str) -> str:
    """Give the XML of a sheet."""
    with zipfile.ZipFile(template) as archive:
        return archive.read(f"xl/worksheets/sheet{SHEETS.index(sheet) + 1}.xml").decode()


@pytest.mark.parametrize("packs", [(), ("az", "donor-compliance")])
def test_no_cell_of_a_template_is_a_formula(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packs: tuple[str, ...]
) -> None:
    monkeypatch.setitem(EXAMPLES["donors"], "name", "=1+1")
    write_template(tmp_path / "template.xlsx", packs)
    for sheet in SHEETS:
        found = xml(tmp_path / "template.xlsx", sheet)
        assert "<c r=" in found
        assert not re.search(r"<f[ >]|<hyperlink", found), sheet
    donors = CalamineWorkbook.from_path(str(tmp_path / "template.xlsx")).get_sheet_by_name("donors")
    assert "=1+1" in donors.to_python()[1]


def test_headers_of_required_columns_look_different(template: Path) -> None:
    for table in TABLES:
        header = re.search(r'<row r="1".*?</row>', xml(template, table))
        assert header is not None
        styles = re.findall(r'<c r="[A-Z]+1" s="(\d+)"', header.group())
        required = {
            style
            for style, name in zip(styles, known_columns(table), strict=True)
            if name in required_columns(table)
        }
        optional = set(styles) - required
        assert len(required) <= 1 and len(optional) == 1


def test_every_header_has_a_note_with_an_example(template: Path) -> None:
    with zipfile.ZipFile(template) as archive:
        notes = [archive.read(n).decode() for n in archive.namelist() if "xl/comments" in n]
    columns = sum(len(known_columns(table)) for table in (*TABLES, "rates", "targets"))
    assert sum(note.count("<comment ref=") for note in notes) == columns + len(NOTES["round"])
    assert sum(note.count("Example: ") for note in notes) == columns + len(NOTES["round"])


def test_cells_are_checked_by_their_type(template: Path) -> None:
    pools = xml(template, "pools")
    assert pools.count('type="date"') >= 3
    assert "<formula1>certainties</formula1>" in pools
    assert "<formula1>currencies</formula1>" in pools
    assert "donors!$A$2" in pools, "a pool's donor is chosen among the rows of donors"
    with zipfile.ZipFile(template) as archive:
        names = archive.read("xl/workbook.xml").decode()
    for name in (*WORDS, "sectors", "regions", "countries", "currencies"):
        assert f'<definedName name="{name}">codes!$' in names


def test_messages_are_short_enough_for_a_spreadsheet(template: Path) -> None:
    for sheet in SHEETS:
        for key, most in (("error", 255), ("errorTitle", 32), ("prompt", 255)):
            for text in re.findall(rf' {key}="([^"]*)"', xml(template, sheet)):
                assert 0 < len(text) <= most


def test_the_codes_list_azerbaijan_by_economic_region(template: Path) -> None:
    rows = CalamineWorkbook.from_path(str(template)).get_sheet_by_name("codes").to_python()
    start = rows[0].index("region of Azerbaijan")
    listed = {row[start]: (row[start + 1], row[start + 2]) for row in rows[1:] if row[start]}
    assert listed["AZ-GA"] == ("Gəncə", "Ganja-Dashkasan")
    economic = {code for code in listed if str(code).startswith("AZ-ER-")}
    assert len(economic) == 14


def test_the_first_sheet_says_how_in_five_sentences(template: Path) -> None:
    rows = CalamineWorkbook.from_path(str(template)).get_sheet_by_name(HELP_SHEETS[0]).to_python()
    shown = [str(row[1]) for row in rows if re.fullmatch(r"\d", str(row[0]))]
    assert len(shown) == len(HELP) == 5
    assert all(not re.search(r"\s\s|\n", sentence) for sentence in shown)


def test_a_template_that_nobody_filled_in_is_refused_for_its_examples(template: Path) -> None:
    with pytest.raises(InvalidRound) as raised:
        load_round(template)
    told = {(p.file.partition("#")[0], p.column, p.value) for p in raised.value.problems}
    examples = {value for _, _, value in told if value.startswith("EXAMPLE-")}
    assert examples >= {"EXAMPLE-D1", "EXAMPLE-P1", "EXAMPLE-O1", "EXAMPLE-A1"}
    assert any("elete" in problem.remedy for problem in raised.value.problems)
    assert not [problem for problem in raised.value.problems if problem.severity == "warning"]


def test_a_template_that_is_filled_in_reads_as_a_round(template: Path, tmp_path: Path) -> None:
    """The rows of the examples under ids of their own, and the three required settings."""
    filled = tmp_path / "filled.xlsx"
    values = {"id": "made-up", "currency": "AZN", "decision_date": "2026-03-01"}
    with zipfile.ZipFile(template) as old, zipfile.ZipFile(filled, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode("utf-8")
            if name == "xl/sharedStrings.xml":
                text = text.replace("EXAMPLE-", "")
            if name == f"xl/worksheets/sheet{SHEETS.index('round') + 1}.xml":
                for line, key in enumerate(NOTES["round"], 2):
                    cell = rf'<c r="B{line}"( s="\d+")/>'
                    given = rf'<c r="B{line}"\1 t="inlineStr"><is><t>{values.get(key)}</t></is></c>'
                    text = re.sub(cell, given, text) if key in values else text
            new.writestr(name, text)
    round_ = load_round(filled)
    assert round_.id == "made-up"
    assert round_.proposals[0].title == EXAMPLES["proposals"]["title"]
    assert str(round_.pools[0].available_until) == EXAMPLES["pools"]["available_until"]


def test_the_same_template_has_the_same_bytes(template: Path) -> None:
    first = template.read_bytes()
    write_template(template)
    assert template.read_bytes() == first


def test_a_rule_pack_that_is_not_here_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MatcherError, match="no-such-pack"):
        write_template(tmp_path / "template.xlsx", ["no-such-pack"])
    assert list(tmp_path.iterdir()) == []


def test_the_columns_of_the_chosen_packs_alone_stand_in_the_template(tmp_path: Path) -> None:
    write_template(tmp_path / "law.xlsx", ("az", "donor-compliance"))
    book = CalamineWorkbook.from_path(str(tmp_path / "law.xlsx"))
    header = book.get_sheet_by_name("organisations").to_python()[0]
    assert {"founders", "sanctions_hit", "has_uei"} <= set(header)
    assert not {"armenian_report_filed", "ru_undesirable"} & set(header)
    settings = {row[0]: row[1] for row in book.get_sheet_by_name("round").to_python()}
    assert settings["rule_packs"] == "az;donor-compliance"
