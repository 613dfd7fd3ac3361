"""A result that was judged by another version of a rule pack than the one installed."""

import json
from pathlib import Path

import pytest

from matcher import match
from matcher.checking import check_folder
from matcher.regulation.library import instead, pack_hash
from matcher.writing.result_folder import write_result
from tests.unit.checked_rules import a_round, outcome, pack, rule

THEN = pack([rule("XA-01", outcome("receiver.kind == bank"))])
SAME_VERDICTS = pack([rule("XA-01", outcome("receiver.kind == fund"))])
BARRING = pack([rule("XA-01", outcome("receiver.kind == media"))])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give the result folder of a round of one pair, judged by the pack of then."""
    with instead({"xa": THEN}):
        write_result(match(a_round(rule_packs=["xa"])), tmp_path / "result")
    return tmp_path / "result"


def test_it_is_told_with_both_hashes_while_the_awards_hold_by_the_law_that_is_installed(
    folder: Path,
) -> None:
    with instead({"xa": SAME_VERDICTS}):
        found = check_folder(a_round(rule_packs=["xa"]), folder)
    assert found.holds
    (sentence,) = found.other_law
    for pack_ in (THEN, SAME_VERDICTS):
        assert pack_hash(pack_)[:12] in sentence
    assert "pack xa" in sentence
    assert found.as_dict()["other_law"] == [sentence]
    assert f"  {sentence}" in found.in_words()


def test_awards_that_the_installed_law_bars_fail_and_it_is_told_that_the_law_was_another(
    folder: Path,
) -> None:
    with instead({"xa": BARRING}):
        found = check_folder(a_round(rule_packs=["xa"]), folder)
    assert [finding["constraint"] for finding in found.findings] == ["C7"]
    assert len(found.other_law) == 1


def test_nothing_is_told_of_the_same_law(folder: Path) -> None:
    with instead({"xa": THEN}):
        found = check_folder(a_round(rule_packs=["xa"]), folder)
    assert found.holds
    assert found.other_law == ()


def test_a_record_that_does_not_name_a_pack_of_the_round_is_told(folder: Path) -> None:
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    (folder / "run.json").write_text(json.dumps(record | {"rule_packs": []}), encoding="utf-8")
    with instead({"xa": THEN}):
        found = check_folder(a_round(rule_packs=["xa"]), folder)
    assert found.holds
    assert "does not say by which version" in found.other_law[0]
