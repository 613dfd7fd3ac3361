"""The process of one run: it works the run out, says how it gets on, and dies with its worker.

Started as `python -m api.running.child WORKER FOLDER`, with a pipe as its standard input that ends
with the worker. It says lines of JSON on its standard output: `progress`, and at last `end`.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread

NICENESS = 10
"""The service is to keep answering while runs are solved beside it."""
AUTOGROUP = Path("/proc/self/autogroup")
"""Where Linux may give each session an equal share, so that niceness counts within it alone."""
PR_SET_PDEATHSIG = 1

Say = Callable[..., None]


def main() -> None:
    """Work out the run that lies in the folder named."""
    worker, folder = int(sys.argv[1]), Path(sys.argv[2])
    _die_with(worker)
    say = _speaker()
    _step_back()
    # What a crash leaves must not be a file with a whole round in it.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Takes seconds, in which the worker may be killed already.
    from api.running.telling import worked_out

    say(**worked_out(folder, say))
    # Solvers' threads that were left to themselves are not waited for.
    os._exit(0)


def _step_back() -> None:
    """Let others go first: the threads of this process, and its session beside other sessions."""
    os.nice(NICENESS)
    if AUTOGROUP.exists():
        with suppress(OSError):  # where the system does not share by sessions, it takes none
            AUTOGROUP.write_text(str(NICENESS), encoding="ascii")


def _speaker() -> Say:
    """Give what says a line to the worker; anything else that is printed goes to the log."""
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    one_at_a_time = Lock()

    def say(**told: object) -> None:
        with one_at_a_time:
            lines.write(json.dumps(told) + "\n")

    return say


def _die_with(worker: int) -> None:
    """End this process when the worker ends, however it does."""
    if sys.platform == "linux":
        # Heard also inside a solver that lets no other thread of Python run.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != worker:
        os._exit(1)
    Thread(target=_watch_worker, daemon=True).start()


def _watch_worker() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    main()
