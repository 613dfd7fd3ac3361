"""All that is kept in one file, which goes back into a database of either kind.

A backup is a zip archive: `manifest.json`, and for each table a file of JSON lines, bytes in
base64. It is read in one transaction, as things were at one time, while others go on writing. It
holds all that the database holds, confidential things and hashes of keys too: only its owner may
read it.
"""

import json
import os
from base64 import b64encode
from collections.abc import Collection, Iterator, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any, Literal
from zipfile import ZIP_DEFLATED, ZipFile

from pydantic import BaseModel
from sqlalchemy import Connection, LargeBinary, MetaData, Table, select, text

from api.asides import clear_partial, partial_file
from api.audit import BY_COMMAND, START, append
from api.clock import stamp, utc_now
from api.operating.errors import USAGE, Unusable
from api.store import Store
from api.store.tables import Base, Head

MANIFEST = "manifest.json"
FORMAT: Literal["donor-matcher backup 1"] = "donor-matcher backup 1"
MANY, ONE = 500, 1
"""Rows that are held in memory at the same time, of tables with small rows and with files."""


class TableNote(BaseModel):
    """What a backup says of a table."""

    rows: int
    sha256: str


class Manifest(BaseModel):
    """What a backup says of itself."""

    format: Literal["donor-matcher backup 1"]
    made_at: str
    program: str
    schema_revision: str
    audit_end: str
    """NUMBER:HASH of the last entry of the audit log."""
    tables: dict[str, TableNote]

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(note.rows for note in self.tables.values())


def write_backup(store: Store, out: Path) -> Manifest:
    """Write all that is kept to a new file, whole or not at all; raises Unusable."""
    if out.exists():
        raise Unusable(f"{out} is there already; name another file.", USAGE)
    try:
        clear_partial(out.parent)
        number, part = partial_file(out)
        try:
            with os.fdopen(number, "wb") as file:
                manifest = _write(store, file)
                file.flush()
                os.fsync(file.fileno())
                # While it is held: nobody is to take it for one that was left behind.
                part.replace(out)
            _settle(out.parent)
        finally:
            part.unlink(missing_ok=True)
    except OSError as failure:
        raise Unusable(f"{out} cannot be written: {failure.strerror}.") from None
    with store.writing() as session:
        details = {"rows": manifest.rows, "end": manifest.audit_end}
        append(session, utc_now(), BY_COMMAND, "backup.make", out.name, details=details)
    return manifest


def _settle(folder: Path) -> None:
    """Have the name of a new file on the disk, too."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _write(store: Store, file: IO[bytes]) -> Manifest:
    with store.snapshot() as session, ZipFile(file, "w", ZIP_DEFLATED) as archive:
        connection = session.connection()
        tables = tables_of(connection, Base.metadata.tables)
        notes = {table.name: _write_table(connection, table, archive) for table in tables}
        head = session.get(Head, 1)
        manifest = Manifest(
            format=FORMAT,
            made_at=stamp(utc_now()),
            program=version("donor-matcher"),
            schema_revision=revision_of(connection),
            audit_end=f"0:{START}" if head is None else f"{head.number}:{head.hash}",
            tables=notes,
        )
        archive.writestr(MANIFEST, manifest.model_dump_json(indent=2))
    return manifest


def tables_of(connection: Connection, names: Collection[str]) -> list[Table]:
    """Give tables as they are in a database, those that others refer to first.

    Other programs' tables may stand beside them. Raises sqlalchemy's InvalidRequestError where one
    is missing.
    """
    metadata = MetaData()
    metadata.reflect(connection, only=sorted(names))
    return [table for table in metadata.sorted_tables if table.name in names]


def revision_of(connection: Connection) -> str:
    """Give the revision of the schema."""
    found: str = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
    return found


def member_of(table: str) -> str:
    """Give the name of a table's file in the archive."""
    return f"tables/{table}.jsonl"


def binary_columns(table: Table) -> set[str]:
    """Give the columns that hold bytes."""
    return {column.name for column in table.columns if isinstance(column.type, LargeBinary)}


def held_at_once(table: Table) -> int:
    """Give how many rows of a table are held in memory at the same time."""
    return ONE if binary_columns(table) else MANY


def _write_table(connection: Connection, table: Table, archive: ZipFile) -> TableNote:
    count, digest = 0, sha256()
    with archive.open(member_of(table.name), "w", force_zip64=True) as member:
        for line in _lines(connection, table):
            member.write(line)
            digest.update(line)
            count += 1
    return TableNote(rows=count, sha256=digest.hexdigest())


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    binary = binary_columns(table)
    query = select(table).order_by(*table.primary_key.columns)
    found = connection.execute(query, execution_options={"yield_per": held_at_once(table)})
    for row in found.mappings():
        plain = {name: _plain(value, name in binary) for name, value in _named(row)}
        yield json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _named(row: Mapping[Any, Any]) -> Iterator[tuple[str, Any]]:
    return ((str(name), value) for name, value in row.items())


def _plain(value: Any, binary: bool) -> Any:
    return b64encode(value).decode() if binary and value is not None else value
