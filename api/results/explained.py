"""Explanations of a run's decisions, once somebody has asked for them and they are done."""

import json
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.http.problems import not_found, wrong_state
from api.results.kept import parsed
from api.store.tables import RunRow
from matcher.writing.result_folder import EXPLANATIONS


def explaining(session: Session, run: RunRow, until: str | None = None) -> RunRow | None:
    """Find the newest explanations that are done of a run, by some time where one is given."""
    if run.kind == "explain":
        return run if run.state == "done" else None
    query = select(RunRow).where(
        RunRow.of_run == run.id, RunRow.kind == "explain", RunRow.state == "done"
    )
    if until is not None:
        query = query.where(RunRow.ended_at <= until)
    return session.scalar(query.order_by(RunRow.ended_at.desc(), RunRow.id.desc()).limit(1))


def explained(session: Session, run: RunRow, proposal_id: str) -> dict[str, Any]:
    """Give the explanation of a proposal; raises Refused where there is none (404), or none yet."""
    found = explaining(session, run)
    if found is None:
        raise wrong_state(
            f"There are no explanations of the run {run.id} that are done: ask for them by POST "
            f"/runs/{run.id}/explanations."
        )
    documents = _documents(session, found.id)
    if proposal_id not in documents:
        raise not_found("proposal in the run")
    return documents[proposal_id]


def explained_letter(
    session: Session, run: RunRow, proposal_id: str, until: str | None
) -> str | None:
    """Give the letter of a proposal as the explanations of a run have it, done by some time."""
    found = explaining(session, run, until)
    told = None if found is None else _documents(session, found.id).get(proposal_id)
    return None if told is None else str(told["applicant"])


def _documents(session: Session, run_id: str) -> dict[str, dict[str, Any]]:
    _, name = EXPLANATIONS
    return parsed(session, run_id, name, "by proposal", _by_proposal)


def _by_proposal(content: bytes) -> dict[str, dict[str, Any]]:
    return {document["proposal_id"]: document for document in json.loads(content)}
