"""The command line as a process: `matcher`, which is the same as `python -m matcher`."""

import gc

from matcher.cli import main
from matcher.solving import leave


def run() -> None:
    """Run the command line, and end the process."""
    gc.freeze()  # what is loaded stays loaded: nothing is found by looking through it again
    try:
        main()
    except SystemExit as ending:
        leave(ending)


if __name__ == "__main__":
    run()
