"""Tasks for tests of sweeps, and a sweep as a program of its own that can be killed."""

import os
import signal
import sys
from pathlib import Path
from time import sleep
from typing import Any

from matcher.errors import InvalidRound, Problem
from matcher.scenarios.many.executing import Journal, Shared, Stopped, Task, execute, local_workers

TASKS = 8


def square(payload: int) -> dict[str, Any]:
    return {"squared": payload**2, "of": (payload,)}


def marked(payload: tuple[int, str]) -> dict[str, Any]:
    """Answer, and leave a mark for each time it was asked and by which process."""
    number, folder = payload
    with (Path(folder) / f"asked-{number}").open("a", encoding="utf-8") as file:
        file.write(f"{os.getpid()}\n")
    return square(number)


def slow(payload: tuple[int, str]) -> dict[str, Any]:
    """Answer the first at once, and the others after a while."""
    sleep(0.1 if payload[0] < 3 else 0.6)
    return marked(payload)


def deadly_once(payload: tuple[int, str]) -> dict[str, Any]:
    """Kill the process in the middle of the fourth task, the first time that it is asked."""
    answer = marked(payload)
    if payload[0] == 3 and times_asked(payload[1], 3) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer


def deadly_always(payload: tuple[int, str]) -> dict[str, Any]:
    """Kill the process whenever the fourth task is asked."""
    answer = marked(payload)
    if payload[0] == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return answer


def refusing(payload: int) -> dict[str, Any]:
    """Refuse the fourth task as a round that is not valid is refused."""
    if payload == 3:
        problem = Problem("pools.csv", 3, "budget", "-1", "is below 0.", "Give 0 or more.")
        raise InvalidRound([problem])
    return square(payload)


def wrong(payload: int) -> dict[str, Any]:
    """Fail at the fourth task as a mistake in the program does."""
    if payload == 3:
        raise ZeroDivisionError
    return square(payload)


def shared_length(shared: Shared, payload: int) -> dict[str, Any]:
    """Answer with what was shared, and say whether this process had it unpacked before."""
    before = shared.value()
    return {"length": len(before) + payload, "again": shared.value() is before}


def times_asked(folder: str, number: int) -> int:
    path = Path(folder) / f"asked-{number}"
    return len(path.read_text("utf-8").splitlines()) if path.exists() else 0


def processes_asked(folder: Path) -> set[int]:
    found = {line for path in folder.glob("asked-*") for line in path.read_text("utf-8").split()}
    return set(map(int, found))


def plain_tasks(count: int = TASKS) -> list[Task]:
    return [Task(f"task {number}", f"key {number}", number) for number in range(count)]


def marked_tasks(folder: Path, count: int = TASKS) -> list[Task]:
    return [
        Task(f"task {number}", f"key {number}", (number, str(folder))) for number in range(count)
    ]


LARGE = bytes(5_000_000)
"""Far more than a pipe holds."""


def main(folder: Path) -> None:
    """Run a sweep whose workers are sent something large."""
    journal = Journal(folder / "answers.jsonl")

    def tell(said: str) -> None:
        sys.stdout.write(f"{said}\n")

    try:
        workers = local_workers(2, [Shared.of(LARGE)])
        execute(marked_tasks(folder), slow, journal, workers, tell)
    except Stopped as stopped:
        tell(str(stopped))
        sys.exit(130)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
