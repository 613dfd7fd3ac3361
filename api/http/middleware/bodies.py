"""What is taken of a request's path and body: so much, of a known kind, and readable.

A body is taken in whole here, so that one which is too large, or none that can be used, costs its
route nothing. Only whole rounds may be large; they are read by a process of its own.
"""

import re
from urllib.parse import unquote_to_bytes

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.http.middleware.json_text import check_json
from api.http.problems import Refused, refused
from api.settings import Settings

JSON = "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WHOLE_ROUND = re.compile(r"/rounds/(uploads|[^/]+/document)")
"""The paths that take whole rounds."""


class Gone(Exception):
    """Who asked went away before all of the body was there."""


class Bodies:
    """Refuses bodies that are too large, of another kind, or no usable JSON."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            _check_address(scope)
            body = await self._body(scope, receive)
        except Refused as refusal:
            await refused(Request(scope), refusal)(scope, receive, send)
            return
        except Gone:
            return
        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, again, send)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """Take in the body and check it; raises Refused, Gone."""
        whole_round = WHOLE_ROUND.fullmatch(scope["path"]) is not None
        most = self.settings.body_bytes if whole_round else self.settings.json_bytes
        headers = Headers(scope=scope)
        declared = headers.get("Content-Length", "")
        if declared.isascii() and declared.isdecimal() and int(declared[:20]) > most:
            raise _too_large(most)
        body = await _taken_in(receive, most)
        if body:
            kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
            kinds = (JSON, XLSX) if whole_round else (JSON,)
            if kind not in kinds:
                raise Refused(
                    415, "content-type", "A kind of body that is not taken here",
                    f"Send the header Content-Type: {' or '.join(kinds)}.",
                    headers={"Accept": ", ".join(kinds)},
                )  # fmt: skip
            if not whole_round:
                check_json(body, self.settings.json_depth)
        return body


async def _taken_in(receive: Receive, most: int) -> bytes:
    parts: list[bytes] = []
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        part: bytes = message.get("body", b"")
        length += len(part)
        if length > most:
            raise _too_large(most)
        parts.append(part)
        more = message.get("more_body", False)
    return b"".join(parts)


def _too_large(most: int) -> Refused:
    # The rest of the body is not read, so that the connection can serve nothing more.
    return Refused(
        413, "too-large", "The body is too large",
        f"At most {most:,} bytes are taken here. Send less, or a whole round as an .xlsx.",
        headers={"Connection": "close"},
    )  # fmt: skip


def _check_address(scope: Scope) -> None:
    """Refuse what no id and no text can hold: NUL, and bytes that are not UTF-8."""
    raw = scope.get("raw_path") or scope["path"].encode()
    for part in (raw, scope["query_string"]):
        plain = unquote_to_bytes(part) if b"%" in part else part
        try:
            usable = b"\x00" not in plain and plain.decode() is not None
        except UnicodeDecodeError:
            usable = False
        if not usable:
            raise Refused(
                400, "address", "An address that cannot be read",
                "Path and query must be UTF-8, percent-encoded, without the character NUL.",
            )  # fmt: skip
