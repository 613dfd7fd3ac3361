"""Settings of a round, checked where they are sent and not when the round moves on."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from api.rounds.changing import check_new_settings
from api.store.tables import RoundRow, Row
from tests.service.applying import POOL, ROUND, added, move, opened, registered, submitted
from tests.service.conftest import Home

PATH = "/rounds/spring"


def changed(client: TestClient, **settings: Any) -> Response:
    sent = {name: value for name, value in (ROUND | settings).items() if name != "id"}
    return client.put(PATH, json=sent, headers={"If-Match": "*"})


def faults(answer: Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["field"], error["value"]) for error in answer.json()["errors"]]


def test_settings_that_cannot_be_are_refused_in_an_open_round_all_at_once_and_none_is_kept(
    any_home: Home,
) -> None:
    client = opened(any_home)
    before = client.get(PATH)
    refused = changed(
        client,
        title="Kept by nobody",
        decision_date="1800-01-01",
        call={"opens": "2026-02-05", "closes": "2026-01-05"},
        policy={"score_max": "50", "score_threshold": "60", "min_award": "-5", "rule": "by lot"},
        rates={"USD": "0"},
        rule_packs=["az", "moon"],
    )
    assert faults(refused) == [
        ("call.closes", "2026-01-05"),
        ("decision_date", "1800-01-01"),
        ("policy.min_award", "-5"),
        ("policy.rule", "by lot"),
        ("policy.score_threshold", "60"),
        ("rule_packs", "moon"),
        ("rates.USD", "0"),
    ]
    after = client.get(PATH)
    assert (after.json(), after.headers["ETag"]) == (before.json(), before.headers["ETag"])
    entries = client.get("/audit", params={"action": "round.change"}).json()["items"]
    assert entries == []


def test_a_round_is_not_begun_with_settings_that_cannot_be(home: Home) -> None:
    client = home.client("coordinator")
    sent = ROUND | {"policy": {"grant_step": "0"}, "call": {"time_zone": "Baku"}}
    refused = client.post("/rounds", json=sent)
    assert faults(refused) == [("call.time_zone", "Baku"), ("policy.grant_step", "0")]
    assert client.get(PATH).status_code == 404


def test_settings_with_which_rows_cannot_be_are_refused_with_every_such_row(home: Home) -> None:
    client = opened(home, rates={"USD": "1.7"})
    _, weavers = registered(home)
    submitted(weavers, currency="USD")
    added(client, "pools", POOL | {"pool_id": "P2", "currency": "USD"})
    assert faults(changed(client)) == [
        ("round, pools, row 2, currency", "USD"),
        ("round, proposals, row 1, currency", "USD"),
    ]
    assert changed(client, rates={"USD": "1.8"}).status_code == 200


def test_what_was_wrong_with_rows_before_keeps_no_setting_from_being_changed(home: Home) -> None:
    client = opened(home)
    term = {"pool_id": "P1", "org_id": "gone", "status": "forbid"}
    with home.service.store.writing() as session:
        stamp = "2026-01-10T08:00:00.000000Z"
        session.add(
            Row(
                round_id="spring", noun="pairs", id="t", owner=None, data=term, version=1,
                created_at=stamp, updated_at=stamp,
            )
        )  # fmt: skip
    assert client.get(f"{PATH}/problems").json()["errors"] > 0
    assert changed(client, title="Spring, anew").status_code == 200


def test_settings_that_were_wrong_before_are_mended_though_rows_are_wrong_too(home: Home) -> None:
    client = opened(home)
    with home.service.store.writing() as session:
        kept = session.get_one(RoundRow, "spring")
        kept.settings = kept.settings | {"policy": {"score_max": "-1"}}
        row = session.get_one(Row, ("spring", "pools", "P1"))
        row.data = row.data | {"budget": "-4"}
    assert faults(changed(client, policy={"min_award": "-5"})) == [("policy.min_award", "-5")]
    assert changed(client).status_code == 200


def test_rows_that_come_in_while_settings_are_looked_at_are_looked_at_too(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = opened(home, rates={"USD": "1.7"})
    looked_at = "api.routes.rounds.check_new_settings"

    def slowly(*asked: Any) -> None:
        check_new_settings(*asked)
        monkeypatch.setattr(looked_at, check_new_settings)
        added(client, "pools", POOL | {"pool_id": "P2", "currency": "USD"})

    monkeypatch.setattr(looked_at, slowly)
    assert faults(changed(client)) == [("round, pools, row 2, currency", "USD")]
    assert client.get(PATH).json()["rates"] == {"USD": "1.7"}


def test_a_round_uploaded_with_a_rule_pack_that_is_not_here_is_told_so(home: Home) -> None:
    client = home.client("coordinator")
    document = {
        "round": {**ROUND, "rule_packs": ["moon"]},
        "donors": [{"donor_id": "D1", "name": "Open Foundation (made up)", "kind": "foundation"}],
        "pools": [POOL],
        "organisations": [{"org_id": "O", "name": "Union (made up)"}],
        "proposals": [{"proposal_id": "A", "org_id": "O", "title": "Work", "currency": "AZN",
                       "requested": "10"}],
    }  # fmt: skip
    assert faults(client.post("/rounds/uploads", json=document)) == [
        ("round.json, rule_packs", "moon")
    ]


def test_a_rule_pack_that_is_not_here_any_more_keeps_a_round_from_going_on(home: Home) -> None:
    client = opened(home)
    move(client, "screening")
    with home.service.store.writing() as session:
        kept = session.get_one(RoundRow, "spring")
        kept.settings = kept.settings | {"rule_packs": ["moon"]}
    problems = client.get(f"{PATH}/problems").json()["problems"]
    assert ("round, rule_packs", "moon") in [(p["field"], p["value"]) for p in problems]
    wanted = client.post(f"{PATH}/state", json={"to": "matching"}, headers={"If-Match": "*"})
    assert ("round, rule_packs", "moon") in faults(wanted)
