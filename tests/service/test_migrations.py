"""Migrations: they give the tables that the program has, on both databases, also all at once."""

import subprocess
import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from api.store import Store
from api.store.tables import Base

MIGRATE = "import sys; from api.store import Store; Store(sys.argv[1]).migrate()"


def test_migrating_an_empty_database_gives_the_tables_of_the_program(any_url: str) -> None:
    store = Store(any_url)
    store.migrate()
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert set(inspect(connection).get_table_names()) == {
            "alembic_version", *Base.metadata.tables,
        }  # fmt: skip
    store.close()


def test_migrating_again_changes_nothing(any_url: str) -> None:
    store = Store(any_url)
    store.migrate()
    with store.writing() as session:
        session.execute(text("INSERT INTO run_inputs (hash, content) VALUES ('h', 'c')"))
    store.migrate()
    with store.reading() as session:
        assert session.execute(text("SELECT count(*) FROM run_inputs")).scalar_one() == 1
    store.close()


def test_two_processes_may_migrate_at_once(any_url: str) -> None:
    command = [sys.executable, "-c", MIGRATE, any_url]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    ended = [(process.communicate(timeout=60)[1], process.returncode) for process in started]
    assert [code for _, code in ended] == [0, 0], ended
    store = Store(any_url)
    with store.engine.connect() as connection:
        versions = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
        assert len(versions.all()) == 1
    store.close()
