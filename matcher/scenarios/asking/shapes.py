"""What is wrong with the shape of scenarios written in Python, before anything is read of them."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from matcher.errors import Problem
from matcher.wording import catalogue_of

KEYS = ("question", "add", "set", "drop")
"""The keys of a scenario in a scenario file that a mapping may have."""
WRITTEN = "scenarios"
"""Where problems say that scenarios from Python stand."""


def has_keys(edits: Mapping[str, Any]) -> bool:
    """Say whether a mapping has the keys of a scenario, not paths with values."""
    return bool(edits) and all(key in KEYS for key in edits)


def misshapen(at: str, edits: Any) -> Iterator[Problem]:
    """Give all that is not as a scenario is written; `at` is what its places begin with."""
    if not isinstance(edits, Mapping):
        yield _problem(at.removesuffix(": "), "asking-no-edits", edits)
        return
    for key in edits:
        if not isinstance(key, str):
            yield _problem(at.removesuffix(": "), "asking-no-path", key)
    keys = [key for key in edits if key in KEYS]
    if keys and not has_keys(edits):
        for key in edits:
            if key == "extends":
                yield _problem(f"{at}{key}", "asking-extends", edits[key])
            elif isinstance(key, str) and key not in KEYS:
                yield _problem(f"{at}{key}", "asking-beside", edits[key], keys=", ".join(keys))
    elif "extends" in edits:
        yield _problem(f"{at}extends", "asking-extends", edits["extends"])
    if not keys:
        return
    if not isinstance(edits.get("set", {}), Mapping):
        yield _problem(f"{at}set", "asking-set-nothing", edits["set"])
    elif not all(isinstance(path, str) for path in edits.get("set", {})):
        yield _problem(f"{at}set", "asking-no-path", edits["set"])
    yield from _rows(f"{at}add", edits.get("add", {}))
    dropped = edits.get("drop", ())
    each = [dropped] if isinstance(dropped, str) else dropped
    if not _is_several(each) or not _are_texts(each):
        yield _problem(f"{at}drop", "asking-drop-nothing", dropped)


def _rows(at: str, tables: Any) -> Iterator[Problem]:
    if not isinstance(tables, Mapping):
        yield _problem(at, "asking-add-nothing", tables)
        return
    for table, rows in tables.items():
        for row in rows if _is_several(rows) else [rows]:
            if not isinstance(row, Mapping) or not _are_texts(row):
                yield _problem(f"{at}.{table}", "asking-no-row", row)


def _is_several(values: Any) -> bool:
    return isinstance(values, Collection) and not isinstance(values, str | Mapping)


def _are_texts(values: Any) -> bool:
    return all(isinstance(value, str) for value in values)


def _problem(at: str, message: str, value: Any, **more: str) -> Problem:
    say = catalogue_of().say
    return Problem(WRITTEN, None, at, str(value), say(message, **more), say(f"{message}-remedy"))
