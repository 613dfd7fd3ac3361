"""Whole rounds as sent and answered."""

from typing import Any

from pydantic import Field

from api.http.middleware.bodies import JSON, XLSX
from api.http.problems import FieldProblem
from api.schemas.rounds import KeptRound

EXAMPLE = {
    "round": {
        "id": "az-2026-autumn",
        "title": "Autumn 2026 allocation round",
        "currency": "AZN",
        "decision_date": "2026-10-01",
        "policy": {"score_max": "100", "min_award": "1000", "grant_step": "100",
                   "max_funders_per_proposal": "2"},
        "targets": [
            {"id": "regions", "where": {"not_region": ["AZ-BA"]}, "min_share": "0.4",
             "of": "budget", "strictness": "soft", "priority": "1"}
        ],
    },
    "donors": [{"donor_id": "D1", "name": "A donor", "kind": "embassy"}],
    "pools": [
        {"pool_id": "P1", "donor_id": "D1", "name": "A pool", "currency": "AZN", "budget": "50000"}
    ],
    "organisations": [{"org_id": "O1", "name": "An organisation", "kind": "public_union"}],
    "proposals": [
        {"proposal_id": "A1", "org_id": "O1", "title": "A project", "currency": "AZN",
         "requested": "20000", "regions": ["AZ-GA"], "score": "80"}
    ],
}  # fmt: skip
"""A round with all that it must have."""

BODY: dict[str, Any] = {
    "required": True,
    "description": "A whole round, as the reference of round files describes it: the JSON form, or "
    "an Excel workbook with a sheet for each table.",
    "content": {
        JSON: {"schema": {"type": "object", "properties": {"round": {"type": "object"}},
                          "required": ["round"], "additionalProperties": True},
               "example": EXAMPLE},
        XLSX: {"schema": {"type": "string", "format": "binary"}},
    },
}  # fmt: skip
ANSWERED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The round.",
        "content": {
            JSON: {"schema": {"type": "object", "additionalProperties": True}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}
"""A whole round as it is taken away."""


class UploadedRound(KeptRound):
    """A round that was sent whole."""

    rows: dict[str, int] = Field(description="How many rows each table has.")
    content_hash: str = Field(description="As `matcher check` prints it.")
    changes: dict[str, int] = Field(
        default={}, description="How many rows were added, changed and removed."
    )
    warnings: list[FieldProblem] = Field(description="What to look at; nothing stands in the way.")
