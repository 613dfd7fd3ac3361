"""The same round is read from each of its forms, whatever hand or program wrote it."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from matcher.domain import Round
from matcher.domain.policy import CONDITIONS
from matcher.domain.tables import TABLES
from matcher.errors import InvalidRound
from matcher.reading import load_round, read_round
from matcher.reading.headers import aliases_of, columns_of
from matcher.reading.titles import ALIASES, TITLES

ROOT = Path(__file__).parents[2]
TINY = ROOT / "fixtures" / "golden" / "tiny"


def copied(folder: Path, **texts: str) -> Path:
    """Copy the tiny round with some of its tables in other words."""
    for path in TINY.glob("*.*"):
        (folder / path.name).write_bytes(path.read_bytes())
    for table, text in texts.items():
        (folder / f"{table}.csv").write_bytes(text.encode())
    return folder


def table_text(table: str) -> str:
    return (TINY / f"{table}.csv").read_text(encoding="utf-8")


def with_settings(folder: Path, text: str) -> Path:
    """Copy the tiny round with other settings."""
    copied(folder)
    (folder / "round.yaml").write_text(text, encoding="utf-8")
    return folder


REQUIRED = "id: t\ncurrency: AZN\ndecision_date: 2026-03-01\nrates: {EUR: 2}\n"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separator_byte_order_mark_and_line_end_make_no_difference(
    tmp_path: Path, separator: str, mark: str, end: str
) -> None:
    text = table_text("organisations").replace(",", separator).replace("\n", end)
    folder = copied(tmp_path, organisations=mark + text)
    assert load_round(folder).content_hash == load_round(TINY).content_hash


def test_blank_lines_blank_columns_and_spaces_around_cells_make_no_difference(
    tmp_path: Path,
) -> None:
    text = (
        "\n,,,\n org_id ,name,,kind, annual_budget\n\n"
        " O2 ,Made-up School Foundation,,foundation,45000\n"
        " , ,,,\n"
        'O1," Made-up Library Union ",,public_union,90000.00\n\n'
    )
    read = read_round(copied(tmp_path, organisations=text), strict=True)
    assert read.round.content_hash == load_round(TINY).content_hash


def test_the_order_of_rows_and_columns_makes_no_difference(tmp_path: Path) -> None:
    header, *rows = (line.split(",") for line in table_text("donors").splitlines())
    turned = [",".join(reversed(cells)) for cells in (header, *reversed(rows))]
    folder = copied(tmp_path, donors="\n".join(turned))
    assert load_round(folder).content_hash == load_round(TINY).content_hash


def test_a_row_is_told_with_the_line_at_which_it_starts(tmp_path: Path) -> None:
    text = 'org_id,name,staff\nO1,"a name\nover two lines",3\n\nO2,"another\none",many\n'
    with pytest.raises(InvalidRound) as raised:
        load_round(copied(tmp_path, organisations=text))
    (problem,) = raised.value.problems
    assert (problem.row, problem.column) == (5, "staff")


def test_yaml_scalars_are_texts_typed_by_their_field(tmp_path: Path) -> None:
    """Plain YAML would make NO false, 0.40 a binary fraction and 010 eight."""
    text = REQUIRED + (
        "title: 2026-01-01\n"
        "policy: {score_threshold: 010, max_award_to_budget: 0.40}\n"
        "targets:\n"
        "  - {id: 1e5, where: {country: [NO], sdg: 5}, min_share: 0.40}\n"
        "  - id: plain\n    where:\n      not_country: NO;SE\n    max_count: 3\n"
    )
    round_ = load_round(with_settings(tmp_path, text))
    first, second = round_.targets
    assert round_.title == "2026-01-01"
    assert round_.policy.score_threshold == 10
    assert round_.policy.max_award_to_budget == Decimal("0.4")
    assert (first.id, dict(first.where)) == ("1e5", {"country": ("NO",), "sdg": ("5",)})
    assert dict(second.where) == {"not_country": ("NO", "SE")}


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("polcy: {min_award: 10}\n", 5, "polcy", "Did you mean policy?"),
        ("policy: {score_max: {a: 1}}\n", 5, "policy.score_max.a", "below policy.score_max"),
        ("policy: strict\n", 5, "policy", "has keys of its own"),
        ("policy: {score_weights: 1}\n", 5, "policy.score_weights", "has keys of its own"),
        ("policy:\n  score_weights:\n    need: 1,0\n", 7, "policy.score_weights.need", "comma"),
        ("call:\n  opens: 2026-01-05\n  closed: x\n", 7, "call.closed", "Did you mean closes?"),
        ("call: {opens: 2026-01-05, closes: 2026-01-04}\n", 5, "call.closes", "before opens"),
        ("call: {time_zone: Mars/X}\n", 5, "call.time_zone", "is no time zone"),
        ("call: {time_zone: asia/baku}\n", 5, "call.time_zone", "Did you mean Asia/Baku?"),
        ("call: {time_zone: Asia}\n", 5, "call.time_zone", "is no time zone"),
        ("title: [a, b]\n", 5, "title", "one value"),
        ("title: {en: a}\n", 5, "title.en", "one value for title"),
        ("title: [[a]]\n", 5, "title", "one value"),
        ("targets: outside-baku\n", 5, "targets", "Begin each target with a dash"),
        ("targets:\n  - outside-baku\n", 6, "targets", "not a target with keys"),
        ("targets:\n  - {id: t, where: AZ, max_count: 1}\n", 6, "targets.where", "conditions"),
        ("targets:\n  - {id: t, region: AZ, max_count: 1}\n", 6, "targets.region", "not a key"),
        ("targets:\n  - {id: t, pool: P9, max_count: 1}\n", 6, "targets.pool", "not in pools"),
        ("targets: []\nrates: {}\n", 6, "rates", "second time"),
        ("rates.USD: 2\n", 5, "rates.USD", "Indent it below rates"),
        ("policy.score_max: x\n", 5, "policy.score_max", "not a number"),
        ("titel: a\ntitle: b\n", 5, "titel", "Did you mean title?"),
        ("title: a\n---\nid: b\n", 6, "", "second document"),
        ("title: !!str a\n", 5, "", "tag"),
        ('title: "\\UFFFFFFFF"\n', None, "", "escape"),
        ("title: a\x07\n", 5, "", "does not allow"),
        ("? [a]\n: b\n", 5, "", "key"),
        ("a: " + "[" * 40 + "]" * 40 + "\n", 5, "", "too deeply"),
    ],
)
def test_a_setting_that_is_wrong_is_told_with_its_key_and_line(
    tmp_path: Path, text: str, line: int | None, column: str, words: str
) -> None:
    with pytest.raises(InvalidRound) as raised:
        load_round(with_settings(tmp_path, REQUIRED + text))
    (problem,) = (p for p in raised.value.problems if p.severity == "error")
    assert (problem.file, problem.row, problem.column) == ("round.yaml", line, column)
    assert words in f"{problem.what} {problem.remedy}"


def test_an_unknown_key_of_the_round_is_one_warning_or_an_error_under_strict(
    tmp_path: Path,
) -> None:
    folder = with_settings(tmp_path, REQUIRED + "contact: {name: a, phone: b}\n")
    warnings = [w for w in read_round(folder).warnings if w.column == "contact"]
    assert len(warnings) == 1 and "ignored" in warnings[0].what
    with pytest.raises(InvalidRound):
        read_round(folder, strict=True)


def test_what_the_round_itself_warns_of_is_told_with_its_place(tmp_path: Path) -> None:
    folder = with_settings(tmp_path, REQUIRED + "policy:\n  max_award_to_budget: 1\n")
    (folder / "organisations.csv").write_text("org_id,name\nO1,Made-up\n\nO2,Made-up\n")
    told = [(w.file, w.row, w.column) for w in read_round(folder).warnings]
    assert told == [
        ("organisations.csv", 2, "annual_budget"),
        ("organisations.csv", 4, "annual_budget"),
        ("round.yaml", None, "policy.max_funders_per_proposal"),
        ("round.yaml", None, "policy.min_award"),
    ]


def document() -> dict[str, Any]:
    return load_round(TINY).document()


def loaded(folder: Path, content: Mapping[str, Any] | str) -> Round:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "round.json").write_text(text, encoding="utf-8")
    return load_round(folder / "round.json")


def test_json_numbers_lists_booleans_and_nulls_read_as_the_same_texts(tmp_path: Path) -> None:
    content = document()
    tiny = load_round(TINY)
    content["pools"][1]["budget"] = 3e4
    content["pools"][0] |= {"sole_funder": False, "max_grant": None, "regions": []}
    content["proposals"][0]["regions"] = "AZ-BA:0.4; AZ-GA:0.6"
    content["round"]["policy"]["score_threshold"] = 50
    content["round"]["targets"][0] |= {"min_share": 0.40, "pool": None}
    content["pairs"] += []
    content["reviews"] = None
    content["pools"][0].pop("sole_funder")
    assert loaded(tmp_path, content).content_hash == tiny.content_hash


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("1e4", "10000"),
        ("1.25E+3", "1250"),
        ("125e-2", "1.25"),
        ("12345678901.10", "12345678901.1"),
    ],
)
def test_a_json_number_is_exact_in_every_digit(tmp_path: Path, written: str, digits: str) -> None:
    text = json.dumps(document()).replace('"30000"', written)
    budgets = {pool.pool_id: pool.budget for pool in loaded(tmp_path, text).pools}
    assert budgets["P1"] == Decimal(digits)


@pytest.mark.parametrize("written", ["1e99999999999", "1e-400", "-Infinity", "[[1]]"])
def test_a_json_number_that_is_none_is_refused_at_its_cell(tmp_path: Path, written: str) -> None:
    text = json.dumps(document()).replace('"30000"', written)
    with pytest.raises(InvalidRound) as raised:
        loaded(tmp_path, text)
    (problem,) = raised.value.problems
    place = (problem.file, problem.row, problem.column)
    assert place == ("round.json, pools", 2, "budget")


@pytest.mark.parametrize(
    ("change", "file", "row", "column", "words"),
    [
        ({"pools": {"P1": {}}}, "round.json, pools", None, "", "is not a list of rows"),
        ({"pairs": ["P1"]}, "round.json, pairs", 1, "", "is not a row with keys"),
        ({"proposal": []}, "round.json", None, "", "Did you mean proposals?"),
        ({"donors": None}, "round.json", None, "", "has no key donors"),
        ({"round": None}, "round.json", None, "", "has no key round"),
        ({"round": []}, "round.json", None, "", "does not hold keys"),
    ],
)
def test_a_document_of_another_shape_is_refused_in_plain_words(
    tmp_path: Path, change: dict[str, Any], file: str, row: int | None, column: str, words: str
) -> None:
    with pytest.raises(InvalidRound) as raised:
        loaded(tmp_path, document() | change)
    (problem,) = raised.value.problems
    assert (problem.file, problem.row, problem.column) == (file, row, column)
    assert words in f"{problem.what} {problem.remedy}"


@pytest.mark.parametrize("text", ["", "[]", "3", "null", '"a"', "[" * 100_000, '{"round": ' * 50])
def test_json_that_is_no_document_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidRound):
        loaded(tmp_path, text)


def test_titles_of_360giving_read_as_the_columns_they_stand_for(tmp_path: Path) -> None:
    texts = {}
    for table in ("donors", "pools", "organisations", "proposals"):
        titles = {column: title for title, column in ALIASES[table].items()}
        header, rows = table_text(table).split("\n", 1)
        texts[table] = ",".join(titles.get(name, name) for name in header.split(",")) + "\n" + rows
        assert texts[table] != table_text(table)
    read = read_round(copied(tmp_path, **texts), strict=True)
    assert read.round.content_hash == load_round(TINY).content_hash


def test_a_problem_names_the_header_as_the_file_has_it(tmp_path: Path) -> None:
    text = table_text("proposals").replace("requested", "Amount Applied For").replace("6000", "-6")
    with pytest.raises(InvalidRound) as raised:
        load_round(copied(tmp_path, proposals=text))
    assert [problem.column for problem in raised.value.problems] == ["Amount Applied For"]


def test_other_titles_of_360giving_are_ignored_and_never_taken_for_a_misspelling(
    tmp_path: Path,
) -> None:
    others = sorted(TITLES - set(ALIASES["proposals"]))
    header, rows = table_text("proposals").split("\n", 1)
    text = ",".join((header, *others)) + "\n" + rows
    warnings = read_round(copied(tmp_path, proposals=text)).warnings
    assert sorted(warning.column for warning in warnings) == others


@pytest.mark.parametrize(
    ("table", "written", "meant"),
    [
        ("proposals", "Requested", "requested"),
        ("proposals", "own contribution", "own_contribution"),
        ("proposals", "Score_Need", "score_need"),
        ("proposals", "Score need", "score_need"),
        ("proposals", "score_", "score"),
        ("proposals", "Amount applied for", "Amount Applied For"),
        ("proposals", "Planned Dates:0:Start Date", "Planned Dates:Start Date"),
        ("organisations", "anual_budget", "annual_budget"),
        ("organisations", "registration-status", "registration_status"),
    ],
)  # fmt: skip
def test_a_header_close_to_a_known_one_is_an_error_that_names_it(
    tmp_path: Path, table: str, written: str, meant: str
) -> None:
    first, *rows = table_text(table).splitlines()
    text = "\n".join([f"{first},{written}", *(f"{row}," for row in rows)])
    with pytest.raises(InvalidRound) as raised:
        load_round(copied(tmp_path, **{table: text}))
    near = [p for p in raised.value.problems if p.column == written]
    assert [p.row for p in near] == [1]
    assert f"Did you mean {meant}?" in near[0].remedy


@pytest.mark.parametrize("written", ["pairs.xlsx", "pairs.tsv", "pairs.csv.txt", "Pairs.TXT"])
def test_a_table_that_was_saved_in_another_form_is_never_passed_over(
    tmp_path: Path, written: str
) -> None:
    folder = copied(tmp_path)
    (folder / "pairs.csv").rename(folder / written)
    with pytest.raises(InvalidRound) as raised:
        load_round(folder)
    (problem,) = raised.value.problems
    assert problem.file == written
    assert problem.what == "is no CSV file, so it is not read."
    assert problem.remedy == "Save it as pairs.csv."


def test_another_form_of_a_table_may_lie_beside_its_csv(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    (folder / "donors.xlsx").write_bytes(b"the list that the CSV was made from")
    read = read_round(folder, strict=True)
    assert read.round.content_hash == load_round(TINY).content_hash
    (folder / "donors.csv").unlink()
    with pytest.raises(InvalidRound) as raised:
        load_round(folder)
    assert [problem.file for problem in raised.value.problems] == ["donors.xlsx"]


@pytest.mark.parametrize("name", ["Notes", "comment", "Phone", "Beneficiaries", "Reviewed by"])
def test_a_column_of_ones_own_is_ignored_with_one_warning(tmp_path: Path, name: str) -> None:
    first, *rows = table_text("proposals").splitlines()
    text = "\n".join([f"{first},{name}", *(f"{row},#REF!" for row in rows)])
    read = read_round(copied(tmp_path, proposals=text))
    assert [(w.file, w.row, w.column) for w in read.warnings] == [("proposals.csv", 1, name)]
    assert read.round.content_hash == load_round(TINY).content_hash


def test_cells_below_no_header_are_told_of_once(tmp_path: Path) -> None:
    text = "donor_id,,name,kind\nD1,,A,bank\nD2,x,B,bank\nD3,y,C,bank\n"
    (warning,) = read_round(copied(tmp_path, donors=text)).warnings
    assert (warning.row, warning.column) == (3, "number 2")


def test_the_reference_lists_every_alias_and_no_other() -> None:
    page = (ROOT / "docs" / "reference" / "headers.md").read_text(encoding="utf-8")
    listed: dict[str, dict[str, str]] = {}
    table = ""
    for line in page.splitlines():
        if heading := re.fullmatch(r"## (\w+)\.csv", line):
            table = heading[1]
        elif row := re.fullmatch(r"\| `(.+)` \| `(.+)` \|", line):
            listed.setdefault(table, {})[row[1]] = row[2]
    assert listed == ALIASES


def test_every_alias_is_a_title_of_the_standard_for_a_column_that_exists() -> None:
    for table, aliases in ALIASES.items():
        assert set(aliases) <= TITLES
        assert set(aliases.values()) <= set(TABLES[table].model_fields)
        assert len(set(aliases.values())) == len(aliases)
    assert set(aliases_of("targets").values()) == set(CONDITIONS)
    assert set(CONDITIONS) <= set(columns_of("targets"))


def test_declared_facts_are_columns_and_misspelt_ones_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = {"organisations": ["az_registered", "charter_purpose"]}
    monkeypatch.setattr("matcher.reading.headers.declared_facts", lambda: facts)
    text = "org_id,name,az_registered,charter_purpose\nO1,A,yes,youth\nO2,B,,\n"
    round_ = load_round(copied(tmp_path, organisations=text))
    assert dict(round_.organisations[0].facts) == {
        "az_registered": "yes",
        "charter_purpose": "youth",
    }
    assert dict(round_.organisations[1].facts) == {}
    with pytest.raises(InvalidRound, match=r"Did you mean az_registered\?"):
        load_round(copied(tmp_path, organisations=text.replace("az_reg", "AZ reg")))


def test_facts_and_criteria_that_are_wrong_are_told_by_their_own_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "matcher.reading.headers.declared_facts", lambda: {"proposals": ["territory"]}
    )
    header, *rows = table_text("proposals").splitlines()
    rows[0] = rows[0].replace(",80,", ",eighty,")
    text = "\n".join([f"{header},territory", *(f"{row},a\x07b" for row in rows[:1]), *rows[1:]])
    with pytest.raises(InvalidRound) as raised:
        load_round(copied(tmp_path, proposals=text))
    assert [(p.row, p.column) for p in raised.value.problems] == [
        (2, "score_need"),
        (2, "territory"),
    ]


def test_a_region_that_is_listed_twice_without_shares_counts_once(tmp_path: Path) -> None:
    text = table_text("proposals").replace("AZ-SA", "AZ-SA;AZ-SA")
    read = load_round(copied(tmp_path, proposals=text))
    assert read.content_hash == load_round(TINY).content_hash
