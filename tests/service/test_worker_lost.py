"""Workers that are killed or stopped in the middle: another takes over, and one result is kept."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from time import monotonic

import psutil
import pytest
from sqlalchemy import func, select

from api.audit import verify
from api.running import crew
from api.running.crew import Crew
from api.store import Store
from api.store.tables import Entry, RunFile
from tests.service.conftest import Home
from tests.service.running import (
    WorkerProcess,
    asked,
    is_ended,
    put,
    run_of,
    state,
    until,
    worker_processes,
)

Start = Callable[..., WorkerProcess]


@pytest.fixture
def start() -> Iterator[Start]:
    with worker_processes() as found:
        yield found


def ends(store: Store) -> list[tuple[str, str]]:
    with store.reading() as session:
        assert verify(session).faults == ()
        query = select(Entry.object, Entry.actor).where(Entry.action == "run.end")
        return [(run, actor) for run, actor in session.execute(query)]


def copies(store: Store, name: str) -> int:
    with store.reading() as session:
        query = select(func.count()).where(RunFile.run_id == name, RunFile.name == "awards.csv")
        return session.scalars(query).one()


def test_the_run_of_a_killed_worker_is_finished_by_another(any_home: Home, start: Start) -> None:
    put(any_home)
    store, name = any_home.service.store, asked(any_home)
    first = start(store)
    until(lambda: state(store, name) == "running" and first.children)
    (child,) = first.children
    first.send(signal.SIGKILL)
    first.process.wait(10)
    # Its process does not go on alone.
    until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 2)
    second = start(store)
    until(lambda: is_ended(store, name))
    run = run_of(store, name)
    assert (run.state, run.attempt, run.lost) == ("done", 2, 1)
    assert copies(store, name) == 1
    assert ends(store) == [(name, str(run.worker))]
    assert second.end() == 0


def test_a_worker_that_was_paused_and_goes_on_leaves_no_second_result(
    postgres_home: Home, start: Start
) -> None:
    # Paused while it writes to SQLite, a process keeps all others from writing until it goes on.
    put(postgres_home)
    store, name = postgres_home.service.store, asked(postgres_home)
    first = start(store)
    until(lambda: state(store, name) == "running" and first.children)
    first.send(signal.SIGSTOP)
    start(store)
    until(lambda: is_ended(store, name))
    kept = run_of(store, name)
    first.send(signal.SIGCONT)
    # What it was at is over for it too; it goes on with what comes next.
    until(lambda: not first.children, 10)
    assert first.process.poll() is None
    run = run_of(store, name)
    assert (run.state, run.attempt, run.worker) == ("done", 2, kept.worker)
    assert copies(store, name) == 1
    assert len(ends(store)) == 1


def test_a_worker_asked_to_end_puts_its_run_back_and_is_gone_soon(home: Home, start: Start) -> None:
    put(home)
    store, name = home.service.store, asked(home)
    worker = start(store)
    until(lambda: state(store, name) == "running" and worker.children)
    begun = monotonic()
    assert worker.end() == 0
    assert monotonic() - begun < 5
    run = run_of(store, name)
    assert (run.state, run.worker, run.lost) == ("queued", None, 0)


AT_ITS_WORST = """
import os, signal
from threading import Event
from api.running.worker import stopped_by_signals

stopping = Event()
stopped_by_signals(stopping)
with vars(stopping)["_cond"]:  # as held for a moment whenever the event is waited for
    os.kill(os.getpid(), signal.SIGTERM)
    for _ in range(1000):
        pass  # here the signal is handled
stopping.wait(10)
print(stopping.is_set())
"""


def test_a_worker_hears_of_its_end_also_while_it_begins_to_wait() -> None:
    program = [sys.executable, "-c", AT_ITS_WORST]
    assert subprocess.run(program, capture_output=True, text=True, timeout=20).stdout == "True\n"


def test_a_worker_of_a_crew_that_dies_is_replaced_and_all_end_with_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crew, "LATER", 0.1)
    found = Crew(home.service.settings, 1)
    found.start()
    try:
        (first,) = until(lambda: found.pids)
        os.kill(first, signal.SIGKILL)
        (second,) = until(lambda: [pid for pid in found.pids if pid != first])
    finally:
        found.stop()
    assert not psutil.pid_exists(second)
    assert found.pids == []


def test_the_workers_of_a_service_that_is_killed_end_by_themselves(home: Home) -> None:
    program = (
        "import sys, time\n"
        "from api.running.crew import Crew\n"
        "from api.settings import Settings\n"
        f"crew = Crew(Settings(data={str(home.service.settings.data)!r}), 1)\n"
        "crew.start()\n"
        "while not crew.pids: time.sleep(0.05)\n"
        "print(crew.pids[0], flush=True)\n"
        "time.sleep(60)\n"
    )
    service = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert service.stdout is not None
    worker = psutil.Process(int(service.stdout.readline()))
    service.kill()
    service.wait(10)
    service.stdout.close()
    worker.wait(15)
    assert not worker.is_running()
