"""Many tasks on any executor: kept as they come, resumed where they were, whoever is killed.

Any `concurrent.futures.Executor` will do: the processes of this machine, or a cluster's by Dask
(`crew_of` gives either). What is answered depends on the tasks alone, not on how many workers there
are, in which order answers come or how often the whole was stopped.
"""

import sys
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from dataclasses import dataclass, field
from typing import Any

from matcher.errors import MatcherError
from matcher.scenarios.many.journal import Document, Journal, Keep
from matcher.wording import catalogue_of
from matcher.workers.local_workers import LocalExecutor, local_workers
from matcher.workers.shared import Shared

PER_WORKER = 2
"""Tasks handed out for each worker: one at work and one waiting, so that none is ever idle."""
IN_COMPANY = 2
"""A task at work when workers were lost so often runs alone from then on: it may be the cause."""
ALONE = 2
"""A task that loses its worker so often with nothing else at work is given up."""

Call = Callable[[Any], Document]
"""Answers a payload with plain JSON values; it and the payload can be pickled."""
Tell = Callable[[str], None]


class NoWorkers(MatcherError):
    """Workers end as soon as they are started, before any task."""


class Stopped(KeyboardInterrupt):
    """Ctrl-C ended the work: says how many answers are kept, where, and how to go on."""


def _always(_answer: Document) -> bool:
    """Let an answer count."""
    return True


@dataclass(frozen=True)
class Task:
    """Something to be answered.

    `key` is a hash of all that decides the answer: two tasks of one key are answered once. `counts`
    says whether an answer of an earlier run does: it may have left files that are gone since.
    """

    name: str
    key: str
    payload: Any
    counts: Callable[[Document], bool] = _always


def failed(why: str) -> Document:
    """Give the answer of a task that has none."""
    return {"status": "failed", "why": why}


def execute(
    tasks: Sequence[Task],
    call: Call,
    journal: Journal,
    make_executor: Callable[[], Executor],
    tell: Tell,
    workers: int = 2,
) -> dict[str, Document]:
    """Answer tasks on an executor, from what a journal has of them; answers by name, in order.

    A task that the library refuses (MatcherError) is answered by `failed`; so is one that breaks
    its worker again and again, but that is not kept, so that a later run tries it once more. Any
    other error ends the whole, as Ctrl-C does: what came in until then is kept.

    Raises ValueError where two tasks have the same name, UnusableFolder where another run is
    writing to the journal, NoWorkers where no worker can be started, Stopped after Ctrl-C.
    """
    names = Counter(task.name for task in tasks)
    if repeated := [name for name, times in names.items() if times > 1]:
        raise ValueError(f"several tasks are named {repeated[0]}")
    unique: dict[str, Task] = {}
    for task in tasks:
        unique.setdefault(task.key, task)
    with journal.kept() as keep:
        known = _known(journal, unique)
        total = len(unique)
        work = _Work(call, keep, make_executor, tell, workers * PER_WORKER, total, known)
        if known:
            tell(catalogue_of().say("many-known", known=len(known), total=total))
        try:
            work.finish(list(unique.values()))
        except KeyboardInterrupt:
            # Counted in the file: the last answer may have got there as Ctrl-C was pressed.
            done, path = len(_known(journal, unique)), str(journal.path)
            said = catalogue_of().say("many-stopped", done=done, total=total, path=path)
            raise Stopped(said) from None
    return {task.name: work.answers[task.key] for task in tasks}


def _known(journal: Journal, tasks: Mapping[str, Task]) -> dict[str, Document]:
    """Give what a journal has of tasks, by key, where it counts."""
    answers = journal.answers().items()
    return {key: answer for key, answer in answers if key in tasks and tasks[key].counts(answer)}


@dataclass
class _Work:
    """The answers known by key, and how often each task lost its worker."""

    call: Call
    keep: Keep
    make_executor: Callable[[], Executor]
    tell: Tell
    at_once: int
    total: int
    answers: dict[str, Document]
    losses: Counter[str] = field(default_factory=Counter)

    def finish(self, tasks: Sequence[Task]) -> None:
        """Answer all tasks: side by side, and at last those alone that may break their worker."""
        while waiting := [task for task in tasks if task.key not in self.answers]:
            company = [task for task in waiting if self.losses[task.key] < IN_COMPANY]
            lost = self._run(company, self.at_once) if company else self._run(waiting, 1)
            if lost:
                self.tell(catalogue_of().say("many-lost", count=len(lost)))
            for task in lost:
                self.losses[task.key] += 1
                if self.losses[task.key] == IN_COMPANY + ALONE:
                    why = catalogue_of().say("many-broke", times=IN_COMPANY + ALONE)
                    self.answers[task.key] = failed(why)

    def _run(self, tasks: Sequence[Task], at_once: int) -> list[Task]:
        """Run tasks on one executor until all are answered or a worker is lost; give the lost."""
        queue = deque(tasks)
        lost: list[Task] = []
        running: dict[Future[Document], Task] = {}
        executor = self.make_executor()
        try:
            if self.losses:
                _check_started(executor)
            while (queue and not lost) or running:
                while queue and not lost and len(running) < at_once:
                    task = queue.popleft()
                    try:
                        running[executor.submit(_answered, self.call, task.payload)] = task
                    except BrokenExecutor:
                        lost.append(task)
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    try:
                        answer = future.result()
                    except Exception as error:
                        if not _is_loss(error):
                            raise
                        lost.append(running.pop(future))
                    else:
                        self._take(running.pop(future), answer)
        except BaseException:
            for future, task in running.items():
                if future.done() and not future.cancelled() and future.exception() is None:
                    self._take(task, future.result())
            _stop(executor, running)
            raise
        _end(executor, bool(lost))
        return lost

    def _take(self, task: Task, answer: Document) -> None:
        self.answers[task.key] = self.keep(task.key, task.name, answer)
        done, total = len(self.answers), self.total
        self.tell(catalogue_of().say("many-progress", done=done, total=total))


def _answered(call: Call, payload: Any) -> Document:
    """Answer a payload; a refusal crosses to the other process in words, not as an exception."""
    try:
        return call(payload)
    except MatcherError as refused:
        return failed(str(refused))


def _check_started(executor: Executor) -> None:
    """Raise NoWorkers where not even nothing can be done: that no task is to blame for."""
    try:
        executor.submit(_nothing).result()
    except Exception as error:
        if not _is_loss(error):
            raise
        raise NoWorkers(catalogue_of().say("many-no-workers")) from error


def _nothing() -> None:
    """Do nothing, which any worker can."""


def _is_loss(error: Exception) -> bool:
    """Say whether the worker is gone, not the task wrong; Dask has an error of its own for it."""
    if isinstance(error, BrokenExecutor | CancelledError):
        return True
    cluster = sys.modules.get("distributed.scheduler")
    return cluster is not None and isinstance(error, cluster.KilledWorker)


def _end(executor: Executor, broken: bool) -> None:
    """Close an executor that has nothing at work any more."""
    if broken and isinstance(executor, LocalExecutor):
        # A process that was being started as another one was lost is told of nothing, and waits.
        executor.stop()
    else:
        executor.shutdown()


def _stop(executor: Executor, running: dict[Future[Document], Task]) -> None:
    """Leave what is running, without waiting for it where that is possible."""
    for future in running:
        future.cancel()
    if isinstance(executor, LocalExecutor):
        executor.stop()
    else:
        executor.shutdown(wait=False)


__all__ = [
    "Call",
    "Document",
    "Journal",
    "LocalExecutor",
    "NoWorkers",
    "Shared",
    "Stopped",
    "Task",
    "execute",
    "failed",
    "local_workers",
]
