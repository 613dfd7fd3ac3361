"""What rule packs do to a round: verdicts, steps, waivers, held pairs, and facts that are wrong."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from matcher import Options, Run, match
from matcher.domain import Round
from matcher.eligibility import eligibility_of
from matcher.law import classes
from matcher.law.fact_problems import find_fact_problems
from matcher.law.judging import VERDICTS
from matcher.law.law import judge_pairs
from matcher.law.table import judge_all
from matcher.law.tracing import trace
from matcher.regulation.library import FOLDERS, find_missing_packs
from matcher.verify import verify_awards

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "reference" / "rule-packs.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"```yaml\n(.*?)```", REFERENCE, re.S)[0]


@pytest.fixture(autouse=True)
def examplia(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "xa.yaml").write_text(EXAMPLE, encoding="utf-8")
    monkeypatch.setenv(FOLDERS, str(tmp_path))


def a_round(facts: list[dict[str, str]] | None = None, **parts: Any) -> Round:
    """Give two pools, at home and abroad, and a charity, no charity, one that nobody knows of."""
    answers = {"O1": {"is_charity": "true"}, "O2": {"is_charity": "false"}, "O3": {}}
    base: dict[str, Any] = {
        "id": "made-up",
        "currency": "AZN",
        "decision_date": "2026-03-01",
        "rule_packs": ["xa"],
        "donors": [
            {"donor_id": "D1", "name": "Home fund", "kind": "foundation", "country": "AQ"},
            {"donor_id": "D2", "name": "Far fund", "kind": "foundation", "country": "DE"},
        ],
        "pools": [
            {"pool_id": f"P{n}", "donor_id": f"D{n}", "name": f"Pool {n}", "currency": "AZN",
             "budget": "1000"} for n in (1, 2)
        ],
        "organisations": [
            {"org_id": org, "name": org, "country": "AQ", "facts": facts_}
            for org, facts_ in answers.items()
        ],
        "proposals": [
            {"proposal_id": f"B{n}", "org_id": f"O{n}", "title": f"Work {n}", "currency": "AZN",
             "requested": "100", "score": "80", "starts": "2026-03-05"} for n in (1, 2, 3)
        ],
        "facts": facts or [],
    }  # fmt: skip
    return Round.model_validate(base | parts)


def verdicts(round_: Round) -> list[list[str]]:
    return [[VERDICTS[v] for v in row] for row in eligibility_of(round_).verdicts.tolist()]


def matched(round_: Round) -> Run:
    return match(round_, Options(gap=0))


def problems(round_: Round) -> list[tuple[int | None, str, str]]:
    return [(p.row, p.column, p.what) for p in find_fact_problems(round_)]


def test_a_pack_written_from_the_reference_alone_changes_verdicts() -> None:
    without = a_round(rule_packs=[])
    assert verdicts(without) == [["eligible"] * 3] * 2
    assert verdicts(a_round()) == [
        ["eligible", "ineligible", "needs_review"],
        ["eligible_with_steps", "ineligible", "needs_review"],
    ]


def test_awards_never_go_to_pairs_that_are_barred_or_held() -> None:
    run = matched(a_round())
    assert {proposal for _, proposal in run.awards} == {"B1"}
    decisions = run.tables["decisions"].set_index("proposal_id")
    assert decisions.decision.to_dict() == {
        "B1": "funded", "B2": "ineligible", "B3": "held_for_review",
    }  # fmt: skip
    assert "no registered charity" in decisions.reason["B2"]
    assert decisions.binding["B2"] == "XA-01"
    assert "is_charity of O3" in decisions.reason["B3"]


def test_under_conditional_a_held_pair_is_funded_on_condition_that_the_fact_becomes_known() -> None:
    run = matched(a_round(policy={"needs_review": "conditional"}))
    awards = run.tables["awards"].set_index("proposal_id")
    assert set(awards.index) == {"B1", "B3"}
    assert awards.conditional["B3"] == "true"
    assert awards.condition["B3"] == "it becomes known: is_charity of O3"


def test_each_award_has_its_steps_and_its_earliest_payment() -> None:
    closed = {"proposal_id": "B1", "pool_id": "P1", "status": "forbid", "reason": "made up"}
    run = matched(a_round(pairs=[closed]))
    (award,) = run.tables["awards"].to_dict("records")
    assert (award["verdict"], award["earliest_payment"]) == ("eligible_with_steps", "2026-03-11")
    (step,) = run.tables["steps"].to_dict("records")
    assert step == {
        "pool_id": "P2",
        "proposal_id": "B1",
        "step": "File the signed contract with the Registry",
        "responsible": "recipient",
        "lead_days": "10",
        "due": "2026-03-11",
        "citation": "XA-02: Grants Act of Examplia, No. 1 of 05.01.2020, Art. 9(2) [S]",
    }


def test_the_packs_of_a_run_stand_in_its_record_with_their_hash() -> None:
    (pack,) = matched(a_round()).record["rule_packs"]
    assert pack["id"] == "xa"
    assert re.fullmatch("[0-9a-f]{64}", pack["hash"])


def test_a_payment_that_would_come_after_pay_by_makes_a_pair_ineligible() -> None:
    def paid_by(day: str) -> list[list[str]]:
        round_ = a_round()
        pools = [pool.model_dump(exclude_unset=True) | {"pay_by": day} for pool in round_.pools]
        return verdicts(a_round(pools=pools))

    assert [row[0] for row in paid_by("2026-03-11")] == ["eligible", "eligible_with_steps"]
    assert [row[0] for row in paid_by("2026-03-10")] == ["eligible", "ineligible"]


def test_under_a_strict_start_steps_have_to_be_done_before_the_proposal_starts() -> None:
    table = eligibility_of(strict())
    assert [row[0] for row in verdicts(strict())] == ["eligible", "ineligible"]
    assert table.failing(1, 0) == ("starts",)


def strict(**parts: Any) -> Round:
    return a_round(policy={"start_policy": "strict"}, **parts)


def far_pool(**cells: Any) -> list[dict[str, Any]]:
    """Give the pool abroad alone, where filing a grant takes until 2026-03-11."""
    return [p.model_dump(exclude_unset=True) | cells for p in a_round().pools if p.pool_id == "P2"]


def decided(round_: Round, proposal_id: str) -> tuple[str, str, str]:
    row = matched(round_).tables["decisions"].set_index("proposal_id").loc[proposal_id]
    return str(row.decision), str(row.reason), str(row.binding)


def test_a_start_too_soon_for_all_steps_is_told_as_that_with_the_start_that_would_do() -> None:
    word, reason, binding = decided(strict(pools=far_pool()), "B1")
    assert (word, binding) == ("no_matching_pool", "starts")
    assert reason == (
        "The terms of P2 cover it, but start_policy is strict, so that all steps before a payment "
        "have to be done before the work starts on 2026-03-05: there they take until 2026-03-11. "
        "A start on 2026-03-11 or later would lift this bar, as would start_policy: flexible."
    )
    # What is told holds: that start is enough, and the day before is not.
    for day, verdict in (("2026-03-10", "ineligible"), ("2026-03-11", "eligible_with_steps")):
        later = [p.model_dump(exclude_unset=True) | {"starts": day} for p in a_round().proposals]
        assert verdicts(strict(pools=far_pool(), proposals=later))[0][0] == verdict


def test_a_pool_that_the_start_alone_bars_is_named_beside_what_others_wait_for() -> None:
    word, reason, binding = decided(strict(), "B3")
    assert word == "held_for_review"
    assert "Held at P1 until it is known: is_charity of O3. The terms of P2 cover it" in reason
    assert "starts" in binding.split(";")
    closed = {"proposal_id": "B1", "pool_id": "P1", "status": "forbid", "reason": "made up"}
    word, reason, binding = decided(strict(pairs=[closed]), "B1")
    assert (word, binding) == ("not_funded", "C7;starts")
    assert "was declined. The terms of P2 cover it" in reason


def test_where_the_law_bars_a_pool_besides_a_later_start_is_not_said_to_help() -> None:
    word, reason, binding = decided(strict(pools=far_pool()), "B2")
    assert (word, binding) == ("no_matching_pool", "starts;XA-01")
    assert "The law bars it there besides: An organisation of Examplia" in reason
    assert "or later" not in reason


def test_a_waiver_lifts_one_rule_for_one_pair_in_its_window_and_is_shown() -> None:
    waiver = {
        "subject": "P1:B2", "fact": "waiver", "value": "XA-01", "source": "Letter of the Registry",
        "checked_by": "Lawyer", "valid_from": "2026-02-01", "valid_to": "2026-03-31",
    }  # fmt: skip
    round_ = a_round([waiver])
    assert [row[1] for row in verdicts(round_)] == ["eligible", "ineligible"]
    table = judge_all(round_)
    waived = [found for found in trace(table.law, 0, 1).findings if found.waived]
    assert [found.clause.rule.id for found in waived] == ["XA-01"]
    assert waived[0].waived is not None
    assert waived[0].waived.row is not None
    assert waived[0].waived.row.checked_by == "Lawyer"
    late = a_round([waiver | {"valid_from": "2026-03-02"}])
    assert [row[1] for row in verdicts(late)] == ["ineligible", "ineligible"]


def test_a_waiver_of_one_step_leaves_the_rule_in_force() -> None:
    waiver = {
        "subject": "P2:B1", "fact": "determination", "value": "XA-02/file-grant",
        "source": "Letter", "checked_by": "Lawyer",
    }  # fmt: skip
    assert [row[0] for row in verdicts(a_round([waiver]))] == ["eligible", "eligible"]


def test_a_fact_that_ends_before_the_payment_is_unknown_on_that_day() -> None:
    known = {"subject": "O3", "fact": "is_charity", "value": "true"}
    assert [row[2] for row in verdicts(a_round([known]))] == ["eligible", "eligible_with_steps"]
    short = known | {"valid_to": "2026-03-10"}
    assert [row[2] for row in verdicts(a_round([short]))] == ["eligible", "needs_review"]
    enough = known | {"valid_to": "2026-03-11"}
    assert verdicts(a_round([enough]))[1][2] == "eligible_with_steps"


def test_a_row_of_facts_is_stronger_than_a_column_and_the_latest_check_counts() -> None:
    first = {"subject": "O1", "fact": "is_charity", "value": "false", "checked_on": "2026-01-01"}
    later = first | {"value": "true", "checked_on": "2026-02-01"}
    assert verdicts(a_round([first]))[0][0] == "ineligible"
    assert verdicts(a_round([first, later]))[0][0] == "eligible"
    assert verdicts(a_round([later, first]))[0][0] == "eligible"


def test_a_trace_names_rules_facts_with_values_and_where_they_come_from() -> None:
    known = {"subject": "O2", "fact": "is_charity", "value": "false", "source": "Register",
             "checked_on": "2026-02-01", "checked_by": "Secretariat"}  # fmt: skip
    traced = trace(judge_all(a_round([known])).law, 0, 1)
    (barring,) = [found for found in traced.findings if found.verdict == "ineligible"]
    seen = {seen.word: (seen.value, seen.origin) for seen in barring.seen}
    assert seen == {
        "receiver.country": ("AQ", "the round"),
        "receiver.is_charity": ("false", "Register, checked 2026-02-01 by Secretariat"),
    }


@pytest.mark.parametrize(
    ("requested", "seen", "verdict"),
    [("8823.53", "15000.001", "ineligible"), ("8823.52", "14999.984", "needs_review")],
)
def test_an_amount_that_is_just_above_a_limit_is_not_shown_as_the_limit(
    requested: str, seen: str, verdict: str
) -> None:
    asked = state_support("state_body", {"currency": "USD", "requested": requested})
    assert verdicts(asked) == [[verdict]]
    found = trace(judge_all(asked).law, 0, 0).findings
    assert {s.value for f in found for s in f.seen if s.word == "grant.amount"} == {seen}


def test_facts_that_cannot_be_right_are_told_with_their_row() -> None:
    rows = [
        {"subject": "O1", "fact": "is_charity", "value": "perhaps"},
        {"subject": "P1", "fact": "is_charity", "value": "true"},
        {"subject": "O2", "fact": "is_charitee", "value": "true"},
        {"subject": "O3", "fact": "is_charity", "value": "true"},
        {"subject": "O3", "fact": "is_charity", "value": "false"},
        {"subject": "P1:B1", "fact": "waiver", "value": "XA-1"},
        {"subject": "O2", "fact": "weather", "value": "fine"},
    ]
    told = problems(a_round(rows))
    assert (0, "value", "is neither true nor false.") in told
    assert (1, "subject", "is no organisation, of which is_charity is a fact.") in told
    assert (2, "fact", "is not a fact of the rule packs.") in told
    assert (4, "value", "contradicts a row on is_charity of O3, for some days.") in told
    assert (5, "source", "is missing from a waiver.") in told
    assert (5, "checked_by", "is missing from a waiver.") in told
    assert any(row == 5 and "neither a rule" in what for row, _, what in told)
    (weather,) = [p for p in find_fact_problems(a_round(rows)) if p.value == "weather"]
    assert weather.severity == "warning"


@pytest.mark.parametrize(
    ("value", "told"),
    [("-5", "is less than 0, and cannot be."), ("100.5", "is more than 100, and cannot be.")],
)
def test_a_number_that_a_fact_cannot_be_is_told_with_the_unit_that_it_has(
    value: str, told: str
) -> None:
    share = {"subject": "O1", "fact": "funder_foreign_share", "value": value}
    (problem,) = find_fact_problems(a_round([share], rule_packs=["az"]))
    assert (problem.what, "per cent" in problem.remedy) == (told, True)
    for end in ("0", "100", "none"):
        assert find_fact_problems(a_round([share | {"value": end}], rule_packs=["az"])) == []


def test_a_percent_sign_in_a_fact_is_told_with_the_unit_that_the_fact_has() -> None:
    share = {"subject": "O1", "fact": "funder_foreign_share", "value": "45%"}
    (problem,) = find_fact_problems(a_round([share], rule_packs=["az"]))
    assert problem.what == "is written with a percent sign."
    assert "without the sign" in problem.remedy
    assert "in per cent" in problem.remedy


def test_a_pack_that_is_misspelt_is_told_with_the_name_that_it_is_close_to() -> None:
    near, far = find_missing_packs(a_round(rule_packs=["donor_compliance", "moon"]))
    assert near.remedy.startswith("Did you mean donor-compliance?")
    assert far.remedy.startswith("Take it out to match by the pools' terms alone")


def test_facts_are_not_looked_at_where_the_round_names_no_pack() -> None:
    row = {"subject": "O1", "fact": "is_charity", "value": "perhaps"}
    assert problems(a_round([row], rule_packs=[])) == []


def test_the_verifier_refuses_an_award_that_the_law_bars_even_if_it_is_pinned() -> None:
    pin = {"proposal_id": "B2", "pool_id": "P1", "status": "pin", "reason": "made up"}
    found = verify_awards(a_round(pairs=[pin]), {("P1", "B2"): 10_000})
    assert [violation.constraint for violation in found.violations] == ["C7"]
    assert "XA-01" in found.violations[0].message


def test_a_pin_lifts_a_review_but_no_bar() -> None:
    pins = [
        {"proposal_id": name, "pool_id": "P1", "status": "pin", "reason": "made up"}
        for name in ("B2", "B3")
    ]
    assert matched(a_round(pairs=pins[1:])).status == "optimal"
    assert matched(a_round(pairs=pins[:1])).status == "infeasible"


def test_classes_and_single_pairs_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classes, "FEW", 0)
    round_ = a_round()
    table = judge_all(round_)
    pools, proposals = (axis.ravel() for axis in np.indices(table.verdicts.shape))
    verdicts_, leads = judge_pairs(table.law, round_.decision_date, pools, proposals)
    assert (verdicts_.reshape(2, 3) == table.verdicts).all()
    assert (leads.reshape(2, 3) == table.leads).all()


@pytest.mark.parametrize("kind", ["state_body", "foundation", "other"])
def test_state_support_is_judged_by_what_a_donor_is_said_to_be_whatever_its_kind(kind: str) -> None:
    asked = state_support(kind, {"requested": "15000.01"})
    assert verdicts(asked) == [["ineligible"]]
    found = verify_awards(asked, {("P1", "B1"): 1_500_001})
    assert [violation.constraint for violation in found.violations] == ["C7"]
    assert verdicts(state_support(kind, {"requested": "15000"})) == [["needs_review"]]


def state_support(kind: str, proposal: dict[str, str]) -> Round:
    """Give a small lot of the Agency of State Support, as a donor of a kind, and a proposal."""
    agency = {"in_state_grant_givers_list": "true", "state_support_body": "ngo_agency"}
    lot = {"instrument": "grant", "lot": "small", "requires_coalition": "false"}
    parts: dict[str, Any] = {
        "rates": {"USD": "1.7"},
        "rule_packs": ["az"],
        "donors": [
            {"donor_id": "D1", "name": "Agency", "kind": kind, "country": "AZ", "facts": agency},
        ],
        "pools": [
            {"pool_id": "P1", "donor_id": "D1", "name": "Small lot", "currency": "AZN",
             "budget": "90000", "facts": lot},
        ],
        "organisations": [
            {"org_id": "O1", "name": "Union", "country": "AZ",
             "registration_status": "registered"},
        ],
        "proposals": [
            {"proposal_id": "B1", "org_id": "O1", "title": "Work", "currency": "AZN",
             "score": "80", "starts": "2026-04-01", "ends": "2026-09-30", **proposal},
        ],
    }  # fmt: skip
    return a_round(**parts)
