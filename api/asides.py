"""What is written aside: folders and files that are cleared away when their writer is no more.

Who works on something beside the database (a run, a round that is read, a backup that is not whole
yet) holds a lock on its folder or file. The system takes the lock back with the process, however
that ends: what nobody holds was left behind. The id of a process would not tell, as another process
gets it in time, and after a restart of a container at once.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from tempfile import gettempdir, mkdtemp, mkstemp
from weakref import finalize

PREFIX = "matcher-aside-"
PARTIAL = ".matcher-partial"


class Aside:
    """An empty folder of this process's own, gone when it is closed or the process has ended."""

    def __init__(self) -> None:
        self.path, held = _new_folder()
        self._end = finalize(self, _end, self.path, held)

    def close(self) -> None:
        """Remove the folder with all that is in it."""
        self._end()


@contextmanager
def aside() -> Iterator[Path]:
    """Give an empty folder that is gone afterwards."""
    made = Aside()
    try:
        yield made.path
    finally:
        made.close()


def partial_file(out: Path) -> tuple[int, Path]:
    """Make a file beside one that is to be written, readable to its owner alone.

    Gives its descriptor, which holds it until it is closed, and its path. Raises OSError.
    """
    while True:
        number, name = mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=PARTIAL)
        if _is_held(number, Path(name)):
            return number, Path(name)
        os.close(number)


def clear_away() -> None:
    """Remove the folders that were left behind on this machine."""
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        _clear(folder)


def clear_partial(folder: Path) -> None:
    """Remove the files that were left behind in a folder before they were whole."""
    for file in folder.glob(f".*{PARTIAL}"):
        _clear(file)


def _new_folder() -> tuple[Path, int]:
    while True:
        path = Path(mkdtemp(prefix=PREFIX))
        held = _hold(path)
        if held is not None:
            return path, held


def _end(path: Path, held: int) -> None:
    _remove(path)
    os.close(held)


def _clear(path: Path) -> None:
    held = _hold(path)
    if held is not None:
        _end(path, held)


def _hold(path: Path) -> int | None:
    """Hold something of this user's; None where somebody else holds it, or has removed it."""
    try:
        known = path.lstat()
        if known.st_uid != os.getuid() or not (S_ISDIR(known.st_mode) or S_ISREG(known.st_mode)):
            return None
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except FileNotFoundError:
        return None
    if _is_held(number, path):
        return number
    os.close(number)
    return None


def _is_held(number: int, path: Path) -> bool:
    """Lock what is open; False where it is another's, or was cleared away before it was locked."""
    try:
        flock(number, LOCK_EX | LOCK_NB)
        return os.path.samestat(os.fstat(number), path.lstat())
    except (BlockingIOError, FileNotFoundError):
        return False


def _remove(path: Path) -> None:
    if path.is_dir():
        # A process may outlive its worker by a moment and still write: what it leaves, the next
        # start clears away.
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
