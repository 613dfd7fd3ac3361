"""The OpenAPI document: what the routes say of themselves, with what is alike for all of them."""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from api.http.examples import EXAMPLES
from api.http.work import IDEMPOTENCY_KEY

Document = dict[str, Any]
USUAL = "Successful Response"
"""What the framework says of an answer that nobody described."""
WORDS = {
    ("GET", "200"): "What was asked for.",
    ("PUT", "200"): "As it is kept from now on.",
    ("POST", "200"): "As it stands now.",
    ("POST", "201"): "It was made, and is kept.",
    ("POST", "202"): "It was taken in and is worked on.",
    ("PUT", "204"): "Done; there is nothing to show.",
    ("DELETE", "204"): "Done; there is nothing to show.",
}
REPEATABLE: Document = {
    "name": IDEMPOTENCY_KEY,
    "in": "header",
    "required": False,
    "description": "A text of your own, new for each new request: with the same text the same "
    "request does nothing more and gets the same answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "example": "0b9d3f4e-6f0e-4d7c-9b5e-2f1d6a1c7e10",
}
TAGS = {
    "rounds": "Rounds whole: begun or uploaded, their settings, states and problems.",
    "donors": "Who gives.",
    "pools": "What money there is, with its terms.",
    "organisations": "Who asks, as the round knows them.",
    "proposals": "What is asked for: submitted, amended, withdrawn; how it stands with each pool.",
    "pairs": "What is settled between a pool or donor and a proposal or organisation.",
    "targets": "What a plan as a whole is to reach.",
    "reviews": "Scores by reviewer.",
    "facts": "What was found out of somebody or something, by whom, and how long it holds.",
    "runs": "Plans asked for, followed, cancelled; scenarios, explanations, files.",
    "results": "What a run came to, table by table; two runs side by side.",
    "publications": "Versions of the decisions that everybody is told.",
    "decisions": "What applicants and donors are told.",
    "registration": "Organisations that register, and what they say of themselves.",
    "keys": "Who may ask for what.",
    "users": "People who log in with a password.",
    "sessions": "Logging in and out.",
    "me": "Who asks.",
    "audit": "Who did what, when and why.",
    "health": "For whoever watches over the service.",
    "secret": "Answers that show a secret, once.",
}
"""What operations are grouped by."""
TEXT: Document = {"schema": {"type": "string"}}
VERSION = {"ETag": {"description": "What to send as If-Match with a change.", **TEXT}}
TOLD_WITH = {
    "401": {"WWW-Authenticate": {"description": "How to send a key.", **TEXT}},
    "429": {"Retry-After": {"description": "Seconds until requests are taken again.", **TEXT}},
}


class Described(FastAPI):
    """An app that answers with its document as it is completed here."""

    def openapi(self) -> Document:
        """Give the document, completed when it is first asked for."""
        made = self.openapi_schema is not None
        document = super().openapi()
        if not made:
            document["tags"] = [
                {"name": name, "description": words} for name, words in TAGS.items()
            ]
            for path, method, operation in _operations(document):
                _complete(method, operation, _is_versioned(document["paths"][path]))
        return document


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _is_versioned(methods: Document) -> bool:
    return any(
        parameter["name"] == "If-Match"
        for operation in methods.values()
        for parameter in operation.get("parameters", [])
    )


def _complete(method: str, operation: Document, versioned: bool) -> None:
    if method == "POST":
        operation.setdefault("parameters", []).append(REPEATABLE)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        if name in EXAMPLES:
            content["example"] = EXAMPLES[name]
    for status, response in operation["responses"].items():
        if response["description"] == USUAL:
            response["description"] = WORDS[method, status]
        if status in TOLD_WITH:
            response["headers"] = TOLD_WITH[status]
        if versioned and status in ("200", "201"):
            response["headers"] = VERSION
