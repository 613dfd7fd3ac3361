"""What applicants ask for under load: when, in which order, and how long each answer took."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

ROUND, OWN, SUBMIT, PROPOSAL, PRECHECK = (
    "round",
    "own proposals",
    "submission",
    "proposal",
    "precheck",
)
VISIT = (ROUND, OWN, SUBMIT, PROPOSAL, PRECHECK)
"""What each applicant does, in this order."""
READS = (ROUND, OWN, PROPOSAL, PRECHECK)
SHARES = (0.5, 0.95, 0.99)
THINKING = 10.0
"""Seconds between two requests of an applicant, on average."""
ONE_TRY = 60.0


@dataclass
class Applicant:
    """An applicant under load: its key, a proposal that it has, what it will submit."""

    key: str
    proposal_id: str
    submission: Mapping[str, Any]


@dataclass
class Timings:
    """Seconds from when each request was due to its whole answer, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in VISIT})
    errors: Counter[str] = field(default_factory=Counter)
    submitted: list[str] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """Give the figures of all reads, of submissions, and of each kind of request."""
        found = {"reads": [took for name in READS for took in self.seconds[name]]}
        return {name: _figures(seconds) for name, seconds in {**found, **self.seconds}.items()} | {
            "errors": dict(self.errors)
        }


@dataclass(frozen=True)
class Due:
    """A request and when it is due, in seconds from the beginning."""

    at: float
    what: str
    applicant: Applicant


def schedule(applicants: Sequence[Applicant], seconds: float, dice: random.Random) -> list[Due]:
    """Draw when each applicant comes, as a Poisson stream of this number, and asks in turn.

    What falls after the end comes at the beginning instead, so that no moment has less to do than
    another; whoever has not submitted yet then asks for a proposal of before.
    """

    def drawn() -> Iterator[Due]:
        for applicant in applicants:
            at = dice.uniform(0, seconds)
            for what in VISIT:
                yield Due(at % seconds, what, applicant)
                at += dice.expovariate(1 / THINKING)

    return sorted(drawn(), key=lambda due: due.at)


async def visit(url: str, round_id: str, requests: Sequence[Due]) -> Timings:
    """Ask for everything when it is due, whether or not what was asked before is answered."""
    timings = Timings()
    # As from as many machines: nobody asks on a connection that somebody else has left open.
    limits = httpx2.Limits(max_connections=None, max_keepalive_connections=0)
    async with httpx2.AsyncClient(base_url=url, timeout=ONE_TRY, limits=limits) as client:
        begun = time.monotonic()
        async with asyncio.TaskGroup() as tasks:
            for due in requests:
                await asyncio.sleep(max(0.0, begun + due.at - time.monotonic()))
                tasks.create_task(_asked(client, round_id, due, begun, timings))
    return timings


async def _asked(
    client: httpx2.AsyncClient, round_id: str, due: Due, begun: float, timings: Timings
) -> None:
    applicant = due.applicant
    base = f"/rounds/{round_id}"
    own = f"{base}/proposals/{applicant.proposal_id}"
    paths = {ROUND: base, OWN: f"{base}/proposals", PROPOSAL: own, PRECHECK: f"{own}/precheck"}
    headers = {"Authorization": f"Bearer {applicant.key}"}
    try:
        if due.what == SUBMIT:
            answer = await client.post(
                f"{base}/proposals", json=applicant.submission, headers=headers
            )
        else:
            answer = await client.get(paths[due.what], headers=headers)
    except httpx2.TransportError as failure:
        timings.errors[f"{due.what}: {type(failure).__name__}"] += 1
        return
    timings.seconds[due.what].append(time.monotonic() - begun - due.at)
    if not answer.is_success:
        timings.errors[f"{due.what}: {answer.status_code}"] += 1
    elif due.what == SUBMIT:
        applicant.proposal_id = answer.json()["proposal"]["proposal_id"]
        timings.submitted.append(applicant.proposal_id)


def _figures(seconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(seconds)
    if not ordered:
        return {"count": 0}
    found = {f"p{share * 100:g}": round(_quantile(ordered, share), 4) for share in SHARES}
    return {"count": len(ordered), **found, "most": round(ordered[-1], 4)}


def _quantile(ordered: Sequence[float], share: float) -> float:
    """Give the smallest of the values that at least this share of them does not exceed."""
    rank = -(-len(ordered) * share // 1)
    return ordered[max(0, int(rank) - 1)]
