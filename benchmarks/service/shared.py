"""Two workers share the runs of one PostgreSQL: what becomes of those of one that is gone?"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from sqlalchemy import func, select

from api.store import Store
from api.store.tables import RunRow, WorkerRow
from benchmarks.instances import instance
from benchmarks.service import association
from benchmarks.service.afterwards import faults_of_runs
from benchmarks.service.asking import Asker, Tries, told
from benchmarks.service.association import MATCHED
from benchmarks.service.places import Place, place
from benchmarks.service.programs import Program, Server, worker
from benchmarks.service.runner import ENDED
from matcher import Round, load_round

FAMILY, SIZE = "national", "tiny"
"""The round that is matched: 8 pools, 40 proposals; a run takes some seconds."""
RUN = {"gap": 0.01, "time_limit": 120}
TAKEN_OVER_WITHIN = 60.0
ENDS_WITHIN = 1800.0
LOOK = 0.2

How = Literal["killed", "paused"]
Tell = Callable[[str], None]


def shared(runs: int, tell: Tell) -> dict[str, Any]:
    """Share so many runs twice; gives what came of it, with all `faults`."""
    passes = {how: _shared(how, runs, tell) for how in ("killed", "paused")}
    faults = [f"{how}: {fault}" for how, found in passes.items() for fault in found.pop("faults")]
    return {"database": "postgresql", "runs": runs, **passes, "faults": faults}


def _shared(how: How, runs: int, tell: Tell) -> dict[str, Any]:
    begun = time.monotonic()
    with place("postgresql") as where, _working(where) as (server, workers):
        asked = _asked(server, _filled(where), runs)
        lease = where.settings.lease_seconds
        tell(f"{how}: {len(asked)} runs asked for")
        victim, run_id = _caught(where.store, workers, runs // 4)
        taken = _interrupted(where.store, how, victim, run_id, lease)
        tell(f"{how}: taken over after {taken:.1f} s")
        left = _await(where.store, lambda ended: ended == runs)
        faults = faults_of_runs(where.store, asked)
        if not left:
            faults.append("not all runs have ended")
        if taken > TAKEN_OVER_WITHIN:
            faults.append(f"the run was taken over after {taken:.1f} s")
        return {
            "seconds": round(time.monotonic() - begun), "lease_seconds": lease,
            "taken_over_after_seconds": round(taken, 1), **_shares(where.store),
            "complaints": dict(sum((w.complaints() for w in workers), Counter())),
            "faults": faults,
        }  # fmt: skip


def _filled(where: Place) -> str:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "round"
        instance(FAMILY, SIZE, 1).write(path)
        round_: Round = load_round(path)
    with where.store.writing() as session:
        association.add_round(session, MATCHED, "matching", round_)
        return association.coordinator(session)


@contextmanager
def _working(where: Place) -> Iterator[tuple[Server, list[Program]]]:
    """Run a server without workers of its own, and two workers beside it."""
    server = Server(where, workers=0)
    workers = [worker(where, f"worker-{n}") for n in (1, 2)]
    server.start()
    server.await_ready()
    for one in workers:
        one.start()
    yield server, workers
    for program in (server, *workers):
        program.stop()


def _asked(server: Server, key: str, runs: int) -> list[str]:
    asker = Asker(server.url, Tries())
    answers = [
        asker.ask("POST", f"/rounds/{MATCHED}/runs", key, {**RUN, "seed": seed}, f"run {seed}")
        for seed in range(1, runs + 1)
    ]
    asker.close()
    return [told(answer, 202)["id"] for answer in answers]


def _caught(store: Store, workers: list[Program], ended: int) -> tuple[Program, str]:
    """Wait until so many runs have ended and both workers are at one; gives a worker and its run.

    Raises RuntimeError where that does not come about.
    """
    if not _await(store, lambda found: found >= ended):
        raise RuntimeError(f"{ended} runs did not end in {ENDS_WITHIN} s")
    until = time.monotonic() + ENDS_WITHIN
    pids = {program.process.pid: program for program in workers}
    query = select(WorkerRow.pid, RunRow.id).join(RunRow, RunRow.worker == WorkerRow.id)
    while time.monotonic() < until:
        with store.reading() as session:
            held = session.execute(query.where(RunRow.state == "running")).all()
        if len(held) == len(workers):
            pid, run_id = held[0]
            time.sleep(1.0)  # in the middle of it
            with store.reading() as session:
                if session.get_one(RunRow, run_id).state == "running":
                    return pids[pid], run_id
        time.sleep(LOOK)
    raise RuntimeError("the two workers were never at work at once")


def _interrupted(store: Store, how: How, victim: Program, run_id: str, lease: float) -> float:
    """Kill or pause a worker; gives the seconds until another has its run, infinite if never.

    One that was paused goes on when that is so, and half a lease is over besides.
    """
    with store.reading() as session:
        attempt = session.get_one(RunRow, run_id).attempt
    begun = time.monotonic()
    if how == "killed":
        victim.kill(with_all=True)
    else:
        victim.pause()
    taken = float("inf")
    while time.monotonic() - begun < 2 * TAKEN_OVER_WITHIN:
        with store.reading() as session:
            if session.get_one(RunRow, run_id).attempt > attempt:
                taken = time.monotonic() - begun
                break
        time.sleep(LOOK)
    if how == "paused":
        time.sleep(lease / 2)
        victim.resume()
    return taken


def _await(store: Store, enough: Callable[[int], bool]) -> bool:
    """Wait until enough runs have ended; False where they do not."""
    until = time.monotonic() + ENDS_WITHIN
    query = select(func.count()).where(RunRow.state.in_(ENDED))
    while time.monotonic() < until:
        with store.reading() as session:
            if enough(session.scalar(query) or 0):
                return True
        time.sleep(LOOK)
    return False


def _shares(store: Store) -> Mapping[str, Any]:
    """Give how many runs each worker has ended, how often they were claimed, and how long took."""
    with store.reading() as session:
        runs = session.scalars(select(RunRow)).all()
    by_worker = Counter(str(run.worker) for run in runs)
    seconds = sorted(
        (_moment(run.ended_at) - _moment(run.started_at)).total_seconds() for run in runs
    )
    return {
        "ended_by_each_worker": sorted(by_worker.values(), reverse=True),
        "runs_by_state": dict(Counter(run.state for run in runs)),
        "runs_by_claims": dict(Counter(str(run.attempt) for run in runs)),
        "median_seconds_of_a_run": round(seconds[len(seconds) // 2], 1),
    }


def _moment(stamped: str | None) -> datetime:
    return datetime.fromisoformat(stamped or "")
