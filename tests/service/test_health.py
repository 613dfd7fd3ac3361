"""Whether the service lives, whether it can serve, and what it counts."""

import time
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from api.store.tables import RoundRow, RunInputs, RunRow
from tests.service.conftest import Home


def metrics(home: Home) -> dict[tuple[str, ...], float]:
    answer = home.client("auditor").get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_service_is_alive_and_ready(any_home: Home) -> None:
    client = any_home.client()
    assert [client.get(path).json() for path in ("/health", "/ready")] == [{"status": "ok"}] * 2


def test_it_is_not_ready_with_a_schema_of_another_version(any_home: Home) -> None:
    with any_home.service.store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'other'"))
    answer = any_home.client().get("/ready")
    assert (answer.status_code, answer.json()["title"]) == (503, "Not ready")
    assert answer.headers["Retry-After"]
    assert any_home.client().get("/health").status_code == 200


def test_it_is_not_ready_without_its_tables(home: Home) -> None:
    with home.service.store.writing() as session:
        session.execute(text("DROP TABLE alembic_version"))
    assert home.client().get("/ready").status_code == 503


def test_requests_are_counted_by_route_and_not_by_what_was_asked(home: Home) -> None:
    client = home.client("coordinator")
    for path in ("/rounds/a", "/rounds/b", "/nothing", "/else"):
        client.get(path)
    client.request("ODD", "/rounds")
    found = metrics(home)
    name = "matcher_http_requests_total"
    assert found[name, "GET", "/rounds/{round_id}", "404"] == 2
    assert found[name, "GET", "none", "404"] == 2
    assert found[name, "other", "/rounds", "405"] == 1
    assert found["matcher_http_request_seconds_count", "GET", "/rounds/{round_id}"] == 2
    # The request that asks for the metrics is the one in flight.
    assert found["matcher_http_requests_in_flight",] == 1


def test_runs_are_counted_by_state_with_the_age_of_the_queue(any_home: Home) -> None:
    home = any_home
    before = home.clock().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with home.service.store.writing() as session:
        session.add(RunInputs(hash="h", content=b""))
        session.add(
            RoundRow(id="r", state="draft", settings={}, run_id=None, version=1, created_at=before,
                     updated_at=before)
        )  # fmt: skip
        session.flush()
        session.add_all(a_run(state, number, before) for number, state in enumerate(STATES))
    home.clock.move(seconds=90)
    found = metrics(home)
    assert [found["matcher_runs", state] for state in ("queued", "done", "failed")] == [2, 1, 0]
    assert found["matcher_queue_oldest_seconds",] == pytest.approx(90)


STATES = ("queued", "queued", "done")


def a_run(state: str, number: int, at: str) -> RunRow:
    values: dict[str, Any] = {
        column.name: None for column in RunRow.__table__.columns if column.nullable
    }
    return RunRow(
        **values | {
            "id": f"run_{number}", "round_id": "r", "kind": "match", "identity": str(number),
            "inputs": "h", "options": {}, "state": state, "progress": {}, "attempt": 0, "lost": 0,
            "created_by": "key_x", "created_at": at,
        }
    )  # fmt: skip


@pytest.mark.parametrize("role", ["ngo", "donor", "analyst", None])
def test_metrics_are_for_coordinators_and_auditors(home: Home, role: Any) -> None:
    client = home.client(role, "X" if role in ("ngo", "donor") else None)
    assert client.get("/metrics").status_code == (401 if role is None else 403)


def test_health_is_cheap(home: Home) -> None:
    client = home.client()
    client.get("/ready")
    began = time.process_time()
    for _ in range(20):
        client.get("/ready")
    assert (time.process_time() - began) / 20 < 0.1
