"""A process apart, in which whole rounds are read and written.

A large one takes seconds of computing, which would hold up every other request, and a hostile one
may try to take all memory or never to end. The process has a limit on both; where it passes one it
is ended, and the next round gets a new one. It takes one round at a time.
"""

import json
import resource
import signal
import tempfile
import traceback
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Lock
from typing import Any

import psutil

from api.asides import Aside
from api.http.problems import Refused, one_invalid
from matcher.errors import InvalidRound, MatcherError, Problem

MIB = 2**20
KEPT = 512 * MIB
"""A process that has grown beyond this is not kept for another round."""
DONE, INVALID, REFUSED, TOO_MUCH, FAILED = b"D", b"I", b"R", b"M", b"F"


class Apart:
    """The process; started when it is first needed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._aside: Aside | None = None

    def ask(
        self, seconds: float, memory_mib: int, function: Callable[..., bytes], *args: Any
    ) -> bytes:
        """Have a function of a module run apart, and give the bytes that it gives.

        Raises InvalidRound and MatcherError as the function does, and Refused: 422 where it took
        too long or too much memory, 503 where others are waiting.
        """
        if not self._lock.acquire(timeout=seconds):
            raise Refused(
                503, "busy", "Other rounds are being read",
                "Rounds are read one after the other; send it again in a while.",
                headers={"Retry-After": "30"},
            )  # fmt: skip
        try:
            return _given(self._answer(seconds, (memory_mib, function, args)))
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the process, and remove what it was writing."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if self._aside is not None:
            self._aside.close()
            self._aside = None

    def _answer(self, seconds: float, task: tuple[Any, ...]) -> bytes:
        pipe, process = self._started()
        try:
            pipe.send(task)
            if not pipe.poll(seconds):
                self.close()
                what = f"takes more than {seconds:g} seconds to read or write."
                raise one_invalid("body", "", what, "Check that it is the right file.")
            answer = pipe.recv_bytes()
        except (EOFError, OSError):
            self.close()
            return TOO_MUCH
        if psutil.Process(process.pid).memory_info().rss > KEPT:
            self.close()
        return answer

    def _started(self) -> tuple[Connection, SpawnProcess]:
        if self._process is None or not self._process.is_alive() or self._pipe is None:
            self.close()
            context = get_context("spawn")
            self._pipe, theirs = context.Pipe()
            self._aside = Aside()
            told = (theirs, str(self._aside.path))
            self._process = context.Process(target=_serve, args=told, daemon=True)
            self._process.start()
            theirs.close()
        return self._pipe, self._process


APART = Apart()
"""The one that a service has."""


def _given(answer: bytes) -> bytes:
    kind, content = answer[:1], answer[1:]
    if kind == DONE:
        return content
    if kind == INVALID:
        raise InvalidRound([Problem(**problem) for problem in json.loads(content)])
    if kind == REFUSED:
        raise MatcherError(content.decode())
    if kind == TOO_MUCH:
        what = "takes more memory to read or write than is given to one."
        raise one_invalid("body", "", what, "Check that it is the right file, or send less.")
    raise RuntimeError(f"a round was not read or written:\n{content.decode()}")


def _serve(pipe: Connection, folder: str) -> None:
    """Do what is asked until nobody is there to ask; files lie in a folder that others clear."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = folder
    at_first = None
    while True:
        try:
            memory_mib, function, args = pipe.recv()
        except EOFError:
            return
        # What the modules take that were imported with the first function is not counted.
        at_first = at_first or psutil.Process().memory_info().vms
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (at_first + memory_mib * MIB, hard))
        pipe.send_bytes(_done(function, args))


def _done(function: Callable[..., bytes], args: tuple[Any, ...]) -> bytes:
    try:
        return DONE + function(*args)
    except InvalidRound as refusal:
        plain = [problem.as_dict() for problem in refusal.problems]
        return INVALID + json.dumps(plain).encode()
    except MatcherError as refusal:
        return REFUSED + str(refusal).encode(errors="replace")
    except MemoryError:
        return TOO_MUCH
    # Whatever it is, it must not end the process without an answer: who asked waits for one, and
    # raises it again with this traceback.
    except Exception:  # sent back as text: who asked waits for an answer
        return FAILED + traceback.format_exc().encode(errors="replace")
