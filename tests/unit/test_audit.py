"""The audit of a result: order against all plans of tiny rounds, and words. All is made up."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from matcher import Options, match
from matcher.explaining.audit import order as audit_order
from matcher.explaining.audit.audit import audit
from matcher.explaining.audit.document import document_of_audit
from matcher.explaining.audit.order import Correcting, Order, out_of_order
from matcher.explaining.audit.words import said_of_order, sentences_of_audit
from matcher.explaining.solves.base import Base, base_of
from matcher.wording.catalogue import catalogue_of
from tests import oracle
from tests.oracle import Level
from tests.properties.built import made_up_round, round_of

EXACT = Options(gap=0, seconds=60, workers=1)
Document = dict[str, Any]


def silent(_words: str) -> None:
    """Hear what is being done, and do nothing."""


def base_in(document: Document) -> Base | None:
    """Give the base of a document's best plan, None where it has none."""
    round_ = round_of(document)
    run = match(round_, EXACT)
    return base_of(round_, dict(run.awards), EXACT, silent) if run.figures else None


def counted(levels: list[Level]) -> list[Fraction]:
    """Give L1 and L2, turned so that more is better."""
    sign = {"L1": -1, "L2": 1}
    return [sign[level] * value for level, _, value in levels if level in sign]


def cost_by_all_plans(document: Document, proposal: str) -> list[Fraction] | None:
    """Give what the best of all plans loses where a proposal gets its request; None if none can."""
    request = oracle.read(document).proposals[proposal].request
    best, paid = None, None
    for awards in oracle.feasible_awards(document):
        reached = counted(oracle.objective(document, awards))
        best = reached if best is None else max(best, reached)
        if sum(units for (_, j), units in awards.items() if j == proposal) == request:
            paid = reached if paid is None else max(paid, reached)
    if best is None or paid is None:
        return None
    return [first - second for first, second in zip(best, paid, strict=True)]


def with_places(numbers: range) -> Iterator[tuple[Document, Base, Order]]:
    """Give rounds whose best plan is out of order somewhere."""
    for number in numbers:
        document = oracle.random_round(Random(f"order {number}"))
        base = base_in(document)
        if base is not None and (found := out_of_order(base, silent)).places:
            yield document, base, found


def costs_agree(numbers: range) -> Counter[str]:
    seen: Counter[str] = Counter()
    for document, _, found in with_places(numbers):
        for proposal, correcting in found.correcting.items():
            cost = cost_by_all_plans(document, proposal)
            assert correcting.known == ("impossible" if cost is None else "cost")
            seen[correcting.known] += 1
            if cost is not None:
                assert correcting.exact
                assert list(correcting.high) == cost
    return seen


def test_the_cost_of_correcting_is_what_all_plans_show() -> None:
    seen = costs_agree(range(60))
    assert min(seen["cost"], seen["impossible"]) >= 5


@pytest.mark.slow
def test_the_cost_of_correcting_is_what_all_plans_show_in_many_rounds() -> None:
    seen = costs_agree(range(1000, 1600))
    assert min(seen["cost"], seen["impossible"]) >= 50


def test_the_places_are_those_of_the_table_of_a_result() -> None:
    for _, base, found in with_places(range(40)):
        table = match(base.round, EXACT).tables["out_of_order"]
        expected = Counter(zip(table["pool_id"], table["passed_over"], strict=True))
        told = {(place.pool_id, place.passed_over): place.instead for place in found.places}
        assert told == dict(expected)
        assert set(found.correcting) == set(table["passed_over"])
        for place in found.places:
            mine = table[
                (table["pool_id"] == place.pool_id) & (table["passed_over"] == place.passed_over)
            ]
            assert place.funded_instead in set(mine["funded_instead"])
            assert float(place.score_funded_instead) == min(mine["score_funded_instead"].map(float))
            assert place.score_funded_instead < place.score_passed_over


def one_pool(**more: Any) -> Document:
    """Give a pool of 100 that pays B and C, 50 each at 80, and not A, 60 at 90."""
    return made_up_round(
        [{"pool_id": "P", "budget": "100"}],
        [
            {"proposal_id": "A", "score": "90", "requested": "60"},
            {"proposal_id": "B", "score": "80", "requested": "50"},
            {"proposal_id": "C", "score": "80", "requested": "50"},
        ],
        **more,
    )


def order_in(document: Document, **changed: Any) -> Order:
    base = base_in(document)
    assert base is not None
    return out_of_order(replace(base, **changed), silent)


def test_correcting_costs_what_gives_way_less_what_comes() -> None:
    # 8,000 with B and C; A alone is 5,400, and 40 are too little for B or C.
    found = order_in(one_pool())
    cost = (Fraction(2600),)
    assert found.correcting == {"A": Correcting("cost", (("L2", None),), cost, cost)}
    (place,) = found.places
    assert (place.pool_id, place.passed_over, place.instead) == ("P", "A", 2)


def test_without_time_the_cost_is_unknown() -> None:
    assert order_in(one_pool(), deadline=0.0).correcting == {"A": Correcting("unknown")}


def test_where_time_is_short_the_cost_among_neighbours_suffices(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(audit_order, "SOLVING", 0.0)
    found = order_in(one_pool())
    assert found.correcting == {"A": Correcting("at_most", (("L2", None),), (), (Fraction(2600),))}
    told = [catalogue_of().text(said) for said in said_of_order(round_of(one_pool()), found)]
    assert "at most 2,600 of score-weighted money" in told[-1]


def test_a_plan_in_order_is_said_to_be_so() -> None:
    document = made_up_round(
        [{"pool_id": "P", "budget": "100"}],
        [{"proposal_id": "A", "score": "90", "requested": "60"}],
    )
    found = order_in(document)
    assert (found.places, found.correcting) == ((), {})
    said = list(said_of_order(round_of(document), found))
    assert [one.message for one in said] == ["audit-in-order"]


def test_a_target_that_correcting_misses_is_told_with_it() -> None:
    # A soft target wants B and C; A takes the room of both, so that 100 of 100 are missed.
    target = {"id": "two", "where": {"proposal": ["B", "C"]}, "min_amount": "100",
              "strictness": "soft"}  # fmt: skip
    document = one_pool(targets=[target])
    found = order_in(document)
    assert found.correcting["A"].high == (Fraction(1), Fraction(2600))
    told = [catalogue_of().text(said) for said in said_of_order(round_of(document), found)]
    assert told == [
        "One proposal is not paid in full while a pool that may fund it pays lower-scored work.",
        "A is passed over by P.",
        "Funding A in full would cost 2,600 of score-weighted money.",
        "The weighted shortfall of targets of priority 1 would grow by 100\u00a0% of what they "
        "ask.",
    ]
    assert [place.why for place in found.places] == [
        "the 50.00 freed would be less than the 60.00 it could work with"
    ]


def test_more_workers_find_the_same() -> None:
    for _, base, found in with_places(range(12)):
        both = replace(base, options=replace(base.options, workers=2))
        assert out_of_order(both, silent) == found


@pytest.mark.parametrize("seed", range(4))
def test_an_audit_puts_all_together_in_words_and_as_plain_values(seed: int) -> None:
    dice = Random(f"audit {seed}")
    pools = [{"pool_id": f"P{n}", "budget": str(dice.randint(50, 120))} for n in (1, 2)]
    rows = [
        {"proposal_id": f"B{n}", "org_id": f"O{n}", "score": str(dice.randint(40, 90)),
         "requested": str(dice.randint(30, 90))}
        for n in range(6)
    ]  # fmt: skip
    round_ = round_of(made_up_round(pools, rows, policy={"grant_step": "10"}))
    base = base_of(round_, dict(match(round_, EXACT).awards), EXACT, silent)
    assert base is not None
    found = audit(base, silent)
    assert not found.better
    sentences = sentences_of_audit(round_, found)
    assert all(sentence.endswith(".") for sentence in sentences)
    assert len(set(sentences)) == len(sentences)
    document = document_of_audit(round_, found)
    assert set(document["out_of_order"]["correcting"]) == set(found.order.correcting)
    assert set(document["rationality"]["utilities"]) == {"P1", "P2"}
    assert set(document["concentration"]) == {"donor", "organisation", "region", "group", "sector"}
    assert found.comparison is not None
    assert document["ranked_list"]["listed"]["funded"] == found.comparison.listed.funded


def test_a_result_that_is_not_the_best_is_told_so_and_audited_as_it_is() -> None:
    round_ = round_of(one_pool())
    base = base_of(round_, {("P", "B"): 5000}, EXACT, silent)
    assert base is not None
    found = audit(base, silent)
    assert found.better
    assert found.comparison is not None
    assert found.comparison.ours.placed == 5000
    assert found.rationality.alone[0].pool_ids == ("P",)
    told = sentences_of_audit(round_, found)
    assert "A better plan than this result is known" in told[0]
    assert any(
        sentence == "Alone, P could see 8,000 of score-weighted money go to work that it accepts, "
        "4,000 more than in this plan, by funding B and C."
        for sentence in told
    )
