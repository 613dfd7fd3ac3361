"""What a measured service is filled with, straight in its database; nobody in it is real."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from api.access.keys import make_key
from api.applying.applicants import own_cells
from api.clock import stamp, utc_now
from api.rounds.assembling import split_document
from api.rounds.nouns import NOUNS
from api.schemas.rows import shown_cells
from api.store.tables import Registered, RoundRow, Row
from benchmarks.cases import ROOT
from matcher import Round, load_round
from matcher.reading import read_document

OPEN, MATCHED = "open", "matched"
"""The rounds: one that takes proposals, and one that is matched again and again."""
DEMONSTRATION = ROOT / "fixtures" / "rounds" / "baku-spring"
NAMING = ("proposal_id", "org_id")
REFERENCES = ("alternatives", "requires")
"""Columns of a proposal that name others of the same round."""
Cells = Mapping[str, Any]


def call_around(now: datetime) -> dict[str, str]:
    """Give a call that takes proposals for a month from yesterday."""
    opens, closes = (now + timedelta(days=days) for days in (-1, 30))
    return {"opens": f"{opens:%Y-%m-%d}", "closes": f"{closes:%Y-%m-%d}", "time_zone": "UTC"}


def add_round(
    session: Session, round_id: str, state: str, round_: Round, without: Sequence[str] = ()
) -> None:
    """Add a round as it was read, under another id, leaving some of its tables out.

    An open round has a call that takes proposals now.
    """
    settings, rows = split_document(round_.document())
    now = utc_now()
    if state == "open":
        settings["call"] = call_around(now)
    session.add(
        RoundRow(
            id=round_id, state=state, settings=settings, run_id=None, version=1,
            created_at=stamp(now), updated_at=stamp(now),
        )
    )  # fmt: skip
    session.flush()
    add_rows(session, round_id, (row for row in rows if row[0] not in without))


def add_rows(session: Session, round_id: str, rows: Iterator[tuple[str, Cells]]) -> None:
    """Add rows to a round, as (table, cells)."""
    at = stamp(utc_now())
    session.execute(
        insert(Row),
        [
            {
                "round_id": round_id, "noun": noun, "id": NOUNS[noun].id_of(cells),
                "owner": NOUNS[noun].owner_of(cells), "data": dict(cells), "version": 1,
                "created_at": at, "updated_at": at,
            }
            for noun, cells in rows
        ],
    )  # fmt: skip


def coordinator(session: Session) -> str:
    """Make a coordinator's key."""
    return make_key(session, utc_now(), "coordinator", "measuring")[1]


def demonstration() -> Round:
    """Read the demonstration round."""
    return load_round(DEMONSTRATION)


def applicants(session: Session, round_: Round, many: int) -> dict[str, str]:
    """Register made-up organisations like those of a round, with a row in the open one.

    Gives the key of each by its id.
    """
    at = stamp(utc_now())
    models = round_.document()["organisations"]
    keys, rows = {}, []
    for number in range(many):
        org_id = f"org_{number:05}"
        name = f"Made-up organisation {number}"
        cells = {**models[number % len(models)], "org_id": org_id, "name": name}
        rows.append(("organisations", cells))
        session.add(Registered(org_id=org_id, data=cells, version=1, created_at=at, updated_at=at))
        keys[org_id] = make_key(session, utc_now(), "ngo", "measuring", org_id)[1]
    add_rows(session, OPEN, iter(rows))
    return keys


def proposals_like(round_: Round, org_ids: Sequence[str], many: int) -> Iterator[Cells]:
    """Give proposals of organisations like those of a round, one after the other, submitted."""
    models = round_.document()["proposals"]
    for number in range(many):
        model = models[number % len(models)]
        yield {
            **{name: cell for name, cell in model.items() if name not in REFERENCES},
            "proposal_id": f"S{number:06}",
            "org_id": org_ids[number % len(org_ids)],
            "title": f"{model['title']} ({number})",
        }


def submissions_like(round_: Round) -> Iterator[dict[str, Any]]:
    """Give proposals like those of a round as their applicants send them, without an end."""
    settings = split_document(round_.document())[0]
    judged_by = RoundRow(id=OPEN, settings=settings)
    models = round_.document()["proposals"]
    for number in count():
        own = own_cells("proposals", models[number % len(models)], judged_by)
        left_out = (*NAMING, *REFERENCES)
        cells = {name: cell for name, cell in own.items() if name not in left_out}
        title = f"{cells['title']} (sent {number})"
        yield {**shown_cells("proposals", cells), "title": title}


def tiny() -> Round:
    """Make a round that is matched in an instant."""
    dice = random.Random(1)
    document = {
        "round": {
            "id": "tiny", "title": "A made-up round to be matched often", "currency": "AZN",
            "decision_date": f"{datetime.now(UTC):%Y-%m-%d}",
            "policy": {"score_max": "100", "min_award": "1000", "grant_step": "100"},
        },
        "donors": [{"donor_id": "D1", "name": "Made-up foundation", "kind": "foundation"}],
        "pools": [
            {"pool_id": f"P{n}", "donor_id": "D1", "name": f"Made-up pool {n}", "currency": "AZN",
             "budget": str(9000 + 1000 * n)}
            for n in range(2)
        ],
        "organisations": [
            {"org_id": f"O{n}", "name": f"Made-up union {n}", "country": "AZ"} for n in range(8)
        ],
        "proposals": [
            {"proposal_id": f"A{n}", "org_id": f"O{n}", "title": f"Made-up work {n}",
             "currency": "AZN", "requested": str(100 * dice.randint(20, 60)),
             "score": str(dice.randint(55, 95))}
            for n in range(8)
        ],
    }  # fmt: skip
    return read_document(document, "tiny").round
