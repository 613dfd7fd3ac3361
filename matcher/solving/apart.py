"""Native solvers run apart, so that Ctrl-C is heard while they work.

Python delivers an interrupt to its main thread only, and only between its own instructions. A call
into a solver may last for minutes; so it is made in a thread of its own, and the main thread waits
for it in Python. After an interrupt the thread is left to itself: its result is not looked at, and
it ends with the process at the latest (`leave`).
"""

import os
import sys
from collections.abc import Callable, Sequence
from threading import Lock, Thread
from typing import Generic, NoReturn, TypeVar

Result = TypeVar("Result")
PATIENCE = 0.2
"""Seconds between looks for an interrupt."""
_left: list[Thread] = []
"""The threads left to themselves."""


def run_apart(call: Callable[[], Result], stop: Callable[[], None] | None = None) -> Result:
    """Make one call and give its result; raises what it raises, and KeyboardInterrupt at once.

    Where there is a way to `stop` the call, an interrupt makes use of it instead, and the result is
    what the stopped call still gives.
    """
    return run_side_by_side([call], stop)[0]


def run_side_by_side(
    calls: Sequence[Callable[[], Result]],
    stop: Callable[[], None] | None = None,
    workers: int | None = None,
) -> list[Result]:
    """Make calls at the same time and give their results in the order of the calls.

    `workers` of them are made at once, all without a number.
    """
    results: dict[int, Result] = {}
    raised: dict[int, BaseException] = {}

    waiting = iter(range(len(calls)))
    taking = Lock()

    def make() -> None:
        while True:
            with taking:
                position = next(waiting, None)
            if position is None:
                return
            try:
                results[position] = calls[position]()
            except BaseException as error:  # handed on to the caller below
                raised[position] = error

    count = min(len(calls), workers or len(calls))
    threads = [Thread(target=make, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    stopping = False
    for thread in threads:
        while thread.is_alive():
            try:
                # A call that has not got under way yet does not hear the first stop.
                if stopping and stop is not None:
                    stop()
                thread.join(PATIENCE)
            except KeyboardInterrupt:
                if stop is None:
                    _left.extend(threads)
                    raise
                stopping = True
    for position in sorted(raised):
        raise raised[position]
    return [results[position] for position in range(len(calls))]


class Beside(Generic[Result]):
    """A call that is made while others are, in a thread that is left to itself at the end."""

    def __init__(self, call: Callable[[], Result]) -> None:
        self._results: list[Result] = []
        self._raised: list[BaseException] = []

        def make() -> None:
            try:
                self._results.append(call())
            except BaseException as error:  # handed on to the caller in `result`
                self._raised.append(error)

        self._thread = Thread(target=make, daemon=True)
        _left[:] = [thread for thread in _left if thread.is_alive()]
        _left.append(self._thread)
        self._thread.start()

    def result(self) -> Result:
        """Wait for the call, and give what it gave or raise what it raised."""
        while self._thread.is_alive():
            self._thread.join(PATIENCE)
        for error in self._raised:
            raise error
        return self._results[0]


def leave(ending: SystemExit) -> NoReturn:
    """End the process, at once where a solver left to itself would have it aborted on the way."""
    if any(thread.is_alive() for thread in _left) and isinstance(ending.code, int):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(ending.code)
    raise ending
