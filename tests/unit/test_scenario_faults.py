"""Edits after which a round is not right: which are named, and in what words."""

from decimal import Decimal

import pytest

from matcher import Round
from matcher.domain.consistency import find_problems
from matcher.errors import Problem
from matcher.scenarios.edits import drafts
from matcher.scenarios.edits.naming import Cells
from matcher.scenarios.edits.scenario import Edit
from tests.unit.made_scenarios import after, base, problems_of, refused, tiny

__all__ = ["base", "tiny"]


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


@pytest.mark.parametrize(
    ("table", "column", "remedy"),
    [
        ("proposals", "minimun", "Did you mean minimum?"),
        ("proposals", "score-need", "Use one of: proposal_id, org_id, title,"),
        ("proposals", "color", "Use one of: proposal_id, org_id, title,"),
        ("pools", "max_grnt", "Did you mean max_grant?"),
        ("organisations", "knd", "Did you mean kind?"),
        ("targets", "where.regoin", "Did you mean where.region?"),
    ],
)
def test_a_column_of_an_added_row_that_its_table_does_not_have_is_no_fact(
    tiny: Round, table: str, column: str, remedy: str
) -> None:
    said = refused(tiny, Edit("add", table, {column: "100"}))

    assert f"makes {table}.{column} wrong: it is no column that is known. {remedy}" in said


def test_an_added_row_may_state_scores_for_criteria_and_facts_that_rule_packs_declare(
    tiny: Round,
) -> None:
    cells: Cells = {**LATER, "score_need": "70", "territory": "AZ-GA"}
    found = after(tiny, Edit("add", "proposals", cells)).round.proposals_by_id["B2"]

    assert found.criteria == {"need": Decimal(70)}
    assert found.facts == {"territory": "AZ-GA"}


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
