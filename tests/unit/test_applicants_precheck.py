"""What an applicant is told at once depends on nothing that others keep to themselves."""

from copy import deepcopy
from typing import Any

import pytest

from matcher.eligibility import Verdict, eligibility_of
from matcher.explaining.applicants.precheck import PoolCheck, Precheck, precheck_of
from matcher.reading import read_document

ROUND: dict[str, Any] = {
    "round": {
        "id": "spring", "currency": "AZN", "decision_date": "2026-03-01", "rule_packs": ["az"],
    },
    "donors": [
        {"donor_id": "D1", "name": "Open Foundation", "kind": "foundation", "country": "AZ"},
        {"donor_id": "D2", "name": "Quiet Company", "kind": "company",
         "visibility": "name_withheld"},
        {"donor_id": "D3", "name": "Hidden Person", "kind": "individual",
         "visibility": "confidential"},
    ],
    "pools": [
        {"pool_id": "P1", "donor_id": "D1", "name": "Open pool", "currency": "AZN",
         "budget": "9000", "regions": "AZ-GA"},
        {"pool_id": "P2", "donor_id": "D1", "name": "Partly open pool", "currency": "AZN",
         "budget": "9000", "max_grant": "8000", "groups": "youth", "sdgs": "5",
         "confidential_terms": "budget;max_grant;groups;pay_by;not_sectors"},
        {"pool_id": "P3", "donor_id": "D2", "name": "Pool of a quiet donor", "currency": "AZN",
         "budget": "9000"},
        {"pool_id": "P4", "donor_id": "D1", "name": "Hidden pool", "currency": "AZN",
         "budget": "9000", "visibility": "confidential"},
        {"pool_id": "P5", "donor_id": "D3", "name": "Pool of a hidden donor", "currency": "AZN",
         "budget": "9000"},
    ],
    "organisations": [
        {"org_id": "O1", "name": "Weavers", "country": "AZ", "kind": "public_union",
         "registration_status": "registered"},
        {"org_id": "O2", "name": "Partner", "country": "AZ", "kind": "company"},
    ],
    "proposals": [
        {"proposal_id": "A1", "org_id": "O1", "title": "Looms", "currency": "AZN",
         "requested": "5000", "regions": "AZ-GA", "groups": "women_girls", "sdgs": "5",
         "sector": "15170"},
        {"proposal_id": "B1", "org_id": "O2", "title": "Others", "currency": "AZN",
         "requested": "100"},
    ],
    "partners": [{"proposal_id": "A1", "org_id": "O2", "role": "partner"}],
    "contributors": [
        {"pool_id": "P1", "donor_id": "D1", "amount": "1", "currency": "AZN"},
    ],
    "facts": [],
}  # fmt: skip


def fact(subject: str, name: str, value: str, **more: str) -> tuple[str, dict[str, Any]]:
    return "facts", {"subject": subject, "fact": name, "value": value, **more}


def changed(*rows: tuple[str, dict[str, Any]], **cells: dict[str, Any]) -> dict[str, Any]:
    """Give the round with rows added, and with cells of the row with an id changed."""
    document = deepcopy(ROUND)
    for table, row in rows:
        document[table].append(row)
    for name, more in cells.items():
        for table in ("donors", "pools", "organisations", "proposals"):
            for row in document[table]:
                if next(iter(row.values())) == name:
                    row.update(more)
    return document


def checked(document: dict[str, Any]) -> Precheck:
    return precheck_of(read_document(document, "round").round, "A1")


def at(found: Precheck, pool: str) -> PoolCheck:
    return next(check for check in found.pools if check.pool_id == pool)


WAIVER = {"source": "minutes", "checked_by": "board", "checked_on": "2026-01-01"}
SECRETS = {
    "a smaller budget that is kept back": changed(P2={"budget": "10"}),
    "a smaller largest grant that is kept back": changed(P2={"max_grant": "1"}),
    "groups that are kept back and fit": changed(P2={"groups": "women_girls"}),
    "sectors that are kept back and bar": changed(P2={"not_sectors": "15170"}),
    "a last day for paying that is kept back": changed(P2={"pay_by": "2026-03-02"}),
    "a hidden pool's terms": changed(P4={"regions": "AZ-BA", "name": "Renamed"}),
    "a hidden donor's kind and country": changed(D3={"kind": "embassy", "country": "US"}),
    "a fact about a hidden donor": changed(fact("D3", "sanctions_hit", "hit")),
    "a fact about a hidden pool's pair": changed(fact("P4:A1", "waiver", "AZ-21", **WAIVER)),
    "a waiver for a pair of its own": changed(fact("P1:A1", "waiver", "AZ-21", **WAIVER)),
    "what screening found": changed(fact("O1", "sanctions_hit", "hit")),
    "what screening found, in a column": changed(O1={"sanctions_hit": "hit"}),
    "what a reader of the proposal found": changed(fact("A1", "activity_flags", "media")),
    "what is known of a partner": changed(O2={"kind": "un_agency", "country": "US"}),
    "facts about a partner": changed(fact("O2", "sanctions_hit", "hit")),
    "the score, tier and status": changed(A1={"score": "3", "tier": "2", "status": "deferred"}),
    "another proposal": changed(B1={"title": "Others yet", "requested": "7000"}),
    "a hidden donor that feeds a pool": changed(
        ("contributors", {"pool_id": "P1", "donor_id": "D3", "amount": "1", "currency": "AZN"})
    ),
}  # fmt: skip


@pytest.mark.parametrize("secret", SECRETS)
def test_a_precheck_is_the_same_whatever_is_kept_back(secret: str) -> None:
    assert checked(SECRETS[secret]) == checked(ROUND)


OPEN = {
    "a region that bars": (changed(P1={"regions": "AZ-BA"}), "P1"),
    "a goal that bars": (changed(P2={"sdgs": "13"}), "P2"),
    "a policy of the applicant's": (changed(O1={"aml_policy": "true"}), "P1"),
    "a fact that it is asked for, on paper": (changed(fact("O1", "aml_policy", "true")), "P1"),
    "a last day that is open": (changed(P1={"available_until": "2026-02-01"}), "P1"),
}


@pytest.mark.parametrize("what", OPEN)
def test_a_precheck_follows_what_is_open(what: str) -> None:
    document, pool = OPEN[what]
    assert at(checked(document), pool) != at(checked(ROUND), pool)


def test_confidential_pools_are_counted_and_neither_named_nor_judged() -> None:
    found = checked(ROUND)
    assert [check.pool_id for check in found.pools] == ["P1", "P2", "P3"]
    assert found.confidential_pools == 2
    for hidden in ("Hidden", "D3", "P4", "P5"):
        assert hidden not in str(found)


def test_a_donor_whose_name_is_withheld_is_told_by_neither_name_nor_rule() -> None:
    quiet = at(checked(ROUND), "P3")
    assert quiet.donor == "name withheld"
    assert (quiet.rules, quiet.steps) == ((), ())
    assert "Quiet" not in str(checked(ROUND))


def test_a_term_that_is_kept_back_never_refuses_and_that_it_is_kept_back_is_said() -> None:
    # P2 is for youth alone, which A1 is not for; the applicant is not to know.
    told = at(checked(ROUND), "P2")
    assert told.outside == {}
    assert told.verdict != "ineligible"
    assert told.keeps
    assert not at(checked(ROUND), "P1").keeps


def test_terms_steps_and_questions_are_told_in_words_with_where_they_stand() -> None:
    bare = changed(P1={"regions": "AZ-BA"}, O1={"registration_status": None})
    bare["organisations"][0].pop("registration_status")
    found = checked(bare)
    assert at(found, "P1").verdict == "ineligible"
    assert at(found, "P1").outside == {"regions": "the regions of your work"}
    step = next(step for step in at(found, "P2").steps if step.rule == "AZ-21")
    assert step.by == "recipient"
    assert step.days == 10
    assert "Law on Targeted Financial Sanctions" in step.citation
    questions = {question.fact: question for question in found.questions}
    assert questions["founders"].yours
    assert questions["founders"].paper == "the charter"
    assert not questions["sanctions_hit"].yours
    assert questions["registration_status"].meaning == "Whether your organisation is registered."


def test_what_bars_the_applicant_is_told_by_rule_and_citation() -> None:
    barred = at(checked(changed(O1={"kind": "individual"})), "P1")
    told = {rule.rule for rule in barred.rules}
    assert barred.verdict in ("ineligible", "needs_review")
    assert told or barred.besides
    assert all(rule.because and rule.citation for rule in barred.rules)


def test_without_secrets_the_verdicts_are_those_of_the_round() -> None:
    document = changed()
    document.pop("partners")
    document["donors"] = document["donors"][:1]
    document["pools"] = document["pools"][:2]
    document["pools"][1].pop("confidential_terms")
    for more in ({}, {"groups": "youth"}, {"regions": "AZ-BA"}, {"sdgs": "13"}):
        document["proposals"][0].update(more)
        round_ = read_document(document, "round").round
        column = eligibility_of(round_).verdicts[:, 0].tolist()
        told = [check.verdict for check in precheck_of(round_, "A1").pools]
        assert told == [Verdict(verdict).name for verdict in column]
