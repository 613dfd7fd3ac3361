"""What-ifs, sweeps, comparisons and replays asked from Python."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import matcher
from matcher import Options, Round, Run, match
from matcher.errors import UnusableFolder
from matcher.scenarios.asking.crew import Here
from matcher.scenarios.asking.edits import scenario_of
from matcher.scenarios.edits.scenario import InvalidScenario
from matcher.scenarios.whatif import ANSWERS, NoBase
from matcher.writing.result_folder import write_result
from matcher.writing.round_forms import write_round
from tests.unit.test_explain import a_round

EXACT = Options(gap=0.0, workers=1)
TARGET = {"id": "T", "where": {"sector": ["12220"]}, "min_share": "0.1"}
MORE: dict[str, Any] = {"more": {"pools.P1.budget": "x2"}, "bar": {"policy.score_threshold": 60}}

ASKING, SWEEPS = "matcher.scenarios.asking.asking", "matcher.scenarios.sweeping.sweeps"


@pytest.fixture(scope="module")
def round_() -> Round:
    return a_round(4, targets=[TARGET])


@pytest.fixture(scope="module")
def run(round_: Round) -> Run:
    return match(round_, EXACT)


def merit(run: Run) -> Fraction:
    return sum((level.value for level in run.levels if level.level == "L2"), Fraction(0))


def refusals(round_: Round, scenarios: Any) -> list[str]:
    with pytest.raises(InvalidScenario) as refused:
        matcher.what_if(round_, scenarios, EXACT)
    return [str(problem) for problem in refused.value.problems]


def test_importing_the_library_imports_no_scenarios_until_they_are_asked_for() -> None:
    script = (
        "import sys, matcher\n"
        "found = [name for name in sys.modules if name.startswith('matcher.scenarios')]\n"
        "print(found, set(matcher.__all__) == set(matcher._PLACES))\n"
        "print(matcher.what_if.__name__, 'matplotlib' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split("\n")[:2] == ["[] True", "what_if False"]


def test_a_name_that_the_library_does_not_have_is_told_as_python_tells_it() -> None:
    name = "what_iff"
    with pytest.raises(AttributeError, match="module 'matcher' has no attribute 'what_iff'"):
        getattr(matcher, name)


def test_each_scenario_is_worth_what_its_round_is_worth_alone(round_: Round, run: Run) -> None:
    asked = matcher.what_if(round_, MORE, EXACT)

    assert list(asked.answers) == ["base", "more", "bar"]
    assert asked.answers["base"].merit == merit(run)
    for name in MORE:
        assert asked.answers[name].merit == merit(match(asked.rounds[name], EXACT))
    assert asked.rounds["more"].pools_by_id["P1"].budget == 2 * round_.pools_by_id["P1"].budget
    assert list(asked.overview["scenario"]) == ["base", "more", "bar"]
    assert asked.changes.to_numpy().tolist()[1] == ["bar", "policy.score_threshold", None, "60"]


def test_scenarios_are_the_same_from_a_file_from_a_mapping_and_as_they_are(
    round_: Round, tmp_path: Path
) -> None:
    path = tmp_path / "scenarios.yaml"
    path.write_text(
        "scenarios:\n  both:\n    question: Both?\n    set: {pools.P1.budget: x2}\n"
        "    drop: proposals.B1\n    add:\n      organisations: {org_id: N, name: New, staff: 3}\n",
        encoding="utf-8",
    )
    mapping = {
        "question": "Both?",
        "drop": "proposals.B1",
        "set": {"pools.P1.budget": "x2"},
        "add": {"organisations": {"org_id": "N", "name": "New", "staff": 3, "country": None}},
    }
    edits = scenario_of("both", mapping)
    named_otherwise = replace(edits, name="another")
    ways: list[Any] = [path, [path], {"both": mapping}, {"both": named_otherwise}]
    found = [matcher.what_if(round_, way, EXACT) for way in ways]

    assert len({asked.rounds["both"].content_hash for asked in found}) == 1
    assert "B1" not in found[0].rounds["both"].proposals_by_id
    assert [list(asked.overview["question"]) for asked in found] == [["", "Both?"]] * 4


def test_numbers_dates_lists_and_nothing_stand_for_themselves(round_: Round) -> None:
    changed = matcher.changed_round(
        round_,
        {
            "decision_date": date(2026, 4, 1),
            "pools.P1.budget": 90,
            "pools.P2.budget": Decimal("80.50"),
            "pools.P1.sectors": ["11230", "12220"],
            "proposals.B1.minimum": None,
            "targets.T.min_share": 0.2,
            "pools.P2.sole_funder": True,
        },
    )
    pools = changed.pools_by_id
    assert changed.decision_date == date(2026, 4, 1)
    assert (pools["P1"].budget, pools["P2"].budget) == (Decimal(90), Decimal("80.50"))
    assert set(pools["P1"].sectors) == {"11230", "12220"}
    assert changed.proposals_by_id["B1"].minimum is None
    assert changed.targets[0].min_share == Decimal("0.2")
    assert pools["P2"].sole_funder is True


def test_a_number_below_nought_is_the_new_value_where_there_may_be_one() -> None:
    (edit,) = scenario_of("less", {"pairs.P1/B1.payer_preference": -1}).edits
    assert edit.value == "-1"


def test_a_number_below_nought_is_refused_and_one_in_quotes_is_less_by_so_much(
    round_: Round,
) -> None:
    budget = round_.pools_by_id["P1"].budget
    less = matcher.changed_round(round_, {"pools.P1.budget": "-10"})
    assert less.pools_by_id["P1"].budget == budget - 10
    [told] = refusals(round_, {"less": {"pools.P1.budget": -10}})
    assert told.startswith('scenarios, column less: pools.P1.budget: "-10" is a number below 0')
    assert told.endswith("Write it in quotes for less by so much.")


def test_all_that_is_wrong_in_scenarios_is_told_at_once_before_anything_runs(
    round_: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{ASKING}.base_answer", lambda *_: pytest.fail("ran"))
    one, other = refusals(round_, {"a": {"pools.P1.bugdet": 1}, "b": {"drop": "pools.P9"}})
    assert "Did you mean budget?" in one
    assert "column b: pools.P9" in other
    long = "𐐀" * 70
    misnamed = refusals(round_, {"base": {}, "a/b": {}, "..": {}, "pools.csv": {}, long: {}})
    assert [told.partition(" is ")[0] for told in misnamed] == [
        'scenarios: "base"', 'scenarios: "a/b"', 'scenarios: ".."', 'scenarios: "pools.csv"',
        f'scenarios: "{long}"',
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        (None, "says nothing of what is to be otherwise"),
        ("x", 'Write a path and a value, as {"pools.P07.budget": "x2"}.'),
        ({1: 2}, "is no path"),
        ({"set": {1: 2}}, "is no path"),
        ({"set": ["x"]}, "column a: set: "),
        ({"add": ["x"]}, "column a: add: "),
        ({"add": "foo"}, 'names no table. Write {"pools": [{"pool_id": "P90", …}]}.'),
        ({"add": {"pools": "x"}}, "column a: add.pools: "),
        ({"add": {"pools": [{3: "x"}]}}, "is no row"),
        ({"drop": 3}, "names no rows"),
        ({"drop": [3]}, "names no rows"),
        ({"extends": "b"}, "is for scenario files. Build on another mapping"),
        ({"extends": "b", "set": {}}, "is for scenario files."),
        ({"set": {}, "pools.P1.budget": 3}, "stands beside set. Put it below set."),
        ({"drop": "pools.*"}, "leaves the round without pools."),
    ],
)
def test_a_scenario_that_is_not_written_as_one_is_told_what_to_write(
    round_: Round, edits: Any, told: str
) -> None:
    [said] = refusals(round_, {"a": edits})
    assert told in said


def test_rows_to_add_and_to_drop_may_be_in_any_collection(round_: Round) -> None:
    row = {"pool_id": "P9", "donor_id": "D", "name": "New", "currency": "AZN", "budget": "1"}
    asked = {"add": {"pools": {"new": row}.values()}, "drop": {"pools.P1": 1}.keys()}
    left = set(matcher.changed_round(round_, asked).pools_by_id)
    assert left == {*round_.pools_by_id, "P9"} - {"P1"}


def test_names_of_scenarios_are_texts_and_differ_in_more_than_capitals(round_: Round) -> None:
    said = refusals(round_, {1: {}, "Base": {}, "a": {}, "A": {}})
    assert [told.partition(". ")[0] for told in said] == [
        'scenarios: "1" is no name for a folder: letters, digits, dots, dashes and underscores are',
        'scenarios: "Base" is the name of the base',
        'scenarios: "A" is the name of another scenario, but for capitals: a',
    ]


def test_a_rule_pack_is_no_part_of_a_round(round_: Round) -> None:
    with pytest.raises(InvalidScenario, match="Ask for it by what_if"):
        matcher.changed_round(round_, {"packs.az.AZ-22.ends": "2026-02-28"})


def test_scenarios_of_a_round_without_a_plan_have_nothing_to_be_held_against(
    round_: Round,
) -> None:
    edits = {"targets.T.min_amount": 900, "targets.T.min_share": None}
    never = matcher.changed_round(round_, edits)
    with pytest.raises(NoBase):
        matcher.what_if(never, MORE, EXACT)


def test_a_folder_of_what_ifs_has_the_page_and_is_gone_on_with(
    round_: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "what-if"
    first = matcher.what_if(round_, MORE, EXACT, out=out)
    kept = (out / ANSWERS).read_bytes()
    names = {path.name for path in out.iterdir()}
    assert {"base", "more", "bar", "overview.csv", "whatif.html", "scenarios.json"} <= names

    monkeypatch.setattr(f"{ASKING}.answer", lambda _: pytest.fail("solved again"))
    again = matcher.what_if(round_, MORE, EXACT, out=str(out))
    assert (out / ANSWERS).read_bytes() == kept
    assert again.overview.equals(first.overview)

    by_folder = matcher.compare(out / "base", out / "more")
    assert by_folder.proposals.equals(first.comparisons["more"].proposals)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("Dear", encoding="utf-8")
    with pytest.raises(UnusableFolder):
        matcher.what_if(round_, MORE, EXACT, out=tmp_path / "other")


def test_what_this_process_has_in_hand_it_does_at_once_and_ctrl_c_goes_through() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    here = Here()
    assert here.submit(divmod, 7, 2).result() == (3, 1)
    assert isinstance(here.submit(divmod, 7, 0).exception(), ZeroDivisionError)
    with pytest.raises(KeyboardInterrupt):
        here.submit(interrupted)


def test_each_draw_is_worth_what_its_round_is_worth_alone_and_the_open_choices_are_priced(
    round_: Round,
) -> None:
    swept = matcher.sweep(round_, EXACT, points=12.5, draws=6, seed=3)

    assert swept.draws.variation.points == Decimal("12.5")
    for number, answer in enumerate(swept.answers):
        assert answer.merit == merit(match(swept.draws.drawn(number), EXACT))
    left_open = [row.proposal_id for row in swept.bands.named("your decision")]
    assert left_open
    assert [price.proposal_id for price in swept.prices] == left_open
    choices = dict(zip(swept.table["proposal_id"], swept.table["choice"], strict=True))
    assert {name for name, told in choices.items() if told} == set(left_open)
    assert all(choices[name] in swept.sentences for name in left_open)


def test_a_sweep_is_gone_on_with_where_its_answers_are(
    round_: Round, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, Any] = {"budgets": "0.2", "seed": 1, "prices": False, "out": tmp_path / "s"}
    few = matcher.sweep(round_, EXACT, draws=2, **asked)
    more = matcher.sweep(round_, EXACT, draws=3, **asked)
    assert more.answers[:2] == few.answers
    monkeypatch.setattr(f"{SWEEPS}.answer_draw", lambda _: pytest.fail("solved"))
    assert matcher.sweep(round_, EXACT, draws=3, **asked).answers == more.answers


def test_a_curve_passes_through_the_round_and_a_frontier_ends_where_no_plan_goes_further(
    round_: Round, run: Run
) -> None:
    points = matcher.curve(round_, options=EXACT, steps=2, base=run)
    assert list(points["at"]) == [0.5, 1.0, 1.5]
    assert points["merit"][1] == float(merit(run))
    assert points["merit"].is_monotonic_increasing

    found = matcher.frontier(round_, "T", "min_share", EXACT, steps=2)
    end = found.furthest.value
    assert end is not None
    assert found.furthest.limit == end
    assert list(found.points["at"])[-1] == float(end)
    assert len(found.sentences) == 2


def test_a_change_that_alone_makes_the_difference_is_its_sole_cause(
    round_: Round, run: Run
) -> None:
    poorer = matcher.changed_round(round_, {"pools.P1.budget": 0, "pools.P1.name": "Empty"})
    after = match(poorer, EXACT)
    because = matcher.causes(run, after)
    assert list(because.changes["path"][because.changes["number"] > 0]) == ["pools.P1.budget"]
    kinds = set(because.causes["kind"])
    assert kinds == {"sole"}
    compared = matcher.compare(run, after)
    differing = {name for name, what in compared.changes.items() if what not in ("same", "none")}
    assert set(because.causes["proposal_id"]) == differing
    whole = because.parts[because.parts["measure"] == "merit"]["part"].sum()
    assert whole == merit(after) - merit(run)


def test_a_run_is_saved_and_replayed_to_the_same_bytes(run: Run, tmp_path: Path) -> None:
    path = matcher.bundle(run, tmp_path / "run.bundle.zip")
    again = matcher.replay(path)
    assert again.verdict == "same"
    assert again.table().empty
    compared = matcher.compare(path, run)
    assert set(compared.changes.values()) <= {"same", "none"}


def test_a_result_of_a_round_that_is_named_is_compared_with_it(
    round_: Round, run: Run, tmp_path: Path
) -> None:
    write_result(run, tmp_path / "result")
    write_round(round_, tmp_path / "this.json")
    found = matcher.compare(tmp_path / "result", run, round_before=tmp_path / "this.json")
    assert set(found.changes.values()) <= {"same", "none"}
    with pytest.raises(matcher.InvalidRound, match="round_before"):
        matcher.compare(tmp_path / "result", run)


@pytest.mark.slow
def test_processes_answer_as_this_process_does(round_: Round) -> None:
    beside = Options(gap=0.0, workers=2)
    here, there = (matcher.what_if(round_, MORE, options) for options in (EXACT, beside))
    assert [answer.merit for answer in there.answers.values()] == [
        answer.merit for answer in here.answers.values()
    ]
    one, two = (
        matcher.sweep(round_, options, points=9, draws=4, prices=False)
        for options in (EXACT, beside)
    )
    assert [answer.merit for answer in one.answers] == [answer.merit for answer in two.answers]
    poorer = match(matcher.changed_round(round_, {"pools.P1.budget": 0}), EXACT)
    alone, together = (
        matcher.causes(match(round_, EXACT), poorer, EXACT, workers=workers) for workers in (1, 2)
    )
    assert alone.causes.equals(together.causes)
