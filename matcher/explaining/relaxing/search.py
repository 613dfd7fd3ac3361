"""Whether a changed round has a plan.

A plan counts once the independent verifier has passed it. Where a round is small, each look is at
all of it. In a large one the plan known is mended, and what stands against that is looked for.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

import numpy as np

from matcher.allocation.problem import Integers, Problem, problem_of
from matcher.allocation.rows import hard_rows
from matcher.domain import Round
from matcher.eligibility import EligibilityTable, eligibility_of
from matcher.explaining.relaxing.least import Holds
from matcher.explaining.relaxing.lever import Lever
from matcher.explaining.relaxing.mending import mend
from matcher.explaining.relaxing.start import start_of
from matcher.results import Options
from matcher.solving import Conflict, Ways
from matcher.solving.conflict import conflict_of
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.objectives import objectives_of
from matcher.solving.one_level import UNLIMITED, OneLevel
from matcher.solving.reckoning import State
from matcher.verify import verify_awards

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
        ways = Ways(exact=not large)
        level = OneLevel(formulation, objectives[0], goals[0], goals[1:], goals[0], None, ways)
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
