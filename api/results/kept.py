"""Runs with what they came to: their files, and the round that they were made of.

A run that has ended never changes again, so that what was read of it is kept for a while.
"""

import json
import zlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from api.access.roles import Principal
from api.http.problems import Refused, not_found, wrong_state
from api.results.letters import LETTERS
from api.rounds.states import round_for
from api.running.identity import read_inputs
from api.store.tables import RunFile, RunInputs, RunRow
from matcher.domain import Round
from matcher.writing.visibility import ShownRound

WITH_TABLES = ("match", "scenario")
"""The kinds of run that give tables."""
Found = TypeVar("Found")


class Remembered:
    """The last few things that were worked out, by what they are of; safe among threads."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self._found: OrderedDict[tuple[str, ...], Any] = OrderedDict()

    def get(self, key: tuple[str, ...], make: Callable[[], Found]) -> Found:
        """Give what is remembered; makes it where nothing is."""
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                known: Found = self._found[key]
                return known
        made = make()
        with self._lock:
            self._found[key] = made
            while len(self._found) > self._most:
                self._found.popitem(last=False)
        return made


_settings = Remembered(24)
_rounds, _shown, _files = Remembered(4), Remembered(4), Remembered(24)


def run_for(
    session: Session, run_id: str, principal: Principal, round_id: str | None = None
) -> RunRow:
    """Find a run, of one round if it is given, that somebody may see; raises Refused (404)."""
    run = session.get(RunRow, run_id)
    if run is None or round_id not in (None, run.round_id):
        raise not_found("run")
    try:
        round_for(session, run.round_id, principal)
    except Refused:
        raise not_found("run") from None
    return run


def check_tables(run: RunRow) -> None:
    """Refuse a run that has no tables, or none yet (409)."""
    if run.kind not in WITH_TABLES or run.state != "done":
        raise wrong_state(
            f"The run {run.id} ({run.kind}) has no decisions to read: it is {run.state}. Runs and "
            "scenarios that are done have."
        )


def file_of(session: Session, run_id: str, name: str) -> bytes:
    """Read a file of a run; raises Refused (404) where it has none of the name."""
    found = session.get(RunFile, (run_id, name))
    if found is None:
        raise not_found("file of the run")
    return found.content


def parsed(
    session: Session, run_id: str, name: str, use: str, parse: Callable[[bytes], Found]
) -> Found:
    """Read and parse a file of a run that has ended, or give what was parsed before for a use."""
    key = (*_database(session), run_id, name, use)
    return _files.get(key, lambda: parse(file_of(session, run_id, name)))


def round_of(session: Session, run: RunRow) -> Round:
    """Give the round that the tables of a run are about."""

    def read() -> Round:
        inputs = session.get_one(RunInputs, run.inputs)
        return read_inputs(inputs.content).round

    return _rounds.get((*_database(session), run.inputs), read)


def shown_round(session: Session, run: RunRow) -> ShownRound:
    """Give the names of the round of a run as others may see them."""
    key = (*_database(session), run.inputs)
    return _shown.get(key, lambda: ShownRound(round_of(session, run)))


def settings_of(session: Session, run: RunRow) -> Mapping[str, Any]:
    """Give the settings of the round of a run, without reading all of it."""

    def read() -> dict[str, Any]:
        content = session.get_one(RunInputs, run.inputs).content
        found: dict[str, Any] = json.loads(zlib.decompress(content))["round"]
        return found

    return _settings.get((*_database(session), run.inputs), read)


def letters_of_run(session: Session, run_id: str) -> dict[str, str]:
    """Give the letters of a run by proposal, none where it has no such file."""
    if session.get(RunFile, (run_id, LETTERS)) is None:
        return {}
    found: dict[str, str] = parsed(session, run_id, LETTERS, "json", json.loads)
    return found


def _database(session: Session) -> tuple[str]:
    bind = session.get_bind()
    engine = bind if isinstance(bind, Engine) else bind.engine
    return (engine.url.render_as_string(),)
