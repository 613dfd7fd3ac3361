"""The part of a round that a conflict speaks of, which changed rounds are looked at in first.

What the part needs, the round needs; a plan for the round shows that it is enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.allocation.problem import Integers, Problem, problem_of
from matcher.domain import Round
from matcher.eligibility import EligibilityTable
from matcher.explaining.relaxing.least import Holds
from matcher.explaining.relaxing.search import Asking
from matcher.solving import Conflict
from matcher.solving.conflict import can_hold, proposals_of


@dataclass(frozen=True)
class Part:
    """The proposals and constraints of one conflict, which changed rounds are looked at in."""

    members: Sequence[Conflict]
    proposals: Integers
    asking: Asking

    @classmethod
    def of(cls, problem: Problem, members: Sequence[Conflict], asking: Asking) -> "Part":
        """Take the part of a problem that a conflict is about."""
        proposals = proposals_of(problem, members, asking.options, asking.deadline)
        return cls(members, proposals, asking)

    def holds(self, round_: Round) -> Holds:
        """Say whether the constraints of the conflict can hold together in a changed round."""
        asking = self.asking
        if asking.out_of_time:
            return "unknown"
        if round_.rule_packs:
            problem, proposals = asking.problem(round_), self.proposals
        else:
            problem = problem_of(self._narrowed(round_), self._table)
            proposals = np.arange(len(self.proposals))
        found = can_hold(problem, proposals, self.members, asking.options, asking.deadline)
        return "unknown" if found is None else "yes" if found else "no"

    @cached_property
    def _ids(self) -> frozenset[str]:
        ids = self.asking.eligibility.proposal_ids
        return frozenset(ids[at] for at in self.proposals.tolist())

    @cached_property
    def _table(self) -> EligibilityTable:
        """Who may fund what, of the part alone."""
        whole = self.asking.eligibility
        return EligibilityTable(
            whole.pool_ids,
            tuple(whole.proposal_ids[at] for at in self.proposals.tolist()),
            whole.failed[:, self.proposals],
            whole.unknown[:, self.proposals],
        )

    def _narrowed(self, round_: Round) -> Round:
        """Give the part's proposals with all pools: what its constraints are worked out from."""
        kept = self._ids
        rows = [row for row in round_.proposals if row.proposal_id in kept]
        organisations = {row.org_id for row in rows}
        subjects = {member.subject for member in self.members}
        return round_.model_copy(
            update={
                "proposals": tuple(
                    row.model_copy(update={"requires": tuple(k for k in row.requires if k in kept)})
                    for row in rows
                ),
                "organisations": tuple(
                    row for row in round_.organisations if row.org_id in organisations
                ),
                "targets": tuple(row for row in round_.targets if f"target {row.id}" in subjects),
                "pairs": tuple(
                    row
                    for row in round_.pairs
                    if row.proposal_id in kept or row.org_id in organisations
                ),
                "reviews": tuple(row for row in round_.reviews if row.proposal_id in kept),
                "commitments": tuple(
                    row for row in round_.commitments if row.org_id in organisations
                ),
            }
        )
