"""Publications of a round: the preview, a new version, its withdrawal, and all that there were."""

from typing import Any

from fastapi import APIRouter, Depends, Path, Query, Response
from sqlalchemy import select

from api.access.roles import ROLES, Principal, guarded, principal_of
from api.http.etags import IfMatch, check_etag, set_etag
from api.http.listing import Paging, page, paging_of
from api.http.locations import path_of
from api.http.work import Transacted, Work, work_of
from api.results.kept import check_tables, run_for
from api.results.paging import ordered, page_of
from api.results.publications import (
    Version,
    check_told,
    next_number,
    present,
    publication_for,
    publish,
    version_for,
    withdraw,
)
from api.results.reading import SEE_ALL, rows_of
from api.results.told import Told
from api.rounds.states import bump, round_for
from api.schemas.results import (
    NewPublication,
    Preview,
    PublicationPage,
    PublicationWithdrawal,
    PublishedVersion,
)
from api.store.tables import Publication

router = APIRouter(prefix="/rounds/{round_id}", tags=["publications"], route_class=Transacted)
Number = Path(ge=1, le=10**6)
SORTED_BY = ("proposal_id", "org_id", "decision", "requested", "awarded", "score")
"""What the applicants of a preview are sorted by."""


def shown(publication: Publication, principal: Principal) -> dict[str, Any]:
    """Give a version; the reason is free text, and with the run it is not for others."""
    told = {
        "round_id": publication.round_id,
        "number": publication.number,
        "published_at": publication.published_at,
        "withdrawn_at": publication.withdrawn_at,
    }
    if principal.role in SEE_ALL:
        told |= {"run_id": publication.run_id, "reason": publication.reason}
    elif principal.role == "analyst":
        told["run_id"] = publication.run_id
    return told


@router.get(
    "/publications", response_model=PublicationPage, response_model_exclude_none=True,
    **guarded(*ROLES),
)  # fmt: skip
def list_publications(
    round_id: str,
    paging: Paging = Depends(paging_of),
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """List the versions of a round's decisions; others than the coordinator see the present one."""
    round_ = round_for(work.reading, round_id, principal)
    query = select(Publication).where(Publication.round_id == round_id)
    if principal.role not in SEE_ALL:
        here = present(work.reading, round_)
        query = query.where(Publication.number == (here.number if here else 0))
    key = Publication.number.expression
    fields = {"published_at": Publication.published_at.expression}
    found, following = page(work.reading, query, key, fields, (), paging)
    return {"items": [shown(each, principal) for each in found], "next": following}


@router.post(
    "/publications", status_code=201, response_model=PublishedVersion,
    response_model_exclude_none=True, **guarded("coordinator", statuses=(409, 412, 428)),
)  # fmt: skip
def publish_decisions(
    round_id: str,
    sent: NewPublication,
    response: Response,
    if_match: str | None = IfMatch,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Publish what is approved as the next version; `If-Match` is the ETag of the round."""
    seen = round_for(work.reading, round_id, principal)
    check_etag(if_match, seen.version)
    check_told(work.reading, seen)
    run_id = seen.run_id
    round_ = round_for(work.writing, round_id, principal, lock=True)
    check_etag(if_match, round_.version)
    made = publish(work.writing, round_, run_id, sent.reason, work.stamp)
    bump(round_, work.stamp)
    work.note(
        "publication.publish", f"{round_id}/{made.number}", round_id, sent.reason,
        run_id=made.run_id,
    )  # fmt: skip
    set_etag(response, round_.version)
    response.headers["Location"] = path_of("rounds", round_id, "publications", made.number)
    return shown(made, principal)


@router.get(
    "/publications/{number}", response_model=PublishedVersion, response_model_exclude_none=True,
    **guarded(*ROLES),
)  # fmt: skip
def read_publication(
    round_id: str,
    number: int = Number,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Read a version; others than the coordinator the present one alone."""
    round_ = round_for(work.reading, round_id, principal)
    return shown(publication_for(work.reading, round_, number, principal), principal)


@router.post(
    "/publications/{number}/withdrawal", response_model=PublishedVersion,
    response_model_exclude_none=True, **guarded("coordinator", statuses=(409, 412, 428)),
)  # fmt: skip
def withdraw_publication(
    round_id: str,
    sent: PublicationWithdrawal,
    response: Response,
    number: int = Number,
    if_match: str | None = IfMatch,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Withdraw the present version: the round is approved again, and nobody else is told of it."""
    round_ = round_for(work.writing, round_id, principal, lock=True)
    check_etag(if_match, round_.version)
    withdrawn = withdraw(work.writing, round_, number, sent.reason, work.stamp)
    bump(round_, work.stamp)
    work.note("publication.withdraw", f"{round_id}/{number}", round_id, sent.reason)
    set_etag(response, round_.version)
    return shown(withdrawn, principal)


@router.get(
    "/preview", response_model=Preview, response_model_exclude_none=True,
    **guarded("coordinator", "auditor", statuses=(409,)),
)  # fmt: skip
def preview(
    round_id: str,
    run_id: str | None = Query(None, description="Another run than the approved one."),
    paging: Paging = Depends(paging_of),
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Read what applicants, page by page, and donors would be told by a run, if it were published.

    Donors' pools stand on the first page.
    """
    session = work.reading
    round_ = round_for(session, round_id, principal)
    run = (
        version_for(session, round_, principal).run
        if run_id is None
        else run_for(session, run_id, principal, round_id)
    )
    check_tables(run)
    told = Told(session, Version(run, None), runs=False)
    rows = ordered(rows_of(session, run.id, "decisions"), SORTED_BY, {}, paging.sort)
    items, following = page_of(rows, paging)
    pools = [] if paging.cursor is not None else rows_of(session, run.id, "pools")
    return {
        "run_id": run.id,
        "number": next_number(session, round_id),
        "note": told.lacking(),
        "items": [told.applicant(row) for row in items],
        "pools": [told.pool(row["pool_id"]) for row in pools],
        "next": following,
    }
