"""What no database can keep or compare is refused before it comes to one, on either alike."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator

import pytest

from tests.service.conftest import Home
from tests.service.marks import said
from tests.service.seeding import Person
from tests.service.test_round_rows import DONOR, POOL, ROUND

COORDINATOR: Person = ("coordinator", None)
POOLS = "/rounds/spring/pools"
NUL, HALF = "\\u0000", "\\ud800"


@pytest.fixture
def filled(any_home: Home) -> Iterator[Home]:
    client = any_home.client("coordinator")
    client.post("/rounds", json=ROUND)
    client.post("/rounds/spring/donors", json=DONOR)
    client.post(POOLS, json=POOL)
    yield any_home


@pytest.mark.parametrize(
    "path",
    ["/rounds/%00", "/rounds/spring/pools/P%001", "/rounds?state=%00", f"{POOLS}?name=%00",
     "/rounds/%ff", f"{POOLS}?name=%ed%a0%80"],
)  # fmt: skip
def test_an_address_with_what_is_no_text_is_refused(filled: Home, path: str) -> None:
    answer = filled.client("coordinator").get(path)
    assert answer.status_code == 400, said(COORDINATOR, answer)


@pytest.mark.parametrize("character", [NUL, HALF])
@pytest.mark.parametrize(
    "body",
    ['{"donor_id": "D2", "name": "A%s", "kind": "embassy"}',
     '{"donor_id": "D%s", "name": "A", "kind": "embassy"}',
     '{"donor_id": "D2", "name": "A", "kind": "embassy", "facts": {"a%s": "b"}}',
     '{"donor_id": "D2", "name": "A", "kind": "embassy", "facts": {"is_foreign": "%s"}}'],
)  # fmt: skip
def test_a_body_with_what_is_no_text_is_refused(filled: Home, body: str, character: str) -> None:
    answer = filled.client("coordinator").post(
        "/rounds/spring/donors",
        content=(body % character).encode(),
        headers={"Content-Type": "application/json"},
    )
    assert answer.status_code == 422, said(COORDINATOR, answer)


@pytest.mark.parametrize(
    "cursor",
    [["", None, "P\x00"], ["", None, "P\ud800"], ["-budget", "1e60", "P1"], ["-budget", "nan", "P"],
     ["-budget", "inf", "P1"], ["-budget", "1_0", "P1"], ["-budget", "٣", "P1"],
     ["-budget", "1" * 40, "P1"], ["-budget", "1e-9", "P1"], ["name", "a\ud800", "P1"],
     ["name", 7, "P1"], ["", None, 7], ["", None, None], [], {}, None, "[" * 1400],
)  # fmt: skip
def test_a_cursor_that_somebody_made_up_is_refused_or_used(filled: Home, cursor: object) -> None:
    plain = cursor if isinstance(cursor, str) else json.dumps(cursor)
    sort = cursor[0] if isinstance(cursor, list) and cursor else ""
    answer = filled.client("coordinator").get(
        POOLS,
        params={"cursor": urlsafe_b64encode(plain.encode()).decode(), "sort": sort or None},
    )
    assert answer.status_code in (200, 422), said(COORDINATOR, answer)


def test_long_and_unusual_texts_come_back_as_they_were_sent(filled: Home) -> None:
    client = filled.client("coordinator")
    for number, name in enumerate(
        ("Ələddin 🌍 İ", "e\u0301", "a" * 20_000, "%s;--'\"\\", "a\u2028b")
    ):
        body = {"donor_id": f"N{number}", "name": name, "kind": "embassy"}
        answer = client.post("/rounds/spring/donors", json=body)
        assert answer.status_code == 201, said(COORDINATOR, answer)
        assert client.get(f"/rounds/spring/donors/N{number}").json()["name"] == name
        found = client.get("/rounds/spring/donors", params={"name": name[:500]}).json()["items"]
        assert [row["donor_id"] for row in found] == ([f"N{number}"] if len(name) < 500 else [])


def test_ids_in_any_letters_are_found_where_the_answer_says(filled: Home) -> None:
    client = filled.client("coordinator")
    client.post("/rounds", json=ROUND | {"id": "bahar ə"})
    for name in ("Ə 1", "?#&+", "🌍"):
        added = client.post("/rounds/bahar ə/donors", json=DONOR | {"donor_id": name})
        assert added.status_code == 201, said(COORDINATOR, added)
        assert client.get(added.headers["Location"]).json()["donor_id"] == name
