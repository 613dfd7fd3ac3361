"""The command line: exit codes, what is printed, and what is written or left alone."""

import json
import sys
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from matcher import Options, cli, cli_explain
from matcher.pipeline import matching
from matcher.reading import load_round
from matcher.writing.round_forms import write_round

FIXTURES = Path(__file__).parents[2] / "fixtures"
TINY = FIXTURES / "golden" / "tiny"
INVALID = sorted(
    path for path in (FIXTURES / "invalid").iterdir() if path.is_dir() or path.suffix == ".json"
)
HARMLESS = ("unknown-column",)
"""Broken only under --strict."""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> "type[Invocation]":
    Invocation.monkeypatch, Invocation.capsys = monkeypatch, capsys
    return Invocation


class Invocation:
    """One call of `matcher` with the exit code and what it printed."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __init__(self, *arguments: object) -> None:
        self.monkeypatch.setattr(sys, "argv", ["matcher", *map(str, arguments)])
        try:
            cli.main()
            self.code = 0
        except SystemExit as end:
            self.code = int(end.code or 0)
        printed = self.capsys.readouterr()
        self.out, self.err = printed.out, printed.err

    @property
    def document(self) -> Any:
        return json.loads(self.out)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def changed(tmp_path: Path, file: str, *pairs: tuple[str, str]) -> Path:
    """Copy the tiny round with some text of a file replaced."""
    round_ = tmp_path / "round"
    copytree(TINY, round_)
    text = (round_ / file).read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    (round_ / file).write_text(text, encoding="utf-8")
    return round_


def test_match_writes_a_verified_result_and_says_where(
    run: type[Invocation], tmp_path: Path
) -> None:
    done = run("match", TINY, "--out", tmp_path / "result")
    assert done.code == 0
    assert f"Report: {tmp_path / 'result' / 'report.html'}" in done.out.replace("\n", "")
    record = json.loads((tmp_path / "result" / "run.json").read_text(encoding="utf-8"))
    assert record["verified"] is True
    assert record["status"] == "optimal"
    assert run("verify", TINY, tmp_path / "result").code == 0


def test_match_with_json_prints_one_document(run: type[Invocation], tmp_path: Path) -> None:
    done = run("match", TINY, "--out", tmp_path / "result", "--json")
    assert done.document["status"] == "optimal"
    assert done.document["baseline"]


def test_a_trace_ends_with_the_levels_as_they_are_claimed(
    run: type[Invocation], tmp_path: Path
) -> None:
    trace = tmp_path / "trace.jsonl"
    levels = run("match", TINY, "--out", tmp_path / "result", "--trace", trace, "--json").document[
        "levels"
    ]
    told = [json.loads(line) for line in trace.read_text(encoding="utf-8").splitlines()]
    times = [line["seconds"] for line in told]
    assert times == sorted(times)
    merit = [line for line in told if line["level"] == "L2"][-1]
    claimed = next(level for level in levels if level["level"] == "L2")
    assert (merit["key"], merit["value"]) == (claimed["tier"], pytest.approx(claimed["value"]))
    assert merit["bound"] == pytest.approx(claimed["bound"])
    again = run("match", TINY, "--out", tmp_path / "result", "--trace", tmp_path / "no" / "trace")
    assert again.code == 2


def test_a_large_round_is_compared_with_the_ranked_list_only_when_asked(
    run: type[Invocation], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "LARGE", 1)
    assert run("match", TINY, "--out", tmp_path / "result", "--json").document["baseline"] is None
    asked = run("match", TINY, "--out", tmp_path / "result", "--json", "--baseline")
    assert asked.document["baseline"]["rule"] == "ranked_list"
    record = json.loads((tmp_path / "result" / "run.json").read_text(encoding="utf-8"))
    assert record["options"]["baseline"] is True


@pytest.mark.parametrize("broken", INVALID, ids=lambda path: path.name)
def test_a_malformed_round_exits_3_tells_its_problems_and_writes_nothing(
    run: type[Invocation], tmp_path: Path, broken: Path
) -> None:
    strict = ["--strict"] if broken.name in HARMLESS else []
    done = run("match", broken, "--out", tmp_path / "result", *strict)
    assert done.code == 3
    assert "problem" in done.err or "error" in done.err
    assert "Traceback" not in done.out + done.err
    assert list(tmp_path.iterdir()) == []
    told = run("check", broken, "--json", *strict)
    assert told.code == 3
    problems = told.document["problems"]
    assert problems
    assert all(p["file"] and p["what"] and p["remedy"] for p in problems)


def test_a_round_that_is_not_there_exits_3(run: type[Invocation], tmp_path: Path) -> None:
    assert run("match", tmp_path / "nowhere", "--out", tmp_path / "result").code == 3
    assert list(tmp_path.iterdir()) == []


def test_a_rule_pack_that_is_not_there_exits_3(run: type[Invocation], tmp_path: Path) -> None:
    round_ = changed(tmp_path, "round.yaml", ("id: tiny", "id: tiny\nrule_packs: [atlantis]"))
    done = run("check", round_, "--json")
    assert done.code == 3
    assert done.document["problems"][0]["value"] == "atlantis"


def test_a_rule_of_the_round_that_is_not_there_exits_3(
    run: type[Invocation], tmp_path: Path
) -> None:
    round_ = changed(tmp_path, "round.yaml", ("policy:", "policy:\n  rule: equal_shares"))
    done = run("match", round_, "--out", tmp_path / "result", "--json")
    assert done.code == 3
    assert done.document["problems"][0]["column"] == "policy.rule"
    assert not (tmp_path / "result").exists()


def test_an_unknown_rule_exits_2(run: type[Invocation], tmp_path: Path) -> None:
    done = run("match", TINY, "--out", tmp_path / "result", "--rule", "lottery")
    assert done.code == 2
    assert "ranked_list" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_result_is_left_alone_and_exits_2(
    run: type[Invocation], tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep me", encoding="utf-8")
    before = tree(tmp_path)
    assert run("match", TINY, "--out", tmp_path / "mine").code == 2
    assert tree(tmp_path) == before


def test_pins_that_cannot_hold_exit_4_and_name_the_conflict(
    run: type[Invocation], tmp_path: Path
) -> None:
    round_ = changed(
        tmp_path, "pools.csv", ("P1,D1,Youth fund,AZN,30000", "P1,D1,Youth fund,AZN,8000")
    )
    done = run("match", round_, "--out", tmp_path / "result", "--json")
    assert done.code == 4
    conflict = {(part["constraint"], part["subject"]) for part in done.document["conflict"]}
    assert conflict == {("C1", "pool P1"), ("C12", "pool P1, proposal A1")}
    assert [path.name for path in (tmp_path / "result").iterdir()] == ["run.json"]
    record = json.loads((tmp_path / "result" / "run.json").read_text(encoding="utf-8"))
    assert record["status"] == "infeasible"
    assert record["conflict"]


def test_why_there_is_no_plan_is_never_met_with_silence(
    run: type[Invocation], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = changed(
        tmp_path, "pools.csv", ("P1,D1,Youth fund,AZN,30000", "P1,D1,Youth fund,AZN,8000")
    )
    run("match", round_, "--out", tmp_path / "result")
    monkeypatch.setattr(cli_explain, "explain_conflict", lambda *_args: None)
    done = run("explain", round_, tmp_path / "result")
    assert done.code == 5
    assert "Why there is no plan was not settled in the time." in done.err


@pytest.mark.parametrize(
    ("made", "asked", "taken"), [("0.01", [], 0.01), ("0", [], 1e-4), ("0.01", ["--gap", "0"], 0.0)]
)
def test_a_result_is_explained_at_the_gap_it_was_made_with_and_without_a_base_that_is_said(
    made: str,
    asked: list[str],
    taken: float,
    run: type[Invocation],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("match", TINY, "--out", tmp_path / "result", "--gap", made)
    gaps: list[float] = []

    def none(_round: object, _awards: object, options: Options, *_more: object) -> None:
        gaps.append(options.gap)

    monkeypatch.setattr(cli_explain, "base_of", none)
    done = run("explain", TINY, tmp_path / "result", "A1", *asked)
    assert gaps == [taken]
    assert (done.code, done.out) == (5, "")
    assert "a wider gap with --gap" in done.err


def test_ranked_list_runs_verifies_and_says_what_it_does_not_enforce(
    run: type[Invocation], tmp_path: Path
) -> None:
    assert run("match", TINY, "--out", tmp_path / "result", "--rule", "ranked_list").code == 0
    record = json.loads((tmp_path / "result" / "run.json").read_text(encoding="utf-8"))
    assert record["not_enforced"] == ["C11 floors"]
    assert run("verify", TINY, tmp_path / "result").code == 0


@pytest.mark.parametrize(
    "asked",
    [
        ["--gap", "inf"],
        ["--gap", "nan"],
        ["--time-limit", "inf"],
        ["--seed", "2147483648"],
        ["--out", "/proc/nothing"],
        ["--out", "x" * 250],
    ],
    ids=" ".join,
)
def test_what_no_run_can_be_asked_for_is_refused_in_a_sentence_before_anything_runs(
    asked: list[str], run: type[Invocation], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("match", TINY, "--out", tmp_path / "result", *asked)
    assert done.code == 2
    assert "Traceback" not in done.err
    assert len(done.err) > 20
    assert not list(tmp_path.iterdir())


UNKNOWN = "rule_packs: [zz]\npolicy:\n  rule: best"


@pytest.mark.parametrize(
    ("form", "file", "rows"),
    [
        ("", "round.yaml", {"policy.rule": 9, "rule_packs": 7}),
        (".json", "round.json", {"policy.rule": None, "rule_packs": None}),
        (".xlsx", "round.xlsx, sheet round", {"policy.rule": 10, "rule_packs": 9}),
    ],
)
def test_a_rule_or_a_pack_that_is_not_here_is_told_where_it_stands_in_every_form(
    run: type[Invocation], tmp_path: Path, form: str, file: str, rows: dict[str, int | None]
) -> None:
    round_ = changed(tmp_path, "round.yaml", ("policy:", UNKNOWN))
    if form:
        write_round(load_round(round_), round_.with_suffix(form))
    done = run("check", round_.with_suffix(form), "--json")
    told = {p["column"]: (p["file"], p["row"], p["value"]) for p in done.document["problems"]}
    assert done.code == 3
    assert told == {
        "policy.rule": (file, rows["policy.rule"], "best"),
        "rule_packs": (file, rows["rule_packs"], "zz"),
    }


def test_a_rule_and_a_pack_that_are_not_here_are_told_with_the_faults_of_every_file(
    run: type[Invocation], tmp_path: Path
) -> None:
    round_ = changed(tmp_path, "round.yaml", ("policy:", UNKNOWN), ('"1000"', "much"))
    (round_ / "pairs.csv").write_text("pool_id,proposal_id,score\nP9,A1,50\n", encoding="utf-8")
    done = run("check", round_, "--json")
    assert [(p["file"], p["row"], p["column"]) for p in done.document["problems"]] == [
        ("pairs.csv", 2, "pool_id"),
        ("round.yaml", 7, "rule_packs"),
        ("round.yaml", 9, "policy.rule"),
        ("round.yaml", 12, "policy.min_award"),
    ]
