"""`matcher eligibility`, `matcher rules`, `matcher screen`: what they print, write and refuse."""

import csv
import re
import sys
from pathlib import Path

import pytest

from matcher import cli
from matcher.regulation.library import FOLDERS
from matcher.writing.round_forms import write_round
from tests.unit.test_cli import Invocation
from tests.unit.test_law import a_round

ROOT = Path(__file__).parents[2]
ROUND = ROOT / "fixtures" / "rounds" / "baku-spring"
LISTS = ROOT / "fixtures" / "lists"
REFERENCE = (ROOT / "docs" / "reference" / "rule-packs.md").read_text(encoding="utf-8")
EXAMPLE, CASES = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.S)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> type[Invocation]:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv(FOLDERS, "")
    Invocation.monkeypatch, Invocation.capsys = monkeypatch, capsys
    return Invocation


@pytest.fixture
def example(tmp_path: Path) -> Path:
    (tmp_path / "cases").mkdir()
    (tmp_path / "xa.yaml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "cases" / "xa.yaml").write_text(CASES, encoding="utf-8")
    return tmp_path


def test_the_command_line_is_the_one_tested() -> None:
    assert sys.modules["matcher.cli"] is cli


def test_a_pair_is_shown_with_its_rules_facts_citations_and_steps(run: type[Invocation]) -> None:
    shown = run("eligibility", ROUND, "--pool", "P07", "--proposal", "B080")
    assert shown.code == 0
    for part in (
        "eligible_with_steps",
        "waiver of AZ-05/translation by Secretariat: Letter of the embassy",
        "Cabinet Resolution No. 339",
        "Note verbale of the embassy, checked 2026-01-12 by Secretariat",
        "Steps: earliest payment",
        "Nothing here is legal advice.",
    ):
        assert part in shown.out


def test_a_pair_as_json_names_rules_with_their_facts_and_steps_with_their_days(
    run: type[Invocation],
) -> None:
    document = run("eligibility", ROUND, "--pool", "P07", "--proposal", "B080", "--json").document
    assert document["verdict"] == "eligible_with_steps"
    rules = {found["rule"]: found for found in document["rules"] if found["truth"] == "true"}
    assert rules["AZ-04"]["facts"][1]["word"] == "giver.is_foreign"
    assert all(step["finished_after_days"]["planned"] >= 0 for step in document["steps"])


def test_a_held_pair_names_its_missing_facts(run: type[Invocation]) -> None:
    document = run("eligibility", ROUND, "--pool", "P12", "--proposal", "B015", "--json").document
    assert document["verdict"] == "needs_review"
    assert {"subject": "donor", "id": "D09", "name": "legal_basis_in_az"} in document[
        "missing_facts"
    ]


def test_the_matrix_shows_every_pair_and_counts_them(run: type[Invocation]) -> None:
    shown = run("eligibility", ROUND)
    assert len([line for line in shown.out.splitlines() if re.match(r"B\d{3} ", line)]) == 240
    assert len(run("eligibility", ROUND, "--json").document) == 42 * 240


def test_one_proposal_is_shown_at_every_pool_with_reasons(run: type[Invocation]) -> None:
    shown = run("eligibility", ROUND, "--proposal", "B015")
    assert "legal_basis_in_az of D09" in shown.out
    assert "outside the terms" in shown.out


def test_another_day_is_judged_by_the_rules_of_that_day(run: type[Invocation]) -> None:
    now = run("eligibility", ROUND, "--pool", "P15", "--proposal", "B005", "--json").document
    then = run(
        "eligibility", ROUND, "--pool", "P15", "--proposal", "B005", "--on", "2014-01-01", "--json"
    ).document
    rules = [{found["rule"] for found in document["rules"]} for document in (now, then)]
    assert "AZ-09" in rules[0] - rules[1]


def test_an_id_or_a_day_that_is_not_there_is_told(run: type[Invocation]) -> None:
    assert run("eligibility", ROUND, "--pool", "P99").code == 3
    assert run("eligibility", ROUND, "--on", "1 March").code == 2


def test_rules_are_listed_and_shown_whole(run: type[Invocation]) -> None:
    assert "AZ-04" in run("rules", "list").out
    shown = run("rules", "show", "AZ-04").out
    assert run("rules", "show", " az-04").out == shown
    assert "Cabinet Decision No. 12" in shown
    assert "2017-01-23" in shown
    assert run("rules", "show", "AZ-99").code == 2


def test_packs_are_checked_with_all_their_mistakes(run: type[Invocation], example: Path) -> None:
    assert run("rules", "check").code == 0
    file = example / "xa.yaml"
    assert run("rules", "check", file).code == 0
    file.write_text(EXAMPLE.replace("by: recipient", "by: somebody"), encoding="utf-8")
    refused = run("rules", "check", file, "--json")
    assert refused.code == 3
    assert refused.document["problems"][0]["row"] == 1 + EXAMPLE[
        : EXAMPLE.index("by: recipient")
    ].count("\n")


def test_cases_that_do_not_hold_end_with_their_own_exit_code(
    run: type[Invocation], example: Path
) -> None:
    assert "1 of 1 cases hold." in run("rules", "test", example / "xa.yaml").out
    cases = example / "cases" / "xa.yaml"
    cases.write_text(CASES.replace("expect: true", "expect: false"), encoding="utf-8")
    failed = run("rules", "test", example / "xa.yaml")
    assert failed.code == 6
    assert "is true, not false" in failed.out


def test_further_packs_are_named_by_an_option(run: type[Invocation], example: Path) -> None:
    assert "XA-01" in run("--packs", example, "rules", "list").out
    assert run("--packs", example / "missing", "rules", "list").code == 3


def test_screening_writes_rows_that_the_round_reads(run: type[Invocation], tmp_path: Path) -> None:
    out = tmp_path / "screened.csv"
    lists = [part for file in sorted(LISTS.glob("*.csv")) for part in ("--list", file)]
    done = run("screen", ROUND, *lists, "--out", out, "--on", "2026-02-20")
    assert done.code == 0
    rows = list(csv.DictReader(out.open(encoding="utf-8")))
    assert {row["fact"] for row in rows} == {"sanctions_hit"}
    assert {row["value"] for row in rows} == {"clear", "near", "hit"}
    assert len(rows) == 32 + 170


def test_a_fact_that_no_pack_declares_is_not_screened_for(
    run: type[Invocation], tmp_path: Path
) -> None:
    lists = ("--list", next(LISTS.glob("*.csv")))
    assert run("screen", ROUND, *lists, "--out", tmp_path / "x.csv", "--fact", "colour").code == 2


def test_what_missing_facts_are_worth_is_found_by_re_solving(
    run: type[Invocation], example: Path, tmp_path: Path
) -> None:
    round_ = tmp_path / "round.json"
    write_round(a_round(), round_)
    found = run("--packs", example, "eligibility", round_, "--missing", "--json").document
    assert [(value["id"], value["name"], value["value"]) for value in found] == [
        ("O3", "is_charity", "true")
    ]
    assert (found[0]["merit"], found[0]["exact"]) == (8000.0, True)
    assert found[0]["money"] == {"units": 10_000, "currency": "AZN"}
    shown = run("--packs", example, "eligibility", round_, "--missing").out
    assert "is_charity of O3" in shown
