"""Settings and database of a command, or a sentence that says why they cannot be used."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from pydantic import ValidationError
from sqlalchemy import make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from api.logs import hide
from api.operating.errors import USAGE, Unusable
from api.settings import Settings
from api.store import Store

POSTGRESQL = 15
"""The oldest PostgreSQL that is supported."""


def settings_with(**changes: Any) -> Settings:
    """Read the settings, some of them replaced; raises Unusable naming every one that is wrong."""
    given = {name: value for name, value in changes.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as wrong:
        # What stands there is not shown: it may be a password in the wrong place.
        lines = [
            f"MATCHER_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in wrong.errors()
        ]
        raise Unusable("Settings that cannot be used:\n" + "\n".join(lines), USAGE) from None


@contextmanager
def opened(settings: Settings, begin: bool = False) -> Iterator[Store]:
    """Open the database with its schema up to date; raises Unusable where that cannot be.

    With `begin` a database that is not there yet is made.
    """
    store = store_of(settings)
    try:
        if not begin and not is_there(store):
            raise Unusable(
                f"There is no database at {place_of(store)}. Set MATCHER_DATA or "
                "MATCHER_DATABASE_URL as for `matcher serve`."
            )
        with explained(store):
            check_version(store)
            store.migrate()
        yield store
    finally:
        store.close()


def store_of(settings: Settings) -> Store:
    """Give the store that settings name; raises Unusable for an address that is none."""
    wrong = Unusable(
        "MATCHER_DATABASE_URL is no address of a PostgreSQL database, such as "
        "postgresql+psycopg://user@host/name.",
        USAGE,
    )
    try:
        known = make_url(settings.url).drivername in ("sqlite", "postgresql+psycopg")
        if not known:
            raise wrong
        return Store(settings.url, settings.connections)
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise wrong from None


def is_there(store: Store) -> bool:
    """Say whether there is a database; one of PostgreSQL shows when it is connected to."""
    return not store.is_sqlite or Path(store.url.database or "").is_file()


def place_of(store: Store) -> str:
    """Say where a database is, without who logs in."""
    if store.is_sqlite:
        return str(store.url.database)
    return f"{store.url.host or store.url.query.get('host') or 'this machine'}/{store.url.database}"


@contextmanager
def explained(store: Store) -> Iterator[None]:
    """Turn failures to use a database into sentences."""
    place = place_of(store)
    try:
        yield
    except CommandError:
        raise Unusable(
            f"The database at {place} is of a newer version than this program: install that one."
        ) from None
    except DBAPIError as failure:
        said = hide(" ".join(str(failure.orig).split()))
        raise Unusable(f"The database at {place} cannot be used: {said}") from None
    except OSError as failure:
        raise Unusable(
            f"The folder of {place} cannot be written to: {failure.strerror}. Set MATCHER_DATA to "
            "one that can."
        ) from None


def check_version(store: Store) -> None:
    """Refuse a PostgreSQL that is too old."""
    if store.is_sqlite:
        return
    with store.engine.connect() as connection:
        version = connection.execute(text("SHOW server_version_num")).scalar_one()
    # As in 150004 for 15.4.
    if (major := int(version) // 10_000) < POSTGRESQL:
        raise Unusable(
            f"The database at {place_of(store)} is PostgreSQL {major}; {POSTGRESQL} or newer is "
            "needed."
        )
