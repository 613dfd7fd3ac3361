"""A process for one run, seen from its worker: how it gets on, what it takes, how it is ended."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

import psutil

MIB = 2**20
CHILD = "api.running.child"
"""The module that works out a run."""
TOO_LARGE = (
    "The run needed more memory than runs may take here. Raise MATCHER_MEMORY_MIB on the workers, "
    "or make the round smaller."
)
KEPT_FROM_RUNS = ("MATCHER_DATABASE_URL",)
"""What no process of a run is told, as it has no business with the database."""


class RunProcess:
    """The process of a run.

    Its memory is looked at from here: a limit of the system on addresses counts what solvers'
    threads reserve and never use, and where it strikes inside of one, the process is aborted
    without a word.
    """

    def __init__(self, folder: Path, memory_mib: int) -> None:
        self._limit = memory_mib * MIB
        surroundings = {k: v for k, v in os.environ.items() if k not in KEPT_FROM_RUNS}
        # What it writes for a while goes with its folder, also where it is ended in the middle.
        surroundings["TMPDIR"] = str(folder)
        command = [sys.executable, "-m", CHILD, str(os.getpid()), str(folder)]
        self._started = monotonic()
        # A group of its own: Ctrl-C on a terminal is for the worker, which knows what to do.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=surroundings,
            start_new_session=True,
        )  # fmt: skip
        self.progress: dict[str, Any] = {}
        self.end: dict[str, Any] | None = None
        self.traceback: str | None = None
        self._listener = Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    @property
    def seconds(self) -> float:
        """For how long it has been running."""
        return monotonic() - self._started

    def wait(self, seconds: float) -> bool:
        """Wait a little; True when the process has ended and all it said was heard."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        self._listener.join()
        return True

    def is_too_large(self) -> bool:
        """Say whether it and the processes it has started hold more memory than they may."""
        try:
            process = psutil.Process(self._process.pid)
            every = [process, *process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return False
        return sum(map(_held_by, every)) > self._limit

    def how_it_ended(self) -> str:
        """Say what ended a process that said nothing."""
        code = self._process.returncode
        if code is not None and code < 0:
            return f"the signal {signal.Signals(-code).name}"
        return f"the exit code {code}"

    def kill(self) -> None:
        """End it at once, with all that it has started, unless it has ended."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            try:
                told = json.loads(line)
            except ValueError:
                return  # it was ended in the middle of a line
            self.progress = told.get("progress") or self.progress
            self.end = told.get("end", self.end)
            self.traceback = told.get("traceback", self.traceback)


def _held_by(process: psutil.Process) -> int:
    """Give the bytes that a process holds, none where it has ended meanwhile."""
    try:
        held: int = process.memory_info().rss
    except psutil.NoSuchProcess:
        return 0
    return held
