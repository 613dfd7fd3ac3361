"""Pairs laid out for judging: pools against proposals, or a flat list of pairs, and their links."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from matcher.law.known import FALSE, Frame, Truth
from matcher.law.stated import Rows, Stated
from matcher.regulation.pack import Link

if TYPE_CHECKING:
    from matcher.law.judging import Clause

Flags = NDArray[np.bool_]


def contributions_frame(stated: Stated, entries: Rows) -> Frame:
    """Lay out contributions, by their places among all: contributor to the pool's donor."""
    links = stated.contributions
    receiver = ("donor", links.receiver[entries])
    return Frame(
        {
            "giver": ("donor", links.giver[entries]),
            "receiver": receiver,
            "donor": receiver,
            "pool": ("pool", links.owner[entries]),
        }
    )


@dataclass(frozen=True)
class Grid:
    """Rows of pools and of proposals: each against each, or, where `flat`, one to one."""

    stated: Stated
    pools: Rows
    proposals: Rows
    flat: bool = False

    @cached_property
    def shape(self) -> tuple[int, ...]:
        """Give the shape of what is judged."""
        return (len(self.pools),) if self.flat else (len(self.pools), len(self.proposals))

    @cached_property
    def _pools(self) -> Rows:
        return self.pools if self.flat else self.pools[:, None]

    @cached_property
    def _proposals(self) -> Rows:
        return self.proposals if self.flat else self.proposals[None, :]

    @cached_property
    def grant(self) -> Frame:
        """Lay out the grants from pools to organisations."""
        stated = self.stated
        return Frame(
            {
                "giver": ("donor", stated.donor_of_pool[self._pools]),
                "donor": ("donor", stated.donor_of_pool[self._pools]),
                "pool": ("pool", self._pools),
                "receiver": ("organisation", stated.receiver_of_proposal[self._proposals]),
                "organisation": ("organisation", stated.organisation_of_proposal[self._proposals]),
                "proposal": ("proposal", self._proposals),
            },
            (self.pools, self.proposals) if self.flat else None,
        )

    @cached_property
    def subgrant(self) -> Frame:
        """Lay out the grants of proposals to their partners, in the order of `owners`."""
        stated, entries = self.stated, self._entries
        links = stated.subgrants
        pools = self.pools[self.owners] if self.flat else self._pools
        proposals = links.owner[entries]
        laid = {
            "giver": ("organisation", links.giver[entries]),
            "receiver": ("organisation", links.receiver[entries]),
            "organisation": ("organisation", stated.organisation_of_proposal[proposals]),
            "proposal": ("proposal", proposals),
        }
        if not self.flat:
            laid = {root: (subject, rows[None, :]) for root, (subject, rows) in laid.items()}
        donors = stated.donor_of_pool[pools]
        return Frame(laid | {"pool": ("pool", pools), "donor": ("donor", donors)})

    @cached_property
    def _counts(self) -> Rows:
        counts = np.bincount(
            self.stated.subgrants.owner, minlength=len(self.stated.ids["proposal"])
        )
        return counts[self.proposals]

    @cached_property
    def owners(self) -> Rows:
        """Give, for each partner laid out in `subgrant`, the place of its proposal in the grid."""
        return np.repeat(np.arange(len(self.proposals)), self._counts)

    @cached_property
    def _entries(self) -> Rows:
        first = np.searchsorted(self.stated.subgrants.owner, self.proposals)
        within = np.arange(len(self.owners)) - np.repeat(
            np.cumsum(self._counts) - self._counts, self._counts
        )
        return first[self.owners] + within

    def any_subgrant(self, truth: Truth) -> Truth:
        """Bring the truth over partners to proposals: of none, it is false."""
        leading = truth.shape[:-1]
        found = np.full((*leading, len(self.proposals)), FALSE, np.int8)
        filled = np.flatnonzero(self._counts)
        if len(filled):
            starts = (np.cumsum(self._counts) - self._counts)[filled]
            wide = np.broadcast_to(truth, (*leading, len(self.owners)))
            found[..., filled] = np.maximum.reduceat(wide, starts, axis=-1)
        return found

    def of_pools(self, found: Truth) -> Truth:
        """Lay out what holds of pools alone."""
        return found[self._pools]

    def among(self, keys: NDArray[np.int64]) -> Flags:
        """Say which of a flat list of pairs are among some."""
        known = self._among.get(id(keys))
        if known is None:
            found: Flags = np.isin(self.stated.pair_key(self.pools, self.proposals), keys)
            self._among[id(keys)] = known = (keys, found)
        return known[1]

    def part(self, here: Rows) -> "Grid":
        """Give some pairs of a flat grid, by their places, with what is kept of them."""
        found = Grid(self.stated, self.pools[here], self.proposals[here], flat=True)
        for key, truth in self.kept.items():
            found.kept[key] = np.broadcast_to(truth, self.shape)[here]
        return found

    def is_false(self, clause: "Clause") -> bool:
        """Say whether a clause is known to be false of every pair of a flat grid, on every day."""
        known = [self.kept.get((id(clause), link)) for link in clause.rule.links]
        return all(truth is not None and not truth.any() for truth in known)

    @cached_property
    def kept(self) -> dict[tuple[int, Link], Truth]:
        """Keep the truths that are the same on every day, by the clause's identity and the link."""
        return {}

    @cached_property
    def _among(self) -> dict[int, tuple[NDArray[np.int64], Flags]]:
        return {}
