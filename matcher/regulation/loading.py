"""Rule packs from their files: a valid pack, or every mistake in it with its line."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from matcher.errors import InvalidPack
from matcher.regulation.marked_yaml import Marked, read_marked
from matcher.regulation.pack import Pack
from matcher.regulation.soundness import find_faults


def load_pack(path: Path) -> Pack:
    """Read a rule pack; raises InvalidPack with every problem found in it."""
    marked = read_marked(path)
    pack = None if marked.content is None else _built(marked)
    if pack is not None:
        find_faults(pack, marked)
    if pack is None or marked.problems:
        raise InvalidPack(sorted(marked.problems, key=lambda problem: problem.row or 0))
    return pack


def _built(marked: Marked) -> Pack | None:
    try:
        return Pack.model_validate(marked.content)
    except ValidationError as error:
        details = error.errors(include_url=False)
        for detail in details:
            if not _follows(detail, details):
                _tell(marked, detail)
        return None


def _follows(detail: ErrorDetails, details: Sequence[ErrorDetails]) -> bool:
    """Say whether a list is told as empty only because its items, told themselves, are wrong."""
    place = detail["loc"]
    inside = (d["loc"] for d in details if len(d["loc"]) > len(place))
    return detail["type"] == "too_short" and any(loc[: len(place)] == place for loc in inside)


def _tell(marked: Marked, detail: ErrorDetails) -> None:
    place = tuple(part for part in detail["loc"] if part != "[key]")
    kind, given = detail["type"], detail["input"]
    value = given if isinstance(given, str) else ""
    if kind == "extra_forbidden":
        what, remedy = f"has an unknown key {place[-1]}.", "Take it out, or correct its name."
        marked.tell(place, "", what, remedy)
    elif kind == "missing":
        what, remedy = f"lacks {place[-1]}.", f"Write {place[-1]}, as in the reference of packs."
        marked.tell(place, "", what, remedy)
    elif kind == "literal_error":
        expected = str(detail.get("ctx", {}).get("expected", "")).replace("'", "")
        marked.tell(place, value, "is none of the words allowed here.", f"Write {expected}.")
    elif kind.startswith("date_"):
        marked.tell(place, value, "is no date.", "Write year-month-day, as in 2026-03-01.")
    else:
        what = f"is not right here: {detail['msg'].removeprefix('Value error, ')}."
        marked.tell(place, value, what, "See the reference of rule packs.")
