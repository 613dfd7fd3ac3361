"""The operations of the service as its OpenAPI document has them."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import FastAPI

from api.access.roles import PUBLIC
from api.app import create_app
from api.service import Service
from api.settings import Settings
from api.store import Store

Document = dict[str, Any]


@cache
def application() -> FastAPI:
    """Make the application over no database, for what it says of itself."""
    return create_app(Service(Settings(), Store("sqlite://")))


@cache
def operations() -> Mapping[str, Document]:
    """Give every operation by method and path, such as `GET /rounds/{round_id}`."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in application().openapi()["paths"].items()
        for method, operation in methods.items()
    }


def roles_of(operation: str) -> tuple[str, ...]:
    """Give the roles that an operation is for; none where anybody may use it."""
    named = tuple(operations()[operation]["x-roles"])
    return () if named == (PUBLIC,) else named


def is_public(operation: str) -> bool:
    """Say whether an operation takes requests without a key."""
    named: list[str] = operations()[operation]["x-roles"]
    return named == [PUBLIC]


def parameters_of(operation: str, place: str) -> list[Document]:
    """Give the parameters in the path, the query or the header."""
    return [each for each in operations()[operation].get("parameters", []) if each["in"] == place]
