"""From the preview to what applicants and donors are told, withdrawn and told anew."""

import json
from typing import Any

import httpx2
import pytest

from api.audit import verify
from api.store.tables import Entry, Publication
from tests.service.association import MARKS
from tests.service.conftest import Home
from tests.service.finished_runs import a_document, add_round, add_run, files_of, read
from tests.service.seeding import OPEN, PUBLISHED

SPRING = "/rounds/spring"


def approved(home: Home) -> Any:
    """Give the coordinator's client of a round whose run is approved."""
    add_round(home, a_document())
    add_run(home, a_document(), "run_1")
    client = home.client("coordinator")
    assert moved(client, "approved", run_id="run_1").status_code == 200
    return client


def moved(client: Any, to: str, **more: Any) -> httpx2.Response:
    tag = client.get(SPRING).headers["ETag"]
    answer: httpx2.Response = client.post(
        f"{SPRING}/state", json={"to": to, **more}, headers={"If-Match": tag}
    )
    return answer


def published(client: Any, **sent: Any) -> httpx2.Response:
    tag = client.get(SPRING).headers["ETag"]
    answer: httpx2.Response = client.post(
        f"{SPRING}/publications", json=sent, headers={"If-Match": tag}
    )
    return answer


def withdrawn(client: Any, number: int, **sent: Any) -> httpx2.Response:
    tag = client.get(SPRING).headers["ETag"]
    answer: httpx2.Response = client.post(
        f"{SPRING}/publications/{number}/withdrawal", json=sent, headers={"If-Match": tag}
    )
    return answer


def test_a_publication_is_told_withdrawn_and_told_anew_and_no_version_is_lost(
    any_home: Home,
) -> None:
    client, ngo = approved(any_home), any_home.client("ngo", "O1")
    donor, analyst = any_home.client("donor", "D1"), any_home.client("analyst")
    decision, awards = f"{SPRING}/proposals/A1/decision", f"{SPRING}/pools/P1/awards"

    # Before, only the coordinator reads what is approved.
    assert (ngo.get(decision).status_code, donor.get(awards).status_code) == (409, 409)
    assert client.get(decision).json()["run_id"] == "run_1"
    assert "version" not in client.get(awards).json()
    assert analyst.get(f"{SPRING}/publications").json() == {"items": []}

    first = published(client)
    assert first.status_code == 201
    assert first.headers["Location"] == f"{SPRING}/publications/1"
    assert client.get(SPRING).json()["state"] == "published"
    told = ngo.get(decision).json()
    assert (told["decision"], told["awarded"], told["version"]) == ("funded", "2000.00", 1)
    assert told["published_at"] == first.json()["published_at"]
    assert told["letter"].startswith("Your proposal is funded in full")
    assert told.keys() == {
        "proposal_id", "decision", "requested", "awarded", "currency", "letter", "version",
        "published_at",
    }  # fmt: skip
    assert donor.get(awards).json()["version"] == 1

    assert withdrawn(client, 1).status_code == 422
    assert withdrawn(client, 1, reason="A budget was wrong").status_code == 200
    assert client.get(SPRING).json()["state"] == "approved"
    assert (ngo.get(decision).status_code, donor.get(awards).status_code) == (409, 409)
    assert ngo.get(f"{SPRING}/publications/1").status_code == 404

    # The budget is corrected, and another run approved.
    for to in ("review", "matching"):
        assert moved(client, to, reason="A budget was wrong").status_code == 200
    document = a_document()
    document["pools"][0]["budget"] = "1000"
    tag = client.get(f"{SPRING}/pools/P1").headers["ETag"]
    corrected = client.put(
        f"{SPRING}/pools/P1", json=document["pools"][0], headers={"If-Match": tag}
    )
    assert corrected.status_code == 200
    add_run(any_home, document, "run_2")
    assert moved(client, "review").status_code == 200
    # The run of before the correction holds no longer.
    assert moved(client, "approved", run_id="run_1").status_code == 409
    assert moved(client, "approved", run_id="run_2").status_code == 200
    without = published(client)
    assert [error["field"] for error in without.json()["errors"]] == ["reason"]
    assert published(client, reason="The budget was corrected").json()["number"] == 2

    assert ngo.get(decision).json()["version"] == 2
    seen = ngo.get(f"{SPRING}/publications").json()["items"]
    assert [version["number"] for version in seen] == [2]
    assert seen[0].keys() == {"round_id", "number", "published_at"}
    assert ngo.get(f"{SPRING}/publications/1").status_code == 404
    every = client.get(f"{SPRING}/publications").json()["items"]
    assert [(v["number"], v["run_id"], "withdrawn_at" in v) for v in every] == [
        (1, "run_1", True), (2, "run_2", False),
    ]  # fmt: skip
    old = client.get(awards, params={"version": 1}).json()
    assert (old["budget"], old["run_id"]) == ("6000.00", "run_1")
    assert client.get(awards).json()["budget"] == "1000.00"
    assert ngo.get(decision, params={"version": 1}).status_code == 404

    # A round that is closed keeps telling.
    assert moved(client, "closed").status_code == 200
    assert ngo.get(decision).json()["version"] == 2
    assert withdrawn(client, 2, reason="Too late").status_code == 409

    with any_home.service.store.reading() as session:
        found = session.query(Entry).order_by(Entry.number)
        entries = [(entry.action, entry.object, entry.reason) for entry in found]
        assert verify(session).faults == ()
    assert [entry for entry in entries if entry[0].startswith("publication.")] == [
        ("publication.publish", "spring/1", None),
        ("publication.withdraw", "spring/1", "A budget was wrong"),
        ("publication.publish", "spring/2", "The budget was corrected"),
    ]


def test_the_preview_says_what_the_publication_then_tells(home: Home) -> None:
    client = approved(home)
    preview = client.get(f"{SPRING}/preview").json()
    assert (preview["run_id"], preview["number"]) == ("run_1", 1)
    assert published(client).status_code == 201
    added = {"version": 1, "published_at": "2026-01-10T08:00:00.000000Z"}
    for told in preview["items"]:
        ngo = home.client("ngo", f"O{told['proposal_id'][1:]}")
        found = ngo.get(f"{SPRING}/proposals/{told['proposal_id']}/decision").json()
        assert found == told | added
    assert {told["proposal_id"] for told in preview["items"]} == {"A1", "A2", "A3"}
    for told in preview["pools"]:
        donor = home.client("donor", told["donor_id"])
        found = donor.get(f"{SPRING}/pools/{told['pool_id']}/awards").json()
        assert found == told | added
    assert [told["pool_id"] for told in preview["pools"]] == ["P1", "P2"]


def test_a_preview_comes_in_pages_and_of_another_run_too(home: Home) -> None:
    client = approved(home)
    document = a_document()
    document["pools"] = document["pools"][:1]
    add_run(home, document, "run_2")
    first = client.get(f"{SPRING}/preview", params={"limit": 2, "run_id": "run_2"}).json()
    assert ([p["pool_id"] for p in first["pools"]], len(first["items"])) == (["P1"], 2)
    more = {"limit": 2, "run_id": "run_2", "cursor": first["next"]}
    last = client.get(f"{SPRING}/preview", params=more).json()
    assert (last["pools"], len(last["items"]), "next" in last) == ([], 1, False)
    assert client.get(f"{SPRING}/preview", params={"run_id": "other"}).status_code == 404
    assert home.client("donor", "D1").get(f"{SPRING}/preview").status_code == 403


def test_only_what_is_approved_is_published_and_only_as_it_was_read(home: Home) -> None:
    client = approved(home)
    path = f"{SPRING}/publications"
    assert client.post(path, json={}).status_code == 428
    assert client.post(path, json={}, headers={"If-Match": '"1"'}).status_code == 412
    assert moved(client, "review", reason="Look again").status_code == 200
    assert published(client).status_code == 409
    assert client.get(path).json() == {"items": []}
    assert client.get(f"{SPRING}/preview").status_code == 409
    assert home.client("auditor").post(path, json={}).status_code == 403


def test_a_run_without_a_letter_to_somebody_is_not_published(home: Home) -> None:
    document = a_document()
    add_round(home, document)
    files = files_of(read(document))
    letters = json.loads(files["letters.json"])
    del letters["A2"]
    add_run(home, document, "run_1", files | {"letters.json": json.dumps(letters).encode()})
    client = home.client("coordinator")
    assert moved(client, "approved", run_id="run_1").status_code == 200
    refused = published(client)
    assert refused.status_code == 409
    assert "A2" in refused.json()["detail"]
    assert client.get(SPRING).json()["state"] == "approved"


def test_published_letters_tell_changes_where_they_were_known_by_then(home: Home) -> None:
    document = a_document()
    document["round"]["policy"]["feedback"] = "reason_and_change"
    add_round(home, document)
    add_run(home, document, "run_1")
    client = home.client("coordinator")
    assert moved(client, "approved", run_id="run_1").status_code == 200
    plain = client.get(f"{SPRING}/proposals/A3/decision").json()["letter"]

    def explained(name: str, letter: str) -> None:
        told = [{"proposal_id": "A3", "applicant": letter}]
        files = {"explanations.json": json.dumps(told).encode()}
        add_run(home, document, name, files, kind="explain", of_run="run_1")

    explained("explain_1", "With a change.")
    assert client.get(f"{SPRING}/proposals/A3/decision").json()["letter"] == "With a change."
    assert published(client).status_code == 201
    home.clock.move(seconds=5)
    explained("explain_2", "What was found out later.")
    ngo = home.client("ngo", "O3")
    assert ngo.get(f"{SPRING}/proposals/A3/decision").json()["letter"] == "With a change."
    # One that the explanations do not have keeps its own.
    assert plain != "With a change."
    other = home.client("ngo", "O1").get(f"{SPRING}/proposals/A1/decision").json()["letter"]
    assert other.startswith("Your proposal is funded")


# Who is told


def test_an_applicant_is_told_of_its_own_proposals_alone(seeded: Home) -> None:
    ngo = seeded.client("ngo", "O1")
    base = f"/rounds/{PUBLISHED}/proposals"
    for name in ("A1", "MARK-A2", "A3"):
        assert ngo.get(f"{base}/{name}/decision").json()["proposal_id"] == name
    nothing = ngo.get(f"{base}/nobody/decision")
    for name in ("B1", "MARK-B2", "MARK-C1"):
        other = ngo.get(f"{base}/{name}/decision")
        assert (other.status_code, other.json()["detail"]) == (404, nothing.json()["detail"])
    assert ngo.get(f"/rounds/{OPEN}/proposals/A1/decision").status_code == 409
    assert ngo.get("/rounds/draft/proposals/A1/decision").status_code == 404
    assert seeded.client("donor", "D1").get(f"{base}/A1/decision").status_code == 403
    assert seeded.client("analyst").get(f"{base}/A1/decision").status_code == 403


def test_a_decision_goes_to_whose_the_proposal_was_when_it_was_decided_on(home: Home) -> None:
    document = a_document()
    add_round(home, document, "published")
    document["proposals"][0]["org_id"] = "O2"
    add_run(home, document, "run_1")
    client = home.client("coordinator")
    with home.service.store.writing() as session:
        session.add(
            Publication(round_id="spring", number=1, run_id="run_1", reason="",
                        published_at="2026-03-02T00:00:00.000000Z", withdrawn_at=None)
        )  # fmt: skip
    path = f"{SPRING}/proposals/A1/decision"
    assert client.get(path).status_code == 200
    for org_id in ("O1", "O2"):
        assert home.client("ngo", org_id).get(path).status_code == 404


def test_a_donor_is_told_of_its_own_pools_alone(seeded: Home) -> None:
    donor = seeded.client("donor", "D1")
    base = f"/rounds/{PUBLISHED}/pools"
    for name in ("P1", "MARK-P2"):
        assert donor.get(f"{base}/{name}/awards").json()["pool_id"] == name
    nothing = donor.get(f"{base}/nobody/awards")
    for name in ("P0", "MARK-P3"):
        other = donor.get(f"{base}/{name}/awards")
        assert (other.status_code, other.json()["detail"]) == (404, nothing.json()["detail"])
    assert donor.get(f"/rounds/{OPEN}/pools/P1/awards").status_code == 409
    assert seeded.client("ngo", "O1").get(f"{base}/P1/awards").status_code == 403
    assert seeded.client("analyst").get(f"{base}/P1/awards").status_code == 403


@pytest.mark.parametrize(
    "who",
    [("donor", "D1"), ("donor", "MARK-D2"), ("ngo", "O1"), ("ngo", "O2"), ("ngo", "MARK-O3"),
     ("analyst", None)],
)  # fmt: skip
def test_no_mark_of_somebody_else_is_in_anything_that_is_told(seeded: Home, who: Any) -> None:
    client, base = seeded.client(*who), f"/rounds/{PUBLISHED}"
    paths = [f"{base}/publications", f"{base}/publications/2", f"{base}/publications/1",
             f"{base}/donors", f"{base}/pools", f"{base}/preview"]  # fmt: skip
    pools, proposals = ("P0", "P1", "MARK-P2", "MARK-P3"), ("A1", "A3", "B1", "B3", "C2")
    paths += [f"{base}/pools/{name}{more}" for name in pools for more in ("", "/awards")]
    paths += [f"{base}/donors/{name}" for name in ("D0", "D1", "MARK-D2")]
    secret = ("MARK-A2", "MARK-B2", "MARK-C1")
    paths += [f"{base}/proposals/{name}/decision" for name in (*proposals, *secret)]
    read_some = 0
    for path in paths:
        answer = client.get(path)
        read_some += answer.status_code == 200
        for mark, readers in MARKS.items():
            assert who in readers or mark.lower() not in answer.text.lower(), (path, answer.text)
    assert read_some


def test_a_donor_reads_its_own_row_and_pools_in_full_and_no_others(any_seeded: Home) -> None:
    donor = any_seeded.client("donor", "D1")
    base = f"/rounds/{PUBLISHED}"
    names = [row["name"] for row in donor.get(f"{base}/donors").json()["items"]]
    assert names == ["MARK-donor-1"]
    pools = donor.get(f"{base}/pools").json()["items"]
    assert {pool["pool_id"] for pool in pools} == {"P1", "MARK-P2"}
    assert donor.get(f"{base}/pools/P1").json()["max_grant"] == "7331.17"
    for filters in ({"donor_id": "D0"}, {"donor_id": "MARK-D2"}, {"name": "Open call"}):
        assert donor.get(f"{base}/pools", params=filters).json()["items"] == []
    nothing = donor.get(f"{base}/pools/nobody").json()["detail"]
    for name in ("P0", "MARK-P3"):
        other = donor.get(f"{base}/pools/{name}")
        assert (other.status_code, other.json()["detail"]) == (404, nothing)
    assert donor.get(f"{base}/donors/D0").status_code == 404
    assert donor.get("/rounds/draft/pools").status_code == 404
    changed = donor.put(f"{base}/pools/P1", json={}, headers={"If-Match": '"1"'})
    assert changed.status_code == 403
    assert donor.get(f"{base}/organisations").status_code == 403


@pytest.mark.parametrize(
    ("pool", "words"),
    [
        ({"budget": "2000"}, "All of it is awarded."),
        ({"budget": "2050"}, "All of it is awarded, but for what makes no whole step of 100"),
        ({"budget": "2500", "hold_back_share": "0.2"}, "All of it is awarded."),
        ({"budget": "9000", "max_grants": 1}, "at most 1 grant, and has made them"),
        ({"budget": "2600", "min_grant": "700"}, "less than the pool's smallest grant"),
        ({"budget": "9000"}, "As far as the search found"),
    ],
)
def test_a_donor_is_told_why_money_is_left(home: Home, pool: dict[str, Any], words: str) -> None:
    document = a_document()
    document["pools"] = [document["pools"][0] | pool]
    document["proposals"] = document["proposals"][:1]
    add_round(home, document)
    add_run(home, document, "run_1")
    client = home.client("coordinator")
    assert moved(client, "approved", run_id="run_1").status_code == 200
    assert words in client.get(f"{SPRING}/pools/P1/awards").json()["why_left"]


def test_the_money_of_a_pool_in_another_currency_is_told_in_both(home: Home) -> None:
    document = a_document()
    document["round"]["rates"] = {"EUR": "2.0000"}
    document["pools"] = [{**document["pools"][0], "currency": "EUR", "budget": "1000.00",
                          "min_grant": "300"}]  # fmt: skip
    document["proposals"] = [{**document["proposals"][0], "requested": "1500"}]
    add_round(home, document)
    add_run(home, document, "run_1")
    client = home.client("coordinator")
    assert moved(client, "approved", run_id="run_1").status_code == 200
    told = client.get(f"{SPRING}/pools/P1/awards").json()
    assert (told["currency"], told["pool_currency"], told["left"]) == ("AZN", "EUR", "500.00")
    assert told["awards"][0]["amount"] == "1500.00"
    assert told["awards"][0]["amount_in_pool_currency"] == "750.00"
    assert told["why_left"] == "What is left is less than the pool's smallest grant."


def test_which_run_is_approved_is_not_told_to_applicants_and_donors(home: Home) -> None:
    client = approved(home)
    others = home.client("ngo", "O1"), home.client("donor", "D1")
    published(client)
    assert client.get(SPRING).json()["run_id"] == "run_1"
    for other in others:
        assert "run_id" not in other.get(SPRING).json()
        assert ["run_id" in each for each in other.get("/rounds").json()["items"]] == [False]
