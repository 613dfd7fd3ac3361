"""Something large for processes as they start, which whoever starts them never waits for.

What a starting process is given goes through a pipe. One that ends before it has read all of that
would leave its parent writing for ever, where it is more than a pipe holds.
"""

import os
import pickle
from collections.abc import Callable
from multiprocessing import reduction
from tempfile import TemporaryFile
from typing import Any
from weakref import finalize


class Sent:
    """A pickled value in a file without a name, which is gone with the last process that has it.

    It can be given to a process that is being started, and only to that.
    """

    def __init__(self, handle: int) -> None:
        self._handle = handle
        finalize(self, os.close, handle)

    @classmethod
    def of(cls, value: Any) -> "Sent":
        """Write a value to such a file."""
        with TemporaryFile(prefix="matcher-sent-") as file:
            pickle.dump(value, file, pickle.HIGHEST_PROTOCOL)
            file.flush()
            return cls(os.dup(file.fileno()))

    def value(self) -> Any:
        """Read the value, in this process or in one that it was given to."""
        # All processes share one place in the file, so that none may read on from there.
        return pickle.loads(os.pread(self._handle, os.fstat(self._handle).st_size, 0))

    def __reduce__(self) -> tuple[Callable[[Any], "Sent"], tuple[Any]]:
        """Give the open file to the process that is being started, not what it holds."""
        return _received, (reduction.DupFd(self._handle),)


def _received(file: Any) -> Sent:
    return Sent(file.detach())
