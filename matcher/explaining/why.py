"""Why a proposal stands where it does, and what would change that, each claim by a re-solve."""

from dataclasses import dataclass, field
from time import monotonic

from matcher.explaining.levers.applying import levers_of, open_pools
from matcher.explaining.levers.levers import Change
from matcher.explaining.levers.pulled import changes_of
from matcher.explaining.levers.side_by_side import changes_side_by_side
from matcher.explaining.missing.openings import Held
from matcher.explaining.processes import pays
from matcher.explaining.solves.base import Base, Tell
from matcher.explaining.solves.claim import Claims, Funded
from matcher.explaining.solves.forcing import Displacement, displacement_of
from matcher.explaining.solves.forcing_nearby import displacement_nearby


@dataclass(frozen=True)
class Explanation:
    """What is known of a proposal in a result.

    `pools` are those that may fund it. `funded_in` says in which of the best plans it is funded.
    `displacement` says what funding it would cost, or, of one that is funded, what the plan would
    lose without it; None where no plan can do that. `changes` are what would get it funded, lever
    by lever. `ended` says that time ran out before all was known.
    """

    proposal_id: str
    funded: bool
    pools: tuple[str, ...]
    funded_in: Funded = "unknown"
    displacement: Displacement | None = None
    changes: tuple[Change, ...] = field(default_factory=tuple)
    ended: bool = False


def explain(
    base: Base, held: Held, proposal_id: str, tell: Tell, thorough: bool = True
) -> Explanation:
    """Explain where a proposal stands in the best plan of a base.

    Where it is not `thorough`, what would be lost without a proposal that is funded is left out,
    and of the levers those that touch other proposals as well, but for missing facts.
    """
    pools = open_pools(base, proposal_id)
    row = base.round.proposals_by_id[proposal_id]
    claims = Claims(base, proposal_id)
    if proposal_id in base.funded:
        if not thorough:
            return Explanation(proposal_id, True, pools)
        tell(f"solving the round without {proposal_id}")
        lost, _ = _displacement(base, proposal_id, funded=False)
        at_no_cost = lost is not None and not any(lost.cost)
        return Explanation(proposal_id, True, pools, "some" if at_no_cost else "all", lost)
    if row.status != "submitted":
        return Explanation(proposal_id, False, pools, "none")
    displacement, settled = None, True
    if pools:
        tell(f"solving the round with {proposal_id}")
        displacement, settled = _displacement(base, proposal_id, funded=True)
        if displacement is not None and not any(displacement.cost):
            return Explanation(proposal_id, False, pools, "some", displacement)
    tell(f"looking for what would get {proposal_id} funded")
    known = None if displacement is None else displacement.awards
    if thorough and pays(base) and not base.is_large:
        changes = changes_side_by_side(base, held, proposal_id, known, tell)
    else:
        levers = list(levers_of(base, held, proposal_id, pools, thorough))
        changes = list(changes_of(claims, levers, known))
    ended = not settled or any(change.unknown for change in changes)
    funded_in: Funded = "none" if settled else "unknown"
    return Explanation(proposal_id, False, pools, funded_in, displacement, tuple(changes), ended)


def _displacement(base: Base, proposal_id: str, funded: bool) -> tuple[Displacement | None, bool]:
    """Force a proposal in or out; say too whether it is settled that there is no plan, if none."""
    if base.is_large:
        found, impossible = displacement_nearby(base, proposal_id, funded)
        return found, found is not None or impossible
    found = displacement_of(base, proposal_id, funded)
    return found, found is not None or monotonic() < base.deadline
