"""What analysts see of runs and may ask in scenarios: nothing that tells what is confidential."""

from collections.abc import Iterator
from typing import Any

import pytest

from api.store.tables import RunRow
from tests.service.conftest import Home
from tests.service.seeding import RUN, SCENARIO, Person

ANALYST: Person = ("analyst", None)
COORDINATOR: Person = ("coordinator", None)


@pytest.fixture(autouse=True)
def _as_it_was(seeded: Home) -> Iterator[None]:
    yield
    seeded.renew()


def scenario(seeded: Home, person: Person, **edits: Any) -> Any:
    return seeded.client(*person).post(f"/runs/{RUN}/scenarios", json=edits)


def test_an_analyst_asks_what_if_about_what_it_may_see(seeded: Home) -> None:
    edits = {"pools.P0.budget": "x2", "pools.*.budget": "+10%", "policy.score_threshold": "55"}
    asked = scenario(seeded, ANALYST, set=edits, drop=["proposals.A1"])
    assert asked.status_code == 202, asked.text
    # Its own edits are shown to it, in their order.
    assert asked.json()["options"]["set"] == [[path, value] for path, value in edits.items()]


def test_what_is_confidential_and_what_does_not_exist_are_refused_alike(seeded: Home) -> None:
    refusals = []
    for name in ("MARK-P2", "MARK-P9"):
        refused = scenario(seeded, ANALYST, set={f"pools.{name}.budget": "x2"})
        assert refused.status_code == 422
        (problem,) = refused.json()["errors"]
        refusals.append((problem["what"], problem["remedy"]))
    assert refusals[0] == refusals[1]
    kept = scenario(seeded, ANALYST, set={"pools.P1.max_grant": "+10%"})
    unseen = scenario(seeded, ANALYST, drop=["facts.A1/some", "donors.MARK-D2", "pools.MARK-*"])
    more = scenario(seeded, ANALYST, add={"pools": [{"pool_id": "MARK-P2"}]})
    assert [answer.status_code for answer in (kept, unseen, more)] == [422, 422, 422]
    assert len(unseen.json()["errors"]) == 3


def test_refusals_for_other_reasons_name_nothing_confidential(seeded: Home) -> None:
    refused = scenario(seeded, ANALYST, set={"pools.P0.budgets": "5", "policy.rule": "lottery"})
    assert refused.status_code == 422
    assert "MARK" not in refused.text


def test_what_others_ask_and_why_runs_fail_is_not_shown_to_analysts(seeded: Home) -> None:
    asked = scenario(seeded, COORDINATOR, set={"pools.MARK-P2.budget": "7"}).json()["id"]
    with seeded.service.store.writing() as session:
        run = session.get_one(RunRow, SCENARIO)
        run.state, run.detail = "failed", "MARK-P2 overspends"
    analyst, coordinator = seeded.client(*ANALYST), seeded.client(*COORDINATOR)
    assert "MARK" in coordinator.get(f"/runs/{asked}").text
    assert "MARK" in coordinator.get(f"/runs/{SCENARIO}").text
    for path in (f"/runs/{asked}", f"/runs/{SCENARIO}", "/rounds/spring/runs?limit=500",
                 f"/runs/{SCENARIO}/events"):  # fmt: skip
        found = analyst.get(path)
        assert found.status_code == 200
        assert "MARK" not in found.text
        assert "created_by" not in found.text
