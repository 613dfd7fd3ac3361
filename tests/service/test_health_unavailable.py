"""While the database cannot be used, requests are told to come back, and faults stay faults."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from api.app import create_app
from api.http.unavailable import passes
from api.service import Service
from api.settings import Settings
from api.store import Store
from tests.service.conftest import Home

NOBODY = "postgresql+psycopg://nobody:PLANTED@127.0.0.1:1/nothing"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with capture_logs():
        yield


def test_who_cannot_be_served_is_told_when_to_come_back(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database_url=NOBODY)
    app = create_app(Service(settings, Store(settings.url)))
    headers = {"Authorization": "Bearer mk_some"}
    client = TestClient(app, headers=headers, raise_server_exceptions=False)
    for method, path in (("GET", "/rounds"), ("POST", "/rounds"), ("GET", "/ready")):
        answer = client.request(method, path)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "5"
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "PLANTED" not in answer.text
    assert client.get("/health").status_code == 200


def test_a_writer_that_waits_too_long_is_told_to_come_back(home: Home) -> None:
    client = home.client("coordinator")
    store = home.service.store
    other = sqlite3.connect(store.url.database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=50")
    # The pool gives the same connection again.
    sent = {"id": "a", "currency": "AZN", "decision_date": "2026-03-01"}
    refused = client.post("/rounds", json=sent)
    other.execute("ROLLBACK")
    other.close()
    assert refused.status_code == 503
    assert client.post("/rounds", json=sent).status_code == 201


def test_a_fault_in_a_statement_stays_a_failure(home: Home) -> None:
    client = home.client("coordinator")
    with home.service.store.writing() as session:
        session.execute(text("DROP TABLE rows"))
        session.execute(text("DROP TABLE audit"))
    sent = {"id": "a", "currency": "AZN", "decision_date": "2026-03-01"}
    assert client.post("/rounds", json=sent).status_code == 500


def test_no_connection_passes_and_a_table_that_is_not_there_does_not(tmp_path: Path) -> None:
    for url, statement, expected in (
        (NOBODY, "SELECT 1", True),
        (f"sqlite:///{tmp_path}/no/such/folder/x.db", "SELECT 1", True),
        ("sqlite://", "SELECT 1 FROM nowhere", False),
    ):
        with pytest.raises(OperationalError) as failure, create_engine(url).connect() as connection:
            connection.execute(text(statement))
        assert passes(failure.value) is expected
