"""People: invited, known by a password, slowed down when they guess, and out at once."""

from threading import BoundedSemaphore
from typing import Any

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select, update

from api.access import passwords
from api.access.users import GUESSES, TOLD, note_failure
from api.store.tables import Entry, User
from tests.service.conftest import Home

LEYLA = {"email": "Leyla@Example.org", "role": "ngo", "subject": "O1"}
WORDS = "seven quiet herons"
LOGIN = {"email": "leyla@example.org", "password": WORDS}


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is kept says how it was hashed, so that cheap hashes do for most tests."""
    cheap = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    monkeypatch.setattr(passwords, "_hasher", cheap)
    passwords._of_nobody.cache_clear()


def test_hashes_are_as_slow_as_the_library_recommends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    kept = passwords.hashed(WORDS)
    assert "m=65536,t=3,p=4" in kept
    assert passwords.matches(WORDS, kept)
    assert not passwords.matches(WORDS + ".", kept)
    assert not passwords.matches("nobody has this password", None)


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def invited(home: Home, **changes: Any) -> dict[str, Any]:
    answer = home.client("coordinator").post("/users", json=LEYLA | changes)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


def settled(home: Home, **changes: Any) -> dict[str, Any]:
    user = invited(home, **changes)
    answer = home.client().put(
        "/me/password", json={"password": WORDS}, headers=bearer(user["secret"])
    )
    assert answer.status_code == 204, answer.text
    return user


def login(home: Home, **changes: str) -> Any:
    return home.client().post("/sessions", json=LOGIN | changes)


def test_who_is_invited_sets_a_password_logs_in_and_out(any_home: Home) -> None:
    user = settled(any_home)
    assert any_home.client().get("/me", headers=bearer(user["secret"])).status_code == 401
    session = login(any_home)
    assert session.status_code == 201
    headers = bearer(session.json()["secret"])
    me = any_home.client().get("/me", headers=headers).json()
    assert (me["email"], me["role"], me["subject"]) == ("leyla@example.org", "ngo", "O1")
    assert any_home.client().delete("/sessions/current", headers=headers).status_code == 204
    assert any_home.client().get("/me", headers=headers).status_code == 401


def test_a_password_is_kept_as_an_argon2_hash_and_shown_nowhere(home: Home) -> None:
    settled(home)
    with home.service.store.reading() as session:
        kept = session.scalar(select(User.password))
    assert kept is not None
    assert kept.startswith("$argon2id$")
    client = home.client("coordinator")
    shown = client.get("/users").text + client.get("/audit").text + client.get("/keys").text
    assert kept not in shown
    assert WORDS not in shown


def test_a_session_ends_by_itself_after_half_a_day(home: Home) -> None:
    settled(home)
    headers = bearer(login(home).json()["secret"])
    home.clock.move(hours=11.9)
    assert home.client().get("/me", headers=headers).status_code == 200
    home.clock.move(hours=0.1)
    assert home.client().get("/me", headers=headers).status_code == 401


def test_an_invitation_holds_for_a_week(home: Home) -> None:
    user = invited(home)
    home.clock.move(days=7)
    assert home.client().get("/me", headers=bearer(user["secret"])).status_code == 401


@pytest.mark.parametrize(
    "password", ["elevenchars", "aaaaaaaaaaaaaaaa", "abababababab", "leyla@example.org", "x" * 257]
)
def test_a_password_that_would_be_guessed_first_is_refused(home: Home, password: str) -> None:
    user = invited(home)
    answer = home.client().put(
        "/me/password", json={"password": password}, headers=bearer(user["secret"])
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "password"
    assert password not in answer.text


def test_no_kinds_of_characters_are_prescribed(home: Home) -> None:
    user = invited(home)
    answer = home.client().put(
        "/me/password", json={"password": "yeddi sakit durna"}, headers=bearer(user["secret"])
    )
    assert answer.status_code == 204


def test_unknown_people_and_wrong_passwords_are_answered_alike(home: Home) -> None:
    settled(home)
    unknown, wrong = login(home, email="nobody@example.org"), login(home, password="not the words")
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.json() | {"request_id": ""} == wrong.json() | {"request_id": ""}


def test_after_ten_wrong_passwords_the_right_one_has_to_wait(any_home: Home) -> None:
    settled(any_home)
    for _ in range(GUESSES - 1):
        note_failure(any_home.service.store, any_home.clock(), LOGIN["email"])
    assert login(any_home, password="not the words").status_code == 401
    assert login(any_home).status_code == 401
    any_home.clock.move(minutes=15)
    assert login(any_home).status_code == 201


def test_failed_logins_are_in_the_audit_log_without_what_was_typed_and_bounded(home: Home) -> None:
    typed = "my-password-by-mistake@x"
    assert login(home, email=typed).status_code == 401
    settled(home)
    assert login(home, password="not the words").status_code == 401
    entries = home.client("auditor").get("/audit", params={"action": "session.refuse"})
    assert typed not in entries.text
    assert len(entries.json()["items"]) == 2
    for _ in range(TOLD):
        note_failure(home.service.store, home.clock(), "nobody@example.org")
    with home.service.store.reading() as session:
        found = session.scalars(
            select(Entry).where(Entry.action == "session.refuse").order_by(Entry.number)
        ).all()
    assert len(found) == TOLD
    assert found[-1].details == {"further_ones": "not told for an hour"}


def test_a_new_password_needs_the_present_one_and_ends_all_sessions(home: Home) -> None:
    settled(home)
    headers = bearer(login(home).json()["secret"])
    client = home.client()
    wrong = {"password": "nine loud pelicans", "current": "not the words"}
    refused = client.put("/me/password", json=wrong, headers=headers)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "current"
    right = {"password": "nine loud pelicans", "current": WORDS}
    assert client.put("/me/password", json=right, headers=headers).status_code == 204
    assert client.get("/me", headers=headers).status_code == 401
    assert login(home).status_code == 401
    assert login(home, password="nine loud pelicans").status_code == 201


def test_a_key_that_is_no_persons_has_no_password(home: Home) -> None:
    answer = home.client("coordinator").put("/me/password", json={"password": WORDS})
    assert answer.status_code == 409
    assert home.client("coordinator").delete("/sessions/current").status_code == 409


def test_whose_access_ends_is_out_at_once_and_can_come_back(any_home: Home) -> None:
    user = settled(any_home)
    headers = bearer(login(any_home).json()["secret"])
    client = any_home.client("coordinator")
    assert client.post("/users", json=LEYLA).status_code == 409
    ended = client.delete(f"/users/{user['id']}", params={"reason": "She left."})
    assert ended.status_code == 204
    assert any_home.client().get("/me", headers=headers).status_code == 401
    assert login(any_home).status_code == 401
    assert invited(any_home, role="analyst", subject=None)["id"] == user["id"]


def test_who_lost_the_password_is_invited_anew(home: Home) -> None:
    user = settled(home)
    headers = bearer(login(home).json()["secret"])
    again = home.client("coordinator").post(f"/users/{user['id']}/invitation")
    assert again.status_code == 201
    assert home.client().get("/me", headers=headers).status_code == 401
    assert login(home).status_code == 401
    fresh = bearer(again.json()["secret"])
    put = home.client().put("/me/password", json={"password": WORDS}, headers=fresh)
    assert put.status_code == 204
    assert login(home).status_code == 201


def test_the_last_coordinator_cannot_be_removed_even_if_a_person(home: Home) -> None:
    user = settled(home, role="coordinator", subject=None)
    client = home.client("coordinator")
    own = client.get("/me").json()["key_id"]
    assert client.delete(f"/keys/{own}", params={"reason": "A person does it."}).status_code == 204
    headers = bearer(login(home).json()["secret"])
    person = home.client()
    refused = person.delete(f"/users/{user['id']}", params={"reason": "Bye."}, headers=headers)
    assert refused.status_code == 409
    again = person.post(f"/users/{user['id']}/invitation", headers=headers)
    assert again.status_code == 409


def test_a_crowd_that_logs_in_leaves_threads_to_others(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where all hashing is being waited for, who comes next is asked to come back."""
    settled(home)
    monkeypatch.setattr(passwords, "_room", BoundedSemaphore(1))
    with passwords._room:
        refused = login(home)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "3"
    assert login(home).status_code == 201


def test_a_password_that_changes_during_a_login_opens_no_session(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(home)

    def matches_and_changes(password: str, known: str | None) -> bool:
        with home.service.store.writing() as session:
            session.execute(update(User).values(password=passwords.hashed("nine loud pelicans")))
        return passwords.matches(password, known)

    monkeypatch.setattr("api.access.users.matches", matches_and_changes)
    assert login(home).status_code == 409
