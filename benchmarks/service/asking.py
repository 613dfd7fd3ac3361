"""A client that goes on asking until it is answered, as a good client of the service does."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import httpx2

PATIENCE = 120.0
"""Seconds after which a request without an answer is given up, which is a fault."""
ONE_TRY = 20.0
AT_ONCE = "urn:donor-matcher:problem:at-once"
"""The problem of who asks for the same a second time while the first is still being done."""


class Unanswered(Exception):
    """A request that got no answer however often it was repeated."""


class Unexpected(Exception):
    """An answer that no story has."""


@dataclass
class Tries:
    """What asking came to: answers by status, and answers of 5xx in words.

    `refused` are tries that found nobody, `broken` those that somebody took and never answered.
    """

    answers: dict[int, int] = field(default_factory=dict)
    refused: int = 0
    broken: int = 0
    failures: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def answered(self, status: int) -> None:
        """Count an answer."""
        with self._lock:
            self.answers[status] = self.answers.get(status, 0) + 1

    def unanswered(self, connected: bool) -> None:
        """Count a try that ended without an answer."""
        with self._lock:
            if connected:
                self.broken += 1
            else:
                self.refused += 1

    def failed(self, words: str) -> None:
        """Note an answer that no client should get."""
        with self._lock:
            self.failures.append(words)


class Asker:
    """Asks one service; for one thread."""

    def __init__(self, url: str, tries: Tries) -> None:
        self._client = httpx2.Client(base_url=url, timeout=ONE_TRY)
        self._tries = tries

    def ask(
        self,
        method: str,
        path: str,
        key: str | None = None,
        body: Any = None,
        once: str | None = None,
        etag: str | None = None,
    ) -> httpx2.Response:
        """Ask until answered; `once` is the Idempotency-Key.

        Raises Unanswered where nobody answers for two minutes.
        """
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": once, "If-Match": etag}
        given = {name: value for name, value in headers.items() if value is not None}
        if key is None:
            del given["Authorization"]
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            answer = self._tried(method, path, given, body)
            if answer is None:
                time.sleep(0.1)
                continue
            self._tries.answered(answer.status_code)
            if answer.status_code >= 500 and answer.status_code != 503:
                self._tries.failed(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
            if _may_pass(answer):
                time.sleep(min(float(answer.headers.get("Retry-After", "0.2")), 5.0))
                continue
            return answer
        raise Unanswered(f"{method} {path}")

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def _tried(
        self, method: str, path: str, headers: Mapping[str, str], body: Any
    ) -> httpx2.Response | None:
        try:
            return self._client.request(method, path, headers=dict(headers), json=body)
        except httpx2.TransportError as failure:
            self._tries.unanswered(not isinstance(failure, httpx2.ConnectError))
            return None


def _may_pass(answer: httpx2.Response) -> bool:
    """Say whether the same may be answered otherwise a little later."""
    if answer.status_code >= 500 or answer.status_code == 429:
        return True
    return answer.status_code == 409 and answer.json().get("type") == AT_ONCE


def told(answer: httpx2.Response, *statuses: int) -> Mapping[str, Any]:
    """Give what an answer says; raises Unexpected where it has none of the statuses."""
    if answer.status_code not in statuses:
        request = answer.request
        raise Unexpected(f"{request.method} {request.url}: {answer.status_code} {answer.text}")
    found: Mapping[str, Any] = answer.json()
    return found
