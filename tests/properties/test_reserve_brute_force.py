"""The reserve list, open and with promises kept, against all plans of tiny rounds."""

from collections import Counter
from copy import deepcopy
from random import Random
from typing import Any

import pytest

from matcher.explaining.reserve.reserve import reserve_after
from matcher.explaining.reserve.rounds import promises_of, without
from matcher.explaining.solves.base import base_of
from matcher.explaining.solves.forcing import totals
from matcher.results import Options
from tests import oracle
from tests.properties.built import round_of

EXACT = Options(gap=0, seconds=600, workers=1)
Document = dict[str, Any]
Gone = tuple[list[str], list[str], Document]
"""Proposals and pools that are gone, and the document without them."""


def quiet(_said: str) -> None:
    """Tell nothing."""


def withdrawn(document: Document, proposal_id: str) -> Document:
    """Give a document as a coordinator would change it where a proposal is withdrawn."""
    changed = deepcopy(document)
    for row in changed["proposals"]:
        if row["proposal_id"] == proposal_id:
            row["status"] = "withdrawn"
    pairs = [
        row
        for row in changed.pop("pairs", [])
        if row.get("proposal_id") != proposal_id or row.get("status") not in ("pin", "accepted")
    ]
    return changed | ({"pairs": pairs} if pairs else {})


def dropped(document: Document, pool_id: str) -> Document:
    """Give a document as a coordinator would change it where a pool drops out."""
    changed = deepcopy(document)
    changed["pools"] = [row for row in changed["pools"] if row["pool_id"] != pool_id]
    pairs = [row for row in changed.pop("pairs", []) if row.get("pool_id") != pool_id]
    targets = [t for t in changed["round"].pop("targets", []) if t.get("pool") != pool_id]
    changed["round"] |= {"targets": targets} if targets else {}
    return changed | ({"pairs": pairs} if pairs else {})


def best(document: Document, promises: dict[str, int]) -> list[Any] | None:
    """Give L1 and L2 of the best plan that keeps promises, by enumeration; None without any."""
    found = []
    for awards in oracle.feasible_awards(document):
        got = totals(awards)
        if all(got.get(name, 0) >= units for name, units in promises.items()):
            found.append(counted(document, awards))
    return max(found, key=oracle.rank, default=None)


def counted(document: Document, awards: dict[tuple[str, str], int]) -> list[Any]:
    return [level for level in oracle.objective(document, awards) if level[0] in ("L1", "L2")]


def agree(first: int, count: int) -> Counter[str]:
    seen: Counter[str] = Counter()
    for seed in range(first, first + count):
        document = oracle.random_round(Random(f"reserve {seed}").randint)
        if not oracle.awardable(document):
            continue
        base = base_of(round_of(document), {}, EXACT, quiet)
        if base is None or not base.awards:
            continue
        base = base_of(base.round, base.awards, EXACT, quiet)
        assert base is not None
        proposal = sorted(base.funded)[seed % len(base.funded)]
        pools = [row["pool_id"] for row in document["pools"]]
        gone: list[Gone] = [([proposal], [], withdrawn(document, proposal))]
        if len(pools) > 1:
            pool = pools[seed % len(pools)]
            gone.append(([], [pool], dropped(document, pool)))
        for names, envelopes, changed in gone:
            for keeping in (False, True):
                found = reserve_after(base, names, envelopes, quiet, keeping)
                kept = without(base.round, names, envelopes)
                promises = promises_of(kept, base.given, names, envelopes) if keeping else {}
                expected = best(changed, promises)
                what = "keeping" if keeping else "open"
                assert found.ended == ("impossible" if expected is None else "plan"), seed
                if expected is not None:
                    assert oracle.check(changed, found.awards) == [], seed
                    assert counted(changed, dict(found.awards)) == expected, (seed, what)
                    assert found.exact
                seen[f"{what} {found.ended}"] += 1
                seen["entering"] += bool(found.order)
    return seen


def test_the_reserve_list_equals_the_brute_force() -> None:
    seen = agree(0, 40)
    assert min(seen["open plan"], seen["keeping plan"]) >= 30, seen
    assert seen["entering"] >= 5, seen


@pytest.mark.slow
def test_the_reserve_list_equals_the_brute_force_on_many_rounds() -> None:
    seen = agree(10_000, 400)
    assert min(seen["open impossible"], seen["keeping impossible"], seen["entering"]) >= 10, seen
