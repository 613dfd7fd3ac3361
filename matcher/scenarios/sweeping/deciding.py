"""A varied round decided as far as who is funded: targets and merit, not who pays whom.

Nobody reads who pays in one of hundreds of variations, and finding the best payers (L3, L4) takes
most of the time of a run. The awards are verified like any others.
"""

from time import monotonic

from matcher.allocation.problem import problem_of
from matcher.domain import Round
from matcher.eligibility import EligibilityTable, eligibility_of
from matcher.errors import VerificationFailed
from matcher.explaining.solves.worth import Worth, worth_of
from matcher.results import Level
from matcher.scenarios.running import Answer, Start, answered
from matcher.verify import verify_awards

RULE = "max_merit"
"""The rule that has levels; by any other a variation is decided as any round is."""


def decided(start: Start, changed: Round, eligibility: EligibilityTable | None = None) -> Answer:
    """Decide a changed round from a start, its levels up to merit (L1 and L2).

    `eligibility` is given where the change leaves the start's as it is, as other scores do. Raises
    as `match` does.
    """
    options = start.options
    if (options.rule or changed.policy.rule) != RULE or options.stay_near is not None:
        return answered(start, changed, {})
    deadline = monotonic() + options.seconds
    problem = problem_of(changed, eligibility or eligibility_of(changed))
    found = worth_of(problem, options, deadline, problem.amounts(start.awards), brief=True)
    if not isinstance(found, Worth):
        return answered(start, changed, {})  # which says why there is no plan
    awards = problem.awards(found.amounts)
    checked = verify_awards(changed, awards)
    if not checked.holds:
        raise VerificationFailed([violation.message for violation in checked.violations])
    levels = _levels(found)
    reached = {(level.level, level.key): level.value for level in checked.levels}
    wrong = [
        f"{level.level} {level.key or ''} is {level.value}, the verifier finds otherwise"
        for level in levels
        if reached.get((level.level, level.key)) != level.value
    ]
    if wrong:
        raise VerificationFailed(wrong)
    status, reason = ("optimal", "gap") if found.exact else ("feasible", "work_limit")
    return Answer(status, reason, changed.content_hash, levels, awards, True)


def _levels(found: Worth) -> tuple[Level, ...]:
    """Give levels as results have them: a target's shortfall counts above nought."""
    why = "proven" if found.exact else "work_limit"
    levels = []
    for (name, key), value, bound in zip(found.levels, found.values, found.bounds, strict=True):
        if name == "L1":
            levels.append(Level("L1", key, -value, -bound, why))
        else:
            levels.append(Level("L2", key, value, bound, why))
    return tuple(levels)
