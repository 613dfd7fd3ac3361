"""Every answer, refusals and failures too, is named and safe to show in a browser."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from structlog.testing import capture_logs

from api.http.work import Transacted
from tests.service.conftest import Home

SAFE = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health", 200),
        ("GET", "/rounds", 200),
        ("GET", "/rounds/none", 404),
        ("GET", "/no/such/path", 404),
        ("PUT", "/health", 405),
        ("POST", "/rounds", 422),
        ("GET", "/rounds/%00", 400),
        ("GET", "/broken", 500),
        ("GET", "/openapi.json", 200),
    ],
)
def test_every_answer_has_the_headers_that_keep_browsers_safe(
    broken: Home, method: str, path: str, status: int
) -> None:
    answer = broken.client("coordinator").request(method, path)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in SAFE} == SAFE
    assert answer.headers["X-Request-ID"]
    assert "Strict-Transport-Security" not in answer.headers
    assert "Server" not in answer.headers
    if status >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["request_id"] == answer.headers["X-Request-ID"]
        assert answer.json()["status"] == status


def test_https_is_asked_for_again_only_where_it_was_used(home: Home) -> None:
    with TestClient(home.app, base_url="https://testserver") as client:
        assert client.get("/health").headers["Strict-Transport-Security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("sent", "taken"),
    [("abc-123_45.6", True), ("short", False), ("x" * 65, False), ('a"b\\nlevel=x', False)],
)
def test_a_request_keeps_the_id_that_it_came_with_if_it_is_usable(
    home: Home, sent: str, taken: bool
) -> None:
    answer = home.client().get("/rounds", headers={"X-Request-ID": sent})
    assert (answer.headers["X-Request-ID"] == sent) is taken
    assert answer.json()["request_id"] == answer.headers["X-Request-ID"]


def test_requests_have_ids_of_their_own(home: Home) -> None:
    client = home.client()
    assert len({client.get("/health").headers["X-Request-ID"] for _ in range(5)}) == 5


def test_pages_that_load_scripts_of_others_are_not_there(home: Home) -> None:
    client = home.client("coordinator")
    assert {client.get(path).status_code for path in ("/docs", "/redoc")} == {404}


@pytest.fixture
def broken(home: Home) -> Iterator[Home]:
    """A service with a route that fails."""

    def fails() -> Any:
        raise ZeroDivisionError("planted-secret")

    home.app.router.add_api_route("/broken", fails, route_class_override=Transacted)
    with capture_logs():
        yield home


def test_a_failure_tells_nothing_of_itself(broken: Home) -> None:
    answer = broken.client("coordinator").get("/broken")
    assert answer.status_code == 500
    assert "ZeroDivision" not in answer.text
    assert "planted-secret" not in answer.text
