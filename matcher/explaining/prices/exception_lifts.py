"""The rows of pairs.csv that decide by themselves, and the round without one of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from matcher.allocation.problem import Problem, problem_of
from matcher.domain import PairTerm, Round
from matcher.eligibility import Verdict
from matcher.explaining.prices.lifting import Lift
from matcher.explaining.solves.base import Awards, Base

STATUSES = ("pin", "accepted", "forbid", "declined", "conflict")
"""What a row may say that is an exception: the others say what is preferred."""
Overridden = Literal["score_threshold", "terms", "needs_review"]


@dataclass(frozen=True)
class Row:
    """A row that is an exception, with what it does; `at` is its place in the table.

    `pairs` counts the pairs that it covers. A row that bars `opens` so many if it is taken away,
    alone. A pin `overrides` what would keep its pair out.
    """

    at: int
    term: PairTerm
    pairs: int
    opens: int
    overrides: tuple[Overridden, ...]


def rows_of(base: Base) -> Iterator[tuple[Row, Lift]]:
    """Give every exception of a round with the way to take it back alone, in the table's order."""
    pools, proposals = _by_owner(base.round)
    known = _pairs(base.problem)
    for at, term in enumerate(base.round.pairs):
        if term.status not in STATUSES:
            continue
        covered = {
            (pool, proposal)
            for pool in (pools[term.donor_id] if term.donor_id else [term.pool_id or ""])
            for proposal in (proposals[term.org_id] if term.org_id else [term.proposal_id or ""])
        }
        without = _pairs(problem_of(_without(base.round, term), base.eligibility))
        overrides = tuple(_overridden(base, term)) if term.status == "pin" else ()
        row = Row(at, term, len(covered), len(without - known), overrides)
        # Without a pin that opened its pair, plans that use the pair are gone too.
        yield row, _lift(term, covered, relaxes=known <= without or term.status == "accepted")


def _lift(term: PairTerm, covered: set[tuple[str, str]], relaxes: bool) -> Lift:
    def lifted(round_: Round) -> Round:
        return _without(round_, term)

    def used(_: Round, awards: Awards) -> bool:
        paid = {pair: awards[pair] for pair in covered if pair in awards}
        if term.status == "pin":
            return not paid
        return bool(paid) or term.status == "accepted"

    name = f"{term.status} of {_side(term.pool_id, term.donor_id)} and"
    return Lift(f"{name} {_side(term.proposal_id, term.org_id)}", lifted, relaxes, used)


def _side(one: str | None, all_of: str | None) -> str:
    return one or f"all of {all_of}"


def _without(round_: Round, term: PairTerm) -> Round:
    """Give the round in which a row decides nothing; its score and preference stay."""
    kept = [row for row in round_.pairs if row is not term]
    if term.score is not None or term.payer_preference is not None:
        kept.append(term.model_copy(update={"status": None, "amount": None}))
    return round_.model_copy(update={"pairs": tuple(kept)})


def _pairs(problem: Problem) -> set[tuple[str, str]]:
    """Give the pairs that may be awarded."""
    pairs = problem.pairs
    return {
        (problem.pools.ids[pairs.pool[pair]], problem.proposals.ids[pairs.proposal[pair]])
        for pair in np.flatnonzero(pairs.allowed).tolist()
    }


def _overridden(base: Base, term: PairTerm) -> Iterator[Overridden]:
    """Give what a pin overrides: each alone would keep its pair out."""
    pool = base.eligibility.pool_ids.index(term.pool_id or "")
    proposal = base.eligibility.proposal_ids.index(term.proposal_id or "")
    if not base.problem.proposals.eligible_score[proposal]:
        yield "score_threshold"
    verdict = base.eligibility.verdicts[pool, proposal]
    if verdict == Verdict.ineligible:
        yield "terms"
    if verdict == Verdict.needs_review and base.round.policy.needs_review == "hold":
        yield "needs_review"


def _by_owner(round_: Round) -> tuple[Mapping[str, list[str]], Mapping[str, list[str]]]:
    """Give the pools of each donor and the proposals of each organisation."""
    pools: dict[str, list[str]] = {donor.donor_id: [] for donor in round_.donors}
    for pool in round_.pools:
        pools[pool.donor_id].append(pool.pool_id)
    proposals: dict[str, list[str]] = {row.org_id: [] for row in round_.organisations}
    for proposal in round_.proposals:
        proposals[proposal.org_id].append(proposal.proposal_id)
    return pools, proposals
