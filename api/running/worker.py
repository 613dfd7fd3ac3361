"""A worker: claims runs one after the other and has each worked out in a process of its own.

`matcher worker` on any machine that reaches the database shares the queue.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from threading import Event, Thread
from time import monotonic

import structlog
from sqlalchemy import delete
from sqlalchemy.orm import Session

from api import logs
from api.asides import aside, clear_away
from api.clock import stamp
from api.running import queue
from api.running.heartbeat import UNREACHABLE, Heartbeat, Hold, forget
from api.running.process import TOO_LARGE, RunProcess
from api.running.queue import Claim
from api.running.workplace import files_of, prepare
from api.settings import Settings
from api.store import Store
from api.store.tables import WorkerRow

POLL = 0.5
"""Seconds between looks for a run."""
TICK = 0.1
"""Seconds between looks at a run under way."""
OVERTIME = 900.0
"""Seconds past twice its limit after which a run is taken to hang."""
HANGS = "The run did not end long after its time was up, and was ended from outside."
LONG_GONE = timedelta(days=1)
WITH_STDIN = "--until-stdin-closes"
"""Has a worker end when whoever started it does."""

log = structlog.get_logger("worker")


class Worker:
    """Works on runs until it is told to stop, which it does at once: its run is queued again."""

    def __init__(self, store: Store, settings: Settings, stopping: Event) -> None:
        self.id = f"worker_{token_hex(8)}"
        self._store, self._settings, self._stopping = store, settings, stopping
        self._heartbeat = Heartbeat(store, self.id, settings.lease_seconds)

    def run(self) -> None:
        """Work until told to stop."""
        clear_away()
        self._register()
        self._heartbeat.start()
        log.info("worker started", worker=self.id)
        try:
            while not self._stopping.is_set() and self._heartbeat.is_alive():
                try:
                    claim = self._claim()
                except UNREACHABLE as failure:
                    log.warning("no run can be claimed", failure=str(failure.args[0]))
                    claim = None
                if claim is None:
                    self._stopping.wait(POLL)
                else:
                    self._work(claim)
        finally:
            self._heartbeat.stop()
            with suppress(*UNREACHABLE):  # it is on no list for long
                forget(self._store, self.id)
            log.info("worker stopped", worker=self.id)

    def _register(self) -> None:
        with self._store.writing() as session:
            now = queue.time_of(session)
            session.execute(delete(WorkerRow).where(WorkerRow.seen_at < stamp(now - LONG_GONE)))
            session.add(
                WorkerRow(
                    id=self.id, host=socket.gethostname(), pid=os.getpid(),
                    started_at=stamp(now), seen_at=stamp(now),
                )
            )  # fmt: skip

    def _claim(self) -> Claim | None:
        lease = self._settings.lease_seconds
        # Looking without the right to write keeps an idle worker out of others' way.
        with self._store.reading() as session:
            if not queue.anything_to_do(session, queue.time_of(session)):
                return None
        with self._store.writing() as session:
            return queue.claim(session, self.id, lease, queue.time_of(session))

    def _work(self, claim: Claim) -> None:
        hold = Hold(claim)
        self._heartbeat.hold = hold
        log.info("run begun", worker=self.id, run=claim.run_id, attempt=claim.attempt)
        try:
            with aside() as folder:
                with self._store.reading() as session:
                    job = prepare(session, claim.run_id, folder, self._settings.threads)
                self._watch(hold, folder, job.options.get("time_limit", self._settings.run_seconds))
        except UNREACHABLE as failure:
            # The lease will end, and whoever reaches the database takes the run over.
            log.warning("run given up", run=claim.run_id, failure=str(failure.args[0]))
        # Whatever keeps a run from being begun (its files, its folder) is the run's own: it is
        # logged and counted against the run, and ends neither the worker nor the queue.
        except Exception:  # one run that cannot be begun must not end the worker
            log.exception("run cannot be worked on", run=claim.run_id)
            self._release(hold, lost=True)
        finally:
            self._heartbeat.hold = None

    def _watch(self, hold: Hold, folder: Path, limit: float) -> None:
        process = RunProcess(folder, self._settings.memory_mib)
        try:
            while not process.wait(TICK):
                hold.progress = process.progress
                if hold.lost or not self._heartbeat.is_alive():
                    log.warning("run lost to another worker", run=hold.claim.run_id)
                    return
                if hold.cancelled:
                    process.kill()
                    self._finish(hold, "cancelled")
                    return
                if self._stopping.is_set():
                    process.kill()
                    self._release(hold)
                    return
                too_large = process.is_too_large()
                if too_large or process.seconds > 2 * limit + OVERTIME:
                    process.kill()
                    self._finish(hold, "failed", TOO_LARGE if too_large else HANGS)
                    return
            self._take(hold, process, folder)
        finally:
            process.kill()

    def _take(self, hold: Hold, process: RunProcess, folder: Path) -> None:
        """Take what a process has left that ended by itself."""
        if process.traceback is not None:
            log.error("run failed", run=hold.claim.run_id, traceback=process.traceback)
        if process.end is None:
            log.error("run ended by itself", run=hold.claim.run_id, by=process.how_it_ended())
            self._release(hold, lost=True)
            return
        hold.progress = process.progress
        state, detail = process.end["state"], process.end["detail"]
        self._finish(hold, state, detail, {} if state == "failed" else files_of(folder))

    def _finish(
        self,
        hold: Hold,
        state: str,
        detail: str | None = None,
        files: Mapping[str, bytes] | None = None,
    ) -> None:
        def end(session: Session) -> bool:
            now = queue.time_of(session)
            return queue.finish(session, hold.claim, state, now, detail, files, hold.progress)

        kept = self._insist(hold, end)
        log.info("run ended", run=hold.claim.run_id, state=state, kept=kept)

    def _release(self, hold: Hold, lost: bool = False) -> None:
        self._insist(hold, lambda session: queue.release(session, hold.claim, lost))
        log.info("run queued again", run=hold.claim.run_id)

    def _insist(self, hold: Hold, change: Callable[[Session], bool]) -> bool:
        """Make a change of a run for as long as the claim may stand; False where it does not."""
        until = monotonic() + self._settings.lease_seconds
        while True:
            try:
                with self._store.writing() as session:
                    return change(session)
            except UNREACHABLE as failure:
                log.warning("the end of a run is not kept yet", failure=str(failure.args[0]))
                if hold.lost or monotonic() > until:
                    return False
                self._stopping.wait(POLL)


def main() -> None:
    """Work until a signal comes or, where asked for, standard input ends."""
    settings = Settings()
    logs.configure(settings.log_level)
    stopping = Event()
    stopped_by_signals(stopping)
    if WITH_STDIN in sys.argv:
        _set_after(sys.stdin.buffer.read, stopping)
    # Paused in the middle of a transaction, a worker must not keep others from its run.
    store = Store(settings.url, settings.connections, silence=settings.lease_seconds)
    store.migrate()
    try:
        Worker(store, settings, stopping).run()
    finally:
        store.close()
    # No thread that still reads is waited for.
    sys.stderr.flush()
    os._exit(0)


def stopped_by_signals(stopping: Event) -> None:
    """Have SIGTERM and SIGINT set an event that the main thread may be waiting for.

    A handler that set it itself could come while the main thread holds the event's lock, between
    two steps of its waiting, and would wait for that for ever.
    """
    heard, telling = os.pipe()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _signal, _frame: os.write(telling, b"."))
    _set_after(partial(os.read, heard, 1), stopping)


def _set_after(waiting: Callable[[], object], stopping: Event) -> None:
    def wait() -> None:
        waiting()
        stopping.set()

    Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main()
