"""`matcher whatif`: scenarios run beside their base, each verified, none of it half done."""

import csv
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest

from matcher import Options, cli, load_round, match
from matcher.cli_sweep import BANDS, CURVE, FRONTIER
from matcher.errors import InvalidRound
from matcher.scenarios.asking.crew import Here
from matcher.scenarios.edits.scenario_names import TAKEN
from matcher.scenarios.many.crew import Crew
from matcher.scenarios.many.executing import failed
from matcher.scenarios.running import Request, answer, started
from matcher.workers.shared import Shared
from matcher.writing.round_forms import write_round

FIXTURES = Path(__file__).parents[2] / "fixtures"
TINY = FIXTURES / "golden" / "tiny"
SCENARIOS = """
scenarios:
  less:
    question: What if the second pool had less money?
    set: {pools.P2.budget: x0.7}
  never:
    question: What if there was no money at all, and a target?
    set: {pools.*.budget: 0}
    add: {targets: {id: much, min_amount: 1000}}
"""


def matcher(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["matcher", *map(str, arguments)])
    try:
        cli.main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def overview(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "overview.csv").open(encoding="utf-8", newline="") as file:
        return {row["scenario"]: row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder of what-ifs of the tiny round."""
    folder = tmp_path_factory.mktemp("whatif")
    (folder / "scenarios.yaml").write_text(SCENARIOS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        code = matcher(patch, "whatif", TINY, folder / "scenarios.yaml", "--gap", "0",
                       "--set", "pools.P1.budget=+20%", "--out", folder / "out")  # fmt: skip
    assert code == 0
    return folder


def test_each_scenario_is_worth_what_a_run_of_its_round_alone_is_worth(ran: Path) -> None:
    rows = overview(ran / "out")

    assert list(rows) == ["base", "less", "never", "set"]
    for name in ("base", "less", "set"):
        alone = match(load_round(ran / "out" / name / "round.json"), Options(gap=0))
        merit = sum(level.value for level in alone.levels if level.level == "L2")
        assert float(rows[name]["merit"]) == pytest.approx(float(merit), abs=1e-6)
    assert float(rows["less"]["merit_change"]) < 0 <= float(rows["set"]["merit_change"])


def test_every_result_passes_the_verifier(ran: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("base", "less", "set"):
        folder = ran / "out" / name
        assert matcher(monkeypatch, "verify", folder / "round.json", folder / "result") == 0


def test_what_a_scenario_changed_stands_beside_its_result(ran: Path) -> None:
    changes: list[dict[str, Any]] = json.loads(
        (ran / "out" / "less" / "changes.json").read_text(encoding="utf-8")
    )

    assert [change["path"] for change in changes] == ["pools.P2.budget"]
    assert float(changes[0]["after"]) == pytest.approx(float(changes[0]["before"]) * 0.7)


def test_a_scenario_without_a_plan_is_told_and_leaves_the_others_alone(ran: Path) -> None:
    row = overview(ran / "out")["never"]

    assert row["status"] == "infeasible"
    assert "matcher explain never/round.json" in row["why"]
    assert [p.name for p in (ran / "out" / "never" / "result").iterdir()] == ["run.json"]


def test_whether_a_target_is_held_is_told_as_in_every_other_table(ran: Path) -> None:
    with (ran / "out" / "targets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert {row[column] for row in rows for column in ("held_before", "held_after")} == {"true"}


def test_running_again_gives_the_same_bytes_and_solves_nothing(
    ran: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tree(ran / "out")
    code = matcher(
        monkeypatch, "whatif", TINY, ran / "scenarios.yaml", "--gap", "0",
        "--set", "pools.P1.budget=+20%", "--out", ran / "out",
    )  # fmt: skip

    assert code == 0
    assert "3 answers of 3" in capsys.readouterr().err
    assert tree(ran / "out") == before


def test_the_page_tells_every_scenario_and_its_question(ran: Path) -> None:
    page = (ran / "out" / "whatif.html").read_text(encoding="utf-8")

    assert "What if the second pool had less money?" in page
    assert "http" not in page
    for name in ("less", "never", "set"):
        assert f'id="{name}"' in page


def test_on_a_narrow_screen_a_wide_table_of_the_page_moves_by_itself(ran: Path) -> None:
    page = (ran / "out" / "whatif.html").read_text(encoding="utf-8")
    before_tables = [part.rpartition("<section")[2] for part in page.split("<table")[:-1]]

    assert len(before_tables) > 2
    # A section is moved sideways where its table is wider than the screen.
    assert not any("</section>" in part for part in before_tables)
    assert "<section" in page.split("<table")[0]


def test_the_page_tells_amounts_that_changed_with_commas_between_thousands(ran: Path) -> None:
    before = load_round(TINY).pools_by_id["P1"].budget
    page = (ran / "out" / "whatif.html").read_text(encoding="utf-8")

    assert before >= 1000
    assert f"{before:,f} → {before * 6 / 5:,f}" in page


def test_a_changed_rule_pack_is_kept_with_the_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corner = json.loads((FIXTURES / "rounds" / "tight-corner.json").read_text(encoding="utf-8"))
    corner["round"] |= {"rule_packs": ["az"], "targets": []}
    corner["pools"][0]["budget"], corner["pairs"] = "200000", []
    path, out = tmp_path / "round.json", tmp_path / "out"
    path.write_text(json.dumps(corner), encoding="utf-8")

    assert matcher(monkeypatch, "whatif", path, "--out", out,
                   "--set", "packs.az.AZ-05.title=Another title") == 0  # fmt: skip
    kept = (out / "set" / "packs" / "az.yaml").read_text(encoding="utf-8")
    assert "Another title" in kept
    before, after = (json.loads((out / name / "result" / "run.json").read_text(encoding="utf-8"))
                     for name in ("base", "set"))  # fmt: skip
    assert before["rule_packs"][0]["hash"] != after["rule_packs"][0]["hash"]


def test_a_scenario_that_cannot_be_made_stops_all_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"

    assert matcher(monkeypatch, "whatif", TINY, "--set", "pools.P9.budget=3", "--out", out) == 3
    twice = ["--set", "pools.P1.budget=x2", "--set", "pools.P1.budget=x3"]
    assert "does not exist in the round" in capsys.readouterr().err
    assert matcher(monkeypatch, "whatif", TINY, *twice, "--out", out) == 3
    assert "is set a second time" in capsys.readouterr().err
    assert not out.exists()


def test_a_base_without_a_plan_is_told_with_the_exit_code_of_match(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tight = FIXTURES / "rounds" / "tight-corner.json"

    assert matcher(monkeypatch, "whatif", tight, "--set", "pools.P1.budget=+1%",
                   "--out", tmp_path / "out") == 4  # fmt: skip


def test_two_scenarios_that_are_alike_have_a_folder_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "two.yaml", tmp_path / "out"
    path.write_text(
        "scenarios: {a: {set: {pools.P2.budget: +1%}}, b: {extends: a}}", encoding="utf-8"
    )

    assert matcher(monkeypatch, "whatif", TINY, path, "--out", out) == 0
    results = [tree(out / name / "result") for name in "ab"]
    assert results[0]["awards.csv"] == results[1]["awards.csv"]


def test_a_folder_of_something_else_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine", encoding="utf-8")

    assert matcher(monkeypatch, "whatif", TINY, "--set", "pools.P1.budget=+1%", "--out", out) == 2
    assert tree(out) == {"mine.txt": b"mine"}


def test_asking_nothing_is_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_round(load_round(TINY), tmp_path / "round.json")

    assert matcher(monkeypatch, "whatif", tmp_path / "round.json", "--out", tmp_path / "o") == 2


@contextmanager
def in_this_process(shared: Shared, *_rest: Any) -> Iterator[Crew]:
    yield Crew(Here, 1, shared)


def asked_budget(
    monkeypatch: pytest.MonkeyPatch, round_: Path, budget: int, out: Path
) -> dict[str, bytes]:
    """Ask for another budget of a pool, in this process.

    Gives what the folder holds but for times taken.
    """
    monkeypatch.setattr("matcher.scenarios.whatif.crew_of", in_this_process)
    code = matcher(monkeypatch, "whatif", round_, "--set", f"pools.P2.budget={budget}",
                   "--out", out, "--workers", "1")  # fmt: skip
    assert code == 0
    left = {"answers.jsonl", "base/result/run.json", "set/result/run.json"}
    return {name: content for name, content in tree(out).items() if name not in left}


def test_a_folder_holds_what_the_tables_say_also_where_its_answer_was_known_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    first = asked_budget(monkeypatch, TINY, 9000, out)
    second = asked_budget(monkeypatch, TINY, 8000, out)
    again = asked_budget(monkeypatch, TINY, 9000, out)

    assert first["set/round.json"] != second["set/round.json"]
    assert again == first
    kept = json.loads((out / "set" / "result" / "run.json").read_text(encoding="utf-8"))
    told = json.loads((out / "scenarios.json").read_text(encoding="utf-8"))
    assert kept["round_hash"] == told["scenarios"][0]["round_hash"]


def test_the_base_of_a_folder_is_that_of_the_round_asked_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, other = tmp_path / "out", tmp_path / "other.json"
    write_round(load_round(TINY).model_copy(update={"title": "Another"}), other)
    first = asked_budget(monkeypatch, TINY, 9000, out)
    assert asked_budget(monkeypatch, other, 9000, out)["base/round.json"] == other.read_bytes()
    assert asked_budget(monkeypatch, TINY, 9000, out) == first


@pytest.mark.parametrize("gone", ["set", "base", "set/result/awards.csv", "base/answer.json"])
def test_what_was_deleted_from_a_folder_is_there_again_after_the_next_run(
    gone: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    first = asked_budget(monkeypatch, TINY, 9000, out)
    rmtree(out / gone) if (out / gone).is_dir() else (out / gone).unlink()
    assert asked_budget(monkeypatch, TINY, 9000, out) == first


def test_what_was_edited_in_a_folder_is_written_anew_and_what_was_added_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    first = asked_budget(monkeypatch, TINY, 9000, out)
    (out / "set" / "result" / "note.txt").write_text("Ours.", encoding="utf-8")
    answers = (out / "answers.jsonl").read_bytes()
    asked_budget(monkeypatch, TINY, 9000, out)
    assert (out / "answers.jsonl").read_bytes() == answers

    (out / "set" / "result" / "awards.csv").write_text("pool_id\n", encoding="utf-8")
    assert asked_budget(monkeypatch, TINY, 9000, out) == first | {"set/result/note.txt": b"Ours."}


def test_after_a_sweep_into_the_same_folder_the_base_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert matcher(monkeypatch, "sweep", TINY, "--out", out, "--workers", "1",
                   "--budget", "P2", "--steps", "1") == 0  # fmt: skip
    assert not (out / "base").exists()
    alone = asked_budget(monkeypatch, TINY, 9000, tmp_path / "alone")
    found = asked_budget(monkeypatch, TINY, 9000, out)
    assert {name: found[name] for name in alone} == alone


def test_a_scenario_that_is_refused_leaves_no_result_of_an_earlier_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = started(load_round(TINY), Options(gap=0), {})
    request = Request(Shared.of(start), (), {}, tmp_path / "set")
    task = request.task("set", start.key)
    known = answer(request)
    assert task.counts(known)

    def refused(*_given: object) -> None:
        raise InvalidRound([])

    monkeypatch.setattr("matcher.scenarios.running.match", refused)
    assert not task.counts(failed("It is refused."))
    with pytest.raises(InvalidRound):
        answer(request)
    assert task.counts(failed("It is refused."))
    assert not task.counts(known)
    assert not any((tmp_path / "set" / "result").iterdir())


def test_a_scenario_of_a_file_that_is_named_like_that_of_the_command_line_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "one.yaml", tmp_path / "out"
    path.write_text("scenarios: {set: {set: {pools.P2.budget: +1%}}}", encoding="utf-8")

    assert matcher(monkeypatch, "whatif", TINY, path, "--set", "pools.P1.budget=+1%",
                   "--out", out) == 3  # fmt: skip
    assert "set is the name of a scenario in a file too." in capsys.readouterr().err
    assert not out.exists()


def test_no_scenario_may_have_the_name_of_a_file_that_is_written_beside_it(ran: Path) -> None:
    written = {path.name for path in (ran / "out").iterdir() if path.is_file()}
    assert written | {BANDS, CURVE, FRONTIER} == TAKEN


@pytest.mark.parametrize("below", ["/proc/nothing", "file.txt/out", "file.txt", "x" * 250])
@pytest.mark.parametrize(
    ("command", "asked"),
    [
        ("whatif", ["--set", "pools.P1.budget=+1%"]),
        ("sweep", ["--budget", "P1"]),
        ("bundle", ["no-result"]),
    ],
)
def test_a_place_that_cannot_be_written_to_is_refused_before_anything_runs(
    command: str,
    asked: list[str],
    below: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "file.txt").write_text("Ours.", encoding="utf-8")

    assert matcher(monkeypatch, command, TINY, *asked, "--out", tmp_path / below) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "Choose a" in told
    assert "reading" not in told
    assert tree(tmp_path) == {"file.txt": b"Ours."}
