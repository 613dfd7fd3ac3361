"""More requests at once than there are connections and threads: each is answered all the same."""

import asyncio
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from api.access.keys import make_key
from api.app import create_app
from api.clock import utc_now
from api.service import Service
from api.settings import Settings
from api.store import Store

AT_ONCE = 150
"""More than the threads that routes run in, and many more than connections."""


async def _asked(app: FastAPI, key: str) -> list[int]:
    transport = httpx2.ASGITransport(app=app)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://service", headers=headers, timeout=60
    ) as client:
        answers = await asyncio.gather(*(client.get("/rounds") for _ in range(AT_ONCE)))
    return [answer.status_code for answer in answers]


@pytest.mark.parametrize("connections", [2, 20])
def test_more_requests_at_once_than_connections_are_all_answered(
    any_url: str, tmp_path: Path, connections: int
) -> None:
    settings = Settings(data=tmp_path, database_url=any_url, connections=connections)
    store = Store(settings.url, settings.connections)
    store.migrate()
    with store.writing() as session:
        key = make_key(session, utc_now(), "coordinator", "many at once")[1]
    found = asyncio.run(_asked(create_app(Service(settings, store)), key))
    store.close()
    assert found == [200] * AT_ONCE
