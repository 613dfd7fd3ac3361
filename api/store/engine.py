"""One database, SQLite or PostgreSQL, with transactions that read or write."""

from collections.abc import Iterator
from contextlib import contextmanager
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
    minute for its turn. A commit is on the disk before it is answered.
    """

    def __init__(self, url: str, connections: int = 20) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_pre_ping": not self.is_sqlite}
        if not self.is_sqlite:
            options |= {"pool_size": connections, "max_overflow": 0, "pool_timeout": 30}
        self.engine = create_engine(self.url, **options)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare)
            event.listen(self.engine, "begin", _begin)

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

    def migrate(self) -> None:
        """Bring the schema up to date; safe to call from several processes at once."""
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        engine = self.engine.execution_options(**{WRITES: True})
        with engine.begin() as connection:
            if not self.is_sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _prepare(connection: Any, _record: object) -> None:
    # SQLAlchemy begins transactions itself (see _begin), so that the driver does not.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that will write takes its turn at once: one that begins by reading cannot wait
    # for another writer later, and would be refused.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
