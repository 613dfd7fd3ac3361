"""The command line as a process: `matcher`, which is the same as `python -m matcher`."""

import gc
import sys
from io import StringIO

from matcher.interrupts import ended_by_interrupts


class Nobody(StringIO):
    """Where words go that nobody hears."""

    def write(self, words: str) -> int:
        """Forget them."""
        return len(words)


def run() -> None:
    """Run the command line, and end the process."""
    with ended_by_interrupts():
        from matcher.cli import main
        from matcher.pipeline import since_start
        from matcher.solving import leave
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by who has started this
            setattr(sys, name, Nobody())
    gc.freeze()  # what is loaded stays loaded: nothing is found by looking through it again
    try:
        main(since_start())
    except SystemExit as ending:
        leave(ending)


if __name__ == "__main__":
    run()
