"""The OpenAPI document of the service."""

import json

from fastapi import APIRouter, Request, Response

from api.http.middleware.bodies import JSON

router = APIRouter()


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> Response:
    """Give the document; made once, in a thread, since making it takes a second."""
    state = request.app.state
    if not hasattr(state, "openapi"):
        state.openapi = json.dumps(request.app.openapi(), ensure_ascii=False).encode()
    return Response(state.openapi, media_type=JSON)
