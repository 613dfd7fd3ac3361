"""The levers of a proposal pulled by several processes, those that belong together by one."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace

from matcher.explaining.levers.applying import levers_of, open_pools
from matcher.explaining.levers.levers import Change, Lever
from matcher.explaining.levers.pulled import Pulled, changes_of, forced_in
from matcher.explaining.missing.openings import Held
from matcher.explaining.processes import worked_out
from matcher.explaining.solves.base import Base, Tell
from matcher.explaining.solves.claim import Claims
from matcher.workers.shared import Shared

Part = tuple[int, ...]
"""Positions among the levers that apply to a proposal."""


def pulled_side_by_side(base: Base, held: Held, proposal_id: str, tell: Tell) -> Pulled:
    """Force a proposal in, and meanwhile find the smallest change along each lever that applies.

    Where it could be funded at no cost, no lever is waited for. Raises BrokenExecutor where
    processes end of themselves again and again.
    """
    levers = list(levers_of(base, held, proposal_id, open_pools(base, proposal_id)))
    parts = parts_of(levers)
    shared = Shared.of((base.with_workers(1), held, proposal_id))
    looking = f"solving the round with {proposal_id} and looking for what would get it funded"
    tell(looking)
    mine, found = Pulled(), dict[int, Change]()
    with closing(worked_out(shared, _pulled, parts, base.options.workers)) as done:
        for part, (pulled, changes) in done:
            if part == parts[0]:
                mine = pulled
            if mine.ties:
                return mine
            found.update(changes)
            tell(f"{looking}, {len(found)} of {len(levers)} possible changes looked at")
    return replace(mine, changes=tuple(found[at] for at in sorted(found)))


def parts_of(levers: Sequence[Lever]) -> list[Part]:
    """Give the levers that are pulled together: the proposal's own first, then those of a kind.

    The own ones, maybe none, wait for the proposal to be forced in, and what touches other
    proposals as well takes as long: of those the last kinds, the round's limits, are begun first.
    """
    kinds = dict.fromkeys(lever.kind for lever in levers if not lever.is_own)
    parts = [
        tuple(at for at, lever in enumerate(levers) if not lever.is_own and lever.kind == kind)
        for kind in kinds
    ]
    mine = tuple(at for at, lever in enumerate(levers) if lever.is_own)
    return [mine, *reversed(parts)]


def _pulled(shared: Shared, part: Part) -> tuple[Pulled, dict[int, Change]]:
    """Pull some levers in a process of their own; facts that are more than needed are left out.

    With the proposal's own ones comes what forcing it in costs.
    """
    base, held, proposal_id = shared.value()
    levers = list(levers_of(base, held, proposal_id, open_pools(base, proposal_id)))
    pulled = forced_in(base, proposal_id) if part == parts_of(levers)[0] else Pulled()
    if pulled.ties:
        return pulled, {}
    places = {id(levers[at]): at for at in part}
    mine = [levers[at] for at in part]
    changes = changes_of(Claims(base, proposal_id), mine, pulled.awards)
    return pulled, {places[id(change.lever)]: change for change in changes}
