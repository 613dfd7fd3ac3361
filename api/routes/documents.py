"""Whole rounds: sent as a workbook or JSON, replaced, taken away."""

import json
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response
from starlette.responses import Response as Plain

from api.access.roles import Principal, guarded, principal_of
from api.http.etags import IfMatch, check_etag
from api.http.middleware.bodies import JSON, XLSX
from api.http.problems import one_invalid, wrong_state
from api.http.work import Transacted, Work, work_of
from api.rounds.forms import Form
from api.rounds.states import bump, check_new, round_for
from api.rounds.uploads import (
    Upload,
    add_round,
    check_registered,
    document_of_round,
    document_tag,
    lock_rows,
    read_upload,
    replace_rows,
    written,
)
from api.routes.rounds import shown
from api.schemas.documents import ANSWERED, BODY, UploadedRound
from api.store.tables import RoundRow

router = APIRouter(prefix="/rounds", tags=["rounds"], route_class=Transacted)

REPLACEABLE = ("draft", "screening", "matching")
"""The states in which all of a round is replaced: while it is open, others send to it."""
KINDS: dict[Form, str] = {"json": JSON, "xlsx": XLSX}


async def sent_content(request: Request) -> tuple[bytes, Form]:
    """Give the body and its form; the body was taken in and checked before."""
    content = await request.body()
    if not content:
        remedy = "Send a workbook or JSON, with its Content-Type."
        raise one_invalid("body", "", "is empty.", remedy)
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return content, "xlsx" if kind == XLSX else "json"


def _taking(*statuses: int) -> dict[str, Any]:
    declared = guarded("coordinator", statuses=statuses)
    return {**declared, "openapi_extra": {**declared["openapi_extra"], "requestBody": BODY}}


@router.post(
    "/uploads", status_code=201, response_model=UploadedRound, response_model_exclude_none=True,
    **_taking(409),
)  # fmt: skip
def upload_round(
    response: Response,
    sent: tuple[bytes, Form] = Depends(sent_content),
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Begin a round from a whole one, in the state draft; every problem in it is told at once."""
    upload = read_upload(*sent, work.service.settings)
    session = work.writing
    check_new(session, upload.id)
    check_registered(session, upload)
    round_ = add_round(session, upload, work.stamp)
    work.note(
        "round.upload", upload.id, upload.id, rows=upload.counts, content_hash=upload.content_hash
    )
    response.headers["ETag"] = f'"{document_tag(session, round_)}"'
    response.headers["Location"] = f"/rounds/{quote(upload.id, safe='')}"
    return _answer(round_, upload, principal)


@router.put(
    "/{round_id}/document", response_model=UploadedRound, response_model_exclude_none=True,
    **_taking(409, 412, 428),
)  # fmt: skip
def replace_document(
    round_id: str,
    response: Response,
    if_match: str | None = IfMatch,
    sent: tuple[bytes, Form] = Depends(sent_content),
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Replace all of a round by another document, in draft, screening or matching.

    `If-Match` is the ETag of `GET /rounds/{round_id}/document`. Proposals that registered
    organisations have submitted must stay.
    """
    before = round_for(work.reading, round_id, principal)
    check_etag(if_match, document_tag(work.reading, before))
    _check_replaceable(before)
    upload = read_upload(*sent, work.service.settings)
    if upload.id != round_id:
        what = f"is not the id of the round {round_id}."
        raise one_invalid("round.id", upload.id, what, f"Write {round_id}.")
    session = work.writing
    round_ = round_for(session, round_id, principal, lock=True)
    lock_rows(session, round_id)
    check_etag(if_match, document_tag(session, round_))
    _check_replaceable(round_)
    check_registered(session, upload)
    changes = replace_rows(session, upload, work.stamp)
    round_.settings = upload.settings
    bump(round_, work.stamp)
    session.flush()
    work.note("round.replace", round_id, round_id, content_hash=upload.content_hash, rows=changes)
    response.headers["ETag"] = f'"{document_tag(session, round_)}"'
    return {**_answer(round_, upload, principal), "changes": changes}


@router.get(
    "/{round_id}/document", response_class=Plain,
    **{**(declared := guarded("coordinator", "auditor")),
       "responses": {**declared["responses"], **ANSWERED}},
)  # fmt: skip
def read_document(
    round_id: str,
    form: Form = Query("json", alias="format"),
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> Plain:
    """Take a whole round away; a workbook can only be made of one without errors."""
    round_ = round_for(work.reading, round_id, principal)
    document = document_of_round(work.reading, round_)
    if form == "xlsx":
        content = written(document, form, work.service.settings)
    else:
        content = json.dumps(document, ensure_ascii=False, indent=1).encode()
    name = quote(f"{round_id}.{form}", safe="")
    headers = {
        "ETag": f'"{document_tag(work.reading, round_)}"',
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
    }
    return Plain(content, media_type=KINDS[form], headers=headers)


def _check_replaceable(round_: RoundRow) -> None:
    if round_.state not in REPLACEABLE:
        raise wrong_state(
            f"The round {round_.id} is in the state {round_.state}; all of it can be replaced in: "
            f"{', '.join(REPLACEABLE)}."
        )


def _answer(round_: RoundRow, upload: Upload, principal: Principal) -> dict[str, Any]:
    return {
        **shown(round_, principal), "rows": upload.counts, "content_hash": upload.content_hash,
        "warnings": upload.warnings,
    }  # fmt: skip
