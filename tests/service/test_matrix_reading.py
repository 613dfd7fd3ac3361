"""Nobody learns what is withheld: not by reading, filtering or following, whatever is named."""

from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from httpx2 import Response

from api.rounds.nouns import NOUNS
from tests.service.association import MARKS, Who
from tests.service.call_table import CALLS
from tests.service.calls import Call, Names, ask, row_ids
from tests.service.conftest import Home
from tests.service.marks import marks_in, said
from tests.service.operations import operations, parameters_of, roles_of
from tests.service.seeding import (
    DRAFT,
    EXPLAIN,
    OPEN,
    PEOPLE,
    PUBLISHED,
    QUEUED,
    RUN,
    SCENARIO,
    Person,
    finished,
)

OTHERS = [person for person in PEOPLE if person[0] not in ("coordinator", "auditor")]
READ = sorted(
    operation
    for operation in operations()
    if operation.startswith("GET") and {role for role, _ in OTHERS} & set(roles_of(operation))
)
RUNS = (RUN, SCENARIO, EXPLAIN, QUEUED)
QUERIES: Mapping[str, tuple[str, ...]] = {
    "format": ("csv",), "version": ("1", "2"), "with": RUNS, "seconds": ("0",),
}  # fmt: skip
"""Parameters of reading that change what is told, with what to send."""
HIDDEN: Mapping[str, tuple[str, ...]] = {
    "pool_id": ("MARK-P2", "MARK-P3"),
    "funders": ("MARK-P2", "MARK-P3"),
    "binding": ("MARK-P2", "MARK-P3"),
    "donor_id": ("MARK-D2",),
    "org_id": ("MARK-O3",),
    "proposal_id": ("MARK-A2", "MARK-B2", "MARK-C1"),
    "funded_instead": ("MARK-A2", "MARK-B2", "MARK-C1"),
    "passed_over": ("MARK-A2", "MARK-B2", "MARK-C1"),
    "name": ("MARK-donor-2", "MARK-pool-1", "MARK-pool-2", "MARK-org-2"),
    "title": ("MARK-title-A2", "MARK-title-B2", "MARK-title-C1"),
}
"""Filters by which somebody could try whether something withheld is there."""


def choices(name: str, operation: str) -> tuple[str, ...]:
    """Give everything that a parameter of a path may name."""
    noun = next((part for part in operation.split("/") if part in NOUNS), "")
    found: Mapping[str, tuple[str, ...]] = {
        "round_id": (PUBLISHED, OPEN, DRAFT),
        "run_id": RUNS,
        "number": ("1", "2"),
        "name": tuple(finished(PUBLISHED)),
        "org_id": ("O1", "O2", "MARK-O3"),
        "proposal_id": tuple(row_ids("proposals")),
        "pool_id": tuple(row_ids("pools")),
        "row_id": tuple(row_ids(noun)) if name == "row_id" else (),
    }
    return found[name]


def everything(operation: str) -> Iterator[tuple[Names, Mapping[str, str]]]:
    """Give all that may be named in the path of an operation, and what its query may say."""
    named = [parameter["name"] for parameter in parameters_of(operation, "path")]
    queries = [
        {parameter["name"]: value}
        for parameter in parameters_of(operation, "query")
        for value in QUERIES.get(parameter["name"], ())
    ]
    for values in product(*(choices(name, operation) for name in named)):
        for query in queries or [{}]:
            yield dict(zip(named, values, strict=True)), query
        if queries and not {"with", "seconds"} & set(queries[0]):
            yield dict(zip(named, values, strict=True)), {}


Answers = Mapping[tuple[str, Person], list[Response]]


@pytest.fixture(scope="module")
def answers(seeded: Home) -> Answers:
    """All that everybody can read, whatever they name."""
    return {
        (operation, person): [
            ask(seeded, operation, Call(query=query), person, names)
            for names, query in everything(operation)
        ]
        for operation, person in product(READ, OTHERS)
        if person[0] in roles_of(operation)
    }


def test_no_mark_reaches_whom_it_is_not_for(answers: Answers) -> None:
    for (_, person), each in answers.items():
        for answer in each:
            assert marks_in(answer, person) == [], said(person, answer)
            assert answer.status_code < 500, said(person, answer)


def test_each_reads_what_is_withheld_from_others_but_theirs(answers: Answers) -> None:
    told: dict[Person, str] = dict.fromkeys(OTHERS, "")
    for (_, person), each in answers.items():
        told[person] += "".join(answer.text for answer in each)
    unread = {
        (mark, person) for mark, people in MARKS.items() for person in people
        if mark not in told[person]
    }  # fmt: skip
    assert unread == set()


@pytest.mark.parametrize("operation", READ)
def test_a_filter_by_something_withheld_tells_no_more_than_one_by_nothing(
    seeded: Home, operation: str
) -> None:
    for parameter in parameters_of(operation, "query"):
        name = parameter["name"]
        for person, hidden in _hidden_from(operation, HIDDEN.get(name, ())):
            call = CALLS[operation]
            there, nothing = (
                ask(seeded, operation, Call(query={**call.query, name: value}), person,
                    call.names(person))
                for value in (hidden, "MARK-of-nothing")
            )  # fmt: skip
            assert _told(there) == _told(nothing), said(person, there)


def _hidden_from(operation: str, marks: tuple[str, ...]) -> Iterator[tuple[Person, str]]:
    for person in OTHERS:
        for mark in marks:
            may: frozenset[Who] = MARKS[mark]
            if person[0] in roles_of(operation) and person not in may:
                yield person, mark


def _told(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.text.split('"request_id"')[0].replace("MARK-of-nothing", "")
