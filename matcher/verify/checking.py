"""The checker's front: every check over one list of awards."""

from collections.abc import Callable, Collection, Iterator, Mapping

from matcher.domain import Round
from matcher.errors import MatcherError
from matcher.verify import organisations, pools, proposals, targets
from matcher.verify.claim import claim_faults, usable
from matcher.verify.findings import Awards, LevelValue, Verification, Violation
from matcher.verify.levels import objective_levels
from matcher.verify.near import Nearness, few_changes
from matcher.verify.plan import Plan

CHECKS: Mapping[str, Callable[[Plan], Iterator[Violation]]] = {
    "step": pools.grant_steps,
    "C1": pools.pool_budgets,
    "C2": proposals.requests,
    "C3": pools.grant_sizes,
    "C4": pools.grant_counts,
    "C5": pools.co_financing,
    "C6": proposals.funder_counts,
    "C7": proposals.allowed_pairs,
    "C8": organisations.organisation_caps,
    "C9": proposals.alternatives,
    "C10": proposals.dependence,
    "C11 floors": targets.target_floors,
    "C11 caps": targets.target_caps,
    "C12": proposals.decided_pairs,
    "C13": pools.company,
}
"""Each constraint with its check; what a rule may leave out bears the same names, or `C11`."""


def verify_awards(
    round_: Round,
    awards: Awards,
    not_enforced: Collection[str] = (),
    nearness: Nearness | None = None,
) -> Verification:
    """Check awards (base minor units) against everything PROBLEM.md asks of them.

    `not_enforced` names constraints (`C4`, `C11`, `C11 floors`, …) that are reported apart and do
    not fail. Raises MatcherError for a name that is none of them. Awards that are no amounts or
    name what the round lacks are violations, and take no part in the other checks and the levels.
    `nearness` is given for awards that were to stay near an earlier result.
    """
    known = {*CHECKS, *(name.split()[0] for name in CHECKS)}
    if strange := sorted(set(not_enforced) - known):
        raise MatcherError(
            f"There is no constraint {', '.join(strange)} to leave out. "
            f"Use some of: {', '.join(CHECKS)}, C11."
        )
    plan = usable(round_, awards)
    broken, reported = list(claim_faults(round_, awards)), list[Violation]()
    for name, check in CHECKS.items():
        left_out = not {name, name.split()[0]}.isdisjoint(not_enforced)
        (reported if left_out else broken).extend(check(plan))
    if nearness is not None:
        broken.extend(few_changes(plan, nearness))
    verdicts = proposals.pair_verdicts(plan)
    return Verification(
        violations=tuple(broken),
        not_enforced=tuple(reported),
        levels=tuple(objective_levels(plan, nearness)),
        verdicts=verdicts,
        conditional=frozenset(
            pair
            for pair, verdict in verdicts.items()
            if verdict == "needs_review" or plan.pool(pair[0]).certainty == "pledged"
        ),
    )


def levels_of(round_: Round, awards: Awards) -> tuple[LevelValue, ...]:
    """Give the objective levels that awards reach, whether or not they may be made.

    Raises MatcherError for awards that are no amounts or name what the round lacks.
    """
    if faults := list(claim_faults(round_, awards)):
        raise MatcherError(" ".join(fault.message for fault in faults))
    return tuple(objective_levels(usable(round_, awards)))
