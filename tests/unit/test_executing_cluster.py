"""A cluster's workers answer as this machine's do, byte for byte, also when one is killed."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest

from matcher import match
from matcher.domain.round import canonical
from matcher.scenarios.many.crew import Crew, UnusableCluster, crew_of
from matcher.scenarios.many.executing import Document, Journal, Shared, execute
from matcher.scenarios.running import started
from matcher.scenarios.sweeping.draws import Variation
from matcher.scenarios.sweeping.sweeps import Sweep
from tests.unit import sweeping
from tests.unit.test_explain import EXACT, a_richer_round

distributed = pytest.importorskip(
    "distributed", reason="Dask's distributed is not installed: it comes with the extra `cluster`"
)

dask = pytest.importorskip("dask", reason="it comes with distributed")


@contextmanager
def cluster() -> Iterator[Any]:
    """Start a scheduler and two workers, each a process of its own, and give a client to them."""
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
        ) as workers,
        distributed.Client(workers) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    with cluster() as found:
        yield found


def answered_by(crew: Crew, path: Path) -> dict[str, Document]:
    call = partial(sweeping.shared_length, crew.shared)
    tasks, make, workers = sweeping.plain_tasks(20), crew.make_executor, crew.workers
    return execute(tasks, call, Journal(path), make, lambda _words: None, workers)


def test_two_workers_of_a_cluster_answer_as_two_local_ones_byte_for_byte(
    client: Any, tmp_path: Path
) -> None:
    shared = Shared.of("something large" * 1000)
    with crew_of(shared, scheduler=client.scheduler.address) as crew:
        assert crew.workers == 2
        far = answered_by(crew, tmp_path / "cluster.jsonl")
    with crew_of(shared) as crew:
        near = answered_by(crew, tmp_path / "here.jsonl")
    assert canonical(far) == canonical(near)
    assert list(far) == list(near)
    lines = [(tmp_path / name).read_text("utf-8") for name in ("cluster.jsonl", "here.jsonl")]
    assert sorted(lines[0].splitlines()) == sorted(lines[1].splitlines())


def test_a_cluster_that_nobody_answers_for_is_told_of() -> None:
    with (
        pytest.raises(UnusableCluster, match=r"No scheduler answers at tcp://127\.0\.0\.1:9"),
        crew_of(Shared.of(1), scheduler="tcp://127.0.0.1:9", wait="1s"),
    ):
        pass


def test_a_worker_of_a_cluster_that_is_killed_loses_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "answers.jsonl")
    killed: list[int] = []

    def kill_one() -> None:
        while len(journal.answers()) < 3:
            sleep(0.05)
        killed.append(max(sweeping.processes_asked(tmp_path)))
        os.kill(killed[0], signal.SIGKILL)

    with cluster() as client:
        killer = Thread(target=kill_one)
        killer.start()
        tasks = sweeping.marked_tasks(tmp_path)
        start = partial(client.get_executor, pure=False)
        found = execute(tasks, sweeping.slow, journal, start, lambda _words: None)
        killer.join()
    assert killed
    assert found == {task.name: {"squared": n**2, "of": [n]} for n, task in enumerate(tasks)}
    assert len(journal.answers()) == len(tasks)


@pytest.mark.slow
def test_a_task_that_kills_every_worker_of_a_cluster_is_named_and_the_others_go_on(
    tmp_path: Path,
) -> None:
    journal = Journal(tmp_path / "answers.jsonl")
    tasks = sweeping.marked_tasks(tmp_path)
    with dask.config.set({"distributed.scheduler.allowed-failures": 0}), cluster() as client:
        start = partial(client.get_executor, pure=False)
        found = execute(tasks, sweeping.deadly_always, journal, start, lambda _words: None)
    assert found.pop("task 3")["status"] == "failed"
    assert [answer["squared"] for answer in found.values()] == [0, 1, 4, 16, 25, 36, 49]
    assert sweeping.times_asked(str(tmp_path), 3) == 4


def test_draws_of_a_round_come_out_of_a_cluster_as_they_do_here(
    client: Any, tmp_path: Path
) -> None:
    round_ = a_richer_round(3)
    start = started(round_, EXACT, match(round_, EXACT).awards)
    variation = Variation(budgets=Decimal("0.2"), points=Decimal(4))
    there = Sweep(
        start, Journal(tmp_path / "there.jsonl"), lambda _words: None,
        scheduler=client.scheduler.address,
    )  # fmt: skip
    far = there.draws(variation, 1, 12)
    here = Sweep(start, Journal(tmp_path / "here.jsonl"), lambda _words: None, workers=1)
    near = here.draws(variation, 1, 12)
    assert far == near
    lines = [(tmp_path / name).read_text("utf-8") for name in ("there.jsonl", "here.jsonl")]
    assert sorted(lines[0].splitlines()) == sorted(lines[1].splitlines())
