"""Refusals as RFC 9457 problems: what is wrong, in which field, and how to mend it."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.http.fields import words_of
from matcher.errors import InvalidRound, MatcherError

PROBLEM_JSON = "application/problem+json"
ABOUT_BLANK = "about:blank"
NOTHING_HERE = "There is nothing at this address; /openapi.json describes what there is."


class FieldProblem(BaseModel):
    """One thing wrong with what was sent."""

    field: str = Field(description="Where: table, row and column, or a name in the request.")
    value: str = Field("", description="What stood there.")
    what: str = Field(description="What is wrong.")
    remedy: str = Field(description="How to mend it.")
    severity: str = Field("error", description="error, or warning.")
    file: str | None = Field(None, description="In a whole round: the file, and its sheet.")
    row: int | None = Field(None, description="In a whole round: the row of the file, from 1.")
    column: str | None = Field(None, description="In a whole round: the column.")


class ProblemDocument(BaseModel):
    """A problem as RFC 9457 has it."""

    type: str = Field(ABOUT_BLANK, examples=["urn:donor-matcher:problem:wrong-state"])
    title: str = Field(examples=["The round is not open"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["Proposals are taken while the round is open; it is in review."])
    errors: list[FieldProblem] = Field(default=[], description="Each thing wrong, all at once.")
    request_id: str | None = Field(None, description="To ask about, and to find in the logs.")


class Refused(Exception):
    """A request that is refused; becomes the answer.

    `kind` names the problem for programs, `title` is the same for all of the kind, `detail` says
    what is the matter this time and what to do.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        title: str,
        detail: str,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.kind, self.title, self.detail = status, kind, title, detail
        self.errors, self.headers = tuple(errors), dict(headers or {})


def not_found(what: str) -> Refused:
    """Say that there is no such thing, or none that the asker may see."""
    return Refused(404, "not-found", "Not found", f"There is no such {what} that you may see.")


def wrong_state(detail: str) -> Refused:
    """Say that a thing is not in the state for what is asked."""
    return Refused(409, "wrong-state", "Not possible in this state", detail)


def invalid(errors: Sequence[FieldProblem], detail: str | None = None) -> Refused:
    """Say what is wrong with what was sent."""
    count = sum(error.severity == "error" for error in errors)
    words = detail or f"{count} problem{'s' if count != 1 else ''} in what was sent."
    return Refused(422, "invalid", "What was sent cannot be used", words, errors)


def one_invalid(field: str, value: str, what: str, remedy: str) -> Refused:
    """Say what is wrong with one field."""
    return invalid([FieldProblem(field=field, value=value, what=what, remedy=remedy)])


def field_problems(refusal: InvalidRound) -> list[FieldProblem]:
    """Give the problems of a round as those of fields."""
    return [
        FieldProblem(
            field=_place(problem.file, problem.row, problem.column),
            value=problem.value,
            what=problem.what,
            remedy=problem.remedy,
            severity=problem.severity,
            file=problem.file,
            row=problem.row,
            column=problem.column or None,
        )
        for problem in refusal.problems
    ]


def _place(file: str, row: int | None, column: str) -> str:
    parts = [file, "" if row is None else f"row {row}", column]
    return ", ".join(part for part in parts if part)


def install(app: FastAPI) -> None:
    """Answer every refusal and every failure of an app as a problem."""

    @app.exception_handler(Refused)
    async def _refused(request: Request, refusal: Refused) -> JSONResponse:
        return refused(request, refusal)

    @app.exception_handler(RequestValidationError)
    async def _unusable(request: Request, failure: RequestValidationError) -> JSONResponse:
        refusal = invalid([_of_field(error) for error in failure.errors()])
        return await _refused(request, refusal)

    @app.exception_handler(MatcherError)
    async def _matcher(request: Request, failure: MatcherError) -> JSONResponse:
        if isinstance(failure, InvalidRound):
            return await _refused(request, invalid(field_problems(failure)))
        return await _refused(request, invalid([], str(failure)))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, failure: HTTPException) -> JSONResponse:
        title = detail = str(failure.detail)
        headers = dict(failure.headers or {})
        if failure.status_code == 405:
            headers["Allow"] = await run_in_threadpool(_allowed, request)
            detail = f"Here is taken: {headers['Allow']}."
        elif failure.status_code == 404:
            detail = NOTHING_HERE
        return answer(request, failure.status_code, ABOUT_BLANK, title, detail, (), headers)


def _allowed(request: Request) -> str:
    """Give the methods that a path takes; the framework names those of one route alone."""
    path = getattr(request.scope.get("route"), "path", "")
    return ", ".join(method.upper() for method in request.app.openapi()["paths"].get(path, ()))


def refused(request: Request, refusal: Refused) -> JSONResponse:
    """Build the answer of a refusal."""
    return answer(
        request, refusal.status, f"urn:donor-matcher:problem:{refusal.kind}", refusal.title,
        refusal.detail, refusal.errors, refusal.headers,
    )  # fmt: skip


def unexpected(request: Request) -> JSONResponse:
    """Build the answer to what nobody expected."""
    detail = "Something went wrong here; nothing of the request was kept. Please report it."
    return answer(request, 500, ABOUT_BLANK, "Internal error", detail, (), {})


def answer(
    request: Request,
    status: int,
    kind: str,
    title: str,
    detail: str,
    errors: Sequence[FieldProblem],
    headers: Mapping[str, str],
) -> JSONResponse:
    """Build the answer of a problem."""
    document = ProblemDocument(
        type=kind, title=title, status=status, detail=detail, errors=list(errors),
        request_id=getattr(request.state, "request_id", None),
    )  # fmt: skip
    plain: dict[str, Any] = document.model_dump(exclude_none=True)
    return JSONResponse(plain, status, dict(headers), media_type=PROBLEM_JSON)


def _of_field(error: Mapping[str, Any]) -> FieldProblem:
    """Say in plain words what the framework found wrong with a field."""
    where = [str(part) for part in error["loc"]]
    name = ".".join(where[1:]) or where[0]
    if error["type"] == "json_invalid":
        name = "body"
    what, remedy = words_of(error, name)
    value = error.get("input")
    shown = str(value)[:80] if isinstance(value, str | int | float | bool) else ""
    return FieldProblem(field=name, value=shown, what=what, remedy=remedy)


PROBLEM_RESPONSE: dict[str, Any] = {
    "model": ProblemDocument,
    "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
}
WORDS = {
    400: "The request cannot be read.",
    401: "No key, or one that is not valid.",
    403: "The key may not do this.",
    404: "There is no such thing that the key may see.",
    409: "Not possible in the present state.",
    412: "It has changed since it was read: read it again.",
    413: "The body is too large.",
    415: "The body is of a kind that is not taken here.",
    422: "What was sent cannot be used; every problem is named.",
    428: "If-Match is missing: send the ETag that was read.",
    429: "Too many requests; Retry-After says when to go on.",
    503: "Not possible just now; Retry-After says when to come back.",
}


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that an operation may answer, for the OpenAPI document."""
    return {
        status: {"description": WORDS[status], "content": PROBLEM_RESPONSE["content"]}
        for status in statuses
    }
