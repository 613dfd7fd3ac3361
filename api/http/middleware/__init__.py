"""What every request passes through before its route, and every answer on its way out.

From the outside in: an id for the request, headers that keep browsers safe, logs and metrics, rate
limits, checks of the body. All of it is plain ASGI, so that streams pass through unhindered.
"""

from fastapi import FastAPI

from api.http.middleware.bodies import Bodies
from api.http.middleware.headers import SafeHeaders
from api.http.middleware.identity import RequestIds
from api.http.middleware.limiting import Limiting
from api.http.middleware.watching import Watching
from api.http.rates import Rates
from api.metrics import Metrics
from api.settings import Settings


def install(app: FastAPI, settings: Settings, rates: Rates, metrics: Metrics) -> None:
    """Put the layers around the routes of an app."""
    # What is added last is outermost.
    app.add_middleware(Bodies, settings=settings)
    app.add_middleware(Limiting, rates=rates)
    app.add_middleware(Watching, metrics=metrics)
    app.add_middleware(SafeHeaders)
    app.add_middleware(RequestIds)
