"""Put finished files where they were asked for: whole, or not at all."""

import os
import shutil
import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from matcher.errors import UnusableFolder


def place_file(content: bytes, out: Path) -> None:
    """Write one file beside `out` and move it there, so that nobody ever reads half of it."""
    if out.is_dir():
        raise UnusableFolder(f"{out} is a folder. Choose another name for the file.")
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        fresh.write_bytes(content)
        fresh.replace(out)
    finally:
        fresh.unlink(missing_ok=True)


def place_folder(
    files: Mapping[str, bytes], out: Path, marker: str, ours: Collection[str], what: str
) -> None:
    """Write a folder beside `out` and move it there, in place of an older one of its kind.

    A folder is of the kind (`what`, in words) if it holds the file `marker`. What else lies in it
    and is not among the names `ours` is carried over. Raises UnusableFolder for anything else that
    is there already, other than an empty folder.
    """
    if out.exists() and not out.is_dir():
        raise UnusableFolder(f"{out} is a file. Choose another name for the folder.")
    if out.is_dir() and any(out.iterdir()) and not (out / marker).is_file():
        raise UnusableFolder(
            f"{out} exists and is no {what} (it holds no {marker}), so it is left alone. "
            "Choose another name, or empty it."
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as aside:
        fresh = Path(aside, "fresh")
        fresh.mkdir()
        for name, content in files.items():
            (fresh / name).write_bytes(content)
        if not out.exists():
            fresh.rename(out)
            return
        for entry in out.iterdir():
            if entry.name not in ours:
                _copy(entry, fresh / entry.name)
        old = out.rename(Path(aside, "old"))
        try:
            fresh.rename(out)
        except OSError:
            old.rename(out)
            raise


def _copy(entry: Path, to: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.copytree(entry, to, symlinks=True)
    else:
        shutil.copy2(entry, to, follow_symlinks=False)
