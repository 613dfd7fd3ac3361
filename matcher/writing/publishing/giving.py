"""Awards as grants of the 360Giving Data Standard, version 1.4, in its package form (JSON).

Fields and their meaning: https://standard.threesixtygiving.org/en/latest/technical/reference/.
"""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from matcher.domain import Round
from matcher.errors import WrongUsage
from matcher.wording import catalogue_of
from matcher.writing import phrases
from matcher.writing.publishing import sentences
from matcher.writing.publishing.identifiers import Identifiers
from matcher.writing.publishing.published import Grant, Party, Publication, Work

MARK = "matcher export (360giving)"
"""What tells a file as one written here."""
VERSION = "1.4"
DAC, OWN, SDG = "OECD DAC CRS purpose codes", "sectors of the round", "UN SDG"
_PREFIX = re.compile(r"360G-[A-Za-z0-9_-]*[A-Za-z0-9]", re.ASCII)


def check_prefix(prefix: str | None) -> None:
    """Raise WrongUsage where a publisher's prefix is none of 360Giving."""
    if prefix is not None and not _PREFIX.fullmatch(prefix):
        raise WrongUsage(
            f"--publisher: “{prefix}” is no prefix of 360Giving. It begins with 360G- and goes on "
            "with letters, digits and hyphens, as in 360G-example; 360Giving gives you yours."
        )


def stand_ins(ids: Identifiers) -> Mapping[str, str]:
    """Give by option what stands in a file for what is not stated of who publishes it."""
    return {} if ids.prefix else {"publisher": ids.start}


def giving_text(
    round_: Round, publication: Publication, ids: Identifiers, publisher: str | None
) -> str:
    """Give the text of the JSON file; `publisher` is the name of who publishes it, if given.

    The same arguments give the same text. Amounts have the digits of their currency.
    """
    package: dict[str, Any] = {
        "version": VERSION,
        "identifier": ids.start,
        "title": publication.title,
        "description": sentences.of_round(round_, publication, MARK),
    }
    if publisher is not None:
        package["publisher"] = {"name": publisher}
    package["grants"] = [
        _grant(round_, publication, ids, work, grant) for grant, work in publication.grants
    ]
    return f"{_json(package)}\n"


def _grant(
    round_: Round, publication: Publication, ids: Identifiers, work: Work, grant: Grant
) -> dict[str, Any]:
    return {
        "id": ids.grant(grant.pool_id, grant.proposal_id),
        "title": work.title,
        "description": sentences.of_grant(round_, publication, work, grant),
        "currency": grant.currency,
        **_applied_for(work, grant),
        "amountAwarded": Decimal(grant.amount),
        "awardDate": round_.decision_date.isoformat(),
        **_dates(work),
        **_recipient(ids, work),
        **_locations(work),
        "fundingOrganization": [_party(ids, "donor", grant.funder)],
        "grantProgramme": [_programme(grant)],
        **_classifications(round_, work),
        **_others(ids, work, grant),
    }


def _applied_for(work: Work, grant: Grant) -> dict[str, Any]:
    """Give what was asked for where one award alone answers it, in the currency it is made in.

    Several awards would each tell the whole request, whose sum nobody asked for.
    """
    if len(work.grants) > 1 or work.currency != grant.currency:
        return {}
    return {"amountAppliedFor": Decimal(work.requested)}


def _dates(work: Work) -> dict[str, Any]:
    days = {"startDate": work.starts, "endDate": work.ends}
    known = {name: day.isoformat() for name, day in days.items() if day is not None}
    return {"plannedDates": [known]} if known else {}


def _recipient(ids: Identifiers, work: Work) -> dict[str, Any]:
    if work.person:
        name = catalogue_of().say("published-person")
        return {"recipientIndividual": {"id": ids.person(work.proposal_id), "name": name}}
    return {"recipientOrganization": [_party(ids, "organisation", work.recipient)]}


def _party(ids: Identifiers, kind: str, party: Party) -> dict[str, Any]:
    if party.identifier is None:
        return {"id": ids.nameless(kind), "name": party.name}
    known = {"id": ids.party(kind, party.identifier), "name": party.name}
    return known | ({"addressCountry": party.country} if party.country else {})


def _locations(work: Work) -> dict[str, Any]:
    say = catalogue_of().say
    found = [
        {"name": place.name}
        | ({"countryCode": place.country} if place.country else {})
        | (
            {"description": say("published-share", share=phrases.percent(place.stated))}
            if place.stated is not None and len(work.places) > 1
            else {}
        )
        for place in work.places
    ]
    return {"beneficiaryLocation": found} if found else {}


def _programme(grant: Grant) -> dict[str, str]:
    title = {"title": grant.pool} if grant.pool is not None else {}
    return {"code": grant.pool_id} | title


def _classifications(round_: Round, work: Work) -> dict[str, Any]:
    found = [{"vocabulary": SDG, "code": goal} for goal in work.sdgs]
    if work.sector is not None:
        names = round_.sector_vocabulary.names
        sector = {"vocabulary": OWN if round_.sectors else DAC, "code": work.sector}
        found.insert(0, sector | {"title": names.get(work.sector, work.sector)})
    return {"classifications": found} if found else {}


def _others(ids: Identifiers, work: Work, grant: Grant) -> dict[str, Any]:
    """Name the other grants to the same work."""
    others = [ids.grant(g.pool_id, g.proposal_id) for g in work.grants if g is not grant]
    return {"relatedActivity": others} if others else {}


def _json(value: Any, indent: str = "") -> str:
    """Give plain values as JSON, decimals with all their digits, which no float may hold."""
    deeper = f"{indent}  "
    if isinstance(value, Mapping):
        items = [f"{_json(name)}: {_json(part, deeper)}" for name, part in value.items()]
        brackets = "{}"
    elif isinstance(value, Sequence) and not isinstance(value, str):
        items, brackets = [_json(part, deeper) for part in value], "[]"
    else:
        plain = isinstance(value, Decimal)
        return format(value, "f") if plain else json.dumps(value, ensure_ascii=False)
    if not items:
        return brackets
    inner = ",\n".join(f"{deeper}{item}" for item in items)
    return f"{brackets[0]}\n{inner}\n{indent}{brackets[1]}"
