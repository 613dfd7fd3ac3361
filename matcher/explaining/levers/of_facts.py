"""The lever of missing facts: what a pair waits for, answered in a way that lets it be awarded."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product

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


def levers_of_facts(held: Held, proposal_id: str, left: Mapping[str, int]) -> Iterator[Lever]:
    """Give levers for the smallest sets of facts that a pair of a proposal waits for.

    Of sets alike in size those come first whose pools have most `left`. A set has a lever for each
    way to answer it that lets other pools pay, one without steps where no answer tried lets any, so
    that nothing on it helps.
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

    def nearness(entry: tuple[tuple[FactOf, ...], list[str]]) -> tuple[int, int, object]:
        facts, pools = entry
        return len(facts), -max(left.get(pool, 0) for pool in pools), facts

    for facts, pools in sorted(sets.items(), key=nearness)[:MOST_SETS]:
        ways: Sequence[tuple[str, ...] | None] = ()
        if len(facts) <= MOST_FACTS:
            ways = _helping(held.problem.round, proposal_id, pools, facts, answers)
        for found in ways or (None,):
            yield _lever(held, facts, found)


def _lever(held: Held, facts: tuple[FactOf, ...], found: tuple[str, ...] | None) -> Lever:
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
    round_: Round, proposal_id: str, pools: Sequence[str], facts: tuple[FactOf, ...],
    answers: Answers,
) -> list[tuple[str, ...]]:  # fmt: skip
    """Give answers after which some of the pools may fund the proposal, most pools first.

    Of answers that let the same pools pay it is the first, and none that lets fewer of them.
    """
    part = narrowed(round_, set(pools), {proposal_id})
    choices = [[group[0] for group in answers.to(fact)] for fact in facts]
    found: dict[frozenset[int], tuple[str, ...]] = {}
    for values in islice(product(*choices), MOST_TRIED):
        stated = _stated(part, facts, values)
        if stated is None:
            continue
        opens = eligibility_of(stated).verdicts[:, 0] < Verdict.needs_review
        found.setdefault(frozenset(np.flatnonzero(opens).tolist()), values)
        if opens.all():
            break
    widest = [some for some in found if some and not any(some < other for other in found)]
    return [found[some] for some in sorted(widest, key=lambda some: (-len(some), min(some)))]


def _stated(round_: Round, facts: tuple[FactOf, ...], values: tuple[str, ...]) -> Round | None:
    stated: Round | None = round_
    for fact, value in zip(facts, values, strict=True):
        if stated is not None:
            stated = answered(stated, fact, value)
    return stated
