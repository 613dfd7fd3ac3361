"""Whether the service is alive, whether it can serve, and what Prometheus reads of it."""

from functools import cache
from typing import Literal

from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.access.roles import guarded, public
from api.http.problems import Refused
from api.http.work import Transacted
from api.service import Service, service_of
from api.store.engine import MIGRATIONS, Store

router = APIRouter(tags=["health"])
guarded_router = APIRouter(tags=["health"], route_class=Transacted)
METRICS_TEXT = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


class Health(BaseModel):
    """That all is well."""

    status: Literal["ok"] = "ok"


@router.get("/health", response_model=Health, **public())
async def health() -> Health:
    """Say that the service is alive; reads nothing."""
    return Health()


@router.get("/ready", response_model=Health, **public())
def ready(service: Service = Depends(service_of)) -> Health:
    """Say that requests can be served: the database answers and its schema is up to date."""
    try:
        found = _schema(service.store)
    except SQLAlchemyError:
        raise _not_ready("The database does not answer.") from None
    if found != newest():
        raise _not_ready("The schema of the database is of another version of the service.")
    return Health()


def _schema(store: Store) -> str | None:
    with store.reading() as session:
        found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@cache
def newest() -> str | None:
    """Give the version of the schema that this service works with."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config).get_current_head()


def _not_ready(detail: str) -> Refused:
    return Refused(503, "not-ready", "Not ready", detail, headers={"Retry-After": "5"})


@guarded_router.get(
    "/metrics", response_class=Response,
    **{**(declared := guarded("coordinator", "auditor")),
       "responses": {**declared["responses"], **METRICS_TEXT}},
)  # fmt: skip
def metrics(request: Request) -> Response:
    """Give the metrics in Prometheus' text format: requests, and runs by their state."""
    return Response(request.app.state.metrics.text(), media_type=CONTENT_TYPE_LATEST)
