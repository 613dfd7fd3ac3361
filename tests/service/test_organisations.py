"""Organisations register, and say what is theirs to say of themselves."""

from tests.service.applying import WEAVERS, added, move, opened, registered, submitted
from tests.service.conftest import Home


def test_an_organisation_registers_and_its_key_is_shown_once(any_home: Home) -> None:
    again = {"Idempotency-Key": "once"}
    first = any_home.client().post("/organisations", json=WEAVERS, headers=again)
    assert first.status_code == 201
    key, org_id = first.json()["key"], first.json()["organisation"]["org_id"]
    client = any_home.client()
    client.headers["Authorization"] = f"Bearer {key}"
    assert client.get(first.headers["Location"]).json()["org_id"] == org_id
    second = any_home.client().post("/organisations", json=WEAVERS, headers=again)
    assert second.status_code == 409
    assert key not in second.text
    shown = any_home.client("auditor").get("/organisations").json()["items"]
    assert [item["org_id"] for item in shown] == [org_id]


def test_an_organisation_sees_itself_and_no_other(home: Home) -> None:
    one, client = registered(home)
    other, _ = registered(home, name="Others (made up)")
    assert client.get(f"/organisations/{one}").status_code == 200
    assert client.get(f"/organisations/{other}").status_code == 404
    changed = client.put(f"/organisations/{other}", json=WEAVERS, headers={"If-Match": "*"})
    assert changed.status_code == 404
    assert client.get("/organisations").status_code == 403
    assert home.client("coordinator").get(f"/organisations/{other}").status_code == 200


def test_an_organisation_states_facts_that_it_is_asked_for_and_no_checked_ones(home: Home) -> None:
    facts = {"aml_policy": "true", "sanctions_hit": "none", "score": "100", "nonsense": "1"}
    refused = home.client().post("/organisations", json=WEAVERS | {"facts": facts})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json()["errors"]] == [
        "facts.sanctions_hit", "facts.score", "facts.nonsense",
    ]  # fmt: skip
    org_id, client = registered(home, facts={"aml_policy": "true"})
    path = f"/organisations/{org_id}"
    assert client.get(path).json()["facts"] == {"aml_policy": "true"}
    changed = client.put(path, json=WEAVERS | {"facts": facts}, headers={"If-Match": '"1"'})
    assert changed.status_code == 422


def test_what_is_wrong_with_a_profile_is_told_with_the_remedy(home: Home) -> None:
    refused = home.client().post("/organisations", json=WEAVERS | {"country": "Azerbaijan"})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["field"], error["value"]) == ("country", "Azerbaijan")
    assert error["remedy"]


def test_a_stale_change_of_a_profile_is_refused(home: Home) -> None:
    org_id, client = registered(home)
    path = f"/organisations/{org_id}"
    assert client.put(path, json=WEAVERS | {"staff": 3}).status_code == 428
    changed = client.put(path, json=WEAVERS | {"staff": 3}, headers={"If-Match": '"1"'})
    assert (changed.json()["staff"], changed.headers["ETag"]) == (3, '"2"')
    assert client.put(path, json=WEAVERS, headers={"If-Match": '"1"'}).status_code == 412


def test_an_open_round_follows_a_profile_and_keeps_what_the_coordinator_changed(
    any_home: Home,
) -> None:
    coordinator = opened(any_home)
    org_id, client = registered(any_home, staff=3, region="AZ-GA", contact="office@example.org")
    submitted(client)
    row = f"/rounds/spring/organisations/{org_id}"
    kept = coordinator.get(row)
    assert (kept.json()["staff"], kept.json()["region"]) == (3, "AZ-GA")
    assert "contact" not in kept.text
    answer = coordinator.put(
        row,
        json={"org_id": org_id, **WEAVERS, "staff": 3, "region": "AZ-BA",
              "facts": {"sanctions_hit": "none"}},
        headers={"If-Match": kept.headers["ETag"]},
    )  # fmt: skip
    assert answer.status_code == 200
    change = WEAVERS | {"staff": 4, "region": "AZ-SM"}
    path = f"/organisations/{org_id}"
    assert client.put(path, json=change, headers={"If-Match": '"1"'}).status_code == 200
    followed = coordinator.get(row).json()
    assert followed["staff"] == 4
    assert followed["region"] == "AZ-BA"
    assert followed["facts"] == {"sanctions_hit": "none"}


def test_a_round_that_takes_no_proposals_follows_no_profile(home: Home) -> None:
    coordinator = opened(home)
    org_id, client = registered(home, staff=3)
    submitted(client)
    move(coordinator, "screening")
    path = f"/organisations/{org_id}"
    change = WEAVERS | {"staff": 4}
    assert client.put(path, json=change, headers={"If-Match": '"1"'}).status_code == 200
    assert coordinator.get(f"/rounds/spring/organisations/{org_id}").json()["staff"] == 3


def test_registering_and_changing_are_in_the_audit_log(home: Home) -> None:
    coordinator = opened(home)
    org_id, client = registered(home)
    submitted(client)
    client.put(f"/organisations/{org_id}", json=WEAVERS | {"staff": 4}, headers={"If-Match": '"1"'})
    entries = coordinator.get("/audit").json()["items"]
    told = {(entry["action"], entry["role"]) for entry in entries if entry["object"] == org_id}
    assert told == {
        ("organisations.register", "public"), ("organisations.add", "ngo"),
        ("organisations.follow", "ngo"), ("organisations.change", "ngo"),
    }  # fmt: skip


def test_a_row_added_by_the_coordinator_is_not_replaced_by_the_profile(home: Home) -> None:
    coordinator = opened(home)
    org_id, client = registered(home, staff=3)
    added(coordinator, "organisations", {"org_id": org_id, "name": "As checked", "staff": 9})
    submitted(client)
    kept = coordinator.get(f"/rounds/spring/organisations/{org_id}").json()
    assert (kept["name"], kept["staff"]) == ("As checked", 9)


def test_an_organisation_without_a_name_is_refused(home: Home) -> None:
    refused = home.client().post("/organisations", json=WEAVERS | {"name": ""})
    assert refused.status_code == 422
    told = [(error["field"], error["what"]) for error in refused.json()["errors"]]
    assert told == [("name", "is empty.")]
