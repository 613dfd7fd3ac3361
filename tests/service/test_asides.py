"""What is written aside of the database: cleared away when its writer is gone, not before."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.asides import PARTIAL, PREFIX, Aside, clear_away, clear_partial
from api.operating.backup import write_backup
from tests.service.conftest import Home
from tests.service.running import asked, is_ended, put, run_of, state, until, worker_processes

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files, of this process and of those that it starts."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@contextmanager
def saying(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a process that has said a line, and is in the middle of something."""
    with subprocess.Popen(
        [sys.executable, "-c", script, *arguments], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None and process.stdout.readline().strip() == "writing"
            yield process
        finally:
            process.kill()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


FOLDER = """
import time
from api.asides import aside
with aside() as folder:
    (folder / "round.json").write_text("{}")
    print("writing", flush=True)
    time.sleep(60)
"""


def test_a_folder_is_cleared_away_when_its_writer_was_killed_and_never_while_it_writes(
    temporary: Path,
) -> None:
    other = temporary / "somebody-elses"
    other.mkdir()
    with saying(FOLDER) as writer:
        own = Aside()
        (left,) = names(temporary) - {other.name, own.path.name}
        clear_away()
        assert names(temporary) == {other.name, own.path.name, left}
        writer.kill()
        writer.wait(10)
        # Its number is free by now: another process may have it.
        clear_away()
        assert names(temporary) == {other.name, own.path.name}
    own.close()
    assert names(temporary) == {other.name}


def test_what_was_cleared_away_before_it_was_held_is_made_anew(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = tempfile.mkdtemp
    made: list[str] = []

    def made_and_cleared(prefix: str) -> str:
        made.append(make(prefix=prefix))
        if len(made) == 1:
            clear_away()
        return made[-1]

    monkeypatch.setattr("api.asides.mkdtemp", made_and_cleared)
    own = Aside()
    assert [Path(name).is_dir() for name in made] == [False, True]
    assert str(own.path) == made[1]
    own.close()


def test_a_link_that_is_called_like_a_folder_is_not_followed(temporary: Path) -> None:
    kept = temporary / "kept"
    kept.mkdir()
    (kept / "file").write_text("")
    (temporary / f"{PREFIX}link").symlink_to(kept)
    clear_away()
    assert names(kept) == {"file"}


KILLED_BEFORE_IT_COMMITS = """
import os, signal
from api.running.worker import Worker, main
Worker._finish = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
main()
"""


def test_files_of_a_run_whose_worker_was_killed_before_it_committed_are_cleared_away(
    home: Home, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home)
    store, name = home.service.store, asked(home)
    monkeypatch.setenv("MATCHER_DATABASE_URL", str(store.url))
    monkeypatch.setenv("MATCHER_LEASE_SECONDS", "1.5")
    script = [sys.executable, "-c", KILLED_BEFORE_IT_COMMITS]
    ended = subprocess.run(script, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert ended.returncode == -signal.SIGKILL
    (left,) = names(temporary)
    assert "awards.csv" in names(temporary / left / "out")
    assert state(store, name) == "running"
    with worker_processes() as start:
        start(store)
        until(lambda: is_ended(store, name))
        assert (run_of(store, name).state, run_of(store, name).attempt) == ("done", 2)
        until(lambda: names(temporary) == set())


READING = """
import sys, tempfile, time
from pathlib import Path
from threading import Thread
from api.rounds.apart import Apart

def slowly() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "round.xlsx").write_bytes(b"PK")
        Path(sys.argv[1]).touch()
        time.sleep(60)
    return b""
"""


def test_a_round_that_was_being_read_when_its_time_was_up_is_not_left_on_the_disk(
    temporary: Path, tmp_path: Path
) -> None:
    script = tmp_path / "reading.py"
    script.write_text(
        READING
        + "if __name__ == '__main__':\n"
        + "    try:\n"
        + "        Apart().ask(5, 512, slowly)\n"
        + "    except Exception as refusal:\n"
        + "        print(Path(sys.argv[1]).exists(), *Path(tempfile.gettempdir()).iterdir())\n"
    )
    done = subprocess.run(
        [sys.executable, script, tmp_path / "begun"], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout == "True\n"
    assert names(temporary) == set()


BACKUP = """
import sys, time
from pathlib import Path
from api.operating import backup
from api.store import Store
write = backup._write
def slowly(store, file):
    write(store, file)
    print("writing", flush=True)
    time.sleep(60)
backup._write = slowly
backup.write_backup(Store(sys.argv[1]), Path(sys.argv[2]))
"""


def test_a_backup_that_was_killed_before_it_was_whole_goes_with_the_next_one(
    home: Home, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    store = home.service.store
    with saying(BACKUP, str(store.url), str(folder / "monday.zip")) as killed:
        (left,) = names(folder)
        assert left.endswith(PARTIAL)
        clear_partial(folder)
        write_backup(store, folder / "tuesday.zip")
        assert names(folder) == {left, "tuesday.zip"}
        killed.kill()
        killed.wait(10)
    write_backup(store, folder / "wednesday.zip")
    assert names(folder) == {"tuesday.zip", "wednesday.zip"}
