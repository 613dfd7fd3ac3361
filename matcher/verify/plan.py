"""Awards laid over their round: what every check reads, each number worked out once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from matcher.domain import PairTerm, Pool, Proposal, Review, Round
from matcher.money import half_even, shown
from matcher.verify.amounts import (
    PoolAmounts,
    ProposalAmounts,
    grant_step,
    pool_amounts,
    proposal_amounts,
)
from matcher.verify.findings import Awards, Pair
from matcher.verify.scores import score_of


@dataclass(frozen=True)
class Plan:
    """A round and the awards made in it: amounts above 0 for pools and proposals that exist."""

    round: Round
    awards: Awards

    @cached_property
    def step(self) -> int:
        """The grant step in base minor units, 1 where there is none."""
        return grant_step(self.round)

    @cached_property
    def by_pool(self) -> Mapping[str, Mapping[str, int]]:
        """a_pj for each pool that gives: proposal_id -> amount."""
        grouped: dict[str, dict[str, int]] = defaultdict(dict)
        for (pool_id, proposal_id), amount in sorted(self.awards.items()):
            grouped[pool_id][proposal_id] = amount
        return dict(sorted(grouped.items()))

    @cached_property
    def by_proposal(self) -> Mapping[str, Mapping[str, int]]:
        """a_pj for each proposal that gets something: pool_id -> amount."""
        grouped: dict[str, dict[str, int]] = defaultdict(dict)
        for (pool_id, proposal_id), amount in sorted(self.awards.items()):
            grouped[proposal_id][pool_id] = amount
        return dict(sorted(grouped.items()))

    @cached_property
    def funding(self) -> Mapping[str, int]:
        """f_j of each proposal that gets something."""
        return {key: sum(given.values()) for key, given in self.by_proposal.items()}

    @cached_property
    def pools(self) -> Mapping[str, PoolAmounts]:
        """Amounts of every pool of the round."""
        return {pool.pool_id: pool_amounts(self.round, pool) for pool in self.round.pools}

    @cached_property
    def proposals(self) -> Mapping[str, ProposalAmounts]:
        """Amounts of each proposal that gets something."""
        return {key: proposal_amounts(self.round, self.proposal(key)) for key in self.funding}

    @cached_property
    def scores(self) -> Mapping[str, Fraction | None]:
        """s_j of each proposal that gets something."""
        reviews: dict[str, list[Review]] = defaultdict(list)
        for review in self.round.reviews:
            reviews[review.proposal_id].append(review)
        return {
            key: score_of(self.round, self.proposal(key), reviews.get(key, ()))
            for key in self.funding
        }

    @cached_property
    def _pair_rows(self) -> Mapping[tuple[str | None, ...], PairTerm]:
        return {
            (row.pool_id, row.donor_id, row.proposal_id, row.org_id): row
            for row in self.round.pairs
        }

    def pool(self, pool_id: str) -> Pool:
        """Find a pool."""
        return self.round.pools_by_id[pool_id]

    def proposal(self, proposal_id: str) -> Proposal:
        """Find a proposal."""
        return self.round.proposals_by_id[proposal_id]

    def row_of(self, pair: Pair) -> PairTerm | None:
        """Find the row of pairs.csv that names this very pair."""
        return self._pair_rows.get((pair[0], None, pair[1], None))

    def rows_over(self, pair: Pair) -> Sequence[PairTerm]:
        """Find every row that speaks of a pair: its own, donor-wide and organisation-wide ones."""
        donor_id, org_id = self.pool(pair[0]).donor_id, self.proposal(pair[1]).org_id
        keys = (
            (pool_id, wide_donor, proposal_id, wide_org)
            for pool_id, wide_donor in ((pair[0], None), (None, donor_id))
            for proposal_id, wide_org in ((pair[1], None), (None, org_id))
        )
        return [self._pair_rows[key] for key in keys if key in self._pair_rows]

    def rows_with(self, status: str) -> Iterator[tuple[Pair, PairTerm]]:
        """Give the pairs of a status that only a pair's own row may have, such as `pin`."""
        for row in self.round.pairs:
            if row.status == status and row.pool_id and row.proposal_id:
                yield (row.pool_id, row.proposal_id), row

    def is_pinned(self, pair: Pair) -> bool:
        """Say whether the board pinned a pair."""
        row = self.row_of(pair)
        return row is not None and row.status == "pin"

    def score(self, pair: Pair) -> Fraction:
        """Give s_pj; 0 for an award to an unscored proposal, which breaks C7."""
        row = self.row_of(pair)
        if row is not None and row.score is not None:
            return Fraction(row.score)
        return self.scores[pair[1]] or Fraction(0)

    def money(self, units: int | Fraction) -> str:
        """Write base minor units (≥ 0) in major units, to a ten-thousandth of a minor unit."""
        currency, fine = self.round.currency, Fraction(units) * 10**4
        whole, rest = divmod(half_even(fine), 10**4)
        text = shown(whole, currency)
        if rest:
            text += f"{'' if '.' in text else '.'}{rest:04d}".rstrip("0")
        return f"{'' if fine.denominator == 1 else 'about '}{text} {currency}"
