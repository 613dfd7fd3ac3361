"""Conflicts of random rounds are minimal, and changes are enough with nothing to spare."""

from collections import Counter
from copy import deepcopy
from math import inf
from random import Random
from time import monotonic
from typing import Any

import pytest

from matcher import Options, match
from matcher.allocation.problem import problem_of
from matcher.domain import Round
from matcher.eligibility import eligibility_of
from matcher.explaining.relaxing.levers import levers_of
from matcher.explaining.relaxing.of_targets import least_of_target
from matcher.explaining.relaxing.relaxing import ConflictExplained, explain_conflict
from matcher.explaining.relaxing.search import Asking
from matcher.solving.conflict import conflict_of
from matcher.solving.cp_sat import Effort
from matcher.solving.cp_sat import solve as solve_exactly
from matcher.solving.formulation import formulate
from matcher.verify import verify_awards
from tests import oracle
from tests.properties.built import round_of

EXACT = Options(gap=0, seconds=120)
Group = tuple[str, str]


def infeasible(first: int, last: int) -> list[dict[str, Any]]:
    """Give the random rounds of some seeds of which the brute force finds no award."""
    drawn = [oracle.random_round(Random(seed)) for seed in range(first, last)]
    return [document for document in drawn if not oracle.solve(document).feasible]


def holds(round_: Round, kept: set[Group]) -> bool:
    """Say whether constraints hold together: the textbook model, its other rows left out."""
    model = formulate(problem_of(round_, eligibility_of(round_)), tight=False, soft=()).model
    groups = list(zip(model.constraint.tolist(), model.names(), strict=True))
    low, high = model.low.copy(), model.high.copy()
    for row, group in enumerate(groups):
        if group[0] and group not in kept:
            low[row], high[row] = -(2**62), 2**62
    freed = type(model)(
        model.lower, model.upper, model.start, model.column, model.coefficient, low, high,
        model.constraint,
    )  # fmt: skip
    none = model.lower * 0
    solved = solve_exactly(freed, none, True, Effort(60, 1e9, 0.0, 1, 0))
    assert solved.columns is not None or solved.ended == "infeasible"
    return solved.columns is not None


def check_minimal(first: int, last: int) -> int:
    sizes: Counter[int] = Counter()
    for document in infeasible(first, last):
        round_ = round_of(document)
        problem = problem_of(round_, eligibility_of(round_))
        found = conflict_of(problem, EXACT, monotonic() + 60)
        assert found is not None and found.minimal
        members = {(member.constraint, member.subject) for member in found.members}
        assert not holds(round_, members)
        for member in members:
            assert holds(round_, members - {member})
        sizes[len(members)] += 1
    assert sum(count for size, count in sizes.items() if size > 1) > 3
    return sum(sizes.values())


def check_changes(first: int, last: int) -> int:
    kinds: Counter[str] = Counter()
    for document in infeasible(first, last):
        round_ = round_of(document)
        found = explain_conflict(round_, EXACT, lambda _words: None)
        assert found is not None and not found.ended
        check_each(round_, found, kinds)
        check_together(round_, found)
    assert len(kinds) > 3
    return sum(kinds.values())


def check_each(round_: Round, found: ConflictExplained, kinds: Counter[str]) -> None:
    """Hold every change that is said to be enough against whole runs, and one step less, too."""
    for change in found.conflicts[0].relaxations:
        if change.repairs != "round":
            continue
        assert change.exact and change.steps is not None
        enough = match(change.lever.changed(round_, change.steps), EXACT)
        assert enough.status == "optimal"
        assert match(change.lever.changed(round_, change.steps - 1), EXACT).status == "infeasible"
        kinds[change.lever.kind] += 1


def check_together(round_: Round, found: ConflictExplained) -> None:
    """Hold changes that are said to be complete against a run of the round with all of them."""
    if not found.complete:
        return
    for change in found.changes:
        assert change.steps is not None
        round_ = change.lever.changed(round_, change.steps)
    run = match(round_, EXACT)
    assert run.status == "optimal"
    assert verify_awards(round_, run.awards).holds


def test_every_member_of_a_conflict_is_needed_and_all_of_them_conflict() -> None:
    assert check_minimal(0, 300) > 30


def test_every_change_told_is_enough_and_one_step_less_is_not() -> None:
    assert check_changes(0, 120) > 20


def test_changes_found_in_part_and_by_mending_a_plan_are_enough_and_one_step_less_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What large rounds are asked, asked of small ones, where it can be held against whole runs."""
    for module in ("relaxing", "search"):
        monkeypatch.setattr(f"matcher.explaining.relaxing.{module}.SMALL", 0)
    told = 0
    for document in infeasible(0, 120):
        round_ = round_of(document)
        found = explain_conflict(round_, EXACT, lambda _words: None)
        assert found is not None
        check_together(round_, found)
        for change in found.conflicts[0].relaxations:
            if change.repairs != "round" or change.steps is None:
                continue
            changed = change.lever.changed
            assert match(changed(round_, change.steps), EXACT).status == "optimal"
            assert match(changed(round_, change.least - 1), EXACT).status == "infeasible"
            told += 1
    assert told > 20


def test_a_target_gives_way_by_what_is_enough_and_by_less_than_it_needs_there_is_no_plan() -> None:
    """Each kind of bound, as large rounds are asked for it: amounts, counts, shares of both."""
    seen = set()
    for document in infeasible(0, 400):
        round_ = round_of(document)
        asking = Asking(eligibility_of(round_), EXACT, inf)
        found = conflict_of(asking.problem(round_), EXACT, inf)
        assert found is not None
        for lever in (lever for member in found.members for lever in levers_of(round_, member)):
            least = least_of_target(round_, lever, asking)
            if least is None:
                continue
            assert least.steps is not None
            assert match(lever.changed(round_, least.steps), EXACT).status == "optimal"
            assert match(lever.changed(round_, least.low - 1), EXACT).status == "infeasible"
            target = next(t for t in round_.targets if t.id == lever.about["target_id"])
            seen.add((lever.bound, target.of) if "share" in lever.bound else lever.bound)
    assert seen >= {"min_count", "min_amount", ("min_share", "budget"), ("max_share", "awarded")}


@pytest.mark.slow
@pytest.mark.parametrize("part", range(8))
def test_hundreds_of_conflicts_are_minimal_and_their_changes_enough(part: int) -> None:
    assert check_minimal(1000 + 400 * part, 1400 + 400 * part) > 30
    assert check_changes(1000 + 400 * part, 1400 + 400 * part) > 30


def test_a_target_is_lowered_by_as_much_as_the_brute_force_asks() -> None:
    """The bound of a target loosened, and the brute force asked: it shares no code with the solver.

    Counts and amounts are stated in a document as they stand in the round, so that the change can
    be written into it.
    """
    seen = 0
    for document in infeasible(0, 400):
        found = explain_conflict(round_of(document), EXACT, lambda _words: None)
        assert found is not None
        for change in found.conflicts[0].relaxations:
            lever = change.lever
            if change.repairs != "round" or lever.kind != "target" or change.steps is None:
                continue
            for steps, feasible in ((change.steps, True), (change.steps - 1, False)):
                changed = deepcopy(document)
                rows = changed["round"]["targets"]
                (row,) = [row for row in rows if row["id"] == lever.about["target_id"]]
                row[lever.bound] = format(lever.value(steps), "f")
                assert oracle.solve(changed).feasible is feasible
            seen += 1
    assert seen > 10
