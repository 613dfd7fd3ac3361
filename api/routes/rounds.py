"""Rounds: begin one, change its settings, take it from state to state, see its problems."""

from typing import Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy import select

from api.access.roles import ROLES, SUBJECTS, Principal, guarded, principal_of
from api.http.etags import IfMatch, check_etag, set_etag
from api.http.listing import Paging, page, paging_of
from api.http.locations import path_of
from api.http.work import Transacted, Work, work_of
from api.rounds.assembling import whole_document, whole_problems
from api.rounds.changing import check_new_settings, check_settings
from api.rounds.states import (
    SHOWN,
    begun,
    bump,
    check_editable,
    check_new,
    move,
    round_for,
)
from api.rounds.uploads import document_tag
from api.schemas.rounds import (
    KeptRound,
    Move,
    NewRound,
    Problems,
    RoundPage,
    RoundSettings,
    State,
    settings_of,
)
from api.store.tables import RoundRow

router = APIRouter(prefix="/rounds", tags=["rounds"], route_class=Transacted)


def shown(round_: RoundRow, principal: Principal) -> dict[str, Any]:
    """Give a round as it is answered; which run was approved is not for donors and applicants."""
    run_id = None if principal.role in SUBJECTS else round_.run_id
    return {
        **round_.settings, "id": round_.id, "state": round_.state, "run_id": run_id,
        "version": round_.version, "created_at": round_.created_at, "updated_at": round_.updated_at,
    }  # fmt: skip


@router.get("", response_model=RoundPage, response_model_exclude_none=True, **guarded(*ROLES))
def list_rounds(
    state: State | None = None,
    paging: Paging = Depends(paging_of),
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """List the rounds that may be seen: those in draft only by coordinators and auditors."""
    query = select(RoundRow)
    if principal.role not in ("coordinator", "auditor"):
        query = query.where(RoundRow.state.in_(SHOWN))
    if state is not None:
        query = query.where(RoundRow.state == state)
    fields = {
        "created_at": RoundRow.created_at.expression,
        "updated_at": RoundRow.updated_at.expression,
    }
    found, following = page(work.reading, query, RoundRow.id.expression, fields, (), paging)
    return {"items": [shown(round_, principal) for round_ in found], "next": following}


@router.post(
    "", status_code=201, response_model=KeptRound, response_model_exclude_none=True,
    **guarded("coordinator", statuses=(409,)),
)  # fmt: skip
def begin_round(
    sent: NewRound,
    response: Response,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Begin a round in the state draft; everything wrong with its settings is told at once."""
    settings = settings_of(sent)
    check_settings(sent.id, settings)
    session = work.writing
    check_new(session, sent.id)
    round_ = begun(sent.id, settings, work.stamp)
    session.add(round_)
    session.flush()
    work.note("round.begin", sent.id, sent.id)
    set_etag(response, round_.version)
    response.headers["Location"] = path_of("rounds", sent.id)
    return shown(round_, principal)


@router.get(
    "/{round_id}", response_model=KeptRound, response_model_exclude_none=True, **guarded(*ROLES)
)
def read_round(
    round_id: str,
    response: Response,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Read a round's settings and state."""
    round_ = round_for(work.reading, round_id, principal)
    set_etag(response, round_.version)
    return shown(round_, principal)


@router.put(
    "/{round_id}", response_model=KeptRound, response_model_exclude_none=True,
    **guarded("coordinator", statuses=(409, 412, 428)),
)  # fmt: skip
def change_round(
    round_id: str,
    sent: RoundSettings,
    response: Response,
    if_match: str | None = IfMatch,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Replace a round's settings; everything that cannot be with them is told at once."""
    settings = settings_of(sent)
    before = round_for(work.reading, round_id, principal)
    check_etag(if_match, before.version)
    check_editable(before)
    check_new_settings(work.reading, before, settings)
    looked_at = document_tag(work.reading, before)
    round_ = round_for(work.writing, round_id, principal, lock=True)
    check_etag(if_match, round_.version)
    check_editable(round_)
    if document_tag(work.writing, round_) != looked_at:
        check_new_settings(work.writing, round_, settings)
    round_.settings = settings
    bump(round_, work.stamp)
    work.note("round.change", round_id, round_id)
    set_etag(response, round_.version)
    return shown(round_, principal)


@router.post(
    "/{round_id}/state", response_model=KeptRound, response_model_exclude_none=True,
    **guarded("coordinator", statuses=(409, 412, 428)),
)  # fmt: skip
def move_round(
    round_id: str,
    sent: Move,
    response: Response,
    if_match: str | None = IfMatch,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Take a round to the next state, or back to the one before, with the reason."""
    round_ = round_for(work.writing, round_id, principal, lock=True)
    check_etag(if_match, round_.version)
    before = round_.state
    move(work.writing, round_, sent)
    bump(round_, work.stamp)
    work.note("round.move", round_id, round_id, sent.reason, before=before, after=sent.to)
    set_etag(response, round_.version)
    return shown(round_, principal)


@router.get("/{round_id}/problems", response_model=Problems, **guarded("coordinator", "auditor"))
def round_problems(
    round_id: str,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> Problems:
    """Tell everything wrong with a round at once, as `matcher check` does."""
    round_ = round_for(work.reading, round_id, principal)
    found = whole_problems(whole_document(work.reading, round_))
    errors = sum(problem.severity == "error" for problem in found)
    return Problems(errors=errors, warnings=len(found) - errors, problems=found)
