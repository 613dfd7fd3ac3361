"""Whole rounds, sent and taken away: what was sent is what is kept."""

import json
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from api.http.middleware.bodies import JSON, XLSX
from api.schemas.documents import EXAMPLE
from api.store.tables import Registered
from matcher import load_round
from matcher.writing.round_forms import write_round
from tests.service.conftest import Home

ROUNDS = Path("fixtures/rounds")


def changed(**tables: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(EXAMPLE))
    return document | tables


ID = changed()["round"]["id"]


def send(home: Home, content: bytes, kind: str = JSON) -> Response:
    return home.client("coordinator").post(
        "/rounds/uploads", content=content, headers={"Content-Type": kind}
    )


def taken(home: Home, round_id: str, form: str) -> Response:
    return home.client("auditor").get(f"/rounds/{round_id}/document", params={"format": form})


def hash_of(response: Response, form: str, folder: Path) -> str:
    path = folder / f"taken.{form}"
    path.write_bytes(response.content)
    return load_round(path).content_hash


@pytest.mark.parametrize("form", ["json", "xlsx"])
def test_the_demonstration_comes_back_as_it_was_sent(
    any_home: Home, tmp_path: Path, form: str
) -> None:
    sent = tmp_path / f"sent.{form}"
    original = load_round(ROUNDS / "baku-spring")
    write_round(original, sent)
    answer = send(any_home, sent.read_bytes(), XLSX if form == "xlsx" else JSON)
    assert answer.status_code == 201, answer.text
    assert answer.json()["content_hash"] == original.content_hash
    assert answer.json()["rows"]["proposals"] == len(original.proposals)
    for back in ("json", "xlsx"):
        response = taken(any_home, original.id, back)
        assert response.headers["ETag"] == answer.headers["ETag"]
        assert hash_of(response, back, tmp_path) == original.content_hash


def test_a_round_in_which_two_rows_say_the_same_keeps_both(home: Home, tmp_path: Path) -> None:
    given = {"pool_id": "P1", "donor_id": "D1", "amount": "10", "currency": "AZN"}
    sent = tmp_path / "sent.json"
    sent.write_text(json.dumps(changed(contributors=[given, given])))
    answer = send(home, sent.read_bytes())
    assert answer.status_code == 201, answer.text
    assert answer.json()["rows"]["contributors"] == 2
    assert hash_of(taken(home, ID, "json"), "json", tmp_path) == load_round(sent).content_hash


def test_facts_that_say_the_same_are_two_rows_each_with_an_id(home: Home) -> None:
    fact = {"subject": "O1", "fact": "a_fact", "value": "true"}
    facts = [fact | {"source": "one"}, fact | {"source": "two"}]
    assert send(home, json.dumps(changed(facts=facts)).encode()).status_code == 201
    client = home.client("coordinator")
    rows = client.get(f"/rounds/{ID}/facts").json()["items"]
    assert [row["row_id"].partition("-")[2] for row in rows] == ["", "2"]
    for row in rows:
        path = f"/rounds/{ID}/facts/{row['row_id']}"
        sent = fact | {"source": "another"}
        assert client.put(path, json=sent, headers={"If-Match": "*"}).status_code == 200


def test_a_round_that_exists_is_not_sent_again(home: Home) -> None:
    content = json.dumps(EXAMPLE).encode()
    assert send(home, content).status_code == 201
    again = send(home, content)
    assert (again.status_code, again.json()["title"]) == (409, "It exists")
    assert len(home.client("coordinator").get("/rounds").json()["items"]) == 1


def test_an_upload_leaves_one_entry_in_the_audit_log(home: Home) -> None:
    send(home, json.dumps(EXAMPLE).encode())
    entries = home.client("auditor").get("/audit", params={"round_id": ID}).json()["items"]
    assert [(entry["action"], entry["details"]["rows"]["proposals"]) for entry in entries] == [
        ("round.upload", 1)
    ]


def test_the_id_of_a_registered_organisation_cannot_stand_for_another(home: Home) -> None:
    with home.service.store.writing() as session:
        session.add(
            Registered(
                org_id="O1",
                data={"name": "Somebody else"},
                version=1,
                created_at="x",
                updated_at="x",
            )
        )
    refused = send(home, json.dumps(EXAMPLE).encode())
    assert refused.status_code == 422
    [error] = refused.json()["errors"]
    assert (error["file"], error["row"], error["column"], error["value"]) == (
        "round.json, organisations", 1, "name", "An organisation",
    )  # fmt: skip
    named = changed(organisations=[{"org_id": "O1", "name": "somebody  ELSE"}])
    assert send(home, json.dumps(named).encode()).status_code == 201


def test_an_id_that_cannot_stand_in_an_address_is_told_with_its_row(home: Home) -> None:
    donors = [*EXAMPLE["donors"], {"donor_id": "D/2", "name": "B", "kind": "bank"}]
    refused = send(home, json.dumps(changed(donors=donors)).encode())
    [error] = refused.json()["errors"]
    assert (error["row"], error["column"], error["value"]) == (2, "donor_id", "D/2")


def test_a_replaced_round_is_the_new_one_and_what_changed_is_counted(
    any_home: Home, tmp_path: Path
) -> None:
    first = send(any_home, json.dumps(EXAMPLE).encode())
    client = any_home.client("coordinator")
    before = client.get(f"/rounds/{ID}/pools/P1").json()
    sent = tmp_path / "sent.json"
    document = changed(
        organisations=[{"org_id": "O2", "name": "Another"}, *EXAMPLE["organisations"]],
        proposals=[changed()["proposals"][0] | {"score": "90"}],
    )
    document["round"]["targets"] = []
    sent.write_text(json.dumps(document))
    headers = {"Content-Type": JSON, "If-Match": first.headers["ETag"]}
    path = f"/rounds/{ID}/document"
    answer = client.put(path, content=sent.read_bytes(), headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["changes"] == {"added": 1, "changed": 1, "removed": 1}
    assert hash_of(taken(any_home, ID, "json"), "json", tmp_path) == load_round(sent).content_hash
    assert client.get(f"/rounds/{ID}/pools/P1").json() == before
    assert client.put(path, content=sent.read_bytes(), headers=headers).status_code == 412


def test_a_row_changed_since_the_document_was_read_makes_it_stale(home: Home) -> None:
    tag = send(home, json.dumps(EXAMPLE).encode()).headers["ETag"]
    client = home.client("coordinator")
    assert client.delete(f"/rounds/{ID}/targets/regions", headers={"If-Match": "*"}).is_success
    headers = {"Content-Type": JSON, "If-Match": tag}
    stale = client.put(f"/rounds/{ID}/document", content=json.dumps(EXAMPLE), headers=headers)
    assert stale.status_code == 412


def test_a_round_that_is_open_is_not_replaced(home: Home) -> None:
    send(home, json.dumps(EXAMPLE).encode())
    client = home.client("coordinator")
    moved = client.post(f"/rounds/{ID}/state", json={"to": "open"}, headers={"If-Match": "*"})
    assert moved.status_code == 200, moved.text
    headers = {"Content-Type": JSON, "If-Match": "*"}
    refused = client.put(f"/rounds/{ID}/document", content=json.dumps(EXAMPLE), headers=headers)
    assert refused.status_code == 409


def test_what_a_registered_organisation_submitted_cannot_be_left_out(home: Home) -> None:
    send(home, json.dumps(EXAMPLE).encode())
    with home.service.store.writing() as session:
        data = {"name": "An organisation"}
        session.add(Registered(org_id="O1", data=data, version=1, created_at="", updated_at=""))
    other = [changed()["proposals"][0] | {"proposal_id": "A2"}]
    headers = {"Content-Type": JSON, "If-Match": "*"}
    refused = home.client("coordinator").put(
        f"/rounds/{ID}/document", content=json.dumps(changed(proposals=other)), headers=headers
    )
    assert refused.status_code == 422
    assert [error["value"] for error in refused.json()["errors"]] == ["A1"]


def test_a_document_of_another_round_does_not_replace_one(home: Home) -> None:
    send(home, json.dumps(EXAMPLE).encode())
    other = changed()
    other["round"]["id"] = "other"
    headers = {"Content-Type": JSON, "If-Match": "*"}
    refused = home.client("coordinator").put(
        f"/rounds/{ID}/document", content=json.dumps(other), headers=headers
    )
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "round.id")


def test_a_round_with_errors_is_given_as_json_and_refused_as_a_workbook(home: Home) -> None:
    client = home.client("coordinator")
    begun = {"id": "empty", "currency": "AZN", "decision_date": "2026-03-01"}
    client.post("/rounds", json=begun)
    given = taken(home, "empty", "json")
    assert given.status_code == 200
    assert given.json()["round"]["id"] == "empty"
    refused = taken(home, "empty", "xlsx")
    assert refused.status_code == 422
    assert "pools" in refused.text
