"""What an exception costs is what brute force finds without its row, less what it finds with it."""

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from matcher.explaining.prices.exception_lifts import STATUSES
from matcher.explaining.prices.exception_words import told_exceptions
from matcher.explaining.prices.exceptions import Ledger, document, exceptions
from matcher.wording.catalogue import catalogue_of
from tests import oracle
from tests.properties.built import made_up_round
from tests.unit.test_price_of_rules import agrees, base_in, nobody, tiny_bases

Json = dict[str, Any]


def without_row(found: Json, at: int) -> Json:
    """Take what a row of pairs decides out of a document; its numbers stay."""
    changed = deepcopy(found)
    row = changed["pairs"][at]
    kept = {k: v for k, v in row.items() if k not in ("status", "amount", "reason")}
    if any(kept.get(name) not in (None, "") for name in ("score", "payer_preference")):
        changed["pairs"][at] = kept
    else:
        del changed["pairs"][at]
    return changed


def check_rounds(first: int, count: int) -> tuple[Counter[str], Counter[str]]:
    """Price the exceptions of so many tiny rounds; give how many of each kind, and which cost."""
    kinds: Counter[str] = Counter()
    moved: Counter[str] = Counter()
    for found, base in tiny_bases(first, count):
        ledger = exceptions(base, nobody)
        rows = found.get("pairs", [])
        assert all(catalogue_of().text(said) for said in told_exceptions(base, ledger))
        expected = [at for at, row in enumerate(rows) if row.get("status") in STATUSES]
        assert sorted(entry.row.at for entry in ledger.entries) == expected
        for entry in ledger.entries:
            assert entry.effect is not None
            changed = without_row(found, entry.row.at)
            agrees(entry.effect, base, changed)
            status = str(entry.row.term.status)
            kinds[status] += 1
            moved[status] += not entry.effect.nothing
            assert entry.row.opens == len(oracle.awardable(changed) - oracle.awardable(found))
            if entry.effect.changes < (Fraction(0),) * len(entry.effect.changes):
                assert entry.row.overrides
        if ledger.entries:
            for at in sorted(expected, reverse=True):
                found = without_row(found, at)
            assert ledger.together is not None
            agrees(ledger.together, base, found)
    return kinds, moved


def test_the_price_of_each_exception_is_what_brute_force_gains_without_its_row() -> None:
    kinds, moved = check_rounds(0, 40)
    assert set(kinds) == set(STATUSES)
    assert sum(moved.values()) > 3


@pytest.mark.slow
def test_the_price_of_each_exception_is_what_brute_force_gains_on_many_rounds() -> None:
    kinds, moved = check_rounds(1000, 500)
    assert set(kinds) == set(moved) == set(STATUSES)
    assert all(moved.values())


def a_round(pairs: list[Json], score: str = "40", **policy: str) -> Json:
    """Give a pool of 100 for A (score 50) and B (score 40), each asking for 80 or less."""
    return made_up_round(
        [{"pool_id": "P", "budget": "100"}],
        [
            {"proposal_id": "A", "org_id": "O1", "requested": "80", "minimum": "0", "score": "50"},
            {"proposal_id": "B", "org_id": "O2", "requested": "80", "minimum": "0", "score": score},
        ],
        policy=policy,
    ) | {"pairs": pairs}


def ledger_of(found: Json) -> tuple[Ledger, list[str]]:
    base = base_in(found)
    assert base is not None
    ledger = exceptions(base, nobody)
    words = catalogue_of()
    return ledger, [words.text(said) for said in told_exceptions(base, ledger)]


def test_a_pin_costs_what_its_money_would_earn_elsewhere_and_says_why_it_is_there() -> None:
    # B 50 and A 50: 4,500. Without the pin A 80 and B 20: 4,800.
    pin = {"pool_id": "P", "proposal_id": "B", "status": "pin", "amount": "50"}
    ledger, told = ledger_of(a_round([pin | {"reason": "Board minute 1"}]))
    assert ledger.entries[0].merit == 300
    assert told[0] == "One decision stands beside the rules."
    assert told[2] == (
        "The pin of proposal B to pool P costs 300 of score-weighted money: so much more the best "
        "plan would reach without it."
    )
    assert told[3] == "The reason given for the pin of proposal B to pool P: Board minute 1"
    assert document(ledger)["exceptions"][0]["costs"]["merit"] == "300"
    assert document(ledger)["exceptions"][0]["costs"]["merit_number"] == 300


def test_a_pin_below_the_threshold_brings_the_merit_that_the_rules_would_leave_out() -> None:
    # The threshold keeps B out: without the pin A alone, 4,000; with it A 80 and B 20, 4,800.
    pin = {"pool_id": "P", "proposal_id": "B", "status": "pin", "reason": "Board minute 1"}
    ledger, told = ledger_of(a_round([pin], score_threshold="45"))
    assert ledger.entries[0].row.overrides == ("score_threshold",)
    assert ledger.entries[0].merit == -800
    assert any("brings 800 of score-weighted money" in sentence for sentence in told)
    assert any("below the threshold" in sentence for sentence in told)


def test_a_ban_for_a_whole_donor_costs_what_its_pools_could_do_with_the_proposal() -> None:
    # A is barred at all pools of D: B alone, 3,200 of the 4,800.
    ban = {"donor_id": "D", "proposal_id": "A", "status": "forbid"}
    ledger, told = ledger_of(a_round([ban]))
    assert ledger.entries[0].merit == 1600
    assert ledger.entries[0].row.opens == 1
    assert (
        "No reason is given for the ban on money from all pools of donor D for proposal A." in told
    )
    assert "It keeps one pair of pool and proposal out that nothing else keeps out." in told


def test_of_two_rows_that_bar_the_same_pair_neither_costs_anything_alone() -> None:
    rows = [
        {"pool_id": "P", "proposal_id": "A", "status": "conflict", "reason": "Kin"},
        {"donor_id": "D", "proposal_id": "A", "status": "declined"},
    ]
    ledger, told = ledger_of(a_round(rows))
    assert [entry.merit for entry in ledger.entries] == [0, 0]
    assert ledger.together is not None
    assert ledger.together.merit == 1600
    assert any(sentence.startswith("It keeps nothing out") for sentence in told)


def test_a_round_without_exceptions_says_so() -> None:
    ledger, told = ledger_of(a_round([]))
    assert ledger == Ledger((), None)
    assert len(told) == 1


def test_many_rows_that_cost_nothing_are_settled_by_one_solve_together() -> None:
    # Twelve proposals fit in one pool whole; a second pool is barred to each of them.
    found = made_up_round(
        [{"pool_id": name, "budget": "120"} for name in ("P", "Q")],
        [
            {"proposal_id": f"A{n}", "org_id": f"O{n}", "requested": "10", "score": str(50 + n)}
            for n in range(12)
        ],
    )
    found["pairs"] = [
        {"pool_id": "Q", "proposal_id": f"A{n}", "status": "forbid"} for n in range(12)
    ]
    base = base_in(found)
    assert base is not None
    told: list[str] = []
    ledger = exceptions(base, told.append)
    assert {entry.effect.basis for entry in ledger.entries if entry.effect} == {"together"}
    assert all(entry.merit == 0 for entry in ledger.entries)
    assert len([words for words in told if words.startswith("solving")]) == 2


def test_when_time_is_up_exceptions_are_told_as_unknown() -> None:
    base = base_in(a_round([{"donor_id": "D", "proposal_id": "A", "status": "forbid"}]))
    assert base is not None
    late = replace(base, deadline=0.0)
    ledger = exceptions(late, nobody)
    assert ledger.unknown == 1
    told = [catalogue_of().text(said) for said in told_exceptions(late, ledger)]
    assert told[-1] == "For one decision it was not known in the time what it costs."


def test_a_pin_that_a_target_needs_is_said_to_leave_no_plan_without_it() -> None:
    # B is below the threshold, and a target asks that it be funded.
    pin = {"pool_id": "P", "proposal_id": "B", "status": "pin", "reason": "Board minute 1"}
    found = a_round([pin], score_threshold="45")
    need = {"id": "b", "where": {"proposal": ["B"]}, "min_count": "1", "strictness": "hard"}
    found["round"]["targets"] = [need]
    ledger, told = ledger_of(found)
    assert ledger.unknown == 0
    assert ledger.entries[0].merit is None
    assert (
        "Without the pin of proposal B to pool P no plan keeps every constraint of the round."
        in (told)
    )
    assert document(ledger)["exceptions"][0]["costs"] == {"basis": "impossible"}
