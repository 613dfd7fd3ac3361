"""Why a round has no plan, what would give it one, and how both are told."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from matcher import Options, match
from matcher.allocation.problem import problem_of
from matcher.domain import Round
from matcher.eligibility import eligibility_of
from matcher.explaining.relaxing import relaxing
from matcher.explaining.relaxing.relaxing import ConflictExplained, Relaxation, explain_conflict
from matcher.explaining.relaxing.words import document, sentences_of
from matcher.solving import Conflict
from matcher.solving.conflict import conflict_of, conflict_of_few
from matcher.solving.conflict_check import Checker
from matcher.solving.conflict_rows import GroupedRows
from tests.unit.made_up import header

EXACT = Options(gap=0, seconds=60)
NEVER = 1e9
"""A deadline that no clock reaches."""
PROMISED = "the board promised it"


def pin(pool_id: str, proposal_id: str, amount: str | None = None) -> dict[str, str]:
    row = {"pool_id": pool_id, "proposal_id": proposal_id, "status": "pin", "reason": PROMISED}
    return row if amount is None else {**row, "amount": amount}


def plain_round(**parts: Any) -> Round:
    """Give two pools of 100 and 60, and four proposals that ask for 60 each, of four applicants."""
    base: dict[str, Any] = {
        **header(),
        "policy": {"grant_step": "10"},
        "donors": [{"donor_id": "D", "name": "Made-up fund", "kind": "foundation"}],
        "pools": [
            {"pool_id": "P1", "donor_id": "D", "name": "Villages", "currency": "AZN",
             "budget": "100"},
            {"pool_id": "P2", "donor_id": "D", "name": "Towns", "currency": "AZN", "budget": "60"},
        ],
        "organisations": [{"org_id": f"O{n}", "name": f"Union {n}"} for n in range(4)],
        "proposals": [
            {"proposal_id": f"B{n}", "org_id": f"O{n}", "title": f"Work {n}", "currency": "AZN",
             "requested": "60", "score": "70"}
            for n in range(4)
        ],
    }  # fmt: skip
    return Round.model_validate(base | parts)


def members_of(round_: Round) -> set[tuple[str, str]]:
    problem = problem_of(round_, eligibility_of(round_))
    found = conflict_of(problem, EXACT, NEVER)
    assert found is not None and found.minimal
    return {(member.constraint, member.subject) for member in found.members}


def explained(round_: Round) -> ConflictExplained:
    found = explain_conflict(round_, EXACT, lambda _words: None)
    assert found is not None
    return found


def told(round_: Round) -> str:
    return "\n".join(sentences_of(round_, explained(round_))).replace("\u00a0", " ")


def helping(found: ConflictExplained) -> dict[tuple[str, str], Relaxation]:
    return {
        (change.lever.kind, "+".join(change.lever.about.values())): change
        for change in found.conflicts[0].relaxations
        if change.repairs == "round"
    }


def over_budget() -> Round:
    # Two awards of 60 by a pool of 100: 20 too much, whatever else is done.
    return plain_round(pairs=[pin("P1", "B0", "60"), pin("P1", "B1", "60")])


def test_pins_above_a_budget_conflict_with_it_and_with_nothing_else() -> None:
    assert members_of(over_budget()) == {
        ("C1", "pool P1"),
        ("C12", "pool P1, proposal B0"),
        ("C12", "pool P1, proposal B1"),
    }


def test_a_floor_that_cannot_be_reached_is_a_conflict_by_itself() -> None:
    # Four proposals of 60 ask for 240 together.
    round_ = plain_round(targets=[{"id": "all", "min_amount": "250"}])
    assert members_of(round_) == {("C11", "target all")}


def test_a_conflict_of_whole_numbers_alone_is_found() -> None:
    # Divisible proposals could share 90; these take 60 or nothing, so that sums are 0, 60 or 120.
    target = {"id": "between", "where": {"proposal": ["B0", "B1"]},
              "min_amount": "70", "max_amount": "110"}  # fmt: skip
    assert members_of(plain_round(targets=[target])) == {
        ("C2", "proposal B0"),
        ("C2", "proposal B1"),
        ("C11", "target between"),
    }


def test_a_round_that_has_a_plan_has_no_conflict() -> None:
    problem = problem_of(plain_round(), eligibility_of(plain_round()))
    assert conflict_of(problem, EXACT, NEVER) is None
    assert explain_conflict(plain_round(), EXACT, lambda _words: None) is None


def test_where_no_constraints_can_be_named_targets_are_still_told_how_far_to_give_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Proposals take 60 of one pool or nothing: pools of 100 and 60 pay one each, 120 together.
    round_ = plain_round(
        policy={"grant_step": "10", "max_funders_per_proposal": 1},
        targets=[{"id": "most", "min_amount": "180"}, {"id": "few", "max_count": 4}],
    )
    monkeypatch.setattr(relaxing, "conflict_of", lambda *_args: None)
    found = explained(round_)
    assert found.complete and found.conflicts[0].conflict.members == ()
    (change,) = found.changes
    assert change.steps is not None and change.lever.about == {"target_id": "most"}
    assert match(change.lever.changed(round_, change.steps), EXACT).status == "optimal"
    assert change.exact and match(change.lever.changed(round_, change.steps - 1), EXACT).status == (
        "infeasible"
    )
    text = told(round_)
    assert text.startswith("It is proven that no plan keeps every constraint, but not which")
    assert "asks for from 180 AZN to 120 AZN" in text


def test_a_round_that_has_a_plan_is_not_told_to_give_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relaxing, "conflict_of", lambda *_args: None)
    targets = [{"id": "some", "min_amount": "60"}]
    assert explain_conflict(plain_round(targets=targets), EXACT, lambda _words: None) is None


def test_constraints_set_aside_are_in_no_conflict() -> None:
    round_ = over_budget()
    problem = problem_of(round_, eligibility_of(round_))
    aside = [Conflict("C1", "pool P1")]
    assert conflict_of(problem, EXACT, NEVER, aside) is None


def test_the_least_changes_are_those_worked_out_by_hand() -> None:
    # 120 are fixed of 100: the budget rises by 20, or one award falls by 20 of 60, or goes.
    found = explained(over_budget())
    changes = helping(found)
    budget = changes["budget", "P1"]
    assert budget.steps is not None
    assert budget.lever.value(budget.steps) == Decimal(120)
    assert budget.cost == Fraction(20, 100)
    for proposal_id in ("B0", "B1"):
        amount = changes["amount", f"P1+{proposal_id}"]
        assert amount.steps is not None
        # 40 would be below the request of 60, which is also the minimum: only P2 makes up for it.
        assert amount.lever.value(amount.steps) == Decimal(40)
        assert amount.cost == Fraction(1, 3)
        assert changes["given_up", f"P1+{proposal_id}"].cost == 1
    costs = [change.cost for change in found.conflicts[0].relaxations if change.cost is not None]
    assert costs == sorted(costs)
    assert found.complete
    assert not found.ended
    assert [change.lever.kind for change in found.changes] == ["budget"]


def test_budgets_that_shares_of_money_depend_on_are_raised_until_both_hold() -> None:
    # P1 has to give B0 and B1 60 each, and 8/10 of all budgets is to be awarded to B0, B1, B2.
    # With P1 at 120 that is 144 of 180: B0 and B1 have 120, B2 gets its 60 from P2.
    target = {"id": "share", "where": {"proposal": ["B0", "B1", "B2"]}, "min_share": "0.8"}
    round_ = plain_round(pairs=[pin("P1", "B0", "60"), pin("P1", "B1", "60")], targets=[target])
    budget = helping(explained(round_))["budget", "P1"]
    assert budget.steps is not None
    assert budget.lever.value(budget.steps) == Decimal(120)


def test_several_conflicts_are_repaired_one_after_the_other() -> None:
    # Each pool has to give 120: P1 has 100, P2 has 60.
    pairs = [pin(f"P{1 + n // 2}", f"B{n}", "60") for n in range(4)]
    round_ = plain_round(pairs=pairs)
    found = explained(round_)
    assert len(found.conflicts) == 2
    assert found.complete
    repaired = {change.repairs for change in found.conflicts[0].relaxations}
    assert "conflict" in repaired and "round" not in repaired
    assert [str(change.lever.value(change.steps or 0)) for change in found.changes] == [
        "120.00",
        "120.00",
    ]
    text = told(round_)
    assert "alone gives the round a plan" not in text
    assert "With the first change named above, these 3 still cannot hold together:" in text
    assert "Any one of these changes then gives the round a plan, the least first:" in text
    plain = document(round_, found)
    assert [conflict["after"] for conflict in plain["conflicts"]] == [0, 1]
    for change in found.changes:
        assert change.steps is not None
        round_ = change.lever.changed(round_, change.steps)
    assert match(round_, EXACT).status == "optimal"


def test_what_is_no_number_is_said_to_be_fixed() -> None:
    # B1 needs B0, and both are one choice of two by way of a third label: only one may be funded.
    proposals = [
        {"proposal_id": f"B{n}", "org_id": "O0", "title": f"Work {n}", "currency": "AZN",
         "requested": "60", "score": "70", "alternatives": "one"}
        for n in range(2)
    ]  # fmt: skip
    round_ = plain_round(proposals=proposals, pairs=[pin("P1", "B0"), pin("P2", "B1")])
    found = explained(round_)
    assert [member.constraint for member in found.conflicts[0].fixed] == ["C9"]
    assert {change.lever.kind for change in found.conflicts[0].relaxations} == {"given_up"}
    assert "These can only be kept or taken out as a whole" in told(round_)


def test_a_change_that_a_later_one_makes_needless_is_left_out_in_the_end() -> None:
    # P1 fixed two awards of 200 out of 300: more money would do. It makes one grant: one of the
    # two is given up. What B2 requires cannot be paid: so is the other, and the money is enough.
    pools: list[dict[str, Any]] = [
        {"budget": "300", "max_grants": "1"},
        {"budget": "500", "max_grant": "200", "sole_funder": "true"},
        {"budget": "300", "max_grant": "150", "min_grant": "120"},
    ]
    asked = [("0", "200"), ("1", "300"), ("0", "400"), ("2", "400")]
    rows: list[dict[str, Any]] = [
        {"proposal_id": f"B{n}", "org_id": f"O{org}", "title": f"Work {n}", "currency": "AZN",
         "requested": money, "score": "70", "regions": "AZ-BA"}
        for n, (org, money) in enumerate(asked)
    ]  # fmt: skip
    rows[2]["requires"] = "B1"
    round_ = plain_round(
        policy={"grant_step": "10", "max_amount_per_organisation": "500"},
        pools=[
            {"pool_id": f"P{n}", "donor_id": "D", "name": f"Pool {n}", "currency": "AZN", **pool}
            for n, pool in enumerate(pools, 1)
        ],
        proposals=rows,
        pairs=[pin("P3", "B3"), pin("P1", "B0", "200"), pin("P1", "B2", "200")],
    )
    found = explained(round_)
    made = [one.relaxations[0].lever.kind for one in found.conflicts]
    assert made == ["budget", "given_up", "given_up"]
    assert [change.lever.kind for change in found.changes] == ["given_up", "given_up"]
    assert found.complete


@pytest.mark.parametrize(
    ("parts", "kind", "value"),
    [
        # A pool that makes one grant has two fixed.
        ({"pools": {"max_grants": "1"}, "pins": [None, None]}, "max_grants", "2"),
        # 60 are fixed where grants are at most 50, or at least 70.
        ({"pools": {"max_grant": "50"}, "pins": ["60"]}, "max_grant", "60"),
        ({"pools": {"min_grant": "70"}, "pins": ["60"]}, "min_grant", "60"),
        ({"policy": {"min_award": "70"}, "pins": ["60"]}, "min_award", "60"),
        # The pool may pay half of a project, and has to pay all: nobody else is there to.
        ({"pools": {"max_project_share": "0.5"}, "pins": ["60"]}, "max_project_share", "1.00"),
        ({"policy": {"max_amount_per_organisation": "50"}, "pins": ["60"]},
         "max_amount_per_organisation", "60"),
        ({"policy": {"max_proposals_per_organisation": "0"}, "pins": ["60"]},
         "max_proposals_per_organisation", "1"),
    ],
)  # fmt: skip
def test_each_kind_of_bound_is_loosened_just_enough(
    parts: dict[str, Any], kind: str, value: str
) -> None:
    pool = {"pool_id": "P1", "donor_id": "D", "name": "Villages", "currency": "AZN",
            "budget": "200"}  # fmt: skip
    round_ = plain_round(
        pools=[pool | parts.get("pools", {})],
        policy={"grant_step": "10"} | parts.get("policy", {}),
        pairs=[pin("P1", f"B{at}", amount) for at, amount in enumerate(parts["pins"])],
    )
    (change,) = [c for c in explained(round_).conflicts[0].relaxations if c.lever.kind == kind]
    assert change.repairs == "round"
    assert change.steps is not None
    assert abs(change.lever.value(change.steps) - Decimal(value)) < change.lever.step
    assert match(change.lever.changed(round_, change.steps), EXACT).status == "optimal"
    assert match(change.lever.changed(round_, change.steps - 1), EXACT).status == "infeasible"


def test_a_conflict_says_where_work_ended_before_it_was_minimal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("matcher.solving.conflict.MOST", 0)
    round_ = over_budget()
    found = conflict_of(problem_of(round_, eligibility_of(round_)), EXACT, NEVER)
    assert found is not None
    assert not found.minimal
    assert "It was not settled in the time whether all of them are needed" in told(round_)


def test_a_proof_in_whole_numbers_does_not_hang_on_tolerances() -> None:
    problem = problem_of(over_budget(), eligibility_of(over_budget()))
    checker = Checker.of(problem, Options(), NEVER)
    everything = range(len(checker.groups))
    assert checker.check(everything).ends == "conflict"
    assert checker.check([]).ends == "hold"


def test_a_look_that_cannot_begin_in_time_is_not_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.solving.conflict_check.LARGE", 0)
    problem = problem_of(over_budget(), eligibility_of(over_budget()))
    checker = Checker.of(problem, Options(), deadline=0)

    def asked(*_question: Any) -> None:
        raise AssertionError("CP-SAT is asked")

    monkeypatch.setattr("matcher.solving.conflict_check.cp_sat.solve", asked)
    monkeypatch.setattr("matcher.solving.conflict_check.named", asked)
    monkeypatch.setattr("matcher.solving.conflict_check.relaxed", lambda *_question: (None, None))
    assert checker.check(range(len(checker.groups))).ends == "unknown"


def test_only_proposals_that_could_help_decide_whether_constraints_hold() -> None:
    # Pins ask for B0 and B1; whatever B2 and B3 have, the budget is not the better for it.
    problem = problem_of(over_budget(), eligibility_of(over_budget()))
    rows = GroupedRows.of(problem)
    needed = rows.needed(range(len(rows.groups)))
    assert [name for name, is_ in zip(problem.proposals.ids, needed, strict=True) if is_] == [
        "B0",
        "B1",
    ]


def test_a_proposal_that_another_needs_decides_as_well() -> None:
    proposals = [
        {"proposal_id": f"B{n}", "org_id": f"O{n}", "title": f"Work {n}", "currency": "AZN",
         "requested": "60", "score": "70", "requires": "B2" if n == 0 else ""}
        for n in range(4)
    ]  # fmt: skip
    round_ = plain_round(proposals=proposals, pairs=[pin("P1", "B0", "60")])
    rows = GroupedRows.of(problem_of(round_, eligibility_of(round_)))
    assert rows.needed(range(len(rows.groups))).tolist() == [True, False, True, False]


def test_pins_that_cannot_hold_are_found_without_a_look_at_all_of_the_round() -> None:
    def found(round_: Round) -> set[tuple[str, str]] | None:
        problem = problem_of(round_, eligibility_of(round_))
        conflict = conflict_of_few(problem, EXACT, NEVER)
        if conflict is None:
            return None
        return {(member.constraint, member.subject) for member in conflict.members}

    assert found(over_budget()) == members_of(over_budget())
    assert found(plain_round()) is None
