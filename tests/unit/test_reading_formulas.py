"""Texts that a spreadsheet would work out are warned of where a round is read."""

import json
from pathlib import Path

import pytest

from matcher.reading import read_round
from tests.unit.test_reading import document

FORMULA = (
    "begins as a formula does: a spreadsheet that opens the CSV files would work it out.",
    "Leave out the sign in front, or begin with a word.",
)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "@Youth", "+Youth", "- Youth", "-1+cmd|' /C calc'!A0", "＝1+1",
        "＋A1",
    ],
)  # fmt: skip
def test_a_text_that_a_spreadsheet_would_work_out_is_warned_of_where_it_stands(
    tmp_path: Path, text: str
) -> None:
    content = document()
    content["donors"][0]["name"] = content["organisations"][0]["name"] = text
    content["pools"][1] |= {"name": text, "condition": text}
    content["proposals"][2] |= {"title": text, "status": "deferred", "status_reason": text}
    content["pairs"][0]["reason"] = content["round"]["targets"][0]["id"] = text
    (tmp_path / "round.json").write_text(json.dumps(content), encoding="utf-8")
    warned = [w for w in read_round(tmp_path / "round.json").warnings if w.value == text]
    assert [(w.file.removeprefix("round.json, "), w.row, w.column) for w in warned] == [
        ("round.json", 1, "targets.id"), ("donors", 1, "name"), ("organisations", 1, "name"),
        ("pairs", 1, "reason"), ("pools", 2, "condition"), ("pools", 2, "name"),
        ("proposals", 3, "status_reason"), ("proposals", 3, "title"),
    ]  # fmt: skip
    assert {(w.what, w.remedy) for w in warned} == {FORMULA}


def test_an_id_that_a_spreadsheet_would_work_out_is_warned_of_once_where_it_is_given(
    tmp_path: Path,
) -> None:
    content = json.dumps(document()).replace('"O1"', '"=O1"').replace('"A1"', '"@A1"')
    (tmp_path / "round.json").write_text(content, encoding="utf-8")
    warned = [w for w in read_round(tmp_path / "round.json").warnings if w.what == FORMULA[0]]
    assert [(w.column, w.value) for w in warned] == [("org_id", "=O1"), ("proposal_id", "@A1")]


@pytest.mark.parametrize(
    "text", ["+994 12 404-12-12", "+1 (555) 12", "-5", "+3,5", "-12 %", "-", "--", "a = b", "1=1"]
)
def test_numbers_telephone_numbers_and_signs_within_a_text_are_no_formulas(
    tmp_path: Path, text: str
) -> None:
    content = document()
    content["proposals"][0]["title"] = content["donors"][0]["name"] = text
    (tmp_path / "round.json").write_text(json.dumps(content), encoding="utf-8")
    found = read_round(tmp_path / "round.json")
    assert found.round.proposals[0].title == text
    assert FORMULA[0] not in {w.what for w in found.warnings}
