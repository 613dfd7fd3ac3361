"""When proposals are taken: from the first midnight to the last, where the call is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.service.applying import LOOMS, WEAVERS, move, opened, registered, submitted
from tests.service.conftest import Home

SECOND = timedelta(seconds=1)
BAKU = ZoneInfo("Asia/Baku")
CALLS = [
    # Baku is four hours ahead of UTC all the year.
    ({}, datetime(2026, 1, 4, 20, tzinfo=UTC), datetime(2026, 2, 5, 20, tzinfo=UTC)),
    (
        {"time_zone": "Asia/Baku"},
        datetime(2026, 1, 5, tzinfo=BAKU), datetime(2026, 2, 6, tzinfo=BAKU),
    ),
    # Clocks in Lisbon go forward on 29 March 2026: it is at UTC before, an hour ahead afterwards.
    (
        {"opens": "2026-03-28", "closes": "2026-03-29", "time_zone": "Europe/Lisbon"},
        datetime(2026, 3, 28, tzinfo=UTC), datetime(2026, 3, 29, 23, tzinfo=UTC),
    ),
    # In New York they go back on 1 November 2026: from four hours behind UTC to five.
    (
        {"opens": "2026-11-01", "closes": "2026-11-01", "time_zone": "America/New_York"},
        datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, 5, tzinfo=UTC),
    ),
]  # fmt: skip
NAMES = ["Baku by default", "Baku", "clocks go forward", "clocks go back"]


@pytest.mark.parametrize(("call", "opens", "closes"), CALLS, ids=NAMES)
def test_proposals_are_taken_from_the_first_midnight_to_a_second_before_the_last(
    home: Home, call: dict[str, str], opens: datetime, closes: datetime
) -> None:
    opened(home, call={"opens": "2026-01-05", "closes": "2026-02-05", **call})
    _, client = registered(home)
    for at, taken in (
        (opens - SECOND, False), (opens, True), (closes - SECOND, True), (closes, False),
    ):  # fmt: skip
        home.clock.at = at.astimezone(UTC)
        answer = client.post("/rounds/spring/proposals", json=LOOMS)
        assert answer.status_code == (201 if taken else 409), at
        if not taken:
            assert call.get("time_zone", "Asia/Baku") in answer.json()["detail"]


def test_amending_and_withdrawing_end_with_the_call_too(home: Home) -> None:
    opened(home)
    _, client = registered(home)
    path = f"/rounds/spring/proposals/{submitted(client)['proposal_id']}"
    amended = LOOMS | {"requested": "4000"}
    home.clock.at = datetime(2026, 2, 5, 19, 59, 59, tzinfo=UTC)
    assert client.put(path, json=amended, headers={"If-Match": '"1"'}).status_code == 200
    home.clock.at += SECOND
    assert client.put(path, json=LOOMS, headers={"If-Match": '"2"'}).status_code == 409
    assert client.post(f"{path}/withdrawal", json={"reason": "Late"}).status_code == 409
    assert client.get(path).json()["requested"] == "4000"


def test_the_day_of_submission_is_that_of_the_calls_time_zone(home: Home) -> None:
    opened(home)
    _, client = registered(home)
    home.clock.at = datetime(2026, 1, 10, 19, 59, 59, tzinfo=UTC)
    assert submitted(client)["submitted"] == "2026-01-10"
    home.clock.at += SECOND
    assert submitted(client)["submitted"] == "2026-01-11"


def test_a_call_without_days_takes_proposals_while_the_round_is_open(home: Home) -> None:
    coordinator = opened(home, call={})
    _, client = registered(home)
    home.clock.at = datetime(2031, 1, 1, tzinfo=UTC)
    submitted(client)
    move(coordinator, "screening")
    assert client.post("/rounds/spring/proposals", json=LOOMS).status_code == 409


def test_the_coordinator_adds_proposals_before_and_after_the_call(home: Home) -> None:
    coordinator = opened(home)
    org_id, _ = registered(home)
    home.clock.at = datetime(2026, 2, 20, tzinfo=UTC)
    move(coordinator, "screening")
    assert submitted(coordinator, org_id=org_id, proposal_id="B7")["proposal_id"] == "B7"


def test_a_call_without_end_may_close_on_the_last_day_that_there_is(home: Home) -> None:
    opened(home, call={"opens": "0001-01-01", "closes": "9999-12-31"})
    org_id, client = registered(home)
    submitted(client)
    changed = client.put(
        f"/organisations/{org_id}", json=WEAVERS | {"staff": 3}, headers={"If-Match": '"1"'}
    )
    assert changed.status_code == 200
