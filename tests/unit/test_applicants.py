"""An applicant's letter holds nothing of anybody else's, and nothing that is confidential."""

import re
from functools import cache
from typing import Any

import pytest

from matcher import Options, match
from matcher.domain import Round
from matcher.explaining.audit.concentration import concentration
from matcher.explaining.every import explain_every
from matcher.explaining.solves.base import Base, base_of
from matcher.explaining.why import Explanation
from matcher.explaining.words import Sentences
from matcher.explaining.written import decisions_of, explanation_rows

EXACT = Options(gap=0, seconds=60)
MARK = re.compile(r"zq[a-z]+\d*q")


def a_round(feedback: str) -> Round:
    """Give a round whose ids, titles and whatever is withheld carry a mark."""
    marked: dict[str, Any] = {
        "id": "made-up",
        "currency": "AZN",
        "decision_date": "2026-03-01",
        "policy": {
            "feedback": feedback, "score_threshold": "50", "max_proposals_per_organisation": 2,
        },
        "donors": [
            {"donor_id": "zqdonorAq", "name": "zqnameaq", "kind": "foundation",
             "visibility": "name_withheld"},
            {"donor_id": "zqdonorBq", "name": "zqnamebq", "kind": "foundation",
             "visibility": "confidential"},
            {"donor_id": "DC", "name": "Made-up open fund", "kind": "foundation"},
        ],
        "pools": [
            {"pool_id": "zqpoolaq", "donor_id": "zqdonorAq", "name": "zqpoolnameaq",
             "currency": "AZN", "budget": "3137"},
            {"pool_id": "zqpoolbq", "donor_id": "zqdonorBq", "name": "zqpoolnamebq",
             "currency": "AZN", "budget": "5291", "max_grants": 1, "condition": "zqconditionq",
             "certainty": "pledged", "sectors": "11230", "visibility": "confidential",
             "confidential_terms": "sectors;max_grants"},
            {"pool_id": "zqpoolcq", "donor_id": "DC", "name": "Open pool", "currency": "AZN",
             "budget": "4000", "sectors": "11230", "confidential_terms": "sectors"},
        ],
        "organisations": [
            {"org_id": f"zqorg{n}q", "name": f"zqunion{n}q", "visibility": seen}
            for n, seen in enumerate(["public", "name_withheld", "confidential", "public"])
        ],
        "proposals": [
            {"proposal_id": f"zqproposal{n}q", "org_id": f"zqorg{n % 4}q",
             "title": f"zqtitle{n}q", "currency": "AZN", "requested": str(1000 + 700 * n),
             "minimum": str(500 + 350 * n), "score": str(95 - 6 * n),
             "sector": ["11230", "12220", ""][n % 3],
             "visibility": ["public", "name_withheld", "confidential"][n % 3],
             **({"status": "disqualified", "status_reason": "zqreasonq"} if n == 5 else {}),
             **({"alternatives": "zqlabelq"} if n in (2, 6) else {})}
            for n in range(10)
        ],
        "pairs": [
            {"pool_id": "zqpoolaq", "proposal_id": "zqproposal3q", "status": "pin",
             "reason": "zqpinreasonq"},
            {"donor_id": "zqdonorAq", "org_id": "zqorg2q", "status": "conflict"},
        ],
    }  # fmt: skip
    for table in ["proposals"]:
        marked[table] = [{k: v for k, v in row.items() if v != ""} for row in marked[table]]
    return Round.model_validate(marked)


@cache
def a_base(feedback: str) -> Base:
    round_ = a_round(feedback)
    base = base_of(round_, dict(match(round_, EXACT).awards), EXACT, lambda _words: None)
    assert base is not None
    return base


@cache
def explanations() -> tuple[Explanation, ...]:
    """Explain every proposal; what applicants may be told of it changes nothing of that."""
    return explain_every(a_base("reason"), lambda _words: None)


@cache
def rows_of(feedback: str) -> list[dict[str, str]]:
    """Give the rows of explanations.csv of every proposal."""
    return [row for row, _ in explanation_rows(a_base(feedback), explanations())]


@pytest.mark.parametrize("feedback", ["reason", "reason_and_change"])
def test_no_letter_holds_a_mark_or_what_a_pool_has_left(feedback: str) -> None:
    base = a_base(feedback)
    rows = rows_of(feedback)
    letters = [row["applicant"] for row in rows]
    assert len(letters) == 10
    assert all(letters)
    assert not MARK.findall(" ".join(letters).lower())
    spent = dict.fromkeys(base.problem.pools.ids, 0)
    for (pool, _), units in base.awards.items():
        spent[pool] += units
    for pool, budget in zip(
        base.problem.pools.ids, base.problem.pools.budget.tolist(), strict=True
    ):
        left = budget * base.problem.unit - spent[pool]
        if left > 0:
            for letter in letters:
                assert f"{left // 100}" not in letter.replace(",", "")
    # The coordinator's text does name them: the marks are there to be found.
    assert MARK.findall(" ".join(row["coordinator"] for row in rows).lower())


def test_every_kind_of_decision_of_the_round_has_a_letter() -> None:
    base = a_base("reason")
    words = {row["decision"] for row in decisions_of(base).values()}
    assert words >= {"funded", "disqualified", "reserve_list", "below_threshold"}


def test_a_change_is_told_only_where_the_policy_allows_it() -> None:
    told = {
        feedback: " ".join(row["applicant"] for row in rows_of(feedback))
        for feedback in ("reason", "reason_and_change")
    }
    assert "with this change alone" not in told["reason"]
    assert "with this change alone" in told["reason_and_change"]


def test_what_is_confidential_has_no_title_in_what_the_coordinator_reads_either() -> None:
    sentences = Sentences(a_base("reason"))
    # Ids stay, as in the tables: a coordinator could not tell one proposal from another without.
    assert sentences.proposal("zqproposal0q") == "zqproposal0q zqtitle0q"
    for confidential in ("zqproposal2q", "zqproposal5q", "zqproposal6q"):
        assert sentences.proposal(confidential) == f"{confidential} confidential proposal"
    read = " ".join(row["coordinator"] for row in rows_of("reason"))
    assert not {"zqtitle2q", "zqtitle5q", "zqtitle6q", "zqtitle8q"} & set(MARK.findall(read))
    assert "zqtitle" in read


def test_where_most_of_the_money_is_withheld_names_are_not_told() -> None:
    base = a_base("reason")
    by = {found.by: found for found in concentration(base.round, base.awards)}
    told = {str(name) for kind in ("donor", "organisation") for name in by[kind].table["name"]}
    assert told <= {
        "name withheld", "confidential donor", "confidential applicant", "Made-up open fund",
        "zqunion0q", "zqunion3q",
    }  # fmt: skip
    assert "confidential applicant" in told
