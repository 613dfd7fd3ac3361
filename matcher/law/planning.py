"""The plan of steps: on which day each is finished.

Works on single numbers and on arrays alike: a step that is not asked for takes no days and passes
on what it waits for, so one plan serves every pair at once.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from matcher.regulation.pack import Link
from matcher.regulation.waiting import StepKey


def finishes(
    order: Mapping[StepKey, Sequence[StepKey]], days: Mapping[StepKey, Any], link: Link, start: Any
) -> tuple[dict[StepKey, Any], Any]:
    """Give the day, from `start` on, on which each step of a link is finished, and the last one.

    `days` holds how long each step takes, 0 where it is not asked for; a step that is missing from
    it is asked for nowhere.
    """
    ends: dict[StepKey, Any] = {}
    last = start
    for key, waits in order.items():
        if key.link != link:
            continue
        begins = start
        for other in waits:
            # Nothing ends before the start, so the first that is waited for says when to begin.
            begins = ends[other] if begins is start else np.maximum(begins, ends[other])
        if key not in days:
            ends[key] = begins
            continue
        ends[key] = begins + days[key]
        last = np.maximum(last, ends[key])
    return ends, last
