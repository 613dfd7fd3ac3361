"""Putting published data into a file, in place of nothing but an earlier publication."""

from pathlib import Path

from matcher.errors import UnusableFolder
from matcher.writing.atomic import check_file, replaced_file

_HEAD = 1 << 16
"""Bytes of a file that are looked through for the mark of one written here."""


def check_replaceable(out: Path, mark: str) -> None:
    """Raise UnusableFolder where no file can be put, or one lies that was not written here.

    `mark` is what a file written here says near its beginning.
    """
    check_file(out)
    if not out.is_file():
        return
    with out.open("rb") as file:
        ours = mark.encode() in file.read(_HEAD)
    if not ours:
        raise UnusableFolder(
            f"{out} is there already and was not written by `matcher export` in this format, so it "
            "is left alone. Name another with --out."
        )


def write_publication(text: str, out: Path, mark: str) -> None:
    """Write published data to `out`, whole or not at all; raises as `check_replaceable`."""
    check_replaceable(out, mark)
    with replaced_file(out) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="\n")
