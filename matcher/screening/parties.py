"""The parties of a round that are screened: names, ids and owners, as the round states them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic_core import PydanticCustomError

from matcher.domain import Donor, Fact, Organisation, Round
from matcher.errors import InvalidRound, Problem
from matcher.screening.entries import Shares, shares_of

OWNERS = "owned_by"
"""The fact of a donor or organisation that names its owners, written as in a list."""
ID_FACTS = frozenset({
    "duns", "inn", "lei", "ogrn", "pador_id", "passport", "registration_number", "tin", "uei",
    "voen",
})  # fmt: skip
"""Facts that are ids; any other kind of id that a list has is looked for as well."""

Subject = Literal["donor", "organisation"]
SUBJECTS: tuple[Subject, ...] = ("donor", "organisation")


@dataclass(frozen=True)
class Party:
    """Who is screened: an id of the round, a name, ids by kind, owners with their percentage.

    `shown` is false where the name is not to be repeated (the round's column `visibility`).
    """

    party_id: str
    name: str
    ids: tuple[tuple[str, str], ...] = ()
    owners: Shares = ()
    shown: bool = True


def parties_of(
    round_: Round,
    on: date,
    id_kinds: Collection[str] = (),
    subjects: Collection[Subject] = SUBJECTS,
) -> list[Party]:
    """Give the donors and organisations of a round with the ids and owners it states on a day.

    `id_kinds` are facts that count as ids beside `ID_FACTS`. Raises InvalidRound where owners
    cannot be read.
    """
    wanted = {*ID_FACTS, *id_kinds, OWNERS}
    stated: dict[str, dict[str, list[str]]] = {}
    for fact in sorted(round_.facts, key=_checked):
        if fact.fact in wanted and (fact.valid_from or on) <= on <= (fact.valid_to or on):
            stated.setdefault(fact.subject, {}).setdefault(fact.fact, []).append(fact.value)
    donors = round_.donors if "donor" in subjects else ()
    organisations = round_.organisations if "organisation" in subjects else ()
    rows: list[tuple[str, str, Donor | Organisation]] = [
        *(("donor_id", donor.donor_id, donor) for donor in donors),
        *(("org_id", organisation.org_id, organisation) for organisation in organisations),
    ]
    found, problems = [], []
    for column, party_id, row in rows:
        facts = {name: [text] for name, text in row.facts.items() if name in wanted and text}
        facts |= stated.get(party_id, {})
        ids = ((column, party_id), *_ids(facts))
        owners: Shares = ()
        for text in facts.get(OWNERS, ())[-1:]:
            try:
                owners = shares_of(text)
            except PydanticCustomError as error:
                told = error.context or {}
                place = ("facts", None, party_id, text, told["what"], told["remedy"])
                problems.append(Problem(*place))
        found.append(Party(party_id, row.name, ids, owners, row.visibility == "public"))
    if problems:
        raise InvalidRound(problems)
    return found


def _checked(fact: Fact) -> date:
    return fact.checked_on or date.min


def _ids(facts: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for name in sorted(facts.keys() - {OWNERS}):
        for value in facts[name]:
            yield name, value
