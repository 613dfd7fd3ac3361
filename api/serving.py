"""`matcher serve`: the database brought up to date, a first key, and uvicorn."""

import uvicorn
from rich.console import Console

from api.app import create_app
from api.clock import utc_now
from api.keys import first_key
from api.service import Service
from api.settings import Settings
from api.store import Store

people = Console(stderr=True, highlight=False)


def serve_until_stopped(host: str | None, port: int | None) -> None:
    """Serve until a signal ends it."""
    settings = Settings()
    changes = {"host": host, "port": port}
    settings = settings.model_copy(update={k: v for k, v in changes.items() if v is not None})
    store = Store(settings.url, settings.connections)
    store.migrate()
    secret = first_key(store, utc_now())
    if secret is not None:
        people.print(f"The first coordinator's key, shown this once: {secret}")
    app = create_app(Service(settings, store))
    uvicorn.run(app, host=settings.host, port=settings.port, log_level=settings.log_level)
