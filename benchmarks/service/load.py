"""Many applicants submit and read while runs solve beside them: how long do they wait?"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

import httpx2
import psutil
from sqlalchemy import select

from api.store.tables import Row
from benchmarks.service import association
from benchmarks.service.asking import told
from benchmarks.service.association import MATCHED, OPEN
from benchmarks.service.places import Place, place
from benchmarks.service.programs import Program, Server, worker
from benchmarks.service.runner import ENDED
from benchmarks.service.visits import Applicant, Due, schedule, visit
from benchmarks.service.weighing import weighed

RUNS_AT_ONCE = 2
RUN = {"gap": 0, "time_limit": 600}
LOOK = 2.0
UNTIL_BOTH_SOLVE = 10.0

Tell = Callable[[str], None]


def loaded(
    kind: str, ngos: int, seconds: float, stored: int, seed: int, tell: Tell
) -> dict[str, Any]:
    """Load a service as it is shipped; gives how long answers took and what was taken for them."""
    dice = random.Random(seed)
    with place(kind) as where:
        begun = time.monotonic()
        applicants, key = _filled(where, ngos, stored)
        tell(f"filled in {time.monotonic() - begun:.0f} s")
        server, separate = Server(where), worker(where, "worker")
        for program in (server, separate):
            program.start()
        tell(f"ready in {server.await_ready():.1f} s")
        requests = schedule(applicants, seconds, dice)
        measured = _measured(server, separate, key, requests, where)
        record, submitted = asyncio.run(measured)
        faults = _missing(where, submitted, stored)
        for program in (server, separate):
            program.stop()
        complaints = server.complaints() + separate.complaints()
    return {
        "database": kind, "ngos": ngos, "seconds": seconds, "stored": stored, "seed": seed,
        "settings": "as shipped, and one worker more", **record, "complaints": dict(complaints),
        "faults": faults,
    }  # fmt: skip


def _filled(where: Place, ngos: int, stored: int) -> tuple[list[Applicant], str]:
    """Fill a database with the demonstration, many applicants and their proposals."""
    round_ = association.demonstration()
    with where.store.writing() as session:
        association.add_round(session, MATCHED, "matching", round_)
        association.add_round(session, OPEN, "open", round_)
        keys = association.applicants(session, round_, ngos)
        more = stored - len(round_.proposals)
        proposals = list(association.proposals_like(round_, list(keys), more))
        association.add_rows(session, OPEN, (("proposals", row) for row in proposals))
        coordinator = association.coordinator(session)
    own = {row["org_id"]: row["proposal_id"] for row in proposals}
    sent = association.submissions_like(round_)
    return [Applicant(key, own[org_id], next(sent)) for org_id, key in keys.items()], coordinator


async def _measured(
    server: Server, separate: Program, key: str, requests: Sequence[Due], where: Place
) -> tuple[dict[str, Any], list[str]]:
    """Let the applicants ask while runs are solved; gives the figures, and what was submitted."""
    over = asyncio.Event()
    solving = asyncio.create_task(_solve(server.url, key, over))
    await asyncio.sleep(UNTIL_BOTH_SOLVE)
    parts = {
        "server": ([server.process], False),
        "workers": ([*server.crew(), separate.process], True),
        "client": ([psutil.Process()], False),
        "database": (where.database(), True),
    }
    async with weighed(parts) as weight:
        timings = await visit(server.url, OPEN, requests)
    over.set()
    return {
        **timings.shown(), "runs": await solving, "cpu_seconds": weight.cpu_seconds,
        "most_mib": weight.most_mib,
    }, timings.submitted  # fmt: skip


async def _solve(url: str, key: str, over: asyncio.Event) -> dict[str, int]:
    """Keep two runs going until all is over, then cancel them; gives how they stood before."""
    headers = {"Authorization": f"Bearer {key}"}
    states: dict[str, str] = {}
    seeds = count(1)
    async with httpx2.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
        while not over.is_set():
            with suppress(httpx2.TimeoutException):
                for run_id in [run for run, state in states.items() if state not in ENDED]:
                    states[run_id] = (await client.get(f"/runs/{run_id}")).json()["state"]
                while sum(state not in ENDED for state in states.values()) < RUNS_AT_ONCE:
                    body = {**RUN, "seed": next(seeds)}
                    answer = await client.post(f"/rounds/{MATCHED}/runs", json=body)
                    states[told(answer, 202)["id"]] = "queued"
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), LOOK)
        for run_id, state in states.items():
            if state not in ENDED:
                await client.post(f"/runs/{run_id}/cancellation")
    return dict(Counter(states.values()))


def _missing(where: Place, submitted: Sequence[str], stored: int) -> list[str]:
    """Give whatever was accepted and is not there, or is there and was not accepted."""
    query = select(Row.id).where(Row.round_id == OPEN, Row.noun == "proposals")
    with where.store.reading() as session:
        kept = set(session.scalars(query))
    faults = [f"the proposal {name} is lost" for name in submitted if name not in kept]
    if len(kept) != stored + len(set(submitted)):
        faults.append(f"{len(kept)} proposals are kept, not {stored + len(set(submitted))}")
    return faults
