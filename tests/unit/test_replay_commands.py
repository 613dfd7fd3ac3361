"""`matcher bundle` and `matcher replay`: what they print, write and end with."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from matcher import Run, cli, load_round, match
from matcher.cli_replay import ENDS
from matcher.regulation.library import instead
from matcher.scenarios.bundles.bundle import bundle_of, write_bundle
from matcher.scenarios.bundles.packs import pack_text
from matcher.scenarios.replays import replaying
from matcher.writing.result_folder import write_result
from matcher.writing.round_forms import write_round
from tests.unit.checked_rules import a_round, outcome, pack, rule
from tests.unit.made_bundles import THREE, c_for_b, members_of, remade, tampered_with

ROOT = Path(__file__).parents[2]
TINY, REPLAYING = (
    ROOT / "fixtures" / "golden" / "tiny",
    ROOT / "docs" / "reference" / "replaying.md",
)


@pytest.fixture
def three(tmp_path: Path) -> Path:
    """Give a result folder of THREE."""
    write_result(match(THREE), tmp_path / "three" / "result")
    return tmp_path / "three" / "result"


@dataclass(frozen=True)
class Invoked:
    """One call of `matcher`: its exit code and what it printed."""

    exit_code: int
    stdout: str


@pytest.fixture
def invoked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Invoked]:
    def invoke(*arguments: object) -> Invoked:
        monkeypatch.setattr(sys, "argv", ["matcher", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return Invoked(int(ended.value.code or 0), capsys.readouterr().out)

    return invoke


Invoke = Callable[..., Invoked]


def test_the_commands_make_a_bundle_beside_the_result_and_replay_it(
    invoked: Invoke, tmp_path: Path
) -> None:
    write_result(match(load_round(TINY)), tmp_path / "result")
    made = invoked("bundle", TINY, tmp_path / "result", "--json")
    assert made.exit_code == 0
    document = json.loads(made.stdout)
    assert document["written"] == str(tmp_path / "result.bundle.zip")
    assert document["bytes"] == (tmp_path / "result.bundle.zip").stat().st_size
    again = invoked("replay", document["written"], "--out", tmp_path / "again", "--json")
    assert again.exit_code == 0
    shown = json.loads(again.stdout)
    assert (shown["verdict"], shown["same_bytes"], shown["same_awards"]) == ("same", True, True)
    assert shown["recorded"]["verified"] and shown["replayed"]["verified"]
    assert (tmp_path / "again" / "report.html").is_file()
    told = invoked("bundle", TINY, tmp_path / "result")
    assert "10 files" in told.stdout
    assert "no rule packs" in told.stdout


def test_the_sample_in_python_bundles_what_the_command_does(
    invoked: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copytree(TINY, tmp_path / "fixtures" / "rounds" / "baku-spring")
    donors = tmp_path / "fixtures" / "rounds" / "baku-spring" / "donors.csv"
    header, *rows = donors.read_text(encoding="utf-8").splitlines()
    texts = [f"{header},our_notes", *(f"{row},x" for row in rows)]
    donors.write_text("\n".join(texts), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert invoked("match", donors.parent, "--out", "result").exit_code == 0
    assert invoked("bundle", donors.parent, "result", "--out", "other.zip").exit_code == 0
    sample = REPLAYING.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    made: dict[str, Any] = {}
    exec(sample, made)
    assert made["warnings"]
    assert made["found"].verdict == "same"
    assert (tmp_path / "result.bundle.zip").read_bytes() == (tmp_path / "other.zip").read_bytes()


def test_a_result_is_bundled_with_the_pack_of_then_where_its_file_is_named(
    invoked: Invoke, tmp_path: Path
) -> None:
    law = pack([rule("XA-01", outcome("receiver.kind == bank"))])
    (tmp_path / "xa.yaml").write_bytes(pack_text(law))
    with instead({"xa": law}):
        judged = a_round(rule_packs=["xa"])
        write_round(judged, tmp_path / "round.json")
        write_result(match(judged), tmp_path / "result")
    arguments = ["bundle", tmp_path / "round.json", tmp_path / "result"]
    assert invoked(*arguments).exit_code == 3
    made = invoked(*arguments, "--pack", tmp_path / "xa.yaml")
    assert made.exit_code == 0
    assert "one rule pack among them" in made.stdout
    assert invoked("replay", tmp_path / "result.bundle.zip").exit_code == 0


def test_a_bundle_of_awards_that_were_edited_says_so(invoked: Invoke, tmp_path: Path) -> None:
    write_round(THREE, tmp_path / "round.json")
    write_result(match(THREE), tmp_path / "result")
    arguments = ["bundle", tmp_path / "round.json", tmp_path / "result"]
    assert "constraint" not in invoked(*arguments).stdout
    shown = json.loads(invoked(*arguments, "--json").stdout)
    assert (shown["findings"], shown["stale"]) == ([], False)
    awards = tmp_path / "result" / "awards.csv"
    as_it_was = awards.read_text(encoding="utf-8")
    awards.write_text(as_it_was.replace("50.00", "60.00"), encoding="utf-8")
    shown = json.loads(invoked(*arguments, "--json").stdout)
    assert len(shown["findings"]) > 1 and not shown["stale"]
    told = " ".join(invoked(*arguments).stdout.split())
    assert f"The awards in it break {len(shown['findings'])} constraints of the round" in told
    assert invoked("replay", tmp_path / "result.bundle.zip").exit_code == 6
    awards.write_text(c_for_b(as_it_was), encoding="utf-8")
    told = " ".join(invoked(*arguments).stdout.split())
    assert "The awards in it are not worth what its run.json says" in told
    assert invoked("replay", tmp_path / "result.bundle.zip").exit_code == 6


def test_the_exit_code_is_that_of_the_verdict(invoked: Invoke, three: Path, tmp_path: Path) -> None:
    made = tampered_with(three, tmp_path / "tampered", {"awards.csv": c_for_b})
    write_bundle(made, tmp_path / "x.zip")
    done = invoked("replay", tmp_path / "x.zip", "--json")
    assert (done.exit_code, json.loads(done.stdout)["verdict"]) == (6, "claim_broken")
    assert ENDS == {
        "same": 0, "same_awards": 0, "not_promised": 0, "other_awards": 1, "claim_broken": 6,
    }  # fmt: skip


def test_a_replay_that_ends_without_an_answer_exits_5(
    invoked: Invoke, three: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*arguments: Any) -> Run:
        run = match(*arguments)
        stop = {"reproducible": False, "stop_reason": "interrupted", "status": "no_solution"}
        return replace(run, status="no_solution", levels=(), tables={}, figures=None, awards={},
                       record={**run.record, **stop, "levels": []})  # fmt: skip

    write_bundle(bundle_of(THREE, three), tmp_path / "x.zip")
    monkeypatch.setattr(replaying, "match", stopped)
    assert invoked("replay", tmp_path / "x.zip").exit_code == 5


def test_a_hostile_bundle_exits_3_with_its_problems_and_leaves_nothing_behind(
    invoked: Invoke, three: Path, tmp_path: Path
) -> None:
    write_bundle(bundle_of(THREE, three), tmp_path / "x.zip")
    forged = remade(tmp_path / "y.zip", members_of(tmp_path / "x.zip") | {"../z": b""})
    done = invoked("replay", forged, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 3
    assert [problem["value"] for problem in json.loads(done.stdout)["problems"]] == ["../z"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["three", "x.zip", "y.zip"]
    assert invoked("replay", tmp_path / "nowhere.zip").exit_code == 3
    assert invoked("bundle", TINY, three).exit_code == 3


def test_the_result_of_a_what_if_is_replayed_from_its_base(invoked: Invoke, tmp_path: Path) -> None:
    out = tmp_path / "what-if"
    assert invoked("whatif", TINY, "--set", "pools.P1.budget=+10%", "--out", out).exit_code == 0
    (record,) = [path for path in out.glob("*/result/run.json") if "base" not in path.parts]
    scenario, base = record.parent.parent, out / "base" / "result"
    made = invoked("bundle", scenario / "round.json", record.parent, "--warm-start", base, "--json")
    assert json.loads(made.stdout)["earlier"] == "here"
    again = invoked("replay", scenario / "result.bundle.zip", "--json")
    shown = json.loads(again.stdout)
    assert (again.exit_code, shown["verdict"], shown["around"]) == (0, "same", [])


def test_processes_of_other_hash_seeds_make_the_same_bundle_and_replay_it_alike(
    tmp_path: Path,
) -> None:
    write_result(match(load_round(TINY)), tmp_path / "result")

    def in_a_process(seed: str, *arguments: object) -> str:
        command = [sys.executable, "-m", "matcher", *map(str, arguments)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
        return done.stdout

    bundles = [tmp_path / "1.zip", tmp_path / "2.zip"]
    for path in bundles:
        in_a_process(path.stem, "bundle", TINY, tmp_path / "result", "--out", path)
    first, second = (path.read_bytes() for path in bundles)
    assert first == second
    assert json.loads(in_a_process("3", "replay", bundles[0], "--json"))["verdict"] == "same"
