"""What an applicant is told where its work starts too soon for `start_policy: strict`.

It is told of pools that hide neither themselves nor their donor and keep no term; the day from
which on it could start only where every step until then may be told.
"""

from collections.abc import Callable, Iterator

import numpy as np

from matcher.explaining.applicants.law import OpenLaw
from matcher.explaining.solves.base import Judged
from matcher.law.steps import planned_steps
from matcher.tables.late import Late, late_at
from matcher.writing.visibility import ShownRound


class LateStarts:
    """The pools of a round that would fund a proposal if its work started later."""

    def __init__(
        self, base: Judged, law: OpenLaw, shown: ShownRound, say: Callable[..., str]
    ) -> None:
        self.base, self.law, self.shown, self.say = base, law, shown, say

    @property
    def is_strict(self) -> bool:
        """Whether the round asks for steps to be done before work starts."""
        return self.base.round.policy.start_policy == "strict"

    def is_told(self, position: int) -> bool:
        """Say whether an applicant may be told that a pool only misses its start."""
        return self.is_strict and bool(self._open(position))

    def of(self, position: int, other: bool) -> Iterator[str]:
        """Say what has to be done before the start; `other` where donors were spoken of before."""
        late = self._open(position)
        if not late:
            return
        if other:
            yield self.say("applicant-starts-other")
        round_ = self.base.round
        starts = round_.proposals_by_id[self.base.problem.proposals.ids[position]].starts
        dated = [one for one in late if self._shows_steps(one.pool, position)]
        # The soonest of all counts: a later day would be wrong to ask for.
        if dated[:1] == late[:1]:
            yield self.say(
                "applicant-starts-dated", starts=str(starts), ready=late[0].ready.isoformat()
            )
        else:
            yield self.say("applicant-starts-undated", starts=str(starts))

    def _open(self, position: int) -> list[Late]:
        eligibility = self.base.eligibility
        return [
            one
            for one in late_at(eligibility, position, self.base.round.decision_date)
            if self.law.is_open(eligibility.pool_ids[one.pool])
            and not self.shown.keeps(eligibility.pool_ids[one.pool])
        ]

    def _shows_steps(self, pool: int, position: int) -> bool:
        """Say whether all steps that a payment waits for may be told."""
        law = self.base.eligibility.law
        if law is None:
            return False
        steps = planned_steps(law.law, np.array([pool]), np.array([position]))
        return all(
            step.key.link != "contribution" and self.law.shows_outcome(pool, step.outcome)
            for step in steps
            if step.step.timing == "before_payment"
        )
