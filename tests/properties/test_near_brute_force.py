"""Staying near an earlier result, on tiny rounds, against counting every award's changes."""

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import Options
from matcher.results import StayNear
from matcher.solving import Outcome, Ways, solve_exactly
from matcher.verify import Nearness, verify_awards
from tests import oracle
from tests.oracle.nearness import NearBest, changes, near_best
from tests.properties.built import levels_of, many, problem_in, round_of

BY_PARTS = Ways(small=0)
SEARCH_ALONE = Ways(small=0, moderate=0, exact=False)
AS_IF_VAST = replace(SEARCH_ALONE, vast=0, section=2)
PRICES = ("0.5", "1", "3.25", "10", "40")


@dataclass(frozen=True)
class Case:
    """A tiny round, what an earlier result had, and how near it is to be stayed."""

    document: dict[str, Any]
    feasible: list[dict[tuple[str, str], int]]
    before: dict[tuple[str, str], int]
    at_most: int | None
    price: Decimal | None

    @property
    def best(self) -> NearBest:
        price = None if self.price is None else Fraction(self.price)
        return near_best(self.document, self.feasible, self.before, self.at_most, price)

    @property
    def wanted(self) -> StayNear:
        awards = tuple(sorted((pool, j, units) for (pool, j), units in self.before.items()))
        return StayNear(awards, "sha256:made up", self.at_most, self.price)

    def solved(self, ways: Ways) -> Outcome:
        return solve_exactly(
            problem_in(self.document), Options(gap=0, stay_near=self.wanted), ways=ways
        )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a round, and a plan of it with up to three things that it lacks or does not allow."""
    document = draw(oracle.tiny_rounds())
    feasible, unit = oracle.feasible_awards(document), problem_in(document).unit
    before = dict(draw(st.sampled_from(feasible))) if feasible else {}
    pools = [row["pool_id"] for row in document["pools"]]
    proposals = [row["proposal_id"] for row in document["proposals"]]
    for _ in range(draw(st.sampled_from((0, 1, 2, 3)))):
        pair = draw(st.sampled_from(pools)), draw(st.sampled_from(proposals))
        change = draw(st.sampled_from(("drop", "more", "crumb", "no pool", "no proposal")))
        if change == "drop":
            before.pop(pair, None)
        elif change == "no pool":
            before["GONE", pair[1]] = unit
        elif change == "no proposal":
            before[pair[0], "GONE"] = unit
        else:
            before[pair] = before.get(pair, 0) + (unit if change == "more" else 1)
    limit = draw(st.sampled_from(("changes", "price", "both")))
    price = Decimal(draw(st.sampled_from(PRICES))) * unit / 100 if limit != "changes" else None
    at_most = draw(st.sampled_from((0, 0, 1, 2))) if limit != "price" else None
    return Case(document, feasible, before, at_most, price)


def agrees(case: Case, seen: Counter[str]) -> None:
    """Assert that the exact way gives what counting gives, with the fewest changes of all."""
    best, found = case.best, case.solved(Ways())
    if not best.optima:
        assert found.status == "infeasible"
        assert found.changes_needed == best.needed
        seen["too few" if best.needed is not None else "infeasible"] += 1
        return
    assert found.status == "optimal"
    assert found.amounts is not None
    assert levels_of(found) == best.levels
    assert problem_in(case.document).awards(found.amounts) in best.optima
    free = near_best(case.document, case.feasible, case.before, None, None)
    seen["binds" if free.levels != best.levels else "idle"] += 1


def test_the_best_plan_near_an_earlier_result_is_what_counting_finds() -> None:
    seen: Counter[str] = Counter()
    many(150)(given(cases())(lambda case: agrees(case, seen)))()
    assert min(seen[name] for name in ("too few", "binds", "idle")) >= 3, seen


@pytest.mark.slow
def test_the_best_plan_near_an_earlier_result_is_what_counting_finds_in_many_rounds() -> None:
    seen: Counter[str] = Counter()
    many(2000)(given(cases())(lambda case: agrees(case, seen)))()
    assert min(seen[name] for name in ("too few", "binds", "idle", "infeasible")) >= 50, seen


def merits(levels: list[oracle.Level]) -> list[oracle.Level]:
    return [level for level in levels if level[0] in ("L1", "L2")]


@many(60)
@given(cases())
def test_the_way_of_larger_rounds_reaches_the_same_targets_and_merit(case: Case) -> None:
    best, found = case.best, case.solved(BY_PARTS)
    if not best.optima:
        assert (found.status, found.changes_needed) == ("infeasible", best.needed)
        return
    assert found.status == "optimal"
    assert merits(levels_of(found)) == merits(best.levels)


@pytest.mark.parametrize("ways", [SEARCH_ALONE, AS_IF_VAST])
def test_a_search_alone_stays_near_and_never_claims_a_bound_that_counting_passes(
    ways: Ways,
) -> None:
    many(35)(given(cases())(lambda case: searches(case, ways)))()


def searches(case: Case, ways: Ways) -> None:
    """Assert that a plan is near, and that no bound is passed by the best one."""
    best, found = case.best, case.solved(ways)
    assert found.status != "infeasible" or not best.optima
    if found.amounts is None:
        return
    round_ = oracle.read(case.document)
    awards = problem_in(case.document).awards(found.amounts)
    assert awards in case.feasible
    assert case.at_most is None or len(changes(round_, case.before, awards)) <= case.at_most
    for level, proven in zip(found.levels, best.levels, strict=True):
        up = level.level in ("L2", "L3")
        assert level.bound is None or (level.bound >= proven[2] if up else level.bound <= proven[2])
        if level.value != proven[2]:
            break


@many(120)
@given(cases(), st.data())
def test_the_verifier_counts_the_changes_that_counting_finds(
    case: Case, data: st.DataObject
) -> None:
    if not case.feasible:
        return
    after = data.draw(st.sampled_from(case.feasible), "awards")
    counted = changes(oracle.read(case.document), case.before, after)
    price = None if case.price is None else Fraction(case.price)
    nearness = Nearness(case.before, case.at_most, price)
    checked = verify_awards(round_of(case.document), after, nearness=nearness)
    over = Fraction(0 if case.at_most is None else max(0, len(counted) - case.at_most))
    assert [(v.constraint, v.by) for v in checked.violations] == [("near", over)] * (over > 0)
    levels = [(level.level, level.key, level.value) for level in checked.levels]
    assert levels == near_best(case.document, [after], case.before, None, price).levels
