"""What a result has proven already: the bounds in its record, taken over where they are its own."""

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

from matcher.allocation.problem import Problem
from matcher.domain import Round
from matcher.explaining.solves.levels import Levels
from matcher.explaining.solves.worth import Worth
from matcher.results import Options
from matcher.writing.result_folder import RECORD

Level = tuple[str, int | None]
Proof = Mapping[Level, tuple[float, float]]
"""By level (L1 and its priority, L2 and its tier): value and bound as the record has them."""
NO_PROOF: Proof = MappingProxyType({})
ROUNDED = Fraction(1, 10**12)
"""By how much, as a share of it, a number in the record may be off."""


def proof_of(round_: Round, folder: Path) -> Proof:
    """Read what the record of a result folder proves; nothing where it is of another round."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return NO_PROOF  # awards.csv alone is the claim: without a record it is proven anew
    if not isinstance(record, dict) or record.get("round_hash") != round_.content_hash:
        return NO_PROOF
    if (record.get("options") or {}).get("stay_near") is not None:
        return NO_PROOF  # proven among plans near another result alone
    return {
        (level["level"], level.get("priority", level.get("tier"))): (level["value"], level["bound"])
        for level in record.get("levels", [])
        if level["level"] in ("L1", "L2") and level["bound"] is not None
    }


def proven_worth(
    problem: Problem, awards: Mapping[tuple[str, str], int], options: Options, proof: Proof
) -> Worth | None:
    """Give what awards are worth, by the proof of their result.

    None where the round does not allow them, where they do not reach what the record says, or
    where the proof is not as near as the options ask for.
    """
    amounts = problem.amounts(awards)
    levels = Levels.of(problem, options, 0.0, amounts)
    columns = levels.state.columns
    if columns is None or problem.awards(amounts) != dict(awards):
        return None
    values, bounds = levels.values(columns), []
    for position, (objective, value) in enumerate(zip(levels.objectives, values, strict=True)):
        told = proof.get((objective.level, objective.key))
        if told is None:
            return None
        sign = 1 if objective.most else -1
        reached, bound = (sign * Fraction(number) for number in told)
        if abs(reached - value) > ROUNDED * abs(value):
            return None
        bound = max(value, value if bound == reached else bound + ROUNDED * abs(bound))
        if bound - value > Fraction(levels.gap(position)) * abs(bound):
            return None
        bounds.append(bound)
    keys = tuple((objective.level, objective.key) for objective in levels.objectives)
    return Worth(keys, values, tuple(bounds), amounts, True)
