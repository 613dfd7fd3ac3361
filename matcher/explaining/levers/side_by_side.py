"""The levers of a proposal pulled by several processes, those that belong together by one."""

from collections.abc import Sequence

from matcher.explaining.levers.applying import levers_of, open_pools
from matcher.explaining.levers.levers import Change, Lever
from matcher.explaining.levers.pulled import changes_of
from matcher.explaining.missing.openings import Held
from matcher.explaining.processes import worked_out
from matcher.explaining.solves.base import Awards, Base, Tell
from matcher.explaining.solves.claim import Claims
from matcher.workers.shared import Shared

Part = tuple[int, ...]
"""Positions among the levers that apply to a proposal."""


def changes_side_by_side(
    base: Base, held: Held, proposal_id: str, known: Awards | None, tell: Tell
) -> list[Change]:
    """Find the smallest change along each lever that applies to a proposal, as `changes_of` does.

    `known` is a plan that funds it, if any. Raises BrokenExecutor where processes end of themselves
    again and again.
    """
    levers = list(levers_of(base, held, proposal_id, open_pools(base, proposal_id)))
    parts = parts_of(levers)
    shared = Shared.of((base.with_workers(1), held, proposal_id, known))
    found: dict[int, Change] = {}
    for _, changes in worked_out(shared, _pulled, parts, base.options.workers):
        found.update(changes)
        done = f"{len(found)} of {len(levers)} possible changes looked at"
        tell(f"looking for what would get {proposal_id} funded, {done}")
    return [found[at] for at in sorted(found)]


def parts_of(levers: Sequence[Lever]) -> list[Part]:
    """Give the levers that are pulled together first: those of a kind, and the proposal's own.

    What touches other proposals as well takes longest, and is begun first.
    """
    kinds = dict.fromkeys(lever.kind for lever in levers if not lever.is_own)
    parts = [
        tuple(at for at, lever in enumerate(levers) if not lever.is_own and lever.kind == kind)
        for kind in kinds
    ]
    mine = tuple(at for at, lever in enumerate(levers) if lever.is_own)
    return [*reversed(parts), mine] if mine else parts[::-1]


def _pulled(shared: Shared, part: Part) -> dict[int, Change]:
    """Pull some levers in a process of their own; facts that are more than needed are left out."""
    base, held, proposal_id, known = shared.value()
    levers = list(levers_of(base, held, proposal_id, open_pools(base, proposal_id)))
    places = {id(levers[at]): at for at in part}
    changes = changes_of(Claims(base, proposal_id), [levers[at] for at in part], known)
    return {places[id(change.lever)]: change for change in changes}
