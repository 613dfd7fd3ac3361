"""Organisations that register: their profiles, and the rows of open rounds that follow them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.roles import Principal
from api.http.problems import invalid, not_found
from api.http.work import Work
from api.rounds.assembling import row_problems
from api.rounds.rows import change_row, check_row
from api.rounds.states import is_taking
from api.schemas.organisations import CONTACT
from api.store.tables import Registered, RoundRow, Row

ORGANISATIONS = "organisations"


def profile_for(
    session: Session, org_id: str, principal: Principal, lock: bool = False
) -> Registered:
    """Find a profile that somebody may see; raises Refused (404)."""
    may = principal.role in ("coordinator", "auditor") or principal.owns(org_id)
    found = (
        session.get(Registered, org_id, with_for_update=lock or None, populate_existing=lock)
        if may
        else None
    )
    if found is None:
        raise not_found("organisation")
    return found


def check_profile(cells: Mapping[str, Any], today: date) -> None:
    """Refuse a profile with problems, all of them told."""
    # A profile belongs to no round; what is checked is the same in each.
    settings = {"currency": "AZN", "decision_date": today.isoformat()}
    nowhere = RoundRow(id="profile", settings=settings)
    problems = row_problems(nowhere, {}, ORGANISATIONS, row_of(cells))
    if problems:
        raise invalid(problems)


def row_of(cells: Mapping[str, Any]) -> dict[str, Any]:
    """Give the row of a round that a profile makes."""
    return {name: value for name, value in cells.items() if name != CONTACT}


def follow(work: Work, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Bring a change of a profile into the rounds that take proposals, where it has a row.

    What in a row is not as the profile was, somebody else has put there: it stays.
    """
    session = work.writing
    query = (
        select(Row, RoundRow)
        .join(RoundRow, RoundRow.id == Row.round_id)
        .where(Row.noun == ORGANISATIONS, Row.owner == str(after["org_id"]))
        .order_by(Row.round_id)
    )
    for row, round_ in session.execute(query).all():
        merged = _merged(row.data, row_of(before), row_of(after))
        if is_taking(round_, work.now) and merged != row.data:
            check_row(session, round_, ORGANISATIONS, merged)
            change_row(row, merged, work.stamp)
            work.note("organisations.follow", row.id, round_.id, version=row.version)


def _merged(
    row: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, Any]:
    found = dict(row)
    for name in {*before, *after}:
        if row.get(name) == before.get(name):
            if name in after:
                found[name] = after[name]
            else:
                found.pop(name, None)
    return found
