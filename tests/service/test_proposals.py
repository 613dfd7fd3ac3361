"""Applicants submit, amend and withdraw proposals, and say only what is theirs to say."""

from typing import Any

import pytest

from tests.service.applying import LOOMS, added, move, opened, registered, submitted
from tests.service.conftest import Home
from tests.service.seeding import Person

OTHERS_FIELDS: dict[str, Any] = {
    "score": "99",
    "tier": 1,
    "status": "submitted",
    "status_reason": "because",
    "submitted": "2026-01-06",
    "criteria": {"need": "99"},
    "facts": {"activity_flags": "none"},
    "proposal_id": "MINE",
    "org_id": "somebody",
}
HIDING = [
    {"facts": {"score": "99"}}, {"facts": {"score_need": "99"}}, {"facts": {"tier": "1"}},
    {"facts": {"status": "submitted"}}, {"facts": {"org_id": "somebody"}},
    {"facts": {"sanctions_hit": "none"}},
]  # fmt: skip


def test_a_proposal_is_submitted_read_amended_withdrawn_and_submitted_anew(any_home: Home) -> None:
    opened(any_home)
    org_id, client = registered(any_home)
    answer = client.post("/rounds/spring/proposals", json=LOOMS)
    assert answer.status_code == 201
    kept, path = answer.json()["proposal"], answer.headers["Location"]
    assert (kept["org_id"], kept["status"], kept["submitted"]) == (
        org_id, "submitted", "2026-01-10",
    )  # fmt: skip
    assert client.get(path).json() == kept
    any_home.clock.move(days=1)
    amended = client.put(path, json=LOOMS | {"requested": "4000"}, headers={"If-Match": '"1"'})
    assert amended.json()["proposal"]["requested"] == "4000"
    assert amended.json()["proposal"]["submitted"] == "2026-01-10"
    assert amended.json()["precheck"]["pools"][0]["pool_id"] == "P1"
    withdrawn = client.post(f"{path}/withdrawal", json={"reason": "Funded elsewhere"})
    assert withdrawn.json()["status"] == "withdrawn"
    assert client.post(f"{path}/withdrawal", json={"reason": "Again"}).status_code == 409
    anew = client.put(path, json=LOOMS, headers={"If-Match": withdrawn.headers["ETag"]})
    assert anew.json()["proposal"]["status"] == "submitted"
    assert anew.json()["proposal"]["submitted"] == "2026-01-11"
    entries = any_home.client("auditor").get("/audit").json()["items"]
    told = [entry["action"] for entry in entries if entry["object"] == kept["proposal_id"]]
    assert sorted(told) == [
        "proposals.add", "proposals.change", "proposals.change", "proposals.withdraw",
    ]  # fmt: skip


def test_what_a_coordinator_said_of_a_proposal_outlasts_its_withdrawal(any_home: Home) -> None:
    opened(any_home)
    _, client = registered(any_home)
    coordinator = any_home.client("coordinator")
    path = client.post("/rounds/spring/proposals", json=LOOMS).headers["Location"]
    said = {"status": "disqualified", "status_reason": "Forged papers"}

    def put(by: Any, **more: str) -> dict[str, Any]:
        tag = coordinator.get(path).headers["ETag"]
        answer = by.put(path, json=LOOMS | more, headers={"If-Match": tag})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = coordinator.get(path).json()
        return {name: found.get(name) for name in said}

    def withdraw() -> None:
        assert client.post(f"{path}/withdrawal", json={"reason": "Elsewhere"}).status_code == 200

    assert put(coordinator, **said) == said
    withdraw()
    assert coordinator.get(path).json()["status"] == "withdrawn"
    assert put(client) == said
    # The applicant is told of no decision before decisions are out.
    assert client.get(path).json()["status"] == "submitted"
    # What the coordinator says afterwards counts.
    withdraw()
    assert put(coordinator, status="submitted")["status"] == "submitted"
    withdraw()
    assert put(client)["status"] == "submitted"


@pytest.mark.parametrize("field", OTHERS_FIELDS)
def test_an_applicant_that_says_what_is_for_others_is_refused_by_the_field(
    home: Home, field: str
) -> None:
    opened(home)
    _, client = registered(home)
    path = f"/rounds/spring/proposals/{submitted(client)['proposal_id']}"
    sent = LOOMS | {field: OTHERS_FIELDS[field]}
    for answer in (
        client.post("/rounds/spring/proposals", json=sent),
        client.post("/rounds/spring/precheck", json=sent),
        client.put(path, json=sent, headers={"If-Match": '"1"'}),
    ):
        assert answer.status_code == 422
        (error,) = answer.json()["errors"]
        assert error["field"].partition(".")[0] == field
        assert error["remedy"]
    assert len(client.get("/rounds/spring/proposals").json()["items"]) == 1


@pytest.mark.parametrize("hidden", HIDING, ids=lambda hidden: next(iter(hidden["facts"])))
def test_what_is_for_others_is_refused_among_the_facts_too(
    home: Home, hidden: dict[str, Any]
) -> None:
    coordinator = opened(home)
    _, client = registered(home)
    answer = client.post("/rounds/spring/proposals", json=LOOMS | hidden)
    assert answer.status_code == 422
    assert [e["field"] for e in answer.json()["errors"]] == [f"facts.{next(iter(hidden['facts']))}"]
    assert coordinator.get("/rounds/spring/proposals").json()["items"] == []


def test_an_amendment_keeps_what_others_said_and_shows_none_of_it(home: Home) -> None:
    coordinator = opened(home)
    org_id, client = registered(home)
    kept = submitted(client, facts={"territory": "none"})
    path = f"/rounds/spring/proposals/{kept['proposal_id']}"
    before = client.get(f"{path}/precheck").json()
    said = {"score": "71.5", "tier": 1, "status": "deferred", "status_reason": "Budget unclear",
            "submitted": "2026-01-09", "criteria": {"need": "70"}}  # fmt: skip
    judged = LOOMS | said | {
        "org_id": org_id, "facts": {"territory": "none", "activity_flags": "media"},
    }  # fmt: skip
    answer = coordinator.put(path, json=judged, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    seen = client.get(path)
    assert seen.json()["status"] == "submitted"
    for secret in ("71.5", "tier", "deferred", "Budget unclear", "criteria", "media"):
        assert secret not in seen.text
        assert secret not in client.get("/rounds/spring/proposals").text
    assert client.get(f"{path}/precheck").json() == before
    amended = client.put(path, json=LOOMS | {"requested": "4000"}, headers={"If-Match": '"2"'})
    assert amended.status_code == 200
    assert "71.5" not in amended.text
    now = coordinator.get(path).json()
    assert now["requested"] == "4000"
    assert {name: now[name] for name in said} == said
    assert now["facts"] == {"activity_flags": "media"}


def test_a_proposal_of_another_is_not_there_for_an_applicant(home: Home) -> None:
    coordinator = opened(home)
    _, one = registered(home)
    other_id, other = registered(home, name="MARK others (made up)")
    theirs = submitted(other, title="MARK wells")
    path = f"/rounds/spring/proposals/{theirs['proposal_id']}"
    for answer in (
        one.get(path),
        one.put(path, json=LOOMS, headers={"If-Match": "*"}),
        one.post(f"{path}/withdrawal", json={"reason": "MARK"}),
        one.get(f"{path}/precheck"),
    ):
        assert answer.status_code == 404
        missing = one.get("/rounds/spring/proposals/A-none").json()
        assert answer.json()["detail"] == missing["detail"]
    for asked in (
        {}, {"org_id": other_id}, {"title": "MARK wells"}, {"sort": "title"}, {"currency": "AZN"},
        {"sort": "-requested", "limit": "1"},
    ):  # fmt: skip
        answer = one.get("/rounds/spring/proposals", params=asked)
        assert (answer.status_code, answer.json()["items"]) == (200, [])
        assert "next" not in answer.json()
    assert coordinator.get(path).json()["title"] == "MARK wells"


@pytest.mark.parametrize("column", ["score", "tier", "status"])
def test_an_applicant_cannot_find_out_by_lists_what_others_said(home: Home, column: str) -> None:
    coordinator = opened(home)
    _, client = registered(home)
    submitted(client)
    assert client.get("/rounds/spring/proposals", params={column: "1"}).status_code == 422
    assert client.get("/rounds/spring/proposals", params={"sort": column}).status_code == 422
    assert coordinator.get("/rounds/spring/proposals", params={column: "1"}).status_code == 200


def test_an_applicant_may_not_build_on_a_proposal_of_another(home: Home) -> None:
    opened(home)
    _, one = registered(home)
    _, other = registered(home)
    theirs = submitted(other)["proposal_id"]
    for required in (theirs, "A-none"):
        refused = one.post("/rounds/spring/proposals", json=LOOMS | {"requires": [required]})
        (error,) = refused.json()["errors"]
        assert (error["field"], error["value"]) == ("requires", required)
        assert error["what"] == "is not in proposals."
    mine = submitted(one)["proposal_id"]
    assert submitted(one, requires=[mine])["requires"] == [mine]


def test_a_confidential_donor_cannot_be_told_from_one_that_is_not_there(home: Home) -> None:
    coordinator = opened(home)
    quiet = {"donor_id": "D9", "name": "MARK", "kind": "company", "visibility": "confidential"}
    added(coordinator, "donors", quiet)
    _, client = registered(home)
    told = []
    for donor in ("D9", "D8"):
        refused = client.post("/rounds/spring/proposals", json=LOOMS | {"refuses_donors": [donor]})
        assert refused.status_code == 422
        told.append([error | {"value": ""} for error in refused.json()["errors"]])
    assert told[0] == told[1]
    assert submitted(client, refuses_donors=["D1"])["refuses_donors"] == ["D1"]


def test_applicants_with_the_same_label_are_no_alternatives_to_each_other(home: Home) -> None:
    coordinator = opened(home)
    for _ in range(2):
        _, client = registered(home)
        kept = submitted(client, alternatives=["1"])
        path = f"/rounds/spring/proposals/{kept['proposal_id']}"
        assert client.get(path).json()["alternatives"] == ["1"]
    labels = [
        row["alternatives"] for row in coordinator.get("/rounds/spring/proposals").json()["items"]
    ]
    assert len({*map(tuple, labels)}) == 2


def test_every_problem_is_told_by_its_field_and_warnings_do_not_keep_out(home: Home) -> None:
    opened(home, policy={"score_max": "100", "grant_step": "100"})
    _, client = registered(home)
    wrong = LOOMS | {"sector": "nothing", "requested": "10.001", "sdgs": ["99"]}
    refused = client.post("/rounds/spring/proposals", json=wrong)
    assert refused.status_code == 422
    assert {error["field"] for error in refused.json()["errors"]} >= {"sector", "sdgs"}
    answer = client.post("/rounds/spring/proposals", json=LOOMS | {"requested": "40"})
    assert answer.status_code == 201
    told = [(p["field"], p["severity"]) for p in answer.json()["problems"]]
    assert ("requested", "warning") in told


def test_the_coordinator_sees_and_writes_all_and_others_none(home: Home) -> None:
    coordinator = opened(home)
    org_id, client = registered(home)
    mine = submitted(client)["proposal_id"]
    submitted(coordinator, org_id=org_id, proposal_id="B7", score="80")
    again = coordinator.post(
        "/rounds/spring/proposals", json=LOOMS | {"org_id": org_id, "proposal_id": "B7"}
    )
    assert again.status_code == 409
    for reader in (coordinator, home.client("auditor")):
        items = reader.get("/rounds/spring/proposals").json()["items"]
        assert {item["proposal_id"] for item in items} == {mine, "B7"}
    others: list[Person] = [("donor", "D1"), ("analyst", None)]
    for role, subject in others:
        stranger = home.client(role, subject)
        assert stranger.get("/rounds/spring/proposals").status_code == 403
        assert stranger.post("/rounds/spring/proposals", json=LOOMS).status_code == 403
    refused = home.client("auditor").post("/rounds/spring/proposals", json=LOOMS)
    assert refused.status_code == 403


def test_an_organisation_that_nobody_knows_cannot_submit(home: Home) -> None:
    coordinator = opened(home)
    stranger = home.client("ngo", "O-unknown")
    assert stranger.post("/rounds/spring/proposals", json=LOOMS).status_code == 422
    added(coordinator, "organisations", {"org_id": "O-unknown", "name": "Known now (made up)"})
    assert submitted(stranger)["org_id"] == "O-unknown"


def test_a_draft_round_is_not_there_for_applicants(home: Home) -> None:
    coordinator = opened(home)
    _, client = registered(home)
    mine = submitted(client)["proposal_id"]
    move(coordinator, "draft", reason="Terms are unclear")
    for path in ("proposals", f"proposals/{mine}", f"proposals/{mine}/precheck"):
        assert client.get(f"/rounds/spring/{path}").status_code == 404
    assert client.post("/rounds/spring/proposals", json=LOOMS).status_code == 404


def test_a_submission_repeated_with_its_key_is_kept_once(any_home: Home) -> None:
    opened(any_home)
    _, client = registered(any_home)
    once = {"Idempotency-Key": "one"}
    first = client.post("/rounds/spring/proposals", json=LOOMS, headers=once)
    again = client.post("/rounds/spring/proposals", json=LOOMS, headers=once)
    assert (first.status_code, first.json()) == (201, again.json())
    assert len(client.get("/rounds/spring/proposals").json()["items"]) == 1


@pytest.mark.parametrize("field", ["title", "currency"])
def test_a_proposal_that_leaves_blank_what_has_to_stand_is_refused_by_the_field(
    home: Home, field: str
) -> None:
    opened(home)
    _, client = registered(home)
    path = f"/rounds/spring/proposals/{submitted(client)['proposal_id']}"
    sent = LOOMS | {field: ""}
    for answer in (
        client.post("/rounds/spring/proposals", json=sent),
        client.put(path, json=sent, headers={"If-Match": '"1"'}),
    ):
        assert answer.status_code == 422
        told = [(error["field"], error["what"]) for error in answer.json()["errors"]]
        assert told == [(field, "is empty.")]
    assert home.client("coordinator").get("/rounds/spring/problems").json()["errors"] == 0


def test_a_label_that_no_workbook_can_hold_is_refused(home: Home) -> None:
    coordinator = opened(home)
    org_id, client = registered(home)
    for sender, more in ((client, {}), (coordinator, {"org_id": org_id})):
        sent = LOOMS | {"alternatives": ["one", "two;three"], **more}
        refused = sender.post("/rounds/spring/proposals", json=sent)
        assert refused.status_code == 422
        told = [(error["field"], error["value"]) for error in refused.json()["errors"]]
        assert told == [("alternatives", "two;three")]
    submitted(client, alternatives=["one", "two, three"])
    workbook = coordinator.get("/rounds/spring/document", params={"format": "xlsx"})
    assert workbook.status_code == 200


def test_a_proposal_is_withdrawn_for_no_blank_reason(home: Home) -> None:
    opened(home)
    _, client = registered(home)
    path = f"/rounds/spring/proposals/{submitted(client)['proposal_id']}"
    refused = client.post(f"{path}/withdrawal", json={"reason": " "})
    assert [error["field"] for error in refused.json()["errors"]] == ["reason"]
    assert client.get(path).json()["status"] == "submitted"
