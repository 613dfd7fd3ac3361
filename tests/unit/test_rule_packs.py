"""Rule packs: what ships is sound and its cases hold; what is unsound is refused with its line."""

import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from matcher.errors import InvalidPack
from matcher.law.cases import cases_file, run_cases
from matcher.regulation.library import FOLDERS, installed, pack_files
from matcher.regulation.loading import load_pack
from matcher.regulation.pack import Pack, Rule
from matcher.writing.rules_page import rules_page

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "reference" / "rule-packs.md").read_text(encoding="utf-8")
EXAMPLE, EXAMPLE_CASES = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.S)
CITED = '        cite: {source: grants-act, article: "4(1)", confidence: T}\n'
SHIPPED = ["am", "az", "donor-compliance", "ge", "kg", "kz", "ru"]


def problems_of(text: str, folder: Path) -> list[tuple[int | None, str, str]]:
    file = folder / "xa.yaml"
    file.write_text(text, encoding="utf-8")
    try:
        load_pack(file)
    except InvalidPack as refusal:
        return [(p.row, p.column, p.what) for p in refusal.problems]
    return []


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def test_the_packs_that_ship_hold_every_rule_of_the_research() -> None:
    assert sorted(installed()) == SHIPPED
    ids = {rule.id for pack in installed().values() for rule in pack.rules}
    az = [*range(1, 40)]
    expected = {f"AZ-{n:02}" for n in az} - {
        f"AZ-{n:02}" for n in (2, 6, 15, 24, 25, 26, 27, 28, 29, 33, 37)
    }
    expected |= {f"RU-0{n}" for n in (2, 3, 4, 5, 7)} | {f"DN-0{n}" for n in range(1, 8)}
    expected |= {"GE-01", "GE-02", "KG-01", "KZ-01", "AM-01"}
    assert len(expected) == 45
    assert expected <= ids


@pytest.mark.parametrize("file", pack_files(), ids=lambda file: file.stem)
def test_every_case_of_a_pack_holds(file: Path) -> None:
    outcomes = run_cases(load_pack(file), cases_file(file))
    assert [(o.case.rule, o.case.says, o.wrong) for o in outcomes if o.wrong] == []


@pytest.mark.parametrize("file", pack_files(), ids=lambda file: file.stem)
def test_every_rule_has_cases_true_false_and_unknown(file: Path) -> None:
    pack = load_pack(file)
    seen = defaultdict(set)
    for outcome in run_cases(pack, cases_file(file)):
        seen[outcome.case.rule].add(outcome.truth)
    lacking = {
        rule.id: {"true", "false", "unknown"} - seen[rule.id]
        for rule in pack.rules
        if not {"true", "false", "unknown"} <= seen[rule.id]
    }
    assert lacking == {}


@pytest.mark.parametrize("file", pack_files(), ids=lambda file: file.stem)
def test_every_date_of_a_rule_has_cases_on_the_day_before_on_and_after(file: Path) -> None:
    pack = load_pack(file)
    days = defaultdict(set)
    for outcome in run_cases(pack, cases_file(file)):
        days[outcome.case.rule].add(outcome.case.on)
    lacking = [
        (rule.id, str(day))
        for rule in pack.rules
        for border in borders(rule)
        for day in (border - timedelta(1), border, border + timedelta(1))
        if day not in days[rule.id]
    ]
    assert lacking == []


def borders(rule: Rule) -> Iterator[date]:
    if rule.effective:
        yield rule.effective
    if rule.ends:
        yield rule.ends + timedelta(1)


def test_every_value_of_the_packs_is_cited_or_says_that_it_is_a_plan() -> None:
    for pack in installed().values():
        for rule in pack.rules:
            assert all(outcome.cite for outcome in rule.outcomes)
            for step in rule.steps:
                for days in (step.days.minimum, step.days.planned, step.days.p90):
                    assert bool(days.cite) != bool(days.plan)


def test_the_page_of_rules_is_what_the_packs_say() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == rules_page(installed().values())
    assert "not legal advice" in page


def test_the_schema_is_that_of_the_model() -> None:
    folder = ROOT / "matcher" / "regulation" / "packs"
    schema = json.loads((folder / "rule-pack.schema.json").read_text(encoding="utf-8"))
    assert schema == Pack.model_json_schema()


def test_the_example_of_the_reference_is_sound_and_its_cases_hold(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "xa.yaml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "cases" / "xa.yaml").write_text(EXAMPLE_CASES, encoding="utf-8")
    outcomes = run_cases(load_pack(tmp_path / "xa.yaml"), cases_file(tmp_path / "xa.yaml"))
    assert [outcome.wrong for outcome in outcomes] == [""]


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("applies_to: organisations", "applies_too: organisations", "unknown key applies_too"),
        (CITED, "", "lacks cite"),
        ("grants-act, article: \"9\"", "grants-akt, article: \"9\"", "does not list"),
        ("not receiver.is_charity", "not receiver.is_charitable", "no declared fact"),
        ("receiver.country == AQ and not", "receiver.country = AQ and not", "cannot be read"),
        ("steps: [file-grant]", "steps: [send-grant]", "is no step of XA-02"),
        ("    effective: 2020-03-01\n", "", "lacks effective"),
        ("- id: XA-02\n", "- id: XA-01\n", "a version that holds on some of the same days"),
        ("minimum: {days: 5", "minimum: {days: 50", "do not rise"),
        ("confidence: T", "confidence: X", "none of the words allowed"),
        ("plan: a margin", "days: 31", "a second time"),
        ("giver.country != AQ", "proposal.country != AQ", "no declared fact of a proposal"),
        ("giver.country != AQ", "giver.country > AQ", "orders a fact of the type choice"),
        ("type: truth", "type: choice", "do not go with its type"),
        ("type: truth", "type: truth\n    least: 0", "ends that do not go with its type"),
        ("type: truth", 'type: number\n    least: "5"\n    most: "1"', "or with each other"),
        ("by: recipient", "by: somebody", "none of the words allowed"),
        ("is_charity:\n", "country:\n", "a name that rounds have already"),
    ],
)  # fmt: skip
def test_an_unsound_pack_is_refused_with_its_line(
    old: str, new: str, what: str, tmp_path: Path
) -> None:
    broken = EXAMPLE.replace(old, new, 1)
    assert broken != EXAMPLE
    found = problems_of(broken, tmp_path)
    told = [(row, said) for row, _, said in found if what in said]
    assert told, found
    assert all(row is not None and row > 1 for row, _ in told)


def test_a_condition_that_cannot_be_read_is_told_with_its_own_line(tmp_path: Path) -> None:
    broken = EXAMPLE.replace("not receiver.is_charity", "not receiver.is_charitable")
    ((row, column, _),) = problems_of(broken, tmp_path)
    assert row == line_of(broken, "- when: receiver.country == AQ and not")
    assert column == "rules.0.outcomes.0.when"


@pytest.mark.parametrize(
    ("condition", "word"),
    [
        ("receiver.kind == public_unoin", "public_unoin"),
        ("receiver.country in [AZ, XX]", "XX"),
        ("not (receiver.registration_status == registred)", "registred"),
        ("any(contributor.kind != embasy)", "embasy"),
        ("proposal.countries not in [UK]", "UK"),
        ("pool.certainty == sure", "sure"),
        ("proposal.groups == women", "women"),
        ("proposal.sdgs in [5, 18]", "18"),
    ],
)
def test_a_condition_that_names_a_code_that_no_round_can_hold_is_refused(
    condition: str, word: str, tmp_path: Path
) -> None:
    broken = EXAMPLE.replace("receiver.country == AQ and not receiver.is_charity", condition)
    ((row, _, what),) = problems_of(broken, tmp_path)
    assert row == line_of(broken, "- when: ")
    assert f"names {word}, which is no value of" in what


def test_conditions_may_name_every_kind_of_giver_and_receiver_and_none(tmp_path: Path) -> None:
    words = "giver.kind in [public_union, embassy, none] or receiver.country == none"
    fine = EXAMPLE.replace("receiver.country == AQ and not receiver.is_charity", words)
    assert problems_of(fine, tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        (CITED, "", "lacks cite."),
        ("confidence: T", "confidence: X", "is none of the words allowed here."),
        ("verdict: ineligible", "verdict: barred", "is none of the words allowed here."),
        ("effective: 2020-03-01", "effective: 01.03.2020", "is no date."),
    ],
)
def test_a_mistake_within_an_outcome_or_a_date_is_told_once_and_in_plain_words(
    old: str, new: str, what: str, tmp_path: Path
) -> None:
    found = problems_of(EXAMPLE.replace(old, new, 1), tmp_path)
    assert [said for _, _, said in found] == [what]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    broken = EXAMPLE.replace("source: grants-act", "source: lost-act")
    broken = broken.replace("steps: [file-grant]", "steps: [lost]")
    assert len(problems_of(broken, tmp_path)) >= 4


def test_versions_that_follow_each_other_are_sound(tmp_path: Path) -> None:
    first = EXAMPLE.replace(
        "    severity: block\n", "    ends: 2024-12-31\n    severity: block\n", 1
    )
    later = first.replace("- id: XA-02\n", "- id: XA-01\n").replace(
        "effective: 2020-03-01\n    severity: block-until",
        "effective: 2025-01-01\n    severity: block-until",
    )
    assert problems_of(later, tmp_path) == []


def test_steps_that_wait_for_each_other_are_refused(tmp_path: Path) -> None:
    circle = EXAMPLE.replace(
        "        by: recipient\n", "        by: recipient\n        after: [file-grant]\n"
    )
    assert ["wait for each other" in what for _, _, what in problems_of(circle, tmp_path)] == [True]


def test_a_pack_of_the_users_own_is_found_by_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xa.yaml").write_text(EXAMPLE, encoding="utf-8")
    monkeypatch.setenv(FOLDERS, str(tmp_path))
    assert sorted(installed()) == sorted([*SHIPPED, "xa"])


def test_two_packs_of_one_id_and_a_folder_that_is_none_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xa.yaml").write_text(EXAMPLE.replace("id: xa", "id: az", 1), encoding="utf-8")
    monkeypatch.setenv(FOLDERS, str(tmp_path))
    with pytest.raises(InvalidPack, match="another installed pack"):
        installed()
    monkeypatch.setenv(FOLDERS, os.pathsep.join([str(tmp_path / "missing")]))
    with pytest.raises(InvalidPack, match="no folder"):
        installed()
