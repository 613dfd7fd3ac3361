"""Results of runs: their tables, explanations of proposals, and comparisons of two runs."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from api.access.roles import Principal, guarded, principal_of
from api.http.listing import Paging, paging_of
from api.http.work import Transacted, Work, work_of
from api.results.comparing import comparison_for
from api.results.explained import explained
from api.results.kept import check_tables, run_for
from api.results.paging import ordered, page_of
from api.results.reading import rows_for
from api.results.tables import as_csv, as_json, columns_of
from api.schemas.results import (
    FILTER_MODELS,
    PAGES,
    ComparedRuns,
    ExplainedProposal,
    Format,
)
from matcher.results import RESULT_COLUMNS

router = APIRouter(prefix="/runs/{run_id}", tags=["results"], route_class=Transacted)
AS_CSV = {
    "description": "A page of rows; as CSV all of them, in which no text is a formula.",
    "content": {"text/csv": {"schema": {"type": "string"}}},
}


def _table_route(table: str) -> None:
    declared = guarded("coordinator", "auditor", "analyst", statuses=(409,))
    declared["responses"] = {**declared["responses"], 200: AS_CSV}

    @router.get(
        f"/{table}", response_model=PAGES[table], response_model_exclude_none=True,
        name=f"list_result_{table}", summary=f"Read {table}.csv of a run", **declared,
    )  # fmt: skip
    def list_table(
        run_id: str,
        wanted: BaseModel = Depends(FILTER_MODELS[table]),
        paging: Paging = Depends(paging_of),
        form: Format = Query("json", alias="format", description="csv: all rows, to download."),
        work: Work = Depends(work_of),
        principal: Principal = Depends(principal_of),
    ) -> Any:
        """Read a table of a run's result; analysts see names and ids as they may be shown."""
        run = run_for(work.reading, run_id, principal)
        check_tables(run)
        rows = rows_for(work.reading, run, table, principal)
        found = ordered(rows, columns_of(table), dict(wanted), paging.sort)
        if form == "csv":
            name = {"Content-Disposition": f'attachment; filename="{table}.csv"'}
            return Response(as_csv(table, [row for _, row in found]), 200, name, "text/csv")
        items, following = page_of(found, paging)
        return {"items": [as_json(row) for row in items], "next": following}


for _table in RESULT_COLUMNS:
    _table_route(_table)


@router.get(
    "/explanations/{proposal_id}", response_model=ExplainedProposal,
    **guarded("coordinator", "auditor", statuses=(409,)),
)  # fmt: skip
def read_explanation(
    run_id: str,
    proposal_id: str,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Read why a proposal stands where it does, once the run's explanations are done."""
    run = run_for(work.reading, run_id, principal)
    return explained(work.reading, run, proposal_id)


@router.get(
    "/comparison", response_model=ComparedRuns,
    **guarded("coordinator", "auditor", "analyst", statuses=(409,)),
)  # fmt: skip
def compare_runs(
    run_id: str,
    other: str = Query(alias="with", description="The run to hold it against: the later one."),
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> Mapping[str, Any]:
    """Compare two runs: who comes in and goes out, where money moves, and what was changed."""
    before = run_for(work.reading, run_id, principal)
    after = run_for(work.reading, other, principal)
    check_tables(before)
    check_tables(after)
    return comparison_for(work.reading, before, after, principal)
