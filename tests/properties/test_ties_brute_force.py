"""Which proposals every best plan funds, against all best plans of tiny rounds."""

from collections import Counter
from random import Random
from typing import Any

import pytest

from matcher.explaining.solves.base import Base, base_of
from matcher.explaining.solves.claim import Funded
from matcher.explaining.ties.prices import settled_by_prices
from matcher.explaining.ties.ties import ties
from matcher.results import Options
from matcher.solving.cp_sat import Effort
from tests import oracle
from tests.properties.built import round_of

EXACT = Options(gap=0, seconds=600, workers=1)
MERIT = ("L1", "L2")
"""What best is counted by."""


def quiet(_said: str) -> None:
    """Tell nothing."""


def base_in(document: dict[str, Any]) -> Base | None:
    """Give a tiny round with its best plan; None where there is no plan, or no pair to award."""
    if not oracle.awardable(document):
        return None
    return base_of(round_of(document), {}, EXACT, quiet)


def alike(document: dict[str, Any]) -> dict[str, Any]:
    """Give all proposals the same score and no tier, so that many plans are as good."""
    for row in document["proposals"]:
        for column in [name for name in row if name.startswith("score_") or name == "tier"]:
            del row[column]
        row["score"] = "8"
    document.pop("reviews", None)
    pairs = [row for row in document.pop("pairs", []) if "score" not in row]
    return document | ({"pairs": pairs} if pairs else {})


def best_plans(document: dict[str, Any]) -> list[set[str]]:
    """Give who is funded in each plan that is best by L1 and L2, by enumeration."""
    plans = [
        (_counted(oracle.objective(document, awards)), {proposal for _, proposal in awards})
        for awards in oracle.feasible_awards(document)
    ]
    best = max(rank for rank, _ in plans)
    return [funded for rank, funded in plans if rank == best]


def _counted(levels: list[oracle.Level]) -> Any:
    return oracle.rank([level for level in levels if level[0] in MERIT])


def expected(proposal: str, plans: list[set[str]]) -> Funded:
    inside = sum(proposal in funded for funded in plans)
    return "all" if inside == len(plans) else "some" if inside else "none"


def agree(first: int, count: int) -> Counter[str]:
    """Hold so many tiny rounds against enumeration, three in four of them with many ties."""
    seen: Counter[str] = Counter()
    for seed in range(first, first + count):
        dice = Random(f"ties {seed}")
        document = oracle.random_round(dice.randint)
        document = alike(document) if seed % 4 else document
        base = base_in(document)
        if base is None:
            seen["impossible"] += 1
            continue
        found = ties(base, quiet)
        plans = best_plans(document)
        assert found.proven
        seen["by prices"] += priced(base, plans)
        for proposal, funded in found.funded.items():
            assert funded == expected(proposal, plans), (seed, proposal)
            seen[funded] += 1
        for row in document["proposals"]:
            if row["proposal_id"] not in found.funded:
                assert expected(row["proposal_id"], plans) == "none"
        for plan in found.plans:
            assert {proposal for _, proposal in plan} in plans
    return seen


def priced(base: Base, plans: list[set[str]]) -> int:
    """Count what prices alone settle, each as enumeration has it."""
    effort = Effort(60.0, 1e9, 0.0, 1, 0)
    found = settled_by_prices(base.problem, base.worth.values, effort)
    if found is None:
        return 0
    for place, proposal in enumerate(base.problem.proposals.ids):
        if found.always[place]:
            assert expected(proposal, plans) == "all"
        if found.never[place]:
            assert expected(proposal, plans) == "none"
    return int(found.always.sum() + found.never.sum())


def test_who_is_funded_in_all_some_or_none_of_the_best_plans_equals_the_brute_force() -> None:
    seen = agree(0, 60)
    assert min(seen[funded] for funded in ("all", "some", "none")) >= 8, seen
    assert seen["unknown"] == 0
    assert seen["by prices"] >= 20, seen


@pytest.mark.slow
def test_who_is_funded_in_the_best_plans_equals_the_brute_force_on_a_thousand_rounds() -> None:
    seen = agree(10_000, 1000)
    assert min(seen[funded] for funded in ("all", "some", "none")) >= 100, seen
