"""What is said of a proposal that was not funded is what solving the round again shows."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from matcher import Options, match
from matcher.domain import Round, Target
from matcher.explaining.amounts import merit_text
from matcher.explaining.missing.openings import Held
from matcher.explaining.solves.base import base_of
from matcher.explaining.solves.forcing import excluded
from matcher.explaining.why import Explanation, explain
from matcher.writing.result_folder import write_result
from matcher.writing.round_forms import write_round
from tests.unit.made_up import header
from tests.unit.test_cli import Invocation

EXACT = Options(gap=0, seconds=60)


def a_round(seed: int = 1, **parts: Any) -> Round:
    """Give three pools and six proposals that ask for about twice the money."""
    dice = Random(f"explain {seed}")
    base: dict[str, Any] = {
        **header(),
        "policy": {"grant_step": "10"},
        "donors": [{"donor_id": "D", "name": "Made-up fund", "kind": "foundation"}],
        "pools": [
            {"pool_id": f"P{n}", "donor_id": "D", "name": f"Pool {n}", "currency": "AZN",
             "budget": str(dice.randint(5, 12) * 10), "sectors": "11230" if n == 1 else ""}
            for n in (1, 2)
        ],
        "organisations": [{"org_id": f"O{n}", "name": f"Union {n}"} for n in range(6)],
        "proposals": [
            {"proposal_id": f"B{n}", "org_id": f"O{n}", "title": f"Work {n}", "currency": "AZN",
             "requested": str(dice.randint(3, 9) * 10), "minimum": dice.choice(["", "20"]),
             "score": str(dice.randint(40, 90)), "sector": dice.choice(["11230", "12220"])}
            for n in range(6)
        ],
    }  # fmt: skip
    for table in ("pools", "proposals"):
        base[table] = [{k: v for k, v in row.items() if v != ""} for row in base[table]]
    return Round.model_validate(base | parts)


def a_richer_round(seed: int) -> Round:
    """Give a round in which targets, caps, shares and a threshold stand in the way as well."""
    dice = Random(f"richer {seed}")
    base = a_round(seed)
    policy = {"grant_step": "10", "score_threshold": "50", "max_proposals_per_organisation": 1}
    if dice.random() < 0.5:
        policy["max_funders_per_proposal"] = 1
    targets = [
        {"id": "half", "where": {"sector": ["12220"]}, "min_share": "0.4", "strictness": "soft"}
    ]
    pools = [row.model_copy(update={"max_grants": dice.randint(1, 3)}) for row in base.pools]
    shares = [None, Decimal("0.7")]
    pools = [row.model_copy(update={"max_project_share": dice.choice(shares)}) for row in pools]
    proposals = [
        row.model_copy(update={"org_id": dice.choice(["O0", "O1", row.org_id])})
        for row in base.proposals
    ]
    given = base.given() | {"policy": policy, "targets": targets if seed % 2 else []}
    given |= {"pools": [row.given() for row in pools]}
    return Round.model_validate(given | {"proposals": [row.given() for row in proposals]})


def forced(round_: Round, proposal_id: str) -> Round:
    """Give the round in which a proposal has to be funded, by a hard target of one."""
    target = Target.model_validate(
        {"id": "forced-in", "where": {"proposal": [proposal_id]}, "min_count": 1}
    )
    return round_.model_copy(update={"targets": (*round_.targets, target)})


def reached(round_: Round) -> tuple[Fraction, ...] | None:
    """Give what the best plan reaches, so that more is better; None where there is none."""
    run = match(round_, EXACT)
    if run.status == "infeasible":
        return None
    assert run.status == "optimal"
    signs = {"L1": -1, "L2": 1}
    return tuple(signs[level.level] * level.value for level in run.levels if level.level in signs)


def explained(round_: Round, proposal_id: str) -> Explanation:
    base = base_of(round_, dict(match(round_, EXACT).awards), EXACT, lambda _words: None)
    assert base is not None
    held = Held.of(base.problem, base.eligibility)
    return explain(base, held, proposal_id, lambda _words: None)


def unfunded(round_: Round) -> list[str]:
    paid = {proposal for _, proposal in match(round_, EXACT).awards}
    return [row.proposal_id for row in round_.proposals if row.proposal_id not in paid]


@pytest.mark.parametrize("seed", range(8))
def test_what_funding_a_proposal_costs_is_what_a_re_solve_loses(seed: int) -> None:
    round_ = a_richer_round(seed)
    best = reached(round_)
    assert best is not None
    for proposal_id in unfunded(round_):
        found = explained(round_, proposal_id)
        shown, with_it = found.displacement, reached(forced(round_, proposal_id))
        assert (shown is None) is (with_it is None)
        if shown is None or with_it is None:
            continue
        assert shown.exact
        assert shown.cost == tuple(one - other for one, other in zip(best, with_it, strict=True))
        assert shown.low == shown.cost == shown.high
        assert (found.funded_in == "some") is (best == with_it)


@pytest.mark.parametrize("seed", range(8))
def test_what_a_plan_would_lose_without_a_proposal_is_what_a_re_solve_loses(seed: int) -> None:
    round_ = a_richer_round(seed)
    best = reached(round_)
    assert best is not None
    for row in round_.proposals:
        found = explained(round_, row.proposal_id)
        if not found.funded:
            continue
        without = reached(excluded(round_, row.proposal_id))
        assert without is not None
        assert found.displacement is not None
        lost = tuple(one - other for one, other in zip(best, without, strict=True))
        assert found.displacement.cost == lost
        assert (found.funded_in == "some") is not any(lost)


@pytest.mark.parametrize("seed", range(6))
def test_each_change_funds_the_proposal_and_one_step_less_does_not(seed: int) -> None:
    round_ = a_richer_round(seed)
    seen = 0
    for proposal_id in unfunded(round_)[:3]:
        for change in explained(round_, proposal_id).changes:
            lever = change.lever
            assert not change.unknown
            if change.value is None:
                if lever.values and not change.ties:
                    assert always(lever.after(round_, -1), proposal_id) is False
                continue
            seen += 1
            at = list(lever.values).index(change.value)
            assert change.before == (lever.values[at - 1] if at else None)
            assert always(lever.after(round_, at), proposal_id)
            if at:
                assert not always(lever.after(round_, at - 1), proposal_id)
    if seed == 0:
        assert seen


def always(round_: Round, proposal_id: str) -> bool:
    """Say whether every best plan funds a proposal: none without it is as good."""
    best, other = reached(round_), reached(excluded(round_, proposal_id))
    return best is not None and (other is None or best > other)


def test_the_levers_of_every_kind_but_facts_are_pulled_somewhere() -> None:
    kinds = set()
    for seed in range(8):
        round_ = a_richer_round(seed)
        for proposal_id in unfunded(round_):
            kinds |= {change.lever.kind for change in explained(round_, proposal_id).changes}
    assert kinds >= {
        "ask_less", "score", "own_contribution", "round_funders", "money", "max_grants",
        "project_share", "organisation_count", "target",
    }  # fmt: skip


def test_a_proposal_that_no_pool_may_fund_is_said_to_be_so() -> None:
    round_ = a_round(1, pools=[
        {"pool_id": "P", "donor_id": "D", "name": "Pool", "currency": "AZN", "budget": "50",
         "sectors": "99810"}
    ])  # fmt: skip
    assert explained(round_, "B0").pools == ()


def test_a_proposal_that_can_never_be_paid_has_no_cost() -> None:
    large = a_round(1)
    rows = [
        row.model_copy(update={"requested": Decimal(5000), "minimum": None})
        if row.proposal_id == "B0"
        else row
        for row in large.proposals
    ]
    found = explained(large.model_copy(update={"proposals": tuple(rows)}), "B0")
    assert found.pools
    assert found.displacement is None
    assert not found.ended


def test_the_command_says_what_it_found_in_plain_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    round_ = a_round(0)
    write_round(round_, tmp_path / "round.json")
    write_result(match(round_, EXACT), tmp_path / "result", {})
    Invocation.monkeypatch, Invocation.capsys = monkeypatch, capsys
    proposal_id = unfunded(round_)[0]
    told = Invocation("explain", tmp_path / "round.json", tmp_path / "result", proposal_id)
    assert told.code == 0
    assert "would cost" in told.out
    assert "Smallest change in steps of 0.1: a score of" in told.out
    assert "To the applicant: Your proposal is eligible and is on the reserve list" in told.out
    document = Invocation(
        "explain", tmp_path / "round.json", tmp_path / "result", proposal_id, "--json"
    ).document
    assert document["displacement"]["exact"] is True
    assert {change["lever"] for change in document["changes"]} == {"ask_less", "score", "money"}
    assert document["reason"] in document["coordinator"]
    assert Invocation("explain", tmp_path / "round.json", tmp_path / "result", "B99").code == 3


def test_a_result_that_does_not_hold_for_the_round_is_not_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Invocation.monkeypatch, Invocation.capsys = monkeypatch, capsys
    round_, result = a_round(), tmp_path / "result"
    write_result(match(round_, Options(gap=0)), result)
    proposal_id = unfunded(round_)[0]
    other = round_.model_copy(update={"title": "Another"})
    write_round(other, tmp_path / "other.json")
    write_round(round_, tmp_path / "round.json")
    refused = Invocation("explain", tmp_path / "other.json", result, proposal_id)
    assert (refused.code, refused.out) == (6, "")
    assert "The result is of another round, or of another version of this one." in refused.err
    awards = (result / "awards.csv").read_text("utf-8").splitlines()
    first = awards[1].split(",")
    (result / "awards.csv").write_text("\n".join([*awards, ",".join(first)]) + "\n", "utf-8")
    before = {path.name: path.read_bytes() for path in result.iterdir()}
    for asked in ((proposal_id,), ("--all",), ("--about", "audit")):
        refused = Invocation("explain", tmp_path / "round.json", result, *asked)
        assert (refused.code, refused.out) == (6, ""), asked
    assert {path.name: path.read_bytes() for path in result.iterdir()} == before


@pytest.mark.parametrize(
    ("merit", "text"),
    [
        (Fraction(129135), "129,135"), (Fraction(129135) + Fraction(1, 3000), "129,135"),
        (Fraction(1, 3), "0.333"), (Fraction(5, 2), "2.5"), (Fraction(1200), "1,200"),
    ],
)  # fmt: skip
def test_merit_has_no_more_decimals_than_it_needs(merit: Fraction, text: str) -> None:
    assert merit_text(merit) == text
