"""Rounds between the database and `matcher`: the JSON form of ROUND_FORMAT.md, and back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from api.http.problems import FieldProblem, field_problems
from api.rounds.nouns import NOUNS, TARGETS
from api.store.tables import RoundRow, Row
from matcher.errors import InvalidRound
from matcher.pipeline import find_missing
from matcher.reading import ReadRound, read_document

Cells = Mapping[str, Any]
NAME = "round"
"""What problems call the round."""
SMALL = ("donors", "pools", "contributors", "regions", "sectors", TARGETS)
"""The tables that a single row is always checked beside, being small."""
REFERRING: Mapping[str, str] = {
    "org_id": "organisations",
    "proposal_id": "proposals",
    "requires": "proposals",
}
"""Columns that name rows of large tables."""


def document_of(round_: RoundRow, rows: Iterable[tuple[str, Cells]]) -> dict[str, Any]:
    """Give the document of a round from its settings and its rows, as (table, cells)."""
    tables: dict[str, list[Cells]] = {}
    for noun, cells in rows:
        tables.setdefault(noun, []).append(cells)
    return {"round": _settings(round_, tables.pop(TARGETS, [])), **tables}


def _settings(round_: RoundRow, targets: Sequence[Cells]) -> dict[str, Any]:
    return {"id": round_.id, **round_.settings, TARGETS: targets}


def whole_document(session: Session, round_: RoundRow) -> dict[str, Any]:
    """Give the document of a whole round, rows in the order of their ids."""
    query = select(Row.noun, Row.data).where(Row.round_id == round_.id).order_by(Row.noun, Row.id)
    return document_of(round_, (tuple(row) for row in session.execute(query)))


def split_document(document: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, Cells]]]:
    """Take the canonical document of a round apart into settings and rows, as (table, cells)."""
    settings = dict(document["round"])
    del settings["id"]
    rows = [(TARGETS, target) for target in settings.pop(TARGETS, [])]
    rows += [(noun, row) for noun in NOUNS if noun != TARGETS for row in document.get(noun, [])]
    return settings, rows


def surroundings(
    session: Session, round_: RoundRow, noun: str, cells: Cells
) -> dict[str, list[Cells]]:
    """Give the rows that one row is checked beside: the small tables, and what it names.

    The row itself, if it is there already, is left out.
    """
    wanted = _named_by(cells)
    of_round = Row.round_id == round_.id
    named = [and_(Row.noun == table, Row.id.in_(ids)) for table, ids in wanted.items() if ids]
    found = _read(session, and_(of_round, or_(Row.noun.in_(SMALL), *named)))
    for table, ids in wanted.items():
        if ids and table not in found:
            # A table without rows is taken for one to be filled in yet, in which anything may be.
            first = select(Row.id).where(of_round, Row.noun == table).order_by(Row.id).limit(1)
            one = and_(of_round, Row.noun == table, Row.id == first.scalar_subquery())
            found |= _read(session, one)
    # A proposal that is named has an organisation of its own.
    more = {str(row["org_id"]) for _, row in found.get("proposals", [])} - wanted["organisations"]
    if more:
        theirs = and_(of_round, Row.noun == "organisations", Row.id.in_(more))
        found.setdefault("organisations", []).extend(_read(session, theirs)["organisations"])
    own = NOUNS[noun].id_of(cells)
    return {
        table: [row for name, row in rows if (table, name) != (noun, own)]
        for table, rows in found.items()
    }


def _read(session: Session, where: Any) -> dict[str, list[tuple[str, Cells]]]:
    found: dict[str, list[tuple[str, Cells]]] = {}
    query = select(Row.noun, Row.id, Row.data).where(where).order_by(Row.noun, Row.id)
    for table, name, data in session.execute(query):
        found.setdefault(table, []).append((name, data))
    return found


def _named_by(cells: Cells) -> dict[str, set[str]]:
    wanted: dict[str, set[str]] = {"organisations": set(), "proposals": set()}
    for column, table in REFERRING.items():
        value = cells.get(column) or ()
        wanted[table] |= {value} if isinstance(value, str) else set(value)
    # The subject of a fact may be anything, or a pair of pool and proposal.
    subject = cells.get("subject")
    if isinstance(subject, str):
        names = {subject, subject.partition(":")[2]}
        wanted = {table: ids | names for table, ids in wanted.items()}
    return wanted


def row_problems(
    round_: RoundRow, beside: Mapping[str, Sequence[Cells]], noun: str, cells: Cells
) -> list[FieldProblem]:
    """Find what is wrong with one row of a round, beside the rows that it has to fit."""
    rows = [*beside.get(noun, []), cells]
    tables: dict[str, Any] = {**beside, noun: rows}
    found = _refused({"round": _settings(round_, tables.pop(TARGETS, [])), **tables})
    prefix = f"{NAME}, {noun}, row {len(rows)}, "
    if noun == TARGETS:
        prefix = f"{NAME}, row {len(rows)}, {TARGETS}."
    own = [problem for problem in found if problem.field.startswith(prefix)]
    place_alone: dict[str, Any] = {"file": None, "row": None}
    return [
        problem.model_copy(update={"field": problem.field.removeprefix(prefix), **place_alone})
        for problem in own
    ]


def whole(document: Mapping[str, Any]) -> ReadRound:
    """Read a round from its document; raises InvalidRound with every problem."""
    return read_document(document, NAME)


def whole_problems(document: Mapping[str, Any]) -> list[FieldProblem]:
    """Find every problem of a round, as `matcher check` does, warnings included."""
    try:
        return field_problems(
            InvalidRound(read_document(document, NAME, look=find_missing).warnings)
        )
    except InvalidRound as refusal:
        return field_problems(refusal)


def _refused(document: Mapping[str, Any]) -> list[FieldProblem]:
    try:
        whole(document)
    except InvalidRound as refusal:
        return [p for p in field_problems(refusal) if p.severity == "error"]
    return []
