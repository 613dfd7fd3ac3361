"""Runs asked for: of a round, of a round with some things otherwise, explanations of a run."""

from typing import Any

from fastapi import APIRouter, Depends, Response

from api.access.roles import Principal, Role, guarded, principal_of
from api.http.problems import wrong_state
from api.http.work import Transacted, Work, work_of
from api.results.kept import round_of, run_for
from api.rounds.assembling import whole_document
from api.rounds.states import round_for
from api.running.asking import (
    asked_of_round,
    asked_otherwise,
    check_earlier,
    check_limit,
    new_run,
)
from api.running.identity import identity_of, inputs_of
from api.running.queue import add
from api.running.sight import check_within_sight, in_sight, shown
from api.schemas.runs import ExplanationsAsked, KeptRun, RunAsked, ScenarioAsked
from api.store.tables import RunInputs, RunRow
from matcher.errors import InvalidRound

router = APIRouter(tags=["runs"], route_class=Transacted)
EXISTS: dict[int | str, dict[str, Any]] = {
    200: {"model": KeptRun, "description": "The same was asked for before: the run that exists."}
}


def _asking(*roles: Role) -> dict[str, Any]:
    """Give what a route declares that queues a run."""
    declared = guarded(*roles, statuses=(409,))
    declared["responses"] |= EXISTS
    return {
        **declared, "status_code": 202, "response_model": KeptRun,
        "response_model_exclude_none": True, "response_description": "The run waits in the queue.",
    }  # fmt: skip


@router.post("/rounds/{round_id}/runs", **_asking("coordinator"))
def start_run(
    round_id: str,
    sent: RunAsked,
    response: Response,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Ask for a run of a round as it stands now: 202, and the place to look is in Location."""
    settings = work.service.settings
    round_ = round_for(work.reading, round_id, principal)
    if round_.state == "closed":
        raise wrong_state(f"The round {round_id} is closed.")
    options = sent.model_dump(mode="json", exclude_none=True)
    check_limit(sent.time_limit, settings)
    check_earlier(work.reading, round_id, options)
    document = whole_document(work.reading, round_)
    inputs, identity = asked_of_round(document, options, settings)
    run = new_run(round_id, "match", options, identity, principal.key_id, work.stamp)
    return _queued(work, response, run, inputs)


@router.post("/runs/{run_id}/scenarios", **_asking("coordinator", "analyst"))
def start_scenario(
    run_id: str,
    sent: ScenarioAsked,
    response: Response,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Ask what would become of a run's round, were some things otherwise."""
    settings = work.service.settings
    base = _finished(work, run_id, principal)
    check_limit(sent.time_limit, settings)
    options = sent.model_dump(mode="json", exclude_none=True)
    # In a list, as not every database keeps the order of a document's keys.
    options["set"] = [[path, value] for path, value in options["set"].items()]
    if principal.role == "analyst":
        check_within_sight(round_of(work.reading, base), options)
    kept = work.reading.get_one(RunInputs, base.inputs)
    try:
        inputs, identity = asked_otherwise(kept.content, options, base.id, settings)
    except InvalidRound as refusal:
        if principal.role == "analyst":
            raise in_sight(round_of(work.reading, base), refusal) from None
        raise
    run = new_run(
        base.round_id, "scenario", options, identity, principal.key_id, work.stamp, base.id
    )
    return _queued(work, response, run, inputs)


@router.post("/runs/{run_id}/explanations", **_asking("coordinator"))
def start_explanations(
    run_id: str,
    sent: ExplanationsAsked,
    response: Response,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Ask for the explanations of all proposals of a run."""
    base = _finished(work, run_id, principal)
    check_limit(sent.time_limit, work.service.settings)
    options = sent.model_dump(mode="json")
    round_ = round_of(work.reading, base)
    identity = identity_of("explain", round_, options, base.id)
    run = new_run(
        base.round_id, "explain", options, identity, principal.key_id, work.stamp, base.id
    )
    return _queued(work, response, run, inputs_of(round_))


def _finished(work: Work, run_id: str, principal: Principal) -> RunRow:
    base = run_for(work.reading, run_id, principal)
    if base.kind != "match" or base.state != "done":
        raise wrong_state(
            f"The run {run_id} ({base.kind}) has no decisions of the round as it is: it is "
            f"{base.state}. Name a run of the kind match that is done."
        )
    return base


def _queued(work: Work, response: Response, run: RunRow, inputs: RunInputs) -> dict[str, Any]:
    kept, is_new = add(work.writing, run, inputs)
    if is_new:
        work.note("run.ask", kept.id, kept.round_id, kind=kept.kind, of_run=kept.of_run)
    else:
        response.status_code = 200
    response.headers["Location"] = f"/runs/{kept.id}"
    assert work.principal is not None
    return shown(kept, work.principal)
