"""What is published of a round, whatever the format it is written in."""

from dataclasses import dataclass
from datetime import date

from matcher.writing.publishing.places import Place


@dataclass(frozen=True)
class Party:
    """Who gives or gets money; id, kind and country of the round, None where they are not told."""

    name: str
    identifier: str | None = None
    kind: str | None = None
    country: str | None = None

    @property
    def is_named(self) -> bool:
        """Say whether it is told who it is."""
        return self.identifier is not None


@dataclass(frozen=True)
class Grant:
    """An award: `amount` in major units of `currency`; `pool` is None where its name is withheld.

    `condition` is how it is conditional: not at all, on money that is promised, on what is still
    open, or on what is not told.
    """

    pool_id: str
    proposal_id: str
    pool: str | None
    funder: Party
    amount: str
    currency: str
    earliest_payment: date
    condition: str | None


@dataclass(frozen=True)
class Work:
    """Funded work with its grants by pool id; `requested` in major units of `currency`.

    `places` are its regions by code. `person` says that a person has applied for it.
    """

    proposal_id: str
    title: str
    recipient: Party
    partners: tuple[Party, ...]
    person: bool
    requested: str
    currency: str
    starts: date | None
    ends: date | None
    places: tuple[Place, ...]
    sector: str | None
    sdgs: tuple[str, ...]
    grants: tuple[Grant, ...]


@dataclass(frozen=True)
class Publication:
    """What is published of a round, and how many awards are not or lack a name.

    `without_payer` and `without_work` count awards left out because donor or pool, else proposal or
    applicant, is confidential.
    """

    title: str
    works: tuple[Work, ...]
    without_payer: int
    without_work: int

    @property
    def grants(self) -> list[tuple[Grant, Work]]:
        """Give each grant with its work, by pool and proposal id."""
        found = [(grant, work) for work in self.works for grant in work.grants]
        return sorted(found, key=lambda pair: (pair[0].pool_id, pair[0].proposal_id))
