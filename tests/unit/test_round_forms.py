"""A round written in any form reads back as the same round, whatever its texts hold."""

import csv
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from python_calamine import CalamineWorkbook

from matcher.domain import Round
from matcher.errors import MatcherError, UnusableFolder
from matcher.reading import load_round
from matcher.writing.round_forms import write_round
from matcher.writing.sheets import fits_number

TIGHT_CORNER = Path(__file__).parents[2] / "fixtures" / "rounds" / "tight-corner.json"
NASTY = '=SUM(A1) "quoted"; a, b\n- second line: {x}\t# no comment'


def made_up(**changes: Any) -> Round:
    """Give a made-up round that uses every table and most kinds of column."""
    content: dict[str, Any] = {
        "id": "2026-01",
        "title": NASTY,
        "currency": "AZN",
        "decision_date": "2026-03-01",
        "call": {"opens": "2026-01-05", "closes": "2026-02-05", "time_zone": "Asia/Baku"},
        "rates": {"USD": "1.7000", "EUR": "1.9812"},
        "policy": {
            "score_threshold": "50.25",
            "min_award": "1000",
            "max_funders_per_proposal": "3",
            "score_weights": {"need": "0.7", "quality": "0.3"},
        },
        "targets": [
            {"id": "no", "where": {"not_region": ["N"], "tier": ["1", "2"]}, "min_share": "0.40"},
            {"id": "in P", "pool": "P1", "max_count": "4", "strictness": "soft", "weight": "1.50"},
        ],
        "donors": [
            {"donor_id": "007", "name": "@made-up", "kind": "other", "visibility": "public"},
            {"donor_id": "D2", "name": "Ələddin & co. (made up)", "kind": "bank", "country": "NO"},
        ],
        "pools": [
            {
                "pool_id": "P1",
                "donor_id": "007",
                "name": "1e5",
                "currency": "USD",
                "budget": "9999999999.99",
                "sole_funder": "yes",
                "not_with": "D2;holding",
                "regions": ["N", "S"],
                "available_until": "2026-12-31",
            },
            {
                "pool_id": "10",
                "donor_id": "D2",
                "name": "-3",
                "currency": "AZN",
                "budget": "0",
                "hold_back_share": "0.123456789012345678901234567890",
            },
        ],
        "organisations": [
            {"org_id": "O1", "name": "true", "registered_on": "1899-12-31", "staff": "12"},
        ],
        "proposals": [
            {
                "proposal_id": "A1",
                "org_id": "O1",
                "title": "'",
                "currency": "AZN",
                "requested": "15000.50",
                "minimum": "0",
                "sector": "0012",
                "regions": "N:0.3333333333333333333;S:0.6666666666666666667",
                "criteria": {"need": "78.5", "quality": "0.0001"},
                "tier": "2",
                "submitted": "1900-02-28",
                "starts": "2026-05-01",
            },
            {
                "proposal_id": "a1",
                "org_id": "O1",
                "title": "null",
                "currency": "EUR",
                "requested": "2",
                "requires": "A1",
                "score": "100",
            },
        ],
        "pairs": [
            {"donor_id": "D2", "org_id": "O1", "status": "declined"},
            {"pool_id": "P1", "proposal_id": "A1", "payer_preference": "-1.5"},
            {"pool_id": "P1", "proposal_id": "a1", "status": "pin", "reason": "~"},
        ],
        "reviews": [
            {"proposal_id": "a1", "reviewer_id": "R", "score": "3", "recused": "no"},
        ],
        "partners": [{"proposal_id": "A1", "org_id": "O1", "role": "lead", "share": "0.5"}],
        "contributors": [
            {"pool_id": "P1", "donor_id": "D2", "amount": "0.01", "currency": "USD"},
        ],
        "facts": [
            {"subject": "P1:A1", "fact": "seen", "value": "2026", "valid_from": "2026-01-01"}
        ],
        "commitments": [
            {
                "commitment_id": "1",
                "org_id": "O1",
                "amount": "5",
                "currency": "AZN",
                "decided": "2026-01-01",
            },
        ],
        "regions": [
            {"code": "N", "name": "North", "parent": "C"},
            {"code": "S", "name": "South", "parent": "C"},
            {"code": "C", "name": "Country", "country": "AZ"},
        ],
        "sectors": [{"code": "0012", "name": "2026-01-01"}],
    }
    return Round.model_validate(content | changes)


FORMS = ("round", "round.json", "round.xlsx")


@pytest.mark.parametrize("form", FORMS)
def test_a_round_reads_back_the_same_in_every_form(tmp_path: Path, form: str) -> None:
    round_ = made_up()
    write_round(round_, tmp_path / form)
    assert load_round(tmp_path / form).document() == round_.document()
    assert load_round(tmp_path / form).content_hash == round_.content_hash


texts = (
    st.text(
        st.characters(
            exclude_categories=["Cs"],
            exclude_characters=[
                *(chr(n) for n in range(32) if n not in (9, 10)),
                *(chr(n) for n in range(127, 160)),
                *"\ufffe\uffff",
            ],
        ),
        min_size=1,
    )
    .map(str.strip)
    .filter(bool)
)


@pytest.mark.parametrize("form", FORMS)
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(title=texts, name=texts)
def test_whatever_a_text_holds_it_reads_back_the_same(
    tmp_path: Path, form: str, title: str, name: str
) -> None:
    round_ = made_up(title=title, sectors=[{"code": "0012", "name": name}])
    write_round(round_, tmp_path / form)
    assert load_round(tmp_path / form).document() == round_.document()


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\x7f", "\x85", "\x9f"])
def test_a_control_character_is_refused(sign: str) -> None:
    with pytest.raises(ValidationError, match="control character"):
        made_up(title=f"one{sign}two")


def content_of(path: Path) -> Mapping[str, bytes]:
    """Give the bytes of a file, or of every file of a folder."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    return {file.name: file.read_bytes() for file in files}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_round_in_another_order_gives_the_same_bytes(tmp_path: Path, form: str) -> None:
    round_ = made_up()
    turned = round_.model_copy(
        update={
            name: tuple(reversed(getattr(round_, name)))
            for name in ("donors", "pools", "proposals", "pairs", "targets", "regions")
        }
    )
    write_round(round_, tmp_path / form)
    first = content_of(tmp_path / form)
    write_round(turned, tmp_path / form)
    assert content_of(tmp_path / form) == first
    assert [entry.name for entry in tmp_path.iterdir()] == [form], "nothing is left beside it"


def test_a_folder_holds_plain_csv_with_the_columns_in_use_and_rows_by_id(tmp_path: Path) -> None:
    write_round(made_up(), tmp_path / "round")
    raw = (tmp_path / "round" / "proposals.csv").read_bytes()
    assert b"\r" not in raw and not raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(StringIO(raw.decode("utf-8"), newline="")))
    assert rows[0] == [
        "proposal_id", "org_id", "title", "currency", "requested", "minimum", "sector", "regions",
        "submitted", "starts", "score", "tier", "requires", "score_need", "score_quality",
    ]  # fmt: skip
    assert [row[0] for row in rows[1:]] == ["A1", "a1"]
    assert (tmp_path / "round" / "donors.csv").read_text(encoding="utf-8") == (
        "donor_id,name,kind,country,visibility\n"
        "007,@made-up,other,,public\n"
        "D2,Ələddin & co. (made up),bank,NO,\n"
    )


def test_tables_that_must_be_there_are_written_even_when_empty(tmp_path: Path) -> None:
    empty = Round.model_validate({"id": "e", "currency": "AZN", "decision_date": "2026-03-01"})
    write_round(empty, tmp_path / "round")
    assert sorted(content_of(tmp_path / "round")) == [
        "donors.csv", "organisations.csv", "pools.csv", "proposals.csv", "round.yaml",
    ]  # fmt: skip
    pools = (tmp_path / "round" / "pools.csv").read_text(encoding="utf-8")
    assert pools == "pool_id,donor_id,name,currency,budget\n"


def test_round_yaml_is_read_as_its_authors_would_write_it(tmp_path: Path) -> None:
    write_round(made_up(title="Spring round: the first"), tmp_path / "round")
    text = (tmp_path / "round" / "round.yaml").read_text(encoding="utf-8")
    assert text.splitlines() == [
        "id: 2026-01",
        "title: 'Spring round: the first'",
        "currency: AZN",
        "decision_date: 2026-03-01",
        "call: {opens: 2026-01-05, closes: 2026-02-05, time_zone: Asia/Baku}",
        "rates: {USD: '1.7', EUR: '1.9812'}",
        "policy:",
        "  score_weights: {need: '0.7', quality: '0.3'}",
        "  score_threshold: '50.25'",
        "  min_award: 1000",
        "  max_funders_per_proposal: 3",
        "targets:",
        "  - {id: in P, pool: P1, max_count: 4, strictness: soft, weight: '1.5'}",
        "  - {id: 'no', where: {not_region: [N], tier: [1, 2]}, min_share: '0.4'}",
    ]
    other = yaml.safe_load(text)
    assert other["targets"][1]["id"] == "no", "other readers of YAML do not take it for false"
    assert other["decision_date"] == date(2026, 3, 1)


def test_a_workbook_types_its_cells_and_holds_no_formula(tmp_path: Path) -> None:
    write_round(made_up(), tmp_path / "round.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "round.xlsx"))
    assert book.sheet_names[:4] == ["round", "rates", "targets", "donors"]
    assert book.get_sheet_by_name("donors").to_python()[1][0] == "007"
    first, second = book.get_sheet_by_name("pools").to_python()[1:]
    header = book.get_sheet_by_name("pools").to_python()[0]
    ten, other = dict(zip(header, first, strict=True)), dict(zip(header, second, strict=True))
    assert (ten["pool_id"], other["name"]) == ("10", "1e5")
    assert ten["hold_back_share"] == "0.12345678901234567890123456789"
    assert other["budget"] == 9999999999.99
    assert other["available_until"] == date(2026, 12, 31)
    assert other["regions"] == "N;S"
    with zipfile.ZipFile(tmp_path / "round.xlsx") as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
    assert all(b"<f>" not in sheet for sheet in sheets)
    assert all(b'state="frozen"' in sheet for sheet in sheets)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("0", True),
        ("999999999999999", True),
        ("1000000000000000", False),
        ("0.1234567890123456", False),
        ("123456789012.345", True),
        ("0.0001", True),
        ("0.00001", False),
        ("-1.5", True),
    ],
)
def test_a_number_cell_is_used_only_where_it_holds_every_digit(text: str, fits: bool) -> None:
    assert fits_number(text) is fits
    if fits:
        assert Decimal(f"{float(text):.15g}") == Decimal(text)


def test_json_is_one_document_in_the_order_of_the_tables(tmp_path: Path) -> None:
    write_round(made_up(), tmp_path / "round.json")
    document = json.loads((tmp_path / "round.json").read_text(encoding="utf-8"))
    assert list(document)[:5] == ["round", "donors", "pools", "organisations", "proposals"]
    assert document["pools"][1]["regions"] == ["N", "S"]


def test_a_label_with_a_semicolon_is_refused_where_a_list_would_break_it(tmp_path: Path) -> None:
    round_ = made_up(
        facts=[],
        targets=[{"id": "t", "where": {"organisation": ["O1"]}, "min_count": "1"}],
    )
    proposal = round_.proposals[1].model_copy(update={"alternatives": ("one;two",)})
    proposal.model_fields_set.add("alternatives")
    round_ = round_.model_copy(update={"proposals": (round_.proposals[0], proposal)})
    for form in ("round", "round.xlsx"):
        with pytest.raises(MatcherError, match="semicolon"):
            write_round(round_, tmp_path / form)
        assert list(tmp_path.iterdir()) == []
    write_round(round_, tmp_path / "round.json")
    assert load_round(tmp_path / "round.json").content_hash == round_.content_hash


def test_a_text_too_long_for_a_sheet_is_refused_and_not_dropped(tmp_path: Path) -> None:
    with pytest.raises(MatcherError, match="32,767"):
        write_round(made_up(title="x" * 40_000), tmp_path / "round.xlsx")
    assert list(tmp_path.iterdir()) == []


def no_round(folder: Path) -> Path:
    """Make a folder that holds somebody's letters."""
    (folder / "letters").mkdir()
    (folder / "letters" / "letter.txt").write_text("Dear", encoding="utf-8")
    return folder / "letters"


def a_file(folder: Path) -> Path:
    """Make a file without an ending."""
    (folder / "file").write_text("Dear", encoding="utf-8")
    return folder / "file"


def a_folder_named_as_a_file(folder: Path) -> Path:
    """Make a folder whose name ends as a file's does."""
    (folder / "round.json").mkdir()
    return folder / "round.json"


@pytest.mark.parametrize("make", [no_round, a_file, a_folder_named_as_a_file])
def test_what_is_no_round_is_left_alone(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    out = make(tmp_path)
    before = content_of(out)
    with pytest.raises(UnusableFolder):
        write_round(made_up(), out)
    assert content_of(out) == before
    assert list(tmp_path.iterdir()) == [out]


def test_a_name_that_promises_another_form_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFolder, match=r"\.xlsx, \.json or a folder"):
        write_round(made_up(), tmp_path / "round.xls")


def test_an_older_round_is_replaced_and_files_of_other_kinds_are_kept(tmp_path: Path) -> None:
    out = tmp_path / "round"
    write_round(made_up(), out)
    (out / "README.md").write_text("Made up.", encoding="utf-8")
    (out / "letters").mkdir()
    (out / "letters" / "letter.txt").write_text("Dear", encoding="utf-8")
    smaller = made_up(reviews=[])
    write_round(smaller, out)
    assert not (out / "reviews.csv").exists()
    assert (out / "README.md").read_text(encoding="utf-8") == "Made up."
    assert (out / "letters" / "letter.txt").read_text(encoding="utf-8") == "Dear"
    assert [entry.name for entry in tmp_path.iterdir()] == ["round"]


def test_facts_of_several_values_may_be_lists_in_json(tmp_path: Path) -> None:
    document = json.loads(TIGHT_CORNER.read_text(encoding="utf-8"))

    def read(column: Any, row: Any) -> Round:
        document["organisations"][0]["founders"] = column
        document["facts"] = [{"subject": "A1", "fact": "activity_flags", "value": row}]
        (tmp_path / "round.json").write_text(json.dumps(document), encoding="utf-8")
        return load_round(tmp_path / "round.json")

    listed = read(["azerbaijani", "foreign_resident"], ["media", "polls"])
    texts = read("azerbaijani;foreign_resident", "media;polls")
    assert listed.organisations[0].facts["founders"] == "azerbaijani;foreign_resident"
    assert listed.content_hash == texts.content_hash
    with pytest.raises(MatcherError, match="a list with a semicolon in an item"):
        read(["azerbaijani;foreign_resident"], "media")
