"""Why a proposal stands where it does, and what would change that, each claim by a re-solve."""

from dataclasses import dataclass, field, replace

from matcher.explaining.levers.applying import levers_of, open_pools
from matcher.explaining.levers.levers import Change
from matcher.explaining.levers.pulled import Pulled, changes_of, forced_in
from matcher.explaining.levers.side_by_side import pulled_side_by_side
from matcher.explaining.missing.openings import Held
from matcher.explaining.processes import pays
from matcher.explaining.solves.base import Base, Tell
from matcher.explaining.solves.claim import Claims, Funded
from matcher.explaining.solves.forcing import Displacement
from matcher.explaining.solves.forcing_nearby import forced


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
    if proposal_id in base.funded:
        if not thorough:
            return Explanation(proposal_id, True, pools)
        tell(f"solving the round without {proposal_id}")
        lost, needed = forced(base, proposal_id, funded=False)
        if lost is None:
            known: Funded = "all" if needed else "unknown"
            return Explanation(proposal_id, True, pools, known, ended=not needed)
        return Explanation(proposal_id, True, pools, "all" if any(lost.cost) else "some", lost)
    if row.status != "submitted":
        return Explanation(proposal_id, False, pools, "none")
    if thorough and pays(base) and not base.is_large:
        found = pulled_side_by_side(base, held, proposal_id, tell)
    else:
        found = _pulled(base, held, proposal_id, tell, thorough)
    if found.ties:
        return Explanation(proposal_id, False, pools, "some", found.displacement)
    ended = not found.settled or any(change.unknown for change in found.changes)
    funded_in: Funded = "none" if found.settled else "unknown"
    return Explanation(
        proposal_id, False, pools, funded_in, found.displacement, found.changes, ended
    )


def _pulled(base: Base, held: Held, proposal_id: str, tell: Tell, thorough: bool) -> Pulled:
    """Force a proposal in, and pull each lever that applies unless that costs nothing."""
    pools = open_pools(base, proposal_id)
    if pools:
        tell(f"solving the round with {proposal_id}")
    pulled = forced_in(base, proposal_id)
    if pulled.ties:
        return pulled
    tell(f"looking for what would get {proposal_id} funded")
    levers = list(levers_of(base, held, proposal_id, pools, thorough))
    changes = changes_of(Claims(base, proposal_id), levers, pulled.awards)
    return replace(pulled, changes=tuple(changes))
