"""An applicant hears what the law has against its own side, and nothing of what others hide."""

import re
from pathlib import Path
from typing import Any

import pytest

from matcher import Options, match
from matcher.domain import Round
from matcher.explaining.applicants.applicants import Letters
from matcher.explaining.applicants.asks import SAME
from matcher.explaining.missing.openings import Held
from matcher.explaining.solves.base import base_of
from matcher.explaining.written import decisions_of
from matcher.regulation.columns import COLUMNS
from matcher.regulation.library import FOLDERS
from matcher.wording import catalogue_of

EXACT = Options(gap=0, seconds=60)
MARK = re.compile(r"zq[a-z]+\d*q")
PACK = """
id: zz
title: Made-up rules
about: Rules of a made-up country.
last_checked: 2026-01-01
sources:
  act: {title: Act on Gifts of Examplia, found_at: a made-up example}
  guide: {title: A made-up guide, found_at: a made-up example}
facts:
  is_charity:
    of: [organisation]
    type: truth
    meaning: The organisation stands in the register of charities.
    ask: The applicant; an extract of the register.
  teaches:
    of: [proposal]
    type: truth
    meaning: The work teaches - in a school or elsewhere.
    ask: Whoever reads the proposal.
  sworn:
    of: [organisation]
    type: truth
    meaning: The organisation has sworn zqmeaningq.
    ask: The applicant; the zqpaperq.
  listed:
    of: [donor, organisation]
    type: choice
    values: [clear, hit]
    meaning: What a search of the list has found.
    ask: Whoever screens.
    unless_stated: clear
  programme:
    of: [pool]
    type: choice
    values: [plain, secret]
    meaning: The programme of the pool.
    ask: The donor.
    unless_stated: plain
rules:
  - id: Z-CHARITY
    title: Charities
    text: Only charities may take a gift.
    jurisdiction: AQ
    applies_to: everybody
    effective: 2020-01-01
    severity: block
    outcomes:
      - when: not receiver.is_charity
        verdict: ineligible
        because: Only charities may take a gift
        cite:
          - {source: act, article: "4(1)", confidence: T}
          - {source: guide, confidence: S}
  - id: Z-TEACH
    title: Teaching
    text: Work that teaches is looked at.
    jurisdiction: AQ
    applies_to: everybody
    effective: 2020-01-01
    severity: review
    outcomes:
      - when: proposal.teaches
        verdict: needs_review
        because: Work that teaches is looked at by the Board of Schools.
        cite: {source: act, article: "9", confidence: T}
  - id: Z-LIST
    title: The list
    text: Nobody deals with who is on the list.
    jurisdiction: AQ
    applies_to: everybody
    effective: 2020-01-01
    severity: block
    outcomes:
      - when: >-
          giver.listed == hit and receiver.country == AQ or receiver.listed == hit
        verdict: ineligible
        because: A party is on the list.
        cite: {source: act, article: "12", confidence: T}
  - id: zqrule0q
    title: A programme
    text: What a programme asks.
    jurisdiction: AQ
    applies_to: a programme
    effective: 2020-01-01
    severity: block
    outcomes:
      - when: >-
          (pool.programme == secret or pool.min_grant >= 500 or grant.amount >= 90000)
          and not receiver.sworn
        verdict: ineligible
        because: This programme asks for zqoathq.
        cite: {source: act, confidence: T}
      - when: any(contributor.listed == hit) and not receiver.sworn
        verdict: ineligible
        because: Who feeds the pool is zqlistedq.
        cite: {source: act, confidence: T}
"""


@pytest.fixture(autouse=True)
def made_up_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "zz.yaml").write_text(PACK, encoding="utf-8")
    monkeypatch.setenv(FOLDERS, str(tmp_path))


def a_round(
    org: dict[str, str],
    proposal: dict[str, str] | None = None,
    pool: dict[str, Any] | None = None,
    donor: dict[str, Any] | None = None,
    **parts: Any,
) -> Round:
    """Give one pool and one proposal; facts of the organisation and the proposal as given."""
    base: dict[str, Any] = {
        "id": "made-up",
        "currency": "AZN",
        "decision_date": "2026-03-01",
        "rule_packs": ["zz"],
        "donors": [{"donor_id": "D", "name": "Fund", "kind": "foundation"} | (donor or {})],
        "pools": [
            {"pool_id": "P", "donor_id": "D", "name": "Gifts", "currency": "AZN",
             "budget": "5000", "min_grant": "1"} | (pool or {})
        ],
        "organisations": [{"org_id": "O", "name": "Union", "country": "AQ", "facts": org}],
        "proposals": [
            {"proposal_id": "B", "org_id": "O", "title": "Work", "currency": "AZN",
             "requested": "1200", "score": "80",
             "facts": {"teaches": "false"} if proposal is None else proposal}
        ],
    }  # fmt: skip
    return Round.model_validate(base | parts)


def letter(round_: Round, proposal_id: str = "B") -> tuple[str, str]:
    """Give a letter without what a search would add, and what the coordinator reads."""
    base = base_of(round_, dict(match(round_, EXACT).awards), EXACT, lambda _words: None)
    assert base is not None
    decision = decisions_of(base)[proposal_id]
    letters = Letters(base, Held.of(base.problem, base.eligibility))
    return " ".join(letters.of(decision, None)), decision["reason"]


CHARITY = {"is_charity": "true", "sworn": "true"}


def test_a_rule_that_bars_is_told_in_its_own_words_with_where_it_stands() -> None:
    told, reason = letter(a_round({"is_charity": "false"}))
    assert "Only charities may take a gift" in reason
    assert told.endswith(
        " Only charities may take a gift. (Rule Z-CHARITY: Act on Gifts of Examplia, Art. 4(1); "
        "A made-up guide.)"
    )


def test_a_missing_fact_is_asked_for_by_its_meaning_and_its_paper() -> None:
    told, reason = letter(a_round({}))
    assert "is_charity" in reason
    assert told.endswith(
        "Please tell the coordinator whether this is so of your organisation: The organisation "
        "stands in the register of charities. What shows it: an extract of the register."
    )


def test_a_fact_that_others_find_out_is_not_asked_of_the_applicant() -> None:
    told, reason = letter(a_round(CHARITY, {}))
    assert "teaches" in reason
    assert "Please" not in told
    assert "find out: The work teaches – in a school or elsewhere. There is nothing" in told


def test_what_a_person_decides_is_told_with_the_rule() -> None:
    told, _ = letter(a_round(CHARITY, {"teaches": "true"}))
    assert (
        "A person has to decide on this: Work that teaches is looked at by the Board of Schools. "
        "(Rule Z-TEACH: Act on Gifts of Examplia, Art. 9.)"
    ) in told


def test_being_on_a_list_is_told_to_the_one_who_is_on_it() -> None:
    told, reason = letter(a_round(CHARITY | {"listed": "hit"}))
    assert "A party is on the list." in reason
    assert "A party is on the list. (Rule Z-LIST:" in told


def test_what_is_wrong_with_a_donor_is_not_told_to_the_applicant() -> None:
    told, reason = letter(a_round(CHARITY, donor={"facts": {"listed": "hit"}}))
    assert "A party is on the list." in reason
    assert "list" not in told
    assert "The reasons lie with the donors or are confidential" in told


HIDING: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"visibility": "confidential"}, {}),
    ({"visibility": "name_withheld"}, {}),
    ({}, {"visibility": "name_withheld"}),
    ({}, {"visibility": "confidential"}),
    ({"min_grant": "500", "confidential_terms": "min_grant"}, {}),
    ({"max_grant": "2000", "confidential_terms": "max_grant"}, {}),
]


@pytest.mark.parametrize(("pool", "donor"), HIDING)
@pytest.mark.parametrize("sworn", [{"sworn": "false"}, {}])
def test_a_rule_or_fact_that_would_give_away_a_pool_is_not_told(
    pool: dict[str, Any], donor: dict[str, Any], sworn: dict[str, str]
) -> None:
    secret = pool | {"facts": {"programme": "secret"}}
    told, reason = letter(a_round({"is_charity": "true"} | sworn, pool=secret, donor=donor))
    assert "zqoathq" in reason or "sworn" in reason
    assert not MARK.findall(told)
    assert told.endswith(
        "the coordinator can tell you whether there is a way."
        if sworn
        else "The coordinator will tell you what is needed of you."
    )


@pytest.mark.parametrize("sworn", [{"sworn": "false"}, {}])
def test_the_same_is_told_where_the_pool_hides_nothing(sworn: dict[str, str]) -> None:
    secret = {"facts": {"programme": "secret"}}
    told, _ = letter(a_round({"is_charity": "true"} | sworn, pool=secret))
    assert MARK.findall(told)


def test_that_more_may_be_asked_is_said_where_a_letter_cannot_ask_for_all() -> None:
    secret = {"visibility": "confidential", "facts": {"programme": "secret"}}
    told, reason = letter(a_round({}, pool=secret))
    assert "is_charity" in reason
    assert "sworn" in reason
    assert told.endswith("The coordinator will tell you what is needed of you.")
    kept = {"min_grant": "500", "confidential_terms": "min_grant"}
    told, _ = letter(a_round({}, pool=kept))
    assert not MARK.findall(told)
    assert told.endswith(
        "What shows it: an extract of the register. The coordinator may ask you for more."
    )


@pytest.mark.parametrize("visibility", ["public", "name_withheld", "confidential"])
def test_a_rule_about_who_feeds_a_pool_is_told_only_where_all_of_them_are_public(
    visibility: str,
) -> None:
    parts: dict[str, Any] = {
        "donors": [
            {"donor_id": "D", "name": "Fund", "kind": "pooled_fund"},
            {"donor_id": "F", "name": "zqfeederq", "kind": "company", "visibility": visibility,
             "facts": {"listed": "hit"}},
        ],
        "contributors": [{"pool_id": "P", "donor_id": "F", "amount": "5000", "currency": "AZN"}],
    }  # fmt: skip
    told, reason = letter(a_round({"is_charity": "true", "sworn": "false"}, **parts))
    assert "zqlistedq" in reason
    assert "zqfeederq" not in told
    assert ("zqlistedq" in told) == (visibility == "public")


def test_a_partner_is_spoken_of_without_its_name() -> None:
    parts: dict[str, Any] = {
        "organisations": [
            {"org_id": "O", "name": "Union", "country": "AQ", "facts": CHARITY},
            {"org_id": "zqorg1q", "name": "zqname1q", "country": "AQ", "facts": {}},
        ],
        "partners": [
            {"proposal_id": "B", "org_id": "O", "role": "lead", "share": "0.5"},
            {"proposal_id": "B", "org_id": "zqorg1q", "role": "host", "share": "0.5"},
        ],
    }
    told, reason = letter(a_round({}, **parts))
    assert "zqorg1q" in reason
    assert not MARK.findall(told)
    assert "a partner in your proposal" in told


@pytest.mark.parametrize(
    ("pool", "donor", "payer"),
    [
        ({}, {}, "the pool “Gifts” (Fund)"),
        ({"visibility": "name_withheld"}, {}, "the pool P of the donor “Fund”"),
        ({"confidential_terms": "name"}, {}, "the pool P of the donor “Fund”"),
        ({}, {"visibility": "name_withheld"}, "a donor whose name is withheld"),
        ({"visibility": "confidential"}, {}, "a confidential donor"),
        ({}, {"visibility": "confidential"}, "a confidential donor"),
    ],
)
def test_who_pays_is_named_as_far_as_it_may_be(
    pool: dict[str, Any], donor: dict[str, Any], payer: str
) -> None:
    told, _ = letter(a_round(CHARITY, pool=pool, donor=donor))
    assert told == (
        f"Your proposal is funded in full, with 1,200 AZN. The money comes from {payer}."
    )


def test_money_that_is_only_promised_is_told_unless_the_pool_keeps_that_to_itself() -> None:
    pledged = {"certainty": "pledged"}
    told, _ = letter(a_round(CHARITY, pool=pledged))
    assert told.endswith("the donor has promised the money but not confirmed it yet.")
    for hiding in ({"confidential_terms": "certainty"}, {"condition": "zqconditionq"}):
        told, _ = letter(a_round(CHARITY, pool=pledged | hiding))
        assert told.endswith("The award is conditional: the coordinator will tell you on what.")


def test_an_award_that_waits_for_a_fact_asks_for_it() -> None:
    told, reason = letter(a_round({}, policy={"needs_review": "conditional"}))
    assert reason == "Funded in full by P."
    assert told.endswith(
        "The award holds only once what is still open about it is settled. Please tell the "
        "coordinator whether this is so of your organisation: The organisation stands in the "
        "register of charities. What shows it: an extract of the register."
    )


def test_every_column_that_a_rule_may_look_at_has_words() -> None:
    for subject in ("organisation", "proposal"):
        for column in COLUMNS[subject]:
            assert "_" not in catalogue_of().say(f"column-{subject}-{column}")
    assert all(column in COLUMNS[subject] for subject, column in SAME)
