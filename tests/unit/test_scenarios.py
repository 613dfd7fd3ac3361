"""Scenario files and their edits: what they change, and what is said of those that cannot be."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from matcher import Round, load_round
from matcher.domain import round as domain_round
from matcher.domain.consistency import find_problems
from matcher.errors import Problem
from matcher.scenarios.edits import drafts
from matcher.scenarios.edits.files import read_scenarios
from matcher.scenarios.edits.naming import Cells
from matcher.scenarios.edits.overrides import Changed, changed, changed_all
from matcher.scenarios.edits.scenario import Edit, InvalidScenario, Scenario

DEMONSTRATION = Path(__file__).parents[2] / "fixtures" / "rounds" / "baku-spring"


@pytest.fixture(scope="module")
def base() -> Round:
    return load_round(DEMONSTRATION)


def setting(path: str, value: str | list[str]) -> Scenario:
    return Scenario("s", "", (Edit("set", path, value),))


def after(base: Round, *edits: Edit) -> Changed:
    return changed(base, Scenario("s", "", edits))


def refused(base: Round, *edits: Edit) -> str:
    with pytest.raises(InvalidScenario) as refusal:
        after(base, *edits)
    return str(refusal.value)


def written(tmp_path: Path, text: str, name: str = "what.yaml") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("value", "budget"),
    [
        ("120000", "120000"), ("+10%", "68200"), ("-5000", "57000"), ("x2", "124000"),
        ("+0.5", "62000.5"), ("-33.333%", "41333.54"), ("0", "0"),
    ],
)  # fmt: skip
def test_a_budget_is_set_or_changed_by_what_stands_there(
    base: Round, value: str, budget: str
) -> None:
    found = changed(base, setting("pools.P07.budget", value))

    assert [change.document() for change in found.differences] == [
        {"path": "pools.P07.budget", "before": "62000", "after": budget}
    ]


def test_a_star_changes_every_row_that_has_the_cell(base: Round) -> None:
    found = changed(base, setting("pools.*.max_grant", "-10%"))

    given = [pool.pool_id for pool in base.pools if pool.max_grant is not None]
    assert 0 < len(given) < len(base.pools)
    assert sorted(change.path[1] for change in found.differences) == sorted(given)


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        ("decision_date", "+14 days", "2026-03-01", "2026-03-15"),
        ("decision_date", "2026-04-01", "2026-03-01", "2026-04-01"),
        ("rates.USD", "+5%", "1.7", "1.785"),
        ("policy.score_threshold", "+10", "50", "60"),
        ("targets.outside-baku.min_share", "0.40", "0.36", "0.4"),
        ("proposals.B028.score", "+0.5", None, None),
        ("rule_packs", ["az"], ["az", "donor-compliance"], ["az"]),
    ],
)
def test_settings_rates_policy_and_targets_are_changed(
    base: Round, path: str, value: str | list[str], before: str | None, after: str | None
) -> None:
    (change,) = changed(base, setting(path, value)).differences

    assert change.dotted == path
    if before is not None:
        assert (change.before, change.after) == (before, after)


def test_a_blank_takes_a_cell_away(base: Round) -> None:
    assert changed(base, setting("policy.score_threshold", "")).round.policy.score_threshold is None


def test_dropping_a_donor_drops_its_pools_and_what_is_said_of_them(base: Round) -> None:
    found = after(base, Edit("drop", "donors.D03")).round

    gone = {pool.pool_id for pool in base.pools if pool.donor_id == "D03"}
    assert gone
    assert not gone & set(found.pools_by_id)
    assert all(term.pool_id not in gone and term.donor_id != "D03" for term in found.pairs)
    assert all(gone.isdisjoint(fact.subject.split(":")) for fact in found.facts)
    assert all("D03" not in proposal.refuses_donors for proposal in found.proposals)


def test_rows_that_need_each_other_are_dropped_together(base: Round) -> None:
    needing = next(row for row in base.proposals if row.requires)
    needed = f"proposals.{needing.requires[0]}"

    said = refused(base, Edit("drop", needed))
    assert f"proposals.{needing.proposal_id}.requires" in said
    found = after(base, Edit("drop", needed), Edit("drop", f"proposals.{needing.proposal_id}"))
    assert needing.proposal_id not in found.round.proposals_by_id


def test_a_row_is_added_and_can_be_changed_at_once(base: Round) -> None:
    row = {"pool_id": "P99", "donor_id": "D01", "name": "A new pool", "currency": "AZN",
           "budget": "50000"}  # fmt: skip
    found = after(base, Edit("add", "pools", dict(row)), Edit("set", "pools.P99.budget", "x2"))

    assert found.round.pools_by_id["P99"].budget == 100_000


@pytest.mark.parametrize(
    "edits",
    [
        [("pools.P07.budget", "+9%"), ("pools.P01.budget", "x2"), ("rates.USD", "+5%")],
        [("pools.P07.budget", "+9%"), ("targets.climate.min_share", "0.2")],
        [("pools.P07.budget", "120000"), ("pools.P07.budget", "+10%")],
        [("pools.P07.budget", "+10%"), ("pools.*.budget", "x2"), ("pools.P01.budget", "+1")],
    ],
)
def test_edits_are_looked_through_once_and_come_to_the_same_as_one_by_one(
    base: Round, edits: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [Edit("set", path, value) for path, value in edits]
    one_by_one = base
    for edit in made:
        one_by_one = after(one_by_one, edit).round
    looked_through = []

    def counted(round_: Round) -> list[Problem]:
        looked_through.append(round_)
        return find_problems(round_)

    monkeypatch.setattr(domain_round, "find_problems", counted)
    assert after(base, *made).round == one_by_one
    assert len(looked_through) == 1


def test_of_edits_made_at_once_the_wrong_one_is_named(base: Round) -> None:
    said = refused(
        base,
        Edit("set", "pools.P07.budget", "+10%"),
        Edit("set", "pools.P01.donor_id", "D99"),
        Edit("set", "pools.P02.budget", "+10%"),
    )
    assert "pools.P01.donor_id" in said
    assert "P07" not in said
    assert "P02" not in said


def test_a_rule_of_a_pack_is_changed_without_touching_what_is_installed(base: Round) -> None:
    path = "packs.az.AZ-05.title"
    found = changed(base, setting(path, "Another title"))

    rules = [rule for rule in found.packs["az"].rules if rule.id == "AZ-05"]
    assert [rule.title == "Another title" for rule in rules] == [
        rule.in_force(base.decision_date) for rule in rules
    ]
    assert found.round.content_hash == base.content_hash
    assert [change.dotted for change in found.differences] == [path]


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (Edit("set", "pools.P07.bugdet", "3"), "Did you mean budget?"),
        (Edit("set", "pools.P7.budget", "3"), "Did you mean pools.P07?"),
        (Edit("set", "pool.P07.budget", "3"), "Did you mean pools.?"),
        (Edit("set", "policy.score_treshold", "3"), "Did you mean score_threshold?"),
        (Edit("set", "pools.P07.budget", "many"), "is not a number"),
        (Edit("set", "pools.P07.name", "+10%"), "is a change of something that is no number"),
        (Edit("set", "pools.P07.budget", "-200%"), "leaves less than nothing"),
        (Edit("set", "targets.outside-baku.min_share", "1.4"), "must be at most 1"),
        (Edit("set", "pools.P07", "3"), "names a row, and no column of it"),
        (Edit("set", "decision_date", "+10%"), "is no change of a date"),
        (Edit("set", "policy.rule", "best"), "is an allocation rule that is not here"),
        (Edit("set", "rule_packs", ["az", "zz"]), "is a rule pack that is not here"),
        (Edit("set", "packs.az.AZ-99.title", "x"), "does not exist in the pack"),
        (Edit("set", "packs.zz.AZ-05.title", "x"), "names no rule pack of the round"),
        (Edit("set", "packs.az.AZ-05.severity", "mild"), "makes the pack unusable"),
        (Edit("drop", "pools.P77"), "does not exist in the round"),
        (Edit("drop", "pool.P07"), "is no row of the round"),
        (Edit("add", "pools", {"pool_id": "P99"}), "Fill in donor_id"),
        (Edit("add", "pools", {"pool_id": "P07", "donor_id": "D01", "name": "n",
                               "currency": "AZN", "budget": "1"}), "has a row P07 already"),
        (Edit("add", "pool", {"pool_id": "P99"}), "is no table of the round"),
        (Edit("set", "pools.P07.currency", "CHF"), '"CHF" has no rate in the round'),
    ],
)  # fmt: skip
def test_an_edit_that_cannot_be_made_is_told_with_its_remedy(
    base: Round, edit: Edit, told: str
) -> None:
    said = refused(base, edit)

    assert told in said
    assert edit.path in said


def test_all_that_is_wrong_in_all_scenarios_is_told_at_once(base: Round) -> None:
    wrong = [setting("pools.P77.budget", "3"), setting("pools.P07.budget", "many")]

    with pytest.raises(InvalidScenario) as refusal:
        changed_all(base, wrong)

    assert len(refusal.value.problems) == 2


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


TINY = Path(__file__).parents[2] / "fixtures" / "golden" / "tiny"


@pytest.fixture(scope="module")
def tiny() -> Round:
    return load_round(TINY)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("decision_date", "2026-02-30", "is no day of the calendar"),
        ("decision_date", "", "is empty. Fill in decision_date."),
        ("id", "", "is empty. Fill in id."),
        ("currency", "", "is empty. Fill in currency."),
        ("rates.USD", "0", "must be more than 0"),
        ("rates.USD", "abc", "is not a number"),
        ("rates.EUR", "x0", "comes to 0: it must be more than 0"),
        ("pools.P2.budget", "", "is empty. Fill in budget."),
    ],
)
def test_a_setting_that_cannot_be_read_is_told_with_scenario_path_value_and_remedy(
    tiny: Round, path: str, value: str, told: str
) -> None:
    (problem,) = problems_of(tiny, Edit("set", path, value))

    assert (problem.column, problem.value) == (f"s: {path}", value)
    assert told in f"{problem.what} {problem.remedy}"


def problems_of(base: Round, *edits: Edit) -> tuple[Problem, ...]:
    with pytest.raises(InvalidScenario) as refusal:
        after(base, *edits)
    return refusal.value.problems


GBP: Cells = {
    "pool_id": "P3",
    "donor_id": "D1",
    "name": "A pool",
    "currency": "GBP",
    "budget": "100",
}
EARLIER: Cells = {"proposal_id": "B1", "org_id": "O1", "title": "One", "currency": "AZN",
    "requested": "100", "requires": "B2"}  # fmt: skip
LATER: Cells = {"proposal_id": "B2", "org_id": "O1", "title": "Two", "currency": "AZN",
    "requested": "100"}  # fmt: skip


@pytest.mark.parametrize(
    "edits",
    [
        [("policy.score_weights.need", "0.5"), ("policy.score_weights.quality", "0.5")],
        [("proposals.A3.requested", "8000"), ("proposals.A3.minimum", "7000")],
        [("proposals.A3.starts", "2028-01-01"), ("proposals.A3.ends", "2028-02-01")],
        [("pools.P1.available_from", "2027-01-01"), ("pools.P1.available_until", "2027-02-01")],
        [("pairs.P2/A2.status", "pin"), ("pairs.P2/A2.reason", "The board said so.")],
        [("targets.outside-baku.min_share", ""), ("targets.outside-baku.max_share", "0.9")],
        [("proposals.A1.requires", "A3"), ("proposals.A3.requires", "")],
        [("currency", "EUR"), ("rates.AZN", "0.5"), ("rates.EUR", ""),
         ("policy.min_award", "1000")],
        [("proposals.A1.score", "120"), ("policy.score_max", "150")],
    ],
)  # fmt: skip
def test_a_round_need_be_right_only_after_all_edits_in_whatever_order(
    tiny: Round, edits: list[tuple[str, str]]
) -> None:
    made = [Edit("set", path, value) for path, value in edits]
    found = after(tiny, *made).round

    assert found == after(tiny, *reversed(made)).round
    assert found == Round.model_validate(found.given())


def test_a_pool_is_added_together_with_the_rate_of_its_currency(tiny: Round) -> None:
    found = after(tiny, Edit("add", "pools", GBP), Edit("set", "rates.GBP", "2.2")).round

    assert found.rate(found.pools_by_id["P3"].currency) == Decimal("2.2")


def test_a_proposal_may_require_one_that_is_added_after_it(tiny: Round) -> None:
    found = after(tiny, Edit("add", "proposals", EARLIER), Edit("add", "proposals", LATER)).round

    assert found.proposals_by_id["B1"].requires == ("B2",)


def test_a_pool_can_be_named_otherwise_together_with_the_terms_that_name_it(tiny: Round) -> None:
    found = after(
        tiny,
        Edit("set", "pools.P1.pool_id", "P9"),
        Edit("set", "pairs.P1/A1.pool_id", "P9"),
        Edit("set", "pools.P9.budget", "x2"),
    ).round

    assert found.pools_by_id["P9"].budget == 60_000


@pytest.mark.parametrize(
    ("edits", "named"),
    [
        ([Edit("drop", "proposals.A1"), Edit("drop", "proposals.A3")], "proposals.A1"),
        ([Edit("drop", "proposals.A3"), Edit("drop", "proposals.A1")], "proposals.A1"),
        ([Edit("drop", "proposals.A1"), Edit("set", "proposals.A2.score", "5")], "proposals.A1"),
        ([Edit("drop", "rates.EUR"), Edit("set", "pools.P1.budget", "5"),
          Edit("drop", "proposals.A3")], "rates.EUR"),
        ([Edit("set", "pools.P1.donor_id", "D9"), Edit("set", "pools.P2.budget", "5")],
         "pools.P1.donor_id"),
        ([Edit("set", "policy.score_weights.need", "0.5"), Edit("set", "rates.EUR", "2"),
          Edit("set", "policy.score_weights.quality", "0.6")],
         "policy.score_weights.need, policy.score_weights.quality"),
        ([Edit("set", "proposals.A3.minimum", "7000"), Edit("set", "proposals.A3.requested", "x1"),
          Edit("set", "proposals.A2.requested", "x2")],
         "proposals.A3.minimum, proposals.A3.requested"),
        ([Edit("add", "pools", GBP), Edit("set", "rates.USD", "2")], "pools"),
    ],
)  # fmt: skip
def test_where_the_round_is_not_right_the_edits_that_touch_what_is_wrong_are_named(
    tiny: Round, edits: list[Edit], named: str
) -> None:
    (problem,) = problems_of(tiny, *edits)

    assert problem.column == f"s: {named}"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("decision_date", "+99999999 days", "leads out of the calendar"),
        ("decision_date", "-99999999999999 days", "leads out of the calendar"),
        ("decision_date", f"+{'9' * 60} days", "has more than 30 digits"),
        ("pools.P2.budget", f"x{'9' * 60}", "has more than 30 digits"),
        ("pools.P2.budget", f"+{'9' * 60}", "has more than 30 digits"),
        ("pools.P2.budget", f"x{'9' * 30}", "comes to more than any number of a round"),
        ("pools.P2.budget", f"+{'9' * 30}", "comes to more than any number of a round"),
        ("pools.P2.budget", f"+{'9' * 19}", "is too large"),
    ],
)
def test_a_change_that_leads_too_far_is_told_with_scenario_path_and_remedy(
    tiny: Round, path: str, value: str, told: str
) -> None:
    (problem,) = problems_of(tiny, Edit("set", path, value))

    assert problem.column == f"s: {path}"
    assert told in problem.what
    assert problem.remedy


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


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        ("packs.az.AZ-04.steps.opinion.days.planned.days", "x2", "14", "28"),
        ("packs.az.AZ-04.steps.opinion.days.planned.days", "+10%", "14", "15"),
        ("packs.az.AZ-04.steps.opinion.days.planned.days", "-4", "14", "10"),
        ("packs.az.last_checked", "+10 days", None, None),
    ],
)
def test_numbers_and_dates_of_packs_are_changed_by_what_stands_there(
    base: Round, path: str, value: str, before: str | None, after: str | None
) -> None:
    found = changed(base, setting(path, value))

    (change,) = found.differences
    if before is None:
        then = found.packs["az"].last_checked
        assert (change.before, change.after) == (str(then - timedelta(10)), str(then))
    else:
        assert (change.before, change.after) == (before, after)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("packs.az.AZ-05.title", "+10%", "is a change of something that is no number"),
        ("packs.az.AZ-04.steps.opinion.days.planned.days", "x1000", "makes the pack unusable"),
        ("packs.az.AZ-04.steps.opinion.days.planned.days", "-15", "leaves less than nothing"),
        ("packs.az.AZ-04.ends", "+10 days", "is a change of a key that is blank"),
        ("packs.az.last_checked", "+99999999 days", "leads out of the calendar"),
    ],
)
def test_a_change_of_a_pack_that_cannot_be_made_is_told(
    base: Round, path: str, value: str, told: str
) -> None:
    (problem,) = problems_of(base, Edit("set", path, value))

    assert (problem.column, problem.value) == (f"s: {path}", value)
    assert told in problem.what


@pytest.mark.parametrize("text", ["", "# nothing yet\n"])
def test_of_an_empty_file_of_scenarios_it_is_told_how_one_begins(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidScenario) as refusal:
        read_scenarios([written(tmp_path, text)])

    (problem,) = refusal.value.problems
    assert problem.what == "is empty."
    assert problem.remedy.startswith("Begin with scenarios: or grids:")


def test_the_nearest_rule_is_the_one_whose_number_is_written_without_a_nought(base: Round) -> None:
    (problem,) = problems_of(base, Edit("set", "packs.az.AZ-4.title", "x"))

    assert problem.remedy == "Did you mean AZ-04?"


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (
            Edit("set", "pools.P2.max_grant", "+10%"),
            'pools.P2.max_grant: "+10%" is a change of a cell that is blank. Write the new value.',
        ),
        (
            Edit("set", "pools.*.pay_by", "+10 days"),
            'pools.*.pay_by: "+10 days" is a change of cells that are all blank.',
        ),
        (
            Edit("add", "pairs", {"pool_id": "P1", "proposal_id": "A1", "status": "prefer"}),
            "pairs: has a row P1/A1 already. Use set: pairs.P1/A1.…, or other values of pool_id, "
            "donor_id, proposal_id, org_id.",
        ),
        (
            Edit("set", "proposals.A3.minimum", "7000"),
            'proposals.A3.minimum: "7000" is wrong: minimum 7000 is more than requested 6000.',
        ),
        (
            Edit("set", "proposals.A3.requested", "x0.5"),
            'proposals.A3.requested: "x0.5" makes proposals.A3.minimum wrong: minimum 4000 is more '
            "than requested 3000.",
        ),
        (
            Edit("set", "pairs.P2/A2.status", "pin"),
            'pairs.P2/A2.status: "pin" makes pairs.P2/A2.reason wrong: a pin has no reason.',
        ),
        (
            Edit("drop", "proposals.A1"),
            'proposals.A1: makes proposals.A2.requires wrong: "A1" is not in proposals.',
        ),
    ],
)
def test_what_is_wrong_with_an_edit_is_said_in_whole_sentences(
    tiny: Round, edit: Edit, said: str
) -> None:
    assert said in refused(tiny, edit)


@pytest.mark.parametrize("column", ["facts", "criteria", "where", "nonsense.of"])
def test_a_column_that_is_none_is_told_of_a_row_that_is_added(tiny: Round, column: str) -> None:
    table = "commitments" if column in ("where", "nonsense.of") else "proposals"
    cells: Cells = {**LATER, column: "x"} if table == "proposals" else {column: "x"}

    said = refused(tiny, Edit("add", table, cells))

    assert f'{table}: "x" makes {table}.{column} wrong: it is no column that is known.' in said


def test_what_is_wrong_within_rows_and_between_them_is_told_at_once(tiny: Round) -> None:
    found = problems_of(
        tiny,
        Edit("set", "proposals.A3.minimum", "7000"),
        Edit("drop", "proposals.A1"),
    )

    assert [problem.column for problem in found] == ["s: proposals.A3.minimum", "s: proposals.A1"]


def test_of_many_things_wrong_the_round_is_looked_through_once_for_each_edit(
    base: Round, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_through = []

    def counted(draft: Round) -> list[Problem]:
        looked_through.append(draft)
        return find_problems(draft)

    monkeypatch.setattr(drafts, "find_problems", counted)
    found = problems_of(base, Edit("set", "pools.P07.budget", "x2"), Edit("set", "currency", "USD"))

    assert len(found) > 100
    assert len(looked_through) <= 2
