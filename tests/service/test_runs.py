"""Runs over HTTP: asked for, the same again, refused, scenarios and explanations, files, events."""

import asyncio
import csv
import json
from collections.abc import Sequence
from io import StringIO
from typing import Any, get_args

from sqlalchemy import select

from api.access.roles import ROLES, Role
from api.running import queue
from api.running.following import follow
from api.schemas.runs import Rule
from api.store.tables import Entry, RoundRow, RunFile
from matcher.pipeline import RULES
from tests.service.conftest import Home
from tests.service.running import TINY, all_runs, asked, put, queued, run_of, worked_out_here


def end(home: Home, name: str, state: str, detail: str | None = None, **files: bytes) -> None:
    """Have the next run in the queue end."""
    with home.service.store.writing() as session:
        now = queue.time_of(session)
        claim = queue.claim(session, "here", 60.0, now)
        assert claim is not None and claim.run_id == name
        named = {key.replace("_", "."): content for key, content in files.items()}
        assert queue.finish(session, claim, state, now, detail, named)


def test_a_run_is_accepted_with_a_place_to_look(any_home: Home) -> None:
    put(any_home)
    client = any_home.client("coordinator")
    answer = client.post("/rounds/tiny/runs", json={"time_limit": 5, "rule": "ranked_list"})
    assert answer.status_code == 202
    found = client.get(answer.headers["Location"])
    assert found.json() == answer.json()
    assert (found.json()["state"], found.json()["kind"]) == ("queued", "match")
    listed = client.get("/rounds/tiny/runs", params={"state": "queued", "kind": "match"}).json()
    assert listed["items"] == [found.json()]
    assert client.get("/rounds/tiny/runs", params={"state": "done"}).json()["items"] == []


def test_the_same_inputs_and_options_again_give_the_run_that_exists(home: Home) -> None:
    put(home)
    client = home.client("coordinator")
    first = client.post("/rounds/tiny/runs", json={})
    again = client.post("/rounds/tiny/runs", json={"seed": 0, "time_limit": 600})
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert client.post("/rounds/tiny/runs", json={"seed": 1}).status_code == 202
    pool = client.get("/rounds/tiny/pools/P")
    changed = TINY["pools"][0] | {"budget": "120"}
    tag = {"If-Match": pool.headers["ETag"]}
    assert client.put("/rounds/tiny/pools/P", json=changed, headers=tag).status_code == 200
    assert client.post("/rounds/tiny/runs", json={}).status_code == 202
    with home.service.store.reading() as session:
        asked_for = session.scalars(select(Entry.object).where(Entry.action == "run.ask")).all()
        assert sorted(asked_for) == sorted(run.id for run in all_runs(session))
        assert len(asked_for) == 3


def test_every_problem_of_a_round_that_cannot_be_run_is_told(home: Home) -> None:
    client = home.client("coordinator")
    client.post("/rounds", json=TINY["round"])
    refused = client.post("/rounds/tiny/runs", json={})
    assert refused.status_code == 422
    assert len(refused.json()["errors"]) == 4  # donors, pools, organisations, proposals
    assert all(problem["remedy"] for problem in refused.json()["errors"])


UNUSABLE: Sequence[tuple[dict[str, Any], str]] = (
    ({"time_limit": 3601}, "time_limit"),
    ({"rule": "lottery"}, "rule"),
    ({"seed": -1}, "seed"),
    ({"gap": "NaN"}, "gap"),
    ({"warm_start_run": "run_0"}, "warm_start_run"),
    ({"at_most_changes": 3}, "stay_near_run"),
    ({"price_per_change": "0.00001"}, "stay_near_run"),
    ({"workers": 8}, "workers"),
)


def test_options_that_cannot_be_meant_are_refused_by_field(home: Home) -> None:
    put(home)
    client = home.client("coordinator")
    for sent, field in UNUSABLE:
        refused = client.post("/rounds/tiny/runs", json=sent)
        assert refused.status_code == 422
        assert [problem["field"] for problem in refused.json()["errors"]] == [field]
    assert client.get("/rounds/tiny/runs").json()["items"] == []


def test_the_rules_that_may_be_asked_for_are_those_of_the_library() -> None:
    assert set(get_args(Rule)) == set(RULES)


def test_a_closed_round_takes_no_runs_and_a_run_without_decisions_gives_nothing_to_start_from(
    home: Home,
) -> None:
    put(home)
    client, name = home.client("coordinator"), asked(home)
    for path, sent in (
        (f"/runs/{name}/scenarios", {"set": {"pools.P.budget": "x2"}}),
        (f"/runs/{name}/explanations", {}),
        ("/rounds/tiny/runs", {"warm_start_run": name}),
    ):
        assert client.post(path, json=sent).status_code == 409
    with home.service.store.writing() as session:
        session.get_one(RoundRow, "tiny").state = "closed"
    assert client.post("/rounds/tiny/runs", json={"seed": 5}).status_code == 409


def test_a_run_that_waits_is_cancelled_at_once_and_one_that_has_ended_is_not(home: Home) -> None:
    put(home)
    client, name = home.client("coordinator"), asked(home)
    cancelled = client.post(f"/runs/{name}/cancellation")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelled")
    assert client.post(f"/runs/{name}/cancellation").status_code == 202
    other = asked(home)
    end(home, other, "done")
    assert client.post(f"/runs/{other}/cancellation").status_code == 409


def test_a_round_that_no_plan_satisfies_ends_with_what_cannot_hold_together(home: Home) -> None:
    target = {"id": "T", "where": {"proposal": ["A"]}, "min_amount": "90", "strictness": "hard"}
    put(home)
    client = home.client("coordinator")
    assert client.post("/rounds/tiny/targets", json=target).status_code == 201
    name = asked(home)
    assert worked_out_here(home, name).keys() == {"run.json", "bundle.zip"}
    run = client.get(f"/runs/{name}").json()
    assert run["state"] == "infeasible"
    assert run["detail"].startswith("These cannot hold together: ")


def test_scenarios_explanations_and_later_runs_start_from_a_run(home: Home) -> None:
    put(home)
    client, name = home.client("coordinator"), asked(home)
    worked_out_here(home, name)
    more = {"set": {"pools.P.budget": "x2"}, "drop": ["proposals.A"]}
    scenario = client.post(f"/runs/{name}/scenarios", json=more).json()["id"]
    assert "A" not in json.loads(worked_out_here(home, scenario)["letters.json"])
    assert run_of(home.service.store, scenario).inputs != run_of(home.service.store, name).inputs
    explained = client.post(f"/runs/{name}/explanations", json={}).json()["id"]
    files = worked_out_here(home, explained, threads=2)
    assert files.keys() == {"explanations.csv", "explanations.json"}
    near = {"warm_start_run": name, "stay_near_run": name, "at_most_changes": 0}
    later = worked_out_here(home, asked(home, **near))
    assert json.loads(later["run.json"])["changed"] == []
    assert json.loads(later["run.json"])["options"]["warm_start"].startswith("sha256:")


def test_what_is_wrong_with_a_scenario_is_told_at_once(home: Home) -> None:
    put(home)
    client, name = home.client("coordinator"), asked(home)
    end(home, name, "done")
    edits = {"set": {"pools.Q.budget": "x2", "policy.score_treshold": "5"}, "drop": ["proposals.Z"]}
    refused = client.post(f"/runs/{name}/scenarios", json=edits)
    assert refused.status_code == 422
    assert len(refused.json()["errors"]) == 3


def test_files_are_listed_and_downloaded_and_no_formula_in_them_comes_alive(home: Home) -> None:
    put(home)
    client, name = home.client("coordinator"), asked(home)
    text = StringIO(newline="")
    rows = [["pool_id", "amount", "condition"], ["P", "-5.00", "=HYPERLINK(1)"], ["Q", "1", "x"]]
    csv.writer(text, lineterminator="\n").writerows(rows)
    end(home, name, "done", awards_csv=text.getvalue().encode(), report_html=b"<p>=1")
    listed = client.get(f"/runs/{name}/files").json()["files"]
    assert [(file["name"], file["bytes"]) for file in listed] == [
        ("awards.csv", len(text.getvalue())), ("report.html", 5),
    ]  # fmt: skip
    found = client.get(f"/runs/{name}/files/awards.csv")
    assert list(csv.reader(StringIO(found.text, newline="")))[1] == ["P", "-5.00", "'=HYPERLINK(1)"]
    assert found.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert found.headers["Content-Disposition"].startswith("attachment;")
    assert client.get(f"/runs/{name}/files/report.html").content == b"<p>=1"
    assert client.get(f"/runs/{name}/files/other.csv").status_code == 404


def test_a_run_is_followed_to_its_end_and_no_further_than_the_key_holds(home: Home) -> None:
    put(home)
    client, name = home.client("coordinator"), asked(home)
    waiting = client.get(f"/runs/{name}/events", params={"seconds": 0})
    assert waiting.headers["Content-Type"].startswith("text/event-stream")
    assert waiting.text.startswith("event: progress")
    assert '"state": "queued"' in waiting.text
    end(home, name, "no_solution", "Nothing was found.")
    ended = client.get(f"/runs/{name}/events")
    assert ended.text.startswith("event: end")
    assert '"no_solution"' in ended.text

    async def told(secret: str) -> list[Any]:
        return [event async for event in follow(home.service, name, secret, 0)]

    assert len(asyncio.run(told(home.secret("coordinator")))) == 1
    assert asyncio.run(told("a key that was revoked")) == []


def test_only_who_may_asks_for_runs_and_sees_them(home: Home) -> None:
    put(home)
    name = asked(home)
    with home.service.store.writing() as session:
        session.add(RunFile(run_id=name, name="run.json", content=b"{}"))
    for role in ROLES[1:]:
        _check_others(home, name, role)


def _check_others(home: Home, name: str, role: Role) -> None:
    other = home.client(role, "D" if role == "donor" else "O" if role == "ngo" else None)
    assert other.post("/rounds/tiny/runs", json={}).status_code == 403
    assert other.post(f"/runs/{name}/cancellation").status_code == 403
    assert other.post(f"/runs/{name}/explanations", json={}).status_code == 403
    sees = 200 if role in ("auditor", "analyst") else 403
    for path in (f"/runs/{name}", "/rounds/tiny/runs", f"/runs/{name}/events?seconds=0"):
        assert other.get(path).status_code == sees
    files = 200 if role == "auditor" else 403
    assert other.get(f"/runs/{name}/files").status_code == files
    assert other.get(f"/runs/{name}/files/run.json").status_code == files


def test_of_a_round_in_draft_an_analyst_sees_no_runs(home: Home) -> None:
    queued(home.service.store, "a")
    with home.service.store.writing() as session:
        session.get_one(RoundRow, "tiny").state = "draft"
    analyst = home.client("analyst")
    for path in ("/runs/a", "/rounds/tiny/runs", "/runs/a/events"):
        assert analyst.get(path).status_code == 404
    assert home.client("auditor").get("/runs/a").status_code == 200
