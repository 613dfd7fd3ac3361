"""The audit log: who did what, when and why; and whoever changes it is found out."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.audit import Actor, append, hash_of, verify
from api.store.tables import Entry, Head
from tests.service.conftest import Home
from tests.service.seeding import Person

ROUND = {"id": "spring", "currency": "AZN", "decision_date": "2026-03-01"}


def fill(home: Home) -> None:
    """Write six entries."""
    with home.service.store.writing() as session:
        for number in range(1, 7):
            details = {"version": number, "ə": ["✓", None, True]}
            append(
                session, home.clock(), Actor(f"key_{number}", "ngo"), "proposal.add",
                f"P{number}", "spring", None, details,
            )  # fmt: skip
            home.clock.move(minutes=1)


@pytest.fixture
def filled(home: Home) -> Home:
    fill(home)
    return home


@pytest.fixture
def any_filled(any_home: Home) -> Home:
    fill(any_home)
    return any_home


def faults(home: Home, expected: dict[int, str] | None = None) -> tuple[str, ...]:
    with home.service.store.snapshot() as session:
        return verify(session, expected).faults


def entry(session: Session, number: int) -> Entry:
    return session.get_one(Entry, number)


def change(column: str, value: Any) -> Callable[[Session], Any]:
    return lambda session: session.execute(
        update(Entry).where(Entry.number == 3).values({column: value})
    )


def remove(*numbers: int) -> Callable[[Session], Any]:
    return lambda session: session.execute(delete(Entry).where(Entry.number.in_(numbers)))


def swap(session: Session) -> None:
    for old, new in ((3, 99), (4, 3), (99, 4)):
        session.execute(update(Entry).where(Entry.number == old).values(number=new))


def insert_between(session: Session) -> None:
    """Put an entry that is right in itself after the third, and move the others on."""
    for number in (6, 5, 4):
        session.execute(update(Entry).where(Entry.number == number).values(number=number + 1))
    third = entry(session, 3)
    names = [c.name for c in Entry.__table__.columns]
    made = Entry(**{name: getattr(third, name) for name in names} | {"object": "P99"})
    made.number, made.previous = 4, third.hash
    made.hash = hash_of(made)
    session.execute(update(Entry).where(Entry.number == 5).values(previous=made.hash))
    session.add(made)


def renumbered_without_the_third(session: Session) -> None:
    session.execute(delete(Entry).where(Entry.number == 3))
    for number in (4, 5, 6):
        session.execute(update(Entry).where(Entry.number == number).values(number=number - 1))


def test_an_untouched_log_has_no_faults(any_filled: Home) -> None:
    assert faults(any_filled) == ()


@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        (change("at", "2026-01-01T00:00:00.000000Z"), "entry 3 has been changed"),
        (change("actor", "key_9"), "entry 3 has been changed"),
        (change("role", "coordinator"), "entry 3 has been changed"),
        (change("action", "proposal.change"), "entry 3 has been changed"),
        (change("object", "P9"), "entry 3 has been changed"),
        (change("round_id", None), "entry 3 has been changed"),
        (change("reason", "Because."), "entry 3 has been changed"),
        (change("details", {"version": 4}), "entry 3 has been changed"),
        (change("previous", "1" * 64), "entry 3 does not follow from the one before"),
        (change("hash", "1" * 64), "entry 4 does not follow from the one before"),
        (remove(1), "entry 1 is missing"),
        (remove(3), "entry 3 is missing"),
        (remove(2, 3, 4), "entries 2 to 4 are missing"),
        (remove(6), "ends with entry 5, but should end with entry 6"),
        (remove(4, 5, 6), "ends with entry 3, but should end with entry 6"),
        (remove(1, 2, 3, 4, 5, 6), "ends with entry 0, but should end with entry 6"),
        (swap, "entry 3 does not follow from the one before"),
        (insert_between, "entry 5 has been changed"),
        (renumbered_without_the_third, "entry 3 does not follow from the one before"),
        (lambda session: session.execute(delete(Head)), "should end with entry 0"),
    ],
)
def test_tampering_is_found(filled: Home, tampering: Callable[[Session], Any], words: str) -> None:
    with filled.service.store.writing() as session:
        tampering(session)
    assert any(words in fault for fault in faults(filled)), faults(filled)


def test_an_entry_added_past_the_end_by_hand_is_found(filled: Home) -> None:
    with filled.service.store.writing() as session:
        last = entry(session, 6)
        made = Entry(**{c.name: getattr(last, c.name) for c in Entry.__table__.columns})
        made.number, made.previous = 7, last.hash
        made.hash = hash_of(made)
        session.add(made)
    assert faults(filled) == ("the log ends with entry 7, but should end with entry 6",)


def test_a_log_written_anew_as_a_whole_differs_from_what_was_noted(any_filled: Home) -> None:
    with any_filled.service.store.reading() as session:
        noted = {number: entry(session, number).hash for number in (2, 6)}
    assert faults(any_filled, noted) == ()
    with any_filled.service.store.writing() as session:
        session.execute(delete(Entry))
        session.execute(delete(Head))
        for number in range(1, 5):
            append(session, any_filled.clock(), Actor("key_1", "ngo"), "proposal.add", f"P{number}")
    assert faults(any_filled) == ()
    assert faults(any_filled, noted) == (
        "entry 2 is not the one that was noted",
        "entry 6, which was noted, is missing",
    )


def test_the_log_is_filtered_and_comes_in_pages_newest_first(any_filled: Home) -> None:
    client = any_filled.client("auditor")

    def numbers(**params: Any) -> list[int]:
        answer = client.get("/audit", params=params)
        assert answer.status_code == 200, answer.text
        return [item["number"] for item in answer.json()["items"]]

    assert numbers() == [6, 5, 4, 3, 2, 1]
    assert numbers(sort="number", limit=2) == [1, 2]
    assert numbers(actor="key_2") == numbers(object="P2") == [2]
    assert numbers(action="proposal.change") == numbers(round_id="autumn") == []
    assert numbers(**{"from": "2026-01-10T08:02:00Z", "to": "2026-01-10T12:04:00+04:00"}) == [4, 3]
    seen: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get("/audit", params={"limit": 4, **cursor}).json()
        seen += [item["number"] for item in page["items"]]
        if "next" not in page:
            break
        cursor = {"cursor": page["next"]}
    assert seen == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize("last", ['"6"', "true", "9" * 40, "1.5", "null"])
def test_a_made_up_cursor_is_refused(filled: Home, last: str) -> None:
    cursor = urlsafe_b64encode(f'["-",null,{last}]'.encode()).decode()
    assert filled.client("auditor").get("/audit", params={"cursor": cursor}).status_code == 422


def test_the_service_checks_the_log_for_whom_it_is(any_filled: Home) -> None:
    answer = any_filled.client("auditor").get("/audit/verification").json()
    with any_filled.service.store.reading() as session:
        end = f"6:{entry(session, 6).hash}"
    assert answer == {"entries": 6, "end": end, "faults": []}
    with any_filled.service.store.writing() as session:
        remove(2)(session)
    assert any_filled.client("auditor").get("/audit/verification").json()["faults"] == [
        "entry 2 is missing"
    ]
    others: list[Person] = [("ngo", "O1"), ("donor", "D1"), ("analyst", None)]
    for role, subject in others:
        client = any_filled.client(role, subject)
        assert client.get("/audit").status_code == 403
        assert client.get("/audit/verification").status_code == 403


def test_what_is_refused_leaves_no_entry_and_what_is_done_leaves_one(home: Home) -> None:
    client = home.client("coordinator")
    assert client.post("/rounds", json=ROUND).status_code == 201
    assert client.post("/rounds", json=ROUND).status_code == 409
    with home.service.store.reading() as session:
        [only] = session.scalars(select(Entry).where(Entry.action.startswith("round"))).all()
    key = client.get("/me").json()["key_id"]
    assert (only.actor, only.role, only.object) == (key, "coordinator", "spring")


def test_a_check_beside_writers_finds_no_fault(any_home: Home) -> None:
    """Entries and the end of the log are read as they were at one time."""
    stop = Event()

    def write() -> None:
        while not stop.is_set():
            with any_home.service.store.writing() as session:
                append(session, any_home.clock(), Actor("key_1", "ngo"), "a", "b")

    thread = Thread(target=write)
    thread.start()
    try:
        found = [faults(any_home) for _ in range(40)]
    finally:
        stop.set()
        thread.join(30)
    assert set(found) == {()}
