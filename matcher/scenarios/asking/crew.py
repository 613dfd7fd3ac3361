"""Who answers what is asked from Python: this process, or others beside it.

With one worker tasks are answered in this process, one after the other: nothing has to be started,
which is quicker for small rounds, and needs no guard in a script. With more, processes are started
afresh, and a script that asks has to do so under `if __name__ == "__main__":`.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from matcher.scenarios.many.crew import crew_of
from matcher.scenarios.many.executing import Call, Document, Task, Tell, execute
from matcher.scenarios.many.journal import Journal
from matcher.scenarios.running import Start
from matcher.scenarios.sweeping.sweeps import Sweep
from matcher.scenarios.whatif import ANSWERS, check_usable
from matcher.workers.shared import Shared

Tasks = Callable[[Shared], list[Task]]


class Here(Executor):
    """Does in this process, at once, whatever is handed to it."""

    def submit(self, call: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Do it, and give what came of it; Ctrl-C goes through."""
        future: Future[Any] = Future()
        try:
            future.set_result(call(*given, **named))
        except Exception as error:
            future.set_exception(error)
        return future


def answer_all(
    start: Start,
    tasks: Tasks,
    call: Call,
    journal: Journal,
    tell: Tell,
    workers: int,
    scheduler: str | None,
) -> dict[str, Document]:
    """Answer tasks by name, from what a journal has of them; raises as `execute` does."""
    if workers == 1 and scheduler is None:
        return execute(tasks(Shared.of(start)), call, journal, Here, tell, workers)
    with crew_of(Shared.of(start), workers, scheduler) as crew:
        asked = tasks(crew.shared)
        return execute(asked, call, journal, crew.make_executor, tell, crew.workers)


@dataclass(frozen=True)
class SweepHere(Sweep):
    """A sweep that is answered in this process where it has one worker."""

    def _documents(self, tasks: Tasks, call: Callable[[Any], Document]) -> list[Document]:
        found = answer_all(
            self.start, tasks, call, self.journal, self.tell, self.workers, self.scheduler
        )
        return list(found.values())


@contextmanager
def kept_in(out: Path | None) -> Iterator[Journal]:
    """Give where answers are kept: in a folder, to be gone on with, or until this ends.

    Raises UnusableFolder where something else lies in the folder.
    """
    if out is not None:
        check_usable(out)
        yield Journal(out / ANSWERS)
        return
    with TemporaryDirectory(prefix="matcher-asked-") as aside:
        yield Journal(Path(aside) / ANSWERS)


def silent(_words: str) -> None:
    """Hear what is being done, and do nothing."""
