"""A backup back into an empty database: looked through as a whole first, then all or nothing."""

import json
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from struct import error as StructError  # noqa: N812 (struct calls it error)
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 (zlib calls it error)

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlalchemy.exc import InvalidRequestError, StatementError
from sqlalchemy.orm import Session

from api.audit import BY_COMMAND, append, verify
from api.clock import utc_now
from api.operating.backup import (
    MANIFEST,
    Manifest,
    binary_columns,
    held_at_once,
    member_of,
    revision_of,
    tables_of,
)
from api.operating.errors import Unusable
from api.operating.opening import check_version, explained, is_there, place_of
from api.store import Store

DAMAGES = (
    BadZipFile, EOFError, KeyError, OSError, OverflowError, RuntimeError, StructError, ValueError,
    ZlibError,
)  # fmt: skip
"""What the reading of a damaged archive ends with, depending on where the damage is."""
LONGEST = 2**31
"""Bytes of a row; a longer line is no row that was ever kept."""


def restore_backup(store: Store, file: Path, despite_faults: bool = False) -> Manifest:
    """Put a backup into an empty database; gives what it says of itself.

    Raises Unusable, with nothing written, where the file is not whole and as it was written, the
    database is not empty, or (unless `despite_faults`) the audit log was tampered with.
    """
    made_here = False
    try:
        with _archive(file) as archive:
            manifest = _looked_through(archive, file)
            made_here = not is_there(store)
            with explained(store):
                check_version(store)
                _put_back(store, archive, manifest, despite_faults)
    except BaseException:
        store.close()
        if made_here and store.is_sqlite:
            _remove(Path(store.url.database or ""))
        raise
    store.close()
    return manifest


def _remove(database: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _archive(file: Path) -> ZipFile:
    try:
        return ZipFile(file)
    except DAMAGES as failure:
        raise Unusable(f"{file} is no backup, or only a part of one: {failure}.") from None


def _looked_through(archive: ZipFile, file: Path) -> Manifest:
    """Check that everything in an archive is as it was written, before anything is put back."""
    edited = Unusable(f"{file} is damaged or was edited; nothing of it was put back.")
    try:
        manifest = Manifest.model_validate_json(archive.read(MANIFEST))
        members = {MANIFEST, *map(member_of, manifest.tables)}
        if sorted(archive.namelist()) != sorted(members):
            raise edited
        for name, note in manifest.tables.items():
            count, digest = 0, sha256()
            for line in _lines(archive, name):
                digest.update(line)
                count += 1
            if (count, digest.hexdigest()) != (note.rows, note.sha256):
                raise edited
    except DAMAGES:
        raise edited from None
    return manifest


def _lines(archive: ZipFile, table: str) -> Iterator[bytes]:
    with archive.open(member_of(table)) as member:
        while line := member.readline(LONGEST):
            yield line


def _put_back(store: Store, archive: ZipFile, manifest: Manifest, despite_faults: bool) -> None:
    with store.migrating() as upgrade:
        connection = upgrade(manifest.schema_revision)
        if revision_of(connection) != manifest.schema_revision:
            raise Unusable(
                f"The database at {place_of(store)} has tables of a newer version than the backup; "
                "give one without tables."
            )
        try:
            tables = tables_of(connection, manifest.tables)
        except InvalidRequestError:
            raise Unusable("The backup has tables that nobody knows; it was edited.") from None
        for table in tables:
            if connection.execute(select(table).limit(1)).first() is not None:
                raise Unusable(
                    f"The database at {place_of(store)} is not empty; a backup goes into an empty "
                    "one. Set MATCHER_DATA to a new folder, or MATCHER_DATABASE_URL to a new "
                    "database."
                )
        for table in tables:
            _fill(connection, table, archive)
        upgrade("head")
        _check_log(connection, manifest, despite_faults)


def _fill(connection: Connection, table: Table, archive: ZipFile) -> None:
    """Put the rows of a table back, and link those that refer to one another at the end."""
    lines, links = _lines(archive, table.name), _Links(table)
    try:
        while batch := [_row(line, table) for line in islice(lines, held_at_once(table))]:
            connection.execute(insert(table), [links.without(row) for row in batch])
        links.restore(connection)
    except (ValueError, TypeError, StatementError) as failure:
        said = failure.orig if isinstance(failure, StatementError) else failure
        raise Unusable(
            f"Rows of the table {table.name} do not fit in: {said}. Nothing was put back."
        ) from None


class _Links:
    """The columns of a table that refer to the table itself: filled when all its rows are there."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._own = [
            key.parent.name for key in table.foreign_keys if key.column.table.name == table.name
        ]
        self._kept: list[dict[str, Any]] = []

    def without(self, row: dict[str, Any]) -> dict[str, Any]:
        """Give a row without its links, which are kept for later."""
        if any(row[name] is not None for name in self._own):
            names = (*self._table.primary_key.columns.keys(), *self._own)
            self._kept.append({f"to_{name}": row[name] for name in names})
        return row | dict.fromkeys(self._own)

    def restore(self, connection: Connection) -> None:
        """Put the links back."""
        if self._kept:
            key = self._table.primary_key.columns
            here = [column == bindparam(f"to_{column.name}") for column in key]
            values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in self._own}
            connection.execute(update(self._table).where(*here).values(values), self._kept)


def _row(line: bytes, table: Table) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(line)
    if row.keys() != {column.name for column in table.columns}:
        raise ValueError("other columns")
    for name in binary_columns(table):
        if row[name] is not None:
            row[name] = b64decode(row[name], validate=True)
    return row


def _check_log(connection: Connection, manifest: Manifest, despite_faults: bool) -> None:
    """Check the audit log that was put back, and have it tell of that."""
    with Session(connection) as session:
        found = verify(session)
        faults = list(found.faults)
        if found.mark != manifest.audit_end:
            faults.append(f"the log ends with {found.mark}, in the manifest {manifest.audit_end}")
        if faults and not despite_faults:
            raise Unusable(
                "The audit log in the backup was tampered with:\n" + "\n".join(faults) + "\nWith "
                "--despite-faults it is put back nevertheless. Nothing was put back."
            )
        details = {"rows": manifest.rows, "made_at": manifest.made_at, "faults": len(faults)}
        append(
            session, utc_now(), BY_COMMAND, "backup.restore", manifest.audit_end, details=details
        )
