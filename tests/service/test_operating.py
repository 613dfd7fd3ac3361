"""The commands of whoever has the machine: keys when all are lost, the audit log, backups."""

import json
import socket
from pathlib import Path

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner, Result

from api.access.keys import principal_for
from api.store import Store
from api.store.tables import Entry, Key
from matcher.cli import app
from tests.service.conftest import Home


@pytest.fixture
def here(home: Home, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A service on whose machine the commands run."""
    monkeypatch.setenv("MATCHER_DATA", str(home.service.settings.data))
    monkeypatch.delenv("MATCHER_DATABASE_URL", raising=False)
    return home


def run(*words: str, code: int = 0) -> Result:
    ended = CliRunner().invoke(app, words)
    assert ended.exit_code == code, (ended.output, ended.exception)
    return ended


def entries(home: Home, action: str) -> list[Entry]:
    with home.service.store.reading() as session:
        return list(session.scalars(select(Entry).where(Entry.action == action)))


def test_whoever_lost_all_keys_makes_one_on_the_machine(here: Home) -> None:
    made = json.loads(run("key", "--role", "coordinator", "--label", "found", "--json").stdout)
    headers = {"Authorization": f"Bearer {made['secret']}"}
    me = here.client().get("/me", headers=headers).json()
    assert (me["key_id"], me["role"], me["label"]) == (made["id"], "coordinator", "found")
    [entry] = entries(here, "key.add")
    assert (entry.actor, entry.role, entry.object) == ("command line", "operator", made["id"])


def test_a_key_of_an_organisation_is_made_for_it(here: Home) -> None:
    made = json.loads(run("key", "--role", "ngo", "--subject", "O1", "--json").stdout)
    with here.service.store.reading() as session:
        found = principal_for(session, made["secret"], here.clock())
    assert found is not None
    assert (found.role, found.subject) == ("ngo", "O1")


def test_keys_are_listed_without_themselves_and_revoked_with_a_reason(here: Home) -> None:
    made = json.loads(run("key", "--role", "auditor", "--json").stdout)
    listed = run("key", "--list").stdout
    assert made["id"] in listed
    assert made["secret"] not in listed
    run("key", "--revoke", made["id"], "--reason", "It leaked.")
    assert made["id"] not in run("key", "--list").stdout
    [entry] = entries(here, "key.revoke")
    assert (entry.actor, entry.reason) == ("command line", "It leaked.")
    assert "no key" in run("key", "--revoke", made["id"], code=3).output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--role", "operator"), "is no role"),
        (("--role", "ngo"), "needs --subject, the org_id"),
        (("--role", "auditor", "--subject", "O1"), "has no --subject"),
        ((), "Give one of"),
        (("--list", "--role", "auditor"), "Give one of"),
    ],
)
def test_what_makes_no_sense_is_refused(here: Home, words: tuple[str, ...], told: str) -> None:
    assert told in run("key", *words, code=2).output
    with here.service.store.reading() as session:
        assert session.scalars(select(Key)).all() == []


def test_commands_on_the_wrong_machine_say_that_there_is_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path / "nowhere"))
    for words in (("key", "--list"), ("audit", "verify"), ("backup", str(tmp_path / "b.zip"))):
        assert "There is no database" in run(*words, code=3).output
    assert not list(tmp_path.iterdir())


def test_the_audit_log_is_checked_and_its_end_can_be_expected_later(here: Home) -> None:
    run("key", "--role", "auditor")
    told = json.loads(run("audit", "verify", "--json").stdout)
    assert (told["entries"], told["faults"]) == (1, [])
    run("key", "--role", "auditor")
    assert "2 entries" in run("audit", "verify", "--expect", told["end"]).stdout
    wrong = f"1:{'0' * 64}"
    assert "not the one that was noted" in run("audit", "verify", "--expect", wrong, code=6).stdout
    late = f"7:{'0' * 64}"
    assert (
        "entry 7, which was noted, is missing"
        in run("audit", "verify", "--expect", late, code=6).stdout
    )
    assert "is not NUMBER:HASH" in run("audit", "verify", "--expect", "7", code=2).output


def test_every_fault_of_the_audit_log_is_told_and_ends_with_six(here: Home) -> None:
    for _ in range(3):
        run("key", "--role", "auditor")
    with here.service.store.writing() as session:
        session.execute(update(Entry).where(Entry.number < 3).values(reason="Edited."))
    told = run("audit", "verify", code=6).stdout
    assert "entry 1 has been changed" in told
    assert "entry 2 has been changed" in told


def test_a_backup_is_made_and_put_back_by_commands(
    here: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("key", "--role", "coordinator", "--label", "kept")
    out = tmp_path / "all.zip"
    made = json.loads(run("backup", str(out), "--json").stdout)
    assert "is there already" in run("backup", str(out), code=2).output
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path / "new"))
    assert json.loads(run("restore", str(out), "--json").stdout)["end"] == made["end"]
    assert "kept" in run("key", "--list").stdout
    run("audit", "verify", "--expect", made["end"])
    assert "is not empty" in run("restore", str(out), code=3).output
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_port_that_is_taken_is_told_of_before_a_key_is_made(
    here: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.logs.configure", lambda _level: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = run("serve", "--port", port, code=2)
    assert f"cannot listen on port {port}" in ended.output
    assert "Choose another" in ended.output
    with Store(here.service.settings.url).reading() as session:
        assert session.scalars(select(Key)).all() == []


def test_a_worker_that_cannot_reach_its_database_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MATCHER_DATA", str(tmp_path / "file" / "data"))
    assert "cannot be written to" in run("worker", code=3).output
