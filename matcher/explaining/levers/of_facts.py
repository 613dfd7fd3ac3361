"""The lever of missing facts: what a pair waits for, answered in a way that lets it be awarded."""

from collections.abc import Callable, Iterator
from itertools import product

import numpy as np

from matcher.domain import Round
from matcher.eligibility import Verdict, eligibility_of
from matcher.explaining.levers.levers import Lever, Value
from matcher.explaining.missing.answers import Answers
from matcher.explaining.missing.openings import Held
from matcher.explaining.missing.stating import answered, narrowed
from matcher.explaining.solves.judging_again import Concerned
from matcher.law.reasons import FactOf

MOST_FACTS = 4
"""Up to so many facts are answered together."""
MOST_SETS = 2
"""So many sets of facts are tried for a proposal, the smallest first."""
MOST_TRIED = 24
"""So many ways to answer a set are tried."""
OWN = ("proposal", "grant")
"""Whose facts no other proposal looks at."""


def levers_of_facts(held: Held, proposal_id: str) -> Iterator[Lever]:
    """Give a lever for each of the smallest sets of facts that a pair of a proposal waits for.

    A set that no answer tried can clear has no steps, so that nothing on it helps.
    """
    law = held.eligibility.law
    if law is None:
        return
    place = held.eligibility.proposal_ids.index(proposal_id)
    sure = held.eligibility.by_terms == Verdict.eligible
    sets: dict[tuple[FactOf, ...], list[str]] = {}
    for pair in np.flatnonzero(held.proposals == place).tolist():
        pool, why = int(held.pools[pair]), held.reasons[pair]
        if sure[pool, place] and why.missing and not why.review and not why.bars:
            pools = sets.setdefault(tuple(sorted(why.missing)), [])
            pools.append(held.eligibility.pool_ids[pool])
    answers = Answers(law.law)
    nearest = sorted(sets.items(), key=lambda entry: (len(entry[0]), entry[0]))
    for facts, pools in nearest[:MOST_SETS]:
        yield _lever(held, proposal_id, pools, facts, answers)


def _lever(
    held: Held, proposal_id: str, pools: list[str], facts: tuple[FactOf, ...], answers: Answers
) -> Lever:
    round_, found = held.problem.round, None
    if len(facts) <= MOST_FACTS:
        found = _helping(round_, proposal_id, pools[0], facts, answers)
    answers_of = tuple(zip(facts, found or [""] * len(facts), strict=True))
    subject = "; ".join(f"{fact.name} of {fact.id}" for fact in facts)
    alone = all(fact.subject in OWN for fact in facts)
    values: list[Value] = [] if found is None else [True]
    changed = _stated_with(facts, found or ())
    return Lever(
        "facts", subject, None, values, changed, alone, verdicts=True, facts=answers_of,
        concerned=_concerned(held, facts),
    )  # fmt: skip


def _concerned(held: Held, facts: tuple[FactOf, ...]) -> Concerned:
    """Give the pools and proposals whose pairs look at any of some facts."""
    looked = [held.concerned(fact) for fact in facts]
    pools = np.logical_or.reduce([one.any(axis=1) for one in looked])
    proposals = np.logical_or.reduce([one.any(axis=0) for one in looked])
    ids = held.problem
    return Concerned(
        frozenset(np.array(ids.pools.ids)[pools].tolist()),
        frozenset(np.array(ids.proposals.ids)[proposals].tolist()),
    )


def _stated_with(
    facts: tuple[FactOf, ...], values: tuple[str, ...]
) -> Callable[[Round, Value], Round]:
    def changed(given: Round, _value: Value) -> Round:
        stated = _stated(given, facts, values)
        if stated is None:
            raise AssertionError("what could be stated of a part can be stated of the round")
        return stated

    return changed


def _helping(
    round_: Round, proposal_id: str, pool_id: str, facts: tuple[FactOf, ...], answers: Answers
) -> tuple[str, ...] | None:
    """Give answers after which the pool may fund the proposal, the first that do."""
    part = narrowed(round_, {pool_id}, {proposal_id})
    choices = [[group[0] for group in answers.to(fact)] for fact in facts]
    for tried, values in enumerate(product(*choices)):
        if tried >= MOST_TRIED:
            return None
        stated = _stated(part, facts, values)
        if stated is not None:
            verdict = eligibility_of(stated).verdicts[0, 0]
            if verdict < Verdict.needs_review:
                return values
    return None


def _stated(round_: Round, facts: tuple[FactOf, ...], values: tuple[str, ...]) -> Round | None:
    stated: Round | None = round_
    for fact, value in zip(facts, values, strict=True):
        if stated is not None:
            stated = answered(stated, fact, value)
    return stated
