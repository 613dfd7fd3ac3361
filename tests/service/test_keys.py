"""Keys: shown once, kept as hashes, rotated, revoked, and never the last one."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from api.clock import stamp
from api.store.tables import Entry, Key
from tests.service.conftest import Home

AUDITOR = {"role": "auditor", "label": "The auditors"}


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def status(home: Home, secret: str) -> int:
    return home.client().get("/me", headers=bearer(secret)).status_code


def made(home: Home, **changes: Any) -> dict[str, Any]:
    answer = home.client("coordinator").post("/keys", json=AUDITOR | changes)
    assert answer.status_code == 201, answer.text
    document: dict[str, Any] = answer.json()
    return document


def test_a_key_is_shown_once_and_kept_as_a_hash_only(any_home: Home) -> None:
    key = made(any_home, role="ngo", subject="O1", label="An NGO")
    assert len(key["secret"]) >= 46
    client = any_home.client("coordinator")
    kept = client.get(f"/keys/{key['id']}").json()
    assert kept == {name: value for name, value in key.items() if name != "secret"}
    everything = client.get("/keys").text + client.get("/audit").text
    assert key["secret"] not in everything
    with any_home.service.store.reading() as session:
        rows = [str(vars(row)) for row in session.scalars(select(Key))]
        hashes = list(session.scalars(select(Key.hash)))
    assert not any(key["secret"] in row for row in rows)
    assert not any(known in everything for known in hashes)
    me = any_home.client().get("/me", headers=bearer(key["secret"])).json()
    assert me == {"key_id": key["id"], "role": "ngo", "subject": "O1", "label": "An NGO"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"role": "ngo"}, "needs a subject: its org_id"),
        ({"role": "donor"}, "needs a subject: its donor_id"),
        ({"subject": "O1"}, "speaks for nobody"),
        ({"expires_at": "2026-01-10T07:59:59Z"}, "is past"),
        ({"expires_at": "2026-02-01T00:00:00"}, "has no offset from UTC"),
        ({"expires_at": "0001-01-01T00:00:00+14:00"}, "1970"),
        ({"role": "operator"}, "coordinator"),
        ({"hash": "x"}, "not a field"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(
    home: Home, changes: dict[str, str], words: str
) -> None:
    answer = home.client("coordinator").post("/keys", json=AUDITOR | changes)
    assert answer.status_code == 422
    assert words in answer.text


def test_a_key_holds_until_its_last_moment_and_no_longer(home: Home) -> None:
    key = made(home, expires_at=stamp(home.clock() + timedelta(seconds=10)))
    home.clock.move(seconds=9.9)
    assert status(home, key["secret"]) == 200
    home.clock.move(seconds=0.1)
    assert status(home, key["secret"]) == 401


def test_a_revoked_key_is_refused_at_once_and_the_log_says_why(any_home: Home) -> None:
    key = made(any_home)
    client = any_home.client("coordinator")
    assert client.delete(f"/keys/{key['id']}").status_code == 422
    ended = client.delete(f"/keys/{key['id']}", params={"reason": "It leaked."})
    assert ended.status_code == 204
    assert status(any_home, key["secret"]) == 401
    assert client.delete(f"/keys/{key['id']}", params={"reason": "Again."}).status_code == 409
    [entry] = client.get("/audit", params={"action": "key.revoke"}).json()["items"]
    assert (entry["object"], entry["reason"]) == (key["id"], "It leaked.")


def test_a_rotated_key_holds_on_for_the_overlap_asked_for(home: Home) -> None:
    old = made(home, role="ngo", subject="O1")
    path, own = f"/keys/{old['id']}/rotation", bearer(old["secret"])
    new = home.client().post(path, headers=own, params={"overlap_seconds": 60}).json()
    assert (new["role"], new["subject"], new["label"]) == ("ngo", "O1", "The auditors")
    assert status(home, old["secret"]) == status(home, new["secret"]) == 200
    home.clock.move(seconds=60)
    assert (status(home, old["secret"]), status(home, new["secret"])) == (401, 200)


def test_without_an_overlap_the_old_key_ends_at_once(home: Home) -> None:
    old = made(home)
    new = home.client("coordinator").post(f"/keys/{old['id']}/rotation").json()
    assert (status(home, old["secret"]), status(home, new["secret"])) == (401, 200)


def test_rotation_lengthens_the_life_of_no_key(home: Home) -> None:
    until = stamp(home.clock() + timedelta(seconds=30))
    old = made(home, expires_at=until)
    client = home.client("coordinator")
    new = client.post(f"/keys/{old['id']}/rotation", params={"overlap_seconds": 3600}).json()
    assert new["expires_at"] == until
    assert client.get(f"/keys/{old['id']}").json()["expires_at"] == until


def test_a_key_is_rotated_once(home: Home) -> None:
    old = made(home)
    client = home.client("coordinator")
    params = {"overlap_seconds": 60}
    assert client.post(f"/keys/{old['id']}/rotation", params=params).status_code == 201
    again = home.client().post(f"/keys/{old['id']}/rotation", headers=bearer(old["secret"]))
    assert again.status_code == 409


def test_nobody_but_a_coordinator_rotates_the_key_of_another(home: Home) -> None:
    key = made(home)
    answer = home.client("ngo", "O1").post(f"/keys/{key['id']}/rotation")
    assert answer.status_code == 404


def test_the_last_coordinators_key_cannot_be_revoked(any_home: Home) -> None:
    client = any_home.client("coordinator")
    own = client.get("/me").json()["key_id"]
    refused = client.delete(f"/keys/{own}", params={"reason": "Tidying up."})
    assert refused.status_code == 409
    assert "Make another" in refused.json()["detail"]
    made(any_home, role="coordinator")
    assert client.delete(f"/keys/{own}", params={"reason": "Tidying up."}).status_code == 204


def test_two_coordinators_cannot_end_one_another_at_the_same_time(any_home: Home) -> None:
    one, by_one = made(any_home, role="coordinator"), any_home.secret("coordinator")
    own = any_home.client("coordinator").get("/me").json()["key_id"]
    together, answers = Barrier(2), []

    def end(target: str, secret: str) -> None:
        together.wait(30)
        params = {"reason": "A quarrel."}
        client = any_home.client()
        answer = client.delete(f"/keys/{target}", params=params, headers=bearer(secret))
        answers.append(answer.status_code)

    threads = [
        Thread(target=end, args=pair) for pair in ((one["id"], by_one), (own, one["secret"]))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) in ([204, 401], [204, 409])
    assert sorted(status(any_home, secret) for secret in (by_one, one["secret"])) == [200, 401]


def test_keys_are_listed_by_role_subject_and_whether_they_hold(any_home: Home) -> None:
    keys = [made(any_home, role="ngo", subject=f"O{n % 2}", label=f"{n}") for n in range(4)]
    client = any_home.client("coordinator")
    client.delete(f"/keys/{keys[0]['id']}", params={"reason": "Over."})

    def listed(**params: Any) -> list[str]:
        items = client.get("/keys", params={"sort": "label", **params}).json()["items"]
        return [item["label"] for item in items]

    assert listed(subject="O0") == ["0", "2"]
    assert listed(role="ngo", valid=True) == ["1", "2", "3"]
    assert listed(valid=False) == ["0"]
    assert any_home.client("ngo", "O1").get("/keys").status_code == 403
    assert any_home.client("auditor").get("/keys").status_code == 200


def test_a_key_made_with_an_idempotency_key_is_not_shown_again(home: Home) -> None:
    client = home.client("coordinator")
    first = client.post("/keys", json=AUDITOR, headers={"Idempotency-Key": "one"})
    again = client.post("/keys", json=AUDITOR, headers={"Idempotency-Key": "one"})
    assert (first.status_code, again.status_code) == (201, 409)
    with home.service.store.reading() as session:
        assert (
            len(list(session.scalars(select(Entry.number).where(Entry.action == "key.add")))) == 1
        )
