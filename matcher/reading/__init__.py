"""Read a round from a folder, an Excel workbook or a JSON document; all give the same round."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matcher.domain import Round
from matcher.errors import InvalidRound, Problem
from matcher.reading.assemble import Look, assemble, nothing_else
from matcher.reading.folder import SETTINGS, read_folder
from matcher.reading.gathering import Gathering, Unreadable
from matcher.reading.json_form import gather_document, read_json
from matcher.reading.limits import Limits
from matcher.reading.workbook import read_workbook

__all__ = ["Limits", "ReadRound", "load_round", "read_document", "read_round"]


@dataclass(frozen=True)
class ReadRound:
    """A round as it was read, with what a coordinator should look at in its files."""

    round: Round
    warnings: tuple[Problem, ...]


def read_round(
    path: Path, strict: bool = False, limits: Limits = Limits(), look: Look = nothing_else
) -> ReadRound:
    """Read a round: a folder with `round.yaml`, an .xlsx or a .json (ROUND_FORMAT.md).

    `strict` makes columns, keys and files that nobody knows an error, `look` finds further
    problems. Raises InvalidRound with every problem of every file, errors first, then warnings;
    also where nothing can be read.
    """
    try:
        round_, warnings = assemble(_gather(path, strict, limits), look)
    except Unreadable as refusal:
        raise InvalidRound([refusal.problem]) from None
    return ReadRound(round_, tuple(warnings))


def read_document(
    document: Mapping[str, Any],
    name: str = "round.json",
    strict: bool = False,
    limits: Limits = Limits(),
    look: Look = nothing_else,
) -> ReadRound:
    """Read a round from a document in memory, in its JSON form, all numbers as texts.

    `name` is what problems call it, `look` finds further ones. Raises InvalidRound as `read_round`
    does.
    """
    try:
        round_, warnings = assemble(gather_document(document, name, strict, limits), look)
    except Unreadable as refusal:
        raise InvalidRound([refusal.problem]) from None
    return ReadRound(round_, tuple(warnings))


def load_round(path: str | Path, strict: bool = False) -> Round:
    """Read a round as `read_round` does, and give the round alone."""
    return read_round(Path(path), strict).round


def _gather(path: Path, strict: bool, limits: Limits) -> Gathering:
    try:
        folder, there = path.is_dir(), path.exists()
    except OSError as error:
        what = f"cannot be read: {error.strerror}."
        raise Unreadable(str(path), what, "Check the path to the round.") from None
    form = path.suffix.lower()
    if folder:
        return read_folder(path, strict, limits)
    if not there:
        raise Unreadable(str(path), "does not exist.", "Check the path to the round.")
    if form == ".xlsx":
        return read_workbook(path, strict, limits)
    if form == ".json":
        return read_json(path, strict, limits)
    remedy = "Give the folder that holds it." if path.name == SETTINGS else "Give one of these."
    raise Unreadable(path.name, "is neither a folder, an .xlsx nor a .json.", remedy)
