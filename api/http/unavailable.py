"""What is answered while the database cannot be used: 503, and when to come back."""

import sqlite3

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError, TimeoutError

from api.http.problems import Refused, refused

log = structlog.get_logger("matcher.database")
PASSING = ("is locked", "unable to open", "disk is full", "disk I/O")
"""What SQLite says that is not the fault of a statement."""
PAUSE = 5
"""Seconds after which it is worth coming back."""


def install(app: FastAPI) -> None:
    """Answer so for an app."""

    @app.exception_handler(TimeoutError)
    async def _waited(request: Request, failure: TimeoutError) -> JSONResponse:
        return _later(request, failure)

    @app.exception_handler(OperationalError)
    async def _cannot(request: Request, failure: OperationalError) -> JSONResponse:
        if passes(failure):
            return _later(request, failure)
        raise failure


def passes(failure: OperationalError) -> bool:
    """Say whether a failure is one of the moment: no connection, or others that write too long."""
    if failure.connection_invalidated:
        return True
    if isinstance(failure.orig, sqlite3.OperationalError):
        return any(words in str(failure.orig) for words in PASSING)
    # What a PostgreSQL server itself refuses has a code; 53 and 57 are its own troubles.
    code = getattr(failure.orig, "sqlstate", None)
    return code is None or code.startswith(("53", "57"))


def _later(request: Request, failure: Exception) -> JSONResponse:
    log.error("the database cannot be used", exc_info=failure)
    refusal = Refused(
        503, "unavailable", "Not possible just now",
        "The database cannot be used at the moment. Send it again in a while, a POST with the same "
        "Idempotency-Key, so that it is not done twice.",
        headers={"Retry-After": str(PAUSE)},
    )  # fmt: skip
    return refused(request, refusal)
