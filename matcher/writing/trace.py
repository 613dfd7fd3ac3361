"""How a solve closed in on its proof, as JSON lines that can be read while it runs."""

import json
from collections.abc import Callable
from math import isfinite
from time import monotonic
from typing import TextIO

from matcher.solving import Progress


def tracer(file: TextIO, start: float) -> Callable[[Progress], None]:
    """Give a report that writes a line for each improvement it is told of.

    A line holds `seconds` since `start` (on the monotonic clock), `level` (L1–L4), `key` (priority
    or tier), `value` and `bound` in the level's own unit; null where there is none yet.
    """
    last: Progress | None = None

    def report(progress: Progress) -> None:
        nonlocal last
        if progress == last:
            return
        last = progress
        line = {
            "seconds": round(monotonic() - start, 3),
            "level": progress.level,
            "key": progress.key,
            "value": progress.value if isfinite(progress.value) else None,
            "bound": progress.bound if isfinite(progress.bound) else None,
        }
        file.write(json.dumps(line) + "\n")
        file.flush()

    return report


__all__ = ["tracer"]
