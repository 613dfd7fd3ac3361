"""Workers on this machine: processes of their own, which end when the one that started them ends.

They are started afresh (spawned), not forked: a process in which OR-Tools or a numerical library
runs threads must not be forked, and a fork server that has loaded them is no safer.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import SpawnContext, SpawnProcess
from threading import Thread
from typing import Any

from matcher.workers.shared import Shared


class _Recording(SpawnContext):
    """Remembers the processes that were started, so that they can be ended."""

    def __init__(self) -> None:
        super().__init__()
        self.started: list[SpawnProcess] = []

    # A subclass of the process could not be sent to the process it starts, so what pools start is
    # seen here, where they ask the context for it by the name of the class.
    def Process(  # type: ignore[override]  # noqa: N802 - a method where the context has a class
        self, *args: Any, **options: Any
    ) -> SpawnProcess:
        process = SpawnProcess(*args, **options)
        self.started.append(process)
        return process


class LocalExecutor(ProcessPoolExecutor):
    """A pool of processes that can be stopped at once, whatever they are at."""

    def __init__(self, workers: int, shared: Sequence[Shared] = ()) -> None:
        self._recording = _Recording()
        super().__init__(
            workers, mp_context=self._recording, initializer=_begin, initargs=(tuple(shared),)
        )

    def stop(self) -> None:
        """End the processes without waiting for their tasks."""
        for process in self._recording.started:
            if process.is_alive():
                process.kill()
        self.shutdown(wait=True, cancel_futures=True)


def local_workers(workers: int, shared: Sequence[Shared] = ()) -> Callable[[], LocalExecutor]:
    """Give what starts so many workers, each of which receives what is shared when it starts."""
    return lambda: LocalExecutor(workers, shared)


def _begin(shared: tuple[Shared, ...]) -> None:
    """Make a process a worker: deaf to Ctrl-C, and gone with the process that started it."""
    # A solve that hears Ctrl-C would answer with the best plan so far, as if that was the answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    for one in shared:
        one.receive()


def _end_with_parent() -> None:
    """Wait for the end of the process that started this one, then end: nobody reads the answer."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
