"""Reasons of decisions are found in arrays: a solver is asked where rows come down to nothing less.

In a round of 300 pools and 5,000 proposals that binds everything, asking one for each target and
each proposal that waits took minutes.
"""

from pathlib import Path
from typing import Any

from benchmarks.instances import instance
from matcher import load_round
from matcher.allocation.problem import problem_of
from matcher.eligibility import eligibility_of
from matcher.tables import Plan
from matcher.tables.decisions import decision_rows


def test_no_solver_is_asked_for_the_reasons_of_a_round_that_binds_everything(
    tmp_path: Path,
) -> None:
    drawn = instance("everything", "S", 1)
    drawn.write(tmp_path / "round")
    round_ = load_round(tmp_path / "round")
    eligibility = eligibility_of(round_)
    problem = problem_of(round_, eligibility)
    plan = Plan(problem, eligibility, problem.amounts(drawn.witness))

    def asked(*_question: Any) -> bool:
        raise AssertionError("a solver is asked")

    rows = decision_rows(plan, asked)
    stopped = {row["binding"].split(";")[0] for row in rows if row["decision"] == "reserve_list"}
    assert {"C1", "C4"} < stopped
