"""The folder that a run is worked out in: what its process is given, and what it leaves there.

The process has no way to the database. The folder is the worker's alone and goes with the run (see
asides.py); what else the process writes for a while lies in it, too.
"""

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.running.job import BASE, BASE_INPUTS, EARLIER, INPUTS, JOB, NEEDED, OUT, Job
from api.store.tables import RunFile, RunInputs, RunRow


def prepare(session: Session, run_id: str, folder: Path, threads: int) -> Job:
    """Write what the process of a run needs into its folder."""
    run = session.get_one(RunRow, run_id)
    (folder / INPUTS).write_bytes(_inputs(session, run.inputs))
    if run.of_run is not None:
        base = session.get_one(RunRow, run.of_run)
        (folder / BASE_INPUTS).write_bytes(_inputs(session, base.inputs))
        _give(session, base.id, folder / BASE)
    for option, place in EARLIER.items():
        if (earlier := run.options.get(option)) is not None:
            _give(session, earlier, folder / place)
    (folder / OUT).mkdir()
    document: dict[str, Any] = {"kind": run.kind, "options": run.options, "threads": threads}
    (folder / JOB).write_text(json.dumps(document), encoding="utf-8")
    return Job(folder, **document)


def files_of(folder: Path) -> dict[str, bytes]:
    """Give the files that a run has left, by name."""
    return {path.name: path.read_bytes() for path in sorted((folder / OUT).iterdir())}


def _inputs(session: Session, inputs: str) -> bytes:
    return session.get_one(RunInputs, inputs).content


def _give(session: Session, run_id: str, folder: Path) -> None:
    folder.mkdir()
    query = select(RunFile).where(RunFile.run_id == run_id, RunFile.name.in_(NEEDED))
    for file in session.scalars(query):
        (folder / file.name).write_bytes(file.content)
