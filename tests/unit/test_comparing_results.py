"""Results found with their rounds, and compared by the command."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from matcher import Options, match
from matcher.cli_compare import compare_
from matcher.domain import Round
from matcher.errors import InvalidRound
from matcher.results import Run
from matcher.scenarios.bundles.bundle import bundle_of, write_bundle
from matcher.scenarios.causes.ways import made_like
from matcher.scenarios.comparing.found import find_result, other_law
from matcher.scenarios.comparing.sides import read_side
from matcher.scenarios.edits.overrides import changed
from matcher.scenarios.edits.scenario import Edit, Scenario
from matcher.scenarios.running import started
from matcher.scenarios.running import written as scenario
from matcher.writing.result_folder import write_result
from matcher.writing.round_forms import write_round
from tests.unit.test_comparing import EXACT, a_round, with_budget


def written(folder: Path, round_: Round, options: Options = EXACT) -> Run:
    run = match(round_, options)
    folder.mkdir(parents=True)
    write_round(round_, folder / "round.json")
    write_result(run, folder / "result")
    return run


def command(*arguments: object) -> Any:
    app = typer.Typer()
    app.command()(compare_)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_a_result_is_found_by_its_round_beside_it_or_given_or_in_a_bundle(tmp_path: Path) -> None:
    run = written(tmp_path / "one", a_round())
    result = tmp_path / "one" / "result"
    write_bundle(bundle_of(a_round(), result), tmp_path / "one.zip")
    places: list[tuple[Path, Path | None]] = [
        (tmp_path / "one", None),
        (result, None),
        (tmp_path / "one.zip", None),
        (result, tmp_path / "one" / "round.json"),
    ]
    for path, round_ in places:
        found = find_result(path, round_, "--round-a")
        assert found.side.awards == run.awards and found.side.proven
        assert found.side.round.content_hash == a_round().content_hash and not found.side.packs


def test_a_result_of_another_round_is_refused(tmp_path: Path) -> None:
    written(tmp_path / "one", a_round())
    with pytest.raises(InvalidRound, match="of another round"):
        read_side(with_budget("40"), tmp_path / "one" / "result")
    (tmp_path / "alone").mkdir()
    (tmp_path / "one" / "result").rename(tmp_path / "alone" / "result")
    with pytest.raises(InvalidRound, match="--round-a"):
        find_result(tmp_path / "alone" / "result", None, "--round-a")


def test_both_results_tell_at_once_what_is_wrong_with_them(tmp_path: Path) -> None:
    for name in ("before", "after"):
        written(tmp_path / name, a_round())
        (tmp_path / name / "round.json").rename(tmp_path / f"{name}.json")
    results = [tmp_path / name / "result" for name in ("before", "after")]
    refused = command(*results)
    assert isinstance(refused.exception, InvalidRound)
    told = [(problem.file, problem.remedy) for problem in refused.exception.problems]
    assert [file for file, _ in told] == [str(result) for result in results]
    assert ["--round-a" in told[0][1], "--round-b" in told[1][1]] == [True, True]


def test_the_round_of_a_result_is_found_around_it_by_its_hash(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = {"as-it-is": a_round(), "with-less": with_budget("40")}
    for name, round_ in rounds.items():
        written(tmp_path / name, round_)
        (tmp_path / "results").mkdir(exist_ok=True)
        (tmp_path / name / "result").rename(tmp_path / "results" / name)
        (tmp_path / name / "round.json").unlink()
        write_round(round_, tmp_path / "work" / "rounds" / name)
    (tmp_path / "work" / "no-round.json").write_text("{", encoding="utf-8")
    results = [tmp_path / "results" / name for name in rounds]
    assert isinstance(command(*results).exception, InvalidRound)
    monkeypatch.chdir(tmp_path / "work")
    done = command(*results)
    assert done.exit_code == 0, done.output
    for name, result in zip(rounds, results, strict=True):
        found = find_result(result, None, "--round-a", around=True)
        assert found.near == tmp_path / "work" / "rounds" / name
        assert f"{result} is a result of the round {found.near}" in done.stderr
    # One that was edited since is another.
    write_round(with_budget("41"), tmp_path / "work" / "rounds" / "with-less")
    assert isinstance(command(*results).exception, InvalidRound)


def test_the_command_compares_and_finds_causes(tmp_path: Path) -> None:
    written(tmp_path / "one", a_round())
    written(tmp_path / "two", with_budget("40"))
    done = command(tmp_path / "one", tmp_path / "two", "--causes", "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "pools.P1.budget: 100 → 40" in done.output and "Change 1 alone." in done.output
    document = json.loads((tmp_path / "out" / "comparison.json").read_text(encoding="utf-8"))
    assert {row["kind"] for row in document["causes"]["found"]} == {"sole"}
    # Both ends are known: the one change made alone is the later round itself.
    assert document["causes"]["solved"] == 0 and document["causes"]["exact"]
    printed = command(tmp_path / "one", tmp_path / "two", "--json")
    assert json.loads(printed.stdout)["changes"] == document["changes"]


def test_the_command_refuses_ways_of_seeking_causes_that_are_not_sought(tmp_path: Path) -> None:
    assert command(tmp_path, tmp_path, "--quick").exit_code == 2


def test_a_scenario_is_found_with_the_rule_packs_that_it_changed(tmp_path: Path) -> None:
    base = a_round(rule_packs=["az"])
    edits = (Edit("set", "packs.az.title", "The law as it might be"),)
    asked = changed(base, Scenario("law", "", edits))
    start = started(base, EXACT, {})
    scenario(start, asked.round, asked.packs, tmp_path / "law", asked.differences)
    found = find_result(tmp_path / "law", None, "--round-b")
    assert found.side.packs == asked.packs and found.side.packs["az"].title.startswith("The law")


def test_causes_of_a_scenario_are_sought_from_the_awards_of_its_base(tmp_path: Path) -> None:
    written(tmp_path / "base", a_round())
    base = find_result(tmp_path / "base", None, "--round-a")
    asked = changed(a_round(), Scenario("less", "", (Edit("set", "pools.P1.budget", "40"),)))
    start = started(a_round(), EXACT, base.side.awards)
    scenario(start, asked.round, {}, tmp_path / "less", asked.differences)
    made = made_like(base, find_result(tmp_path / "less", None, "--round-b"), False, None)
    assert made.way.earlier == base.side.awards and made.way.options.brief
    assert made.way.options.workers == 1 and not made.ends_known
    cold = made_like(base, base, False, None)
    assert cold.way.earlier is None and cold.ends_known and not cold.way.options.brief
    assert made_like(base, base, True, None).way.earlier == base.side.awards


def the_rule(before: Path, after: Path) -> tuple[str | None, bool]:
    """Give the rule that rounds in between are held to, and whether both ends are known."""
    one, other = find_result(before, None, "--round-a"), find_result(after, None, "--round-b")
    made = made_like(one, other, False, None)
    return made.way.options.rule, made.ends_known


def test_a_change_of_the_policys_rule_is_the_cause_of_what_it_changed(tmp_path: Path) -> None:
    # A list spends the 70 of P1 on B0, which comes first; the target is met better by B2 and B3.
    best = with_budget("70")
    ranked = with_budget("70", policy={**best.policy.given(), "rule": "ranked_list"})
    written(tmp_path / "one", best)
    written(tmp_path / "two", ranked)
    assert the_rule(tmp_path / "one", tmp_path / "two") == (None, True)
    base = find_result(tmp_path / "one", None, "--round-a")
    start = started(best, EXACT, base.side.awards)
    scenario(start, ranked, {}, tmp_path / "three", ())
    for later in ("two", "three"):
        done = command(tmp_path / "one", tmp_path / later, "--causes", "--json")
        found = json.loads(done.stdout)["causes"]
        assert found["unsettled"] == []
        assert {row["change"] for row in found["parts"]} == {1}
        assert {row["kind"] for row in found["found"]} == {"sole"}


def test_a_rule_that_both_results_were_asked_for_is_no_change(tmp_path: Path) -> None:
    ranked = a_round(policy={**a_round().policy.given(), "rule": "ranked_list"})
    for name, round_, rule in (
        ("best", a_round(), None),
        ("list", a_round(), "ranked_list"),
        ("list-less", with_budget("40"), "ranked_list"),
        ("policy", ranked, None),
    ):
        written(tmp_path / name, round_, replace(EXACT, rule=rule))
    assert the_rule(tmp_path / "list", tmp_path / "list-less") == ("ranked_list", True)
    assert the_rule(tmp_path / "list", tmp_path / "policy") == ("ranked_list", True)
    # What comes of a rule that one of the two alone was asked for is owed to no change.
    assert the_rule(tmp_path / "best", tmp_path / "list") == ("ranked_list", False)
    assert the_rule(tmp_path / "list", tmp_path / "best") == (None, False)


def test_awards_that_were_edited_are_told_for_each_side(tmp_path: Path) -> None:
    for name in ("one", "two"):
        written(tmp_path / name, a_round())
    assert json.loads(command(tmp_path / "one", tmp_path / "two", "--json").stdout)["broken"] == []
    awards = tmp_path / "two" / "result" / "awards.csv"
    header, *rows = awards.read_text("utf-8").splitlines(keepends=True)
    awards.write_text("".join([header, *rows, rows[0].replace("P1,", "P2,", 1)]), encoding="utf-8")
    write_bundle(bundle_of(a_round(), tmp_path / "two" / "result"), tmp_path / "two.zip")
    for path, way in ((tmp_path / "two", "verify"), (tmp_path / "two.zip", "replay")):
        found = find_result(path, None, "--round-b")
        (said,) = json.loads(command(tmp_path / "one", path, "--json").stdout)["broken"]
        assert len(found.claim.findings) > 1 and str(path) in said
        assert f"break {len(found.claim.findings)} constraints of their round" in said
        assert f"`matcher {way}` says which" in said
        assert said in " ".join(command(tmp_path / "one", path).stdout.split())
    awards.write_text("".join([header, *rows[1:]]), encoding="utf-8")
    (said,) = json.loads(command(tmp_path / "one", tmp_path / "two", "--json").stdout)["broken"]
    assert said.endswith(
        "two are not worth what its run.json says, and are compared as they stand."
    )


def test_a_result_that_another_law_judged_is_told(tmp_path: Path) -> None:
    written(tmp_path / "one", a_round(rule_packs=["az"]))
    assert not list(other_law(find_result(tmp_path / "one", None, "--round-a")))
    record = tmp_path / "one" / "result" / "run.json"
    said = json.loads(record.read_text(encoding="utf-8"))
    said["rule_packs"][0]["hash"] = "0" * 64
    record.write_text(json.dumps(said), encoding="utf-8")
    told = list(other_law(find_result(tmp_path / "one", None, "--round-a")))
    assert len(told) == 1 and "rule pack az (000000000000)" in told[0]
    printed = command(tmp_path / "one", tmp_path / "one", "--json").stdout
    assert json.loads(printed)["other_law"] == told * 2
