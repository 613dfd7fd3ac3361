"""The time of a run: what each stage took, what is left, and when what can be cut has to stop.

Verifying and writing are never cut; the solve, the comparison with the ranked list and the costs
of corrections are, when time is up or somebody has pressed Ctrl-C.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from types import FrameType

STAT, UPTIME = Path("/proc/self/stat"), Path("/proc/uptime")
RESERVE = 0.05
"""The share of the time limit kept for verifying and writing, at least."""
PREPARING = ("read", "eligibility", "problem")
FOLLOWING = 2.0
"""Verifying, explaining and writing take so many times what preparing took, with room to spare."""


@dataclass
class Clock:
    """Seconds of each stage, and what is left of the limit of the whole command.

    `interrupted` says that Ctrl-C was pressed, `cut` that something was left out for want of time.
    While `breaking`, an interrupt ends what is under way; afterwards it is noted.
    """

    limit: float
    start: float = field(default_factory=monotonic)
    timings: dict[str, float] = field(default_factory=dict)
    interrupted: bool = False
    breaking: bool = True
    cut: bool = False

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage; the same name twice adds up."""
        begun = monotonic()
        try:
            yield
        finally:
            self.timings[name] = self.timings.get(name, 0.0) + monotonic() - begun

    def left(self) -> float:
        """Give the seconds left for what can be cut, none after an interrupt."""
        if self.interrupted:
            return 0.0
        prepared = sum(self.timings.get(name, 0.0) for name in PREPARING)
        kept = max(RESERVE * self.limit, FOLLOWING * prepared)
        return self.limit - kept - (monotonic() - self.start)

    def is_up(self) -> bool:
        """Say whether to leave out what comes next, and remember that it was left out."""
        up = self.left() <= 0
        self.cut |= up
        return up


def since_start() -> float:
    """Give the seconds since the process started, 0 where the system does not tell them."""
    try:
        after_name = STAT.read_text().rpartition(")")[2].split()
        started = int(after_name[19]) / os.sysconf("SC_CLK_TCK")
        return max(0.0, float(UPTIME.read_text().split()[0]) - started)
    except (OSError, ValueError, IndexError):
        return 0.0


@contextmanager
def hearing_interrupts(clock: Clock) -> Iterator[None]:
    """Let Ctrl-C end a run with the best plan known, verified and written.

    The first one raises KeyboardInterrupt while the clock is `breaking`, which a solve answers with
    what it has; any other is noted by the clock. Only for the main thread, as signals are.
    """

    def hear(_signal: int, _frame: FrameType | None) -> None:
        first, clock.interrupted = not clock.interrupted, True
        if first and clock.breaking:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
