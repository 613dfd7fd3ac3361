"""Rows taken out of a round together with what belongs to them: a donor's pools, their terms."""

from collections.abc import Mapping
from typing import Any

from matcher.domain import Fact, Round
from matcher.scenarios.edits.drafts import drafted
from matcher.scenarios.edits.naming import named_rows

BELONGS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "donors": (("pools", "donor_id"), ("pairs", "donor_id"), ("contributors", "donor_id")),
    "organisations": (
        ("proposals", "org_id"), ("pairs", "org_id"), ("partners", "org_id"),
        ("commitments", "org_id"),
    ),
    "pools": (("pairs", "pool_id"), ("contributors", "pool_id"), ("targets", "pool")),
    "proposals": (
        ("pairs", "proposal_id"), ("reviews", "proposal_id"), ("partners", "proposal_id"),
    ),
}  # fmt: skip
"""The tables whose rows belong to a row of another, each with the column that says to which."""

MENTIONS = (("proposals", "refuses_donors"), ("pools", "not_with"))
"""Lists of donors, which do without those that are gone."""


def without_rows(round_: Round, names: Mapping[str, set[str]]) -> Round:
    """Give a round without some rows, named by table, as a draft: others may still need them.

    What was committed before stays on record with pools that go; a pooled fund's budget stays as it
    is where one of those who fed it goes.
    """
    gone = {table: set(some) for table, some in names.items()}
    dropped = {table: set(some) for table, some in names.items()}
    while gone:
        above, ids = gone.popitem()
        for below, column in BELONGS.get(above, ()):
            rows = named_rows(round_, below)
            lost = {name for name, row in rows.items() if getattr(row, column) in ids}
            lost -= dropped.get(below, set())
            if lost:
                dropped.setdefault(below, set()).update(lost)
                gone.setdefault(below, set()).update(lost)
    subjects = set().union(*(ids for name, ids in dropped.items() if name in BELONGS))
    facts = {
        name
        for name, row in named_rows(round_, "facts").items()
        if isinstance(row, Fact) and subjects.intersection(row.subject.split(":"))
    }
    dropped.setdefault("facts", set()).update(facts)
    content: dict[str, Any] = round_.given()
    for name, ids in dropped.items():
        kept = tuple(row for key, row in named_rows(round_, name).items() if key not in ids)
        content[name] = kept
    for name, column in MENTIONS:
        rows = content.get(name, ())
        content[name] = tuple(_silent_on(row, column, dropped.get("donors", set())) for row in rows)
    return drafted(round_, content)


def _silent_on(row: Any, column: str, gone: set[str]) -> Any:
    mentioned = getattr(row, column)
    if gone.isdisjoint(mentioned):
        return row
    return row.model_copy(update={column: tuple(name for name in mentioned if name not in gone)})
