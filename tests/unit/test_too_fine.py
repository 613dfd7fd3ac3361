"""A round whose sums pass 64 bits is refused with what is too fine, and where it stands."""

from typing import Any

import pytest

from matcher import Options, match
from matcher.allocation.problem import problem_of
from matcher.allocation.rows import too_fine
from matcher.domain import Round
from matcher.eligibility import eligibility_of
from matcher.errors import InvalidRound, Problem
from matcher.pipeline.too_fine import placed

LARGE = "80000000000"
FINE = "AZ-BA:0.66666667;AZ-GA:0.33333333"


def a_round(pool: dict[str, str] | None = None, **parts: Any) -> Round:
    """Give a round that asks for as much as may be asked for."""
    document: dict[str, Any] = {
        "id": "made-up",
        "currency": "AZN",
        "decision_date": "2026-03-01",
        "donors": [{"donor_id": "D", "name": "Fund", "kind": "foundation"}],
        "pools": [{"pool_id": "P", "donor_id": "D", "name": "Gifts", "currency": "AZN",
                   "budget": LARGE} | (pool or {})],
        "organisations": [{"org_id": "O", "name": "Union"}],
        "proposals": [
            {"proposal_id": f"B{n}", "org_id": "O", "title": f"Work {n}", "currency": "AZN",
             "requested": LARGE, "minimum": "1000.01", "score": "80", "regions": FINE}
            for n in range(2)
        ],
    }  # fmt: skip
    return Round.model_validate(document | parts)


def refused(pool: dict[str, str] | None = None, **parts: Any) -> list[Problem]:
    """Give the problems for which such a round is refused."""
    with pytest.raises(InvalidRound) as caught:
        match(a_round(pool, **parts), Options(gap=0))
    return list(caught.value.problems)


def test_a_share_of_a_project_that_is_too_fine_is_named_once_and_no_target() -> None:
    (problem,) = refused({"max_project_share": "0.123456789"})
    assert (problem.file, problem.column, problem.value) == (
        "pools", "max_project_share", "0.123456789",
    )  # fmt: skip
    assert problem.what.startswith("(of P) is so fine")
    assert problem.remedy == "Give it with fewer decimals, or set policy.grant_step."


@pytest.mark.parametrize("strictness", ["hard", "soft"])
def test_shares_of_regions_that_are_too_fine_are_named_where_they_stand(strictness: str) -> None:
    target = {"id": "t", "where": {"region": ["AZ-GA"]}, "min_share": "0.1",
              "strictness": strictness}  # fmt: skip
    (problem,) = refused(targets=[target])
    assert (problem.file, problem.column, problem.value) == ("proposals", "regions", FINE)


def test_a_bound_that_is_too_fine_is_named_with_its_target() -> None:
    target = {"id": "t", "where": {"proposal": ["B0"]}, "min_share": "0.12345678901234567",
              "of": "awarded"}  # fmt: skip
    (problem,) = refused(targets=[target])
    assert (problem.file, problem.column, problem.value) == (
        "round", "targets.min_share", "0.12345678901234567",
    )  # fmt: skip
    assert problem.what.startswith("(of t) is so fine")


def test_amounts_that_are_too_large_together_are_told_by_the_largest_request() -> None:
    round_ = a_round()
    problem = problem_of(round_, eligibility_of(round_))
    # No round of a size that a test can solve passes 64 bits by amounts alone.
    (told,) = placed(problem, [too_fine("pool P"), too_fine("pool P")])
    assert (told.file, told.column, told.value) == ("proposals", "requested", LARGE)
    assert "(of B1) is the largest of amounts" in told.what and "(pool P)" in told.what
    other = Problem("round", None, "rule_packs", "xx", "is a rule pack that is not here.", "")
    assert placed(problem, [other]) == [other]
