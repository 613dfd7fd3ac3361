"""Ctrl-C while modules are loaded."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ended_by_interrupts() -> Iterator[None]:
    """Have Ctrl-C end the process at once while modules are loaded, which it would leave half done.

    Where it is ignored, as in a job in the background, it still is.
    """
    hears = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if hears:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        if hears:
            signal.signal(signal.SIGINT, signal.default_int_handler)
