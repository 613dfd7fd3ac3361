"""One database, SQLite or PostgreSQL, with transactions that read or write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, event, make_url, text
from sqlalchemy.orm import Session

WRITES = "writes"
"""The execution option of a transaction that writes."""
MIGRATIONS = Path(__file__).parent / "migrations"
ONE_AT_A_TIME = 7_201_411
"""The PostgreSQL advisory lock under which a schema is brought up to date."""


class Store:
    """The database of a service; cheap to make, one for each process.

    SQLite runs in WAL mode: many readers and one writer at a time, which waits for up to half a
    minute for its turn. A commit is on the disk before it is answered. PostgreSQL undoes a
    transaction in which its process has been silent for `silence` seconds, where that is given:
    one that is paused must not hold up all others.
    """

    def __init__(self, url: str, connections: int = 20, silence: float | None = None) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        # Messages on failures show no values: what is kept must not come into the logs by them.
        options: dict[str, Any] = {"pool_pre_ping": not self.is_sqlite, "hide_parameters": True}
        if self.url.database or not self.is_sqlite:
            options |= {"pool_size": connections, "max_overflow": 0, "pool_timeout": 30}
        self.engine = create_engine(self.url, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare)
            event.listen(self.engine, "begin", _begin)
        elif silence is not None:
            event.listen(self.engine, "connect", partial(_limit_silence, silence))

    def session(self, writes: bool) -> Session:
        """Open a session; its first statement begins the transaction."""
        engine = self.engine.execution_options(**{WRITES: True}) if writes else self.engine
        return Session(engine, expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a transaction that only reads."""
        with self.session(writes=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a transaction that writes, committed at the end unless something is raised."""
        with self.session(writes=True) as session, session.begin():
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Open a transaction that reads all as it was at one time, however long it takes."""
        with self.session(writes=False) as session:
            if not self.is_sqlite:
                one_time = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                session.connection(execution_options=one_time)
            yield session

    def migrate(self) -> None:
        """Bring the schema up to date; safe to call from several processes at once."""
        with self.migrating() as upgrade:
            upgrade("head")

    @contextmanager
    def migrating(self) -> Iterator[Callable[[str], Connection]]:
        """Open a transaction that can bring the schema to a revision, and do more besides.

        Raises OSError where the folder of a SQLite file cannot be made.
        """
        if self.is_sqlite and self.url.database:
            _keep_to_oneself(Path(self.url.database))
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        engine = self.engine.execution_options(**{WRITES: True})
        with engine.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
            config.attributes["connection"] = connection

            def upgrade(revision: str) -> Connection:
                command.upgrade(config, revision)
                return connection

            yield upgrade

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _keep_to_oneself(file: Path) -> None:
    """Make a file and its folder, where they are not there yet, readable to their owner alone.

    SQLite gives the files that it makes beside it the same permissions.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.touch(mode=0o600)


def _prepare(connection: Any, _record: object) -> None:
    # SQLAlchemy begins transactions itself (see _begin), so that the driver does not.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _limit_silence(seconds: float, connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET idle_in_transaction_session_timeout = {max(1, round(seconds * 1000))}")
    connection.commit()


def _begin(connection: Connection) -> None:
    # A transaction that will write takes its turn at once: one that begins by reading cannot wait
    # for another writer later, and would be refused.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
