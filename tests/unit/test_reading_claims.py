"""What awards.csv claims can be read back, also after somebody edited it."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from matcher.errors import InvalidRound
from matcher.writing.result_folder import (
    read_awards,
    read_record,
    write_result,
)
from tests.unit.sample_run import sample_run

# Reading a claim


def claim(tmp_path: Path, content: str | bytes) -> Any:
    raw = content if isinstance(content, bytes) else content.encode()
    (tmp_path / "awards.csv").write_bytes(raw)
    return read_awards(tmp_path)


def pairs(found: Any) -> list[tuple[int, str, str, Decimal]]:
    return [(award.row, award.pool_id, award.proposal_id, award.amount) for award in found.awards]


def test_a_written_result_reads_back_as_its_awards(tmp_path: Path) -> None:
    run = sample_run()
    write_result(run, tmp_path / "result")
    found = read_awards(tmp_path / "result")
    assert found.problems == ()
    assert {(a.pool_id, a.proposal_id): a.amount * 100 for a in found.awards} == run.awards


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_claim_saved_by_a_spreadsheet_is_read(
    tmp_path: Path, delimiter: str, ends: str, mark: str
) -> None:
    rows = [
        ["note", "amount", "proposal_id", "pool_id"],
        ["", "", "", ""],
        ['"two\nlines, one; cell"', " 100.50 ", "A 1", "P1"],
        ["", "-3", "A2", "P1"],
    ]
    text = mark + ends.join(delimiter.join(row) for row in rows) + ends
    assert pairs(claim(tmp_path, text)) == [
        (3, "P1", "A 1", Decimal("100.50")),
        (5, "P1", "A2", Decimal(-3)),
    ]


def test_every_row_that_is_no_award_is_a_problem(tmp_path: Path) -> None:
    header = "pool_id,proposal_id,amount\n"
    found = claim(
        tmp_path, header + "P1,A1,5\nP1,A2,1 000\nP1,A3,\n,A4,5\nP2,,5\nP1,A1,6\nP2,A1,7\nP3\n"
    )
    assert pairs(found) == [(2, "P1", "A1", Decimal(5)), (8, "P2", "A1", Decimal(7))]
    told = [(problem.row, problem.column, problem.value) for problem in found.problems]
    assert told == [
        (3, "amount", "1 000"),
        (4, "amount", ""),
        (5, "pool_id", ""),
        (6, "proposal_id", ""),
        (7, "proposal_id", "A1"),
        (9, "proposal_id", ""),
        (9, "amount", ""),
    ]
    assert "is awarded by pool P1 in row 2 already." in str(found.problems[4])
    assert all(problem.remedy for problem in found.problems)


@pytest.mark.parametrize("amount", ["1e3", "١٢", "NaN", "1,5", "0x10", "--1", "+1", "1."])
def test_an_amount_is_digits_with_a_point(tmp_path: Path, amount: str) -> None:
    found = claim(tmp_path, f'pool_id,proposal_id,amount\nP1,A1,"{amount}"\n')
    assert pairs(found) == []
    assert [problem.value for problem in found.problems] == [amount]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, r"awards\.csv: is not there"),
        (b"", "is empty"),
        (b"pool_id,amount\nP1,5\n", "column proposal_id: is missing"),
        (b"a,b\n1,2\n", "3 problems"),
        (b"pool_id,proposal_id,amount,amount\n", "column amount: stands twice"),
        (b"pool_id,proposal_id,amount\nP\xe9,A,5\n", "is not UTF-8 text"),
    ],
)
def test_a_claim_that_cannot_be_read_is_refused(
    tmp_path: Path, content: bytes | None, words: str
) -> None:
    with pytest.raises(InvalidRound, match=words):
        read_awards(tmp_path) if content is None else claim(tmp_path, content)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRound, match="is in a folder that is not there"):
        read_awards(tmp_path / "nowhere")
    with pytest.raises(InvalidRound, match="is in a folder that is not there"):
        read_record(tmp_path / "nowhere")
    (tmp_path / "run.json").write_text('{"a": ')
    with pytest.raises(InvalidRound, match=r"run\.json, row 1: is no JSON"):
        read_record(tmp_path)
