"""Who may do what: every role and nobody, every operation, one's own things and those of others."""

import pytest
from httpx2 import Response

from tests.service.call_table import CALLS
from tests.service.calls import UNKNOWN, Names, ask, prepare
from tests.service.conftest import Home
from tests.service.marks import marks_in, said
from tests.service.operations import is_public, operations, parameters_of, roles_of
from tests.service.seeding import PEOPLE, Person, contents

ONE_OF_EACH: tuple[Person, ...] = (
    ("coordinator", None), ("auditor", None), ("analyst", None), ("donor", "D1"), ("ngo", "O1"),
)  # fmt: skip
OPERATIONS = sorted(operations())
CLOSED = [operation for operation in OPERATIONS if not is_public(operation)]
IN_PATH = [operation for operation in CLOSED if parameters_of(operation, "path")]
every_operation = pytest.mark.parametrize("operation", OPERATIONS)
every_closed_operation = pytest.mark.parametrize("operation", CLOSED)
every_operation_on_something = pytest.mark.parametrize("operation", IN_PATH)


def is_problem(answer: Response, status: int) -> bool:
    """Say whether an answer is the problem of a status, as RFC 9457 has it."""
    as_told = answer.headers["Content-Type"] == "application/problem+json"
    return answer.status_code == status and as_told and answer.json()["status"] == status


def test_every_operation_has_a_call_and_says_for_whom_it_is() -> None:
    assert set(CALLS) == set(operations())
    assert [each for each in OPERATIONS if not operations()[each].get("x-roles")] == []


@every_closed_operation
def test_who_has_no_valid_key_is_refused(seeded: Home, operation: str) -> None:
    call = CALLS[operation]
    assert is_problem(answer := ask(seeded, operation, call, None), 401)
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert marks_in(answer, None) == []
    wrong = {**call.headers, "Authorization": "Bearer mk_wrong"}
    again = ask(seeded, operation, call.otherwise(headers=wrong), None)
    assert is_problem(again, 401)


@every_closed_operation
def test_roles_that_an_operation_is_not_for_are_refused(seeded: Home, operation: str) -> None:
    for person in PEOPLE:
        if person[0] not in roles_of(operation):
            answer = ask(seeded, operation, CALLS[operation], person)
            assert is_problem(answer, 403), said(person, answer)
            assert marks_in(answer, person) == []


@every_operation
def test_those_that_an_operation_is_for_succeed_with_what_is_theirs(
    seeded: Home, operation: str
) -> None:
    call = CALLS[operation]
    for person in ONE_OF_EACH:
        if is_public(operation) or person[0] in roles_of(operation):
            prepare(seeded, call)
            answer = ask(seeded, operation, call, person)
            assert answer.is_success, said(person, answer)
            assert marks_in(answer, person) == []
            if not operation.startswith("GET") or call.state or call.before:
                seeded.renew()


@every_operation_on_something
def test_what_is_not_theirs_is_to_them_as_if_it_were_not(seeded: Home, operation: str) -> None:
    call = CALLS[operation]
    before = None
    for person in ONE_OF_EACH:
        if person[0] not in roles_of(operation):
            continue
        for names in call.hidden(person):
            before = before or contents(seeded.service.store)
            answer = ask(seeded, operation, call, person, names)
            assert is_problem(answer, 404), said(person, answer)
            assert marks_in(answer, person) == []
            other = {**names, **_unknown(names, call.names(person))}
            nothing = ask(seeded, operation, call, person, other)
            assert _told(answer) == _told(nothing), (person, names)
    assert before is None or contents(seeded.service.store) == before


@every_operation_on_something
def test_what_is_not_there_is_not_found(seeded: Home, operation: str) -> None:
    call = CALLS[operation]
    for person in ONE_OF_EACH:
        if person[0] not in roles_of(operation):
            continue
        for parameter in parameters_of(operation, "path"):
            own = call.names(person)
            value = "999" if parameter["schema"].get("type") == "integer" else UNKNOWN
            answer = ask(seeded, operation, call, person, {**own, parameter["name"]: value})
            assert is_problem(answer, 404), said(person, answer)


def _unknown(hidden: Names, own: Names) -> dict[str, str]:
    """Give names of nothing where those of something hidden differ from one's own."""
    return {
        name: "999" if value.isdigit() else UNKNOWN
        for name, value in hidden.items()
        if value != own.get(name)
    }


def _told(answer: Response) -> tuple[int, object]:
    return answer.status_code, {**answer.json(), "request_id": None}
