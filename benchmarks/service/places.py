"""Throw-away places for a service: a folder, and a database in it or on a PostgreSQL of its own."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from api.running.crew import environment_of
from api.settings import Settings
from api.store import Store
from tests.service.postgres import AS_INSTALLED, Postgres, running

KINDS = ("sqlite", "postgresql")
DATA = "MATCHER_DATA"


@dataclass(frozen=True)
class Place:
    """Where a service keeps what it has; `postgres` is None for SQLite."""

    folder: Path
    settings: Settings
    store: Store
    postgres: Postgres | None

    @property
    def environment(self) -> Mapping[str, str]:
        """Give the surroundings of the programs of this service."""
        return environment_of(self.settings)

    def database(self) -> list[psutil.Process]:
        """Give the processes of PostgreSQL; none for SQLite, which works in the service's own."""
        if self.postgres is None:
            return []
        first = (self.postgres.folder / "data" / "postmaster.pid").read_text().split()[0]
        return [psutil.Process(int(first))]

    def left_over(self) -> list[psutil.Process]:
        """Give all processes of this place that are running, this one aside."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get(DATA) == str(self.settings.data):
                    found.append(process)
        return [process for process in found if process.pid != os.getpid()]


@contextmanager
def place(kind: str, **others: object) -> Iterator[Place]:
    """Make an empty service, its schema up to date; all is gone and nothing runs afterwards.

    `others` are settings that differ from those that are shipped. Raises NoPostgres.
    """
    with TemporaryDirectory(prefix="matcher-strain-") as folder:
        if kind == "sqlite":
            yield from _made(Path(folder), None, None, others)
            return
        with running(AS_INSTALLED) as server:
            yield from _made(Path(folder), server.fresh(), server, others)


def _made(
    folder: Path, url: str | None, server: Postgres | None, others: Mapping[str, object]
) -> Iterator[Place]:
    settings = Settings.model_validate({"data": folder / "data", "database_url": url, **others})
    store = Store(settings.url, settings.connections)
    store.migrate()
    made = Place(folder, settings, store, server)
    try:
        yield made
    finally:
        for process in made.left_over():
            with suppress(psutil.NoSuchProcess):
                process.kill()
        store.close()
