"""Put finished files where they were asked for: whole, or not at all."""

from collections.abc import Collection, Mapping
from pathlib import Path

from matcher.writing.atomic import replaced_file, replaced_folder


def place_file(content: bytes, out: Path) -> None:
    """Write one file, in place of an older one, so that nobody ever reads half of it.

    Raises UnusableFolder where no file can be put.
    """
    with replaced_file(out) as fresh:
        fresh.write_bytes(content)


def place_folder(files: Mapping[str, bytes], out: Path, marker: str, ours: Collection[str]) -> None:
    """Write a folder, in place of an older one of its kind, which is one that holds `marker`.

    What else lies in it and is not among the names `ours` is carried over. Raises UnusableFolder
    for anything else that is there already, other than an empty folder, and where nobody can write.
    """
    with replaced_folder(out, marker, ours) as fresh:
        for name, content in files.items():
            (fresh / name).write_bytes(content)
