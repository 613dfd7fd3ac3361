"""A small round that takes proposals, and organisations that apply to it."""

from typing import Any

from fastapi.testclient import TestClient

from tests.service.conftest import Home

ROUND: dict[str, Any] = {
    "id": "spring",
    "currency": "AZN",
    "decision_date": "2026-03-01",
    "rule_packs": ["az"],
    "call": {"opens": "2026-01-05", "closes": "2026-02-05"},
    "policy": {"score_max": "100", "min_award": "100", "max_funders_per_proposal": "3"},
}
DONOR = {"donor_id": "D1", "name": "Open Foundation (made up)", "kind": "foundation"}
POOL = {
    "pool_id": "P1",
    "donor_id": "D1",
    "name": "A pool",
    "currency": "AZN",
    "budget": "9000",
    "regions": ["AZ"],
    "groups": ["youth", "women_girls"],
}
LOOMS: dict[str, Any] = {
    "title": "Looms for thirty women",
    "currency": "AZN",
    "requested": "5000",
    "regions": ["AZ-GA"],
    "groups": ["women_girls"],
}
WEAVERS = {"name": "Weavers (made up)", "country": "AZ", "kind": "public_union"}


def opened(home: Home, **settings: Any) -> TestClient:
    """Open the round spring with one pool; gives the coordinator's client."""
    client = home.client("coordinator")
    assert client.post("/rounds", json=ROUND | settings).status_code == 201
    added(client, "donors", DONOR)
    added(client, "pools", POOL)
    move(client, "open")
    return client


def added(client: TestClient, noun: str, row: dict[str, Any]) -> None:
    """Add a row to the round spring."""
    answer = client.post(f"/rounds/spring/{noun}", json=row)
    assert answer.status_code == 201, answer.text


def move(client: TestClient, to: str, **more: str) -> None:
    """Take the round spring to another state."""
    answer = client.post("/rounds/spring/state", json={"to": to, **more}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


def registered(home: Home, **more: Any) -> tuple[str, TestClient]:
    """Register an organisation; gives its id and its client."""
    answer = home.client().post("/organisations", json=WEAVERS | more)
    assert answer.status_code == 201, answer.text
    key = {"Authorization": f"Bearer {answer.json()['key']}"}
    client = TestClient(home.app, headers=key, raise_server_exceptions=False)
    return answer.json()["organisation"]["org_id"], client


def submitted(client: TestClient, **more: Any) -> dict[str, Any]:
    """Submit a proposal to the round spring; gives it as it is kept."""
    answer = client.post("/rounds/spring/proposals", json=LOOMS | more)
    assert answer.status_code == 201, answer.text
    kept: dict[str, Any] = answer.json()["proposal"]
    return kept
