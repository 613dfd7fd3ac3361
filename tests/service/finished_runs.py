"""Tiny rounds with finished runs, put into a service's database as a worker would leave them."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.clock import stamp
from api.results.letters import LETTERS, letters_of
from api.running.identity import inputs_of
from api.store.tables import RunFile, RunInputs, RunRow
from matcher import Options, Round, match
from matcher.reading import read_document
from matcher.writing.result_folder import write_result
from tests.service.conftest import Home
from tests.service.keeping import keep_round

SPRING = "spring"


def a_document(**changes: Any) -> dict[str, Any]:
    """Give the document of a made-up round of two donors and three applicants."""
    document: dict[str, Any] = {
        "round": {"id": SPRING, "currency": "AZN", "decision_date": "2026-03-01",
                  "policy": {"score_threshold": "50", "grant_step": "100"}},
        "donors": [
            {"donor_id": "D1", "name": "Khazar Example Holding", "kind": "company"},
            {"donor_id": "D2", "name": "Sample Foundation", "kind": "foundation"},
        ],
        "pools": [
            {"pool_id": "P1", "donor_id": "D1", "name": "Regions", "currency": "AZN",
             "budget": "6000"},
            {"pool_id": "P2", "donor_id": "D2", "name": "Skills", "currency": "AZN",
             "budget": "2150", "sectors": "11230"},
        ],
        "organisations": [{"org_id": f"O{n}", "name": f"Union {n} (made up)"} for n in (1, 2, 3)],
        "proposals": [
            {"proposal_id": f"A{n}", "org_id": f"O{n}", "title": f"Work of {n}", "currency": "AZN",
             "requested": str(2000 * n), "score": str(95 - 10 * n), "sector": "11230"}
            for n in (1, 2, 3)
        ],
    }  # fmt: skip
    return document | changes


def read(document: Mapping[str, Any]) -> Round:
    return read_document(document, "round").round


def files_of(round_: Round) -> dict[str, bytes]:
    """Match a round and give the files that its run keeps."""
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept) / "result"
        write_result(match(round_, Options(seconds=20, workers=1)), folder)
        letters = letters_of(round_, folder)
        files = {file.name: file.read_bytes() for file in folder.iterdir()}
    return files | {LETTERS: json.dumps(letters).encode()}


def add_round(home: Home, document: Mapping[str, Any], state: str = "review") -> None:
    """Keep a round and its rows."""
    with home.service.store.writing() as session:
        keep_round(session, document, state, stamp(home.clock()))


def add_run(
    home: Home,
    document: Mapping[str, Any],
    run_id: str,
    files: Mapping[str, bytes] | None = None,
    **given: Any,
) -> None:
    """Keep a finished run of a document, with its files."""
    round_ = read(document)
    at = stamp(home.clock())
    inputs = inputs_of(round_)
    made: dict[str, Any] = {
        "id": run_id, "round_id": document["round"]["id"], "kind": "match", "identity": run_id,
        "inputs": inputs.hash, "options": {}, "of_run": None, "state": "done", "progress": {},
        "detail": None, "cancel_asked_at": None, "worker": None, "attempt": 1, "lost": 0,
        "lease_until": None, "created_by": "test", "created_at": at, "started_at": at,
        "ended_at": at,
    }  # fmt: skip
    with home.service.store.writing() as session:
        if session.get(RunInputs, inputs.hash) is None:
            session.add(inputs)
        session.flush()
        session.add(RunRow(**made | given))
        session.flush()
        for name, content in (files_of(round_) if files is None else files).items():
            session.add(RunFile(run_id=run_id, name=name, content=content))
