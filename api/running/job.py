"""A run as its process reads it: a folder with all that it needs, and a place for what it leaves.

Nothing here knows of the database, and the process of a run does not either.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

JOB, INPUTS, BASE_INPUTS, OUT = "job.json", "inputs", "base-inputs", "out"
EARLIER: Mapping[str, str] = {"warm_start_run": "warm-start", "stay_near_run": "stay-near"}
"""Options that name a run, and the folder in which its result is given."""
BASE = "base"
"""The folder with the result of the run that a scenario or an explanation is about."""
NEEDED = ("awards.csv", "run.json")
"""What is given of an earlier result."""


@dataclass(frozen=True)
class Job:
    """A run as its process reads it."""

    folder: Path
    kind: str
    options: Mapping[str, Any]
    threads: int

    @property
    def out(self) -> Path:
        """The folder for all files that the run is to keep."""
        return self.folder / OUT


def read_job(folder: Path) -> Job:
    """Read what a worker has prepared."""
    return Job(folder, **json.loads((folder / JOB).read_text(encoding="utf-8")))
