"""Backups: whole, consistent while others write, and put back into either kind of database."""

import json
import shutil
import tracemalloc
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import func, insert, select, text

from api.access.keys import principal_for
from api.audit import Actor, append, verify
from api.operating.backup import write_backup
from api.operating.errors import Unusable
from api.operating.restoring import restore_backup
from api.store import Store
from api.store.engine import MIGRATIONS
from api.store.tables import Base, Entry, Registered, Row, RunFile
from tests.service.conftest import Home

AT = "2026-01-10T08:00:00.000000Z"
MIB = 2**20
RUN: dict[str, Any] = {
    "round_id": "spring", "kind": "match", "inputs": "h", "options": {"seed": 0, "gap": 0.5},
    "state": "done", "progress": {"bound": 0.1}, "attempt": 1, "lost": 0, "created_by": "key_1",
    "created_at": AT,
}  # fmt: skip
ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("rounds", {"id": "spring", "state": "draft", "settings": {"title": "ə ✓ 'quoted'\n"},
                "version": 1, "created_at": AT, "updated_at": AT}),
    ("rows", {"round_id": "spring", "noun": "pools", "id": "P1", "owner": "D1", "version": 3,
              "data": {"budget": "1000.10", "sdgs": ["1", "2"], "where": {}, "n": None},
              "created_at": AT, "updated_at": AT}),
    ("run_inputs", {"hash": "h", "content": bytes(range(256)) * 40}),
    ("runs", RUN | {"id": "run_z", "identity": "i1"}),
    # Its id comes before that of the run which it refers to.
    ("runs", RUN | {"id": "run_a", "identity": "i2", "kind": "scenario", "of_run": "run_z"}),
    ("run_files", {"run_id": "run_z", "name": "bundle.zip", "content": b"PK\x00\xff" * 1000}),
    ("users", {"id": "user_1", "email": "leyla@example.org", "password": "$argon2id$…",
               "role": "analyst", "failures": 0, "created_at": AT}),
    ("replays", {"holder": "key_1", "name": "n", "asked": "a", "status": 201, "headers": {"a": "b"},
                 "body": b"", "created_at": AT}),
)  # fmt: skip


def fill(home: Home) -> None:
    with home.service.store.writing() as session:
        for table, row in ROWS:
            session.execute(insert(Base.metadata.tables[table]), [row])
        append(session, home.clock(), Actor("key_1", "ngo"), "a.b", "object-1")
        append(session, home.clock(), Actor("key_1", "ngo"), "a.b", "object-2")
    home.secret("coordinator")


@pytest.fixture
def filled(any_home: Home) -> Iterator[Home]:
    """A database with something in every kind of column."""
    fill(any_home)
    yield any_home


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Give all rows of all tables; of the log those of before the backup."""
    found = {}
    with store.snapshot() as session:
        for name, table in Base.metadata.tables.items():
            query = select(table).order_by(*table.primary_key.columns)
            found[name] = [tuple(row) for row in session.execute(query)]
    found["audit"] = [row for row in found["audit"] if "backup" not in str(row)]
    del found["audit_head"]
    return found


def empty_at(folder: Path) -> Store:
    return Store(f"sqlite:///{folder / 'new' / 'matcher.db'}")


def test_a_backup_goes_back_into_a_database_of_either_kind(
    filled: Home, any_url: str, tmp_path: Path
) -> None:
    out = tmp_path / "all.zip"
    before = contents(filled.service.store)
    made = write_backup(filled.service.store, out)
    assert made.rows == sum(map(len, before.values())) + 1  # the end of the log
    restored = restore_backup(Store(any_url), out)
    assert restored == made
    there = Store(any_url)
    assert contents(there) == before
    with there.snapshot() as session:
        assert verify(session).faults == ()
        last = session.scalars(select(Entry).order_by(Entry.number.desc()).limit(1)).one()
        assert (last.action, last.object) == ("backup.restore", made.audit_end)
        holder = principal_for(session, filled.secret("coordinator"), filled.clock())
    assert holder is not None
    assert holder.role == "coordinator"
    there.close()


def test_a_backup_is_readable_to_its_owner_alone_and_the_log_tells_of_it(
    filled: Home, tmp_path: Path
) -> None:
    out = tmp_path / "all.zip"
    made = write_backup(filled.service.store, out)
    assert out.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["all.zip"]
    with filled.service.store.reading() as session:
        entry = session.scalars(select(Entry).where(Entry.action == "backup.make")).one()
    assert entry.details == {"rows": made.rows, "end": made.audit_end}


def test_a_backup_overwrites_nothing(home: Home, tmp_path: Path) -> None:
    out = tmp_path / "all.zip"
    out.write_text("precious")
    with pytest.raises(Unusable, match="is there already"):
        write_backup(home.service.store, out)
    assert out.read_text() == "precious"


def test_a_backup_to_where_nothing_can_be_written_says_so(home: Home, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="cannot be written"):
        write_backup(home.service.store, tmp_path / "no" / "such" / "folder.zip")


def test_a_backup_while_others_write_is_of_one_moment(any_home: Home, tmp_path: Path) -> None:
    """Each transaction adds an organisation and an entry: a backup has as many of each."""
    stop, store = Event(), any_home.service.store

    def write(name: str) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with store.writing() as session:
                org_id = f"{name}{number}"
                session.add(
                    Registered(org_id=org_id, data={}, version=1, created_at=AT, updated_at=AT)
                )
                session.flush()
                append(session, any_home.clock(), Actor(name, "ngo"), "organisation.add", org_id)

    threads = [Thread(target=write, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    counts = []
    try:
        for turn in range(4):
            write_backup(store, tmp_path / f"{turn}.zip")
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    for turn in range(4):
        folder = tmp_path / str(turn)
        made = restore_backup(empty_at(folder), tmp_path / f"{turn}.zip")
        there = empty_at(folder)
        with there.snapshot() as session:
            registered = session.scalar(select(func.count()).select_from(Registered))
            told = session.scalar(select(func.count()).where(Entry.action == "organisation.add"))
            assert registered == told == made.tables["registered"].rows
            assert verify(session).faults == ()
        counts.append(registered)
        there.close()
    assert counts == sorted(set(counts)), "writers went on meanwhile"


def test_what_is_in_memory_of_a_backup_does_not_grow_with_the_database(
    home: Home, tmp_path: Path
) -> None:
    count, size = 20, MIB
    with home.service.store.writing() as session:
        for table, row in ROWS[:4]:
            session.execute(insert(Base.metadata.tables[table]), [row])
    for number in range(count):
        with home.service.store.writing() as session:
            session.add(RunFile(run_id="run_z", name=f"{number}", content=bytes(size)))
    tracemalloc.start()
    try:
        write_backup(home.service.store, tmp_path / "all.zip")
        writing = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        restore_backup(empty_at(tmp_path), tmp_path / "all.zip")
        restoring = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert max(writing, restoring) < count * size / 2


def rewritten(source: Path, out: Path, edit: dict[str, Any], manifest_too: bool) -> None:
    """Copy an archive with some members edited, and the manifest made to agree if asked for."""
    with ZipFile(source) as old, ZipFile(out, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        for name in old.namelist():
            content = old.read(name)
            if name in edit:
                content = edit[name](content)
                table = name.removeprefix("tables/").removesuffix(".jsonl")
                if manifest_too:
                    manifest["tables"][table] = {
                        "rows": content.count(b"\n"), "sha256": sha256(content).hexdigest(),
                    }  # fmt: skip
            if name != "manifest.json":
                new.writestr(name, content)
        new.writestr("manifest.json", json.dumps(manifest))


def assert_refused(file: Path, folder: Path, words: str) -> None:
    with pytest.raises(Unusable, match=words):
        restore_backup(empty_at(folder), file)
    assert not list((folder / "new").glob("*"))


EDITS: dict[str, Any] = {
    "a changed cell": {"tables/rows.jsonl": lambda c: c.replace(b"1000.10", b"9000.10")},
    "a row less": {"tables/runs.jsonl": lambda c: c.partition(b"\n")[2]},
    "a row more": {"tables/keys.jsonl": lambda c: c + c},
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_an_edited_backup_is_refused_with_nothing_written(
    home: Home, tmp_path: Path, edit: dict[str, Any]
) -> None:
    fill(home)
    write_backup(home.service.store, tmp_path / "all.zip")
    rewritten(tmp_path / "all.zip", tmp_path / "edited.zip", edit, manifest_too=False)
    assert_refused(tmp_path / "edited.zip", tmp_path, "damaged or was edited")


def test_a_truncated_backup_is_refused_with_nothing_written(home: Home, tmp_path: Path) -> None:
    fill(home)
    write_backup(home.service.store, tmp_path / "all.zip")
    whole = (tmp_path / "all.zip").read_bytes()
    for share in (0, 1, 50, 90, 99):
        (tmp_path / "part.zip").write_bytes(whole[: len(whole) * share // 100])
        assert_refused(tmp_path / "part.zip", tmp_path, "is no backup|damaged")
    assert_refused(tmp_path / "none.zip", tmp_path, "is no backup")


def test_a_byte_that_flips_is_found_or_changes_nothing(home: Home, tmp_path: Path) -> None:
    fill(home)
    write_backup(home.service.store, tmp_path / "all.zip")
    before, whole = contents(home.service.store), (tmp_path / "all.zip").read_bytes()
    refused = 0
    places = range(0, len(whole), max(1, len(whole) // 30))
    for number, place in enumerate(places):
        changed = bytearray(whole)
        changed[place] ^= 0x55
        (tmp_path / "flip.zip").write_bytes(changed)
        folder = tmp_path / str(number)
        try:
            restore_backup(empty_at(folder), tmp_path / "flip.zip")
        except Unusable:
            refused += 1
            assert not list((folder / "new").glob("*"))
        else:
            there = empty_at(folder)
            assert contents(there) == before
            there.close()
    assert refused > len(places) / 2


def test_a_backup_whose_log_was_tampered_with_is_put_back_only_if_asked_for(
    home: Home, tmp_path: Path
) -> None:
    fill(home)
    write_backup(home.service.store, tmp_path / "all.zip")
    edit = {"tables/audit.jsonl": lambda c: c.replace(b"object-1", b"object-9")}
    rewritten(tmp_path / "all.zip", tmp_path / "edited.zip", edit, manifest_too=True)
    assert_refused(tmp_path / "edited.zip", tmp_path, "entry 1 has been changed")
    restore_backup(empty_at(tmp_path), tmp_path / "edited.zip", despite_faults=True)
    there = empty_at(tmp_path)
    with there.snapshot() as session:
        assert verify(session).faults == ("entry 1 has been changed",)
        entry = session.scalars(select(Entry).where(Entry.action == "backup.restore")).one()
        assert entry.details["faults"] == 1
    there.close()


def test_rows_that_refer_to_nothing_are_refused_with_nothing_written(
    home: Home, any_url: str, tmp_path: Path
) -> None:
    fill(home)
    write_backup(home.service.store, tmp_path / "all.zip")
    edit = {"tables/rounds.jsonl": lambda _: b""}
    rewritten(tmp_path / "all.zip", tmp_path / "edited.zip", edit, manifest_too=True)
    with pytest.raises(Unusable, match="Nothing was put back"):
        restore_backup(Store(any_url), tmp_path / "edited.zip")
    assert restore_backup(Store(any_url), tmp_path / "all.zip").rows > 0


def test_a_backup_goes_into_an_empty_database_only(any_home: Home, tmp_path: Path) -> None:
    fill(any_home)
    before = contents(any_home.service.store)
    write_backup(any_home.service.store, tmp_path / "all.zip")
    with pytest.raises(Unusable, match="is not empty"):
        restore_backup(Store(any_home.service.settings.url), tmp_path / "all.zip")
    assert contents(any_home.service.store) == before


def test_a_database_with_tables_and_no_rows_takes_a_backup(any_home: Home, tmp_path: Path) -> None:
    url = any_home.service.settings.url
    other = tmp_path / "source" / "matcher.db"
    store = Store(f"sqlite:///{other}")
    store.migrate()
    with store.writing() as session:
        session.execute(insert(Base.metadata.tables["rounds"]), [ROWS[0][1]])
        session.execute(insert(Base.metadata.tables["rows"]), [ROWS[1][1]])
    write_backup(store, tmp_path / "all.zip")
    store.close()
    restore_backup(Store(url), tmp_path / "all.zip")
    with any_home.service.store.reading() as session:
        assert session.scalars(select(Row)).one().data == ROWS[1][1]["data"]


def test_a_backup_of_a_newer_version_is_refused(home: Home, tmp_path: Path) -> None:
    write_backup(home.service.store, tmp_path / "all.zip")
    with ZipFile(tmp_path / "all.zip") as old, ZipFile(tmp_path / "newer.zip", "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'"0002"', b'"9999"'))
    assert_refused(tmp_path / "newer.zip", tmp_path, "newer version")


NEXT = """
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0003", "0002"


def upgrade() -> None:
    op.add_column("rounds", sa.Column("colour", sa.String(), server_default="green"))
"""


def test_a_backup_of_an_older_version_is_brought_up_to_date(
    home: Home, any_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home)
    write_backup(home.service.store, tmp_path / "all.zip")
    migrations = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, migrations)
    (migrations / "versions" / "0003_colours.py").write_text(NEXT)
    monkeypatch.setattr("api.store.engine.MIGRATIONS", migrations)
    restore_backup(Store(any_url), tmp_path / "all.zip")
    there = Store(any_url)
    with there.reading() as session:
        found = session.execute(text("SELECT id, colour FROM rounds")).all()
        assert [tuple(row) for row in found] == [("spring", "green")]
        assert session.execute(text("SELECT version_num FROM alembic_version")).scalar() == "0003"
    there.close()
    with pytest.raises(Unusable, match="tables of a newer version than the backup"):
        restore_backup(Store(any_url), tmp_path / "all.zip")


def test_tables_of_other_programs_are_left_alone(any_home: Home, tmp_path: Path) -> None:
    store = any_home.service.store
    with store.writing() as session:
        session.execute(text("CREATE TABLE theirs (id integer)"))
        session.execute(text("INSERT INTO theirs VALUES (7)"))
    made = write_backup(store, tmp_path / "empty.zip")
    assert "theirs" not in made.tables
    with store.writing() as session:
        session.execute(text("DELETE FROM audit"))
        session.execute(text("DELETE FROM audit_head"))
    restore_backup(Store(any_home.service.settings.url), tmp_path / "empty.zip")
    with store.reading() as session:
        assert session.execute(text("SELECT id FROM theirs")).scalars().all() == [7]


def test_a_backup_with_a_table_that_nobody_knows_is_refused(home: Home, tmp_path: Path) -> None:
    write_backup(home.service.store, tmp_path / "all.zip")
    with ZipFile(tmp_path / "all.zip") as old, ZipFile(tmp_path / "more.zip", "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                manifest["tables"]["theirs"] = {"rows": 0, "sha256": sha256().hexdigest()}
                content = json.dumps(manifest).encode()
            new.writestr(name, content)
        new.writestr("tables/theirs.jsonl", b"")
    assert_refused(tmp_path / "more.zip", tmp_path, "nobody knows")
