"""Logs are JSON lines that say what happened, and give away nothing."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from api import logs
from tests.service.conftest import Home

MARK = "PLANTED"


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged; the root logger is put back afterwards, which other tests read."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    # The client of these tests logs what it asks for, query and all.
    monkeypatch.setattr(logging.getLogger("httpx2"), "disabled", True)
    monkeypatch.setattr(logging.getLogger("uvicorn.access"), "disabled", False)
    written = io.StringIO()
    logs.configure("info", written)
    yield written
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_request_is_a_line_with_route_status_time_key_and_id(
    home: Home, stream: io.StringIO
) -> None:
    answer = home.client("coordinator").get("/rounds/spring")
    [line] = [line for line in lines(stream) if line["event"] == "request"]
    assert line["key"].startswith("key_")
    assert line["ms"] > 0
    assert line["at"].endswith("Z")
    expected = {
        "method": "GET", "route": "/rounds/{round_id}", "status": 404, "role": "coordinator",
        "request_id": answer.headers["X-Request-ID"], "level": "info", "logger": "matcher.request",
    }  # fmt: skip
    assert {name: line[name] for name in expected} == expected


def test_what_is_sent_is_not_logged(home: Home, stream: io.StringIO) -> None:
    client = home.client("coordinator")
    client.get(f"/rounds/{MARK}", params={"state": MARK, "key": f"mk_{MARK}0000"})
    client.get(f"/{MARK}/{MARK}")
    client.request(MARK, "/rounds")
    client.post("/rounds", json={"id": MARK, MARK: MARK, "password": MARK})
    client.post("/sessions", json={"email": f"{MARK}@example.org", "password": MARK})
    headers = {"X-Request-ID": f"{MARK}\n", "Cookie": MARK, "User-Agent": MARK, "Referer": MARK}
    client.get("/rounds", headers={**headers, "Authorization": f"Bearer mk_{MARK}{MARK}"})
    assert len(lines(stream)) >= 6
    assert MARK not in stream.getvalue()
    assert home.secret("coordinator") not in stream.getvalue()


def test_a_failure_is_logged_with_where_and_without_secrets(
    home: Home, stream: io.StringIO
) -> None:
    secret = home.secret("coordinator")

    def fails() -> None:
        raise ValueError(f"with {secret}, Bearer {MARK} and postgresql+psycopg://u:{MARK}@h/db")

    home.app.router.add_api_route("/broken", fails)
    answer = home.client().get("/broken")
    [line] = [line for line in lines(stream) if line["event"] == "failure"]
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert "ValueError" in line["exception"]
    assert "test_logs.py" in line["exception"]
    assert line["level"] == "error"
    assert secret not in stream.getvalue()
    assert MARK not in stream.getvalue()


def test_a_failure_of_the_database_shows_no_values(home: Home, stream: io.StringIO) -> None:
    from sqlalchemy import text

    def fails() -> None:
        with home.service.store.writing() as session:
            session.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": MARK})

    home.app.router.add_api_route("/broken", fails)
    assert home.client().get("/broken").status_code == 500
    assert "nowhere" in stream.getvalue()
    assert MARK not in stream.getvalue()


def test_what_libraries_log_has_the_same_form(stream: io.StringIO) -> None:
    logging.getLogger("uvicorn.error").warning("from %s with %s", "afar", f"mk_{MARK}1234")
    logging.getLogger("uvicorn.access").warning("GET /?key=%s", MARK)
    [line] = lines(stream)
    assert (line["event"], line["level"]) == ("from afar with [hidden]", "warning")


def test_a_line_break_in_a_message_forges_no_line(stream: io.StringIO) -> None:
    structlog.get_logger("x").info('one\n{"event": "forged"}', note="a\nb")
    assert [line["event"] for line in lines(stream)] == ['one\n{"event": "forged"}']


def test_what_is_below_the_level_is_not_logged(stream: io.StringIO) -> None:
    logs.configure("warning", stream)
    structlog.get_logger("x").info("unseen")
    logging.getLogger("x").info("unseen")
    structlog.get_logger("x").warning("seen")
    assert [line["event"] for line in lines(stream)] == ["seen"]
