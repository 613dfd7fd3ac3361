"""A run followed as events, for as long as who follows may see it."""

import json
from collections.abc import AsyncIterator
from time import monotonic
from typing import Any

import anyio
from starlette.concurrency import run_in_threadpool

from api.access.keys import principal_for
from api.http.problems import Refused
from api.results.kept import run_for
from api.running.queue import ENDED
from api.running.sight import shown
from api.schemas.runs import KeptRun
from api.service import Service

EVERY = 1.0
"""Seconds between looks."""


async def follow(
    service: Service, run_id: str, secret: str, seconds: float
) -> AsyncIterator[dict[str, str]]:
    """Give an event at each change of a run, until it ends, or so many seconds have passed.

    The key is looked at each time: one that was revoked meanwhile hears nothing more.
    """
    until, last = monotonic() + seconds, ""
    while True:
        found = await run_in_threadpool(_look, service, run_id, secret)
        if found is None:
            return
        data = json.dumps(found, ensure_ascii=False)
        ended = found["state"] in ENDED
        if data != last:
            last = data
            yield {"event": "end" if ended else "progress", "data": data}
        left = until - monotonic()
        if ended or left <= 0:
            return
        await anyio.sleep(min(EVERY, left))


def _look(service: Service, run_id: str, secret: str) -> dict[str, Any] | None:
    with service.store.reading() as session:
        principal = principal_for(session, secret, service.now())
        if principal is None:
            return None
        try:
            run = run_for(session, run_id, principal)
        except Refused:
            return None
        found = KeptRun.model_validate(shown(run, principal))
    return found.model_dump(mode="json", exclude_none=True)
