"""The precheck over HTTP: at once with a submission, afterwards, and without submitting."""

from typing import Any

from tests.service.applying import LOOMS, POOL, WEAVERS, added, move, opened, registered, submitted
from tests.service.conftest import Home


def verdicts(checked: dict[str, Any]) -> dict[str, str]:
    return {pool["pool_id"]: pool["verdict"] for pool in checked["precheck"]["pools"]}


def test_a_precheck_before_submitting_says_what_submitting_says_and_keeps_nothing(
    any_home: Home,
) -> None:
    coordinator = opened(any_home)
    added(coordinator, "pools", POOL | {"pool_id": "P2", "regions": ["AZ-BA"]})
    org_id, client = registered(any_home)
    tried = client.post("/rounds/spring/precheck", json=LOOMS)
    assert tried.status_code == 200
    assert verdicts(tried.json()) == {"P1": "needs_review", "P2": "ineligible"}
    assert coordinator.get("/rounds/spring/proposals").json()["items"] == []
    row = coordinator.get(f"/rounds/spring/organisations/{org_id}")
    assert row.status_code == 404
    kept = client.post("/rounds/spring/proposals", json=LOOMS).json()
    assert kept["precheck"] == tried.json()["precheck"]
    path = f"/rounds/spring/proposals/{kept['proposal']['proposal_id']}/precheck"
    for reader in (client, coordinator, any_home.client("auditor")):
        assert verdicts(reader.get(path).json()) == verdicts(tried.json())


def test_a_precheck_follows_a_pool_that_is_changed(home: Home) -> None:
    coordinator = opened(home)
    _, client = registered(home)
    path = f"/rounds/spring/proposals/{submitted(client)['proposal_id']}/precheck"
    answer = coordinator.put(
        "/rounds/spring/pools/P1", json=POOL | {"groups": ["youth"]}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 200
    assert verdicts(client.get(path).json()) == {"P1": "ineligible"}
    coordinator.delete("/rounds/spring/pools/P1", headers={"If-Match": '"2"'})
    added(coordinator, "pools", POOL | {"groups": []})
    assert verdicts(client.get(path).json()) == {"P1": "needs_review"}


def test_a_precheck_tells_nothing_that_is_confidential(home: Home) -> None:
    coordinator = opened(home)
    quiet = {"donor_id": "MARK-D9", "name": "MARK-donor", "kind": "company"}
    added(coordinator, "donors", quiet | {"visibility": "confidential"})
    added(coordinator, "pools", POOL | {"pool_id": "MARK-P9", "donor_id": "MARK-D9"})
    added(
        coordinator, "pools",
        POOL | {"pool_id": "MARK-P8", "name": "MARK-pool", "visibility": "confidential"},
    )  # fmt: skip
    added(
        coordinator, "pools",
        POOL | {"pool_id": "P7", "name": "MARK-name", "visibility": "name_withheld",
                "groups": ["youth"], "budget": "7331", "confidential_terms": ["groups", "budget"]},
    )  # fmt: skip
    _, client = registered(home)
    answer = client.post("/rounds/spring/proposals", json=LOOMS)
    assert answer.status_code == 201
    told = answer.json()["precheck"]
    assert told["confidential_pools"] == 2
    assert [pool["pool_id"] for pool in told["pools"]] == ["P1", "P7"]
    assert told["pools"][1]["pool"] == "name withheld"
    assert told["pools"][1]["keeps"]
    # It is for youth alone, and that is for nobody to know.
    assert told["pools"][1]["verdict"] == "needs_review"
    for path in ("proposals", f"proposals/{answer.json()['proposal']['proposal_id']}/precheck"):
        assert "MARK" not in client.get(f"/rounds/spring/{path}").text
    assert "MARK" not in answer.text
    assert "7331" not in answer.text


def test_what_the_applicant_states_answers_its_questions(home: Home) -> None:
    opened(home)
    org_id, client = registered(home)
    asked = client.post("/rounds/spring/precheck", json=LOOMS).json()["precheck"]["questions"]
    mine = {question["fact"] for question in asked if question["yours"]}
    assert mine == {"founders", "registration_status"}
    profile = WEAVERS | {"registration_status": "registered", "registered_on": "2020-01-01"}
    path = f"/organisations/{org_id}"
    assert client.put(path, json=profile, headers={"If-Match": '"1"'}).status_code == 200
    stated = client.post("/rounds/spring/precheck", json=LOOMS).json()["precheck"]["questions"]
    assert "registration_status" not in {question["fact"] for question in stated}


def test_the_coordinator_prechecks_for_any_organisation_that_is_known(home: Home) -> None:
    coordinator = opened(home)
    org_id, _ = registered(home)
    tried = coordinator.post("/rounds/spring/precheck", json=LOOMS | {"org_id": org_id})
    assert verdicts(tried.json()) == {"P1": "needs_review"}
    for unknown in ({}, {"org_id": "nobody"}):
        assert coordinator.post("/rounds/spring/precheck", json=LOOMS | unknown).status_code == 422


def test_a_round_without_pools_takes_proposals_and_says_that_nothing_can_be_prechecked(
    home: Home,
) -> None:
    coordinator = opened(home)
    answer = coordinator.delete("/rounds/spring/pools/P1", headers={"If-Match": '"1"'})
    assert answer.status_code == 204
    _, client = registered(home)
    kept = client.post("/rounds/spring/proposals", json=LOOMS)
    assert kept.status_code == 201
    assert "precheck" not in kept.json()
    assert kept.json()["problems"] == []


def test_problems_are_told_beside_a_precheck_without_submitting(home: Home) -> None:
    opened(home)
    _, client = registered(home)
    wrong = LOOMS | {"sector": "nothing", "groups": ["everybody"]}
    refused = client.post("/rounds/spring/precheck", json=wrong)
    assert refused.status_code == 422
    assert {error["field"] for error in refused.json()["errors"]} >= {"sector"}


def test_a_precheck_is_there_after_the_call_too(home: Home) -> None:
    coordinator = opened(home)
    _, client = registered(home)
    path = f"/rounds/spring/proposals/{submitted(client)['proposal_id']}/precheck"
    move(coordinator, "screening")
    assert client.get(path).status_code == 200


def test_a_precheck_that_was_worked_out_for_one_holds_for_another_only_if_all_is_alike(
    home: Home,
) -> None:
    opened(home)
    _, one = registered(home)
    _, other = registered(home, name="Others (made up)")
    first = one.post("/rounds/spring/precheck", json=LOOMS).json()
    assert other.post("/rounds/spring/precheck", json=LOOMS | {"title": "Wells"}).json() == first
    barred = other.post("/rounds/spring/precheck", json=LOOMS | {"groups": ["disability"]}).json()
    assert verdicts(barred) == {"P1": "ineligible"}
    home.client("coordinator").put(
        "/rounds/spring/pools/P1", json=POOL | {"regions": ["AZ-BA"]}, headers={"If-Match": '"1"'}
    )
    later = one.post("/rounds/spring/precheck", json=LOOMS).json()
    assert verdicts(later) == {"P1": "ineligible"}
