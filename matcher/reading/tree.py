"""Settings as a tree of texts, lists and tables, as YAML and JSON have them, and its flat form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.domain.policy import CONDITIONS, Target
from matcher.errors import Problem
from matcher.reading.gathering import Gathering
from matcher.reading.headers import nearest
from matcher.reading.raw import Cell, RawRow, RawSetting, RawTable

KEYS = (
    "id", "title", "currency", "decision_date", "call", "rule_packs", "rates", "policy", "targets",
)  # fmt: skip
"""The keys of a round, in the order of ROUND_FORMAT.md."""


@dataclass(frozen=True)
class Node:
    """A value with the line it starts at, where the file has lines."""

    line: int | None
    value: "str | Sequence[Node] | Mapping[str, Node]"


def node_of(value: Any) -> Node:
    """Give texts, lists and tables that stand in no file as a tree."""
    if isinstance(value, Mapping):
        return Node(None, {str(key): node_of(below) for key, below in value.items()})
    if isinstance(value, list | tuple):
        return Node(None, [node_of(item) for item in value])
    return Node(None, "" if value is None else str(value))


def flatten(root: Node, gathering: Gathering) -> None:
    """Take settings in: dotted keys, and `rates` and `targets` as tables of their own.

    The rows of a document without lines are numbered from 1.
    """
    if not isinstance(root.value, Mapping):
        what, remedy = "does not hold keys with values.", "Begin with id: and the other keys."
        gathering.tell(gathering.file, root.line, "", "", what, remedy)
        gathering.unread.add("round")
        return
    for written, node in sorted(root.value.items(), key=_unknown_last):
        head, dot, below = written.partition(".")
        key = known_key(head, node.line, gathering)
        if key in ("rates", "targets") and dot:
            what, remedy = "is written with a dot.", f"Indent it below {key} instead."
            gathering.tell(gathering.file, node.line, written, "", what, remedy)
        elif key == "rates":
            _rates(node, gathering)
        elif key == "targets":
            _targets(node, gathering)
        elif key is not None:
            _settings(f"{key}{dot}{below}", node, gathering, guessed=key != head)


def _unknown_last(item: tuple[str, Any]) -> bool:
    return item[0].partition(".")[0] not in KEYS


def known_key(key: str, line: int | None, gathering: Gathering) -> str | None:
    """Give the key of a round that is meant, telling of one that is misspelt or that nobody knows.

    A misspelt key is read as what it probably means, so that no problem follows from it.
    """
    if key in KEYS:
        return key
    near = nearest(key, KEYS)
    if near or gathering.strict:
        gathering.problems.append(unknown_key(gathering.file, line, key, KEYS))
    elif key not in gathering.ignored:
        what = "is not a key of a round and is ignored."
        remedy = "Nothing to do, if nothing was to be read from it."
        gathering.warn(gathering.file, line, key, "", what, remedy)
    gathering.ignored.add(key)
    return near


def _settings(key: str, node: Node, gathering: Gathering, guessed: bool) -> None:
    if isinstance(node.value, Mapping):
        for inner, below in node.value.items():
            _settings(f"{key}.{inner}", below, gathering, guessed)
        return
    gathering.put(key, RawSetting(node.line, _cell(key, node, gathering) or ""), guessed)


def _cell(column: str, node: Node, gathering: Gathering, line: int | None = None) -> Cell | None:
    """Give a text, or a list of texts without blank ones; anything deeper is a problem."""
    if isinstance(node.value, str):
        return node.value.strip()
    if isinstance(node.value, Mapping):
        items: list[Node] = [node]
    else:
        items = list(node.value)
    texts = [item.value.strip() for item in items if isinstance(item.value, str)]
    if len(texts) == len(items):
        return [text for text in texts if text]
    what = "holds a list or table where a text or a plain list belongs."
    remedy = "Write one value, or a list of values."
    gathering.tell(gathering.file, line or node.line, column, "", what, remedy)
    return None


def _rates(node: Node, gathering: Gathering) -> None:
    if node.value in ("", []):
        return
    if not isinstance(node.value, Mapping):
        what, remedy = "is not a table of rates.", 'Write rates: {USD: "1.7000"}.'
        gathering.tell(gathering.file, node.line, "rates", "", what, remedy)
        gathering.unread.add("rates")
        return
    rows = []
    for position, (code, below) in enumerate(node.value.items(), 1):
        line = below.line or position
        rate = _cell(f"rates.{code}", below, gathering, line)
        cells: dict[str, Cell] = {"currency": code.strip()}
        rows.append(RawRow(line, cells | ({"rate": rate} if rate else {})))
    gathering.tables["rates"] = RawTable(gathering.file, ("currency", "rate"), rows)


def _targets(node: Node, gathering: Gathering) -> None:
    if node.value == "":
        return
    if isinstance(node.value, str | Mapping):
        what, remedy = "is not a list of targets.", "Begin each target with a dash: - {id: …}."
        gathering.tell(gathering.file, node.line, "targets", "", what, remedy)
        gathering.unread.add("targets")
        return
    rows = []
    for position, item in enumerate(node.value, 1):
        line = item.line or position
        if isinstance(item.value, Mapping):
            rows.append(RawRow(line, _target(item.value, line, gathering)))
        else:
            what, remedy = "is not a target with keys.", "Write {id: …, where: …, min_share: …}."
            gathering.tell(gathering.file, line, "targets", "", what, remedy)
    plain = (name for name in Target.model_fields if name != "where")
    written = {name: f"targets.{name}" for name in plain}
    written |= {name: f"targets.where.{name}" for name in CONDITIONS}
    gathering.written["targets"] = written
    gathering.tables["targets"] = RawTable(gathering.file, list(written), rows)


def _target(keys: Mapping[str, Node], line: int, gathering: Gathering) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}

    def take(name: str, column: str, node: Node, known: Sequence[str]) -> None:
        cell = _cell(column, node, gathering, line)
        if name not in known:
            gathering.problems.append(unknown_key(gathering.file, node.line or line, column, known))
            name = nearest(name, known) or name
        if cell and name in known:
            cells.setdefault(name, cell)

    for name, node in keys.items():
        if name == "where" and isinstance(node.value, Mapping):
            for condition, below in node.value.items():
                take(condition, f"targets.where.{condition}", below, CONDITIONS)
        elif name == "where" and node.value not in ("", []):
            what, remedy = "is not a table of conditions.", "Write where: {region: [AZ-BA]}."
            gathering.tell(gathering.file, node.line or line, "targets.where", "", what, remedy)
        elif name != "where":
            take(name, f"targets.{name}", node, tuple(Target.model_fields))
    return cells


def unknown_key(file: str, line: int | None, key: str, known: Sequence[str]) -> Problem:
    """Give the problem of a key that does not exist where it stands."""
    above, _, last = key.rpartition(".")
    near = nearest(last, known)
    hint = f"Did you mean {near}? " if near else ""
    where = f"of {above}" if above else "of a round"
    remedy = f"{hint}The keys {where} are: {', '.join(known)}."
    return Problem(file, line, key, "", f"is not a key {where}.", remedy)
