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
- `seeded`, `any_seeded`: an association with everything in it (see seeding.py), on SQLite or both.

The server starts when it is first asked for, one for each process of the tests. Where there is
none, its tests are left out and the summary says so; with CI=true they fail instead.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from api.keys import make_key
from api.roles import Role
from api.service import Service
from api.settings import Settings
from api.store import Store
from tests.service.postgres import NoPostgres, Postgres, running

KINDS = ("sqlite", "postgresql")


@dataclass
class Hands:
    """A clock that moves only when it is moved."""

    at: datetime = datetime(2026, 1, 10, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


@dataclass
class Home:
    """A service in this process: its parts, and clients for whoever is to ask."""

    service: Service
    app: FastAPI
    clock: Hands
    secrets: dict[tuple[Role, str | None], str] = field(default_factory=dict)

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


def home_at(url: str | None, data: Path) -> Home:
    """Make a service; without an address of PostgreSQL, on SQLite in the folder."""
    settings = Settings(data=data, database_url=url)
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
            pytest.fail(without)
        pytest.skip(without)
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


def _sqlite(data: Path, migrated: Path) -> Iterator[Home]:
    data.mkdir()
    shutil.copy(migrated, data / migrated.name)
    made = home_at(None, data)
    yield made
    made.service.store.close()


def _postgresql(data: Path, server: Postgres) -> Iterator[Home]:
    url = server.fresh(migrated=True)
    made = home_at(url, data)
    yield made
    made.service.store.close()
    server.drop(url)
