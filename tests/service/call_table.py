"""The call of each operation: see calls.py."""

from collections.abc import Iterator, Mapping

from tests.service.association import (
    DONORS,
    ORGANISATIONS,
    OTHER,
    POOLS,
    REVIEWS,
    document_of,
)
from tests.service.calls import Call, Names, row_ids
from tests.service.seeding import OPEN, PASSWORD, PUBLISHED, QUEUED, RUN, SCENARIO, Person

WHY = {"reason": "To see whether it can be done."}
SETTINGS = {"title": "Another", "currency": "AZN", "decision_date": "2026-03-01"}
OF_OTHERS: Mapping[str, Mapping[str, tuple[Names, ...]]] = {
    "donors": {"donor": ({"row_id": "D0"}, {"row_id": OTHER["donor"]})},
    "pools": {"donor": ({"row_id": "P0"}, {"row_id": "MARK-P3"})},
    "proposals": {"ngo": tuple({"proposal_id": name} for name in ("B1", "MARK-B2", "MARK-C1"))},
    "organisations": {"ngo": ({"org_id": OTHER["ngo"]}, {"org_id": "MARK-O3"})},
}
"""What donors and NGOs must not hear of."""

# What the coordinator adds to a table, and what replaces its first row.
ROWS: Mapping[str, tuple[dict[str, object], dict[str, object]]] = {
    "donors": (
        {"donor_id": "D9", "name": "A new donor", "kind": "embassy", "country": "DE"},
        {**DONORS[0], "name": "A donor of another name"},
    ),
    "pools": (
        {"pool_id": "P9", "donor_id": "D0", "name": "A new pool", "currency": "AZN",
         "budget": "100.00"},
        {**POOLS[0], "budget": "9500"},
    ),
    "organisations": (
        {"org_id": "O9", "name": "A new organisation", "country": "AZ"},
        {**ORGANISATIONS[0], "name": "Weavers of another name"},
    ),
    "pairs": (
        {"pool_id": "P0", "proposal_id": "A1", "status": "prefer"},
        {"pool_id": "MARK-P2", "proposal_id": "B1", "status": "accepted", "amount": "2000"},
    ),
    "targets": (
        {"id": "new", "where": {"organisation": ["O2"]}, "min_count": 1, "strictness": "soft"},
        {"id": "women", "where": {"group": ["women_girls"]}, "min_amount": "2000",
         "strictness": "soft"},
    ),
    "reviews": (
        {"proposal_id": "B1", "reviewer_id": "R9", "score": "70"},
        {**REVIEWS[0], "score": "71"},
    ),
    "facts": (
        {"subject": "O1", "fact": "is_foreign", "value": "false"},
        {"subject": "O1", "fact": "sanctions_hit", "value": "none", "checked_by": "Another"},
    ),
}  # fmt: skip
FIRST = {"donors": "D0", "pools": "P0", "organisations": "O1", "targets": "women"}
OWN: Mapping[str, Mapping[str, Names]] = {
    "donors": {"donor": {"row_id": "D1"}},
    "pools": {"donor": {"row_id": "P1"}},
}


def _of_rows() -> Iterator[tuple[str, Call]]:
    for noun, (added, changed) in ROWS.items():
        base = f"/rounds/{{round_id}}/{noun}"
        here = {"round_id": OPEN}
        there = {**here, "row_id": FIRST.get(noun) or row_ids(noun, OPEN)[0]}
        own, others = OWN.get(noun, {}), OF_OTHERS.get(noun, {}) if noun in OWN else {}
        yield f"GET {base}", Call(here)
        yield f"POST {base}", Call(here, body=added)
        yield f"GET {base}/{{row_id}}", Call(there, own=own, others=others)
        yield f"PUT {base}/{{row_id}}", Call(there, body=changed)
        yield f"DELETE {base}/{{row_id}}", Call(there)


def _of_rounds() -> Iterator[tuple[str, Call]]:
    published, taking = {"round_id": PUBLISHED}, {"round_id": OPEN}
    yield "GET /rounds", Call()
    yield "POST /rounds", Call(body={**SETTINGS, "id": "another"})
    yield "POST /rounds/uploads", Call(body=document_of("another", "Another"))
    yield "GET /rounds/{round_id}", Call(published)
    yield "PUT /rounds/{round_id}", Call(taking, body=SETTINGS)
    yield "GET /rounds/{round_id}/document", Call(taking)
    yield (
        "PUT /rounds/{round_id}/document",
        Call(taking, state="matching", body=document_of(OPEN, "Another")),
    )
    yield "POST /rounds/{round_id}/state", Call(taking, body={"to": "screening"})
    yield "GET /rounds/{round_id}/problems", Call(taking)
    yield "GET /rounds/{round_id}/runs", Call(published)
    yield "POST /rounds/{round_id}/runs", Call(taking, body={"seed": 1}, state="matching")
    yield "GET /rounds/{round_id}/preview", Call(published)
    others = dict.fromkeys(("donor", "ngo", "analyst"), ({"number": "1"},))
    version = {**published, "number": "2"}
    base = "/rounds/{round_id}/publications"
    yield f"GET {base}", Call(published)
    yield f"POST {base}", Call(published, body=WHY, state="approved")
    yield f"GET {base}/{{number}}", Call(version, others=others)
    yield f"POST {base}/{{number}}/withdrawal", Call(version, body=WHY)
    yield (
        "GET /rounds/{round_id}/pools/{pool_id}/awards",
        Call(
            {**published, "pool_id": "P0"},
            own={"donor": {"pool_id": "P1"}},
            others={"donor": ({"pool_id": "P0"}, {"pool_id": "MARK-P3"})},
        ),
    )


def _of_applicants() -> Iterator[tuple[str, Call]]:
    organisation = {"name": "A union (made up)", "kind": "public_union", "contact": "a@example.org"}
    own = {"org_id": "O1"}
    others = OF_OTHERS["organisations"]
    yield "POST /organisations", Call(body=organisation)
    yield "GET /organisations", Call()
    yield "GET /organisations/{org_id}", Call(own, others=others)
    yield "PUT /organisations/{org_id}", Call(own, others=others, body=organisation)
    base = "/rounds/{round_id}/proposals"
    taking = {"round_id": OPEN}
    theirs = {**taking, "proposal_id": "A1"}
    others = OF_OTHERS["proposals"]
    proposal = {"title": "Another", "currency": "AZN", "requested": "2000.00"}
    of_somebody = {**proposal, "org_id": "O1"}
    by_whom: dict[Person, dict[str, str]] = {("coordinator", None): of_somebody}
    yield f"GET {base}", Call(taking)
    yield f"POST {base}", Call(taking, body=proposal, bodies=by_whom)
    yield "POST /rounds/{round_id}/precheck", Call(taking, body=proposal, bodies=by_whom)
    yield f"GET {base}/{{proposal_id}}", Call(theirs, others=others)
    yield f"PUT {base}/{{proposal_id}}", Call(theirs, others=others, body=proposal)
    yield f"POST {base}/{{proposal_id}}/withdrawal", Call(theirs, others=others, body=WHY)
    yield f"GET {base}/{{proposal_id}}/precheck", Call(theirs, others=others)
    decided = {"round_id": PUBLISHED, "proposal_id": "A1"}
    yield f"GET {base}/{{proposal_id}}/decision", Call(decided, others=others)


def _of_runs() -> Iterator[tuple[str, Call]]:
    run = {"run_id": RUN}
    yield "GET /runs/{run_id}", Call(run)
    yield "POST /runs/{run_id}/cancellation", Call({"run_id": QUEUED})
    yield "GET /runs/{run_id}/events", Call(run)
    yield "GET /runs/{run_id}/files", Call(run)
    yield "GET /runs/{run_id}/files/{name}", Call({**run, "name": "awards.csv"})
    yield "POST /runs/{run_id}/scenarios", Call(run, body={"set": {"pools.P0.budget": "x2"}})
    yield "POST /runs/{run_id}/explanations", Call(run, body={})
    yield "GET /runs/{run_id}/comparison", Call(run, query={"with": SCENARIO})
    explained = {**run, "proposal_id": "A1"}
    yield "GET /runs/{run_id}/explanations/{proposal_id}", Call(explained)
    for table in ("awards", "decisions", "pools", "targets", "steps", "out_of_order"):
        yield f"GET /runs/{{run_id}}/{table}", Call(run)


def _of_access() -> Iterator[tuple[str, Call]]:
    key, user = {"key_id": "key:ngo:O1"}, {"user_id": "user_5"}
    yield "GET /keys", Call()
    yield "POST /keys", Call(body={"role": "ngo", "subject": "O1", "label": "A new key"})
    yield "GET /keys/{key_id}", Call(key)
    yield "DELETE /keys/{key_id}", Call(key, query=WHY)
    own = {
        "donor": {"key_id": "key:donor:D1"},
        "analyst": {"key_id": "key:analyst"},
        "auditor": {"key_id": "key:auditor"},
    }
    others = ({"key_id": "key:coordinator"}, {"key_id": "key:ngo:O2"})
    yield (
        "POST /keys/{key_id}/rotation",
        Call(key, own=own, others=dict.fromkeys(("donor", "ngo", "analyst", "auditor"), others)),
    )
    yield "GET /users", Call()
    yield "POST /users", Call(body={"email": "new@example.org", "role": "auditor"})
    yield "POST /users/{user_id}/invitation", Call(user)
    yield "DELETE /users/{user_id}", Call(user, query=WHY)
    known = {"email": "mark-user-5@example.org", "password": PASSWORD}
    yield "POST /sessions", Call(body=known)
    yield "DELETE /sessions/current", Call(in_session=True)
    yield "GET /me", Call()
    new = {"password": "another good password", "current": PASSWORD}
    yield "PUT /me/password", Call(body=new, in_session=True)
    yield "GET /audit", Call()
    yield "GET /audit/verification", Call()
    yield "GET /health", Call()
    yield "GET /ready", Call()
    yield "GET /metrics", Call()


CALLS: Mapping[str, Call] = {
    **dict(_of_rounds()),
    **dict(_of_rows()),
    **dict(_of_applicants()),
    **dict(_of_runs()),
    **dict(_of_access()),
}
"""By method and path."""
