"""A command in a process of its own, timed and weighed from outside."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from tempfile import TemporaryFile
from threading import Event, Timer
from time import monotonic

UNCOMPILED = "PYTHONDONTWRITEBYTECODE"
"""What has Python compile its modules at each start and keep nothing of it."""


@dataclass(frozen=True)
class Finished:
    """How a command ended: its exit code (None: ended from outside), seconds, and what it wrote.

    `peak_memory_mib` is the most that the process, or the largest it started, has held. It counts
    what its starter held at that moment too: who measures must itself be small.
    """

    code: int | None
    seconds: float
    peak_memory_mib: float
    output: str
    errors: str

    @property
    def ended(self) -> str:
        """Say in words how it ended."""
        if self.code is None:
            return "did not stop"
        return "done" if self.code == 0 else f"crashed with exit code {self.code}"


def run_apart(module: str, *arguments: object, seconds: float) -> Finished:
    """Run `python -m MODULE ARGUMENTS`, ended from outside if it takes longer than `seconds`."""
    command: Sequence[str] = [sys.executable, "-m", module, *map(str, arguments)]
    # Who has installed it has it compiled: a shell that keeps nothing compiled would time that.
    environment = {name: value for name, value in os.environ.items() if name != UNCOMPILED}
    late = Event()
    with TemporaryFile() as output, TemporaryFile() as errors:
        begun = monotonic()
        process = subprocess.Popen(
            command, stdout=output, stderr=errors, env=environment, start_new_session=True
        )

        def end() -> None:
            late.set()
            os.killpg(process.pid, signal.SIGKILL)

        timer = Timer(seconds, end)
        timer.start()
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:
            end()
            raise
        finally:
            timer.cancel()
        took = monotonic() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read().decode(errors="replace"))
    per_mib = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Finished(
        code=None if late.is_set() else process.returncode,
        seconds=round(took, 3),
        peak_memory_mib=round(used.ru_maxrss / per_mib, 1),
        output=texts[0],
        errors=texts[1],
    )
