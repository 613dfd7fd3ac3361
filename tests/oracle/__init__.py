"""Brute force over tiny rounds: an oracle written from PROBLEM.md and ROUND_FORMAT.md alone.

It shares no code with the product. It works on the JSON form of a round whose scalars are all
text, knows no rule packs, and enumerates: rounds must be tiny (see `tiny_rounds`).
"""

from collections.abc import Collection, Iterable
from fractions import Fraction

from . import constraints as _constraints
from . import enumeration as _enumeration
from . import levels as _levels
from .enumeration import CONSTRAINTS, Oracle
from .levels import Level, max_lexicographic, rank
from .model import Awards, Pair
from .reading import Document, read
from .rounds import random_round, tiny_rounds

__all__ = [
    "CONSTRAINTS",
    "Awards",
    "Document",
    "Level",
    "Oracle",
    "Pair",
    "awardable",
    "check",
    "feasible_awards",
    "max_lexicographic",
    "objective",
    "random_round",
    "rank",
    "read",
    "solve",
    "tiny_rounds",
    "verdicts",
    "which_constraints_matter",
]


def solve(document: Document, without: Collection[str] = ()) -> Oracle:
    """The optimum of the document's round, with the constraints in `without` lifted.

    With C1 lifted awards are still bounded by C2; of C2 only the minimum is lifted, f_j ≤ R_j
    stays; with C7 lifted every pair may be awarded, and an unscored one counts with score 0.
    """
    return _enumeration.solve(read(document), without)


def check(document: Document, awards: Awards) -> list[tuple[str, str, Fraction]]:
    """Every constraint that the awards (base minor units) break: (id, subject, by how much).

    `step` stands for an amount that is no multiple of the grant step, `amount` for one below 0.
    """
    return _constraints.check(read(document), awards)


def objective(document: Document, awards: Awards) -> list[Level]:
    """The levels of the awards (base minor units), feasible or not."""
    return _levels.objective(read(document), awards)


def feasible_awards(document: Document) -> list[dict[Pair, int]]:
    """Every feasible award of the document's round."""
    return [awards for _, awards in _enumeration.feasible_awards(read(document))]


def verdicts(document: Document) -> dict[Pair, str]:
    """`eligible`, `needs_review` or `ineligible` for every (pool_id, proposal_id)."""
    return dict(read(document).verdicts)


def awardable(document: Document) -> frozenset[Pair]:
    """The pairs that C7 allows: those in E that no row forbids."""
    return read(document).awardable


def which_constraints_matter(document: Document, among: Iterable[str] = CONSTRAINTS) -> set[str]:
    """Those of some constraints whose lifting changes feasibility, the levels or best awards."""
    return _enumeration.which_constraints_matter(read(document), among)
