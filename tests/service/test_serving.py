"""`matcher serve` as a process: what it says, what it lets nobody read, and how it ends."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import httpx2
import psutil
import pytest
from sqlalchemy import select, text

from api.access.keys import make_key
from api.clock import stamp, utc_now
from api.operating.errors import Unusable
from api.operating.opening import opened, settings_with
from api.operating.serving import address_of, listening
from api.settings import Settings
from api.store import Store
from api.store.tables import Key, RoundRow, RunInputs, RunRow
from tests.service.postgres import Postgres

WAIT = 60.0
"""Seconds within which a process begins on a busy machine."""


class Served:
    """A running `matcher serve`."""

    def __init__(self, process: subprocess.Popen[str], data: Path) -> None:
        self.process, self.data = process, data
        self.said: list[str] = []
        self.address = self._address()
        self.host, _, port = self.address.removeprefix("http://").rpartition(":")
        self.port = int(port)

    def _address(self) -> str:
        out = self.process.stdout
        assert out is not None
        for line in out:
            self.said.append(line.strip())
            if found := re.search(r"http://\S+", line):
                return found[0]
        raise AssertionError(f"it ended: {self.said} {(self.data.parent / 'log').read_text()}")


@contextmanager
def serving(data: Path, log: IO[str], workers: int = 0) -> Iterator[Served]:
    surroundings = {k: v for k, v in os.environ.items() if not k.startswith("MATCHER_")}
    surroundings |= {"MATCHER_DATA": str(data), "MATCHER_WORKERS": str(workers)}
    command = [sys.executable, "-m", "matcher", "serve", "--port", "0"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=log, text=True, env=surroundings
    )
    try:
        yield Served(process, data)
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[IO[str]]:
    with (tmp_path / "log").open("w") as file:
        yield file


def with_queued_run(data: Path) -> tuple[str, str]:
    """Make a database with a run that nobody works on; gives its id and a coordinator's key."""
    store, now = Store(f"sqlite:///{data / 'matcher.db'}"), stamp(utc_now())
    store.migrate()
    with store.writing() as session:
        settings = {"currency": "AZN", "decision_date": "2026-03-01"}
        round_ = RoundRow(
            id="spring", state="matching", settings=settings, version=1, created_at=now,
            updated_at=now,
        )  # fmt: skip
        session.add_all([round_, RunInputs(hash="h", content=b"")])
        session.flush()
        run = RunRow(
            id="run_1", round_id="spring", kind="match", identity="i", inputs="h", options={},
            state="queued", progress={}, attempt=0, lost=0, created_by="key_1", created_at=now,
        )  # fmt: skip
        session.add(run)
        _, secret = make_key(session, utc_now(), "coordinator", "test")
    store.close()
    return "run_1", secret


def test_a_fresh_service_says_where_it_is_and_its_first_key_and_ends_with_its_workers(
    tmp_path: Path, log: IO[str]
) -> None:
    data = tmp_path / "data"
    with serving(data, log, workers=1) as served:
        key = served.said[0].split()[-1]
        assert served.said[0].startswith("The first coordinator's key, shown this once: mk_")
        headers = {"Authorization": f"Bearer {key}"}
        me = httpx2.get(f"{served.address}/me", headers=headers, timeout=WAIT)
        assert (me.status_code, me.json()["role"]) == (200, "coordinator")
        assert data.stat().st_mode & 0o777 == 0o700
        files = [path for path in data.iterdir() if path.name.startswith("matcher.db")]
        assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
        workers = psutil.Process(served.process.pid).children(recursive=True)
        assert any("api.running.worker" in " ".join(worker.cmdline()) for worker in workers)
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(WAIT) == 0
        assert not any(worker.is_running() for worker in workers)
    logged = (tmp_path / "log").read_text()
    assert "mk_" not in logged
    assert "Traceback" not in logged


def test_a_signal_lets_requests_end_and_ends_streams(tmp_path: Path, log: IO[str]) -> None:
    run_id, key = with_queued_run(tmp_path / "data")
    with serving(tmp_path / "data", log) as served:
        assert len(served.said) == 1, "there is a key already, so no first one is made"
        headers = f"Authorization: Bearer {key}\r\nHost: x\r\n"
        stream = socket.create_connection((served.host, served.port), timeout=WAIT)
        stream.sendall(f"GET /runs/{run_id}/events HTTP/1.1\r\n{headers}\r\n".encode())
        assert b"200" in stream.recv(1000).partition(b"\r\n")[0]
        body = b'{"role": "auditor", "label": "sent in two halves"}'
        request = socket.create_connection((served.host, served.port), timeout=WAIT)
        head = f"POST /keys HTTP/1.1\r\n{headers}Content-Type: application/json\r\n"
        request.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[:20])
        time.sleep(0.5)
        served.process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        while stream.recv(1000):
            assert time.monotonic() - begun < 20.0
        with pytest.raises(ConnectionRefusedError):
            while time.monotonic() - begun < 20.0:
                socket.create_connection((served.host, served.port), timeout=1.0).close()
                time.sleep(0.1)
        request.sendall(body[20:])
        assert b"201" in request.recv(10_000).partition(b"\r\n")[0]
        assert served.process.wait(WAIT) == 0
    store = Store(f"sqlite:///{tmp_path / 'data' / 'matcher.db'}")
    with store.reading() as session:
        assert "sent in two halves" in session.scalars(select(Key.label)).all()
    store.close()


def test_the_address_has_the_port_that_was_got() -> None:
    with listening(Settings(port=0)) as listener:
        assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d*", address_of(listener))


def refusal(settings: Settings, begin: bool = True) -> str:
    with pytest.raises(Unusable) as refused, opened(settings, begin):
        pass
    assert refused.value.code in (2, 3)
    return str(refused.value)


def test_a_folder_that_cannot_be_written_to_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    said = refusal(Settings(data=tmp_path / "file" / "data"))
    assert "cannot be written to" in said


def test_a_file_that_is_no_database_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "matcher.db").write_text("a letter to the board" * 100)
    assert "not a database" in refusal(Settings(data=tmp_path))


def test_commands_make_no_database_where_there_is_none(tmp_path: Path) -> None:
    assert "There is no database" in refusal(Settings(data=tmp_path / "data"), begin=False)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hush@h/d",
        "postgresql+asyncpg://u:hush@h/d",
        "hush",
        "postgresql+psycopg://u:hush@h:x/d",
    ],
)
def test_an_address_that_is_none_is_told_of_without_its_password(url: str) -> None:
    said = refusal(Settings(database_url=url))
    assert "is no address" in said
    assert "hush" not in said


def test_a_postgresql_that_does_not_answer_is_told_of_without_the_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
    url = f"postgresql+psycopg://user:hush@127.0.0.1:{port}/kept?connect_timeout=5"
    said = refusal(Settings(database_url=url))
    assert "127.0.0.1/kept cannot be used" in said
    assert "refused" in said
    assert "hush" not in said


def test_a_postgresql_that_is_too_old_is_told_of(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.operating.opening.POSTGRESQL", 99)
    url = postgres.fresh()
    said = refusal(Settings(database_url=url))
    assert "99 or newer is needed" in said


def test_a_database_of_a_newer_program_is_left_alone(any_url: str) -> None:
    store = Store(any_url)
    store.migrate()
    with store.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    folder = Path(any_url.removeprefix("sqlite:///")).parent
    settings = (
        Settings(data=folder) if any_url.startswith("sqlite") else Settings(database_url=any_url)
    )
    assert "newer version than this program" in refusal(settings)


def test_settings_that_are_wrong_are_all_told_of_without_what_stood_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MATCHER_PORT", "hush")
    monkeypatch.setenv("MATCHER_WORKERS", "-1")
    with pytest.raises(Unusable) as refused:
        settings_with()
    said = str(refused.value)
    assert "MATCHER_PORT" in said
    assert "MATCHER_WORKERS" in said
    assert "hush" not in said
    assert refused.value.code == 2
