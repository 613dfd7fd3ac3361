"""Whole rounds, kept at once: a new one, or all that is in one replaced by another document."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from api.http.problems import FieldProblem, field_problems, invalid
from api.rounds.apart import APART
from api.rounds.assembling import split_document, whole_document
from api.rounds.forms import Form, read_form, write_form
from api.rounds.nouns import NOUNS
from api.rounds.states import begun, zone_of
from api.schemas.rounds import BAKU
from api.settings import Settings
from api.store.tables import Registered, RoundRow, Row
from matcher.errors import InvalidRound, Problem
from matcher.reading import Limits

UNPACKED = 16
"""How many times as large as the largest body a workbook may be when it is unpacked."""
CHUNK = 500
"""Rows named in one statement."""
Named = tuple[str, str]
"""A row by its noun and id."""


@dataclass(frozen=True)
class Upload:
    """A round as it was sent and read: settings, rows by noun and id, and what to look at.

    `organisations` tells where each organisation stands: file, row and name.
    """

    id: str
    settings: dict[str, Any]
    rows: Mapping[Named, Mapping[str, Any]]
    content_hash: str
    warnings: Sequence[FieldProblem]
    organisations: Mapping[str, tuple[str, int | None, str]]

    @property
    def counts(self) -> dict[str, int]:
        """Count the rows of each table."""
        return dict(Counter(noun for noun, _ in self.rows))


def read_upload(content: bytes, form: Form, settings: Settings) -> Upload:
    """Read a round, apart; raises InvalidRound with every problem, or Refused."""
    limits = Limits(
        rows=settings.rows,
        file_bytes=settings.body_bytes,
        unpacked_bytes=UNPACKED * settings.body_bytes,
    )
    answer = APART.ask(
        settings.reading_seconds, settings.reading_mib, read_form, content, form, limits
    )
    read = json.loads(answer)
    kept, rows = split_document(read["document"])
    zone_of(kept.get("call", {}).get("time_zone") or BAKU)
    warnings = field_problems(InvalidRound([Problem(**plain) for plain in read["warnings"]]))
    places = {name: tuple(place) for name, place in read["organisations"].items()}
    return Upload(
        read["document"]["round"]["id"], kept, named(rows), read["content_hash"], warnings, places
    )


def written(document: Mapping[str, Any], form: Form, settings: Settings) -> bytes:
    """Write a round, apart; raises InvalidRound where it has errors, MatcherError, Refused."""
    content = json.dumps(document).encode()
    return APART.ask(settings.reading_seconds, settings.reading_mib, write_form, content, form)


def named(rows: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[Named, Mapping[str, Any]]:
    """Give rows by noun and id; of rows that say the same, the second has the id `…-2`."""
    found: dict[Named, Mapping[str, Any]] = {}
    for noun, cells in rows:
        first = name = NOUNS[noun].id_of(cells)
        count = 1
        while (noun, name) in found:
            count += 1
            name = f"{first}-{count}"
        found[noun, name] = cells
    return found


def check_registered(session: Session, upload: Upload) -> None:
    """Refuse a round in which the id of a registered organisation stands for another.

    The key of who registered speaks for that id: whoever else had it would be theirs to read.
    """
    problems = []
    for org_id, data in session.execute(select(Registered.org_id, Registered.data)):
        if (place := upload.organisations.get(org_id)) is None:
            continue
        file, row, name = place
        if _same_name(name, str(data.get("name", ""))):
            continue
        what = f'is the name of {org_id}, which is registered as "{data.get("name", "")}".'
        remedy = "Give the organisation another id, or write its name as it is registered."
        problems.append(Problem(file, row, "name", name, what, remedy))
    if problems:
        raise InvalidRound(problems)


def _same_name(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def add_round(session: Session, upload: Upload, stamp: str) -> RoundRow:
    """Add a round that is not there yet, in the state draft."""
    round_ = begun(upload.id, upload.settings, stamp)
    session.add(round_)
    session.flush()
    _insert(session, upload.id, upload.rows, stamp)
    return round_


def lock_rows(session: Session, round_id: str) -> None:
    """Wait until nobody else is changing a row of a round, and let nobody until the end."""
    session.execute(select(Row.id).where(Row.round_id == round_id).with_for_update()).all()


def replace_rows(session: Session, upload: Upload, stamp: str) -> dict[str, int]:
    """Make the rows of a round those of an upload; gives how many are added, changed, removed.

    Raises Refused where proposals are left out that registered organisations have submitted.
    """
    of_round = Row.round_id == upload.id
    query = select(Row.noun, Row.id, Row.owner, Row.version, Row.data).where(of_round)
    before = {(row.noun, row.id): row for row in session.execute(query)}
    removed = before.keys() - upload.rows.keys()
    _check_kept(session, [before[key] for key in removed if key[0] == "proposals"])
    changed = [
        {
            "round_id": upload.id, "noun": noun, "id": name, "data": dict(cells),
            "owner": NOUNS[noun].owner_of(cells), "version": before[noun, name].version + 1,
            "updated_at": stamp, "set_aside": {},
        }
        for (noun, name), cells in upload.rows.items()
        if (noun, name) in before and before[noun, name].data != cells
    ]  # fmt: skip
    added = {key: cells for key, cells in upload.rows.items() if key not in before}
    for noun in {noun for noun, _ in removed}:
        names = sorted(name for of, name in removed if of == noun)
        for start in range(0, len(names), CHUNK):
            some = names[start : start + CHUNK]
            session.execute(delete(Row).where(of_round, Row.noun == noun, Row.id.in_(some)))
    if changed:
        session.execute(update(Row), changed)
    _insert(session, upload.id, added, stamp)
    return {"added": len(added), "changed": len(changed), "removed": len(removed)}


def _check_kept(session: Session, removed: Sequence[Any]) -> None:
    owners = sorted({row.owner for row in removed})
    registered: set[str] = set()
    for start in range(0, len(owners), CHUNK):
        some = owners[start : start + CHUNK]
        registered |= set(
            session.scalars(select(Registered.org_id).where(Registered.org_id.in_(some)))
        )
    lost = sorted(row.id for row in removed if row.owner in registered)
    if lost:
        remedy = "Keep it; give it the status withdrawn or disqualified if it is not to count."
        what = "was submitted by a registered organisation and is left out."
        raise invalid(
            [FieldProblem(field="proposals", value=name, what=what, remedy=remedy) for name in lost]
        )


def _insert(
    session: Session, round_id: str, rows: Mapping[Named, Mapping[str, Any]], stamp: str
) -> None:
    plain = [
        {
            "round_id": round_id, "noun": noun, "id": name, "owner": NOUNS[noun].owner_of(cells),
            "data": dict(cells), "version": 1, "created_at": stamp, "updated_at": stamp,
        }
        for (noun, name), cells in rows.items()
    ]  # fmt: skip
    if plain:
        session.execute(insert(Row), plain)


def document_of_round(session: Session, round_: RoundRow) -> dict[str, Any]:
    """Give the document of a round as it stands, whether it has problems or not."""
    document = whole_document(session, round_)
    settings = {name: value for name, value in document["round"].items() if value not in ({}, [])}
    return {**document, "round": settings}


def document_tag(session: Session, round_: RoundRow) -> str:
    """Give what names the present content of a round: it differs after every change of any row."""
    query = select(func.count(), func.sum(Row.version), func.max(Row.updated_at))
    count, versions, last = session.execute(query.where(Row.round_id == round_.id)).one()
    digits = "".join(filter(str.isdigit, last or ""))
    return f"{round_.version}-{count}-{versions or 0}-{digits}"
