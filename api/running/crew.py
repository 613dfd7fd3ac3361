"""The workers that run beside a service, as processes; one that dies is started anew."""

import os
import subprocess
import sys
from threading import Event, Thread
from time import monotonic

import structlog
from pydantic import SecretStr

from api.running.worker import WITH_STDIN
from api.settings import Settings

PATIENCE = 5.0
"""Seconds for workers to put their runs back into the queue."""
SOON, LATER = 0.5, 10.0
"""Seconds until a worker that died is replaced: one that had lived for longer, and one that had
not, since what ended it will likely end the next."""

log = structlog.get_logger("crew")


class Crew:
    """So many workers beside this process, which end when it does, however it ends."""

    def __init__(self, settings: Settings, count: int | None = None) -> None:
        self._surroundings = environment_of(settings)
        self._count = settings.workers if count is None else count
        self._processes: list[subprocess.Popen[bytes]] = []
        self._stopping = Event()
        self._threads: list[Thread] = []

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that are running."""
        return [process.pid for process in self._processes if process.poll() is None]

    def start(self) -> None:
        """Start the workers."""
        for _ in range(self._count):
            thread = Thread(target=self._keep_one, name="crew", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Have all workers put back what they are at and end; returns when they have."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _keep_one(self) -> None:
        while not self._stopping.is_set():
            begun = monotonic()
            process = self._started()
            self._processes.append(process)
            while process.poll() is None and not self._stopping.is_set():
                self._stopping.wait(0.2)
            if self._stopping.is_set():
                _ended(process)
            else:
                log.error("a worker died", pid=process.pid, code=process.returncode)
            self._processes.remove(process)
            if process.stdin is not None:
                process.stdin.close()
            self._stopping.wait(SOON if monotonic() - begun > LATER else LATER)

    def _started(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "api.running.worker", WITH_STDIN]
        # Ctrl-C on a terminal is for the service, which stops its workers in their turn.
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, env=self._surroundings, start_new_session=True
        )


def environment_of(settings: Settings) -> dict[str, str]:
    """Give the surroundings in which a process has these settings."""
    prefix = settings.model_config["env_prefix"]
    told = dict(os.environ)
    for name, value in settings:
        told.pop(f"{prefix}{name.upper()}", None)
        if value is not None:
            shown = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
            told[f"{prefix}{name.upper()}"] = shown
    return told


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
