"""Recorded what-ifs come out again as they were recorded, to the last unit and bound."""

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from typer.testing import CliRunner

from benchmarks import recorded as recorded_module
from benchmarks.__main__ import app
from benchmarks.recorded import CATALOGUES, Opened, plain, recorded, replayed
from benchmarks.recorded_words import README, differing, readme_of, sentence_of
from matcher.benchmarking import read_history
from matcher.cli import app as matcher
from matcher.scenarios.edits.files import BASE

SMALL, DEMONSTRATION = CATALOGUES["small"], CATALOGUES["demonstration"]
NAMES = [(catalogue, name) for catalogue in CATALOGUES.values() for name in catalogue.names]
Document = dict[str, Any]


@pytest.fixture(scope="module")
def rounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder in which drawn rounds are kept."""
    return tmp_path_factory.mktemp("rounds")


@pytest.fixture(scope="module")
def small(rounds: Path) -> Opened:
    return SMALL.opened(rounds)


@pytest.fixture(scope="module")
def demonstration(rounds: Path) -> Opened:
    return DEMONSTRATION.opened(rounds)


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a copy of the records that commands use in place of them."""
    copytree(recorded_module.RECORDED, tmp_path / "recorded")
    monkeypatch.setattr(recorded_module, "RECORDED", tmp_path / "recorded")
    yield tmp_path / "recorded"


@pytest.mark.parametrize("name", SMALL.names[1:])
def test_a_small_what_if_comes_out_as_recorded(small: Opened, name: str) -> None:
    (found,) = replayed(small, [name])
    assert differing(recorded(SMALL, name), plain(found.document)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", DEMONSTRATION.names)
def test_a_what_if_of_the_demonstration_comes_out_as_recorded(
    demonstration: Opened, name: str
) -> None:
    (found,) = replayed(demonstration, [name])
    assert differing(recorded(DEMONSTRATION, name), plain(found.document)) == []


@pytest.mark.slow
def test_recording_and_replaying_give_the_same_files_and_a_line_of_the_history(
    rounds: Path, copied: Path, tmp_path: Path
) -> None:
    before = {path.name: path.read_bytes() for path in (copied / "small").iterdir()}
    options = ["--only", "small", "--instances", str(rounds)]
    history = tmp_path / "history.jsonl"
    replay = ["scenarios", "replay", *options, "--history", str(history)]
    done = CliRunner().invoke(app, replay)
    assert done.exit_code == 0, done.output
    (entry,) = read_history(history)
    assert entry["instance"] == "what-ifs-small"
    assert entry["ours"]["ended"] == "as_recorded"
    assert set(entry["ours"]["scenarios"]) == set(SMALL.names)
    opened = SMALL.opened(rounds)
    for found in replayed(opened, SMALL.names):
        recorded_module.keep(SMALL, found.name, found.document)
    assert {path.name: path.read_bytes() for path in (copied / "small").iterdir()} == before


@pytest.mark.slow
def test_the_command_that_users_have_gives_what_is_recorded(rounds: Path, tmp_path: Path) -> None:
    folder, out = rounds / SMALL.case.name, tmp_path / "out"
    SMALL.opened(rounds)
    done = CliRunner().invoke(
        matcher, ["whatif", str(folder), str(SMALL.file), "--gap", "0", "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    lines = (out / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    answers = {line["name"]: line["answer"] for line in map(json.loads, lines)}
    for name in SMALL.names:
        found = {(pool, j): units for pool, j, units in answers[name]["awards"]}
        assert found == recorded_module.answer_of(recorded(SMALL, name)).awards


@pytest.mark.parametrize("catalogue", [SMALL, DEMONSTRATION], ids=lambda each: each.name)
def test_what_is_recorded_is_of_the_rounds_as_they_are(catalogue: Any, rounds: Path) -> None:
    opened = catalogue.opened(rounds)
    assert recorded(catalogue, BASE)["round_hash"] == opened.round.content_hash
    for changed in opened.scenarios:
        document = recorded(catalogue, changed.scenario.name)
        assert document["round_hash"] == changed.round.content_hash
        assert document["changes"] == [each.document() for each in changed.differences]


def test_twelve_what_ifs_or_more_are_asked_of_the_demonstration() -> None:
    assert len(DEMONSTRATION.names[1:]) >= 12


@pytest.mark.parametrize(("catalogue", "name"), NAMES, ids=lambda each: getattr(each, "name", each))
def test_each_asks_something_changes_something_and_was_not_ended_by_the_clock(
    catalogue: Any, name: str
) -> None:
    document, base = recorded(catalogue, name), recorded(catalogue, BASE)
    assert document["stop_reason"] not in ("time_limit", "interrupted")
    if name != BASE:
        assert "?" in document["question"]
        assert document["awards"] != base["awards"]
        assert document["changes"]


def test_nothing_is_recorded_that_no_scenario_asks_for() -> None:
    for catalogue in CATALOGUES.values():
        files = {path.stem for path in (recorded_module.RECORDED / catalogue.name).iterdir()}
        assert files == set(catalogue.names)


def test_the_tables_of_the_readme_are_those_of_the_records() -> None:
    text = README.read_text(encoding="utf-8")
    assert readme_of(text) == text


def test_a_replay_names_each_thing_that_differs() -> None:
    was = recorded(SMALL, "weak-dollar")
    now = plain(was)
    assert differing(was, now) == []
    now["rule_packs"] = {"az": "another"}
    assert differing(was, now) == []
    now["status"] = "feasible"
    now["levels"][0][3] = "1"
    paid = now["awards"]["P001"]
    changed = min(paid)
    paid[changed] += 1
    told = differing(was, now)
    assert told[0] == "status was optimal, is feasible"
    assert told[1].startswith("L2: value, bound and end were")
    assert told[2:] == [f"awards differ: 1, of {changed}", "rule packs have changed since: az"]


def test_a_replay_that_differs_ends_with_an_error_and_adds_nothing(
    rounds: Path, copied: Path, tmp_path: Path
) -> None:
    path = copied / "small" / "bar-at-62.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    document["awards"]["P001"] = {"B001": 1}
    path.write_text(json.dumps(document), encoding="utf-8")
    history = tmp_path / "history.jsonl"
    options = ["--only", "small/bar-*", "--instances", str(rounds), "--history", str(history)]
    done = CliRunner().invoke(app, ["scenarios", "replay", *options])
    assert done.exit_code == 1
    assert "small/bar-at-62: differs" in done.output
    assert "awards differ" in done.output
    assert not history.exists()


def test_a_scenario_that_is_not_there_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["scenarios", "replay", "--only", "small/nothing"])
    assert done.exit_code == 2
    assert "small/nothing" in done.output


def test_a_change_of_merit_smaller_than_what_is_unproven_is_no_change() -> None:
    base = recorded(SMALL, BASE)
    document: Document = plain(recorded(SMALL, "one-each"))
    assert "Merit falls by 1,851,655" in sentence_of(document, base)
    (merit,) = (level for level in document["levels"] if level[0] == "L2")
    merit[3] = base["merit"]
    assert "Merit stays, within the gap" in sentence_of(document, base)
