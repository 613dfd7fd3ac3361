"""Workers: a run in a process of its own, cancelled, limited, put back when its worker stops."""

import json
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import select

from api.audit import verify
from api.running import process
from api.running.process import TOO_LARGE
from api.running.queue import MOST_LOST, TOO_OFTEN
from api.store.tables import RunFile, WorkerRow
from matcher.scenarios.bundles.bundle import read_bundle
from matcher.scenarios.replays.replaying import replay
from tests.service.conftest import Home
from tests.service.running import asked, is_ended, put, run_of, state, until, working


def files(home: Home, name: str) -> dict[str, bytes]:
    with home.service.store.reading() as session:
        query = select(RunFile.name, RunFile.content).where(RunFile.run_id == name)
        return dict(session.execute(query).all())


def test_a_run_leaves_its_result_its_letters_and_a_bundle_that_comes_out_again(
    home: Home, tmp_path: Path
) -> None:
    put(home)
    store, name = home.service.store, asked(home, seed=3)
    with working(store, home.service.settings):
        until(lambda: is_ended(store, name))
    run, kept = run_of(store, name), files(home, name)
    assert (run.state, run.detail, run.attempt) == ("done", None, 1)
    assert kept.keys() == {
        "awards.csv", "decisions.csv", "pools.csv", "targets.csv", "steps.csv", "out_of_order.csv",
        "run.json", "report.html", "bundle.zip", "letters.json",
    }  # fmt: skip
    # 100.00 to give: A asks for 60 at score 90 and comes first.
    assert "60.00" in kept["awards.csv"].decode()
    assert json.loads(kept["letters.json"]).keys() == {"A", "B"}
    record = json.loads(kept["run.json"])
    assert (record["verified"], record["seed"], record["options"]["workers"]) == (True, 3, 1)
    assert record["round_hash"] == run.inputs
    (tmp_path / "bundle.zip").write_bytes(kept["bundle.zip"])
    assert replay(read_bundle(tmp_path / "bundle.zip")).verdict == "same"
    with store.reading() as session:
        assert verify(session).faults == ()
        assert session.scalars(select(WorkerRow)).all() == []


def test_a_run_that_is_cancelled_while_worked_on_ends_within_two_seconds(home: Home) -> None:
    put(home)
    store, name = home.service.store, asked(home)
    with working(store, home.service.settings):
        until(lambda: state(store, name) == "running")
        asked_at = monotonic()
        answer = home.client("coordinator").post(f"/runs/{name}/cancellation")
        assert answer.status_code == 202
        until(lambda: is_ended(store, name))
        assert monotonic() - asked_at < 2.0
    assert state(store, name) == "cancelled"
    assert files(home, name) == {}
    again = home.client("coordinator").post("/rounds/tiny/runs", json={})
    assert (again.status_code, again.json()["id"] != name) == (202, True)


def test_a_run_over_its_memory_fails_with_plain_words_and_the_next_one_runs(home: Home) -> None:
    put(home)
    store, name = home.service.store, asked(home)
    with working(store, home.service.settings, memory_mib=48):
        until(lambda: is_ended(store, name))
    run = run_of(store, name)
    assert (run.state, run.detail) == ("failed", TOO_LARGE)


def test_a_run_whose_process_keeps_ending_without_a_word_is_given_up(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home)
    store, name = home.service.store, asked(home)
    monkeypatch.setattr(process, "CHILD", "this")  # a module that prints a poem and ends
    with working(store, home.service.settings):
        until(lambda: is_ended(store, name))
    run = run_of(store, name)
    assert (run.state, run.detail, run.lost) == ("failed", TOO_OFTEN, MOST_LOST)


def test_a_worker_that_is_stopped_puts_its_run_back(home: Home) -> None:
    put(home)
    store, name = home.service.store, asked(home)
    with working(store, home.service.settings):
        until(lambda: state(store, name) == "running")
    run = run_of(store, name)
    assert (run.state, run.worker, run.lost) == ("queued", None, 0)
