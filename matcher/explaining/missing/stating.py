"""A round with one more fact stated, and the part of a round that decides on some pairs."""

from typing import Any

from pydantic import ValidationError

from matcher.domain import Fact, Round
from matcher.domain.round import row_cells
from matcher.law.reasons import FactOf
from matcher.regulation.columns import COLUMNS, SUBJECTS

INSIDE = ("facts", "criteria")
"""Columns of a row that hold several cells."""


def answered(round_: Round, fact: FactOf, answer: str) -> Round | None:
    """Give the round in which a missing fact has an answer, None where it may not have it.

    A fact that packs declare gets a row, a blank column is filled in.
    """
    if fact.name not in COLUMNS.get(fact.subject, {}):
        stated = Fact(subject=fact.id, fact=fact.name, value=answer)
        # Its row stands first, so that of two that nobody dated the one that was there counts.
        return round_.model_copy(update={"facts": (stated, *round_.facts)})
    table, key = SUBJECTS[fact.subject]
    rows = {getattr(row, key): row for row in getattr(round_, table)}
    row = rows[fact.id]
    try:
        rows[fact.id] = type(row).model_validate(_cells(row) | {fact.name: answer})
    except ValidationError:
        return None
    return with_row(round_, fact.subject, rows[fact.id])


def with_row(round_: Round, subject: str, row: Any) -> Round:
    """Give a round with a row of donors, pools, organisations or proposals put in for its own."""
    table, key = SUBJECTS[subject]
    rows = {getattr(known, key): known for known in getattr(round_, table)}
    rows[getattr(row, key)] = row
    # A copy keeps what was worked out of the first round: here the rows by their ids.
    return round_.model_copy(update={table: tuple(rows.values()), f"{table}_by_id": rows})


def narrowed(round_: Round, pools: set[str], proposals: set[str]) -> Round:
    """Give what decides on the eligibility of some pools and proposals alone."""
    kept_pools = [row for row in round_.pools if row.pool_id in pools]
    kept_proposals = [row for row in round_.proposals if row.proposal_id in proposals]
    contributors = [row for row in round_.contributors if row.pool_id in pools]
    partners = [row for row in round_.partners if row.proposal_id in proposals]
    donors = {row.donor_id for row in kept_pools} | {row.donor_id for row in contributors}
    organisations = {row.org_id for row in kept_proposals} | {row.org_id for row in partners}
    known = pools | proposals | donors | organisations
    rows: dict[str, Any] = {
        "donors": [row for row in round_.donors if row.donor_id in donors],
        "pools": kept_pools,
        "organisations": [row for row in round_.organisations if row.org_id in organisations],
        "proposals": kept_proposals,
        "partners": partners,
        "contributors": contributors,
        "facts": [row for row in round_.facts if set(row.subject.split(":")) <= known],
        "commitments": [row for row in round_.commitments if row.org_id in organisations],
    }
    return round_.model_copy(update={name: tuple(kept) for name, kept in rows.items()})


def _cells(row: Any) -> dict[str, Any]:
    """Give a row as the cells that it can be read from again."""
    several = {name: value for name in INSIDE if (value := getattr(row, name, None))}
    plain = row.model_copy(update=dict.fromkeys(several))
    return row_cells(plain) | several
