"""The pairs that missing facts hold back, and those that one answer alone would open."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.pairs import PairTerms, pair_terms_of
from matcher.allocation.problem import Problem
from matcher.domain import Round
from matcher.eligibility import EligibilityTable, Verdict, eligibility_of
from matcher.explaining.missing.stating import answered, narrowed
from matcher.law.reasons import FactOf, Reasons

Flags = NDArray[np.bool_]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Held:
    """The pairs of a round that could be awarded but for something that nobody knows.

    `pools` and `proposals` are rows of the eligibility table, one entry a pair.
    """

    problem: Problem
    eligibility: EligibilityTable
    terms: PairTerms
    pools: Rows
    proposals: Rows

    @classmethod
    def of(cls, problem: Problem, eligibility: EligibilityTable) -> "Held":
        """Find the pairs that may not be awarded because they need review, and for nothing else."""
        proposals, pairs = problem.proposals, problem.pairs
        terms = pair_terms_of(problem.round, problem.pools.ids, proposals.ids)
        enough = proposals.submitted & proposals.eligible_score
        held = (eligibility.verdicts == Verdict.needs_review) & enough[None, :] & ~terms.barred
        held[pairs.pool[pairs.allowed], pairs.proposal[pairs.allowed]] = False
        return cls(problem, eligibility, terms, *np.nonzero(held))

    @cached_property
    def reasons(self) -> list[Reasons]:
        """Give what the law holds against each pair."""
        return self.eligibility.reasons(self.pools, self.proposals)

    @cached_property
    def waiting(self) -> Mapping[FactOf, list[int]]:
        """Give the pairs that wait for each missing fact, among others; facts in order."""
        found = sorted(
            (fact, pair) for pair, why in enumerate(self.reasons) for fact in why.missing
        )
        return {
            fact: [pair for _, pair in group]
            for fact, group in groupby(found, key=lambda entry: entry[0])
        }

    def opened(self, fact: FactOf, answer: str) -> frozenset[int]:
        """Give the pairs that one answer makes awardable, with everything else as it is."""
        here = np.flatnonzero(self.concerned(fact)[self.pools, self.proposals])
        rows, columns = np.unique(self.pools[here]), np.unique(self.proposals[here])
        pools = {self.eligibility.pool_ids[row] for row in rows.tolist()}
        proposals = {self.eligibility.proposal_ids[row] for row in columns.tolist()}
        stated = answered(narrowed(self.problem.round, pools, proposals), fact, answer)
        if stated is None:
            return frozenset()
        verdicts = eligibility_of(stated).verdicts
        places = (
            np.searchsorted(rows, self.pools[here]),
            np.searchsorted(columns, self.proposals[here]),
        )
        return frozenset(here[verdicts[places] < Verdict.needs_review].tolist())

    def judged(self, round_: Round, fact: FactOf, opened: frozenset[int]) -> EligibilityTable:
        """Give the verdicts of the round in which a fact has an answer that opens some pairs.

        What stays closed may be shown to need review though it is refused. Where the board pinned
        a pair that needs review that would matter, and all is judged anew.
        """
        law = self.eligibility.law
        if law is None or self.pinned_review(fact):
            return eligibility_of(round_)
        pairs = np.array(sorted(opened), np.intp)
        at = self.pools[pairs], self.proposals[pairs]
        verdicts, unknown = law.verdicts.copy(), self.eligibility.unknown.copy()
        verdicts[at], unknown[at] = Verdict.eligible, 0
        opened_law = replace(law, verdicts=verdicts)
        return replace(self.eligibility, unknown=unknown, law=opened_law)

    def pinned_review(self, fact: FactOf) -> bool:
        """Say whether a fact can be looked at for a pair that is pinned and needs review."""
        pinned = self.terms.pinned & (self.eligibility.verdicts == Verdict.needs_review)
        return bool((pinned & self.concerned(fact)).any())

    def beside(self, fact: FactOf) -> tuple[FactOf, ...]:
        """Give the fewest facts that some pair waits for beside one, none where none would do.

        A pair does not count that something else than missing facts holds back.
        """
        sure = self.eligibility.by_terms == Verdict.eligible
        sets: list[list[FactOf]] = [
            sorted(self.reasons[pair].missing - {fact})
            for pair in self.waiting[fact]
            if sure[self.pools[pair], self.proposals[pair]] and not self.reasons[pair].review
        ]
        fewest = min(sets, key=lambda facts: (len(facts), facts), default=None)
        return tuple(fewest or ())

    def concerned(self, fact: FactOf) -> Flags:
        """Say for which pools × proposals a fact can be looked at, by whose fact it is."""
        pools = np.ones(len(self.problem.pools.ids), np.bool_)
        proposals = np.ones(len(self.problem.proposals.ids), np.bool_)
        if fact.subject in ("donor", "pool", "grant"):
            pools = np.isin(self.problem.pools.ids, sorted(self._pools_of(fact)))
        if fact.subject in ("organisation", "proposal", "grant"):
            proposals = np.isin(self.problem.proposals.ids, sorted(self._proposals_of(fact)))
        concerned: Flags = pools[:, None] & proposals[None, :]
        return concerned

    def _pools_of(self, fact: FactOf) -> Iterator[str]:
        if fact.subject == "donor":
            round_ = self.problem.round
            yield from (pool.pool_id for pool in round_.pools if pool.donor_id == fact.id)
            yield from (c.pool_id for c in round_.contributors if c.donor_id == fact.id)
        else:
            yield fact.id.partition(":")[0]

    def _proposals_of(self, fact: FactOf) -> Iterator[str]:
        if fact.subject == "organisation":
            round_ = self.problem.round
            yield from (row.proposal_id for row in round_.proposals if row.org_id == fact.id)
            yield from (row.proposal_id for row in round_.partners if row.org_id == fact.id)
        else:
            yield fact.id.partition(":")[2] or fact.id
