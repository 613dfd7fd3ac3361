"""`matcher verify`: what a result folder claims, and what is told of its other files."""

import json
from pathlib import Path

import pytest

from matcher.writing.result_folder import RESULT_FILES
from tests.unit.test_cli import TINY, Invocation, changed, run

__all__ = ["run"]


@pytest.fixture
def result(run: type[Invocation], tmp_path: Path) -> Path:
    """Match the tiny round into a folder."""
    folder = tmp_path / "result"
    run("match", TINY, "--out", folder)
    return folder


def test_an_edited_award_fails_verification_with_its_constraint(
    run: type[Invocation], result: Path
) -> None:
    awards = (result / "awards.csv").read_text(encoding="utf-8")
    (result / "awards.csv").write_text(awards.replace(",11887.20,", ",11887.21,"))
    assert "11887.21" in (result / "awards.csv").read_text(encoding="utf-8")
    found = run("verify", TINY, result, "--json")
    assert found.code == 6
    assert "C2" in {finding["constraint"] for finding in found.document["findings"]}


@pytest.mark.parametrize("stated", [["C1"], ["C2", "C11 floors"], "C2", [4], [{}], None])
def test_awards_are_not_excused_by_what_run_json_says_was_not_enforced(
    stated: object, run: type[Invocation], result: Path
) -> None:
    record = json.loads((result / "run.json").read_text(encoding="utf-8"))
    record["not_enforced"] = stated
    (result / "run.json").write_text(json.dumps(record), encoding="utf-8")
    found = run("verify", TINY, result, "--json")
    assert found.code == 0
    assert found.document["stale"] == ["run.json"]
    awards = (result / "awards.csv").read_text(encoding="utf-8")
    (result / "awards.csv").write_text(awards.replace(",11887.20,", ",11887.21,"))
    found = run("verify", TINY, result, "--json")
    assert found.code == 6
    assert found.document["not_enforced"] == []
    assert "C2" in {finding["constraint"] for finding in found.document["findings"]}


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("round_id", "another"), ("round_hash", None), ("verified", False),
        ("status", "infeasible"), ("levels", []),
    ],
)  # fmt: skip
def test_a_record_that_states_something_else_is_stale(
    name: str, stated: object, run: type[Invocation], result: Path
) -> None:
    record = json.loads((result / "run.json").read_text(encoding="utf-8"))
    (result / "run.json").write_text(json.dumps(record | {name: stated}), encoding="utf-8")
    found = run("verify", TINY, result)
    assert (found.code, found.out.splitlines()[1:]) == (
        0, ["  run.json no longer agrees with the awards"],
    )  # fmt: skip


def test_a_result_without_a_plan_has_no_awards_to_verify(
    run: type[Invocation], tmp_path: Path
) -> None:
    round_ = changed(tmp_path, "round.yaml", ("min_share: 0.40", "min_amount: 900000"))
    assert run("match", round_, "--out", tmp_path / "result").code == 4
    found = run("verify", round_, tmp_path / "result")
    assert found.code == 3
    said = " ".join(found.err.split())
    assert "says that there is no plan: infeasible. There are no awards to look at." in said


def test_a_dropped_award_leaves_other_files_stale_and_exits_0(
    run: type[Invocation], result: Path, tmp_path: Path
) -> None:
    lines = (result / "awards.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("P2")]
    assert len(kept) < len(lines)
    (result / "awards.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    found = run("verify", changed(tmp_path, "round.yaml"), result, "--json")
    assert found.code == 0
    stale = {"decisions.csv", "pools.csv", "run.json", "report.html"}
    assert stale <= set(found.document["stale"])


def test_each_missing_file_of_a_result_is_told_with_its_name_and_how_to_mend_it(
    run: type[Invocation], result: Path
) -> None:
    assert run("verify", TINY, result, "--json").document["missing"] == []
    for name in sorted(set(RESULT_FILES) - {"awards.csv"}):
        kept = (result / name).read_bytes()
        (result / name).unlink()
        found = run("verify", TINY, result)
        verdict, told, *more = found.out.splitlines()
        assert (found.code, verdict[:16]) == (0, "The awards hold:")
        assert told == (
            f"  {name} is not there, and a result has it. Copy it from where this folder comes "
            "from, or write the result again with matcher match."
        )
        assert len(more) == (name == "run.json")
        document = run("verify", TINY, result, "--json").document
        assert (document["missing"], document["stale"]) == ([name], [])
        (result / name).write_bytes(kept)


def test_a_result_without_its_record_is_said_to_tell_neither_its_round_nor_its_rule(
    run: type[Invocation], result: Path
) -> None:
    (result / "run.json").unlink()
    assert run("verify", TINY, result).out.splitlines()[-1] == (
        "  Without run.json, nothing says of which round the awards are and by which rule they "
        "were made: they were checked by what this round and its own rule ask for."
    )


def test_awards_made_by_hand_alone_hold_and_the_files_beside_them_are_told_once(
    run: type[Invocation], result: Path
) -> None:
    for path in result.iterdir():
        if path.name != "awards.csv":
            path.unlink()
    found = run("verify", TINY, result)
    assert (found.code, found.out.count("not there")) == (0, 1)
    assert "steps.csv, run.json and report.html are not there" in found.out


def test_missing_files_are_told_also_where_the_awards_do_not_hold(
    run: type[Invocation], result: Path
) -> None:
    awards = (result / "awards.csv").read_text(encoding="utf-8")
    (result / "awards.csv").write_text(awards.replace(",11887.20,", ",11887.21,"))
    (result / "pools.csv").unlink()
    found = run("verify", TINY, result)
    assert found.code == 6
    assert "pools.csv is not there" in found.out


def test_a_folder_without_awards_is_no_result_to_verify(
    run: type[Invocation], result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (result / "awards.csv").unlink()
    # A path that is longer than a line would be broken anywhere.
    monkeypatch.chdir(result.parent)
    found = run("verify", TINY, result.name)
    assert found.code == 3
    said = " ".join(found.err.split())
    assert "result/awards.csv is not there. Name a folder that `matcher match` has written." in said


def test_an_award_that_cannot_be_read_is_told_once_with_its_row_and_column(
    run: type[Invocation], result: Path
) -> None:
    awards = result / "awards.csv"
    first = awards.read_text(encoding="utf-8").splitlines()[1]
    awards.write_text(awards.read_text(encoding="utf-8") + first + "\n", encoding="utf-8")
    found = run("verify", TINY, result)
    assert found.code == 6
    verdict, finding = found.out.splitlines()
    assert verdict == "The awards do NOT hold: 1 finding."
    assert finding.startswith("  awards.csv: row ")
    assert finding.endswith("in row 2 already. Keep one of the rows.")


def test_another_rounds_result_fails_verification(run: type[Invocation], tmp_path: Path) -> None:
    run("match", TINY, "--out", tmp_path / "result")
    other = changed(tmp_path, "round.yaml", ("A tiny made-up round", "Another round"))
    found = run("verify", other, tmp_path / "result", "--json")
    assert found.code == 6
    assert "round_hash" in found.out
