"""Which answers to missing facts are tried for a proposal, under made-up rules."""

from pathlib import Path
from typing import Any

import pytest

from matcher import Options, match
from matcher.domain import Round
from matcher.regulation.library import FOLDERS
from tests.unit.test_decision_words import reasons
from tests.unit.test_lever_ends import told

PACK = """
id: xt
title: Made-up
about: Made-up rules.
currency: AZN
last_checked: 2026-02-20
sources:
  act: {title: Made-up Act, found_at: nowhere}
facts:
  flag: {of: [pool], type: truth, meaning: The pool is flagged., ask: The donor.}
  marked: {of: [pool], type: truth, meaning: The pool is marked., ask: The donor.}
  ok: {of: [organisation], type: truth, meaning: It is in order., ask: The applicant.}
  work: {of: [proposal], type: choice, values: [a, b, c], meaning: The work., ask: The applicant.}
  strict: {of: [donor], type: truth, meaning: The donor is strict., ask: The donor.}
rules:
"""
RULE = """
  - id: XT-0{number}
    title: Rule {number}
    text: The text.
    jurisdiction: AZ
    applies_to: all
    effective: 2020-01-01
    severity: block
    outcomes:
      - when: {when}
        verdict: ineligible
        because: It is not allowed.
        cite: {{source: act, article: "1", confidence: T}}
"""
BARS = (
    "giver.strict and proposal.work == c",
    "not giver.strict and proposal.work == a",
    "pool.flag and not receiver.ok",
    "pool.marked and not receiver.ok",
)


@pytest.fixture(autouse=True)
def _made_up_law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = "".join(RULE.format(number=at, when=when) for at, when in enumerate(BARS, 1))
    (tmp_path / "xt.yaml").write_text(PACK + rules, "utf-8")
    monkeypatch.setenv(FOLDERS, str(tmp_path))


def a_round(pools: list[dict[str, Any]], ok: str, work: str, *more: dict[str, Any]) -> Round:
    """Give a round in which A asks for 100 and waits; pools are a strict donor's."""
    rows = [{"proposal_id": "A", "score": "60", "facts": {"work": work} if work else {}}, *more]
    own = {"org_id": "O", "currency": "AZN", "requested": "100", "regions": "AZ-BA"}
    return Round.model_validate(
        {
            "id": "made-up", "currency": "AZN", "decision_date": "2026-03-01",
            "rule_packs": ["xt"],
            "donors": [
                {"donor_id": name, "name": name, "kind": "foundation", "facts": {"strict": strict}}
                for name, strict in (("D1", "true"), ("D2", "false"))
            ],
            "pools": [
                {"name": pool["pool_id"], "donor_id": "D1", "currency": "AZN", "budget": "100",
                 **pool}
                for pool in pools
            ],
            "organisations": [
                {"org_id": "O", "name": "O", "country": "AZ", "kind": "public_union",
                 "facts": {"ok": ok}},
            ],
            "proposals": [{"title": row["proposal_id"], **own, **row} for row in rows],
        }
    )  # fmt: skip


CLEAR = {"flag": "false", "marked": "false"}


def test_answers_are_tried_that_let_any_of_the_pools_pay() -> None:
    # B takes all of P. Its work of kind a or b suits P, of kind b or c Q, where the money is.
    pools = [{"pool_id": "P", "facts": CLEAR}, {"pool_id": "Q", "donor_id": "D2", "facts": CLEAR}]
    better = {"proposal_id": "B", "score": "90", "facts": {"work": "a"}}
    found = told(a_round(pools, "true", "", better), "A")
    assert found == ["A change found: to learn that work of proposal A is b."]


def test_the_facts_that_pools_with_money_wait_for_are_tried_first() -> None:
    pools = [
        {"pool_id": name, "facts": {"marked": "false"}, "budget": budget}
        for name, budget in (("P", "0"), ("Q", "0"), ("R", "0"), ("S", "100"))
    ]
    round_ = a_round(pools, "false", "a")
    assert told(round_, "A") == ["A change found: to learn that flag of pool S is false."]
    said = reasons(match(round_, Options()))["A"]
    assert said.endswith("; 3 more pools wait for something else.")


def test_more_than_the_nearest_pools_wait_for_is_told_apart_from_something_else() -> None:
    pools = [{"pool_id": "P", "facts": {"marked": "false"}}, {"pool_id": "Q", "facts": {}}]
    said = reasons(match(a_round(pools, "false", "a"), Options()))["A"]
    assert said.endswith("one more pool waits for something else.")
    held = a_round([{"pool_id": "P", "facts": CLEAR}, {"pool_id": "Q", "facts": {}}], "", "")
    said = reasons(match(held, Options()))["A"]
    assert said.endswith("one more pool waits for more than that.")
