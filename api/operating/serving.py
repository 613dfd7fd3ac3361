"""`matcher serve`: the database brought up to date, a first key, workers, and uvicorn.

The address and the first key go to standard output and logs to standard error, so that the key is
in no log.
"""

import gc
import signal
import socket
from types import FrameType

import typer
import uvicorn

from api import logs
from api.access.keys import first_key
from api.app import create_app
from api.asides import clear_away
from api.clock import utc_now
from api.operating.errors import USAGE, Unusable
from api.operating.opening import opened, settings_with
from api.rounds.apart import APART
from api.running.crew import Crew
from api.service import Service
from api.settings import Settings
from api.store import Store

PATIENCE = 30
"""Seconds that requests have to end when the service does."""
WAITING = 2048
"""Connections that may wait to be taken."""


def serve_until_stopped(host: str | None, port: int | None) -> None:
    """Serve until a signal ends it; raises Unusable where it cannot begin."""
    settings = settings_with(host=host, port=port)
    logs.configure(settings.log_level)
    with opened(settings, begin=True) as store, listening(settings) as listener:
        secret = first_key(store, utc_now())
        if secret is not None:
            typer.echo(f"The first coordinator's key, shown this once: {secret}")
        clear_away()
        crew = Crew(settings)
        crew.start()
        try:
            _run(settings, store, listener)
        finally:
            crew.stop()
            APART.close()


def listening(settings: Settings) -> socket.socket:
    """Begin to listen; raises Unusable where the port is taken or the address is not here."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server(
            (settings.host, settings.port), family=family, backlog=WAITING
        )
    except OSError as failure:
        raise Unusable(
            f"The service cannot listen on port {settings.port} of {settings.host}: "
            f"{failure.strerror}. Choose another with --port or --host.",
            USAGE,
        ) from None
    # Connections inherit it. asyncio sees to it only for sockets that it makes itself; without it
    # every answer on a connection that is used again comes 40 ms late.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def address_of(listener: socket.socket) -> str:
    """Give the address of what is listened on, with the port that it got."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


class _Server(uvicorn.Server):
    """A server that says where it is as soon as it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in sockets or []:
            typer.echo(f"The service answers at {address_of(listener)}")


def _run(settings: Settings, store: Store, listener: socket.socket) -> None:
    app = create_app(Service(settings, store))
    # What is there by now stays: to look through it for garbage again would hold up all requests.
    gc.collect()
    gc.freeze()
    server = _Server(
        uvicorn.Config(
            app, log_config=None, access_log=False, server_header=False, backlog=WAITING,
            timeout_graceful_shutdown=PATIENCE,
        )
    )  # fmt: skip

    def end(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    # uvicorn sends itself the signal that ended it once more, when all is done: it ends nothing
    # then, so that workers are stopped too.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    server.run(sockets=[listener])
