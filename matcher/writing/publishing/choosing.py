"""What of a round's awards may be published, whatever the format it is written in.

A publication is read by everybody, so `visibility` is kept to the letter (`writing.visibility`),
and more is left out than a board's report leaves out. An award of which donor, pool, proposal or
applicant is confidential is not in it. Who withholds a name is told by neither name nor id. A
person who applies is never named. What a condition says in its own words, and which facts are still
open, is for pool and applicant to tell.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from matcher import money
from matcher.domain import Proposal, Round
from matcher.writing.publishing.places import places_of
from matcher.writing.publishing.published import Grant, Party, Publication, Work
from matcher.writing.visibility import NAME_WITHHELD, ShownRound
from matcher.writing.withheld import Secret, Withheld

PERSON = "individual"
"""The kind of an applicant who is a person."""

Cells = Mapping[str, str]


def published(round_: Round, awards: Sequence[Cells]) -> Publication:
    """Give what is published of awards that hold, given as rows of awards.csv."""
    return _Publisher(round_).publication(awards)


class _Publisher:
    """A round with what others may see of it."""

    def __init__(self, round_: Round) -> None:
        self.round, self.shown = round_, ShownRound(round_)
        self._unnamed = Withheld(_unnamed(round_))

    def publication(self, awards: Sequence[Cells]) -> Publication:
        by_work: dict[str, list[Cells]] = defaultdict(list)
        without_payer = without_work = 0
        for row in awards:
            if not self._tells_payer(row["pool_id"]):
                without_payer += 1
            elif not self.shown.proposal_label(row["proposal_id"]):
                without_work += 1
            else:
                by_work[row["proposal_id"]].append(row)
        works = tuple(self._work(name, rows) for name, rows in sorted(by_work.items()))
        title = self._text(self.shown.text(self.round.title or self.round.id))
        return Publication(title, works, without_payer, without_work)

    def _tells_payer(self, pool_id: str) -> bool:
        """Say whether a pool and its donor may be told of; a pool may keep either a secret."""
        label = self.shown.pool_label(pool_id)
        return bool(label) and not self.shown.keeps(pool_id, "pool_id", "donor_id")

    def _text(self, shown: str) -> str:
        """Give free text, as others may see it, also without what a publication alone hides."""
        return self._unnamed.left_out_of(shown)

    def _work(self, proposal_id: str, rows: Sequence[Cells]) -> Work:
        proposal = self.round.proposals_by_id[proposal_id]
        applicant = self.round.organisations_by_id[proposal.org_id]
        recipient = self._recipient(proposal)
        return Work(
            proposal_id=proposal_id,
            title=self._text(self.shown.title(proposal_id)),
            recipient=recipient,
            # Who does the work with somebody may tell who that is.
            partners=tuple(self._partners(proposal)) if recipient.is_named else (),
            person=applicant.kind == PERSON,
            requested=money.shown(
                money.minor(proposal.requested, proposal.currency), proposal.currency
            ),
            currency=proposal.currency,
            starts=proposal.starts,
            ends=proposal.ends,
            places=places_of(self.round, proposal),
            sector=proposal.sector,
            sdgs=tuple(sorted(proposal.sdgs, key=int)),
            grants=tuple(self._grant(row) for row in sorted(rows, key=lambda r: r["pool_id"])),
        )

    def _recipient(self, proposal: Proposal) -> Party:
        row = self.round.organisations_by_id[proposal.org_id]
        name = self.shown.applicant(proposal.proposal_id)
        if row.kind == PERSON or name == NAME_WITHHELD:
            return Party(NAME_WITHHELD)
        return Party(name, row.org_id, row.kind, row.country)

    def _partners(self, proposal: Proposal) -> Iterator[Party]:
        """Give who else does the work, by id, without those who withhold their name.

        A host lends its standing and does not take part.
        """
        ids = {
            row.org_id
            for row in self.round.partners
            if row.proposal_id == proposal.proposal_id and row.role != "host"
        }
        for org_id in sorted(ids - {proposal.org_id}):
            row = self.round.organisations_by_id[org_id]
            if row.visibility == "public" and row.kind != PERSON:
                yield Party(self.shown.organisation(org_id), org_id, row.kind, row.country)

    def _funder(self, pool_id: str) -> Party:
        row = self.round.donors_by_id[self.round.pools_by_id[pool_id].donor_id]
        name = self.shown.donor(pool_id)
        if name == NAME_WITHHELD:
            return Party(NAME_WITHHELD)
        return Party(name, row.donor_id, row.kind, row.country)

    def _grant(self, row: Cells) -> Grant:
        pool_id, name = row["pool_id"], self.shown.pool(row["pool_id"])
        kept = self.shown.keeps(pool_id, "currency")
        return Grant(
            pool_id=pool_id,
            proposal_id=row["proposal_id"],
            pool=None if name == NAME_WITHHELD else self._text(name),
            funder=self._funder(pool_id),
            amount=row["amount" if kept else "amount_in_pool_currency"],
            currency=self.round.currency if kept else row["pool_currency"],
            earliest_payment=date.fromisoformat(row["earliest_payment"]),
            condition=self._condition(row),
        )

    def _condition(self, row: Cells) -> str | None:
        """Say how an award is conditional: as the letter to its applicant does."""
        if row["conditional"] != "true":
            return None
        pool = self.round.pools_by_id[row["pool_id"]]
        if row["verdict"] == "needs_review":
            return "open"
        told = pool.condition is None and not self.shown.keeps(
            pool.pool_id, "certainty", "condition"
        )
        return "promised" if told else "untold"


def _unnamed(round_: Round) -> Iterator[Secret]:
    """Yield what a report may tell and a publication not: names of persons who may apply, and ids.

    An id may be made from the name that is withheld.
    """
    for donor in round_.donors:
        if donor.visibility != "public":
            yield donor.donor_id, True, NAME_WITHHELD
    for row in round_.organisations:
        if row.kind == PERSON:
            yield row.name, False, NAME_WITHHELD
        if row.kind == PERSON or row.visibility != "public":
            yield row.org_id, True, NAME_WITHHELD
