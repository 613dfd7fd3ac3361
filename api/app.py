"""The service as one application: its routes, what it answers to failures, and its parts."""

from importlib.metadata import version

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.http import middleware, openapi, problems, unavailable
from api.http.rates import Rates
from api.http.work import turns
from api.metrics import Metrics
from api.routes import (
    audit,
    decisions,
    description,
    documents,
    health,
    keys,
    me,
    new_runs,
    organisations,
    proposals,
    publications,
    results,
    rounds,
    rows,
    runs,
    sessions,
    users,
)
from api.service import Service

TITLE = "donor-matcher"
DESCRIPTION = """
Who funds what in an allocation round: provably best, verified, explained.

Send your key as `Authorization: Bearer …`. Money is decimal strings, times are UTC. Lists come in
pages: send `next` back as `cursor`. Send an `Idempotency-Key` with a POST and the same answer comes
again if you have to repeat it. Read before you change, and send the ETag as `If-Match`. Every
refusal is a problem document (RFC 9457) that names each field and how to mend it.
"""


def create_app(service: Service) -> FastAPI:
    """Make the application of a service whose database is up to date."""
    app = openapi.Described(
        title=TITLE,
        version=version(TITLE),
        description=DESCRIPTION,
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
        # The pages that the framework brings load scripts of others; see /openapi.json instead,
        # which has a route of its own.
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
    )
    app.state.service = service
    app.state.rates = Rates(service.settings)
    app.state.turns = turns(service.settings)
    app.state.metrics = Metrics(service.store, service.now)
    problems.install(app)
    unavailable.install(app)
    middleware.install(app, service.settings, app.state.rates, app.state.metrics)
    for router in (rounds.router, *rows.routers, organisations.router, proposals.router):
        app.include_router(router)
    for router in (results.router, publications.router, decisions.router):
        app.include_router(router)
    for router in (keys.router, users.router, sessions.router, me.router, audit.router):
        app.include_router(router)
    for router in (documents.router, description.router, health.router, health.guarded_router):
        app.include_router(router)
    for router in (new_runs.router, runs.router):
        app.include_router(router)
    return app


def _operation_id(route: APIRoute) -> str:
    return route.name
