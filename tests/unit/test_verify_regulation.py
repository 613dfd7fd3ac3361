"""The checker: from rules to a verdict (docs/reference/rule-packs.md). All rules are made up."""

import gc
from typing import Any

import pytest
from checked_rounds import PA, Cells, broken, only
from checked_rules import (
    ANY,
    ASK,
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

from matcher.domain import Round
from matcher.verify import regulation, verify_awards
from matcher.verify.regulation import Judged, judged

# The chain

CHAIN: dict[str, Any] = {
    "donors": [
        {"donor_id": "D", "name": "Made-up holding", "kind": "bank"},
        {"donor_id": "E", "name": "Made-up embassy", "kind": "embassy"},
        {"donor_id": "F", "name": "Made-up company", "kind": "company"},
    ],
    "contributors": [
        {"pool_id": "P", "donor_id": donor, "amount": "1", "currency": "AZN"} for donor in "EF"
    ],
    "partners": [
        {"proposal_id": "A", "org_id": "Q", "role": "partner"},
        {"proposal_id": "A", "org_id": "R", "role": "host"},
        {"proposal_id": "A", "org_id": "Q", "role": "host"},
    ],
}


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
    asked = {"steps": ("file",)} if said == STEPS else {}
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


# The plan


def plan_of(*rules: Cells, round_: Round | None = None) -> int:
    return days(judge(round_ or a_round(**CHAIN), *rules))


def test_steps_run_side_by_side_unless_one_comes_after_the_other() -> None:
    assert plan_of(asking("XA-01", step("file", 5), step("sign", 8))) == 8
    assert plan_of(asking("XA-01", step("file", 5), step("sign", 8, after=("file",)))) == 13
    other = asking("XA-02", step("pay-fee", 4, after=("XA-01/sign",)))
    assert plan_of(asking("XA-01", step("file", 5), step("sign", 8)), other) == 12


def test_planned_days_count_not_the_least_nor_the_most() -> None:
    spread = {"minimum": {"days": 1}, "planned": {"days": 4}, "p90": {"days": 90}}
    assert plan_of(asking("XA-01", step("file", 0, days=spread))) == 4


def test_a_step_that_is_not_asked_for_passes_on_its_waiting_through_any_number() -> None:
    first = asking("XA-01", step("file", 5))
    idle = asking("XA-02", step("stamp", 50, after=("XA-01/file",)), when="false")
    idle_too = asking("XA-03", step("seal", 50, after=("XA-02/stamp",)), when="false")
    last = asking("XA-04", step("pay-fee", 4, after=("XA-03/seal",)))
    assert plan_of(first, idle, idle_too, last) == 9
    ended = idle_too | {"ends": "2021-01-01"}
    assert plan_of(first, idle, ended, last) == 9
    assert plan_of(last) == 4


def test_steps_of_contributions_are_done_once_and_before_those_of_the_grant() -> None:
    # Both contributors ask for the same step: 5 days once, then the grant's 8.
    file = asking("XA-01", step("file", 5), links=("contribution",))
    assert plan_of(file) == 5
    found = judge(a_round(**CHAIN), file, asking("XA-02", step("sign", 8)))
    assert days(found) == 13
    assert found.steps == {("XA-01", "file", "contribution"), ("XA-02", "sign", "grant")}
    both = asking("XA-01", step("file", 5), links=("contribution", "grant", "subgrant"))
    found = judge(a_round(**CHAIN), both)
    assert days(found) == 10
    assert {link for _, _, link in found.steps} == {"contribution", "grant", "subgrant"}


def test_steps_of_subgrants_and_after_payment_delay_nothing_but_are_steps() -> None:
    for keys, late in (({"links": ("subgrant",)}, {}), ({}, {"timing": "after_payment"})):
        report = asking("XA-01", step("report", 30, **late), **keys)
        found = judge(a_round(**CHAIN), report)
        assert (found.verdict, days(found), len(found.steps)) == (STEPS, 0, 1)
    # What waits for a step after payment waits only for what that one waits for.
    chain = asking(
        "XA-01",
        step("file", 5),
        step("report", 30, after=("file",), timing="after_payment"),
        step("sign", 8, after=("report",)),
    )
    assert plan_of(chain) == 13


# The payment date


def test_on_the_planned_payment_date_rules_and_facts_of_that_day_are_judged_too() -> None:
    # Ten days from 1 March: 11 March.
    wait = asking("XA-01", step("wait", 10))
    for day, said in (("2026-03-11", OUT), ("2026-03-12", STEPS)):
        coming = rule("XA-02", outcome("true"), effective=day)
        assert verdict(a_round(), wait, coming) == said
        rows = [stated("O", "is_charity", "yes", valid_from=day)]
        wide = a_round({"facts": {"is_charity": "no"}}, facts=rows)
        assert verdict(wide, wait, rule("XA-02", outcome("receiver.is_charity"))) == said
    gone = rule("XA-02", outcome("true"), ends="2026-03-01")
    assert verdict(a_round(), wait, gone) == OUT
    assert verdict(a_round(), wait, rule("XA-02", outcome('today > "2026-03-10"', ASK))) == ASK


def test_steps_of_both_days_are_united_and_planned_once_more() -> None:
    wait = asking("XA-01", step("wait", 10))
    # The stamp is asked for on 11 March alone. The seal would be from 12 March: no day judges it.
    later = asking("XA-02", step("stamp", 7, after=("XA-01/wait",)), effective="2026-03-11")
    unheard = asking("XA-03", step("seal", 40), effective="2026-03-12")
    found = judge(a_round(), wait, later, unheard)
    assert days(found) == 17
    assert {name for _, name, _ in found.steps} == {"wait", "stamp"}
    gone = asking("XA-01", step("wait", 10), ends="2026-03-05")
    assert days(judge(a_round(), gone, asking("XA-02", step("file", 3)))) == 10


@pytest.mark.parametrize("later", [4, 25])
def test_a_step_that_both_days_ask_for_takes_the_days_that_the_later_one_gives_it(
    later: int,
) -> None:
    old = asking("XA-01", step("wait", 10), ends="2026-03-05")
    new = asking("XA-01", step("wait", later), effective="2026-03-06")
    found = judge(a_round(), old, new)
    assert (days(found), len(found.steps)) == (later, 1)


# Waivers and determinations


def waived(value: str, fact: str = "waiver", **cells: str) -> dict[str, str]:
    proof = {"source": "made-up letter", "checked_by": "a made-up board"}
    return stated("P:A", fact, value, **(proof | cells))


@pytest.mark.parametrize("fact", ["waiver", "determination"])
def test_a_waived_rule_or_step_is_left_out_for_its_pair(fact: str) -> None:
    bar, ask = rule("XA-01", outcome("true")), asking("XA-02", step("file", 5), step("sign", 8))
    both = [waived("XA-01", fact), waived("XA-02/sign", fact)]
    found = judge(a_round(facts=both), bar, ask)
    assert (found.verdict, days(found)) == (STEPS, 5)
    assert found.steps == {("XA-02", "file", "grant")}
    assert verdict(a_round(facts=both[1:]), bar, ask) == OUT
    other = a_round(facts=[waived("XA-01", fact) | {"subject": "A"}])
    assert verdict(other, bar) == OUT


def test_a_waiver_of_every_step_leaves_nothing_to_do() -> None:
    round_ = a_round(facts=[waived("XA-01/file")])
    assert judge(round_, asking("XA-01", step("file", 5))) == Judged(ANY, DECIDED, frozenset(), ())


def test_a_waived_step_passes_on_its_waiting() -> None:
    chain = asking(
        "XA-01",
        step("file", 5),
        step("stamp", 9, after=("file",)),
        step("sign", 8, after=("stamp",)),
    )
    assert days(judge(a_round(facts=[waived("XA-01/stamp")]), chain)) == 13


def test_a_waiver_holds_on_each_of_the_two_days_that_lies_in_its_window() -> None:
    wait, bar = asking("XA-01", step("wait", 10)), rule("XA-02", outcome("true"))

    def said(**window: str) -> str:
        return verdict(a_round(facts=[waived("XA-02", **window)]), wait, bar)

    assert said() == said(valid_to="2026-03-11") == said(valid_from="2026-03-01") == STEPS
    assert said(valid_to="2026-03-10") == said(valid_from="2026-03-02") == OUT
    # Waived on 1 March alone, the wait is asked for on 4 March, and counts from 1 March.
    first = a_round(facts=[waived("XA-01/wait", valid_to="2026-03-01")])
    assert days(judge(first, wait, asking("XA-03", step("stamp", 3)))) == 10


@pytest.mark.parametrize("lacking", ["source", "checked_by"])
def test_a_waiver_that_nobody_vouches_for_counts_for_nothing(lacking: str) -> None:
    row = {name: cell for name, cell in waived("XA-01").items() if name != lacking}
    assert verdict(a_round(facts=[row]), rule("XA-01", outcome("true"))) == OUT


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
