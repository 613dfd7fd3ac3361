"""Finished files are put in place whole or not at all, whatever kills the writer."""

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from matcher.errors import UnusableFolder
from matcher.writing import atomic
from matcher.writing.atomic import recover, replaced_file, replaced_folder
from matcher.writing.result_folder import (
    check_usable,
    write_result,
)
from tests.unit.sample_run import sample_run

OLD = {"run.json": "old", "a.csv": "old", "notes.txt": "ours to keep"}
NEW = {"run.json": "new", "b.csv": "new", "notes.txt": "ours to keep"}
OURS = ("run.json", "a.csv", "b.csv")


def fill(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)


def files_of(folder: Path) -> dict[str, str] | None:
    if not folder.exists():
        return None
    return {path.name: path.read_text() for path in folder.iterdir()}


def replace_folder(out: Path) -> None:
    with replaced_folder(out, "run.json", OURS) as fresh:
        fill(fresh, {"run.json": "new", "b.csv": "new"})


def in_a_child(work: Callable[[], None]) -> int:
    """Run `work` in a process of its own; the exit code."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_before_line(number: int, work: Callable[[], None]) -> bool:
    """Kill a child that does `work` before the nth line it runs of `atomic`; False if it ended."""
    lines = count(1)

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if frame.f_code.co_filename != atomic.__file__:
            return None
        if event == "line" and next(lines) == number:
            os._exit(9)
        return trace

    def traced() -> None:
        sys.settrace(trace)
        work()

    return in_a_child(traced) == 9


# Placing files


@pytest.mark.parametrize("exchange", [True, False])
def test_a_run_killed_at_any_line_leaves_the_old_folder_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchange: bool
) -> None:
    if not exchange:
        monkeypatch.setattr(atomic, "_exchange", lambda first, second: False)
    out, seen = tmp_path / "result", []
    for number in count(1):
        fill(out, OLD)
        killed = killed_before_line(number, lambda: replace_folder(out))
        if exchange:
            assert files_of(out) in (OLD, NEW), number
        seen.append(files_of(out))
        recover(out)
        assert files_of(out) in (OLD, NEW), number
        assert [path.name for path in tmp_path.iterdir()] == ["result"]
        if not killed:
            break
        for path in out.iterdir():
            path.unlink()
    assert seen[0] == OLD
    assert seen[-1] == NEW
    assert len(seen) > 50
    assert (None in seen) is not exchange, "the instant between two renames is among the lines"


def test_a_first_result_killed_at_any_line_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    out, whole = tmp_path / "deep" / "result", {"run.json": "new", "b.csv": "new"}
    for number in count(1):
        killed = killed_before_line(number, lambda: replace_folder(out))
        assert files_of(out) in (None, whole), number
        if not killed:
            break
        recover(out)
        for path in out.iterdir() if out.exists() else ():
            path.unlink()
        if out.exists():
            out.rmdir()
    assert files_of(out) == whole


def test_a_file_killed_at_any_line_is_the_old_one_or_the_new(tmp_path: Path) -> None:
    out = tmp_path / "result.xlsx"

    def work() -> None:
        with replaced_file(out) as fresh:
            fresh.write_text("new")

    for number in count(1):
        out.write_text("old")
        killed = killed_before_line(number, work)
        assert out.read_text() in ("old", "new")
        recover(out)
        assert [path.name for path in tmp_path.iterdir()] == ["result.xlsx"]
        if not killed:
            break
    assert out.read_text() == "new"


def test_a_writer_killed_at_a_random_moment_leaves_files_of_one_version(tmp_path: Path) -> None:
    out, dice = tmp_path / "result", random.Random(2026)
    names = ["run.json", *(f"{number}.csv" for number in range(8))]

    def write_for_ever() -> None:
        for version in count(1):
            with replaced_folder(out, "run.json", names) as fresh:
                fill(fresh, dict.fromkeys(names, str(version)))

    versions: set[str] = set()
    for _ in range(30):
        child = os.fork()
        if child == 0:
            try:
                write_for_ever()
            finally:
                os._exit(1)
        time.sleep(dice.uniform(0.002, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        found = files_of(out)
        if found is not None:
            assert set(found) == set(names)
            assert len(set(found.values())) == 1
            versions.update(found.values())
    assert versions
    recover(out)
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_an_error_or_an_interrupt_leaves_the_old_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "result"
    fill(out, OLD)
    with pytest.raises(ZeroDivisionError), replaced_folder(out, "run.json", OURS):
        raise ZeroDivisionError
    assert files_of(out) == OLD

    renamed = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        moved = renamed(path, target)
        if target.name == "old":
            raise KeyboardInterrupt
        return moved

    monkeypatch.setattr(atomic, "_exchange", lambda first, second: False)
    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_folder(out)
    assert files_of(out) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_an_old_folder_that_is_half_deleted_is_never_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "result"
    fill(out, OLD)

    def killed_while_deleting(folder: Path, **_: Any) -> None:
        next(folder.rglob("a.csv")).unlink()
        os._exit(9)

    monkeypatch.setattr(atomic, "_exchange", lambda first, second: False)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "rmtree", killed_while_deleting)
        assert in_a_child(lambda: replace_folder(out)) == 9
    assert files_of(out) == NEW
    out.rename(tmp_path / "moved away")
    recover(out)
    assert files_of(out) is None


def test_a_run_that_is_still_at_work_is_not_cleaned_up(tmp_path: Path) -> None:
    out = tmp_path / "result"
    with replaced_folder(out, "run.json", OURS) as fresh:
        in_a_child(lambda: recover(out))
        fill(fresh, {"run.json": "first"})
        with replaced_folder(out, "run.json", OURS) as other:
            fill(other, {"run.json": "second"})
        assert files_of(out) == {"run.json": "second"}
    assert files_of(out) == {"run.json": "first"}


def test_leftovers_of_another_result_are_left_alone(tmp_path: Path) -> None:
    other = tmp_path / ".result.b.abcdefgh.partial"
    other.mkdir()
    fill(other / "old", OLD)
    recover(tmp_path / "result")
    assert files_of(other / "old") == OLD
    recover(tmp_path / "result.b")
    assert files_of(tmp_path / "result.b") == OLD
    assert not other.exists()


def test_a_folder_that_is_no_result_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "photos"
    fill(out, {"cat.jpg": "a cat"})
    with pytest.raises(UnusableFolder, match=r"holds other things and no run\.json"):
        write_result(sample_run(), out)
    with pytest.raises(UnusableFolder, match=r"holds other things"):
        check_usable(out)
    assert files_of(out) == {"cat.jpg": "a cat"}
    file = tmp_path / "file"
    file.write_text("text")
    with pytest.raises(UnusableFolder, match="is a file"):
        write_result(sample_run(), file)
    with pytest.raises(UnusableFolder, match="cannot be written to"):
        check_usable(file / "result")
    assert file.read_text() == "text"
    with pytest.raises(UnusableFolder, match="is a folder"), replaced_file(out):
        pass


def test_a_folder_where_a_disk_is_mounted_is_refused_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_mount", lambda path: path == tmp_path)
    with pytest.raises(UnusableFolder, match=f"Name a folder inside it, such as {tmp_path}/result"):
        check_usable(tmp_path)


def test_a_link_to_a_result_is_followed(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    fill(real, OLD)
    link.symlink_to(real)
    replace_folder(link)
    assert link.is_symlink()
    assert files_of(real) == NEW
