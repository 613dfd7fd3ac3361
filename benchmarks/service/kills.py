"""Server and workers killed at random moments under load: is everything there, once, afterwards?"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread
from typing import Any

from benchmarks.service import association
from benchmarks.service.afterwards import counts_of, faults_of
from benchmarks.service.applicant import Applicant
from benchmarks.service.asking import Asker, Tries
from benchmarks.service.association import MATCHED, OPEN
from benchmarks.service.ledger import Ledger
from benchmarks.service.places import Place, place
from benchmarks.service.programs import Program, Server, worker
from benchmarks.service.runner import Runner

APPLICANTS = 4
RUNS_AT_ONCE = 4
BETWEEN = (0.5, 6.0)
"""Seconds between two kills."""
WHILE_STARTING = 0.2
"""The share of kills that do not wait for the server to be ready again."""
PAUSE = 0.15
"""Seconds between two requests of an applicant, on average."""
ENDS_WITHIN = 180.0
LIMITS = dict.fromkeys(
    ("requests_per_minute", "public_per_minute", "registrations_per_hour"), 10**9
)
"""All applicants of this test come from one address, and register more than one may."""
LEASE = 5.0
"""A lost run is taken up again that soon, so that it can be lost more than once."""

Tell = Callable[[str], None]


def killed(
    kind: str, times: int, seed: int, tell: Tell, at_once: int = RUNS_AT_ONCE
) -> dict[str, Any]:
    """Kill a service so many times under load; gives what came of it, with all `faults`.

    `at_once` runs are kept going.
    """
    begun = time.monotonic()
    dice, ledger, tries = random.Random(seed), Ledger(), Tries()
    with place(kind, lease_seconds=LEASE, **LIMITS) as where:
        key = _filled(where)
        server, separate = Server(where), worker(where, "worker")
        for program in (server, separate):
            program.start()
        server.await_ready()
        with _load(server.url, ledger, tries, key, at_once) as runner:
            kills = _kill(server, separate, times, dice, tell)
            server.await_ready()
        left = runner.await_all(ENDS_WITHIN)
        faults = [*ledger.faults, *tries.failures, *(f"{run} has not ended" for run in left)]
        faults += faults_of(where.store, ledger, OPEN)
        for program in (server, separate):
            program.stop()
        faults += [f"the process {p.pid} was left over" for p in where.left_over()]
        return {
            "database": kind, "seed": seed, "seconds": round(time.monotonic() - begun),
            "kills": kills, "accepted": _accepted(ledger),
            "answers": {str(status): n for status, n in sorted(tries.answers.items())},
            "answers_cut_off": tries.broken, "tries_that_found_nobody": tries.refused,
            **counts_of(where.store),
            "complaints": dict(server.complaints() + separate.complaints()),
            "faults": faults,
        }  # fmt: skip


def _filled(where: Place) -> str:
    """Fill the database with two small rounds; gives a coordinator's key."""
    with where.store.writing() as session:
        round_ = association.tiny()
        association.add_round(session, OPEN, "open", round_, without=("organisations", "proposals"))
        association.add_round(session, MATCHED, "matching", round_)
        return association.coordinator(session)


@contextmanager
def _load(url: str, ledger: Ledger, tries: Tries, key: str, at_once: int) -> Iterator[Runner]:
    """Have applicants and a runner at work until the end, which waits for their last answers."""
    stopping = Event()
    runner = Runner(Asker(url, tries), ledger, APPLICANTS, key, MATCHED, at_once)
    applicants = [Applicant(Asker(url, tries), ledger, n, key, OPEN) for n in range(APPLICANTS)]

    def do(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as failure:  # noted as a fault of the measurement, then raised again
            ledger.fault(f"a client gave up: {failure!r}")
            raise

    works: list[Callable[[], None]] = [partial(runner.run, stopping)]
    works += [partial(one.run, stopping, PAUSE) for one in applicants]
    threads = [Thread(target=do, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield runner
    finally:
        stopping.set()
        for thread in threads:
            thread.join(ENDS_WITHIN)


def _kill(
    server: Server, separate: Program, times: int, dice: random.Random, tell: Tell
) -> Mapping[str, int]:
    """Kill one program after the other and start it again; gives how often which was."""
    kills: Counter[str] = Counter()
    while kills.total() < times:
        if dice.random() > WHILE_STARTING:
            server.await_ready()
        time.sleep(dice.uniform(*BETWEEN))
        victim, with_all = dice.choice((server, server, separate, None)), dice.random() < 0.5
        if victim is None:
            crew = server.crew()
            if not crew:
                continue  # it is about to start another
            crew[0].kill()
            how = "the server's worker"
        else:
            victim.kill(with_all)
            victim.start()
            how = f"{victim.name}{' with all it started' if with_all else ''}"
        kills[how] += 1
        tell(f"{kills.total()} of {times}: {how}")
    return dict(sorted(kills.items()))


def _accepted(ledger: Ledger) -> dict[str, int]:
    actions: Counter[str] = Counter()
    for (action, _), count in ledger.entries.items():
        actions[action] += count
    return dict(sorted(actions.items()))
