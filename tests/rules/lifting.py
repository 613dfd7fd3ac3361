"""A round with one of its constraints C1 to C13 lifted."""

from typing import Any

from matcher import Round

COLUMNS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "C3": (("pools", ("min_grant", "max_grant")),),
    "C4": (("pools", ("max_grants",)),),
    "C5": (("pools", ("max_project_share",)),),
    "C6": (("proposals", ("max_funders",)),),
    "C7": (("proposals", ("accepts_donor_kinds", "refuses_donors")),),
    "C9": (("proposals", ("alternatives",)),),
    "C10": (("proposals", ("requires",)),),
    "C13": (("pools", ("sole_funder", "not_with")),),
}
POLICY = {
    "C3": ("min_award",),
    "C6": ("max_funders_per_proposal",),
    "C7": ("score_threshold",),
    "C8": (
        "max_proposals_per_organisation",
        "max_amount_per_organisation",
        "max_award_to_budget",
    ),
}
STATUSES = {"C7": ("forbid", "conflict", "declined"), "C12": ("pin", "accepted")}


def lifted(round_: Round, constraint: str) -> Round:
    """Give the round without a constraint; of C1 a quarter more money, of C2 no minimum.

    Of C7 what the pools' own terms say stays: without it every pair could be awarded.
    """
    tables: dict[str, Any] = {
        table: [row.given() for row in getattr(round_, table)]
        for table in ("pools", "proposals", "pairs")
    }
    for table, columns in COLUMNS.get(constraint, ()):
        tables[table] = [_without(row, columns) for row in tables[table]]
    if constraint == "C1":
        tables["pools"] = [row | {"budget": row["budget"] * 5 / 4} for row in tables["pools"]]
    if constraint == "C2":
        tables["proposals"] = [row | {"minimum": "0"} for row in tables["proposals"]]
    statuses = STATUSES.get(constraint, ())
    tables["pairs"] = [row for row in tables["pairs"] if row.get("status") not in statuses]
    targets = [
        target for target in round_.targets if constraint != "C11" or target.strictness == "soft"
    ]
    policy = _without(round_.policy.given(), POLICY.get(constraint, ()))
    return Round.model_validate({**round_.given(), **tables, "policy": policy, "targets": targets})


def _without(row: dict[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in columns}
