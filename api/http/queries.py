"""The parameters of a query: a misspelt filter must not give the whole list for a part of it."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant

from api.http.problems import FieldProblem, invalid


async def known_query(request: Request) -> None:
    """Refuse parameters that the route does not have, and those that stand twice."""
    sent = request.query_params
    if not sent:
        return
    known = sorted(set(_names(request.scope["route"].dependant)))
    remedy = f"Use: {', '.join(known)}." if known else "Leave it out: there are none."
    problems = []
    for name, value in sent.items():
        shown = {"field": name[:80], "value": value[:80]}
        if name not in known:
            what = "is no parameter of this."
            problems.append(FieldProblem(**shown, what=what, remedy=remedy))
        elif len(sent.getlist(name)) > 1:
            what, once = "stands there more than once.", "Give it once."
            problems.append(FieldProblem(**shown, what=what, remedy=once))
    if problems:
        raise invalid(problems)


def _names(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for part in dependant.dependencies:
        yield from _names(part)
