"""What a rule costs is what brute force finds without it, less what it finds with it."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from matcher import Options
from matcher.domain import Round
from matcher.domain.policy import BOUNDS
from matcher.explaining.prices.effect import Effect
from matcher.explaining.prices.of_rules import PriceOfRule, document, price_of_rules
from matcher.explaining.prices.rules import Rule
from matcher.explaining.prices.words import told_price, told_prices
from matcher.explaining.solves.base import Base, base_of
from matcher.verify import levels_of
from matcher.wording.catalogue import catalogue_of
from tests import oracle
from tests.properties.built import made_up_round, round_of

EXACT = Options(gap=0, seconds=60)
Json = dict[str, Any]
Levels = dict[tuple[str, int | None], Fraction]


def nobody(words: str) -> None:
    """Wait in silence."""


def base_in(found: Json, options: Options = EXACT) -> Base | None:
    return base_of(round_of(found), {}, options, nobody)


def tiny_bases(first: int, count: int) -> Iterator[tuple[Json, Base]]:
    """Give so many tiny rounds in which something may be awarded and a plan exists."""
    seed = first
    while count:
        found = oracle.random_round(Random(f"price {seed}").randint)
        seed += 1
        if oracle.awardable(found) and (base := base_in(found)) is not None:
            count -= 1
            yield found, base


def best(found: Json) -> Levels:
    """Give the levels of the best plan by brute force, turned so that more is better."""
    levels = oracle.solve(found).levels
    return {
        (level, key): -value if level == "L1" else value
        for level, key, value in levels
        if level in ("L1", "L2")
    }


def agrees(effect: Effect, base: Base, changed: Json) -> None:
    """Compare an effect, level by level, with brute force on both rounds."""
    assert effect.exact
    if effect.impossible:
        assert not oracle.solve(changed).feasible
        return
    without, before = best(changed), dict(zip(base.worth.levels, base.worth.values, strict=True))
    anew: Levels = {
        (one.level, one.key): -one.value for one in levels_of(round_of(changed), base.awards)
    }
    before |= {key: anew[key] for key in effect.remeasured}
    assert {(one.level, one.key) for one in effect.movements} == without.keys()
    for one in effect.movements:
        key = one.level, one.key
        assert one.change == one.low == one.high == without[key] - before[key]
    assert set(effect.gone) == before.keys() - without.keys()


def without_rule(found: Json, rule: Rule) -> Json:
    """Take a rule out of a document: a way of its own, by columns."""
    changed = deepcopy(found)
    if rule.kind == "policy":
        del changed["round"]["policy"][rule.name]
    elif rule.kind == "target":
        targets = changed["round"]["targets"]
        target = next(one for one in targets if one["id"] == rule.of)
        del target[rule.name]
        if not target.keys() & set(BOUNDS):
            targets.remove(target)
    else:
        rows = changed[f"{rule.kind}s"]
        del next(row for row in rows if row[f"{rule.kind}_id"] == rule.of)[rule.name]
    return changed


def priced(found: Json, options: Options = EXACT) -> tuple[Base, dict[str, PriceOfRule]]:
    base = base_in(found, options)
    assert base is not None
    prices = price_of_rules(base, nobody)
    return base, {f"{price.rule.of} {price.rule.name}".strip(): price for price in prices}


def check_rounds(first: int, count: int) -> tuple[int, int]:
    """Price the rules of so many tiny rounds; give how many there were, and how many cost."""
    rules = costly = 0
    for found, base in tiny_bases(first, count):
        prices = price_of_rules(base, nobody)
        assert all(catalogue_of().text(said).endswith(".") for said in told_prices(base, prices))
        for price in prices:
            assert price.effect is not None
            agrees(price.effect, base, without_rule(found, price.rule))
            rules += 1
            costly += not price.effect.nothing
    return rules, costly


def test_the_price_of_each_rule_is_what_brute_force_gains_without_it() -> None:
    rules, costly = check_rounds(0, 25)
    assert rules > 100
    assert costly > 10


@pytest.mark.slow
def test_the_price_of_each_rule_is_what_brute_force_gains_without_it_on_many_rounds() -> None:
    rules, costly = check_rounds(1000, 400)
    assert rules > 1600
    assert costly > 160


def two_needs(**round_: Any) -> Json:
    """Give a pool of 100 for A (80, score 50) and B (80, score 40), both divisible.

    Without any rule A gets 80 and B 20: merit 80 · 50 + 20 · 40 = 4,800.
    """
    return made_up_round(
        [{"pool_id": "P", "budget": "100"}],
        [
            {"proposal_id": "A", "org_id": "O1", "requested": "80", "minimum": "0", "score": "50"},
            {"proposal_id": "B", "org_id": "O2", "requested": "80", "minimum": "0", "score": "40"},
        ],
        **round_,
    )


def test_a_hard_floor_costs_the_merit_that_its_money_would_earn_elsewhere() -> None:
    # B must get 50: A 50 and B 50 are worth 4,500, so the floor costs 300.
    floor = {"id": "b", "where": {"proposal": ["B"]}, "min_amount": "50", "strictness": "hard"}
    _, prices = priced(two_needs(targets=[floor]))
    assert prices["b min_amount"].merit == 300


def test_a_soft_target_costs_merit_and_its_own_shortfall_is_no_longer_counted() -> None:
    # As above, but soft: the plan is the same, for a shortfall of 0.
    soft = {"id": "b", "where": {"proposal": ["B"]}, "min_amount": "50", "strictness": "soft"}
    _, prices = priced(two_needs(targets=[soft]))
    price = prices["b min_amount"]
    assert price.merit == 300
    assert price.effect is not None
    assert price.effect.gone == (("L1", 1),)


def test_without_one_soft_target_another_is_missed_less_before_merit_is_looked_at() -> None:
    # A is to get 80 and B 80 of the 100, alike in priority: 60 of them are missed whatever is done,
    # a shortfall of 0.75. Without the one for A all goes to B first: 80 · 40 + 20 · 50 = 4,200,
    # against the 4,800 of A 80 and B 20. What stays is B's shortfall: 0.75 by the plan at hand.
    targets = [
        {
            "id": name.lower(),
            "where": {"proposal": [name]},
            "min_amount": "80",
            "strictness": "soft",
        }
        for name in "AB"
    ]
    _, prices = priced(two_needs(targets=targets))
    price = prices["a min_amount"]
    assert price.effect is not None
    assert price.effect.remeasured == (("L1", 1),)
    assert price.effect.changes == (Fraction(3, 4), Fraction(-600))
    assert prices["b min_amount"].effect is not None
    assert prices["b min_amount"].effect.nothing


def test_two_rules_that_keep_the_same_plan_out_cost_nothing_alone() -> None:
    # B may get 10 only by either cap: lifting one leaves the other.
    caps = [
        {"id": name, "where": {"proposal": ["B"]}, "max_amount": "10", "strictness": "hard"}
        for name in ("one", "two")
    ]
    _, prices = priced(two_needs(targets=caps))
    assert [prices[f"{name} max_amount"].merit for name in ("one", "two")] == [0, 0]


def test_a_row_with_room_can_cost_merit_where_grants_are_whole() -> None:
    # A (60, score 50) and B (50, score 70), all or nothing, and a cap of 70 on both: B alone is
    # best, 3,500, and leaves the cap 20 to spare. Without the cap: 3,500 + 3,000.
    found = made_up_round(
        [{"pool_id": "P", "budget": "200"}],
        [
            {"proposal_id": "A", "org_id": "O1", "requested": "60", "score": "50"},
            {"proposal_id": "B", "org_id": "O2", "requested": "50", "score": "70"},
        ],
        targets=[{"id": "all", "max_amount": "70", "strictness": "hard"}],
    )
    _, prices = priced(found)
    assert prices["all max_amount"].merit == 3000


def test_a_limit_that_the_model_lacks_is_proven_free_without_a_solve() -> None:
    _, prices = priced(two_needs(policy={"max_amount_per_organisation": "500"}))
    price = prices["max_amount_per_organisation"]
    assert price.effect is not None
    assert price.effect.basis == "same"
    assert price.effect.exact
    assert price.merit == 0


def test_when_time_is_up_prices_are_told_as_unknown() -> None:
    base = base_in(two_needs(policy={"max_amount_per_organisation": "60"}))
    assert base is not None
    late = replace(base, deadline=0.0)
    (price,) = price_of_rules(late, nobody)
    assert price.effect is None
    words = catalogue_of()
    told = [words.text(said) for said in told_price(late, price)]
    assert told == [
        "It was not known in the time what the policy's limit of 60 AZN on what one organisation "
        "gets costs."
    ]


def test_with_a_gap_a_price_lies_between_what_the_bounds_allow() -> None:
    wide = Options(gap=0.05, seconds=60)
    for seed in range(8):
        found = oracle.random_round(Random(f"gap {seed}").randint)
        base = base_in(found, wide) if oracle.awardable(found) else None
        if base is None:
            continue
        for price in price_of_rules(base, nobody):
            assert price.effect is not None
            first = price.effect.movements[0]
            true = best(without_rule(found, price.rule))
            key = first.level, first.key
            if not price.effect.remeasured and not price.effect.gone:
                assert first.low <= true[key] - best(found)[key] <= first.high


def test_the_prices_are_told_in_whole_sentences_the_dearest_first() -> None:
    targets = [
        {"id": "b", "where": {"proposal": ["B"]}, "min_amount": "50", "strictness": "hard"},
        {"id": "a", "where": {"proposal": ["A"]}, "min_count": "1", "strictness": "hard"},
    ]
    base = base_in(two_needs(targets=targets))
    assert base is not None
    prices = price_of_rules(base, nobody)
    words = catalogue_of()
    told = [words.text(said) for said in told_prices(base, prices)]
    assert told[0] == (
        "The target b (at least 50 AZN) costs 300 of score-weighted money: so much more the best "
        "plan would reach without it."
    )
    assert (
        "Nothing would be gained without any of these alone: the target a (at least one project)."
        in told[1]
    )
    assert document(prices)[0]["costs"]["merit"] == "300"
    assert document(prices)[0]["costs"]["merit_number"] == 300


def test_the_same_round_gives_the_same_prices_in_the_same_order() -> None:
    found, base = next(tiny_bases(50, 1))
    other = base_in(found)
    assert other is not None
    assert price_of_rules(base, nobody) == price_of_rules(other, nobody)
    assert isinstance(base.round, Round)
