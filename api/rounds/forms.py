"""Whole rounds in the forms that people send and take away, read and written by a process apart.

Everything here runs in that process (see apart.py) and gives bytes, so that nothing that a hostile
file makes of itself comes back but texts.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from api.rounds.nouns import ADDRESSABLE, NOUNS
from matcher.errors import InvalidRound, Problem
from matcher.pipeline import find_missing
from matcher.reading import Limits, read_document
from matcher.reading.assemble import assemble
from matcher.reading.gathering import Gathering, Unreadable
from matcher.reading.json_form import read_json
from matcher.reading.raw import Cell
from matcher.reading.workbook import read_workbook
from matcher.writing.round_forms import write_round

Form = Literal["json", "xlsx"]
READERS = {"json": read_json, "xlsx": read_workbook}


def read_form(content: bytes, form: Form, limits: Limits) -> bytes:
    """Read a round; raises InvalidRound with every problem.

    Gives JSON: `document` (canonical), `content_hash`, `warnings`, and `organisations`, where each
    of them stands, as {org_id: [file, row, name]}.
    """
    try:
        gathering = _gathered(content, form, limits)
    except Unreadable as refusal:
        raise InvalidRound([refusal.problem]) from None
    own = list(_unaddressable(gathering))
    try:
        round_, warnings = assemble(gathering, find_missing)
    except InvalidRound as refusal:
        errors = [problem for problem in refusal.problems if problem.severity == "error"]
        rest = [problem for problem in refusal.problems if problem.severity != "error"]
        raise InvalidRound([*errors, *own, *rest]) from None
    if own:
        raise InvalidRound([*own, *warnings])
    read = {
        "document": round_.document(),
        "content_hash": round_.content_hash,
        "warnings": [problem.as_dict() for problem in warnings],
        "organisations": _organisations(gathering),
    }
    return json.dumps(read, ensure_ascii=False).encode()


def write_form(document: bytes, form: Form) -> bytes:
    """Write a round, given as its JSON document; raises InvalidRound where it has errors."""
    round_ = read_document(json.loads(document), "round").round
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"round.{form}"
        write_round(round_, path)
        return path.read_bytes()


def _gathered(content: bytes, form: Form, limits: Limits) -> Gathering:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"round.{form}"
        path.write_bytes(content)
        return READERS[form](path, False, limits)


def _ids(gathering: Gathering) -> Iterator[tuple[str, int | None, str, str]]:
    """Yield each id that stands in the path of an address: file, row, column, text."""
    if "id" in gathering.settings:
        setting = gathering.settings["id"]
        yield gathering.file, setting.line, "id", _text(setting.value)
    for name, table in gathering.tables.items():
        key = NOUNS[name].key if name in NOUNS else None
        for row in table.rows:
            if key is not None and key in row.cells:
                yield table.file, row.line, key, _text(row.cells[key])


def _unaddressable(gathering: Gathering) -> Iterator[Problem]:
    for file, row, column, text in _ids(gathering):
        if text and not ADDRESSABLE.fullmatch(text):
            what = "cannot stand in an address."
            remedy = "Use at most 255 characters, without a slash."
            yield Problem(file, row, column, text[:80], what, remedy)


def _text(cell: Cell) -> str:
    return cell if isinstance(cell, str) else ";".join(cell)


def _organisations(gathering: Gathering) -> Mapping[str, list[Any]]:
    table = gathering.tables["organisations"]
    return {
        _text(row.cells["org_id"]): [table.file, row.line, _text(row.cells["name"])]
        for row in table.rows
    }
