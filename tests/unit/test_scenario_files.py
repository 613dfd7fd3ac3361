"""Scenario files: what they hold, extend and combine, and what is said of those of no use."""

from pathlib import Path

import pytest

from matcher import Round
from matcher.scenarios.edits.files import read_scenarios
from matcher.scenarios.edits.overrides import changed
from matcher.scenarios.edits.scenario import InvalidScenario
from tests.unit.made_scenarios import base, tiny, written

__all__ = ["base", "tiny"]


def test_files_are_read_with_extensions_additions_and_grids(tmp_path: Path, base: Round) -> None:
    path = written(
        tmp_path,
        """
scenarios:
  doubled:
    question: What if the embassy doubled its pool?
    set: {pools.P07.budget: x2, rates: {USD: "+5%"}}
  both:
    extends: doubled
    drop: donors.D03
    add:
      pools: {pool_id: P99, donor_id: D01, name: New, currency: AZN, budget: 50000}
grids:
  money:
    question: How much money, how high a bar?
    set:
      pools.*.budget: [-20%, +20%]
      policy.score_threshold: [50, 60]
""",
    )
    scenarios = read_scenarios([path])

    assert [scenario.name for scenario in scenarios] == [
        "doubled", "both", "money-1", "money-2", "money-3", "money-4",
    ]  # fmt: skip
    assert scenarios[3].question == (
        "How much money, how high a bar? (pools.*.budget -20%, policy.score_threshold 60)"
    )
    both = changed(base, scenarios[1]).round
    assert both.pools_by_id["P07"].budget == 2 * base.pools_by_id["P07"].budget
    assert "P99" in both.pools_by_id
    assert "D03" not in both.donors_by_id


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("scenarios: {a: {extends: b}, b: {extends: a}}", "goes round in a circle: a → b → a"),
        ("scenarios: {a: {extends: z}}", "is no scenario that is read"),
        ("scenarios: {a: {sets: {x: 1}}}", "Did you mean set?"),
        ("scenario: {a: {}}", "is not a key of a scenario file"),
        ("scenarios: {a/b: {}}", "is no name for a folder"),
        ("scenarios: [1, 2]", "is no list of names"),
        ("scenarios: {base: {}}", "is the name of the base"),
        ("scenarios: {Base: {}}", "is the name of the base"),
        ("scenarios: {a: {}, A: {}}", "is the name of another scenario, but for capitals: a."),
        ("{scenarios: {G-1: {}}, grids: {g: {set: {pools.P1.budget: [1]}}}}", "of a grid's"),
        ("scenarios: {}", "holds no scenarios. Begin with scenarios: or grids:"),
        ("{}", "holds no scenarios."),
        ("[1, 2]", "holds no keys"),
        ("scenarios: {a: {add: [{pools: {pool_id: P91}}]}}", "a.add: names no table."),
        ("scenarios: {a: {add: pools}}", "names no table. Write the name of a table"),
        ("scenarios: {a: {add: [1], set: [2]}}", "a.add: names no table."),
        ("scenarios: {a: {add: {pools: [[1]]}}}", "is no row"),
        ("scenarios: {overview.csv: {}}", "overview.csv: is the name of a file beside it"),
        ("grids: {Answers.jsonl: {}}", "is the name of a file beside it"),
        (f"scenarios: {{{'𐐀' * 70}: {{}}}}", "is too long for a folder's name"),
        ("grids: {g: {set: {}}}", "comes to 0 scenarios"),
        ("scenarios: {a: {set: {pools.P07.budget: [[1]]}}}", "is neither a text nor a list"),
        ("scenarios: {a: {add: {pools: 3}}}", "is no row"),
        ("scenarios: {a: {", "is not YAML"),
        ("{scenarios: {g-1: {}}, grids: {g: {set: {pools.P1.budget: [1]}}}}", "of a grid's"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_its_line(
    tmp_path: Path, text: str, told: str
) -> None:
    with pytest.raises(InvalidScenario) as refusal:
        read_scenarios([written(tmp_path, text)])

    assert told in str(refusal.value)
    assert all(problem.file == "what.yaml" for problem in refusal.value.problems)


def test_a_name_in_two_files_is_refused(tmp_path: Path) -> None:
    text = "scenarios: {a: {set: {decision_date: 2026-04-01}}}"
    paths = [written(tmp_path, text), written(tmp_path, text, "more.yaml")]

    with pytest.raises(InvalidScenario, match="is the name of another scenario"):
        read_scenarios(paths)


def test_a_scenario_that_is_extended_in_several_ways_is_made_once_at_its_first_place(
    tmp_path: Path, tiny: Round
) -> None:
    text = """
scenarios:
  a: {set: {pools.P1.budget: x2}, drop: proposals.A3}
  b: {extends: a, set: {pools.P1.budget: "+1"}}
  c: {extends: a, set: {pools.P1.budget: x3}}
  d: {extends: [b, c, b]}
grids:
  g: {extends: [c, b], set: {rates.EUR: [2]}}
"""
    *_, diamond, grid = read_scenarios([written(tmp_path, text)])

    assert changed(tiny, diamond).round.pools_by_id["P1"].budget == (30_000 * 2 + 1) * 3
    assert changed(tiny, grid).round.pools_by_id["P1"].budget == 30_000 * 2 * 3 + 1


def test_many_levels_of_twice_the_same_scenario_are_read_as_one_each(tmp_path: Path) -> None:
    levels = [f"  s{level}: {{extends: [s{level - 1}, s{level - 1}]}}" for level in range(1, 25)]
    text = "\n".join(["scenarios:", "  s0: {set: {rates.EUR: x2}}", *levels])

    scenarios = read_scenarios([written(tmp_path, text)])

    assert [len(scenario.edits) for scenario in scenarios] == [1] * 25


def test_a_long_chain_of_scenarios_is_read(tmp_path: Path) -> None:
    levels = [f"  s{level}: {{extends: s{level - 1}}}" for level in range(1_000, 0, -1)]
    text = "\n".join(["scenarios:", *levels, "  s0: {set: {rates.EUR: x2}}"])

    assert len(read_scenarios([written(tmp_path, text)])) == 1_001


def test_what_is_wrong_in_a_scenario_is_told_once_however_many_extend_it(tmp_path: Path) -> None:
    text = "scenarios: {a: {extends: z}, b: {extends: a}, c: {extends: [a, b]}}"

    with pytest.raises(InvalidScenario) as refusal:
        read_scenarios([written(tmp_path, text)])

    assert len(refusal.value.problems) == 1


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_of_an_empty_file_of_scenarios_it_is_told_how_one_begins(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidScenario) as refusal:
        read_scenarios([written(tmp_path, text)])

    (problem,) = refusal.value.problems
    assert problem.what == "is empty."
    assert problem.remedy.startswith("Begin with scenarios: or grids:")
