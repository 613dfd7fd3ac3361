"""Native solvers run apart, so that Ctrl-C is heard while they work.

Python delivers an interrupt to its main thread only, and only between its own instructions. A call
into a solver may last for minutes; so it is made in a thread of its own, and the main thread waits
for it in Python. After an interrupt the thread is left to itself: its result is not looked at, and
it ends with the process at the latest.
"""

from collections.abc import Callable, Sequence
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")
PATIENCE = 0.2
"""Seconds between looks for an interrupt."""


def run_apart(call: Callable[[], Result]) -> Result:
    """Make one call and give its result; raises what it raises, and KeyboardInterrupt at once."""
    return run_side_by_side([call])[0]


def run_side_by_side(calls: Sequence[Callable[[], Result]]) -> list[Result]:
    """Make calls at the same time and give their results in the order of the calls."""
    results: dict[int, Result] = {}
    raised: dict[int, BaseException] = {}

    def make(position: int) -> None:
        try:
            results[position] = calls[position]()
        except BaseException as error:  # handed on to the caller below
            raised[position] = error

    threads = [Thread(target=make, args=(position,), daemon=True) for position in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(PATIENCE)
    for position in sorted(raised):
        raise raised[position]
    return [results[position] for position in range(len(calls))]
