"""Random examples are the same each time; `--hypothesis-profile=random` draws new ones.

With `--hypothesis-profile=full` there are more of them.
"""

import signal
from typing import Any

from hypothesis import settings

settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("full", derandomize=True, deadline=None)
settings.register_profile("random", derandomize=False, deadline=None, print_blob=True)
settings.load_profile("same")

# What is started in the background of a shell has Ctrl-C ignored, and so would all that the tests
# start: they send it to see what comes of it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


LEFT_OUT = "PostgreSQL is not here"
"""How the reason of tests starts that are skipped for want of a server."""


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say aloud that tests on PostgreSQL were left out, which a line of dots would not."""
    reasons = [
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    ]
    left_out = [reason for reason in reasons if reason.startswith(LEFT_OUT)]
    if left_out:
        words = f"{len(left_out)} tests on PostgreSQL were left out. {left_out[0]}"
        terminalreporter.section("PostgreSQL", red=True, bold=True)
        terminalreporter.line(words, red=True, bold=True)
