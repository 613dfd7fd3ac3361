"""Tiny rounds to run, and workers to run them, for tests of runs."""

import signal
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic, sleep
from typing import Any

import psutil
from sqlalchemy import select
from sqlalchemy.orm import Session

from api.asides import aside
from api.running import queue
from api.running.asking import new_run
from api.running.crew import environment_of
from api.running.telling import worked_out
from api.running.worker import Worker
from api.running.workplace import files_of, prepare
from api.settings import Settings
from api.store import Store
from api.store.tables import RoundRow, RunInputs, RunRow
from tests.service.conftest import Home

TINY: dict[str, Any] = {
    "round": {"id": "tiny", "currency": "AZN", "decision_date": "2026-03-01"},
    "donors": [{"donor_id": "D", "name": "Made-up bank", "kind": "bank"}],
    "pools": [
        {"pool_id": "P", "donor_id": "D", "name": "Pool", "currency": "AZN", "budget": "100"}
    ],
    "organisations": [{"org_id": "O", "name": "Made-up union"}],
    "proposals": [
        {"proposal_id": name, "org_id": "O", "title": f"Work {name}", "currency": "AZN",
         "requested": "60", "score": score}
        for name, score in (("A", "90"), ("B", "80"))
    ],
}  # fmt: skip
"""B gets 40 of its 60, or nothing where it needs all."""


def put(home: Home, document: dict[str, Any] = TINY) -> None:
    """Put a round into a service, in the state matching."""
    client = home.client("coordinator")
    settings = document["round"]
    assert client.post("/rounds", json=settings).status_code == 201
    for noun in ("donors", "pools", "organisations", "proposals", "pairs"):
        for row in document.get(noun, []):
            path = f"/rounds/{settings['id']}/{noun}"
            answer = client.post(path, json=row)
            if noun == "proposals" and answer.status_code in (404, 405, 409):
                _insert(home, settings["id"], row)
            else:
                assert answer.status_code == 201, answer.text
    with home.service.store.writing() as session:
        session.get_one(RoundRow, settings["id"]).state = "matching"


def _insert(home: Home, round_id: str, row: dict[str, Any]) -> None:
    from api.rounds.rows import add_row

    with home.service.store.writing() as session:
        round_ = session.get_one(RoundRow, round_id)
        add_row(session, round_, "proposals", row, "2026-01-10T08:00:00.000000Z")


def queued(store: Store, *names: str, **others: Any) -> None:
    """Put runs into the queue that nobody can work out: for tests of the queue alone."""
    with store.writing() as session:
        if session.get(RoundRow, "tiny") is None:
            session.add(
                RoundRow(id="tiny", state="matching", settings={}, run_id=None, version=1,
                         created_at="", updated_at="")
            )  # fmt: skip
            session.flush()
        for number, name in enumerate(names):
            run = new_run("tiny", "match", {}, f"identity of {name}", "key", f"{number:03}")
            run.id = name
            for column, value in others.items():
                setattr(run, column, value)
            queue.add(session, run, RunInputs(hash="inputs", content=zlib.compress(b"{}")))


def run_of(store: Store, name: str) -> RunRow:
    with store.reading() as session:
        return session.get_one(RunRow, name)


def all_runs(session: Session) -> list[RunRow]:
    return list(session.scalars(select(RunRow).order_by(RunRow.created_at, RunRow.id)))


def until(found: Callable[[], Any], seconds: float = 30.0, every: float = 0.05) -> Any:
    """Wait until something is so, and give it; fails after so many seconds."""
    end = monotonic() + seconds
    while not (answer := found()):
        assert monotonic() < end, "it has not come about"
        sleep(every)
    return answer


@contextmanager
def working(store: Store, settings: Settings, **changes: Any) -> Iterator[Worker]:
    """Have a worker in a thread of this process."""
    stopping = Event()
    worker = Worker(store, settings.model_copy(update={"threads": 1, **changes}), stopping)
    thread = Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        stopping.set()
        thread.join(20)
        assert not thread.is_alive()


def worked_out_here(home: Home, name: str, threads: int = 1) -> dict[str, bytes]:
    """Work out the run that is next in this process, which is quicker, and give its files."""
    store = home.service.store
    with store.writing() as session:
        claim = queue.claim(session, "here", 60.0, queue.time_of(session))
    assert claim is not None and claim.run_id == name
    with aside() as folder:
        with store.reading() as session:
            prepare(session, name, folder, threads)
        end = worked_out(folder, lambda **_told: None)["end"]
        files = files_of(folder)
    with store.writing() as session:
        now = queue.time_of(session)
        assert queue.finish(session, claim, end["state"], now, end["detail"], files)
    return files


class WorkerProcess:
    """A worker as a process of its own, as `matcher worker` starts it."""

    def __init__(self, store: Store, **settings: Any) -> None:
        told = {"lease_seconds": 1.5, "threads": 1, "log_level": "warning", **settings}
        made = Settings(database_url=store.url.render_as_string(hide_password=False), **told)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.running.worker"], env=environment_of(made)
        )

    @property
    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def send(self, name: signal.Signals) -> None:
        self.process.send_signal(name)

    def end(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.terminate()
        return self.process.wait(20)


@contextmanager
def worker_processes() -> Iterator[Callable[..., WorkerProcess]]:
    """Give what starts workers; all are ended afterwards."""
    started: list[WorkerProcess] = []

    def start(store: Store, **settings: Any) -> WorkerProcess:
        started.append(WorkerProcess(store, **settings))
        return started[-1]

    try:
        yield start
    finally:
        for worker in started:
            worker.end()


def asked(home: Home, **options: Any) -> str:
    """Ask for a run of the tiny round, and give its id."""
    answer = home.client("coordinator").post("/rounds/tiny/runs", json=options)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def state(store: Store, name: str) -> str:
    return run_of(store, name).state


def is_ended(store: Store, name: str) -> bool:
    return state(store, name) in queue.ENDED
