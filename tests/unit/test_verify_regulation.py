"""The checker: from rules to a verdict (docs/reference/rule-packs.md). All rules are made up."""

import gc

import pytest

from matcher.verify import regulation, verify_awards
from matcher.verify.regulation import Judged, judged
from tests.unit.checked_rounds import PA, Cells, broken, only
from tests.unit.checked_rules import (
    ANY,
    ASK,
    CHAIN,
    DECIDED,
    OUT,
    STEPS,
    a_round,
    asking,
    days,
    holds,
    judge,
    outcome,
    pack,
    rule,
    stated,
    step,
    verdict,
)

# The chain


@pytest.mark.parametrize(
    ("link", "when", "truth"),
    [
        ("contribution", "giver.kind == embassy and receiver.kind == bank", True),
        ("contribution", "giver.kind == company and donor.kind == bank", True),
        ("contribution", "giver.kind == bank", False),
        ("contribution", "pool.budget == 100", True),
        ("grant", "giver.kind == bank and receiver.kind == foundation", True),
        ("grant", "receiver.kind in [media, initiative_group]", False),
        ("grant", "organisation.kind == media and proposal.requested == 50", True),
        ("subgrant", "giver.kind == foundation and receiver.kind == foundation", True),
        ("subgrant", "organisation.kind == media and donor.kind == bank", True),
        ("grant", "any(contributor.kind == embassy) and any(contributor.kind == company)", True),
        ("grant", "all(contributor.kind in [embassy, company])", True),
        ("grant", "all(contributor.kind == embassy)", False),
        ("grant", "any(partner.kind == initiative_group)", False),
        ("grant", "all(partner.kind == foundation)", True),
        ("subgrant", "any(contributor.kind == embassy)", True),
        ("grant", "any(contributor.is_noted)", None),
        ("grant", "all(contributor.is_noted or contributor.kind == embassy)", None),
        ("grant", "any(contributor.is_noted or contributor.kind == embassy)", True),
    ],
)
def test_each_link_of_the_chain_has_its_giver_and_receiver(
    link: str, when: str, truth: bool | None
) -> None:
    assert holds(a_round(**CHAIN), when, links=(link,)) is truth


def test_without_contributors_and_partners_there_are_no_such_links() -> None:
    assert holds(a_round(), "true", links=("contribution",)) is False
    assert holds(a_round(), "true", links=("subgrant",)) is False
    assert holds(a_round(), "any(contributor.is_noted) or any(partner.is_noted)") is False
    assert holds(a_round(), "all(contributor.is_noted) and all(partner.is_noted)") is True


def test_without_a_host_the_organisation_receives_the_grant() -> None:
    assert holds(a_round(), "receiver.kind == media") is True


def test_a_rule_holds_where_it_holds_for_any_of_its_links() -> None:
    links = ("contribution", "grant", "subgrant")
    round_ = a_round(**CHAIN)
    assert holds(round_, "giver.kind == company", links=links) is True
    assert holds(round_, "receiver.kind == foundation", links=("grant", "subgrant")) is True
    assert holds(round_, "giver.kind == state_body", links=links) is False
    # Of the embassy nothing is known; of the company it holds.
    noted = a_round(**CHAIN, facts=[stated("F", "is_noted", "yes")])
    assert holds(noted, "giver.is_noted", links=("contribution",)) is True
    assert holds(round_, "giver.is_noted", links=("contribution",)) is None


# From rules to a verdict


def test_without_packs_a_pair_is_eligible_and_payable_on_the_decision_date() -> None:
    round_ = a_round()
    found = judged(round_, round_.pools[0], round_.proposals[0])
    assert found == Judged(ANY, DECIDED, frozenset(), ())


def test_what_was_judged_of_a_round_goes_with_the_round() -> None:
    round_ = a_round()
    judged(round_, round_.pools[0], round_.proposals[0])
    before = len(regulation._LAWS)
    del round_
    gc.collect()
    assert len(regulation._LAWS) < before


def test_the_strictest_outcome_counts_and_every_reason_is_named() -> None:
    round_ = a_round({"facts": {"is_charity": "no"}})
    file = asking("XA-01", step("file", 5))
    look = rule("XA-02", outcome("not receiver.is_charity", ASK))
    bar = rule("XA-03", outcome("receiver.is_charity"), outcome("not receiver.is_charity"))
    assert verdict(round_, file) == STEPS
    assert verdict(round_, file, look) == ASK
    found = judge(round_, look, bar, file)
    assert found.verdict == OUT
    assert found.steps == {("XA-01", "file", "grant")}
    assert found.reasons == (f"XA-01 {STEPS}", f"XA-02 {ASK}", f"XA-03 {OUT}")


@pytest.mark.parametrize("said", [OUT, ASK, STEPS])
def test_an_unknown_outcome_asks_for_review_and_names_the_facts_that_would_decide(
    said: str,
) -> None:
    when = "receiver.is_charity and (receiver.is_noted or receiver.seats > 3 or receiver.is_heard)"
    outcomes = (outcome(when, said, steps=("file",)),)
    round_ = a_round({"facts": {"is_charity": "yes", "is_heard": "no"}})
    found = judge(round_, rule("XA-01", *outcomes, steps=[step("file", 9)]))
    assert (found.verdict, days(found), found.steps) == (ASK, 0, frozenset())
    assert found.reasons == ("XA-01 unknown", "O is_noted", "O seats")


@pytest.mark.parametrize("when", ["true", "receiver.is_noted"])
def test_an_information_changes_nothing_whether_it_holds_or_is_unknown(when: str) -> None:
    assert judge(a_round(), rule("XA-01", outcome(when, ANY))) == Judged(
        ANY, DECIDED, frozenset(), ()
    )


DOUBT: list[tuple[Cells, Cells]] = [
    ({"confidence": "M"}, {}),
    ({}, {"effective": "unknown"}),
    ({"cite": [{"source": "act", "confidence": grade} for grade in "TMS"]}, {}),
]


@pytest.mark.parametrize(("doubt", "date_"), DOUBT)
@pytest.mark.parametrize("said", [OUT, ASK, STEPS])
def test_what_is_not_verified_or_not_dated_asks_for_review_at_most(
    doubt: Cells, date_: Cells, said: str
) -> None:
    asked: Cells = {"steps": ("file",)} if said == STEPS else {}
    doubtful = rule(
        "XA-01", outcome("true", said, **doubt, **asked), steps=[step("file", 9)], **date_
    )
    found = judge(a_round(), doubtful)
    # Its steps delay nothing: by the days they take it would bar a pair after all.
    assert (found.verdict, found.steps, days(found)) == (ASK, frozenset(), 0)
    informs = rule("XA-01", outcome("true", ANY, **doubt), **date_)
    assert verdict(a_round(), informs) == ANY


def test_a_rule_holds_from_the_day_it_takes_effect_to_the_day_it_ends() -> None:
    for window, said in (
        ({"effective": "2026-03-01"}, OUT),
        ({"effective": "2026-03-02"}, ANY),
        ({"ends": "2026-03-01"}, OUT),
        ({"ends": "2026-02-28"}, ANY),
        ({"effective": "unknown", "ends": "2026-02-28"}, ANY),
    ):
        assert verdict(a_round(), rule("XA-01", outcome("true"), **window)) == said


# Awards


def enact(monkeypatch: pytest.MonkeyPatch, *rules: Cells) -> None:
    packs = (pack(rules),)
    monkeypatch.setattr(regulation, "packs_of", lambda round_: packs)


BAR = rule("XA-01", outcome("not receiver.is_charity"))
PIN = {"pool_id": "P", "proposal_id": "A", "status": "pin", "reason": "Board."}


def test_c7_regulation_bars_an_award_and_no_pin_lifts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    enact(monkeypatch, BAR)
    for pairs in ([], [PIN]):
        round_ = a_round({"facts": {"is_charity": "no"}}, pairs=pairs)
        found = verify_awards(round_, {PA: 1000})
        assert found.verdicts == {PA: OUT}
        assert only(found).message == (
            "Pool P may not award 10.00 AZN to proposal A: regulation bars it (XA-01 ineligible)."
        )
    assert broken(a_round({"facts": {"is_charity": "yes"}}), {PA: 1000}) == []


def test_c7_a_pair_in_question_is_held_unless_pinned_or_conditional(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enact(monkeypatch, BAR)
    assert only(verify_awards(a_round(), {PA: 1000})).message == (
        "Pool P may not award 10.00 AZN to proposal A: it needs a review "
        "(XA-01 unknown, O is_charity) and such pairs are held."
    )
    assert broken(a_round(pairs=[PIN]), {PA: 1000}) == []
    found = verify_awards(a_round(policy={"needs_review": "conditional"}), {PA: 1000})
    assert found.holds
    assert found.conditional == {PA}


def test_an_award_with_steps_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    enact(monkeypatch, asking("XA-01", step("file", 5)))
    found = verify_awards(a_round(), {PA: 1000})
    assert found.holds
    assert found.verdicts == {PA: STEPS}


def test_c7_the_earliest_payment_is_not_after_pay_by(monkeypatch: pytest.MonkeyPatch) -> None:
    enact(monkeypatch, asking("XA-01", step("file", 5)))
    assert broken(a_round(fund={"pay_by": "2026-03-06"}), {PA: 1000}) == []
    late = {"pay_by": "2026-03-05"}
    violation = only(verify_awards(a_round(fund=late), {PA: 1000}))
    assert violation.message.endswith("the terms do not cover it (pay_by).")
    assert broken(a_round(fund=late, pairs=[PIN]), {PA: 1000}) == []


@pytest.mark.parametrize(
    ("starts", "said"), [("2026-03-06", STEPS), ("2026-03-05", OUT), (None, ASK)]
)
def test_c7_under_a_strict_start_the_steps_are_done_before_the_work_begins(
    monkeypatch: pytest.MonkeyPatch, starts: str | None, said: str
) -> None:
    enact(monkeypatch, asking("XA-01", step("file", 5)))
    work = {} if starts is None else {"starts": starts}
    strict = a_round(work=work, policy={"start_policy": "strict"})
    found = verify_awards(strict, {PA: 1000})
    assert found.verdicts == {PA: said}
    assert found.holds == (said == STEPS)
    assert broken(a_round(work=work), {PA: 1000}) == []
