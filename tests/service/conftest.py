"""Services to test: over an empty database, with a clock that tests set and clients for each role.

Fixtures:
- `home`: a service on SQLite, its schema up to date. What most tests need.
- `any_home`: the same, once on SQLite and once on PostgreSQL (ids `sqlite`, `postgresql`): for what
  could differ between them.
- `any_url`: the address of an empty database without tables, on each of the two. For whole
  processes: set MATCHER_DATABASE_URL to it.
- `postgres_home`: a service on PostgreSQL alone.
- `postgres`: the server; `postgres.fresh()` makes an empty database and gives its address,
  `postgres.fresh(migrated=True)` one with tables.
- `seeded`, `any_seeded`: a service with everything in it (see seeding.py), on SQLite or on both;
  `seeded.client(*person)` for those in PEOPLE, `seeded.renew()` to have all as it was.

The server starts when it is first asked for, one for each process of the tests. Where there is
none, its tests are left out and the summary says so; with CI=true they fail instead.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from api.access.keys import make_key
from api.access.roles import Role
from api.app import create_app
from api.service import Service
from api.settings import Settings
from api.store import Store
from api.store.engine import WRITES
from api.store.tables import Base
from tests.service.postgres import NoPostgres, Postgres, running
from tests.service.seeding import Keys, seed

KINDS = ("sqlite", "postgresql")


@dataclass
class Hands:
    """A clock that moves only when it is moved."""

    at: datetime = datetime(2026, 1, 10, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


def _nothing_to_renew() -> None:
    raise AssertionError("only seeded services are renewed")


@dataclass
class Home:
    """A service in this process: its parts, and clients for whoever is to ask."""

    service: Service
    app: FastAPI
    clock: Hands
    secrets: dict[tuple[Role, str | None], str] = field(default_factory=dict)
    keys: Keys | None = None
    """Of a seeded service: the keys of its people."""
    renew: Callable[[], None] = _nothing_to_renew
    """Put the database back to how it was; what has to do with the service stays as it is."""

    def secret(self, role: Role, subject: str | None = None) -> str:
        if (role, subject) not in self.secrets:
            with self.service.store.writing() as session:
                made = make_key(session, self.clock(), role, f"test {role}", subject)
            self.secrets[role, subject] = made[1]
        return self.secrets[role, subject]

    def client(self, role: Role | None = None, subject: str | None = None) -> TestClient:
        """Give a client of a role; failures of the service are answers, not exceptions."""
        headers = {} if role is None else {"Authorization": f"Bearer {self.secret(role, subject)}"}
        return TestClient(self.app, headers=headers, raise_server_exceptions=False)


UNHINDERED = dict.fromkeys(
    ("requests_per_minute", "public_per_minute", "logins_per_minute", "registrations_per_hour"),
    10**9,
)
"""Tests ask more at once than one address may."""


def home_at(url: str | None, data: Path, **others: Any) -> Home:
    """Make a service; without an address of PostgreSQL, on SQLite in the folder.

    `others` are settings.
    """
    settings = Settings(data=data, database_url=url, **{**UNHINDERED, **others})
    store = Store(settings.url)
    store.migrate()
    clock = Hands()
    service = Service(settings, store, clock)
    return Home(service, create_app(service), clock)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the service's tables, to copy: migrating takes longer."""
    file = tmp_path_factory.mktemp("migrated") / "matcher.db"
    store = Store(f"sqlite:///{file}")
    store.migrate()
    store.close()
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this process's own."""
    servers = running()
    try:
        server = servers.__enter__()
    except NoPostgres as reason:
        without = f"PostgreSQL is not here: {reason}"
        if os.environ.get("CI"):
            raise pytest.fail.Exception(without) from None
        raise pytest.skip.Exception(without) from None
    yield server
    servers.__exit__(None, None, None)


@pytest.fixture
def home(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Home]:
    """A service on SQLite."""
    yield from _sqlite(tmp_path / "data", migrated_sqlite)


@pytest.fixture
def postgres_home(tmp_path: Path, postgres: Postgres) -> Iterator[Home]:
    """A service on PostgreSQL."""
    yield from _postgresql(tmp_path / "data", postgres)


@pytest.fixture(params=KINDS)
def any_home(
    request: pytest.FixtureRequest, tmp_path: Path, migrated_sqlite: Path
) -> Iterator[Home]:
    """A service on SQLite, then one on PostgreSQL."""
    if request.param == "sqlite":
        yield from _sqlite(tmp_path / "data", migrated_sqlite)
    else:
        yield from _postgresql(tmp_path / "data", request.getfixturevalue("postgres"))


@pytest.fixture(params=KINDS)
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'matcher.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.fresh()
    yield url
    server.drop(url)


UNLIMITED = dict.fromkeys(
    ("requests_per_minute", "public_per_minute", "logins_per_minute", "registrations_per_hour"),
    10**9,
)
"""Settings of tests that ask much more than anybody does."""


@pytest.fixture(scope="session")
def seeded_sqlite(
    tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path
) -> tuple[Path, Keys]:
    """A SQLite file with the made-up association, to copy, and the keys to it."""
    file = tmp_path_factory.mktemp("seeded") / "matcher.db"
    shutil.copy(migrated_sqlite, file)
    return file, _seeded(f"sqlite:///{file}")


@pytest.fixture(scope="session")
def seeded_postgres(postgres: Postgres) -> tuple[str, Keys]:
    """A PostgreSQL database with the made-up association, to copy, and the keys to it."""
    url = postgres.fresh(migrated=True)
    return url, _seeded(url)


@pytest.fixture(scope="module")
def seeded(
    tmp_path_factory: pytest.TempPathFactory, seeded_sqlite: tuple[Path, Keys]
) -> Iterator[Home]:
    """A service with the made-up association on SQLite, one for a module of tests."""
    yield from _seeded_on_sqlite(tmp_path_factory.mktemp("home") / "data", seeded_sqlite)


@pytest.fixture(scope="module", params=KINDS)
def any_seeded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Home]:
    """A service with the made-up association on SQLite, then one on PostgreSQL."""
    data = tmp_path_factory.mktemp("home") / "data"
    if request.param == "sqlite":
        yield from _seeded_on_sqlite(data, request.getfixturevalue("seeded_sqlite"))
    else:
        server: Postgres = request.getfixturevalue("postgres")
        kept = request.getfixturevalue("seeded_postgres")
        yield from _seeded_on_postgres(data, server, kept)


def _seeded(url: str) -> Keys:
    store = Store(url)
    keys = seed(store, Hands())
    store.close()
    return keys


def _seeded_on_sqlite(data: Path, kept: tuple[Path, Keys]) -> Iterator[Home]:
    file, keys = kept
    homes = _sqlite(data, file, **UNLIMITED)
    made = next(homes)

    def renew() -> None:
        made.service.store.close()
        for beside in ("-wal", "-shm"):
            (data / f"{file.name}{beside}").unlink(missing_ok=True)
        shutil.copy(file, data / file.name)

    made.secrets, made.keys, made.renew = dict(keys.secrets), keys, renew
    yield made
    homes.close()


def _seeded_on_postgres(data: Path, server: Postgres, there: tuple[str, Keys]) -> Iterator[Home]:
    url, keys = there
    mine = server.copy(url)
    made = home_at(mine, data, **UNLIMITED)

    kept = made.service.store.engine.execution_options(**{WRITES: True})
    with kept.begin() as connection:
        connection.execute(text("CREATE SCHEMA kept"))
        for table in Base.metadata.sorted_tables:
            connection.execute(text(f"CREATE TABLE kept.{table.name} AS TABLE {table.name}"))

    def renew() -> None:
        with kept.begin() as connection:
            for table in reversed(Base.metadata.sorted_tables):
                connection.execute(table.delete())
            for table in Base.metadata.sorted_tables:
                again = f"INSERT INTO {table.name} SELECT * FROM kept.{table.name}"
                connection.execute(text(again))

    made.secrets, made.keys, made.renew = dict(keys.secrets), keys, renew
    yield made
    made.service.store.close()
    server.drop(mine)


def _sqlite(data: Path, file: Path, **others: Any) -> Generator[Home, None, None]:
    data.mkdir()
    shutil.copy(file, data / file.name)
    made = home_at(None, data, **others)
    yield made
    made.service.store.close()


def _postgresql(data: Path, server: Postgres) -> Iterator[Home]:
    url = server.fresh(migrated=True)
    made = home_at(url, data)
    yield made
    made.service.store.close()
    server.drop(url)
