"""What analysts read of results: everything that counts, and nothing that is kept from others."""

import base64
import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest

from api.results.comparing import UNTOLD
from api.results.shown import STOPPED, WITHHELD, for_others
from matcher.results import RESULT_COLUMNS
from matcher.writing.visibility import CONFIDENTIAL_TERM, ShownRound
from matcher.writing.words import HELD, NO_POOL, NONE_MAY_FUND
from tests.service.association import ANALYST, MARKS
from tests.service.conftest import Home
from tests.service.finished_runs import a_document, add_round, add_run, read
from tests.service.seeding import RUN, SCENARIO

HIDDEN = [mark for mark, who in MARKS.items() if ANALYST not in who]


def revealed(text: str) -> list[str]:
    """Give the marks in a body that an analyst may not read."""
    return [mark for mark in HIDDEN if mark.lower() in text.lower()]


@pytest.mark.parametrize("table", RESULT_COLUMNS)
def test_no_mark_is_in_any_page_or_download(seeded: Home, table: str) -> None:
    client, path = seeded.client("analyst"), f"/runs/{RUN}/{table}"
    whole = seeded.client("coordinator").get(path)
    if table in ("awards", "decisions", "pools"):
        assert revealed(whole.text), "there is nothing to hide in what is tested"
    for sort in ("", *RESULT_COLUMNS[table], f"-{RESULT_COLUMNS[table][0]}"):
        more: dict[str, Any] = {}
        for _ in range(50):
            answer = client.get(path, params={"limit": 2, "sort": sort, **more})
            assert answer.status_code == 200
            assert not revealed(answer.text), (table, answer.text)
            if "next" not in answer.json():
                break
            more = {"cursor": answer.json()["next"]}
            assert not revealed(base64.urlsafe_b64decode(more["cursor"] + "==").decode())
    assert not revealed(client.get(path, params={"format": "csv"}).text)


@pytest.mark.parametrize("table", RESULT_COLUMNS)
def test_what_is_confidential_counts_and_stands_last_without_its_ids(
    seeded: Home, table: str
) -> None:
    path = f"/runs/{RUN}/{table}"
    whole, seen = (
        seeded.client(role).get(path, params={"limit": 500}).json()["items"]
        for role in ("coordinator", "analyst")
    )  # fmt: skip
    assert len(seen) == len(whole)
    ids = [c for c in ("pool_id", "proposal_id", "funded_instead") if c in RESULT_COLUMNS[table]]
    whether = [all(column in row for column in ids) for row in seen]
    assert whether == sorted(whether, reverse=True)
    # C2 is of an organisation that is confidential.
    secret = re.compile("MARK|C2")
    hidden = [row for row in whole if secret.search(str([row.get(column) for column in ids]))]
    assert whether.count(False) == len(hidden)


def test_nothing_confidential_is_found_by_its_id(seeded: Home) -> None:
    client = seeded.client("analyst")
    for column, value in (("proposal_id", "MARK-A2"), ("funders", "MARK-P3"), ("org_id", "O2")):
        rows = client.get(f"/runs/{RUN}/decisions", params={column: value}).json()["items"]
        names = [row.get("applicant") for row in rows]
        # Of an applicant whose name is withheld, only proposals that do not withhold it.
        assert names == (["name withheld"] if column == "org_id" else [])


def test_an_applicant_that_a_proposal_withholds_is_not_told_by_its_id(seeded: Home) -> None:
    rows = seeded.client("analyst").get(f"/runs/{RUN}/decisions").json()["items"]
    [row] = [row for row in rows if row.get("proposal_id") == "B3"]
    assert "org_id" not in row
    assert row["title"] == "Ramps for four libraries of name withheld"


# Terms that a pool keeps to itself


def shown(
    table: str, row: dict[str, str], given: Mapping[str, Any] | None = None, /, **pool: Any
) -> dict[str, str]:
    """Give a row as others see it, where the pool P2 is otherwise."""
    document = deepcopy(dict(given or a_document()))
    document["pools"][1] |= pool
    whole = dict.fromkeys(RESULT_COLUMNS[table], "") | row
    [found] = for_others(table, [whole], ShownRound(read(document)))
    return found


AWARD = {
    "pool_id": "P2", "donor_id": "D2", "proposal_id": "A1", "org_id": "O1", "verdict":
    "needs_review", "conditional": "true", "condition": "the applicant states its sector",
    "pool_currency": "AZN", "amount_in_pool_currency": "5.00", "earliest_payment": "2026-03-01",
}  # fmt: skip


def test_an_award_tells_no_term_that_its_pool_keeps() -> None:
    told = shown("awards", AWARD)
    assert {column: told[column] for column in AWARD} == AWARD
    kept = shown("awards", AWARD, confidential_terms="sectors")
    assert (kept["verdict"], kept["conditional"]) == ("", "")
    assert kept["condition"] == CONFIDENTIAL_TERM
    assert kept["amount_in_pool_currency"] == "5.00"
    assert shown("awards", AWARD, confidential_terms="currency")["amount_in_pool_currency"] == ""
    hidden = shown("awards", AWARD, visibility="confidential")
    assert {hidden[c] for c in ("pool_id", "donor_id", "pool_currency", "earliest_payment")} == {""}


def test_a_pool_that_keeps_its_budget_has_none_shown() -> None:
    row = {"pool_id": "P2", "budget": "2150.00", "awarded": "2000.00", "left": "150.00",
           "grants": "1", "share_used": "0.930233"}  # fmt: skip
    assert shown("pools", row)["budget"] == "2150.00"
    kept = shown("pools", row, confidential_terms="budget")
    assert (kept["budget"], kept["left"], kept["share_used"]) == ("", "", "")
    assert (kept["awarded"], kept["grants"]) == ("2000.00", "1")


def test_a_reason_that_would_tell_a_kept_term_says_less() -> None:
    for decision, binding, reason, less in (
        ("no_matching_pool", "sectors", "No pool's terms cover it; the nearest, P2, fails on x.",
         NO_POOL),
        ("held_for_review", "sectors;P2", "Held until it states what P2 asks for.", HELD),
        ("not_funded", "C3", "The smallest and largest grants leave it no place.", STOPPED),
    ):  # fmt: skip
        row = {"proposal_id": "A1", "decision": decision, "binding": binding, "reason": reason}
        assert shown("decisions", row)["reason"] == reason
        for kept in ({"confidential_terms": "sectors;max_grant"}, {"visibility": "confidential"}):
            told = shown("decisions", row, **kept)
            if decision == "not_funded" and "visibility" in kept:
                continue
            assert (told["reason"], told["binding"]) == (less, "")


def test_that_only_the_start_keeps_a_pool_from_it_is_not_told_where_the_pool_keeps_terms() -> None:
    reason = "The terms of P2 cover it, but start_policy is strict: they take until 2026-03-11."
    for decision, binding in (("no_matching_pool", "starts"), ("ineligible", "XA-01;starts")):
        row = {"proposal_id": "A1", "decision": decision, "binding": binding, "reason": reason}
        document = a_document()
        document["round"]["policy"] = {"start_policy": "strict"}
        assert shown("decisions", row, document)["reason"] == reason
        for kept in ({"confidential_terms": "sectors"}, {"visibility": "confidential"}):
            told = shown("decisions", row, document, **kept)
            assert (told["reason"], told["binding"]) == (NONE_MAY_FUND, "")


@pytest.mark.parametrize("of", [{"pool": "P2"}, {}], ids=["one pool", "the whole round"])
def test_shares_of_a_budget_that_is_kept_are_not_told(of: dict[str, str]) -> None:
    document = a_document()
    document["round"] = document["round"] | {
        "targets": [{"id": "t", **of, "where": {"sector": ["11230"]}, "min_share": "0.4",
                     "of": "budget"}]
    }  # fmt: skip
    row = {"target_id": "t", "bound": "min_share", "limit": "0.4", "value": "0.9", "slack": "0.5"}
    whole = dict.fromkeys(RESULT_COLUMNS["targets"], "") | row
    for kept, value in (({}, "0.9"), ({"confidential_terms": "budget"}, "")):
        document["pools"] = [document["pools"][0], document["pools"][1] | kept]
        [told] = for_others("targets", [whole], ShownRound(read(document)))
        assert told["value"] == value
        assert told["limit"] == "0.4"


def test_why_one_was_passed_over_and_what_the_law_asks_of_hidden_sides_is_withheld() -> None:
    jump = {"pool_id": "P2", "funded_instead": "A1", "passed_over": "A2", "why": "its sector"}
    assert shown("out_of_order", jump)["why"] == "its sector"
    kept = shown("out_of_order", jump, confidential_terms="sectors")
    assert kept["why"] == CONFIDENTIAL_TERM
    step = {"pool_id": "P2", "proposal_id": "A1", "step": "Register it", "responsible": "donor",
            "citation": "Act 4"}  # fmt: skip
    assert shown("steps", step)["step"] == "Register it"
    hidden = shown("steps", step, visibility="confidential")
    assert (hidden["step"], hidden["responsible"], hidden["citation"]) == (WITHHELD, "", "")


# Comparisons


def test_a_comparison_tells_an_analyst_no_mark(seeded: Home) -> None:
    path = f"/runs/{RUN}/comparison"
    answer = seeded.client("analyst").get(path, params={"with": SCENARIO})
    assert answer.status_code == 200, answer.text
    assert not revealed(answer.text)
    whole = seeded.client("coordinator").get(path, params={"with": SCENARIO}).json()
    assert len(answer.json()["proposals"]) == len(whole["proposals"]) == 8
    assert whole["changes"].keys() <= {"same", "none"}


SECRET = re.compile("zq[a-z]+q")


def otherwise() -> dict[str, Any]:
    """Give the document with everything about a confidential pool and applicant otherwise."""
    document = a_document()
    document["donors"] += [
        {"donor_id": "zqdonorq", "name": "zqdonornameq", "kind": "bank",
         "visibility": "confidential"},
        {"donor_id": "D4", "name": "zqgiverq", "kind": "bank", "visibility": "name_withheld"},
    ]  # fmt: skip
    document["pools"] += [
        {"pool_id": "zqpoolq", "donor_id": "zqdonorq", "name": "zqpoolnameq", "currency": "AZN",
         "budget": "3000"},
        {"pool_id": "P4", "donor_id": "D4", "name": "Of zqgiverq", "currency": "AZN",
         "budget": "2000", "confidential_terms": "budget"},
    ]  # fmt: skip
    document["organisations"] += [
        {"org_id": "zqorgq", "name": "zqunionq", "visibility": "confidential"},
        {"org_id": "O5", "name": "zqlonelyq"},
    ]
    document["proposals"] += [
        {"proposal_id": "zqproposalq", "org_id": "zqorgq", "title": "zqtitleq", "currency": "AZN",
         "requested": "2000", "score": "80"},
        {"proposal_id": "A5", "org_id": "O5", "title": "By zqlonelyq", "currency": "AZN",
         "requested": "1000", "score": "81", "visibility": "name_withheld"},
    ]  # fmt: skip
    document["reviews"] = [{"proposal_id": "A1", "reviewer_id": "zqreviewerq", "score": "85"}]
    return document


def test_what_differs_is_told_without_what_is_hidden_on_either_side(home: Home) -> None:
    add_round(home, a_document())
    add_run(home, a_document(), "run_1")
    later = otherwise()
    later["pools"][1] = later["pools"][1] | {"budget": "4000"}
    add_run(home, later, "run_2")
    kept = otherwise()
    kept["pools"][3] = kept["pools"][3] | {"budget": "2777"}
    kept["proposals"][3] = kept["proposals"][3] | {"requested": "1900"}
    kept["proposals"][4] = kept["proposals"][4] | {"requested": "900", "title": "For zqlonelyq"}
    add_run(home, kept, "run_3")
    analyst, coordinator = home.client("analyst"), home.client("coordinator")
    for one, other in (("run_1", "run_2"), ("run_2", "run_1"), ("run_2", "run_3")):
        path = f"/runs/{one}/comparison"
        whole = coordinator.get(path, params={"with": other})
        assert SECRET.search(whole.text), whole.text
        seen = analyst.get(path, params={"with": other})
        assert seen.status_code == 200
        assert not SECRET.findall(seen.text)
        assert "2777" not in seen.text
        assert "O5" not in seen.text
        assert len(seen.json()["pools"]) == len(whole.json()["pools"])
    told = analyst.get("/runs/run_1/comparison", params={"with": "run_2"}).json()
    assert {"path": "pools.P2.budget", "before": "2150", "after": "4000"} in told["input"]
    told = analyst.get("/runs/run_2/comparison", params={"with": "run_3"}).json()["input"]
    assert {change["path"]: (change["before"], change["after"]) for change in told} == {
        "pools.P2.budget": ("4000", "2150"),
        f"pools: {UNTOLD}": (None, None),
        f"proposals: {UNTOLD}": (None, None),
        "proposals.A5.title": ("By name withheld", "For name withheld"),
        "proposals.A5.requested": ("1000", "900"),
    }


def test_money_on_offer_is_not_told_where_a_pool_keeps_its_budget(home: Home) -> None:
    add_round(home, otherwise())
    shares = {"targets": [{"id": "t", "where": {"sector": ["11230"]}, "min_share": "0.4"}]}
    for run_id, budget in (("run_1", "2000"), ("run_2", "2500")):
        document = otherwise()
        document["round"] = document["round"] | shares
        document["pools"][3] = document["pools"][3] | {"budget": budget}
        add_run(home, document, run_id)
    path = "/runs/run_1/comparison"
    whole, seen = (
        home.client(role).get(path, params={"with": "run_2"}).json()
        for role in ("coordinator", "analyst")
    )  # fmt: skip
    offered = [
        [row for row in told["totals"] if row["figure"] == "on_offer"] for told in (whole, seen)
    ]
    assert [(row["before"], row["after"]) for [row] in offered] == [
        ("13100.00", "13600.00"), (None, None),
    ]  # fmt: skip
    # What is awarded is told: the share of it would tell all the budgets together.
    assert whole["targets"][0]["value_before"] is not None
    assert (seen["targets"][0]["value_before"], seen["targets"][0]["value_after"]) == (None, None)
    assert len(seen["totals"]) == len(whole["totals"])


def test_whose_a_proposal_is_instead_is_not_told_where_it_withholds_that(home: Home) -> None:
    add_round(home, otherwise())
    add_run(home, otherwise(), "run_1")
    other = otherwise()
    other["proposals"][0] = other["proposals"][0] | {"org_id": "O2"}
    other["proposals"][4] = other["proposals"][4] | {"org_id": "O2"}
    add_run(home, other, "run_2")
    answer = home.client("analyst").get("/runs/run_1/comparison", params={"with": "run_2"})
    assert answer.json()["input"] == [
        {"path": "proposals.A1.org_id", "before": "O1", "after": "O2"},
        {"path": f"proposals: {UNTOLD}", "before": None, "after": None},
    ]


def test_a_comparison_needs_two_runs_that_are_done(seeded: Home) -> None:
    client = seeded.client("coordinator")
    missing = client.get(f"/runs/{RUN}/comparison")
    assert [error["field"] for error in missing.json()["errors"]] == ["with"]
    assert client.get(f"/runs/{RUN}/comparison?with=nobody").status_code == 404
    assert client.get(f"/runs/{RUN}/comparison?with=run_queued").status_code == 409
