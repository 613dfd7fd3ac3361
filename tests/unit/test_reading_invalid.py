"""Every kind of malformed round is refused with its place and remedy, and nothing else is told."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from matcher.errors import InvalidRound, Problem
from matcher.reading import Limits, read_round

FIXTURES = Path(__file__).parents[2] / "fixtures"
INVALID = FIXTURES / "invalid"
TINY = FIXTURES / "golden" / "tiny"

Told = tuple[str, int | None, str, str, str]
"""File, row, column, value, and words of what is wrong or of the remedy."""

PROPOSALS, YAML = "proposals.csv", "round.yaml"

EXPECTED: Mapping[str, Sequence[Told]] = {
    # Files
    "missing-file": [("organisations.csv", None, "", "", "Add the file")],
    "misspelt-file": [("pair.csv", None, "", "pair", "Did you mean pairs?")],
    "empty-file": [("donors.csv", None, "", "", "at least one row of donors")],
    "empty-table": [("pools.csv", None, "", "", "at least one row of pools")],
    "windows-1251": [("organisations.csv", 3, "", "", "Save it as CSV UTF-8")],
    "nul-byte": [("donors.csv", 2, "", "", "NUL byte")],
    "unclosed-quote": [("organisations.csv", 3, "", "", "a quote that is not closed")],
    "row-too-long": [(PROPOSALS, 2, "", "", "14 cells, the header 13")],
    # Headers
    "missing-column": [("donors.csv", 1, "kind", "", "Add the column kind")],
    "misspelt-column": [(PROPOSALS, 1, "requestd", "", "Did you mean requested?")],
    "wrong-case-column": [(PROPOSALS, 1, "Org_ID", "", "Did you mean org_id?")],
    "header-twice": [(PROPOSALS, 1, "score_need", "", "Keep one of the two")],
    "header-beside-alias": [
        (PROPOSALS, 1, "Amount Applied For", "", "is the same column as requested")
    ],
    # Cells
    "empty-cell": [(PROPOSALS, 3, "title", "", "Fill in title")],
    "bad-kind": [("donors.csv", 3, "kind", "embasy", "Did you mean embassy?")],
    "negative-amount": [(PROPOSALS, 3, "requested", "-20000", "a number of more than 0")],
    "nothing-requested": [(PROPOSALS, 3, "requested", "0", "a number of more than 0")],
    "amount-in-words": [("pools.csv", 3, "budget", "ten thousand", "Write digits with a point")],
    "decimal-comma": [(PROPOSALS, 2, "requested", "15 000,00", "2 more cells of this column")],
    "too-many-decimals": [(PROPOSALS, 2, "requested", "15000.005", "Round it to 2 decimals")],
    "amount-too-large": [("pools.csv", 3, "budget", "100000000000.01", "at most 10000000000000")],
    "no-calendar-day": [(PROPOSALS, 2, "ends", "2026-02-30", "Check month and day")],
    "dates-out-of-order": [(PROPOSALS, 2, "ends", "2026-04-30", "Correct starts or ends")],
    "minimum-above-request": [(PROPOSALS, 2, "minimum", "19000", "Lower the minimum")],
    "shares-not-one": [(PROPOSALS, 2, "regions", "AZ-GA:0.5;AZ-BA:0.4", "sum to exactly 1")],
    "region-twice": [(PROPOSALS, 2, "regions", "AZ-BA:0.5;AZ-GA:0.5;AZ-BA:0.5", "each once")],
    "semicolon-in-id": [(PROPOSALS, 4, "proposal_id", "A;3", "Write it without")],
    "pin-without-reason": [("pairs.csv", 2, "reason", "", "who decided it and why")],
    # Between rows
    "bad-region": [(PROPOSALS, 3, "regions", "AZ-XX", "is not an ISO 3166 region")],
    "bad-currency": [("pools.csv", 3, "currency", "EURO", "ISO 4217")],
    "duplicate-id": [("organisations.csv", 4, "org_id", "O2", "Keep one of the rows for O2")],
    "pair-twice": [("pairs.csv", 4, "pool_id", "P2, A2", "Keep one of the rows for P2, A2")],
    "dangling-reference": [(PROPOSALS, 4, "org_id", "O9", "or add what it names")],
    "circular-requires": [
        (PROPOSALS, 2, "requires", "A2", "Break the circle"),
        (PROPOSALS, 3, "requires", "A1", "Break the circle"),
    ],
    "circular-parents": [
        ("regions.csv", 3, "parent", "AZ-SA", "Break the circle of parents"),
        ("regions.csv", 5, "parent", "AZ-BA", "Break the circle of parents"),
    ],
    "requires-itself": [(PROPOSALS, 2, "requires", "A1", "Take its own id out")],
    "alternative-required": [(PROPOSALS, 3, "requires", "A1", "take one of the two out")],
    "score-too-high": [(PROPOSALS, 2, "score_need", "180", "set policy.score_max")],
    "rate-missing": [
        ("pools.csv", 3, "currency", "EUR", "Add rates.EUR"),
        (PROPOSALS, 4, "currency", "EUR", "Add rates.EUR"),
    ],
    # Settings
    "bad-yaml": [(YAML, 6, "", "", "Correct the line")],
    "yaml-key-twice": [(YAML, 10, "policy.score_threshold", "", "Keep one of the two")],
    "yaml-alias": [(YAML, 2, "", "", "uses an anchor or alias")],
    "missing-setting": [(YAML, None, "decision_date", "", "Add decision_date")],
    "rate-of-zero": [(YAML, 6, "rates.EUR", "0", "a number of more than 0")],
    "weights-not-one": [(YAML, 8, "policy.score_weights", "", "sum to exactly 1")],
    "unknown-policy-key": [(YAML, 9, "policy.score_treshold", "", "Did you mean score_threshold?")],
    "unknown-target-key": [(YAML, 13, "targets.minimal_share", "", "Did you mean min_share?")],
    "unknown-condition": [(YAML, 13, "targets.where.not_regoin", "", "Did you mean not_region?")],
    "unbounded-target": [(YAML, 13, "targets.min_share", "", "Give one of: min_share")],
    # JSON
    "not-json.json": [("not-json.json", 106, "", "", "is not JSON")],
    "not-a-number.json": [
        ("not-a-number.json, proposals", 2, "requested", "NaN", "Write digits")
    ],
    "key-twice.json": [("key-twice.json, proposals", 2, "title", "", "Keep one of the two")],
    "table-in-a-cell.json": [
        ("table-in-a-cell.json, proposals", 2, "title", "", "Write one value")
    ],
}  # fmt: skip

STRICT: Mapping[str, Sequence[Told]] = {
    "unknown-column": [(PROPOSALS, 1, "Notes", "", "Delete the column")],
}


def problems_of(path: Path, strict: bool = False, limits: Limits = Limits()) -> tuple[Problem, ...]:
    with pytest.raises(InvalidRound) as raised:
        read_round(path, strict, limits)
    return raised.value.problems


def assert_told(problems: Sequence[Problem], expected: Sequence[Told]) -> None:
    found = [(p.file, p.row, p.column, p.value) for p in problems]
    assert found == [told[:4] for told in expected]
    for problem, told in zip(problems, expected, strict=True):
        assert told[4] in f"{problem.what} {problem.remedy}"
        assert problem.severity == "error"


@pytest.mark.parametrize("kind", EXPECTED)
def test_each_kind_of_fault_is_told_with_its_place_and_remedy_and_nothing_else(kind: str) -> None:
    assert_told(problems_of(INVALID / kind), EXPECTED[kind])


@pytest.mark.parametrize("kind", STRICT)
def test_what_is_ignored_with_one_warning_is_an_error_under_strict(kind: str) -> None:
    (warning,) = read_round(INVALID / kind).warnings
    assert warning.severity == "warning"
    assert (warning.file, warning.row, warning.column) == STRICT[kind][0][:3]
    assert "ignored" in warning.what
    assert_told(problems_of(INVALID / kind, strict=True), STRICT[kind])


def test_every_invalid_fixture_is_tested_and_explained() -> None:
    entries = {entry.name for entry in INVALID.iterdir()} - {"README.md"}
    assert entries == set(EXPECTED) | set(STRICT)
    readme = (INVALID / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted(entries) if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("kind", [kind for kind in (*EXPECTED, *STRICT) if "." not in kind])
def test_each_invalid_folder_differs_from_the_tiny_round_in_one_file(kind: str) -> None:
    def files(folder: Path) -> dict[str, bytes]:
        return {
            path.name: path.read_bytes() for path in folder.iterdir() if path.name != "README.md"
        }

    tiny, broken = files(TINY), files(INVALID / kind)
    changed = {name for name in tiny.keys() | broken.keys() if tiny.get(name) != broken.get(name)}
    assert len(changed) == 1 or changed == {"pairs.csv", "pair.csv"}


def test_the_tiny_round_itself_is_read_without_a_warning() -> None:
    assert read_round(TINY, strict=True).warnings == ()


def test_many_faults_in_many_files_are_told_in_one_go(tmp_path: Path) -> None:
    """A row that is refused is still checked against the other tables, and what refers to it
    is not told of: A1 (bad amount) stands in pairs.csv, and O1 is still an applicant."""
    texts = {
        "round.yaml": "id: many\ncurrency: AZN\ndecision_date: 01.03.2026\nrates: {EUR: '1,98'}\n"
        "policy: {score_threshold: high, max_fonders_per_proposal: 2}\n"
        "targets:\n  - {id: t, where: {region: [AZ-XX]}, min_share: 2}\n",
        "donors.csv": "donor_id,name,kind\nD1,Made-up Bakery,holdng\n",
        "pools.csv": "pool_id;donor_id;name;currency;budget\nP1;D1;Fund;AZN;30 000,00\n"
        "P2;D7;Other;EUR;40 000,00\n",
        "organisations.csv": "org_id,name,staff\nO1,,twelve\n",
        "proposals.csv": "proposal_id,org_id,title,currency,requested,starts,ends\n"
        "A1,O7,Books,AZN,-1,2026-05-01,2026-04-01\n"
        "A2,O1,Bus,USD,5,2026-05-01,2026-06-31\n",
        "pairs.csv": "pool_id,proposal_id,status\nP1,A1,forbid\nP3,A1,forbid\nP1,A2,pin\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    problems = problems_of(tmp_path)
    assert [(p.file, p.row, p.column, p.value) for p in problems] == [
        ("donors.csv", 2, "kind", "holdng"),
        ("organisations.csv", 2, "name", ""),
        ("organisations.csv", 2, "staff", "twelve"),
        ("pairs.csv", 3, "pool_id", "P3"),
        ("pairs.csv", 4, "reason", ""),
        ("pools.csv", 2, "budget", "30 000,00"),
        ("pools.csv", 3, "donor_id", "D7"),
        ("proposals.csv", 2, "ends", "2026-04-01"),
        ("proposals.csv", 2, "org_id", "O7"),
        ("proposals.csv", 2, "requested", "-1"),
        ("proposals.csv", 3, "currency", "USD"),
        ("proposals.csv", 3, "ends", "2026-06-31"),
        ("round.yaml", 3, "decision_date", "01.03.2026"),
        ("round.yaml", 4, "rates.EUR", "1,98"),
        ("round.yaml", 5, "policy.max_fonders_per_proposal", ""),
        ("round.yaml", 5, "policy.score_threshold", "high"),
        ("round.yaml", 7, "targets.min_share", "2"),
        ("round.yaml", 7, "targets.where.region", "AZ-XX"),
    ]
    assert {p.severity for p in problems} == {"error"}


def test_warnings_follow_the_errors(tmp_path: Path) -> None:
    for path in TINY.glob("*.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "donors.csv").write_text(
        "donor_id,name,kind,Notes\nD1,Made-up Bakery,bakery,x\nD2,Embassy (made up),embassy,x\n"
    )
    problems = problems_of(tmp_path)
    assert [(p.severity, p.column) for p in problems] == [("error", "kind"), ("warning", "Notes")]


def with_rows(folder: Path, table: str, text: str) -> Path:
    """Copy the tiny round with one table in other words."""
    for path in TINY.glob("*.*"):
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("table", "text", "told"),
    [
        ("pools", "pool_id,donor_id,name,budget\nP1,D1,A,1\nP2,D2,B,2\n", [(1, "currency")]),
        ("pools", "donor_id,name,currency,budget\nD1,A,AZN,1\nD2,B,AZN,2\n", [(1, "pool_id")]),
        (
            "regions",
            "code,name,parent\nAZ-BA,Baku,AZ\nAZ-GA,,\nAZ-SA,Z,\n",
            [(2, "parent"), (3, "name")],
        ),
        ("regions", "code,name\nAZ-BA,B\nAZ-GA,G,,\nAZ-SA,S\n", [(3, "")]),
        ("regions", 'code,name\nAZ-BA,"B\n', [(2, "")]),
    ],
)
def test_no_problem_follows_from_another(
    tmp_path: Path, table: str, text: str, told: Sequence[tuple[int, str]]
) -> None:
    """The rest of the tiny round refers to what is missing here, and is not told of for it."""
    problems = problems_of(with_rows(tmp_path, table, text))
    assert [(p.file, p.row, p.column) for p in problems] == [(f"{table}.csv", *t) for t in told]


def test_a_base_currency_that_does_not_exist_is_told_of_alone(tmp_path: Path) -> None:
    with_rows(tmp_path, "donors", (TINY / "donors.csv").read_text())
    text = (TINY / "round.yaml").read_text().replace("currency: AZN", "currency: AZM")
    (tmp_path / "round.yaml").write_text(text)
    (problem,) = problems_of(tmp_path)
    assert (problem.file, problem.row, problem.column) == ("round.yaml", 3, "currency")


def with_budget(folder: Path, budget: str, currency: str = "AZN") -> Path:
    for path in TINY.glob("*.*"):
        (folder / path.name).write_bytes(path.read_bytes())
    text = f"pool_id,donor_id,name,currency,budget\nP1,D1,A,{currency},{budget}\nP2,D2,B,AZN,2\n"
    (folder / "pools.csv").write_text(text)
    return folder


@pytest.mark.parametrize("budget", ["70.000", "7.000", "700.000"])
def test_a_point_that_may_stand_between_thousands_is_refused(tmp_path: Path, budget: str) -> None:
    (problem,) = problems_of(with_budget(tmp_path, budget))
    plain = budget.replace(".", "")
    assert (problem.file, problem.row, problem.column) == ("pools.csv", 2, "budget")
    assert (problem.value, problem.what) == (
        budget, f"may be {plain}, or {budget[:-4]} with three decimals.",
    )  # fmt: skip
    assert f"Write {plain} or {budget[:-4]}" in problem.remedy


def test_a_number_of_too_many_digits_is_told_as_that(tmp_path: Path) -> None:
    (problem,) = problems_of(with_budget(tmp_path, "1" * 31))
    assert problem.what == "has more digits than any number of a round."


def test_a_whole_number_with_such_a_point_is_refused(tmp_path: Path) -> None:
    with_rows(tmp_path, "donors", (TINY / "donors.csv").read_text())
    text = "pool_id,donor_id,name,currency,budget,max_grants\nP1,D1,A,AZN,1,15.000\n"
    (tmp_path / "pools.csv").write_text(f"{text}P2,D2,B,AZN,2,\n")
    (problem,) = problems_of(tmp_path)
    assert (problem.column, problem.value) == ("max_grants", "15.000")


@pytest.mark.parametrize(
    ("budget", "currency"), [("70.00", "AZN"), ("70.0000", "AZN"), ("0.000", "AZN")]
)
def test_decimals_that_cannot_stand_for_thousands_are_read(
    tmp_path: Path, budget: str, currency: str
) -> None:
    round_ = read_round(with_budget(tmp_path, budget, currency)).round
    assert round_.pools[0].budget == float(budget)


def test_a_currency_of_three_decimals_has_them(tmp_path: Path) -> None:
    with_budget(tmp_path, "70.000", "KWD")
    settings = tmp_path / "round.yaml"
    settings.write_text(settings.read_text().replace("rates: {", "rates: {KWD: '5.5', "))
    assert read_round(tmp_path).round.pools[0].budget == 70


def test_an_amount_that_a_rate_makes_too_large_is_refused(tmp_path: Path) -> None:
    with_budget(tmp_path, "70000", "USD")
    settings = tmp_path / "round.yaml"
    rates = "rates: {USD: '99999999999999999999', "
    settings.write_text(settings.read_text().replace("rates: {", rates))
    (problem,) = problems_of(tmp_path)
    assert (problem.file, problem.row, problem.column) == ("pools.csv", 2, "budget")
    assert problem.what == "is too large in AZN, at 99999999999999999999 for 1 USD."
    assert "rates.USD" in problem.remedy


@pytest.mark.parametrize("day", ["1899-12-31", "3000-01-01", "9999-12-31"])
def test_a_day_of_decision_from_which_days_cannot_be_reckoned_is_refused(
    tmp_path: Path, day: str
) -> None:
    with_rows(tmp_path, "donors", (TINY / "donors.csv").read_text())
    text = (TINY / "round.yaml").read_text()
    (tmp_path / "round.yaml").write_text(re.sub("(decision_date: ).*", rf"\g<1>{day}", text))
    (problem,) = problems_of(tmp_path)
    assert (problem.file, problem.column, problem.value) == ("round.yaml", "decision_date", day)
    assert "between 1900-01-01 and 2999-12-31" in problem.remedy


def test_more_rows_than_the_limit_are_refused_and_not_read() -> None:
    (problem,) = problems_of(TINY, limits=Limits(rows=2))
    assert (problem.file, problem.row) == ("proposals.csv", 4)
    assert "more than 2 rows" in problem.what


def test_a_file_above_the_limit_is_refused() -> None:
    (problem,) = problems_of(TINY, limits=Limits(settings_bytes=100))
    assert (problem.file, problem.row, problem.what) == (
        "round.yaml",
        None,
        "is larger than 100 bytes.",
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("no-such-round", "does not exist"),
        ("no\0round", "does not exist"),
        ("x" * 5000, "cannot be read"),
        ("round.yaml", "the folder that holds it"),
        ("donors.csv", "neither a folder, an .xlsx nor a .json"),
    ],
)
def test_a_path_that_is_no_round_is_refused_in_plain_words(name: str, words: str) -> None:
    (problem,) = problems_of(TINY / name)
    assert words in f"{problem.what} {problem.remedy}"


def test_an_empty_folder_lacks_every_required_file(tmp_path: Path) -> None:
    files = [problem.file for problem in problems_of(tmp_path)]
    required = ["donors.csv", "organisations.csv", "pools.csv", "proposals.csv", "round.yaml"]
    assert files == required


def test_a_targets_file_beside_round_yaml_is_not_passed_over(tmp_path: Path) -> None:
    with_rows(tmp_path, "targets", "id,min_share\nt,0.4\n")
    (problem,) = problems_of(tmp_path)
    assert (problem.file, problem.remedy) == ("targets.csv", "Write what it says in round.yaml.")


def test_a_value_is_shown_without_what_would_upset_a_terminal(tmp_path: Path) -> None:
    with_rows(tmp_path, "donors", "donor_id,name,kind\nD1,A,\x1b[31mred\nD2,B,embassy\n")
    (problem,) = problems_of(tmp_path)
    assert problem.value == "\ufffd[31mred"
