"""Requests drawn from the OpenAPI document, by everybody: nothing breaks or answers undeclared.

What is drawn names the things that are there as often as not, and is now and then not what the
document asks for.
"""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import BaseSchema, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.service.call_table import CALLS
from tests.service.calls import Names, ask, of_home, prepare
from tests.service.conftest import Home
from tests.service.marks import said
from tests.service.operations import application, operations, roles_of
from tests.service.seeding import PEOPLE, Person

Operation = APIOperation[Any, Any, Any, Any]
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance,
    response_headers_conformance, response_schema_conformance, ignored_auth,
]  # fmt: skip
AT_ONCE = {"seconds": "0"}
"""What the stream of a run's events is asked for, which else lasts as long as the run."""
every_operation = pytest.mark.parametrize("operation", sorted(operations()))


@pytest.fixture(scope="module")
def document(any_seeded: Home) -> BaseSchema:
    """The document of a seeded service, from which requests are drawn."""
    # What all services say of themselves is alike, and takes a while to say.
    any_seeded.app.openapi_schema = application().openapi()
    return schemathesis.openapi.from_asgi("/openapi.json", any_seeded.app)


@every_operation
def test_every_operation_succeeds_as_it_is_declared(
    any_seeded: Home, document: BaseSchema, operation: str
) -> None:
    call = CALLS[operation]
    person = next((person for person in PEOPLE if person[0] in roles_of(operation)), None)
    prepare(any_seeded, call)
    answer = ask(any_seeded, operation, call, person)
    assert answer.is_success, said(person, answer)
    _of(document, operation).validate_response(answer)
    _renew(any_seeded, operation)


@every_operation
def test_whatever_is_sent_is_answered_as_it_is_declared(
    any_seeded: Home, document: BaseSchema, operation: str
) -> None:
    _send(any_seeded, _of(document, operation), operation, PEOPLE, examples=6)


@pytest.mark.slow
@every_operation
@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: ":".join(filter(None, person)))
def test_whatever_each_sends_is_answered_as_it_is_declared(
    any_seeded: Home, document: BaseSchema, operation: str, person: Person
) -> None:
    _send(any_seeded, _of(document, operation), operation, (person,), examples=20)


def _send(
    home: Home,
    described: Operation,
    operation: str,
    people: tuple[Person, ...],
    examples: int,
) -> None:
    """Send requests that are drawn, most of them as somebody who may do it."""
    may = [person for person in people if person[0] in roles_of(operation)] or list(people)
    names = [CALLS[operation].names(person) for person in may]
    names += [hidden for person in may for hidden in CALLS[operation].hidden(person)]
    kinds = (GenerationMode.POSITIVE,) * 3 + (GenerationMode.NEGATIVE,)

    @given(
        case=st.sampled_from(kinds).flatmap(described.as_strategy),
        person=st.sampled_from(may * 3 + list(people)),
        named=st.sampled_from([*names, None]),
    )
    @settings(
        max_examples=examples, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def send(case: Case[Operation], person: Person, named: Names | None) -> None:
        if named:
            case.path_parameters = {name: of_home(value, home) for name, value in named.items()}
        if operation.endswith("/events"):
            case.query = {**(case.query or {}), **AT_ONCE}
        headers = {"Authorization": f"Bearer {home.secret(*person)}"}
        answer = case.call_and_validate(headers=headers, checks=CHECKS)
        assert answer.status_code != 429

    send()
    _renew(home, operation)


def _of(document: BaseSchema, operation: str) -> Operation:
    method, _, path = operation.partition(" ")
    return document[path][method]


def _renew(home: Home, operation: str) -> None:
    if not operation.startswith("GET") or CALLS[operation].state:
        home.renew()
