"""A service over an empty database, with a clock that tests set and a client for each role."""

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
    settings = Settings(data=data, database_url=url)
    store = Store(settings.url)
    store.migrate()
    clock = Hands()
    service = Service(settings, store, clock)
    return Home(service, create_app(service), clock)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A service on SQLite."""
    made = home_at(None, tmp_path / "data")
    yield made
    made.service.store.close()
