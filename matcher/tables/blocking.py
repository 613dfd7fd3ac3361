"""What keeps a proposal from any award although its pools' money is set aside."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from matcher.allocation.problem import NO_LIMIT, Integers, Problem
from matcher.allocation.rows import Row
from matcher.tables.plan import Plan

CouldBePaid = Callable[[Problem, Integers, int, Sequence[Row]], bool]

WORDS = {
    "C3": "the smallest or largest grant of its pools leaves no room for what it can work with",
    "C5": "no pool may pay so large a share of a project, and its own contribution is too small",
    "C6": "it would need more funders than it may have",
    "C8": "its organisation has reached what it may be awarded",
    "C9": "an alternative to it is funded",
    "C10": "a proposal that it requires is not funded",
    "C13": "its pools do not fund the same proposal",
}


def blocking(
    plan: Plan, j: int, rows: Sequence[Row], could_be_paid: CouldBePaid
) -> tuple[str, tuple[str, ...]]:
    """Give a sentence and the ids of the constraints that stop proposal `j`, each tried alone."""
    if not any(plan.problem.pairs.allowed[pair] for pair in plan.pairs_of[j]):
        return (
            "Every pool that might fund it is forbidden, in conflict, or was declined.",
            ("C7",),
        )
    if plan.problem.proposals.request[j] == 0:
        return "The request is below one grant step.", ("C2",)
    found = [
        constraint
        for constraint in WORDS
        if could_be_paid(
            _without(plan.problem, constraint),
            plan.amounts,
            j,
            [row for row in rows if row.constraint != constraint],
        )
    ]
    if not found:
        return (
            "Several limits together leave no award that it could work with.",
            tuple(WORDS),
        )
    sentence = "; also, ".join(WORDS[constraint] for constraint in found)
    return f"{sentence[0].upper()}{sentence[1:]}.", tuple(found)


def _without(problem: Problem, constraint: str) -> Problem:
    pools, proposals = problem.pools, problem.proposals
    match constraint:
        case "C3":
            return replace(
                problem,
                pools=replace(
                    pools,
                    least=np.ones_like(pools.least),
                    most=np.full_like(pools.most, NO_LIMIT),
                ),
            )
        case "C5":
            whole = tuple(Fraction(1) for _ in pools.share)
            return replace(problem, pools=replace(pools, share=whole))
        case "C6":
            many = np.full_like(proposals.funders, NO_LIMIT)
            return replace(problem, proposals=replace(proposals, funders=many))
        case "C13":
            nobody = np.zeros_like(pools.alone)
            return replace(problem, pools=replace(pools, alone=nobody, apart=()))
    return problem
