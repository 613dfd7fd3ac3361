"""A sweep loses nothing and ends with the same answers, whoever is killed and whenever."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
)
from functools import partial
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any, ClassVar, ParamSpec, TypeVar

import pytest

from matcher.errors import UnusableFolder
from matcher.scenarios.many.crew import UnusableCluster, check_versions, versions
from matcher.scenarios.many.executing import (
    Document,
    Journal,
    NoWorkers,
    Shared,
    Task,
    execute,
    local_workers,
)
from tests.unit import sweeping

ROOT = Path(__file__).parents[2]
P = ParamSpec("P")
T = TypeVar("T")
EXPECTED = {
    f"task {number}": {"squared": number**2, "of": [number]} for number in range(sweeping.TASKS)
}


def threads() -> Executor:
    return ThreadPoolExecutor(2)


def answers(
    folder: Path,
    tasks: list[Task],
    call: Callable[[Any], Document],
    make_executor: Callable[[], Executor] = threads,
    said: list[str] | None = None,
) -> dict[str, Document]:
    tell = (lambda _words: None) if said is None else said.append
    return execute(tasks, call, Journal(folder / "answers.jsonl"), make_executor, tell)


def test_answers_stand_in_the_order_of_the_tasks_in_whatever_order_they_come(
    tmp_path: Path,
) -> None:
    tasks = sweeping.plain_tasks()
    Random(1).shuffle(tasks)
    found = answers(tmp_path, tasks, sweeping.square)
    assert list(found) == [task.name for task in tasks]
    assert found == EXPECTED


def test_processes_answer_as_threads_do(tmp_path: Path) -> None:
    found = answers(tmp_path, sweeping.plain_tasks(), sweeping.square, local_workers(2))
    assert found == EXPECTED


def test_what_was_answered_is_not_asked_again(tmp_path: Path) -> None:
    first = answers(tmp_path, sweeping.marked_tasks(tmp_path, 5), sweeping.marked)
    said: list[str] = []
    found = answers(tmp_path, sweeping.marked_tasks(tmp_path), sweeping.marked, said=said)
    assert found == EXPECTED
    assert first.items() <= found.items()
    assert "5 answers of 8 are there already from an earlier run" in said
    asked = [sweeping.times_asked(str(tmp_path), number) for number in range(8)]
    assert asked == [1] * 8


def test_an_answer_under_another_key_is_not_used(tmp_path: Path) -> None:
    answers(tmp_path, sweeping.plain_tasks(3), sweeping.square)
    tasks = [Task("task 0", "another round", 5)]
    assert answers(tmp_path, tasks, sweeping.square)["task 0"]["squared"] == 25


def test_two_tasks_with_one_key_are_asked_once(tmp_path: Path) -> None:
    one, *_ = sweeping.marked_tasks(tmp_path, 1)
    found = answers(tmp_path, [one, Task("same", one.key, one.payload)], sweeping.marked)
    assert found["same"] == found["task 0"] == EXPECTED["task 0"]
    assert sweeping.times_asked(str(tmp_path), 0) == 1


def test_two_tasks_with_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="several tasks are named task 0"):
        answers(tmp_path, sweeping.plain_tasks(1) * 2, sweeping.square)


def test_a_last_line_that_was_cut_off_is_answered_again(tmp_path: Path) -> None:
    journal = tmp_path / "answers.jsonl"
    answers(tmp_path, sweeping.plain_tasks(4), sweeping.square)
    whole = journal.read_bytes()
    for cut in (1, 10, 40):
        journal.write_bytes(whole[:-cut])
        assert len(Journal(journal).answers()) == 3
        assert answers(tmp_path, sweeping.plain_tasks(), sweeping.square) == EXPECTED
        lines = journal.read_text("utf-8").splitlines()
        assert len({json.loads(line)["key"] for line in lines}) == len(lines) == 8


def test_a_line_that_cannot_be_read_is_answered_again(tmp_path: Path) -> None:
    journal = tmp_path / "answers.jsonl"
    answers(tmp_path, sweeping.plain_tasks(), sweeping.square)
    first, second, *rest = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([first, second.replace(b'"key"', b'"kez"'), b"\0\0\n", *rest]))
    assert len(Journal(journal).answers()) == 7
    assert answers(tmp_path, sweeping.plain_tasks(), sweeping.square) == EXPECTED


def test_a_refusal_is_the_answer_of_its_task_alone(tmp_path: Path) -> None:
    for _ in range(2):  # the second time from the journal
        found = answers(tmp_path, sweeping.plain_tasks(), sweeping.refusing, local_workers(1))
        assert found["task 3"]["status"] == "failed"
        assert 'pools.csv, row 3, column budget: "-1" is below 0.' in found["task 3"]["why"]
        assert {name: found[name] for name in found if name != "task 3"} == {
            name: EXPECTED[name] for name in EXPECTED if name != "task 3"
        }


def test_a_mistake_in_the_program_ends_the_sweep_and_what_came_in_is_kept(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        answers(tmp_path, sweeping.plain_tasks(), sweeping.wrong, lambda: ThreadPoolExecutor(1))
    kept = Journal(tmp_path / "answers.jsonl").answers()
    assert {f"key {number}" for number in range(2)} <= set(kept)
    assert "key 3" not in kept


def test_a_worker_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    tasks = sweeping.marked_tasks(tmp_path)
    found = answers(tmp_path, tasks, sweeping.deadly_once, local_workers(2), said)
    assert found == EXPECTED
    assert any("a worker ended in the middle" in words for words in said)
    assert sweeping.times_asked(str(tmp_path), 3) == 2


class Fragile(ThreadPoolExecutor):
    """Breaks when it is given the fourth task, as a pool of processes does."""

    asked: ClassVar[list[int]] = []

    def __init__(self) -> None:
        super().__init__(2)
        self.broken = False

    def submit(self, call: Callable[P, T], /, *given: P.args, **options: P.kwargs) -> "Future[T]":
        if self.broken:
            raise BrokenExecutor
        if given[1:] != (3,):
            return super().submit(call, *given, **options)
        self.asked.append(3)
        self.broken = True
        found: Future[T] = Future()
        found.set_exception(BrokenExecutor())
        return found


def test_a_task_that_breaks_each_executor_is_given_up_after_twice_alone(tmp_path: Path) -> None:
    Fragile.asked.clear()
    said: list[str] = []
    found = answers(tmp_path, sweeping.plain_tasks(), sweeping.square, Fragile, said)
    assert found.pop("task 3")["status"] == "failed"
    assert found == {name: EXPECTED[name] for name in found}
    assert len(found) == 7
    assert Fragile.asked == [3] * 4
    # It may have been the machine: a later run tries again.
    assert answers(tmp_path, sweeping.plain_tasks(), sweeping.square) == EXPECTED


@pytest.mark.slow
def test_a_task_that_kills_its_worker_each_time_is_named_and_the_others_go_on(
    tmp_path: Path,
) -> None:
    tasks = sweeping.marked_tasks(tmp_path)
    found = answers(tmp_path, tasks, sweeping.deadly_always, local_workers(1))
    assert found.pop("task 3")["status"] == "failed"
    assert found == {name: EXPECTED[name] for name in found}
    assert len(found) == 7
    assert sweeping.times_asked(str(tmp_path), 3) == 4


def test_where_no_worker_can_start_no_task_is_blamed(tmp_path: Path) -> None:
    def stillborn() -> Executor:
        return ProcessPoolExecutor(1, initializer=os._exit, initargs=(1,))

    with pytest.raises(NoWorkers, match="end as soon as they are started"):
        answers(tmp_path, sweeping.plain_tasks(), sweeping.square, stillborn)
    assert not Journal(tmp_path / "answers.jsonl").answers()


def test_a_second_run_does_not_write_to_the_same_journal(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "answers.jsonl")
    with journal.kept(), pytest.raises(UnusableFolder, match="Another run is writing"):
        answers(tmp_path, sweeping.plain_tasks(), sweeping.square)


def test_what_is_shared_is_unpacked_once_in_a_process(tmp_path: Path) -> None:
    shared = Shared.of(list(range(1000)))
    start = local_workers(1, [shared])
    call = partial(sweeping.shared_length, shared.label)
    found = answers(tmp_path, sweeping.plain_tasks(2), call, start)
    assert found == {
        f"task {number}": {"length": 1000 + number, "again": True} for number in range(2)
    }


def test_a_label_says_so_where_the_content_never_came() -> None:
    with pytest.raises(KeyError):
        Shared.of("something else that nobody received").label.value()


def test_a_cluster_without_workers_or_with_other_versions_is_not_used() -> None:
    with pytest.raises(UnusableCluster, match="has no workers"):
        check_versions({})
    check_versions({"tcp://one": versions()})
    with pytest.raises(UnusableCluster, match=r"tcp://two has ortools 1\.0, and this machine"):
        check_versions({"tcp://one": versions(), "tcp://two": versions() | {"ortools": "1.0"}})


def started(folder: Path) -> "subprocess.Popen[str]":
    """Start a sweep as a program of its own, in a process group as a terminal gives it one."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.unit.sweeping", str(folder)],
        cwd=ROOT, start_new_session=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def until(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    end = monotonic() + seconds
    while not is_so():
        assert monotonic() < end
        sleep(0.02)


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGINT])
def test_a_sweep_that_is_stopped_in_the_middle_goes_on_where_it_was(
    tmp_path: Path, sent: signal.Signals
) -> None:
    journal = Journal(tmp_path / "answers.jsonl")
    sweep = started(tmp_path)
    until(lambda: len(journal.answers()) >= 3)
    if sent == signal.SIGKILL:
        os.kill(sweep.pid, sent)  # the sweep alone: its workers see to themselves
    else:
        os.killpg(sweep.pid, sent)  # as the terminal does it
    begun = monotonic()
    told, _ = sweep.communicate(timeout=60)
    until(lambda: not any(map(is_running, sweeping.processes_asked(tmp_path))))
    assert monotonic() - begun < 10
    known = journal.answers()
    assert 3 <= len(known) < 8
    if sent == signal.SIGINT:
        assert sweep.returncode == 130
        assert f"Stopped with {len(known)} of 8 answers, which are kept in {journal.path}." in told
    before = {number: sweeping.times_asked(str(tmp_path), number) for number in range(8)}
    assert answers(tmp_path, sweeping.marked_tasks(tmp_path), sweeping.marked) == EXPECTED
    for number, times in before.items():
        again = f"key {number}" not in known
        assert sweeping.times_asked(str(tmp_path), number) == times + again


def children_of(process: int) -> list[int]:
    """Give the workers of a sweep, also those that are only starting."""
    try:
        named = Path(f"/proc/{process}/task/{process}/children").read_text("utf-8").split()
        commands = {int(name): Path(f"/proc/{name}/cmdline").read_bytes() for name in named}
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [child for child, command in commands.items() if b"spawn_main" in command]


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.1, 0.4])
def test_a_worker_that_is_killed_while_it_starts_loses_nothing_either(
    tmp_path: Path, seconds: float
) -> None:
    sweep = started(tmp_path)
    try:
        until(lambda: bool(children_of(sweep.pid)))
        starting = children_of(sweep.pid)[0]
        sleep(seconds)
        os.kill(starting, signal.SIGKILL)
        told, _ = sweep.communicate(timeout=60)
    finally:
        sweep.kill()
    assert sweep.returncode == 0
    assert "a worker ended in the middle" in told
    known = Journal(tmp_path / "answers.jsonl").answers()
    assert known == {f"key {number}": EXPECTED[f"task {number}"] for number in range(8)}
