"""Native solvers run apart, so that Ctrl-C is heard while they work.

Python delivers an interrupt to its main thread only, and only between its own instructions. A call
into a solver may last for minutes; so it is made in another thread, and the main thread waits for
it in Python. After an interrupt the call is left to itself: its result is not looked at, and it
ends with the process at the latest (`leave`).
"""

import os
import sys
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Event, Lock, Thread, current_thread, main_thread
from threading import enumerate as enumerate_threads
from typing import Generic, NoReturn, TypeVar

Result = TypeVar("Result")
PATIENCE = 0.2
"""Seconds between looks for an interrupt."""
_left: list[Event] = []
"""The ends of the calls left to themselves."""


class _Hand(Thread):
    """A thread that makes one call after another.

    In each new thread a solver makes ready anew what it needs, which takes it as long as a small
    program does.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.calls: SimpleQueue[tuple[Callable[[], None], Event]] = SimpleQueue()
        self.start()

    def run(self) -> None:
        """Make calls that raise nothing, and be idle in between."""
        while True:
            call, done = self.calls.get()
            call()
            del call  # what it holds may be large
            _idle.append(self)
            done.set()


_idle: list[_Hand] = []
"""The hands that wait for a call; none of them goes along into a forked process."""
os.register_at_fork(after_in_child=_idle.clear)


def _begun(call: Callable[[], None]) -> Event:
    """Have a call made by an idle hand, or a new one; gives what is set when it is done."""
    try:
        hand = _idle.pop()
    except IndexError:
        hand = _Hand()
    done = Event()
    hand.calls.put((call, done))
    return done


def run_apart(call: Callable[[], Result], stop: Callable[[], None] | None = None) -> Result:
    """Make one call and give its result; raises what it raises, and KeyboardInterrupt at once.

    Where there is a way to `stop` the call, an interrupt makes use of it instead, and the result is
    what the stopped call still gives. Outside the main thread no interrupt is heard: there the call
    is made at once.
    """
    if current_thread() is not main_thread():
        return call()
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
    ends = [_begun(make) for _ in range(count)]
    stopping = False
    for done in ends:
        while not done.is_set():
            try:
                # A call that has not got under way yet does not hear the first stop.
                if stopping and stop is not None:
                    stop()
                done.wait(PATIENCE)
            except KeyboardInterrupt:
                if stop is None:
                    _left.extend(ends)
                    raise
                stopping = True
    for position in sorted(raised):
        raise raised[position]
    return [results[position] for position in range(len(calls))]


class Beside(Generic[Result]):
    """A call that is made while others are, and left to itself at the end."""

    def __init__(self, call: Callable[[], Result]) -> None:
        self._results: list[Result] = []
        self._raised: list[BaseException] = []

        def make() -> None:
            try:
                self._results.append(call())
            except BaseException as error:  # handed on to the caller in `result`
                self._raised.append(error)

        _left[:] = [done for done in _left if not done.is_set()]
        self._done = _begun(make)
        _left.append(self._done)

    def result(self) -> Result:
        """Wait for the call, and give what it gave or raise what it raised."""
        self._done.wait()
        for error in self._raised:
            raise error
        return self._results[0]


def leave(ending: SystemExit) -> NoReturn:
    """End the process at once, with its exit code, once its last words are out.

    To take a round apart object by object takes half a second that nobody needs to wait for, and a
    solver left to itself would have the process aborted on the way. Where a thread is still to come
    to its end, or nobody reads what is said, Python ends it as ever.
    """
    awaited = any(not each.daemon for each in enumerate_threads() if each is not main_thread())
    solving = not all(done.is_set() for done in _left)
    if isinstance(ending.code, int) and (solving or not awaited):
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except BrokenPipeError:
            raise ending from None
        except OSError:
            os._exit(ending.code or 1)  # as where the disk is full that it was to go to
        os._exit(ending.code)
    raise ending
