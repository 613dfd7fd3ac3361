"""Proposals: applicants submit, amend, withdraw and read their own; coordinators any."""

from typing import Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from api.access.roles import Principal, guarded, principal_of
from api.applying.proposals import (
    PROPOSALS,
    add_proposal,
    check_may_write,
    filters_for,
    kept_round,
    looked_at,
    looked_at_again,
    own_ids,
    proposal_for,
    sent_cells,
    shown_to,
    withdraw,
    without_errors,
)
from api.http.etags import IfMatch, check_etag, set_etag
from api.http.listing import Paging, filters_model, page, paging_of
from api.http.locations import path_of
from api.http.problems import one_invalid
from api.http.work import Transacted, Work, work_of
from api.rounds.nouns import NOUNS, NUMBERS
from api.rounds.rows import change_row, fields_of, filtered, rows_of
from api.rounds.states import round_for
from api.schemas.proposals import (
    Checked,
    KeptProposal,
    Proposal,
    ProposalPage,
    Submitted,
    Withdrawal,
)
from api.store.tables import Row

router = APIRouter(prefix="/rounds/{round_id}", tags=[PROPOSALS], route_class=Transacted)
FILTERS = filters_model("ProposalFilters", NOUNS[PROPOSALS].filters)


@router.get(
    "/proposals", response_model=ProposalPage, response_model_exclude_none=True,
    **guarded("coordinator", "auditor", "ngo"),
)  # fmt: skip
def list_proposals(
    round_id: str,
    wanted: BaseModel = Depends(FILTERS),
    paging: Paging = Depends(paging_of),
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """List the proposals of a round: an NGO's own, for the others all."""
    round_ = round_for(work.reading, round_id, principal)
    noun, may = NOUNS[PROPOSALS], filters_for(principal)
    asked = {name: value for name, value in vars(wanted).items() if value is not None}
    for name in asked:
        if name not in may:
            what, remedy = "is not for you to filter by.", f"Use one of: {', '.join(may)}."
            raise one_invalid(name, asked[name][:80], what, remedy)
    query = filtered(rows_of(round_id, PROPOSALS), noun, asked)
    if principal.role == "ngo":
        query = query.where(Row.id.in_(own_ids(round_id, principal)))
    fields = {
        name: field
        for name, field in fields_of(noun).items()
        if name in may or name not in noun.filters
    }
    found, following = page(work.reading, query, Row.id.expression, fields, NUMBERS, paging)
    return {"items": [shown_to(row, round_, principal) for row in found], "next": following}


@router.post(
    "/proposals", status_code=201, response_model=Submitted, response_model_exclude_none=True,
    **guarded("coordinator", "ngo", statuses=(409,)),
)  # fmt: skip
def submit_proposal(
    round_id: str,
    sent: Proposal,
    response: Response,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Submit a proposal while the round is open, and learn at once how it stands."""
    round_ = round_for(work.reading, round_id, principal)
    check_may_write(round_, principal, work)
    cells = sent_cells(sent, round_, principal, work)
    found = without_errors(looked_at(work.reading, round_, cells, principal))
    round_ = kept_round(work, round_id, principal)
    found, organisation = looked_at_again(work, round_, cells, principal, found)
    row = add_proposal(work, round_, cells, organisation)
    work.note("proposals.add", row.id, round_id)
    set_etag(response, row.version)
    response.headers["Location"] = path_of("rounds", round_id, PROPOSALS, row.id)
    return {
        "proposal": shown_to(row, round_, principal),
        "problems": found.problems,
        "precheck": found.precheck,
    }


@router.post(
    "/precheck", response_model=Checked, response_model_exclude_none=True,
    **guarded("coordinator", "ngo"),
)  # fmt: skip
def try_proposal(
    round_id: str,
    sent: Proposal,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Learn how a proposal would stand, without submitting it."""
    round_ = round_for(work.reading, round_id, principal)
    cells = sent_cells(sent, round_, principal, work)
    found = without_errors(looked_at(work.reading, round_, cells, principal))
    return {"problems": found.problems, "precheck": found.precheck}


@router.get(
    "/proposals/{proposal_id}", response_model=KeptProposal, response_model_exclude_none=True,
    **guarded("coordinator", "auditor", "ngo"),
)  # fmt: skip
def read_proposal(
    round_id: str,
    proposal_id: str,
    response: Response,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Read a proposal; an NGO its own, as it submitted it."""
    round_ = round_for(work.reading, round_id, principal)
    row = proposal_for(work.reading, round_id, proposal_id, principal)
    set_etag(response, row.version)
    return shown_to(row, round_, principal)


@router.put(
    "/proposals/{proposal_id}", response_model=Submitted, response_model_exclude_none=True,
    **guarded("coordinator", "ngo", statuses=(409, 412, 428)),
)  # fmt: skip
def amend_proposal(
    round_id: str,
    proposal_id: str,
    sent: Proposal,
    response: Response,
    if_match: str | None = IfMatch,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Replace what a proposal says while the round is open; one withdrawn is submitted anew."""
    round_ = round_for(work.reading, round_id, principal)
    before = proposal_for(work.reading, round_id, proposal_id, principal)
    check_etag(if_match, before.version)
    check_may_write(round_, principal, work)
    cells = sent_cells(sent, round_, principal, work, before)
    found = without_errors(looked_at(work.reading, round_, cells, principal))
    round_ = kept_round(work, round_id, principal)
    row = proposal_for(work.writing, round_id, proposal_id, principal, lock=True)
    check_etag(if_match, row.version)
    cells = sent_cells(sent, round_, principal, work, row)
    found, _ = looked_at_again(work, round_, cells, principal, found)
    change_row(row, cells, work.stamp)
    work.note("proposals.change", row.id, round_id, version=row.version)
    set_etag(response, row.version)
    return {
        "proposal": shown_to(row, round_, principal),
        "problems": found.problems,
        "precheck": found.precheck,
    }


@router.post(
    "/proposals/{proposal_id}/withdrawal", response_model=KeptProposal,
    response_model_exclude_none=True, **guarded("coordinator", "ngo", statuses=(409,)),
)  # fmt: skip
def withdraw_proposal(
    round_id: str,
    proposal_id: str,
    sent: Withdrawal,
    response: Response,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Withdraw a proposal; while the round is open it may be submitted anew by amending it."""
    round_for(work.reading, round_id, principal)
    proposal_for(work.reading, round_id, proposal_id, principal)
    round_ = kept_round(work, round_id, principal)
    row = proposal_for(work.writing, round_id, proposal_id, principal, lock=True)
    withdraw(row, sent.reason, work.stamp)
    work.note("proposals.withdraw", row.id, round_id, sent.reason)
    set_etag(response, row.version)
    return shown_to(row, round_, principal)


@router.get(
    "/proposals/{proposal_id}/precheck", response_model=Checked,
    response_model_exclude_none=True, **guarded("coordinator", "auditor", "ngo"),
)  # fmt: skip
def precheck_proposal(
    round_id: str,
    proposal_id: str,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Learn how a proposal stands with every pool, as its applicant may know it."""
    round_ = round_for(work.reading, round_id, principal)
    row = proposal_for(work.reading, round_id, proposal_id, principal)
    found = looked_at(work.reading, round_, row.data, principal)
    return {"problems": found.problems, "precheck": found.precheck}
