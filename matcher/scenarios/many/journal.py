"""Answers kept as they come, so that what was worked out once is never lost.

One line of JSON for each, in a file that is only ever added to, on the disk before the next is
asked for. Each carries the key of its task: a line of another round or version is never used.
Needs a POSIX system (locks), as matcher.writing.atomic does.
"""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from matcher.domain.round import canonical
from matcher.errors import UnusableFolder
from matcher.wording import catalogue_of

Document = dict[str, Any]
"""Plain JSON values."""
Keep = Callable[[str, str, Document], Document]
"""Keeps the answer to a task (key, name, answer) and gives it as it will be read again."""


@dataclass(frozen=True)
class Journal:
    """The file of answers; it need not be there yet."""

    path: Path

    def answers(self) -> dict[str, Document]:
        """Give the answers by key; of two under one key the last counts: it was worked out anew.

        A last line that was cut off, as by a power failure, is left out, and so is a line that
        cannot be read: their tasks are worked on again.
        """
        if not self.path.is_file():
            return {}
        found: dict[str, Document] = {}
        for line in self.path.read_bytes().split(b"\n")[:-1]:
            entry = _entry(line)
            if entry is not None:
                found[entry[0]] = entry[1]
        return found

    @contextmanager
    def kept(self) -> Iterator[Keep]:
        """Give a function that adds an answer; it returns once the answer is on the disk.

        Raises UnusableFolder where another run is writing to the same journal.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                said = catalogue_of().say("many-locked", path=str(self.path))
                raise UnusableFolder(said) from None
            _cut_torn_line(file)

            def keep(key: str, name: str, answer: Document) -> Document:
                line = canonical({"answer": answer, "key": key, "name": name})
                file.write(line.encode("utf-8") + b"\n")
                file.flush()
                os.fsync(file.fileno())
                # An answer that was just worked out has the same form as one read from the file.
                read: Document = json.loads(line)["answer"]
                return read

            yield keep


def _entry(line: bytes) -> tuple[str, Document] | None:
    try:
        entry = json.loads(line)
        return str(entry["key"]), dict(entry["answer"])
    except (ValueError, KeyError, TypeError):
        return None


def _cut_torn_line(file: IO[bytes]) -> None:
    """Take off a last line without an end, so that the next answer starts a line of its own."""
    file.seek(0)
    content = file.read()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        file.truncate(whole)
