"""One request, one transaction: what it changes, its audit entry and its remembered answer.

A route reads through `work.reading` for as long as it likes, works out what it must, and changes
things through `work.writing`, which other writers of SQLite wait for: so it comes late. All of it
is committed after the answer is made and before it is sent, or nothing is.
"""

from asyncio import Semaphore
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from api.access.keys import principal_for
from api.access.roles import Principal
from api.audit import Actor, append
from api.clock import stamp
from api.http.problems import Refused, wrong_state
from api.http.rates import Rates, Spent
from api.service import Service, service_of
from api.settings import Settings
from api.store.tables import Replay

IDEMPOTENCY_KEY = "Idempotency-Key"
SECRET = "secret"
"""The tag of routes whose answer holds a secret, which is never kept to be given again."""


@dataclass(frozen=True)
class _Note:
    """An entry of the audit log that waits for the end of the transaction."""

    action: str
    object: str
    round_id: str | None
    reason: str | None
    details: Mapping[str, Any]


class Work:
    """The transaction of a request."""

    def __init__(self, service: Service, principal: Principal | None, address: str) -> None:
        self.service, self.principal, self.address = service, principal, address
        self._notes: list[_Note] = []

    @cached_property
    def now(self) -> datetime:
        """The time of the request."""
        return self.service.now()

    @property
    def stamp(self) -> str:
        """The time of the request as it is kept."""
        return stamp(self.now)

    @cached_property
    def reading(self) -> Session:
        """The session to read with, as things were when it was first used."""
        return self.service.store.session(writes=False)

    @cached_property
    def writing(self) -> Session:
        """The session to change things with; what has to hold is read again in it."""
        if "reading" in self.__dict__:
            self.reading.close()
        return self.service.store.session(writes=True)

    def note(
        self,
        action: str,
        object_: str,
        round_id: str | None = None,
        reason: str | None = None,
        **details: Any,
    ) -> None:
        """Have an entry written to the audit log when all is done."""
        self._notes.append(_Note(action, object_, round_id, reason, details))

    @property
    def begun(self) -> bool:
        """Say whether there is anything to give back."""
        return "reading" in self.__dict__ or "writing" in self.__dict__

    @property
    def changes(self) -> bool:
        """Say whether there may be anything to commit."""
        return "writing" in self.__dict__ or bool(self._notes)

    def commit(self) -> None:
        """Write the audit entries and commit."""
        if self._notes:
            # One who has no key leaves no address in the log, which is kept for ever.
            who = self.principal
            actor = Actor("public", "public") if who is None else Actor(who.key_id, who.role)
            for note in self._notes:
                append(
                    self.writing, self.now, actor, note.action, note.object, note.round_id,
                    note.reason, note.details,
                )  # fmt: skip
        if "writing" in self.__dict__:
            self.writing.commit()

    def close(self) -> None:
        """Give everything back; what was not committed is undone."""
        for name in ("reading", "writing"):
            if name in self.__dict__:
                getattr(self, name).close()


async def work_of(request: Request) -> Work:
    """Give the transaction of a request; a dependency of routes."""
    found: Work = request.state.work
    return found


def turns(settings: Settings) -> Semaphore:
    """Give the turns of requests: four for five connections, as what is no request needs some."""
    return Semaphore(max(1, settings.connections * 4 // 5))


def turns_of(request: Request) -> Semaphore:
    """Give the turns of the service that a request came to."""
    found: Semaphore = request.app.state.turns
    return found


class Transacted(APIRoute):
    """A route whose requests are transactions, and whose answers an Idempotency-Key repeats."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handling of a request."""
        handle = super().get_route_handler()
        keeps_secrets = SECRET in (self.tags or ())

        async def transacted(request: Request) -> Response:
            # A request holds its connection while it waits for a thread. Were more begun than there
            # are connections, those that wait for one would take all the threads.
            async with turns_of(request):
                return await in_turn(request)

        async def in_turn(request: Request) -> Response:
            service = service_of(request)
            address = request.client.host if request.client else ""
            principal = await run_in_threadpool(_authenticated, service, request)
            work = Work(service, principal, address)
            request.state.principal, request.state.work = principal, work
            request.state.spent = _spend(request, principal, address)
            name = request.headers.get(IDEMPOTENCY_KEY) if request.method == "POST" else None
            asked = "" if name is None else await _fingerprint(request)
            try:
                if name is not None:
                    known = await run_in_threadpool(_known, work, name, asked)
                    if known is not None:
                        return known
                response = await handle(request)
                if work.changes:
                    await run_in_threadpool(_finish, work, response, name, asked, keeps_secrets)
            except IntegrityError:
                raise Refused(
                    409, "at-once", "Somebody did the same at once",
                    "Nothing was kept; read how things stand and send it again if it is still "
                    "needed.",
                ) from None  # fmt: skip
            finally:
                if work.begun:
                    await run_in_threadpool(work.close)
            return response

        return transacted


def _spend(request: Request, principal: Principal | None, address: str) -> Spent:
    rates: Rates = request.app.state.rates
    if principal is None:
        return rates.spend("address", address)
    return rates.spend("key", principal.key_id)


def _authenticated(service: Service, request: Request) -> Principal | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        return None
    with service.store.reading() as session:
        return principal_for(session, secret.strip(), service.now())


async def _fingerprint(request: Request) -> str:
    body = await request.body()
    head = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return sha256(head + body).hexdigest()


def _holder(work: Work) -> str:
    return work.address if work.principal is None else work.principal.key_id


def _known(work: Work, name: str, asked: str) -> Response | None:
    if not 1 <= len(name) <= 255:
        raise Refused(
            400, "idempotency-key", "Unusable Idempotency-Key", "Send one of 1 to 255 characters."
        )
    with work.service.store.reading() as session:
        found = session.get(Replay, (_holder(work), name))
    if found is None:
        return None
    if found.asked != asked:
        raise Refused(
            422, "idempotency-key", "Idempotency-Key used before",
            "It came with another request; send a new one with each new request.",
        )  # fmt: skip
    if found.status == 0:
        raise wrong_state(
            "This was done already, and the key that it gave was shown once. Ask the coordinator "
            "for another if it is lost."
        )
    return Response(found.body, found.status, dict(found.headers))


def _finish(
    work: Work, response: Response, name: str | None, asked: str, keeps_secrets: bool
) -> None:
    if response.status_code >= 400:
        return
    if name is not None and "writing" in work.__dict__:
        kept = dict(response.headers)
        kept.pop("content-length", None)
        work.writing.add(
            Replay(
                holder=_holder(work),
                name=name,
                asked=asked,
                status=0 if keeps_secrets else response.status_code,
                headers={} if keeps_secrets else kept,
                body=b"" if keeps_secrets else bytes(response.body),
                created_at=work.stamp,
            )
        )
    work.commit()
