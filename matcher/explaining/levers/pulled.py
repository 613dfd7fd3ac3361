"""The levers of a proposal pulled: several at once where that shows them of no use, else each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from matcher.eligibility import eligibility_of
from matcher.explaining.levers.applying import open_pools
from matcher.explaining.levers.levers import Change, Lever, smallest_change
from matcher.explaining.levers.together import of_no_use
from matcher.explaining.solves.base import Awards, Base
from matcher.explaining.solves.claim import Claims
from matcher.explaining.solves.forcing import Displacement
from matcher.explaining.solves.forcing_nearby import forced
from matcher.solving.apart import run_side_by_side


@dataclass(frozen=True)
class Pulled:
    """What is known of a proposal that is not funded, once its levers are pulled.

    `displacement` says what forcing it in costs; where there is none, `impossible` says that it is
    proven that no plan funds it, as where no pool may. `changes` are what was found lever by lever.
    """

    displacement: Displacement | None = None
    impossible: bool = True
    changes: tuple[Change, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether it is known what forcing it in costs, or that it cannot be."""
        return self.displacement is not None or self.impossible

    @property
    def ties(self) -> bool:
        """Whether it could be funded at no cost."""
        return self.displacement is not None and not any(self.displacement.cost)

    @property
    def awards(self) -> Awards | None:
        """The awards of a plan that funds it, if one is known."""
        return None if self.displacement is None else self.displacement.awards


def forced_in(base: Base, proposal_id: str) -> Pulled:
    """Force a proposal in, where any pool may fund it; no lever is pulled yet."""
    if not open_pools(base, proposal_id):
        return Pulled()
    return Pulled(*forced(base, proposal_id))


def changes_of(
    claims: Claims, levers: Sequence[Lever], known: Awards | None = None
) -> Iterator[Change]:
    """Find the smallest change along each lever; `known` is a plan that funds the proposal, if any.

    Levers that loosen are pulled together first, those of a kind, as far as they go: where that
    does not get the proposal funded, none of them does alone.
    """
    if claims.base.is_large:
        yield from _changes_of_large(claims, levers, known)
        return
    together = [lever for lever in levers if lever.loosens and lever.values]
    helping: list[Lever] = []
    for kind in dict.fromkeys(lever.kind for lever in together):
        helping += _helping(claims, [lever for lever in together if lever.kind == kind])
    useless, known_to_do = of_no_use(claims, levers), False
    for lever in levers:
        if lever.kind == "facts" and known_to_do:
            continue  # a smaller set of facts will do
        beaten = lever in together and not any(lever is other for other in helping)
        if beaten or any(lever is other for other in useless):
            yield Change(lever, None)
        else:
            change = smallest_change(claims, lever, known)
            known_to_do |= lever.kind == "facts" and change.value is not None
            yield change


def _changes_of_large(
    claims: Claims, levers: Sequence[Lever], known: Awards | None
) -> Iterator[Change]:
    """Search the levers that touch the proposal alone; show that kinds of others are of no use.

    Where that cannot be shown, it is left open: to settle it takes proofs over the whole round.
    Solvers take most of the time, so that threads are enough to look at several at once.
    """
    calls: list[Callable[[], list[Change]]] = []
    kinds: dict[str, list[Lever]] = {}
    for lever in levers:
        if lever.is_own or not lever.values:
            calls.append(partial(_searched, claims, lever, known))
        else:
            kinds.setdefault(lever.kind, []).append(lever)
    calls += [partial(_shown, claims, alike) for alike in kinds.values()]
    found = run_side_by_side(calls, workers=claims.base.options.workers)
    changes = {id(change.lever): change for some in found for change in some}
    yield from (changes[id(lever)] for lever in levers)


def _searched(claims: Claims, lever: Lever, known: Awards | None) -> list[Change]:
    return [smallest_change(claims, lever, known)]


def _shown(claims: Claims, alike: Sequence[Lever]) -> list[Change]:
    """Say of levers of a kind whether it is left open that they help."""
    open_ = not all(lever.loosens for lever in alike) or _may_help(claims, alike)
    return [Change(lever, None, unknown=open_) for lever in alike]


def _may_help(claims: Claims, levers: Sequence[Lever]) -> bool:
    """Say whether it is left open that levers help, all pulled together as far as they go."""
    changed = claims.base.round
    for lever in levers:
        changed = lever.after(changed, -1)
    again = any(lever.verdicts for lever in levers)
    eligibility = eligibility_of(changed) if again else claims.base.eligibility
    return not claims.is_beyond(changed, eligibility)


def _helping(claims: Claims, levers: Sequence[Lever]) -> list[Lever]:
    """Give the levers that are not shown to be of no use, by pulling several at once."""
    if not levers:
        return []
    if not _may_help(claims, levers):
        return []
    if len(levers) == 1:
        return list(levers)
    middle = len(levers) // 2
    return [*_helping(claims, levers[:middle]), *_helping(claims, levers[middle:])]
