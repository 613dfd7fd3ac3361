"""Edits of scenarios: what each changes in a round, its rule packs among them."""

from datetime import timedelta

import pytest

from matcher import Round
from matcher.domain import round as domain_round
from matcher.domain.consistency import find_problems
from matcher.errors import Problem
from matcher.scenarios.edits.naming import Cells
from matcher.scenarios.edits.overrides import changed, changed_all
from matcher.scenarios.edits.scenario import Edit, InvalidScenario
from tests.unit.made_scenarios import after, base, problems_of, refused, setting, tiny

__all__ = ["base", "tiny"]


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


@pytest.fixture(scope="module")
def stated(base: Round) -> Round:
    """Give the round with facts of every kind, one of them in the table of facts."""
    facts = {
        "extract_date": "2026-01-20", "state_awards": "3", "foreign_income_share": "0.5",
        "late_report": "true", "founders": "individuals", "misuse_finding_date": "none",
    }  # fmt: skip
    rows = [{"subject": "O002", "fact": "extract_date", "value": "2026-01-31"},
            {"subject": "O002", "fact": "made_up", "value": "20"}]  # fmt: skip
    cells = [Edit("set", f"organisations.O001.{name}", value) for name, value in facts.items()]
    return after(base, *cells, *(Edit("add", "facts", dict(row)) for row in rows)).round


@pytest.mark.parametrize(
    ("path", "value", "then"),
    [
        ("organisations.O001.extract_date", "+14 days", "2026-02-03"),
        ("organisations.O001.extract_date", "-20", "2025-12-31"),
        ("organisations.O001.state_awards", "+10%", "3.3"),
        ("organisations.O001.state_awards", "x2", "6"),
        ("organisations.O001.foreign_income_share", "x0.333333", "0.166666"),
        ("facts.O002/extract_date.value", "+1 day", "2026-02-01"),
        ("facts.O002/made_up.value", "-5", "15"),
    ],
)
def test_dates_and_numbers_among_facts_are_changed_by_what_stands_there(
    stated: Round, path: str, value: str, then: str
) -> None:
    (change,) = changed(stated, setting(path, value)).differences

    assert (change.dotted, change.after) == (path, then)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("late_report", "x2", "is a change of something that is no number."),
        ("founders", "+10%", "is a change of something that is no number."),
        ("misuse_finding_date", "+10 days", "is a change of something that is no number."),
        ("extract_date", "+10%", "is no change of a date."),
        ("state_awards", "+3 days", "adds days to something that is no date."),
        ("state_awards", "-4", "leaves less than nothing of 3."),
        ("sam_valid_to", "+10 days", "is a change of a cell that is blank."),
    ],
)
def test_a_change_of_a_fact_that_cannot_be_more_or_less_is_told_for_what_it_is(
    stated: Round, column: str, value: str, told: str
) -> None:
    (problem,) = problems_of(stated, Edit("set", f"organisations.O001.{column}", value))

    assert problem.what == told


@pytest.mark.parametrize(
    ("value", "then"),
    [("-1", "-1"), ("-0.5", "-0.5"), ("+2", "-1"), ("x2", "-6"), ("-50%", "-1.5")],
)
def test_a_number_below_nought_is_the_new_value_where_there_may_be_one(
    base: Round, value: str, then: str
) -> None:
    term = {"pool_id": "P01", "proposal_id": "B001", "payer_preference": "-3"}
    added = after(base, Edit("add", "pairs", dict(term))).round
    (change,) = changed(added, setting("pairs.P01/B001.payer_preference", value)).differences

    assert (change.before, change.after) == ("-3", then)


def test_a_preference_that_leads_too_far_is_told(base: Round) -> None:
    term = {"pool_id": "P01", "proposal_id": "B001", "payer_preference": "-3"}
    said = refused(
        base,
        Edit("add", "pairs", dict(term)),
        Edit("set", "pairs.P01/B001.payer_preference", f"x{'9' * 30}"),
    )

    assert "comes to more than any number of a round" in said


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
        (Edit("set", "pool.P07.budget", "3"), "Did you mean pools.P07.budget?"),
        (Edit("set", "pool", "3"), "Did you mean pools.…?"),
        (Edit("set", "zz.P07", "3"), "There are: id, title, currency, decision_date"),
        (Edit("set", "policy.threshold", "3"), "Did you mean score_threshold?"),
        (Edit("set", "policy.zz", "3"), "score_weights.…"),
        (Edit("set", "policy.score_threshold", "null"), "leave it blank where there is none"),
        (Edit("drop", "pools.*"), "leaves the round without pools. Keep at least one"),
        (Edit("drop", "donors.*"), "leaves the round without donors."),
        (Edit("drop", "proposals.*"), "leaves the round without proposals."),
        (Edit("drop", "organisations.*"), "leaves the round without organisations."),
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


def test_the_last_rows_may_go_where_others_come(tiny: Round) -> None:
    pool = tiny.pools_by_id["P1"]
    new: Cells = {"pool_id": "P9", "donor_id": pool.donor_id, "name": "n", "currency": "AZN",
                  "budget": "1"}  # fmt: skip
    each = [Edit("drop", f"pools.{name}") for name in tiny.pools_by_id]
    assert "together leave the round without pools." in refused(tiny, *each)
    found = after(tiny, *each, Edit("add", "pools", new)).round
    assert list(found.pools_by_id) == ["P9"]


def test_all_that_is_wrong_in_all_scenarios_is_told_at_once(base: Round) -> None:
    wrong = [setting("pools.P77.budget", "3"), setting("pools.P07.budget", "many")]

    with pytest.raises(InvalidScenario) as refusal:
        changed_all(base, wrong)

    assert len(refusal.value.problems) == 2


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


def test_the_nearest_rule_is_the_one_whose_number_is_written_without_a_nought(base: Round) -> None:
    (problem,) = problems_of(base, Edit("set", "packs.az.AZ-4.title", "x"))

    assert problem.remedy == "Did you mean AZ-04?"
