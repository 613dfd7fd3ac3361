"""The round of a result, looked for where people keep both: beside the result, and where they are.

A result holds the hash of its round, so that no other is taken for it, nor one edited since.
"""

from collections import deque
from collections.abc import Iterator
from pathlib import Path

from matcher.errors import MatcherError
from matcher.reading import read_round
from matcher.reading.folder import SETTINGS

DEEP, MANY = 3, 5_000
"""Folders beneath each other, and files and folders at all, that are looked through."""
BOOKS = 20
"""Workbooks that are read at most: what they hold cannot be told without."""


def round_near(folder: Path, round_id: str, round_hash: str) -> Path | None:
    """Give the round with an id and a hash that lies around a folder or the one at hand, if any."""
    roots = dict.fromkeys([folder.resolve().parent, Path.cwd()])
    books = 0
    for path in dict.fromkeys(place for root in roots for place in _places(root)):
        books += path.suffix == ".xlsx"
        if (path.suffix == ".xlsx" and books > BOOKS) or not _may_be(path, round_id):
            continue
        place = path.parent if path.name == SETTINGS else path
        try:
            if read_round(place).round.content_hash == round_hash:
                return place
        except MatcherError:
            continue  # what is no round, or cannot be read, is not the one
    return None


def _places(root: Path) -> Iterator[Path]:
    """Give what may be rounds in a folder and beneath, the nearest first, by name."""
    open_, left = deque([(root, 0)]), MANY
    while open_ and left > 0:
        folder, depth = open_.popleft()
        try:
            entries = sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
        except OSError:
            continue  # a folder that may not be looked into holds nothing to be found
        left -= len(entries)
        for entry in entries:
            if entry.is_dir() and not entry.is_symlink():
                if depth < DEEP:
                    open_.append((entry, depth + 1))
            elif entry.name == SETTINGS or entry.suffix in (".json", ".xlsx"):
                yield entry


def _may_be(path: Path, round_id: str) -> bool:
    """Say whether a file names the id; of a workbook that is not to be seen from outside."""
    if path.suffix == ".xlsx":
        return True
    try:
        return round_id.encode() in path.read_bytes()
    except OSError:
        return False
