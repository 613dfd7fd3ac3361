"""What differs in the files of two results, as messages with their values."""

from collections.abc import Iterator, Mapping, Sequence
from unicodedata import category

from matcher.scenarios.replays.files import Apart
from matcher.wording.catalogue import Said
from matcher.writing.result_folder import RECORD

MOST_TOLD = 8
"""So many differences of a file are told in words."""
LONGEST = 160
"""So many characters of a cell are shown."""


def said_of_differences(found: Sequence[Apart]) -> Iterator[Said]:
    """Say what differs in one file, the first few differences each by itself."""
    for each in found[:MOST_TOLD]:
        yield _difference(each)
    if more := len(found) - MOST_TOLD if len(found) > MOST_TOLD else 0:
        yield Said("replay-more", {"file": found[0].file, "more": more})


def _difference(each: Apart) -> Said:
    values: Mapping[str, str] = {
        "file": each.file,
        "row": each.row,
        "column": each.column,
        "recorded": _short(each.recorded),
        "replayed": _short(each.replayed),
    }
    ends = {(True, True): "changed", (True, False): "lost", (False, True): "new"}
    how = ends[each.recorded is not None, each.replayed is not None]
    if not each.row and not each.column:
        return Said("replay-file-bytes" if how == "changed" else f"replay-file-{how}", values)
    if each.file == RECORD:
        return Said(f"replay-key-{how}", values)
    return Said("replay-cell-changed" if each.column else f"replay-row-{how}", values)


def _short(text: str | None) -> str:
    flat = " ".join((text or "").split())
    return flat if len(flat) <= LONGEST else f"{flat[:LONGEST]}…"


def harmless(text: str) -> str:
    """Give a text without what would steer the terminal that it is printed on."""
    return "".join(mark for mark in text if category(mark) not in ("Cc", "Cf"))
