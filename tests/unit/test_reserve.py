"""The reserve list is what solving again without the withdrawn gives, and promises are kept."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from matcher import Options, match
from matcher.domain import Round
from matcher.explaining.reserve.reserve import Reserve, reserve_after, reserve_list
from matcher.explaining.reserve.rounds import promises_of, without
from matcher.explaining.reserve.words import document_of_list, sentences_of_reserve
from matcher.explaining.solves.base import Base, base_of
from matcher.explaining.solves.forcing import totals
from matcher.verify import levels_of, verify_awards

EXACT = Options(gap=0, seconds=60, workers=1)
SEEDS = range(5)
MERIT = ("L1", "L2")


def a_round(seed: int, **parts: Any) -> Round:
    """Give two pools and seven proposals that ask for about three times the money."""
    dice = Random(f"reserve {seed}")
    base: dict[str, Any] = {
        "id": "made-up",
        "currency": "AZN",
        "decision_date": "2026-03-01",
        "policy": {"grant_step": "10", "max_funders_per_proposal": "2"},
        "donors": [{"donor_id": "D", "name": "Made-up fund", "kind": "foundation"}],
        "pools": [
            {"pool_id": f"P{n}", "donor_id": "D", "name": f"Pool {n}", "currency": "AZN",
             "budget": str(dice.randint(6, 12) * 10)} | ({"sectors": "11230"} if n == 1 else {})
            for n in (1, 2)
        ],
        "organisations": [{"org_id": f"O{n}", "name": f"Union {n}"} for n in range(7)],
        "proposals": [
            {"proposal_id": f"B{n}", "org_id": f"O{n}", "title": f"Work {n}", "currency": "AZN",
             "requested": str(dice.randint(3, 9) * 10), "score": str(dice.randint(40, 90)),
             "sector": dice.choice(["11230", "12220"])} | dice.choice([{}, {"minimum": "20"}])
            for n in range(7)
        ],
    }  # fmt: skip
    return Round.model_validate(base | parts)


def quiet(_said: str) -> None:
    """Tell nothing."""


def based(round_: Round) -> Base:
    found = base_of(round_, dict(match(round_, EXACT).awards), EXACT, quiet)
    assert found is not None
    return found


def counted(round_: Round, awards: Mapping[tuple[str, str], int]) -> list[Any]:
    levels = levels_of(round_, awards)
    return [(level.level, level.key, level.value) for level in levels if level.level in MERIT]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_reserve_list_equals_a_run_of_the_round_with_the_withdrawn_removed(seed: int) -> None:
    round_ = a_round(seed)
    base = based(round_)
    for proposal_id in sorted(base.funded):
        found = reserve_after(base, [proposal_id], [], quiet)
        changed = rows_without(round_, proposal_id)
        run = match(changed, EXACT)
        assert found.ended == "plan"
        assert found.exact
        assert verify_awards(changed, found.awards).holds
        assert counted(changed, found.awards) == counted(changed, run.awards)
        merit = [level.value for level in run.levels if level.level == "L2"]
        assert sum(found.lost) == sum(base.worth.values) - sum(merit)
        assert {one.proposal_id for one in found.moved} == changed_totals(base, found)


def rows_without(round_: Round, proposal_id: str) -> Round:
    """Give the round without a proposal's row at all."""
    rows = tuple(row for row in round_.proposals if row.proposal_id != proposal_id)
    return round_.model_copy(update={"proposals": rows})


def changed_totals(base: Base, found: Reserve) -> set[str]:
    before, after = totals(base.awards), totals(found.awards)
    names = {*before, *after} - set(found.gone.proposals)
    return {name for name in names if before.get(name, 0) != after.get(name, 0)}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_pool_dropped_equals_a_run_of_the_round_without_it(seed: int) -> None:
    round_ = a_round(seed)
    base = based(round_)
    for pool in round_.pools:
        found = reserve_after(base, [], [pool.pool_id], quiet)
        rows = tuple(row for row in round_.pools if row.pool_id != pool.pool_id)
        changed = round_.model_copy(update={"pools": rows})
        assert counted(changed, found.awards) == counted(changed, match(changed, EXACT).awards)
        assert verify_awards(changed, found.awards).holds


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_promised_money_loses_any_by_the_withdrawals_of_others(seed: int) -> None:
    base = based(a_round(seed))
    promised = totals(base.given)
    found: Reserve | None = None
    gone: list[str] = []
    for _ in range(4):
        waiting = sorted(set(promised) - set(gone))
        if not waiting:
            break
        gone.append(waiting[0])
        found = reserve_after(base, [waiting[0]], [], quiet, True, found)
        got = totals(found.awards)
        assert all(got[name] >= units for name, units in promised.items() if name not in gone)
        assert not set(gone) & set(got)
        assert verify_awards(without(base.round, gone, []), found.awards).holds
        promised = got | {name: promised[name] for name in gone if name in promised}
    assert found is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_two_withdrawals_at_once_are_the_same_as_one_after_the_other(seed: int) -> None:
    base = based(a_round(seed))
    for keeping in (False, True):
        first, second, *_ = sorted(base.funded)
        at_once = reserve_after(base, [first, second], [], quiet, keeping)
        before = reserve_after(base, [first], [], quiet, keeping)
        after = reserve_after(base, [second], [], quiet, keeping, before)
        assert at_once == after


@pytest.mark.parametrize("seed", SEEDS)
def test_solving_once_more_after_an_entry_brings_nobody_in(seed: int) -> None:
    base = based(a_round(seed))
    for proposal_id in sorted(base.funded):
        found = reserve_after(base, [proposal_id], [], quiet, True)
        again = reserve_after(base, [], [], quiet, True, found)
        assert again.lost == found.lost
        assert again.order == found.order
        assert totals(again.awards) == totals(found.awards)


@pytest.mark.parametrize("seed", SEEDS)
def test_with_promises_kept_merit_is_never_above_that_of_the_open_re_solve(seed: int) -> None:
    base = based(a_round(seed))
    for proposal_id in sorted(base.funded):
        kept = reserve_after(base, [proposal_id], [], quiet, True)
        opened = reserve_after(base, [proposal_id], [], quiet)
        assert kept.lost >= opened.lost
        assert not kept.leaving
        assert not kept.less


def ranked_round(**parts: Any) -> Round:
    """Give one pool of 100 that pays A in full, with B, C and D waiting; A leaves room for two.

    A of 100 at 90 is best alone (9,000). Without it B (60 at 80) and C (40 at 70) make 7,600.
    """
    scores = {"A": ("100", "90"), "B": ("60", "80"), "C": ("40", "70"), "D": ("40", "60")}
    rows = [
        {"proposal_id": name, "org_id": "O", "title": f"Work {name}", "currency": "AZN",
         "requested": asked, "score": score}
        for name, (asked, score) in scores.items()
    ]  # fmt: skip
    pools = [{"pool_id": "P", "donor_id": "D", "name": "Pool", "currency": "AZN", "budget": "100"}]
    return a_round(1, pools=pools, proposals=rows, organisations=[{"org_id": "O", "name": "Union"}],
                   **parts)  # fmt: skip


def test_those_who_enter_together_do_so_in_the_order_of_the_ranked_list() -> None:
    base = based(ranked_round())
    found = reserve_after(base, ["A"], [], quiet, True)
    assert base.funded == {"A"}
    assert found.order == ("B", "C")
    assert sum(found.lost) == 9000 - 60 * 80 - 40 * 70
    next_ = reserve_after(base, ["C"], [], quiet, True, found)
    assert next_.order == ("B", "D")


def test_a_proposal_that_requires_the_withdrawn_loses_its_promise_with_it() -> None:
    round_ = ranked_round()
    rows = {row.proposal_id: row for row in round_.proposals}
    rows["A"] = rows["A"].model_copy(update={"requested": Decimal(60)})
    rows["C"] = rows["C"].model_copy(update={"requires": ("A",), "score": Decimal(95)})
    changed = round_.model_copy(update={"proposals": tuple(rows.values())})
    base = based(changed)
    assert base.funded == {"A", "C"}
    found = reserve_after(base, ["A"], [], quiet, True)
    assert [one.proposal_id for one in found.leaving] == ["C"]
    assert found.order == ("B", "D")


def test_those_whom_a_dropped_pool_was_to_pay_wait_again_and_the_others_keep_their_promise() -> (
    None
):
    base = based(a_round(2))
    for pool in ("P1", "P2"):
        found = reserve_after(base, [], [pool], quiet, True)
        promised = promises_of(base.round, base.given, [], [pool])
        got = totals(found.awards)
        assert all(got[name] >= units for name, units in promised.items())
        assert pool not in {payer for payer, _ in found.awards}


@pytest.mark.parametrize(("asked", "kept"), [("50", True), ("70", False)])
def test_who_requires_what_a_dropped_pool_was_to_pay_keeps_its_promise_where_that_can_be(
    asked: str, kept: bool
) -> None:
    # A can do with 40 of the 100 that P has; by itself it is worth more with 90 than B beside it.
    rows = {"A": ("90", "90", {"minimum": "40"}), "B": (asked, "60", {"requires": "A"})}
    round_ = a_round(
        1,
        pools=[
            {"pool_id": name, "donor_id": "D", "name": name, "currency": "AZN", "budget": budget}
            for name, budget in (("P", "100"), ("Q", "60"))
        ],
        proposals=[
            {"proposal_id": name, "org_id": "O", "title": name, "currency": "AZN",
             "requested": most, "score": score, **more}
            for name, (most, score, more) in rows.items()
        ],
        organisations=[{"org_id": "O", "name": "Union"}],
    )  # fmt: skip
    base = replace(based(round_), given={("P", "B"): int(asked) * 100, ("P", "A"): 3_000,
                                         ("Q", "A"): 6_000})  # fmt: skip
    found = reserve_after(base, [], ["Q"], quiet, True)
    assert totals(found.awards) == ({"A": 5_000, "B": 5_000} if kept else {"A": 9_000})
    assert [one.proposal_id for one in found.leaving] == ([] if kept else ["B"])


def test_a_floor_that_only_the_withdrawn_could_meet_leaves_no_plan() -> None:
    target = {"id": "first", "where": {"proposal": ["A"]}, "min_count": 1}
    base = based(ranked_round(targets=[target]))
    for keeping in (False, True):
        found = reserve_after(base, ["A"], [], quiet, keeping)
        assert found.ended == "impossible"
        assert found.awards == {}
        assert reserve_after(base, ["B"], [], quiet, keeping, found).ended == "impossible"


def test_a_pin_of_the_withdrawn_lapses() -> None:
    pin = {"pool_id": "P", "proposal_id": "A", "status": "pin", "reason": "the board said so"}
    base = based(ranked_round(pairs=[pin]))
    assert reserve_after(base, ["A"], [], quiet).order == ("B", "C")


def test_the_whole_list_has_an_answer_for_every_funded_proposal_and_every_pool() -> None:
    base = based(a_round(1))
    for keeping in (False, True):
        found = reserve_list(base, quiet, keeping)
        assert [one.gone.proposals for one in found.withdrawals] == [
            (name,) for name in sorted(base.funded)
        ]
        assert [one.gone.pools for one in found.drops] == [("P1",), ("P2",)]
        for one in (*found.withdrawals, *found.drops):
            alone = reserve_after(base, one.gone.proposals, one.gone.pools, quiet, keeping)
            assert one == alone


def test_the_list_may_leave_the_pools_out() -> None:
    base = based(a_round(1))
    whole, short = (reserve_list(base, quiet, with_pools=pools) for pools in (True, False))
    assert short == replace(whole, drops=())


def test_what_time_ran_out_for_is_told_as_unknown() -> None:
    base = based(a_round(1))
    late = replace(base, options=Options(gap=0, seconds=0), deadline=0.0)
    found = reserve_after(late, [min(base.funded)], [], quiet)
    assert found.ended == "unknown"


def test_an_id_that_is_not_in_the_round_is_refused() -> None:
    base = based(a_round(1))
    with pytest.raises(KeyError):
        reserve_after(base, ["nobody"], [], quiet)
    with pytest.raises(ValueError, match="of its kind"):
        reserve_after(base, [], [], quiet, True, reserve_after(base, [], [], quiet))


def told(base: Base, *gone: str, keeping: bool = True) -> list[str]:
    pools = [name for name in gone if name in base.round.pools_by_id]
    names = [name for name in gone if name not in pools]
    found = reserve_after(base, names, pools, quiet, keeping)
    return sentences_of_reserve(base.round, found)


def test_who_enters_is_told_with_the_payer_and_what_stays_unspent() -> None:
    base = based(ranked_round())
    assert told(base, "A") == [
        "If A withdraws, 2 proposals enter, in this order: B and C.",
        "B enters with 60 AZN from P.",
        "C enters with 40 AZN from P.",
        "It costs 1,400 of score-weighted money.",
    ]
    assert told(base, "A", "C") == [
        "If A and C withdraw, 2 proposals enter, in this order: B and D.",
        "B enters with 60 AZN from P.",
        "D enters with 40 AZN from P.",
        "It costs 1,800 of score-weighted money.",
    ]
    assert told(base, "A", "B") == [
        "If A and B withdraw, 2 proposals enter, in this order: C and D.",
        "C enters with 40 AZN from P.",
        "D enters with 40 AZN from P.",
        "20 AZN with P stays unspent.",
        "It costs 3,800 of score-weighted money.",
    ]
    assert told(base, "A", "B", "C") == [
        "If A, B and C withdraw, D enters with 40 AZN from P.",
        "60 AZN with P stays unspent.",
        "It costs 6,600 of score-weighted money.",
    ]


def test_a_pool_that_drops_out_is_told_with_who_leaves() -> None:
    base = based(ranked_round())
    assert told(base, "P") == [
        "If P drops out, nobody enters.",
        "One proposal leaves, with what it was to get: A (100 AZN).",
        "It costs 9,000 of score-weighted money.",
    ]
    assert told(base, "P", "B")[0] == "If B and P are gone, nobody enters."


def test_a_target_that_goes_with_its_pool_is_told_as_that_and_not_as_one_that_is_met_better() -> (
    None
):
    target = {"id": "own", "pool": "P", "where": {"proposal": ["A"]}, "min_amount": "200",
              "strictness": "soft", "priority": 1}  # fmt: skip
    base = based(ranked_round(targets=[target]))
    assert "The target own goes with its pool, and what it asked for is no longer counted." in told(
        base, "P"
    )
    document = document_of_list(base.round, reserve_list(base, quiet))
    assert [one["no_longer_counted"] for one in document["drops"]] == [["own"]]
    assert not any(one["no_longer_counted"] for one in document["withdrawals"])


def test_what_cannot_be_or_is_not_known_is_told_as_that() -> None:
    target = {"id": "first", "where": {"proposal": ["A"]}, "min_count": 1}
    base = based(ranked_round(targets=[target]))
    assert told(base, "A", keeping=False) == ["If A withdraws, no plan can keep every constraint."]
    assert told(base, "A") == [
        "If A withdraws, no plan can keep every constraint and what all others were promised."
    ]
    late = replace(base, deadline=0.0)
    assert told(late, "A") == ["Who enters if A withdraws was not settled in the time."]


def test_a_reserve_list_is_given_as_plain_values() -> None:
    base = based(ranked_round())
    document = document_of_list(base.round, reserve_list(base, quiet))
    assert json.loads(json.dumps(document)) == document
    (alone,) = document["withdrawals"]
    assert alone["enter"] == ["B", "C"]
    assert alone["paid"] == [
        {"pool_id": "P", "proposal_id": "B", "before": 0, "after": 6000},
        {"pool_id": "P", "proposal_id": "C", "before": 0, "after": 4000},
    ]
    assert [one["dropped"] for one in document["drops"]] == [["P"]]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_sentence_of_a_reserve_list_can_be_made(seed: int) -> None:
    base = based(a_round(seed))
    for keeping in (False, True):
        found = reserve_list(base, quiet, keeping)
        for one in (*found.withdrawals, *found.drops):
            assert all(text.endswith(".") for text in sentences_of_reserve(base.round, one))
