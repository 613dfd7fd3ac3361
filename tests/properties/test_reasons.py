"""Lifting exactly what a reason names gets a proposal funded, or another reason comes to light."""

from collections import Counter
from collections.abc import Hashable, Mapping
from random import Random
from typing import Any

import pytest

from matcher import Options, match
from matcher.domain import Round
from tests import oracle
from tests.properties.built import round_of
from tests.rules.lifting import lifted

ROUNDS, MORE_ROUNDS = 150, 500
PLENTY = "1000000000"
EXACT = Options(gap=0, seconds=60)
Decision = Mapping[Hashable, Any]


def decisions(round_: Round) -> dict[str, Decision]:
    run = match(round_, EXACT)
    if "decisions" not in run.tables:
        return {}
    return {row["proposal_id"]: row for row in run.tables["decisions"].to_dict("records")}


def without(round_: Round, decision: Decision, named: list[str]) -> Round:
    """Give the round without what a decision's reason names."""
    parts = round_.given()
    tables = {
        name: [row.given() for row in getattr(round_, name)] for name in ("pools", "proposals")
    }
    policy = round_.policy.given()
    mine = next(r for r in tables["proposals"] if r["proposal_id"] == decision["proposal_id"])
    match decision["decision"]:
        case "withdrawn" | "disqualified" | "deferred":
            mine.pop("status")
        case "not_scored":
            mine["score"] = round_.policy.score_max
        case "below_threshold":
            policy.pop("score_threshold")
        case "no_matching_pool" | "held_for_review":
            for row in (*tables["pools"], *tables["proposals"]):
                if row is mine or "pool_id" in row:
                    for term in named:
                        if "pool_id" in row or term in ("accepts_donor_kinds", "refuses_donors"):
                            row.pop(term, None)
        case "reserve_list":
            # Money and grants are what is named; targets are set aside in what the word means.
            parts["targets"] = []
            for row in tables["pools"]:
                if row["pool_id"] in named:
                    row["budget"] = PLENTY
                    row.pop("max_grants", None)
        case "not_funded":
            found = round_
            for constraint in named:
                found = lifted(found, constraint)
            if "C2" in named:
                # A request below one grant step can have no award at all.
                free = found.policy.given()
                free.pop("grant_step", None)
                found = Round.model_validate({**found.given(), "policy": free})
            return found
    return Round.model_validate({**parts, **tables, "policy": policy})


@pytest.mark.parametrize(
    "rounds", [range(ROUNDS), pytest.param(range(ROUNDS, MORE_ROUNDS), marks=pytest.mark.slow)]
)
def test_lifting_what_a_reason_names_exposes_the_next_reason_or_funds_it(rounds: range) -> None:
    seen: Counter[str] = Counter()

    for seed in rounds:
        round_ = round_of(oracle.random_round(Random(f"reasons {seed}").randint))
        for decision in decisions(round_).values():
            named = [name for name in decision["binding"].split(";") if name]
            if (
                decision["decision"] in ("funded", "partially_funded")
                or float(decision["score"] or 1) == 0
                or float(decision["requested"]) == 0
            ):  # What has no merit, or asks for nothing, is not funded whatever is lifted.
                continue
            after = decisions(without(round_, decision, named)).get(decision["proposal_id"])
            if after is None:
                continue
            seen[decision["decision"]] += 1
            still = set(named) & set(after["binding"].split(";"))
            funded = after["decision"] in ("funded", "partially_funded")
            assert funded or after["decision"] != decision["decision"] or not still, (
                decision,
                after,
            )

    assert {word for word, count in seen.items() if count >= 5} >= {
        "below_threshold", "no_matching_pool", "held_for_review", "reserve_list", "not_funded",
    }  # fmt: skip
