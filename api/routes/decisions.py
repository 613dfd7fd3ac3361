"""What was decided: an applicant's own decision with its letter, a donor's own pools' awards."""

from typing import Any

from fastapi import APIRouter, Depends, Query

from api.access.roles import Principal, guarded, principal_of
from api.http.problems import not_found
from api.http.work import Transacted, Work, work_of
from api.results.publications import version_for
from api.results.reading import SEE_ALL
from api.results.told import Told
from api.rounds.rows import row_for
from api.rounds.states import round_for
from api.schemas.results import ToldApplicant, ToldPool

router = APIRouter(prefix="/rounds/{round_id}", tags=["decisions"], route_class=Transacted)
Numbered = Query(
    None, ge=1, le=10**6, alias="version", description="Another publication than the present one; "
    "for the coordinator and auditors.",
)  # fmt: skip


@router.get(
    "/proposals/{proposal_id}/decision", response_model=ToldApplicant,
    response_model_exclude_none=True,
    **guarded("coordinator", "auditor", "ngo", statuses=(409,)),
)  # fmt: skip
def read_decision(
    round_id: str,
    proposal_id: str,
    number: int | None = Numbered,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Read the decision on a proposal with its letter: applicants their own, once it is published.

    The coordinator and auditors read that of the approved run before.
    """
    session = work.reading
    round_ = round_for(session, round_id, principal)
    sees_all = principal.role in SEE_ALL
    if not sees_all:
        row = row_for(session, round_id, "proposals", proposal_id)
        if not principal.owns(row.owner):
            raise not_found("proposal")
    told = Told(session, version_for(session, round_, principal, number), runs=sees_all)
    decision = told.decision(proposal_id)
    # Whose the proposal was when it was decided on counts too.
    if not sees_all and not principal.owns(decision["org_id"]):
        raise not_found("decision")
    return told.applicant(decision)


@router.get(
    "/pools/{pool_id}/awards", response_model=ToldPool, response_model_exclude_none=True,
    **guarded("coordinator", "auditor", "donor", statuses=(409,)),
)  # fmt: skip
def read_pool_awards(
    round_id: str,
    pool_id: str,
    number: int | None = Numbered,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Read what a pool funds and what it has left: donors their own pools, once it is published.

    Proposals and applicants are named as they may be shown to others, whoever asks.
    """
    session = work.reading
    round_ = round_for(session, round_id, principal)
    sees_all = principal.role in SEE_ALL
    if not sees_all and not principal.owns(row_for(session, round_id, "pools", pool_id).owner):
        raise not_found("pool")
    told = Told(session, version_for(session, round_, principal, number), runs=sees_all)
    found = told.pool(pool_id)
    if not sees_all and not principal.owns(found["donor_id"]):
        raise not_found("pool")
    return found
