"""The ranked list against its definition, worked through by brute force on tiny rounds."""

from collections import Counter
from copy import deepcopy
from typing import Any

import numpy as np
from hypothesis import given

from matcher.allocation.problem import Problem
from matcher.allocation.ranked_list import Ranked, rank
from matcher.allocation.rows import hard_rows
from matcher.solving.payable import Payments
from matcher.solving.repaying import Relaxation
from tests import oracle
from tests.properties.built import many, problem_in

Document = dict[str, Any]
Totals = dict[str, int]


def test_each_gets_the_largest_payable_amount_and_every_way_of_finding_it_is_used(
    monkeypatch: Any,
) -> None:
    ways: Counter[str] = Counter()
    for name in ("bound", "near", "settle"):
        _count(monkeypatch, name, ways)

    @many(1000)
    @given(oracle.tiny_rounds())
    def agrees(document: Document) -> None:
        problem = problem_in(document)
        ranked = rank(problem, Payments())
        expected = _by_brute_force(document, problem)
        assert (None if ranked is None else _totals(problem, ranked)) == expected
        assert ranked is None or not ranked.open_

    agrees()
    assert min(ways[name] for name in ("bound", "near", "settle")) > 20


@many(1000)
@given(oracle.tiny_rounds())
def test_what_is_not_searched_for_is_said_to_be_open(document: Document) -> None:
    problem = problem_in(document)
    ranked = rank(problem, Payments(work=0.0))
    expected = _by_brute_force(document, problem)
    if ranked is None or expected is None:
        assert ranked is None
        assert expected is None
        return
    assert _keeps(problem, ranked)
    found = _totals(problem, ranked)
    for proposal in _order(problem):
        more = ranked.open_.get(proposal, 0) * problem.unit
        name = problem.proposals.ids[proposal]
        if found.get(name, 0) != expected.get(name, 0):
            assert found.get(name, 0) < expected.get(name, 0) <= found.get(name, 0) + more
            return


def _by_brute_force(document: Document, problem: Problem) -> Totals | None:
    """Go down the list through every award that keeps all but the floors of hard targets."""
    plans = [_sums(awards) for awards in oracle.feasible_awards(_without_floors(document))]
    pinned = {
        problem.proposals.ids[j] for j in problem.pairs.proposal[problem.pairs.pinned].tolist()
    }
    kept: Totals = {}
    for proposal in _order(problem):
        name = problem.proposals.ids[proposal]
        waiting = pinned - set(kept)
        open_ = [
            plan.get(name, 0)
            for plan in plans
            if all(plan.get(other, 0) == total for other, total in kept.items())
            and set(plan) <= {name, *kept, *waiting}
        ]
        most = max(open_, default=0)
        if most:
            kept[name] = most
        elif name in pinned:
            return None
    return kept


def _without_floors(document: Document) -> Document:
    changed = deepcopy(document)
    targets = changed["round"].get("targets", [])
    for target in targets:
        if target.get("strictness", "hard") == "hard":
            for bound in ("min_share", "min_amount", "min_count"):
                target.pop(bound, None)
    changed["round"]["targets"] = [
        target for target in targets if any(key[:4] in ("min_", "max_") for key in target)
    ]
    return changed


def _order(problem: Problem) -> list[int]:
    pairs, proposals = problem.pairs, problem.proposals
    first = set(pairs.proposal[pairs.pinned | pairs.accepted].tolist())
    return sorted(
        set(pairs.proposal.tolist()),
        key=lambda j: (j not in first, proposals.tier[j], -proposals.score[j], proposals.ids[j]),
    )


def _sums(awards: dict[tuple[str, str], int]) -> Totals:
    sums: Counter[str] = Counter()
    for (_, proposal), amount in awards.items():
        sums[proposal] += amount
    return {proposal: total for proposal, total in sums.items() if total}


def _totals(problem: Problem, ranked: Ranked) -> Totals:
    return _sums(problem.awards(ranked.amounts))


def _keeps(problem: Problem, ranked: Ranked) -> bool:
    funded = np.zeros(len(problem.proposals.ids), np.bool_)
    funded[problem.pairs.proposal[ranked.amounts > 0]] = True
    return all(
        row.high is None or row.value(ranked.amounts, funded) <= row.high
        for row in hard_rows(problem)
    )


def _count(monkeypatch: Any, name: str, ways: Counter[str]) -> None:
    method = getattr(Relaxation, name)

    def counted(self: Relaxation, *given: Any) -> Any:
        ways[name] += 1
        return method(self, *given)

    monkeypatch.setattr(Relaxation, name, counted)
