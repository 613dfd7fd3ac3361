"""What a running service has: its settings, its database and its clock."""

from dataclasses import dataclass

from fastapi import Request

from api.clock import Now, utc_now
from api.settings import Settings
from api.store import Store


@dataclass(frozen=True)
class Service:
    """The parts that routes work with; `now` is replaced in tests."""

    settings: Settings
    store: Store
    now: Now = utc_now


def service_of(request: Request) -> Service:
    """Give the service that a request came to."""
    found: Service = request.app.state.service
    return found
