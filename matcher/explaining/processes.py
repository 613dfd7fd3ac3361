"""Tasks that need the same large value, worked out by several processes."""

from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import BrokenExecutor, as_completed
from typing import TypeVar

from matcher.explaining.solves.base import Base
from matcher.workers.local_workers import LocalExecutor
from matcher.workers.shared import Shared

Task = TypeVar("Task")
Found = TypeVar("Found")

SMALL = 300
"""Up to so many pairs, all is explained before a process would have started."""
LOSSES = 2
"""So many times, processes that ended of themselves are started anew."""


def pays(base: Base) -> bool:
    """Say whether explaining by several processes is allowed and worth starting them."""
    return base.options.workers > 1 and len(base.problem.pairs) > SMALL


def worked_out(
    shared: Shared, work: Callable[[Shared, Task], Found], tasks: Sequence[Task], workers: int
) -> Generator[tuple[Task, Found], None, None]:
    """Give tasks with what came of them, begun in their order, given as they are done.

    Raises BrokenExecutor where processes end of themselves again and again.
    """
    waiting, losses = list(tasks), 0
    while waiting:
        try:
            for task, found in _side_by_side(shared, work, tuple(waiting), workers):
                waiting.remove(task)
                yield task, found
        except BrokenExecutor:
            losses += 1
            if losses > LOSSES:
                raise


def _side_by_side(
    shared: Shared, work: Callable[[Shared, Task], Found], tasks: Sequence[Task], workers: int
) -> Iterator[tuple[Task, Found]]:
    executor = LocalExecutor(min(workers, len(tasks)), (shared,))
    try:
        calls = {executor.submit(work, shared.label, task): task for task in tasks}
        for call in as_completed(calls):
            yield calls[call], call.result()
    finally:
        # Nothing is at work any more, unless this was left early: then nobody waits for the rest.
        executor.stop()
