"""What the OpenAPI document promises to those who write programs for the service."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from api.http.examples import EXAMPLES
from api.http.openapi import USUAL
from api.http.problems import PROBLEM_JSON
from tests.service.conftest import Home
from tests.service.operations import application, is_public, operations, parameters_of

every_operation = pytest.mark.parametrize("operation", sorted(operations()))


@every_operation
def test_an_operation_says_what_it_does_and_describes_every_answer(operation: str) -> None:
    told = operations()[operation]
    assert told["summary"]
    assert told["description"].strip().endswith(".")
    for status, response in told["responses"].items():
        assert response["description"] not in ("", USUAL), status
        if int(status) >= 400:
            assert list(response["content"]) == [PROBLEM_JSON], status


@every_operation
def test_an_operation_declares_the_refusals_that_any_may_give(operation: str) -> None:
    told = set(operations()[operation]["responses"])
    assert told >= {"400", "413", "415", "422", "429"}
    assert is_public(operation) or told >= {"401", "403", "404"}
    if any(parameter["name"] == "If-Match" for parameter in parameters_of(operation, "header")):
        assert told >= {"412", "428"}
    assert any(200 <= int(status) < 300 for status in told)


@every_operation
def test_a_body_has_an_example_and_every_parameter_a_name_and_a_type(operation: str) -> None:
    told = operations()[operation]
    for kind, content in told.get("requestBody", {}).get("content", {}).items():
        if kind == "application/json":
            assert content.get("example"), operation
    for parameter in told.get("parameters", []):
        schema = parameter["schema"]
        assert {"type", "anyOf", "enum", "$ref"} & set(schema), parameter["name"]


def test_names_of_operations_and_schemas_are_plain_and_used_once() -> None:
    names = Counter(told["operationId"] for told in operations().values())
    assert [name for name, count in names.items() if count > 1 or not name.isidentifier()] == []
    assert [name for name in names if name.endswith("_") or "__" in name] == []
    assert [name for name in application().openapi()["components"]["schemas"] if "__" in name] == []


def test_every_example_is_of_a_body_that_is_sent() -> None:
    assert set(EXAMPLES) == set(_sent())


def test_the_examples_of_the_document_are_taken_in_their_order(home: Home) -> None:
    coordinator = home.client("coordinator")
    at = "/rounds/az-2026-spring"

    def sent(name: str, path: str, **more: Any) -> Any:
        answer = coordinator.post(path, json={**EXAMPLES[name], **more})
        assert answer.is_success, (name, answer.text)
        return answer.json()

    def replaced(name: str, path: str) -> None:
        answer = coordinator.put(path, json=EXAMPLES[name], headers={"If-Match": "*"})
        assert answer.is_success, (name, answer.text)

    sent("NewRound", "/rounds")
    replaced("RoundSettings", at)
    for name, table in (
        ("Donor", "donors"), ("Pool", "pools"), ("Organisation", "organisations"),
        ("Target", "targets"), ("PairTerm", "pairs"), ("Fact", "facts"),
    ):  # fmt: skip
        sent(name, f"{at}/{table}")
    moved = coordinator.post(f"{at}/state", json=EXAMPLES["Move"], headers={"If-Match": "*"})
    assert moved.json()["state"] == "open"
    registered = home.client().post("/organisations", json=EXAMPLES["Profile"]).json()
    applicant = home.client()
    applicant.headers["Authorization"] = f"Bearer {registered['key']}"
    submitted = applicant.post(f"{at}/proposals", json=EXAMPLES["Proposal"])
    assert submitted.status_code == 201, submitted.text
    theirs = f"{at}/proposals/{submitted.json()['proposal']['proposal_id']}"
    assert applicant.post(f"{theirs}/withdrawal", json=EXAMPLES["Withdrawal"]).is_success
    sent("Proposal", f"{at}/proposals", proposal_id="A1", org_id="O1")
    sent("Review", f"{at}/reviews")
    sent("RunAsked", f"{at}/runs")
    sent("NewKey", "/keys")
    invited = sent("NewUser", "/users")
    person = home.client()
    person.headers["Authorization"] = f"Bearer {invited['secret']}"
    assert person.put("/me/password", json=EXAMPLES["NewPassword"]).status_code == 204
    assert home.client().post("/sessions", json=EXAMPLES["Login"]).status_code == 201


def test_the_examples_of_what_follows_a_run_are_taken(seeded: Home) -> None:
    client = seeded.client("coordinator")
    for name in ("ScenarioAsked", "ExplanationsAsked"):
        path = {"ScenarioAsked": "scenarios", "ExplanationsAsked": "explanations"}[name]
        asked = client.post(f"/runs/run_match/{path}", json=EXAMPLES[name])
        assert asked.status_code == 202, asked.text
    spring = "/rounds/spring"
    headers = {"If-Match": "*"}
    for name, path in (
        ("PublicationWithdrawal", f"{spring}/publications/2/withdrawal"),
        ("NewPublication", f"{spring}/publications"),
    ):
        done = client.post(path, json=EXAMPLES[name], headers=headers)
        assert done.is_success, done.text
    seeded.renew()


def _sent() -> Iterator[str]:
    for told in operations().values():
        for content in told.get("requestBody", {}).get("content", {}).values():
            name = content["schema"].get("$ref", "").rpartition("/")[2]
            if name:
                yield name


# Whatever else is asked of /rounds/uploads is asked of a round of that name.
PATHS = sorted(set(application().openapi()["paths"]) - {"/rounds/uploads"})


@pytest.mark.parametrize("path", PATHS)
def test_a_method_that_a_path_does_not_take_is_refused_with_those_that_it_takes(
    seeded: Home, path: str
) -> None:
    taken = {each.partition(" ")[0] for each in operations() if each.partition(" ")[2] == path}
    for method in sorted({"GET", "POST", "PUT", "PATCH", "DELETE"} - taken):
        answer = seeded.client("coordinator").request(method, path)
        assert answer.status_code == 405, (method, answer.text)
        assert set(answer.headers["Allow"].split(", ")) == taken
        assert answer.json()["detail"] == f"Here is taken: {answer.headers['Allow']}."
