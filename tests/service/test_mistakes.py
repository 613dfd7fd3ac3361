"""What people send by mistake, and what they are told: which field, what is wrong, what to do."""

from typing import Any

import pytest

from tests.service.applying import LOOMS, ROUND, move, opened, registered, submitted
from tests.service.conftest import Home
from tests.service.finished_runs import a_document, add_round, add_run

SPRING = "/rounds/spring"
PRECHECK = f"{SPRING}/precheck"
POINT = 'Write digits, a point for decimals and nothing between thousands, as in "15000.00".'


def told(answer: Any) -> list[tuple[str, str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["field"], error["what"], error["remedy"]) for error in answer.json()["errors"]]


@pytest.mark.parametrize(
    ("sent", "what", "remedy"),
    [
        ({"requested": 5000}, "is no text.", 'Write it in quotes: "5000".'),
        ({"requested": "5,000"}, "is no decimal.", POINT),
        ({"requested": "1e3"}, "is no decimal.", POINT),
        ({"requested": "\u0665\u0660"}, "is no decimal.", POINT),
        ({"regions": "AZ-GA"}, "is no list.", 'Write one, in brackets, as in ["AZ-GA"].'),
        ({"currency": "USD"}, "has no rate in the round.", "Ask in one of: AZN, EUR."),
    ],
    ids=str,
)
def test_an_applicant_is_told_how_to_write_a_field(
    home: Home, sent: dict[str, Any], what: str, remedy: str
) -> None:
    opened(home, rates={"EUR": "1.9"})
    _, weavers = registered(home)
    (field,) = sent
    assert told(weavers.post(PRECHECK, json=LOOMS | sent)) == [(field, what, remedy)]


def test_a_coordinator_is_told_which_rate_is_missing(home: Home) -> None:
    client = opened(home)
    org_id, _ = registered(home)
    refused = client.post(PRECHECK, json=LOOMS | {"currency": "USD", "org_id": org_id})
    assert told(refused)[0][2] == "Add rates.USD: what 1 USD is worth in AZN."


@pytest.mark.parametrize("body", ["[]", "null", '"text"', "1"])
def test_a_body_that_is_no_object_is_told_as_that(home: Home, body: str) -> None:
    headers = {"Content-Type": "application/json"}
    ((field, what, _),) = told(home.client().post("/organisations", content=body, headers=headers))
    assert (field, what) == ("body", "is no JSON object.")


def test_a_body_that_may_be_empty_is_told_how_to_be_sent(home: Home) -> None:
    opened(home)
    refused = home.client("coordinator").post("/rounds/spring/runs")
    assert told(refused) == [
        ("body", "is missing.", "Send JSON; {} where there is nothing to say.")
    ]


def test_keys_that_cannot_be_are_told_in_plain_words(home: Home) -> None:
    client = home.client("coordinator")
    late = client.post("/keys", json={"role": "auditor", "label": "x", "expires_at": "2030-01-01"})
    assert told(late) == [
        ("expires_at", "has no offset from UTC.", "Write it as in 2027-01-01T00:00:00Z.")
    ]
    (nobody,) = told(client.post("/keys", json={"role": "donor", "label": "x"}))
    assert nobody[1] == "the role donor needs a subject: its donor_id."


def test_days_and_ids_that_are_none_are_told_how_they_are_written(home: Home) -> None:
    sent = {"id": "spring/1", "currency": "azn", "decision_date": "01.03.2026"}
    assert told(home.client("coordinator").post("/rounds", json=sent)) == [
        ("currency", "is no code of a currency.", "Write three capital letters, as in AZN."),
        ("decision_date", "is no day.", "Write it as in 2026-03-01."),
        ("id", "cannot stand in an address.", "Leave out slashes and control characters."),
    ]


def test_a_misspelt_filter_or_one_that_stands_twice_gives_no_list(home: Home) -> None:
    opened(home)
    _, weavers = registered(home)
    submitted(weavers)
    base = "/rounds/spring/proposals"
    ((field, what, remedy),) = told(weavers.get(base, params={"titel": "Looms"}))
    assert (field, what) == ("titel", "is no parameter of this.")
    assert {"title", "limit", "sort", "cursor"} <= set(
        remedy.removeprefix("Use: ").removesuffix(".").split(", ")
    )
    twice = weavers.get(f"{base}?title=Looms&title=Carpets")
    assert told(twice) == [("title", "stands there more than once.", "Give it once.")]
    state = told(weavers.get("/rounds", params={"state": "opened"}))
    assert [field for field, _, _ in state] == ["state"]
    assert told(weavers.get("/me?x=1"))[0][2] == "Leave it out: there are none."


def test_who_may_not_read_a_list_is_told_that_and_not_how_to_filter_it(home: Home) -> None:
    opened(home)
    _, weavers = registered(home)
    assert weavers.get("/rounds/spring/pools?nam=x").status_code == 403
    assert home.client().get("/rounds?nam=x").status_code == 401


def test_a_round_that_does_not_go_to_a_state_is_told_where_it_goes(home: Home) -> None:
    client = home.client("coordinator")
    add_round(home, a_document(), "approved")

    def ways(path: str, to: str) -> str:
        answer = client.post(f"{path}/state", json={"to": to}, headers={"If-Match": "*"})
        assert answer.status_code == 409
        return str(answer.json()["detail"])

    assert ways(SPRING, "published") == (
        "A round in the state approved does not go to published. It is published by "
        "POST /rounds/{round_id}/publications, or with a reason back to review."
    )
    client.post("/rounds", json=ROUND | {"id": "summer"})
    assert ways("/rounds/summer", "review") == (
        "A round in the state draft does not go to review. It goes on to open."
    )


def test_a_preview_notes_that_letters_tell_no_changes_until_somebody_has_found_them(
    home: Home,
) -> None:
    document = a_document()
    document["round"]["policy"]["feedback"] = "reason_and_change"
    add_round(home, document)
    add_run(home, document, "run_1")
    client = home.client("coordinator")
    move(client, "approved", run_id="run_1")
    note = client.get(f"{SPRING}/preview").json()["note"]
    assert "POST /runs/run_1/explanations" in note
    files = {"explanations.json": b"[]"}
    add_run(home, document, "explain_1", files, kind="explain", of_run="run_1")
    assert "note" not in client.get(f"{SPRING}/preview").json()
