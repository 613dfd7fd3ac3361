"""What may be shown of a round to others: names, titles, ids and free text, by `visibility`.

`name_withheld` keeps a name out: of a donor, a pool or an organisation; of a proposal that of its
applicant. `confidential` keeps out name, title and id; the row still counts. What a confidential
donor gives and what a confidential organisation asks for is confidential too. Of a pool, the
columns in `confidential_terms` are kept out, and with them the sentences that could tell them.
Free text (reasons, conditions, titles) is searched for whole names, titles and ids that are
withheld; what hints at them in other words is not found. Totals count everything: where a single
budget is withheld, it can be worked out from them.
"""

from collections.abc import Iterable, Mapping

from matcher.domain import Round
from matcher.writing.withheld import Secret, Withheld

NAME_WITHHELD = "name withheld"
CONFIDENTIAL_TERM = "a term that the pool keeps confidential"
CONFIDENTIAL: Mapping[str, str] = {
    "donor": "confidential donor",
    "pool": "confidential pool",
    "organisation": "confidential applicant",
    "proposal": "confidential proposal",
}


class ShownRound:
    """The names of a round's donors, pools, organisations and proposals as others may see them."""

    def __init__(self, round_: Round) -> None:
        self.round = round_
        donors = {donor.donor_id: donor.visibility for donor in round_.donors}
        organisations = {o.org_id: o.visibility for o in round_.organisations}
        self._visibility: Mapping[str, Mapping[str, str]] = {
            "donor": donors,
            "organisation": organisations,
            "pool": {
                pool.pool_id: _strictest(
                    pool.visibility,
                    _only_confidential(donors[pool.donor_id]),
                    "name_withheld" if "name" in pool.confidential_terms else "public",
                )
                for pool in round_.pools
            },
            "proposal": {
                proposal.proposal_id: _strictest(
                    proposal.visibility, _only_confidential(organisations[proposal.org_id])
                )
                for proposal in round_.proposals
            },
        }
        self._names: Mapping[str, Mapping[str, str]] = {
            "donor": {donor.donor_id: donor.name for donor in round_.donors},
            "organisation": {o.org_id: o.name for o in round_.organisations},
            "pool": {pool.pool_id: pool.name for pool in round_.pools},
            "proposal": {p.proposal_id: p.title for p in round_.proposals},
        }
        self._search = Withheld(self._secrets())

    def donor(self, pool_id: str) -> str:
        """Give the name of a pool's donor."""
        if self._visibility["pool"][pool_id] == "confidential":
            return CONFIDENTIAL["donor"]
        return self._name("donor", self.round.pools_by_id[pool_id].donor_id)

    def giver(self, donor_id: str) -> str:
        """Give the name of a donor by itself."""
        return self._name("donor", donor_id)

    def pool(self, pool_id: str) -> str:
        """Give the name of a pool."""
        return self._name("pool", pool_id)

    def organisation(self, org_id: str) -> str:
        """Give the name of an organisation by itself."""
        return self._name("organisation", org_id)

    def title(self, proposal_id: str) -> str:
        """Give the title of a proposal."""
        if self._visibility["proposal"][proposal_id] == "confidential":
            return CONFIDENTIAL["proposal"]
        return self.text(self._names["proposal"][proposal_id], proposal_id)

    def applicant(self, proposal_id: str) -> str:
        """Give the name of a proposal's organisation."""
        visibility = self._visibility["proposal"][proposal_id]
        if visibility == "confidential":
            return CONFIDENTIAL["organisation"]
        if visibility == "name_withheld":
            return NAME_WITHHELD
        return self._name("organisation", self.round.proposals_by_id[proposal_id].org_id)

    def pool_label(self, pool_id: str) -> str:
        """Give the id of a pool, or nothing where it is confidential."""
        return "" if self._visibility["pool"][pool_id] == "confidential" else pool_id

    def proposal_label(self, proposal_id: str) -> str:
        """Give the id of a proposal, or nothing where it is confidential."""
        hidden = self._visibility["proposal"][proposal_id] == "confidential"
        return "" if hidden else proposal_id

    def donor_label(self, pool_id: str) -> str:
        """Give the id of a pool's donor, or nothing where pool or donor is confidential."""
        donor_id = self.round.pools_by_id[pool_id].donor_id
        hidden = "confidential" in (
            self._visibility["pool"][pool_id], self._visibility["donor"][donor_id]
        )  # fmt: skip
        return "" if hidden else donor_id

    def organisation_label(self, proposal_id: str) -> str:
        """Give the id of a proposal's organisation, or nothing where it is not to be told.

        Where a proposal withholds its applicant's name, the id would tell it beside another one.
        """
        org_id = self.round.proposals_by_id[proposal_id].org_id
        told = self._visibility["proposal"][proposal_id] == "public"
        return org_id if told and self._visibility["organisation"][org_id] != "confidential" else ""

    def keeps(self, pool_id: str, *terms: str) -> bool:
        """Say whether a pool keeps one of some terms confidential; any at all if none is named."""
        kept = self.round.pools_by_id[pool_id].confidential_terms
        return not set(terms).isdisjoint(kept) if terms else bool(kept)

    def text(self, text: str, proposal_id: str | None = None) -> str:
        """Give free text without what is withheld; `proposal_id` is the one it is about."""
        if proposal_id is not None and self._visibility["proposal"][proposal_id] != "public":
            org_id = self.round.proposals_by_id[proposal_id].org_id
            name = self._names["organisation"][org_id]
            own = [(name, False, NAME_WITHHELD), (org_id, True, NAME_WITHHELD)]
            text = Withheld(own).left_out_of(text)
        return self._search.left_out_of(text)

    def reason(self, text: str, proposal_id: str) -> str:
        """Give why something was decided on a proposal, unless that is confidential."""
        if text and self._visibility["proposal"][proposal_id] == "confidential":
            return "withheld"
        return self.text(text, proposal_id)

    def _name(self, kind: str, identifier: str) -> str:
        visibility = self._visibility[kind][identifier]
        if visibility == "public":
            name = self._names[kind][identifier]
            return self.text(name) if kind == "pool" else name
        return NAME_WITHHELD if visibility == "name_withheld" else CONFIDENTIAL[kind]

    def _secrets(self) -> Iterable[Secret]:
        """Yield what no text may hold: the words, whether case matters, and what stands instead."""
        for kind, visibilities in self._visibility.items():
            for identifier, visibility in visibilities.items():
                name = self._names[kind][identifier]
                if visibility == "confidential":
                    yield name, False, f"a {CONFIDENTIAL[kind]}"
                    yield identifier, True, f"a {CONFIDENTIAL[kind]}"
                elif visibility == "name_withheld" and kind != "proposal":
                    yield name, False, NAME_WITHHELD


def _strictest(*visibilities: str) -> str:
    return max(visibilities, key=("public", "name_withheld", "confidential").index)


def _only_confidential(visibility: str) -> str:
    return visibility if visibility == "confidential" else "public"
