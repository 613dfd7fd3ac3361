"""Letters to applicants: written with a run, without solving, telling nobody anything of others."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from api.results.letters import LETTERS, letters_of
from matcher import Options, match
from matcher.explaining.solves import base
from matcher.writing.result_folder import write_result
from tests.service.association import MARKS, PROPOSALS
from tests.service.finished_runs import a_document, read
from tests.service.seeding import PUBLISHED, finished

OWNER = {str(row["proposal_id"]): ("ngo", str(row["org_id"])) for row in PROPOSALS}


def test_every_proposal_has_the_letter_that_its_explanation_gives_without_changes() -> None:
    files = finished(PUBLISHED)
    rows = csv.DictReader(StringIO(files["explanations.csv"].decode()))
    assert json.loads(files[LETTERS]) == {row["proposal_id"]: row["applicant"] for row in rows}


def test_no_letter_holds_a_mark_that_is_not_its_readers_own() -> None:
    letters = json.loads(finished(PUBLISHED)[LETTERS])
    assert letters.keys() == OWNER.keys()
    for name, letter in letters.items():
        for mark, who in MARKS.items():
            assert OWNER[name] in who or mark.lower() not in letter.lower(), (name, letter)


def test_nothing_is_solved_to_write_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    round_ = read(a_document())
    write_result(match(round_, Options(seconds=20, workers=1)), tmp_path / "result")
    for solving in ("worth_of", "proven_worth"):
        monkeypatch.delattr(base, solving)
    letters = letters_of(round_, tmp_path / "result")
    assert letters["A1"].startswith("Your proposal is funded in full, with 2,000")
    assert letters.keys() == {"A1", "A2", "A3"}
