"""Limits on what one address may ask without a key, and what is left of limits in every answer."""

from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.problems import Refused, refused
from api.http.rates import Rates, Spent

TIGHTER: Mapping[tuple[str, str], str] = {
    ("POST", "/sessions"): "login",
    ("POST", "/organisations"): "registration",
    ("GET", "/openapi.json"): "address",
}
"""What is counted by address before it reaches its route, by method and path."""


class Limiting:
    """Counts logins and registrations by address; tells what is left of any limit."""

    def __init__(self, app: ASGIApp, rates: Rates) -> None:
        self.app, self.rates = app, rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            spent: Spent | None = scope["state"].get("spent")
            if message["type"] == "http.response.start" and spent is not None:
                headers = MutableHeaders(scope=message)
                for name, value in spent.headers().items():
                    headers.setdefault(name, value)
            await send(message)

        name = TIGHTER.get((scope["method"], scope["path"]))
        if name is not None:
            client = scope.get("client")
            try:
                spent = self.rates.spend(name, client[0] if client else "")
            except Refused as refusal:
                await refused(Request(scope), refusal)(scope, receive, send)
                return
            scope["state"]["spent"] = spent
        await self.app(scope, receive, told)
