"""What others say of an applicant and its proposals is not for it to say."""

from typing import Any

import pytest

from tests.service.call_table import CALLS
from tests.service.calls import ask
from tests.service.conftest import Home
from tests.service.marks import said
from tests.service.seeding import Person, contents

NGO: Person = ("ngo", "O1")
PROPOSALS = "/rounds/{round_id}/proposals"
WRITING = (f"POST {PROPOSALS}", f"PUT {PROPOSALS}/{{proposal_id}}",
           "POST /rounds/{round_id}/precheck")  # fmt: skip
OF_A_PROPOSAL: dict[str, Any] = {
    "score": "99", "criteria": {"need": "99"}, "tier": 1, "status": "submitted",
    "status_reason": "Because.", "submitted": "2026-01-06", "org_id": "O2",
    "facts": {"activity_flags": "none"},
}  # fmt: skip


@pytest.mark.parametrize("operation", WRITING)
@pytest.mark.parametrize("name", sorted(OF_A_PROPOSAL))
def test_an_applicant_that_says_what_others_say_of_its_proposal_is_refused(
    seeded: Home, operation: str, name: str
) -> None:
    call = CALLS[operation]
    before = contents(seeded.service.store)
    body = {**call.body, name: OF_A_PROPOSAL[name]}
    answer = ask(seeded, operation, call.otherwise(body=body), NGO)
    assert answer.status_code in (403, 422), said(NGO, answer)
    named = str(next(iter(OF_A_PROPOSAL[name]))) if isinstance(OF_A_PROPOSAL[name], dict) else name
    assert any(named in error["field"] for error in answer.json()["errors"]), said(NGO, answer)
    assert all(error["remedy"] for error in answer.json()["errors"])
    assert contents(seeded.service.store) == before


@pytest.mark.parametrize("operation", ["POST /organisations", "PUT /organisations/{org_id}"])
def test_an_organisation_that_states_a_fact_that_is_checked_of_it_is_refused(
    seeded: Home, operation: str
) -> None:
    call = CALLS[operation]
    body = {**call.body, "facts": {"sanctions_hit": "none"}}
    answer = ask(seeded, operation, call.otherwise(body=body), NGO)
    assert answer.status_code in (403, 422), said(NGO, answer)
    assert "sanctions_hit" in answer.json()["errors"][0]["field"]
