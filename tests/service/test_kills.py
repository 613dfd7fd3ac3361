"""Whether the service, killed at random, loses nothing: and whether losing something is noticed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from api.audit import Actor, append
from api.store.tables import Entry, Registered, Replay, Row, RunFile, RunInputs, RunRow
from benchmarks.service.afterwards import OF_A_RESULT, faults_of, faults_of_runs
from benchmarks.service.association import MATCHED, OPEN, add_round, tiny
from benchmarks.service.kills import killed
from benchmarks.service.ledger import Ledger, Told
from tests.service.conftest import Home

AT = "2026-01-10T08:00:00.000000Z"
NOW = datetime(2026, 1, 10, 8, tzinfo=UTC)
NGO = Actor("key_1", "ngo")


def _hear(_words: str) -> None:
    """Nobody is to be told how far it is."""


@pytest.fixture
def accepted(home: Home) -> tuple[Home, Ledger]:
    """A service with a proposal and a run that is done, and the ledger that owes just these."""
    with home.service.store.writing() as session:
        add_round(session, OPEN, "open", tiny(), without=("organisations", "proposals"))
        add_round(session, MATCHED, "matching", tiny())
        data: dict[str, Any] = {"title": "Wells", "status": "submitted"}
        session.add_all(
            [
                Registered(
                    org_id="org_1", data={"name": "Union"}, version=1, created_at=AT, updated_at=AT
                ),
                Row(
                    round_id=OPEN, noun="proposals", id="A-1", owner="org_1", data=data, version=1,
                    created_at=AT, updated_at=AT,
                ),
                Replay(
                    holder="key_1", name="first", asked="", status=201, headers={}, body=b"",
                    created_at=AT,
                ),
                RunInputs(hash="inputs", content=b""),
            ]
        )  # fmt: skip
        session.flush()
        session.add(
            RunRow(
                id="run_1", round_id=MATCHED, kind="match", identity="one", inputs="inputs",
                options={}, of_run=None, state="done", progress={}, detail=None,
                cancel_asked_at=None, worker="worker_1", attempt=1, lost=0, lease_until=None,
                created_by="key_1", created_at=AT, started_at=AT, ended_at=AT,
            )
        )  # fmt: skip
        session.flush()
        for name in OF_A_RESULT:
            content = b'{"verified": true}' if name == "run.json" else b""
            session.add(RunFile(run_id="run_1", name=name, content=content))
        append(session, NOW, NGO, "proposals.add", "A-1", OPEN)
        append(session, NOW, NGO, "run.ask", "run_1", MATCHED)
        append(session, NOW, Actor("worker_1", "worker"), "run.end", "run_1", MATCHED)
    ledger = Ledger(
        proposals={"A-1": Told("org_1", "Wells", 1)}, names={"Union": "org_1"},
        runs={"run_1": False}, once={"first"},
    )  # fmt: skip
    ledger.note("proposals.add", "A-1")
    ledger.note("run.ask", "run_1")
    return home, ledger


def test_a_service_that_has_what_it_accepted_has_no_faults(accepted: tuple[Home, Ledger]) -> None:
    home, ledger = accepted
    assert faults_of(home.service.store, ledger, OPEN) == []
    assert faults_of_runs(home.service.store, ["run_1"]) == []


def _change_title(session: Session) -> None:
    row = session.get_one(Row, (OPEN, "proposals", "A-1"))
    row.data = {**row.data, "title": "Roads"}


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (lambda s: s.execute(delete(Row).where(Row.id == "A-1")), "A-1 is not there"),
        (_change_title, "was told to be"),
        (lambda s: s.execute(update(Row).where(Row.id == "A-1").values(version=3)), "told to be"),
        (lambda s: s.execute(delete(Registered)), "'Union' is registered 0 times"),
        (lambda s: s.execute(delete(Replay)), "of 'first' 0 answers are kept"),
        (lambda s: s.execute(update(RunRow).values(state="running")), "run_1 is running"),
        (lambda s: s.execute(update(RunRow).values(state="failed")), "run_1 is failed"),
        (lambda s: s.execute(update(RunRow).values(state="cancelled")), "run_1 is cancelled"),
        (lambda s: s.execute(delete(RunFile).where(RunFile.name == "awards.csv")), "has the files"),
        (
            lambda s: s.execute(
                update(RunFile).where(RunFile.name == "run.json").values(content=b'{"verified": 0}')
            ),
            "run_1 is not verified",
        ),
        (lambda s: append(s, NOW, NGO, "proposals.add", "A-1", OPEN), "has 2 entries"),
        (lambda s: append(s, NOW, NGO, "run.end", "run_1", OPEN), "ended 2 times"),
        (lambda s: s.execute(delete(Entry).where(Entry.number == 2)), "entry 2 is missing"),
        (lambda s: s.execute(update(Entry).values(actor="key_2")), "has been changed"),
    ],
)
def test_whatever_is_lost_changed_or_done_twice_is_found(
    accepted: tuple[Home, Ledger], harm: Callable[[Session], object], found: str
) -> None:
    home, ledger = accepted
    with home.service.store.writing() as session:
        harm(session)
    assert found in "\n".join(faults_of(home.service.store, ledger, OPEN))


def test_what_nobody_was_told_of_is_found(accepted: tuple[Home, Ledger]) -> None:
    home, ledger = accepted
    less = replace(ledger, proposals={}, runs={}, names={}, once=set())
    found = "\n".join(faults_of(home.service.store, less, OPEN))
    assert "the proposal A-1 is nobody's" in found
    assert "nobody asked for the run run_1" in found
    assert "'Union' is registered 1 times" in found
    assert "of 'first' 1 answers are kept" in found


def test_a_service_that_is_killed_keeps_what_it_accepted() -> None:
    record = killed("sqlite", 1, seed=4, tell=_hear, at_once=1)
    assert record["faults"] == []
    assert sum(record["kills"].values()) == 1
    assert record["accepted"]["proposals.add"] > 0
    assert sum(record["runs"].values()) > 0


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_service_that_is_killed_again_and_again_keeps_what_it_accepted(database: str) -> None:
    record = killed(database, 6, seed=2, tell=_hear)
    assert record["faults"] == []
    assert sum(record["kills"].values()) == 6
    assert record["accepted"]["proposals.add"] > 0
    assert record["runs"]["done"] > 0
