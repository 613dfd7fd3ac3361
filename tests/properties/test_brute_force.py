"""Tiny rounds against a brute force that shares no code with solver or verifier."""

from collections import Counter
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, seed, settings
from hypothesis import strategies as st

from matcher.eligibility import Verdict, eligibility_of
from matcher.solving import one_level
from matcher.solving.cp_sat import Effort, Solved
from matcher.solving.exact_steps import ExactSteps
from matcher.solving.reckoning import State
from matcher.verify import levels_of as levels_by_verifier
from matcher.verify import verify_awards
from tests import oracle
from tests.properties.built import levels_of, matched, problem_in, round_of, solved
from tests.properties.loosening import loosenings

ROUNDS = 2000
SOME, BROKEN = 500, 800
"""What is run each time, of rounds and of awards; the rest with all that takes longer."""
LEAST_OF = 40
"""In one of so many rounds each constraint must change the answer, or the test says little."""
BROKEN_OF = 200
"""In one of so many awards each constraint must be broken."""
LONGER = pytest.param(ROUNDS, marks=pytest.mark.slow)

AS_USUAL = settings.get_current_profile_name() == "same"
thorough = settings(
    max_examples=ROUNDS,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
many = settings(thorough, max_examples=150 if AS_USUAL else 500)

Document = dict[str, Any]


@pytest.mark.parametrize("amount", [SOME, LONGER])
def test_levels_equal_the_brute_force_and_every_constraint_counts(amount: int) -> None:
    matters: Counter[str] = Counter()
    rounds, least = 0, amount // LEAST_OF

    @settings(thorough, max_examples=amount)
    @given(oracle.tiny_rounds())
    def agrees(document: Document) -> None:
        nonlocal rounds
        best = oracle.solve(document)
        found = solved(document)
        assert (found.status == "infeasible") == (not best.feasible)
        if best.feasible:
            assert found.status == "optimal"
            assert levels_of(found) == best.levels
        rounds += 1
        rare = [name for name in oracle.CONSTRAINTS if matters[name] < least]
        matters.update(oracle.which_constraints_matter(document, rare))

    agrees()
    assert rounds >= amount
    assert {c: n for c in oracle.CONSTRAINTS if (n := matters[c]) < least} == {}


def test_levels_equal_the_brute_force_where_the_exact_solver_is_given_no_time_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    branched, by_flags = Counter[str](), ExactSteps.by_flags

    def counted(steps: ExactSteps, state: State, so_far: Solved, effort: Effort) -> Solved:
        branched[steps.reckoning.objective.level] += 1
        return by_flags(steps, state, so_far, effort)

    monkeypatch.setattr(ExactSteps, "by_flags", counted)
    monkeypatch.setattr(one_level, "QUICK", 0.0)

    @many
    @given(oracle.tiny_rounds())
    def agrees(document: Document) -> None:
        best, found = oracle.solve(document), solved(document)
        assert (found.status == "infeasible") == (not best.feasible)
        if best.feasible:
            assert found.status == "optimal"
            assert levels_of(found) == best.levels

    agrees()
    assert min(branched[level] for level in ("L1", "L2", "L3", "L4")) > 5, branched


@many
@given(oracle.tiny_rounds())
def test_a_whole_run_gives_one_of_the_best_awards(document: Document) -> None:
    best = oracle.solve(document)
    run = matched(document)
    assert (run.status == "infeasible") == (not best.feasible)
    assert not best.feasible or dict(run.awards) in best.optima


@many
@given(oracle.tiny_rounds())
def test_verdicts_and_awardable_pairs_equal_the_brute_force(document: Document) -> None:
    problem = problem_in(document)
    table = eligibility_of(problem.round)
    assert oracle.verdicts(document) == {
        (pool, proposal): Verdict(int(table.verdicts[p, j])).name
        for p, pool in enumerate(table.pool_ids)
        for j, proposal in enumerate(table.proposal_ids)
    }
    pairs = problem.pairs
    assert oracle.awardable(document) == {
        (problem.pools.ids[pairs.pool[pair]], problem.proposals.ids[pairs.proposal[pair]])
        for pair in range(len(pairs))
        if pairs.allowed[pair]
    }


@many
@given(oracle.tiny_rounds(), st.integers(0, 2**32))
def test_the_order_of_rows_never_matters(document: Document, chance: int) -> None:
    dice, shuffled = Random(chance), deepcopy(document)
    for table in (*(t for t in shuffled if t != "round"), "targets"):
        rows = shuffled["round"].get("targets", []) if table == "targets" else shuffled[table]
        dice.shuffle(rows)
    one, other = round_of(document), round_of(shuffled)
    assert one.content_hash == other.content_hash
    first, second = solved(document), solved(shuffled)
    assert (first.status, levels_of(first)) == (second.status, levels_of(second))
    if first.amounts is not None and second.amounts is not None:
        assert first.amounts.tolist() == second.amounts.tolist()


@many
@given(oracle.tiny_rounds(), st.data())
def test_loosening_one_hard_bound_never_worsens_the_levels(
    document: Document, data: st.DataObject
) -> None:
    ways = list(loosenings(document))
    assume(ways)
    tight = solved(document)
    assume(tight.status == "optimal")
    _, changed = data.draw(st.sampled_from(ways), "loosened")
    loose = solved(changed)
    assert loose.status == "optimal"
    assert oracle.rank(levels_of(loose)) >= oracle.rank(levels_of(tight))


@st.composite
def mutations(draw: st.DrawFn) -> tuple[Document, dict[tuple[str, str], int]]:
    """Draw a round with awards that were feasible before up to three changes, or none."""
    document = draw(oracle.tiny_rounds())
    every = oracle.feasible_awards(document)
    awards = dict(draw(st.sampled_from(every))) if every else {}
    pools = [row["pool_id"] for row in document["pools"]]
    proposals = [row["proposal_id"] for row in document["proposals"]]
    step = max(1, problem_in(document).unit)
    for _ in range(draw(st.integers(0, 3))):
        pair = draw(st.sampled_from(pools)), draw(st.sampled_from(proposals))
        change = draw(st.sampled_from(("more", "less", "drop", "move", "crumb")))
        amount = awards.get(pair, 0)
        if change == "drop":
            awards.pop(pair, None)
        elif change == "move":
            other = draw(st.sampled_from(pools)), pair[1]
            awards[other] = awards.get(other, 0) + awards.pop(pair, 0)
        else:
            by = {"more": step, "less": -step, "crumb": 1}[change]
            awards[pair] = amount + by * draw(st.integers(1, 3))
    return document, {pair: amount for pair, amount in awards.items() if amount > 0}


@pytest.mark.parametrize("part", range(2))
@pytest.mark.parametrize("amount", [BROKEN, LONGER])
def test_the_verifier_finds_what_the_brute_force_finds_broken(part: int, amount: int) -> None:
    seen: Counter[str] = Counter()

    @seed(part)
    @settings(many, derandomize=False, database=None, max_examples=amount)
    @given(mutations())
    def agrees(mutated: tuple[Document, dict[tuple[str, str], int]]) -> None:
        document, awards = mutated
        round_ = round_of(document)
        expected = {name for name, _, _ in oracle.check(document, awards)}
        checked = verify_awards(round_, awards)
        assert {violation.constraint for violation in checked.violations} == expected
        assert checked.holds == (not expected)
        found = [(v.level, v.key, v.value) for v in levels_by_verifier(round_, awards)]
        assert found == oracle.objective(document, awards)
        seen.update(expected or {"none"})

    agrees()
    every = {"none", "step", *oracle.CONSTRAINTS}
    assert {name for name in every if seen[name] < amount // BROKEN_OF} == set()
