"""A name for every request, which its answer, its problems and the logs carry."""

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bound_contextvars

HEADER = "X-Request-ID"
USABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""The ids that are taken over from who asks; others could forge lines of a log."""


class RequestIds:
    """Names each request, by the id it came with where that is usable."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        came_with = Headers(scope=scope).get(HEADER, "")
        name = came_with if USABLE.fullmatch(came_with) else secrets.token_hex(8)
        scope["state"] = {**scope.get("state", {}), "request_id": name}

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        with bound_contextvars(request_id=name):
            await self.app(scope, receive, named)
