"""A whole round put into the database of a service, in any state."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from api.rounds.assembling import split_document
from api.rounds.rows import new_row
from api.store.tables import RoundRow
from matcher.reading import read_document


def keep_round(session: Session, document: Mapping[str, Any], state: str, stamp: str) -> None:
    """Keep a round and its rows."""
    settings, rows = split_document(read_document(document, "round").round.document())
    round_ = RoundRow(
        id=document["round"]["id"], state=state, settings=settings, run_id=None, version=1,
        created_at=stamp, updated_at=stamp,
    )  # fmt: skip
    session.add(round_)
    session.flush()
    session.add_all(new_row(round_, noun, cells, stamp) for noun, cells in rows)
