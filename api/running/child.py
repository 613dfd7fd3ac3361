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
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from threading import Lock, Thread
from traceback import format_exc
from typing import Any

from api.running.process import TOO_LARGE
from api.running.tasks import End, do
from api.running.workplace import read_job
from matcher.errors import MatcherError
from matcher.solving import Progress

NICENESS = 10
"""The service is to keep answering while runs are solved beside it."""
PR_SET_PDEATHSIG = 1
UNEXPECTED = "Something unexpected ended the run ({kind}); the log of the worker says more."

Say = Callable[..., None]


def main() -> None:
    """Work out the run that lies in the folder named."""
    worker, folder = int(sys.argv[1]), Path(sys.argv[2])
    say = _speaker()
    _die_with(worker)
    os.nice(NICENESS)
    # What a crash leaves must not be a file with a whole round in it.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    say(**_worked_out(folder, say))
    # Solvers' threads that were left to themselves are not waited for.
    os._exit(0)


def _worked_out(folder: Path, say: Say) -> dict[str, Any]:
    standing: dict[str, Any] = {}

    def tell(words: str) -> None:
        standing["stage"] = words
        say(progress=standing)

    def watch(progress: Progress) -> None:
        standing.update(_figures(progress))
        say(progress=standing)

    traceback = None
    try:
        end = do(read_job(folder), tell, watch)
    except MemoryError:
        end, traceback = End("failed", TOO_LARGE), format_exc()
    except MatcherError as refusal:
        end, traceback = End("failed", str(refusal)), format_exc()
    except Exception as failure:
        # Whatever it is, it ends this run and no other, with a word to those who asked for it.
        end = End("failed", UNEXPECTED.format(kind=type(failure).__name__))
        traceback = format_exc()
    return {"end": asdict(end), "progress": standing, "traceback": traceback}


def _figures(progress: Progress) -> dict[str, Any]:
    value, bound = progress.value, progress.bound
    known = isfinite(value) and isfinite(bound)
    gap = None
    if known:
        gap = abs(bound - value) / abs(bound) if bound else abs(value)
    return {
        "level": progress.level,
        "key": progress.key,
        "incumbent": value if isfinite(value) else None,
        "bound": bound if isfinite(bound) else None,
        "gap": gap,
    }


def _speaker() -> Say:
    """Give what says a line to the worker; anything else that is printed goes to the log."""
    lines = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    one_at_a_time = Lock()

    def say(**told: Any) -> None:
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
