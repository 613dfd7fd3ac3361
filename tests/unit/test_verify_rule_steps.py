"""The checker: steps, the payment date and waivers (docs/reference/rule-packs.md). All made up."""

import pytest

from matcher.domain import Round
from matcher.verify.regulation import Judged
from tests.unit.checked_rounds import Cells
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
    judge,
    outcome,
    rule,
    stated,
    step,
    verdict,
)

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
    ways: list[tuple[Cells, Cells]] = [
        ({"links": ("subgrant",)}, {}),
        ({}, {"timing": "after_payment"}),
    ]
    for keys, late in ways:
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
