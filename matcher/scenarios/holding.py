"""Which answer a scenario's folder holds: a note in it says so, written after all else.

An answer that is known counts only where its folder holds it: the folder may hold what another
round, or other changes under the same name, came to, or may have been deleted or edited since.
"""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from matcher.domain.round import canonical
from matcher.writing.result_folder import EXPLANATIONS, RECORD, RESULT_FILES

ROUND, RESULT, CHANGES, PACKS = "round.json", "result", "changes.json", "packs"
"""What a scenario's folder holds; rule packs only where it changes some."""
NOTE = "answer.json"
"""Says of which answer a folder is, and what its files are."""


def begin(folder: Path) -> None:
    """Make a folder ready to be written to: until `note` it holds no answer.

    Rule packs of an earlier answer are gone; its result is, as a new one takes its place.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NOTE).unlink(missing_ok=True)
    for pack in (folder / PACKS).glob("*.yaml"):
        pack.unlink()


def note(folder: Path, key: str, answer: Mapping[str, Any]) -> None:
    """Note that a folder holds the answer under a key, now that all of it is written."""
    text = json.dumps(_noted(folder, key, answer), ensure_ascii=False, indent=2, sort_keys=True)
    (folder / NOTE).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def holds(folder: Path, key: str, answer: Mapping[str, Any]) -> bool:
    """Say whether a folder holds the answer under a key, all its files as they were written.

    One that failed has no result. Of run.json, which tells the time that was taken, it is asked
    only that it is there.
    """
    record = folder / RESULT / RECORD
    if answer["status"] == "failed":
        return not record.exists()
    try:
        noted = json.loads((folder / NOTE).read_bytes())
        return record.is_file() and noted == _noted(folder, key, answer)
    except (OSError, ValueError):
        return False  # what cannot be read is worked out and written anew


def clear(folder: Path) -> None:
    """Take away what an earlier answer left; what others put beside it stays."""
    for name in (ROUND, CHANGES, *(f"{RESULT}/{each}" for each in (*RESULT_FILES, *EXPLANATIONS))):
        (folder / name).unlink(missing_ok=True)


def _noted(folder: Path, key: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": key,
        "answer": sha256(canonical(answer).encode()).hexdigest(),
        "files": {
            name: sha256((folder / name).read_bytes()).hexdigest() for name in _files(folder)
        },
    }


def _files(folder: Path) -> Iterator[str]:
    """Give the names of what we wrote, but for what differs each time it is written."""
    tables = (f"{RESULT}/{name}" for name in RESULT_FILES if name != RECORD)
    yield from (name for name in (ROUND, CHANGES, *tables) if (folder / name).is_file())
    yield from sorted(f"{PACKS}/{path.name}" for path in (folder / PACKS).glob("*.yaml"))
