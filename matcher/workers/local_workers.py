"""Workers on this machine: processes of their own, which end when the one that started them ends.

They are started afresh (spawned), not forked: a process in which OR-Tools or a numerical library
runs threads must not be forked, and a fork server that has loaded them is no safer.
"""

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import SpawnContext, SpawnProcess
from threading import Thread
from typing import Any, ParamSpec, TypeVar

from matcher.workers.sent import Sent
from matcher.workers.shared import Shared

P = ParamSpec("P")
T = TypeVar("T")


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
        sent = Sent.of(tuple(shared))
        super().__init__(workers, mp_context=self._recording, initializer=_begin, initargs=(sent,))

    def submit(self, call: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> "Future[T]":
        """Hand out a task; raises BrokenProcessPool where a worker was lost, also just now."""
        try:
            return super().submit(call, *given, **named)
        except OSError as error:
            # A worker was lost while this started another one, which found the queue closed.
            raise BrokenProcessPool(str(error)) from error

    def stop(self) -> None:
        """End the processes without waiting for their tasks."""
        for process in self._recording.started:
            if process.is_alive():
                process.kill()
        self.shutdown(wait=True, cancel_futures=True)


def local_workers(workers: int, shared: Sequence[Shared] = ()) -> Callable[[], LocalExecutor]:
    """Give what starts so many workers, each of which receives what is shared when it starts."""
    return lambda: LocalExecutor(workers, shared)


def _begin(sent: Sent) -> None:
    """Make a process a worker: deaf to Ctrl-C, and gone with the process that started it."""
    # A solve that hears Ctrl-C would answer with the best plan so far, as if that was the answer.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    shared: tuple[Shared, ...] = sent.value()
    for one in shared:
        one.receive()


def _end_with_parent() -> None:
    """Wait for the end of the process that started this one, then end: nobody reads the answer."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
