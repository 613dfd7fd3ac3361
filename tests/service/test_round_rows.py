"""The tables of a round, row by row."""

import pytest

from tests.service.conftest import Home

ROUND = {"id": "spring", "currency": "AZN", "decision_date": "2026-03-01"}
DONOR = {"donor_id": "D1", "name": "A donor", "kind": "embassy"}
POOL = {"pool_id": "P1", "donor_id": "D1", "name": "A pool", "currency": "AZN", "budget": "1000.00"}


def test_a_row_is_added_read_changed_and_removed(home: Home) -> None:
    client = home.client("coordinator")
    client.post("/rounds", json=ROUND)
    assert client.post("/rounds/spring/donors", json=DONOR).status_code == 201
    added = client.post("/rounds/spring/pools", json=POOL)
    assert added.status_code == 201
    assert added.headers["Location"] == "/rounds/spring/pools/P1"
    changed = client.put(
        "/rounds/spring/pools/P1",
        json=POOL | {"budget": "2000"},
        headers={"If-Match": added.headers["ETag"]},
    )
    assert changed.json()["budget"] == "2000"
    read = client.get("/rounds/spring/pools/P1")
    assert (read.json()["budget"], read.headers["ETag"]) == ("2000", '"2"')
    gone = client.delete("/rounds/spring/pools/P1", headers={"If-Match": '"2"'})
    assert gone.status_code == 204
    assert client.get("/rounds/spring/pools/P1").status_code == 404


def test_a_stale_edit_is_refused_and_one_without_its_etag_too(home: Home) -> None:
    client = home.client("coordinator")
    client.post("/rounds", json=ROUND)
    client.post("/rounds/spring/donors", json=DONOR)
    path = "/rounds/spring/donors/D1"
    assert client.put(path, json=DONOR, headers={"If-Match": '"7"'}).status_code == 412
    assert client.put(path, json=DONOR).status_code == 428


def test_every_problem_of_a_row_is_told_with_its_field_and_remedy(home: Home) -> None:
    client = home.client("coordinator")
    client.post("/rounds", json=ROUND)
    client.post("/rounds/spring/donors", json=DONOR)
    refused = client.post(
        "/rounds/spring/pools", json=POOL | {"budget": "10.001", "sdgs": ["99"], "not_with": ["X"]}
    )
    assert refused.status_code == 422
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert {error["field"] for error in refused.json()["errors"]} >= {"sdgs"}
    assert all(error["remedy"] for error in refused.json()["errors"])


def test_the_same_idempotency_key_gives_the_same_answer_once(home: Home) -> None:
    client = home.client("coordinator")
    first = client.post("/rounds", json=ROUND, headers={"Idempotency-Key": "one"})
    again = client.post("/rounds", json=ROUND, headers={"Idempotency-Key": "one"})
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (
        201, first.json(),
    )  # fmt: skip
    other = client.post("/rounds", json=ROUND | {"id": "b"}, headers={"Idempotency-Key": "one"})
    assert other.status_code == 422
    assert client.get("/rounds").json()["items"] == [first.json()]


def test_pages_follow_one_another_in_the_order_asked_for(home: Home) -> None:
    client = home.client("coordinator")
    client.post("/rounds", json=ROUND)
    client.post("/rounds/spring/donors", json=DONOR)
    for number, budget in enumerate(("100", "20", "3", "20")):
        client.post("/rounds/spring/pools", json=POOL | {"pool_id": f"P{number}", "budget": budget})
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get(
            "/rounds/spring/pools", params={"sort": "-budget", "limit": 1, **cursor}
        ).json()
        seen += [pool["pool_id"] for pool in page["items"]]
        if "next" not in page:
            break
        cursor = {"cursor": page["next"]}
    assert seen == ["P0", "P3", "P1", "P2"]


def test_what_has_no_value_in_the_field_that_is_sorted_by_comes_last(any_home: Home) -> None:
    client = any_home.client("coordinator")
    client.post("/rounds", json=ROUND)
    for org_id, budget in (("A", None), ("B", "300.00"), ("C", "9.00"), ("D", None)):
        sent = {"org_id": org_id, "name": org_id, "annual_budget": budget}
        assert client.post("/rounds/spring/organisations", json=sent).status_code == 201
    for sort, expected in (("annual_budget", "CBAD"), ("-annual_budget", "BCDA")):
        seen = ""
        cursor: dict[str, str] | None = {}
        while cursor is not None:
            page = client.get(
                "/rounds/spring/organisations", params={"sort": sort, "limit": 1, **cursor}
            ).json()
            seen += "".join(row["org_id"] for row in page["items"])
            cursor = {"cursor": page["next"]} if "next" in page else None
        assert seen == expected


@pytest.mark.parametrize("name", ["uploads", "spring/2026", ".", ".."])
def test_no_round_is_called_what_cannot_stand_in_a_path(home: Home, name: str) -> None:
    client = home.client("coordinator")
    assert client.post("/rounds", json=ROUND | {"id": name}).status_code == 422
    document = {"round": ROUND | {"id": name}, "donors": [DONOR], "pools": [POOL]}
    more = {
        "organisations": [{"org_id": "O", "name": "Union (made up)"}],
        "proposals": [{"proposal_id": "A", "org_id": "O", "title": "Work", "currency": "AZN",
                       "requested": "10"}],
    }  # fmt: skip
    refused = client.post("/rounds/uploads", json=document | more)
    assert refused.status_code == 422
    assert name in {error["value"] for error in refused.json()["errors"]}


def test_a_round_that_is_begun_says_where_it_is(home: Home) -> None:
    client = home.client("coordinator")
    begun = client.post("/rounds", json=ROUND | {"id": "spring 2026?"})
    assert begun.headers["Location"] == "/rounds/spring%202026%3F"
    assert client.get(begun.headers["Location"]).json() == begun.json()


def test_a_round_goes_back_for_no_blank_reason(home: Home) -> None:
    client = home.client("coordinator")
    client.post("/rounds", json=ROUND)
    sent = {"to": "open"}
    assert client.post("/rounds/spring/state", json=sent, headers={"If-Match": "*"}).is_success
    refused = client.post(
        "/rounds/spring/state", json={"to": "draft", "reason": "  "}, headers={"If-Match": "*"}
    )
    assert [error["field"] for error in refused.json()["errors"]] == ["reason"]
    assert client.get("/rounds/spring").json()["state"] == "open"


def test_a_fact_that_is_called_as_a_field_is_refused_and_stands_in_no_fields_place(
    home: Home,
) -> None:
    client = home.client("coordinator")
    client.post("/rounds", json=ROUND)
    client.post("/rounds/spring/donors", json=DONOR)
    for noun, row, name in (
        ("donors", DONOR | {"donor_id": "D2"}, "donor_id"), ("pools", POOL, "budget"),
        ("proposals", {"title": "Work", "org_id": "O1", "currency": "AZN", "requested": "10"},
         "requested"),
    ):  # fmt: skip
        refused = client.post(f"/rounds/spring/{noun}", json=row | {"facts": {name: "7"}})
        assert [error["field"] for error in refused.json()["errors"]] == [f"facts.{name}"]
    listed = client.get("/rounds/spring/donors").json()["items"]
    assert [donor["donor_id"] for donor in listed] == ["D1"]


@pytest.mark.parametrize("name", [".", ".."])
def test_no_row_is_called_what_clients_take_out_of_an_address(home: Home, name: str) -> None:
    client = home.client("coordinator")
    client.post("/rounds", json=ROUND)
    client.post("/rounds/spring/donors", json=DONOR)
    client.post("/rounds/spring/organisations", json={"org_id": "O1", "name": "Union (made up)"})
    work = {"org_id": "O1", "title": "Work", "currency": "AZN", "requested": "10"}
    for noun, key, row in (
        ("donors", "donor_id", DONOR), ("pools", "pool_id", POOL),
        ("proposals", "proposal_id", work),
    ):  # fmt: skip
        refused = client.post(f"/rounds/spring/{noun}", json=row | {key: name})
        assert refused.status_code == 422
        assert [error["field"] for error in refused.json()["errors"]] == [key]


def test_a_row_that_names_what_is_not_in_the_round_is_refused_by_the_field(any_home: Home) -> None:
    client = any_home.client("coordinator")
    client.post("/rounds", json=ROUND)
    client.post("/rounds/spring/donors", json=DONOR)
    client.post("/rounds/spring/pools", json=POOL)
    client.post("/rounds/spring/organisations", json={"org_id": "O", "name": "Union (made up)"})
    work = {"proposal_id": "A", "org_id": "O", "title": "Work", "currency": "AZN", "requested": "9"}
    assert client.post("/rounds/spring/proposals", json=work).status_code == 201
    for noun, row, column in (
        ("reviews", {"proposal_id": "B", "reviewer_id": "R", "score": "5"}, "proposal_id"),
        ("pairs", {"pool_id": "P1", "proposal_id": "B", "status": "forbid"}, "proposal_id"),
        ("pairs", {"pool_id": "P1", "org_id": "Q", "status": "forbid"}, "org_id"),
        ("facts", {"subject": "B", "fact": "x", "value": "y"}, "subject"),
        ("facts", {"subject": "P1:B", "fact": "x", "value": "y"}, "subject"),
    ):
        refused = client.post(f"/rounds/spring/{noun}", json=row)
        assert refused.status_code == 422, (noun, row)
        assert column in [error["field"] for error in refused.json()["errors"]]
    for subject in ("A", "O", "P1", "D1", "P1:A"):
        fact = {"subject": subject, "fact": "x", "value": "y"}
        assert client.post("/rounds/spring/facts", json=fact).status_code == 201, subject


def test_a_target_is_told_its_own_problems_by_field_and_not_those_of_another(home: Home) -> None:
    client = home.client("coordinator")
    client.post("/rounds", json=ROUND)
    client.post("/rounds/spring/donors", json=DONOR)
    tag = client.post("/rounds/spring/pools", json=POOL).headers["ETag"]
    first = {"id": "one", "pool": "P1", "min_share": "0.5"}
    assert client.post("/rounds/spring/targets", json=first).status_code == 201
    client.post("/rounds/spring/pools", json=POOL | {"pool_id": "P2"})
    client.delete("/rounds/spring/pools/P1", headers={"If-Match": tag})
    refused = client.post("/rounds/spring/targets", json={"id": "two", "min_share": "1.5"})
    assert [error["field"] for error in refused.json()["errors"]] == ["min_share"]
    assert client.post("/rounds/spring/targets", json=first | {"id": "three"}).status_code == 422
    whole = {"id": "two", "min_share": "0.5"}
    assert client.post("/rounds/spring/targets", json=whole).status_code == 201
