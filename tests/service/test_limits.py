"""What is taken of a request and how many: beyond it, a problem that says what to do."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.http.middleware import json_text
from api.http.middleware.bodies import JSON
from api.http.middleware.json_text import check_json, depth
from api.http.problems import Refused
from tests.service.conftest import Home, home_at

AS_JSON = {"Content-Type": JSON}


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Home]:
    made = home_at(
        None, tmp_path / "data", requests_per_minute=5, public_per_minute=4, logins_per_minute=2,
        registrations_per_hour=1, json_bytes=2000, body_bytes=4000, json_depth=4,
    )  # fmt: skip
    yield made
    made.service.store.close()


def test_a_key_is_answered_so_often_in_a_minute_and_then_told_to_wait(strict: Home) -> None:
    client = strict.client("coordinator")
    answers = [client.get("/rounds") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[0].headers["RateLimit-Policy"] == '"key";q=5;w=60'
    left = [answer.headers["RateLimit"].split(";")[1] for answer in answers]
    assert left == ["r=4", "r=3", "r=2", "r=1", "r=0", "r=0"]
    assert 1 <= int(answers[5].headers["Retry-After"]) <= 60
    assert answers[5].json()["request_id"] == answers[5].headers["X-Request-ID"]
    # Another key has a limit of its own.
    assert strict.client("auditor").get("/rounds").status_code == 200


def test_guesses_of_keys_are_limited_by_address(strict: Home) -> None:
    client = strict.client()
    answers = [
        client.get("/rounds", headers={"Authorization": f"Bearer mk_guess{n}"}) for n in range(5)
    ]
    assert [answer.status_code for answer in answers] == [401] * 4 + [429]
    assert strict.client("coordinator").get("/rounds").status_code == 200


@pytest.mark.parametrize(("path", "most"), [("/sessions", 2), ("/organisations", 1)])
def test_logins_and_registrations_are_limited_more_tightly(
    strict: Home, path: str, most: int
) -> None:
    client = strict.client()
    statuses = [client.post(path, json={}).status_code for _ in range(most + 1)]
    assert statuses[-1] == 429
    assert 429 not in statuses[:-1]


def test_health_is_asked_as_often_as_one_likes(strict: Home) -> None:
    client = strict.client()
    assert {client.get("/health").status_code for _ in range(20)} == {200}


def test_a_body_that_is_too_large_is_refused_by_what_it_announces(strict: Home) -> None:
    refused = strict.client("coordinator").post("/rounds", content=b" " * 2001, headers=AS_JSON)
    assert (refused.status_code, refused.headers["Connection"]) == (413, "close")


def test_a_body_that_is_too_large_is_refused_while_it_comes(strict: Home) -> None:
    sent = 0

    def parts() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield b" " * 100

    for path, most in (("/rounds", 2000), ("/rounds/uploads", 4000)):
        refused = strict.client("coordinator").post(path, content=parts(), headers=AS_JSON)
        assert refused.status_code == 413
        assert f"{most:,}" in refused.json()["detail"]


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "multipart/form-data"])
def test_a_body_of_another_kind_is_refused(home: Home, kind: str) -> None:
    headers = {"Content-Type": kind} if kind else {}
    refused = home.client("coordinator").post("/rounds", content=b"{}", headers=headers)
    assert refused.status_code == 415
    assert JSON in refused.json()["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"id": "\xff"}', 400),
        ('{"id": "a"}'.encode("utf-16"), 400),
        ('{"id": "a"}'.encode("utf-16-le"), 422),
        (b'{"id": "a\\u0000"}', 422),
        (b'{"id": "a\x00"}', 422),
        (b'{"a\\ud800": 1}', 422),
        (b'{"id": "\\udc00\\ud800"}', 422),
        (b'{"id": "\\ud800\\ud800"}', 422),
        (b'{"id": ' + b"1" * 5000 + b"}", 422),
        (b'{"a":' * 5 + b"1" + b"}" * 5, 422),
        (b"[" * 1000, 422),
    ],
)
def test_json_that_no_route_should_see_is_refused(strict: Home, body: bytes, status: int) -> None:
    body = body[:1900]
    refused = strict.client("coordinator").post("/rounds", content=body, headers=AS_JSON)
    assert refused.status_code == status, refused.text
    assert refused.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body", [b'"\\ud83d\\ude00"', b'"\\\\ud800 \\\\u0000"', b'"[[[[[[["', b"1"]
)
def test_json_that_only_looks_like_that_is_taken(body: bytes) -> None:
    check_json(body, 4)


@pytest.mark.parametrize("path", ["/rounds/a%00b", "/rounds/%ff", "/rounds?state=%00", "/x?a=%e4"])
def test_an_address_that_cannot_be_read_is_refused(home: Home, path: str) -> None:
    refused = home.client("coordinator").get(path)
    assert (refused.status_code, refused.json()["title"]) == (400, "An address that cannot be read")


values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


def how_deep(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(how_deep, value), default=0) if isinstance(value, list) else 0


@given(values, st.booleans())
def test_depth_is_counted_as_a_parser_does(value: Any, plain: bool) -> None:
    body = json.dumps(value, ensure_ascii=plain).encode(errors="replace")
    assert depth(json_text.STRING.sub(b"", body), 99) == how_deep(json.loads(body))


@given(st.text(st.characters(codec=None, categories=None), max_size=6))
def test_a_text_is_refused_exactly_where_it_cannot_be_kept(text: str) -> None:
    body = json.dumps(text).encode()
    there = json.loads(body)
    try:
        usable = b"\x00" not in there.encode()
    except UnicodeEncodeError:
        usable = False
    if usable:
        check_json(body, 4)
    else:
        with pytest.raises(Refused):
            check_json(body, 4)


def test_the_largest_body_is_checked_in_little_time() -> None:
    for body in (
        json.dumps([{"title": "[" * 50 + '\\"', "a": [1, 2]}] * 10_000).encode(),
        b'"' + b"\\u00e9" * 170_000 + b'"',
        b"[]" * 500_000,
        b"[" * 500_000 + b"]" * 500_000,
        b'"' * 1_000_000,
        b"\\" * 1_000_000,
        b'"\\' * 500_000,
    ):
        began = time.process_time()
        with suppress(Refused):
            check_json(body[: 2**20], 32)
        assert time.process_time() - began < 1.0
