"""Which pool may fund which proposal: a verdict for every pair, array-wise, with its reasons.

Rows are pools and columns proposals, both in code-point order of their ids. Each term of a pool
either covers a proposal, fails it, or cannot tell because the proposal leaves blank what the pool
restricts. Failing is `ineligible`, not telling `needs_review`; the strictest wins (PROBLEM.md).
The law joins as a second array of verdicts of the same shape.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.domain import Pool, Proposal, Round
from matcher.law.reasons import Reasons, reasons_of
from matcher.law.table import LawTable, judge_all

Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]
Bits = NDArray[np.uint16]
Verdicts = NDArray[np.int8]


class Verdict(IntEnum):
    """The four verdicts, the strictest last."""

    eligible = 0
    eligible_with_steps = 1
    needs_review = 2
    ineligible = 3


TERMS = (
    "sectors", "not_sectors", "regions", "not_regions", "groups", "sdgs", "priority_areas",
    "applicant_kinds", "countries", "applicant_countries", "accepts_donor_kinds",
    "refuses_donors", "available", "pay_by", "starts",
)  # fmt: skip
"""The terms in the order of their bits; `available` is available_from and available_until.

`pay_by` and `starts` look at the earliest payment; `starts` holds under `start_policy: strict`.
"""
APPLICANT_TERMS = ("accepts_donor_kinds", "refuses_donors")
"""The terms that are the applicant's own, which no decision of the board overrides."""


@dataclass(frozen=True)
class EligibilityTable:
    """Verdicts of all pairs: `failed` and `unknown` hold a bit for each of `TERMS`.

    `law` holds what the rule packs of the round add, or None where it names none.
    """

    pool_ids: tuple[str, ...]
    proposal_ids: tuple[str, ...]
    failed: Bits
    unknown: Bits
    law: LawTable | None = None

    @property
    def regulation(self) -> Verdicts | None:
        """Give the verdicts of the law alone, None where no rule pack is in force."""
        return None if self.law is None else self.law.verdicts

    @cached_property
    def by_terms(self) -> Verdicts:
        """Give the verdicts of the pools' terms alone."""
        verdicts = np.zeros(self.failed.shape, np.int8)
        verdicts[self.unknown != 0] = Verdict.needs_review
        verdicts[self.failed != 0] = Verdict.ineligible
        return verdicts

    @cached_property
    def verdicts(self) -> Verdicts:
        """Give the strictest verdict of terms and regulation."""
        if self.regulation is None:
            return self.by_terms
        return np.maximum(self.by_terms, self.regulation)

    @property
    def refused_by_applicant(self) -> Flags:
        """Say which pairs the applicant itself does not want."""
        bits = sum(1 << TERMS.index(term) for term in APPLICANT_TERMS)
        refused: Flags = (self.failed & np.uint16(bits)) != 0
        return refused

    def failing(self, pool: int, proposal: int) -> tuple[str, ...]:
        """Name the terms that refuse a pair."""
        return _named(int(self.failed[pool, proposal]))

    def unanswered(self, pool: int, proposal: int) -> tuple[str, ...]:
        """Name the terms that cannot tell, because the proposal leaves the answer blank."""
        return _named(int(self.unknown[pool, proposal]))

    def earliest_payment(self, today: date, pool: int, proposal: int) -> date:
        """Give the day on which all planned steps of a pair are done."""
        return today if self.law is None else self.law.earliest_payment(pool, proposal)

    def reasons(self, pools: Rows, proposals: Rows) -> list[Reasons]:
        """Give what stands in the way of each of a flat list of pairs by law."""
        if self.law is None:
            return [Reasons() for _ in range(len(pools))]
        return reasons_of(self.law.law, pools, proposals)


def _named(bits: int) -> tuple[str, ...]:
    return tuple(term for position, term in enumerate(TERMS) if bits >> position & 1)


def eligibility_of(round_: Round, law: LawTable | None = None) -> EligibilityTable:
    """Judge every pair of the round by the terms of its pools, and by the law.

    `law` is given where the law was judged before; it may be of some pairs alone.
    """
    pools = sorted(round_.pools, key=lambda pool: pool.pool_id)
    proposals = sorted(round_.proposals, key=lambda proposal: proposal.proposal_id)
    law = law or (judge_all(round_) if round_.rule_packs else None)
    judge = _Judge(round_, pools, proposals, law)
    failed = np.zeros((len(pools), len(proposals)), np.uint16)
    unknown = np.zeros_like(failed)
    for position, (rows, fails, blank) in enumerate(judge.terms()):
        bit = np.uint16(1 << position)
        failed[rows] |= fails * bit
        unknown[rows] |= blank * bit
    return EligibilityTable(
        pool_ids=tuple(pool.pool_id for pool in pools),
        proposal_ids=tuple(proposal.proposal_id for proposal in proposals),
        failed=failed,
        unknown=unknown,
        law=law,
    )


Judged = tuple[Rows, Flags, Flags]
"""The pools that a term restricts, where it fails (those pools × proposals), and where a proposal
leaves blank what it asks for, so that nothing can be told (for each proposal, or for each pair)."""
NEVER = 10**6
"""More days than any start lies ahead: of a proposal that does not say when it starts."""


class _Judge:
    """The terms one by one, each for the pools that it restricts."""

    def __init__(
        self,
        round_: Round,
        pools: Sequence[Pool],
        proposals: Sequence[Proposal],
        law: LawTable | None,
    ) -> None:
        self.round = round_
        self.law = law
        self.pools = pools
        self.proposals = proposals
        self.organisations = [round_.organisations_by_id[p.org_id] for p in proposals]
        self.donors = [round_.donors_by_id[pool.donor_id] for pool in pools]

    def terms(self) -> Iterable[Judged]:
        regions, sectors = self.round.region_vocabulary, self.round.sector_vocabulary
        pools, proposals, organisations = self.pools, self.proposals, self.organisations
        asked_sectors = [(p.sector,) if p.sector else () for p in proposals]
        asked_regions = [tuple(code for code, _ in p.regions) for p in proposals]
        lies_in = {code: regions.country(code) for codes in asked_regions for code in codes}
        work = [
            tuple(sorted({country for code in codes if (country := lies_in[code])}))
            or ((organisation.country,) if organisation.country else ())
            for codes, organisation in zip(asked_regions, organisations, strict=True)
        ]
        yield self._all_inside([p.sectors for p in pools], asked_sectors, sectors.lineage)
        yield self._one_inside([p.not_sectors for p in pools], asked_sectors, sectors.lineage)
        yield self._all_inside([p.regions for p in pools], asked_regions, regions.lineage)
        yield self._one_inside([p.not_regions for p in pools], asked_regions, regions.lineage)
        yield self._overlap([p.groups for p in pools], [p.groups for p in proposals])
        yield self._overlap([p.sdgs for p in pools], [p.sdgs for p in proposals])
        yield self._overlap(
            [p.priority_areas for p in pools], [p.priority_areas for p in proposals]
        )
        yield self._overlap(
            [p.applicant_kinds for p in pools], [(o.kind,) if o.kind else () for o in organisations]
        )
        yield self._all_inside([p.countries for p in pools], work, lambda code: (code,))
        yield self._overlap(
            [p.applicant_countries for p in pools],
            [(o.country,) if o.country else () for o in organisations],
        )
        yield self._accepted_kinds()
        yield self._refused_donors()
        yield self._dates(self._available())
        yield self._paid_in_time()
        yield self._done_before_the_start()

    def _matches(
        self,
        terms: Sequence[Sequence[str]],
        asked: Sequence[Sequence[str]],
        lineage: Callable[[str], Sequence[str]],
    ) -> tuple[Rows, NDArray[np.float32], NDArray[np.float32]]:
        """Count, for each pair, the codes of the proposal that are inside the pool's terms.

        Returns the pools that restrict anything at all, counts (those pools × proposals), and how
        many codes each proposal has.
        """
        codes = sorted({code for row in asked for code in row})
        words = sorted({word for row in terms for word in row})
        word_at = {word: position for position, word in enumerate(words)}
        code_at = {code: position for position, code in enumerate(codes)}
        covers = np.zeros((len(words), len(codes)), np.float32)
        for code, column in code_at.items():
            for word in lineage(code):
                if word in word_at:
                    covers[word_at[word], column] = 1
        restricting = np.flatnonzero([bool(row) for row in terms])
        restricted = _membership([terms[row] for row in restricting.tolist()], word_at)
        # Nought and one cannot go wrong; yet in threads BLAS may leave a flag of somebody else's.
        with np.errstate(invalid="ignore"):
            inside = restricted @ covers > 0
        belongs = _membership(asked, code_at)
        return restricting, inside.astype(np.float32) @ belongs.T, belongs.sum(axis=1)

    def _all_inside(
        self,
        terms: Sequence[Sequence[str]],
        asked: Sequence[Sequence[str]],
        lineage: Callable[[str], Sequence[str]],
    ) -> Judged:
        rows, counts, sizes = self._matches(terms, asked, lineage)
        return rows, counts < sizes[None, :], sizes == 0

    def _one_inside(
        self,
        terms: Sequence[Sequence[str]],
        asked: Sequence[Sequence[str]],
        lineage: Callable[[str], Sequence[str]],
    ) -> Judged:
        rows, counts, sizes = self._matches(terms, asked, lineage)
        return rows, counts > 0, sizes == 0

    def _overlap(self, terms: Sequence[Sequence[str]], asked: Sequence[Sequence[str]]) -> Judged:
        rows, counts, sizes = self._matches(terms, asked, lambda code: (code,))
        blank = sizes == 0
        return rows, (counts == 0) & ~blank, blank

    def _accepted_kinds(self) -> Judged:
        accepts = [set(p.accepts_donor_kinds) for p in self.proposals]
        kinds = sorted({donor.kind for donor in self.donors})
        by_kind: Flags = np.array(
            [[bool(kinds_) and kind not in kinds_ for kinds_ in accepts] for kind in kinds],
            np.bool_,
        ).reshape(len(kinds), len(accepts))
        of_pool = np.array([kinds.index(donor.kind) for donor in self.donors], np.int64)
        refused: Flags = np.any(by_kind, axis=1)
        rows = np.flatnonzero(refused[of_pool])
        return rows, by_kind[of_pool[rows]], self._nobody()

    def _refused_donors(self) -> Judged:
        refused = sorted({donor for p in self.proposals for donor in p.refuses_donors})
        at = {donor: place for place, donor in enumerate(refused)}
        by_donor = np.zeros((len(refused), len(self.proposals)), np.bool_)
        for column, proposal in enumerate(self.proposals):
            by_donor[[at[donor] for donor in proposal.refuses_donors], column] = True
        owner = np.array([at.get(donor.donor_id, -1) for donor in self.donors], np.int64)
        rows = np.flatnonzero(owner >= 0)
        return rows, by_donor[owner[rows]], self._nobody()

    def _available(self) -> list[bool]:
        today = self.round.decision_date
        return [
            (p.available_from is not None and today < p.available_from)
            or (p.available_until is not None and today > p.available_until)
            for p in self.pools
        ]

    def _paid_in_time(self) -> Judged:
        """Hold the earliest payment against pay_by; without steps it is the decision date."""
        today = self.round.decision_date
        rows = np.flatnonzero([pool.pay_by is not None for pool in self.pools])
        left = [(pool.pay_by - today).days for pool in self.pools if pool.pay_by is not None]
        leads = np.zeros((len(rows), len(self.proposals)), np.int16)
        if self.law is not None:
            leads = self.law.leads[rows]
        return rows, leads > np.array(left, np.int64)[:, None], self._nobody()

    def _done_before_the_start(self) -> Judged:
        """Hold planned steps against the start of each proposal, where the policy is strict."""
        none = np.array([], np.int64)
        if self.law is None or self.round.policy.start_policy != "strict":
            return none, np.zeros((0, len(self.proposals)), np.bool_), self._nobody()
        today, leads = self.round.decision_date, self.law.leads
        rows = np.flatnonzero(leads.any(axis=1))
        starts = [NEVER if p.starts is None else (p.starts - today).days for p in self.proposals]
        days = leads[rows]
        blank = (days > 0) & (np.array(starts) == NEVER)[None, :]
        return rows, (days > 0) & (days > np.array(starts)[None, :]), blank

    def _dates(self, closed: Sequence[bool]) -> Judged:
        rows = np.flatnonzero(closed)
        return rows, np.ones((len(rows), len(self.proposals)), np.bool_), self._nobody()

    def _nobody(self) -> Flags:
        return np.zeros(len(self.proposals), np.bool_)


def _membership(rows: Sequence[Sequence[str]], at: dict[str, int]) -> NDArray[np.float32]:
    matrix = np.zeros((len(rows), len(at)), np.float32)
    for index, row in enumerate(rows):
        matrix[index, [at[code] for code in row]] = 1
    return matrix
