"""Many runs shared by two workers: one is killed and replaced, the other paused for a while."""

import random
import signal
from collections import Counter
from time import sleep

import pytest
from sqlalchemy import func, select

from api.audit import verify
from api.store.tables import Entry, RunFile
from tests.service.conftest import Home
from tests.service.running import all_runs, asked, put, until, worker_processes

SHARED = 40


@pytest.mark.slow
def test_of_many_runs_each_is_done_once_whatever_becomes_of_the_workers(any_home: Home) -> None:
    put(any_home)
    store = any_home.service.store
    names = [asked(any_home, seed=seed) for seed in range(SHARED)]
    chosen = random.Random(6)

    def left() -> int:
        with store.reading() as session:
            return sum(run.state in ("queued", "running") for run in all_runs(session))

    with worker_processes() as start:
        killed, paused = start(store), start(store)
        until(lambda: left() < SHARED - 4, 120)
        sleep(chosen.random())
        killed.send(signal.SIGKILL)
        sleep(chosen.random())
        if not store.is_sqlite:
            # Paused while it writes to SQLite, a process keeps all others from writing.
            paused.send(signal.SIGSTOP)
        other = start(store)
        until(lambda: left() < SHARED - 12, 120)
        paused.send(signal.SIGCONT)
        until(lambda: left() == 0, 300)
        assert paused.process.poll() is None
        assert other.end() == 0
    with store.reading() as session:
        runs = all_runs(session)
        assert {run.id: run.state for run in runs} == dict.fromkeys(names, "done")
        assert len({run.worker for run in runs}) == 3
        ends = session.scalars(select(Entry.object).where(Entry.action == "run.end")).all()
        assert Counter(ends) == Counter(names)
        files = select(RunFile.run_id, func.count()).group_by(RunFile.run_id)
        assert {count for _, count in session.execute(files)} == {10}
        assert verify(session).faults == ()
