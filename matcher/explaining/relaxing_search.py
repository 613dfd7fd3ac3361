"""Whether a changed round has a plan, and the least change of one value that gives it one.

A plan counts once the independent verifier has passed it. Where a round is small, each look is at
all of it. A large one is looked at in part first: the proposals that a conflict speaks of, and its
constraints alone. What the part needs, the round needs; a plan for the round shows that it is
enough.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from time import monotonic
from typing import Literal

import numpy as np

from matcher.allocation.problem import Integers, Problem, problem_of
from matcher.allocation.rows import hard_rows
from matcher.domain import Round
from matcher.eligibility import EligibilityTable, eligibility_of
from matcher.explaining.relaxing_levers import Lever
from matcher.explaining.relaxing_mending import mend
from matcher.explaining.relaxing_start import start_of
from matcher.results import Options
from matcher.solving import Conflict, Ways
from matcher.solving.conflict import can_hold, conflict_of, proposals_of
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.objectives import objectives_of
from matcher.solving.one_level import UNLIMITED, OneLevel, State
from matcher.verify import verify_awards

Holds = Literal["yes", "no", "unknown"]
ANY_PLAN = 1.0
"""The gap at which any plan will do."""
SMALL = 2_000
"""Up to so many pairs, all of a round is looked at each time."""
BRIEF, LONG = 3, 20
"""Steps in which a plan is mended before a conflict is looked for, and after that."""

Awards = Mapping[tuple[str, str], int]


@dataclass
class Asking:
    """Asks whether rounds have plans; remembers the awards of the last plan, to start from."""

    eligibility: EligibilityTable
    options: Options
    deadline: float
    awards: Awards = field(default_factory=dict)
    ends: dict[bytes, Holds] = field(default_factory=dict)
    against: Sequence[Conflict] = ()
    """What stood against a plan where one was last looked for near the one known."""

    @property
    def out_of_time(self) -> bool:
        """Whether the time is up."""
        return monotonic() > self.deadline

    def problem(self, round_: Round) -> Problem:
        """Give a changed round as a problem; who may fund what changes with the values by rules."""
        table = eligibility_of(round_) if round_.rule_packs else self.eligibility
        return problem_of(round_, table)

    def has_plan(self, round_: Round) -> Holds:
        """Say whether a round has a plan; a plan found is passed by the verifier."""
        problem = self.problem(round_)
        seen = _seen(problem)
        if seen not in self.ends:
            found = self._looked(problem)
            if found == "unknown":
                return found
            self.ends[seen] = found
        return self.ends[seen]

    def _looked(self, problem: Problem) -> Holds:
        if self.out_of_time:
            return "unknown"
        formulation = formulate(problem, soft=())
        model = formulation.model
        known = bool(self.awards) and len(problem.pairs) > 0
        start = start_of(formulation, problem.amounts(self.awards)) if known else None
        if start is not None and model.allows(start):
            return self._passed(problem, start[formulation.money])
        large = len(problem.pairs) > SMALL
        if large and start is not None:
            return self._from_known(problem, formulation, start)
        objectives = [o for o in objectives_of(formulation) if o.level == "L2"]
        goals = [objective.whole(model.upper) for objective in objectives]
        if not goals:
            return "yes" if model.allows(np.zeros(model.columns, np.int64)) else "no"
        flags = np.concatenate([formulation.grant, formulation.funded])
        ways = Ways(exact=not large)
        level = OneLevel(
            formulation, flags, objectives[0], goals[0], goals[1:], goals[0], None, ways
        )
        solved = level.solve(State(model, None, {}, start), self.effort(ANY_PLAN))
        if solved.columns is not None:
            return self._passed(problem, solved.columns[formulation.money])
        return "no" if solved.ended == "infeasible" else "unknown"

    def _from_known(self, problem: Problem, formulation: Formulation, start: Integers) -> Holds:
        """Mend the plan known, and look for a conflict: all of a search takes long."""
        found = None
        for steps in (BRIEF, LONG):
            start = mend(formulation, start, self.effort(ANY_PLAN), steps)
            if formulation.model.allows(start):
                return self._passed(problem, start[formulation.money])
            if found is None:
                found = conflict_of(problem, self.options, self.deadline, narrow=False)
                self.against = () if found is None else found.members
            if found is not None:
                return "no"
        return "unknown"

    def effort(self, gap: float, work: float = UNLIMITED) -> Effort:
        """Give what a search may spend."""
        seconds, options = max(self.deadline - monotonic(), 0.01), self.options
        return Effort(seconds, work, gap, options.workers, options.seed)

    def _passed(self, problem: Problem, amounts: Integers) -> Holds:
        awards = problem.awards(amounts)
        checked = verify_awards(problem.round, awards)
        if not checked.holds:
            told = [violation.message for violation in checked.violations]
            raise AssertionError(f"a plan that breaks the round: {told[:3]}")
        self.awards = awards
        return "yes"


@dataclass(frozen=True)
class Least:
    """The least steps of a lever that are enough; None where none are.

    `low` steps are needed at least: one fewer is not enough. `known` says that the end was reached
    and no clock stopped the search; without steps and not known, nothing is claimed.
    """

    steps: int | None
    low: int
    known: bool


def least_steps(lever: Lever, holds: Callable[[int], Holds], low: int = 1) -> Least:
    """Find the least steps at which a question is answered yes, at least `low`.

    Looks at the furthest first: where that is not enough, no more is looked at. Then steps double
    until the answer is yes, and are halved between the last no and the first yes: at what is told
    the answer is yes, and one step before it is no.
    """
    most, below, step = lever.steps, low - 1, max(low, 1)
    if below:
        found = holds(below + 1)
        if found != "no":
            return Least(below + 1 if found == "yes" else None, below + 1, found == "yes")
    if lever.whole_way:
        found = holds(most)
        if found != "yes":
            return Least(None, below + 1, found == "no")
    while (found := holds(min(step, most))) != "yes":
        if found == "unknown":
            return Least(None, below + 1, False)
        below = min(step, most)
        if step >= most:
            return Least(None, below + 1, True)
        step = 2 * step
    above = min(step, most)
    while above - below > 1:
        middle = (below + above) // 2
        found = holds(middle)
        if found == "unknown":
            return Least(above, below + 1, False)
        if found == "yes":
            above = middle
        else:
            below = middle
    return Least(above, above, True)


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


def applied(round_: Round, changes: Collection[tuple[Lever, int]]) -> Round:
    """Give a round with changes of several values."""
    for lever, step in changes:
        round_ = lever.changed(round_, step)
    return round_


def _seen(problem: Problem) -> bytes:
    """Give what tells problems with different plans apart: their arrays and the sides of rows."""
    pools, proposals, pairs = problem.pools, problem.proposals, problem.pairs
    arrays = (
        pools.budget, pools.least, pools.most, pools.grants, proposals.request,
        proposals.minimum, proposals.funders, pairs.pool, pairs.proposal, pairs.fixed,
        pairs.allowed, pairs.pinned, pairs.accepted,
    )  # fmt: skip
    parts = [array.tobytes() for array in arrays]
    parts.append(repr(pools.share).encode())
    for row in hard_rows(problem):
        parts.append(repr((row.constraint, row.subject, row.low, row.high)).encode())
        parts.append(row.money.value.tobytes())
    return b"|".join(parts)
