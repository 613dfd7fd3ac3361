"""What keeps a worker's claim alive: a thread that tells the database, and hears from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnection

from api.clock import stamp
from api.running.queue import Claim, extend, standing, time_of
from api.store import Store
from api.store.tables import WorkerRow

OFTEN = 0.5
"""Seconds between looks whether somebody cancels."""
TELLING = 1.0
"""Seconds at least between two changes of what is told of a run: others write as well."""
PART = 4
"""A lease is extended so many times before it would end."""
UNREACHABLE = (DBAPIError, NoConnection)
"""What says that the database is busy or away; it may be back."""

log = structlog.get_logger("worker")


@dataclass
class Hold:
    """A claim while it is worked on: what is to be told of it, and what was heard.

    `lost` says that another has it, or that nobody could be told of it for a whole lease;
    `cancelled` that the run is not wanted any more.
    """

    claim: Claim
    progress: Mapping[str, Any] = field(default_factory=dict)
    lost: bool = False
    cancelled: bool = False
    told: Mapping[str, Any] = field(default_factory=dict)
    heard: float = field(default_factory=monotonic)
    extended: float = field(default_factory=monotonic)


class Heartbeat(Thread):
    """Tells that a worker is there and keeps the claim that it holds, until it is stopped."""

    def __init__(self, store: Store, worker: str, lease: float) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self._store, self._worker, self._lease = store, worker, lease
        self._stopped = Event()
        self._seen = monotonic()
        self.hold: Hold | None = None

    def run(self) -> None:
        """Beat until stopped."""
        while not self._stopped.wait(min(OFTEN, self._lease / PART / 2)):
            hold = self.hold
            try:
                if hold is not None:
                    self._keep(hold)
                self._show()
            except UNREACHABLE as failure:
                log.warning("the database does not answer", failure=str(failure.args[0]))
            if hold is not None and monotonic() - hold.heard > self._lease:
                hold.lost = True

    def stop(self) -> None:
        """Stop; what was held is held no longer than its lease."""
        self._stopped.set()
        self.join()

    def _keep(self, hold: Hold) -> None:
        asked, progress = monotonic(), hold.progress
        since = asked - hold.extended
        if since >= self._lease / PART or (progress != hold.told and since >= TELLING):
            with self._store.writing() as session:
                now = time_of(session)
                kept = extend(session, hold.claim, self._lease, now, progress)
                _, cancelled = standing(session, hold.claim)
            hold.extended, hold.told = asked, progress
        else:
            with self._store.reading() as session:
                kept, cancelled = standing(session, hold.claim)
        hold.lost |= not kept
        hold.cancelled |= cancelled
        hold.heard = monotonic()

    def _show(self) -> None:
        if monotonic() - self._seen < self._lease / PART:
            return
        self._seen = monotonic()
        with self._store.writing() as session:
            now = stamp(time_of(session))
            session.execute(
                update(WorkerRow).where(WorkerRow.id == self._worker).values(seen_at=now)
            )


def forget(store: Store, worker: str) -> None:
    """Take a worker that ends off the list."""
    with store.writing() as session:
        session.execute(delete(WorkerRow).where(WorkerRow.id == worker))
