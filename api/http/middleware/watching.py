"""A line in the log and a count in the metrics for every request, and an answer to every failure.

Nothing of what was sent is logged but its method: neither headers, nor the body, nor the path with
its ids and its query; in place of the path stands the route's template.
"""

from time import perf_counter

import structlog
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import unexpected
from api.metrics import Metrics

log = structlog.get_logger("matcher.request")
METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
CLOSED = 499
"""The status that is noted where who asked went away before an answer."""


class Watching:
    """Logs, counts and times requests; what nobody expected is answered with a problem (500)."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app, self.metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = perf_counter()
        status, first = 0, 0.0

        async def noticed(message: Message) -> None:
            nonlocal status, first
            if message["type"] == "http.response.start":
                status, first = message["status"], perf_counter() - began
            await send(message)

        self.metrics.in_flight.inc()
        try:
            await self.app(scope, receive, noticed)
        # The outermost place: whatever no handler knew is logged with its traceback and answered
        # as a problem, where otherwise the connection would just end.
        except Exception:  # else the connection would just end, with nothing logged or answered
            log.exception("failure", route=_route(scope))
            if status:
                raise  # Half an answer is out: only ending the connection tells of the failure.
            await unexpected(Request(scope))(scope, receive, noticed)
        finally:
            self.metrics.in_flight.dec()
            self._note(scope, status or CLOSED, first, perf_counter() - began)

    def _note(self, scope: Scope, status: int, first: float, whole: float) -> None:
        method = scope["method"] if scope["method"] in METHODS else "other"
        route = _route(scope)
        self.metrics.requests.labels(method, route, str(status)).inc()
        self.metrics.seconds.labels(method, route).observe(first or whole)
        principal = scope["state"].get("principal")
        log.info(
            "request",
            method=method,
            route=route,
            status=status,
            ms=round(whole * 1000, 1),
            key=None if principal is None else principal.key_id,
            role=None if principal is None else principal.role,
        )


def _route(scope: Scope) -> str:
    """Give the template of a request's route, so that neither ids nor guesses are logged."""
    return getattr(scope.get("route"), "path", "none")
