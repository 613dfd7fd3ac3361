"""Put finished files where they were asked for: a killed run leaves the old ones or the new.

Work is done in a locked folder beside the destination and swapped in by one rename. Where the
system cannot swap two folders in one step, the old one is renamed aside first; if a run is killed
at that instant, the next start puts it back (`recover`). Needs a POSIX system (locks and renames).
"""

import ctypes
import errno
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from matcher.errors import UnusableFolder

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
LONGEST = 200
"""So many bytes a name may have: most systems take 255, and work is done under a longer one."""
_NO_EXCHANGE = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)


@contextmanager
def replaced_file(out: Path) -> Iterator[Path]:
    """Give a path to write a file to; leaving the block without an error moves it to `out`.

    Raises UnusableFolder as `check_file`.
    """
    check_file(out)
    out = _resolved(out)
    with _aside(out) as aside:
        fresh = aside / "fresh"
        yield fresh
        _sync(fresh)
        fresh.replace(out)
        _sync(out.parent)


@contextmanager
def replaced_folder(out: Path, marker: str, ours: Collection[str]) -> Iterator[Path]:
    """Give an empty folder to fill; leaving the block without an error puts it in place of `out`.

    A folder that holds the file `marker` is ours to replace; what lies in it under a name that is
    not among `ours` (somebody's notes) is carried over. Raises UnusableFolder as `check_usable`.
    """
    check_usable(out, marker)
    out = out.resolve()
    with _aside(out) as aside:
        fresh = aside / "fresh"
        fresh.mkdir()
        yield fresh
        if not (fresh / marker).is_file():
            raise ValueError(f"a folder without {marker} could never be replaced again")
        if out.is_dir():
            _carry_over(out, fresh, ours)
        for path in (fresh, *fresh.rglob("*")):
            _sync(path)
        _swap_in(fresh, out, aside / "old")
        _sync(out.parent)


def check_file(out: Path) -> None:
    """Raise UnusableFolder where no file can be put at `out`: at a folder, a device, below a file.

    A file that is there already is no reason.
    """
    out = _resolved(out)
    if out.is_dir():
        raise UnusableFolder(f"{out} is a folder. Choose another name for the file.")
    if out.exists() and not out.is_file():
        raise UnusableFolder(f"{out} is no file that could be replaced. Choose another name.")
    _check_parent(out)


def check_inside(out: Path, name: str) -> None:
    """Raise UnusableFolder where no file `name` can be put into `out`, which need not be there."""
    _check_parent(_resolved(out) / name)


def check_usable(out: Path, marker: str) -> None:
    """Raise UnusableFolder unless `out` is absent, empty, or a folder that holds `marker`."""
    out = _resolved(out)
    if out.exists() and not out.is_dir():
        raise UnusableFolder(f"{out} is a file. Choose another name for the folder.")
    if out.is_dir() and any(out.iterdir()) and not (out / marker).is_file():
        raise UnusableFolder(
            f"{out} holds other things and no {marker}, so it is left alone. "
            "Choose another name, or empty it."
        )
    if out.is_mount():
        raise UnusableFolder(
            f"{out} is where a disk is mounted and cannot be replaced as a whole. "
            f"Name a folder inside it, such as {out / 'result'}."
        )
    _check_parent(out)


def _resolved(out: Path) -> Path:
    if len(os.fsencode(out.name)) > LONGEST:
        raise UnusableFolder(f"The name {out.name[:40]}… is too long. Choose a shorter one.")
    try:
        return out.resolve()
    except (OSError, RuntimeError):  # links that lead in a circle, a folder that is gone
        raise UnusableFolder(f"{out} leads nowhere. Choose another place.") from None


def recover(out: Path) -> None:
    """Clean up what killed runs left beside `out`; a run that is still at work is left alone."""
    if not out.parent.is_dir():
        return
    name = re.compile(rf"\.{re.escape(out.name)}\.[a-z0-9_]{{8}}\.partial")
    for left in sorted(path for path in out.parent.iterdir() if name.fullmatch(path.name)):
        lock = _lock(left)
        if lock is None:
            continue
        try:
            _settle(left, out)
        finally:
            os.close(lock)


def _check_parent(out: Path) -> None:
    nearest = next(folder for folder in out.parents if folder.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise UnusableFolder(f"{nearest} cannot be written to. Choose another place.")
    try:
        # Some file systems let nobody write, whatever they say of themselves.
        Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".partial", dir=nearest)).rmdir()
    except OSError as error:
        raise UnusableFolder(
            f"{out} cannot be written: {error.strerror}. Choose another name or place."
        ) from None


@contextmanager
def _aside(out: Path) -> Iterator[Path]:
    """Give a folder beside `out`, locked for as long as the block lasts and gone after it."""
    out.parent.mkdir(parents=True, exist_ok=True)
    recover(out)
    folder, lock = _locked_folder(out)
    try:
        yield folder
    finally:
        try:
            _settle(folder, out)
        finally:
            os.close(lock)


def _settle(aside: Path, out: Path) -> None:
    """Put the old folder back where a swap was broken off, and delete the working folder."""
    old = aside / "old"
    if old.exists() and not out.exists():
        old.rename(out)
    shutil.rmtree(aside, ignore_errors=True)


def _locked_folder(out: Path) -> tuple[Path, int]:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".partial", dir=out.parent))
        # Another run may take the folder for a leftover before it is locked, and delete it.
        if (lock := _lock(folder)) is not None:
            return folder, lock


def _lock(folder: Path) -> int | None:
    """Lock a working folder for this process; None if it is another's, or gone."""
    path = folder / "lock"
    try:
        lock = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    if os.fstat(lock).st_nlink == 0:
        os.close(lock)
        return None
    return lock


def _swap_in(fresh: Path, out: Path, old: Path) -> None:
    if not out.exists() or not any(out.iterdir()):
        fresh.rename(out)
    elif not _exchange(fresh, out):
        out.rename(old)
        fresh.rename(out)
        # No longer `old`: from here on it must never be put back, for it is about to be deleted.
        old.rename(old.with_name("gone"))


def _exchange(first: Path, second: Path) -> bool:
    """Swap two paths in one step, by Linux's renameat2; give False where that is not possible."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    rename.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    source, target = os.fsencode(first), os.fsencode(second)
    if rename(_AT_FDCWD, source, _AT_FDCWD, target, _RENAME_EXCHANGE) == 0:
        return True
    error = ctypes.get_errno()
    if error in _NO_EXCHANGE:
        return False
    raise OSError(error, os.strerror(error), str(second))


def _carry_over(out: Path, fresh: Path, ours: Collection[str]) -> None:
    for entry in out.iterdir():
        if entry.name in ours or (fresh / entry.name).exists():
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.copytree(entry, fresh / entry.name, symlinks=True)
        else:
            shutil.copy2(entry, fresh / entry.name, follow_symlinks=False)


def _sync(path: Path) -> None:
    """Have the system put a file or a folder on the disk."""
    if path.is_symlink():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
