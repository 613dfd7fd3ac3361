"""Runs: how they get on, cancelling one, and its files."""

from typing import Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import ColumnElement, func, select
from sse_starlette import EventSourceResponse

from api.access.roles import Principal, Role, guarded, principal_of
from api.http.listing import Paging, page, paging_of
from api.http.problems import wrong_state
from api.http.work import Transacted, Work, work_of
from api.results.kept import file_of, run_for
from api.rounds.states import round_for
from api.running import queue
from api.running.downloads import MEDIA_TYPES, downloaded, media_type_of
from api.running.following import follow
from api.running.sight import shown
from api.schemas.runs import KeptRun, Kind, RunFiles, RunPage, RunState
from api.service import Service, service_of
from api.store.tables import RunFile, RunRow

router = APIRouter(tags=["runs"], route_class=Transacted)
SEEING: tuple[Role, ...] = ("coordinator", "auditor", "analyst")
MOST_SECONDS = 3600.0
BINARY = {"type": "string", "format": "binary"}
EVENT = {
    "type": "object",
    "description": "One event of the stream.",
    "required": ["event", "data"],
    "properties": {
        "event": {"type": "string", "enum": ["progress", "end"]},
        "data": {"type": "string", "description": "The run as it stands: a KeptRun as JSON."},
    },
}


def _giving_files() -> dict[str, Any]:
    """Give what a route declares that answers with a file."""
    declared = guarded("coordinator", "auditor")
    kinds = {kind.partition(";")[0]: {"schema": BINARY} for kind in MEDIA_TYPES.values()}
    declared["responses"][200] = {"description": "The file.", "content": kinds}
    return declared


def _streaming() -> dict[str, Any]:
    """Give what a route declares that answers with events."""
    declared = guarded(*SEEING)
    content = {"text/event-stream": {"schema": EVENT}}
    declared["responses"][200] = {"description": "The events.", "content": content}
    return declared


@router.get(
    "/rounds/{round_id}/runs", response_model=RunPage, response_model_exclude_none=True,
    **guarded(*SEEING),
)  # fmt: skip
def list_runs(
    round_id: str,
    kind: Kind | None = None,
    state: RunState | None = None,
    of_run: str | None = Query(None, max_length=255),
    paging: Paging = Depends(paging_of),
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """List the runs of a round."""
    round_for(work.reading, round_id, principal)
    query = select(RunRow).where(RunRow.round_id == round_id)
    for column, wanted in ((RunRow.kind, kind), (RunRow.state, state), (RunRow.of_run, of_run)):
        if wanted is not None:
            query = query.where(column == wanted)
    fields: dict[str, ColumnElement[Any]] = {
        "created_at": RunRow.created_at.expression,
        "ended_at": RunRow.ended_at.expression,
        "state": RunRow.state.expression,
    }
    found, following = page(work.reading, query, RunRow.id.expression, fields, (), paging)
    return {"items": [shown(run, principal) for run in found], "next": following}


@router.get(
    "/runs/{run_id}", response_model=KeptRun, response_model_exclude_none=True, **guarded(*SEEING)
)
def read_run(
    run_id: str,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Read how a run stands."""
    return shown(run_for(work.reading, run_id, principal), principal)


@router.post(
    "/runs/{run_id}/cancellation", status_code=202, response_model=KeptRun,
    response_model_exclude_none=True, **guarded("coordinator", statuses=(409,)),
)  # fmt: skip
def cancel_run(
    run_id: str,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Cancel a run: at once where it waits, within two seconds where it is worked on."""
    run_for(work.writing, run_id, principal)
    run = work.writing.get_one(RunRow, run_id, with_for_update=True, populate_existing=True)
    if run.state != "cancelled":
        if not queue.cancel(run, queue.time_of(work.writing)):
            raise wrong_state(f"The run {run_id} has ended: it is {run.state}.")
        work.note("run.cancel", run_id, run.round_id)
    return shown(run, principal)


@router.get("/runs/{run_id}/events", response_class=EventSourceResponse, **_streaming())
def follow_run(
    run_id: str,
    request: Request,
    seconds: float = Query(
        MOST_SECONDS,
        ge=0,
        le=MOST_SECONDS,
        allow_inf_nan=False,
        description="After so long the stream ends at the latest; 0 for how things stand.",
    ),
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
    service: Service = Depends(service_of),
) -> EventSourceResponse:
    """Follow a run by server-sent events: `progress` at each change, and `end` at its end."""
    run_for(work.reading, run_id, principal)
    secret = request.headers["Authorization"].partition(" ")[2].strip()
    return EventSourceResponse(follow(service, run_id, secret, seconds))


@router.get("/runs/{run_id}/files", response_model=RunFiles, **guarded("coordinator", "auditor"))
def list_files(
    run_id: str,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """List the files of a run."""
    run_for(work.reading, run_id, principal)
    query = select(RunFile.name, func.length(RunFile.content)).where(RunFile.run_id == run_id)
    found = work.reading.execute(query.order_by(RunFile.name)).all()
    return {
        "files": [
            {"name": name, "bytes": size, "media_type": media_type_of(name)} for name, size in found
        ]
    }


@router.get("/runs/{run_id}/files/{name}", response_class=Response, **_giving_files())
def read_file(
    run_id: str,
    name: str,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> Response:
    """Download a file of a run."""
    run_for(work.reading, run_id, principal)
    content = downloaded(name, file_of(work.reading, run_id, name))
    # The name is one of ours, as it was found.
    disposition = f'attachment; filename="{run_id}-{name}"'
    return Response(
        content, media_type=media_type_of(name), headers={"Content-Disposition": disposition}
    )
