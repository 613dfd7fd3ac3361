"""Where money goes and how concentrated it is, worked out by hand. All is made up."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from matcher import Options, match
from matcher.domain import Round
from matcher.explaining.audit.concentration import EVERY, Concentration, concentration
from matcher.explaining.audit.document import document_of_concentration
from matcher.explaining.audit.words import said_of_concentration
from matcher.wording.catalogue import catalogue_of
from tests import oracle
from tests.properties.built import made_up_round, round_of

AWARDS = {("P", "A"): 6000, ("Q", "A"): 1000, ("Q", "B"): 3000}


def a_round() -> Round:
    """Give two donors' pools; A is of two regions 3 to 1 and two groups, B names nothing."""
    document: dict[str, Any] = made_up_round(
        [{"pool_id": "P", "budget": "100"}, {"pool_id": "Q", "budget": "100", "donor_id": "E"}],
        [
            {"proposal_id": "A", "org_id": "O1", "score": "80", "requested": "100",
             "sector": "11220", "regions": "AZ-GA:0.75;AZ-BA:0.25", "groups": "youth;idps"},
            {"proposal_id": "B", "org_id": "O2", "score": "70", "requested": "100",
             "sector": "112"},
        ],
    )  # fmt: skip
    document["donors"].append({"donor_id": "E", "name": "Second donor", "kind": "company"})
    return round_of(document)


def spread(by: str) -> Concentration:
    return next(found for found in concentration(a_round(), AWARDS) if found.by == by)


def test_each_table_shares_out_all_money_by_what_the_proposals_name() -> None:
    # 10,000 in all: P pays 6,000 and Q 4,000; A gets 7,000 and B 3,000.
    def money(by: str) -> list[tuple[str, Any]]:
        table = spread(by).table
        return list(zip(table["code"], table["money"], strict=True))

    assert money("donor") == [("D", 6000), ("E", 4000)]
    assert money("organisation") == [("O1", 7000), ("O2", 3000)]
    assert money("region") == [("AZ-GA", 5250), ("", 3000), ("AZ-BA", 1750)]
    assert money("group") == [("idps", 3500), ("youth", 3500), ("", 3000)]
    assert money("sector") == [("112", 10000)]


def test_the_index_is_the_sum_of_squared_shares() -> None:
    # 0.6^2 + 0.4^2 = 0.52 by donor; all in one sector is 1.
    assert spread("donor").index == Fraction(52, 100)
    assert spread("donor").largest == Fraction(6, 10)
    assert spread("sector").index == 1


def test_proposals_of_several_regions_or_groups_count_in_each() -> None:
    assert spread("region").table["proposals"].tolist() == [1, 1, 1]
    assert spread("donor").table["proposals"].tolist() == [1, 2]
    assert spread("sector").table["proposals"].tolist() == [2]


def test_names_stand_beside_codes() -> None:
    assert spread("donor").table["name"].tolist() == ["Made-up donor", "Second donor"]
    assert spread("sector").table["name"].tolist() == ["Basic Education"]


def test_nothing_placed_has_no_largest_share_and_no_index() -> None:
    for found in concentration(a_round(), {}):
        assert (found.index, found.largest, found.placed, len(found.table)) == (None, None, 0, 0)
        assert said_of_concentration(found).message == "audit-spread-nothing"


@pytest.mark.parametrize("number", range(15))
def test_every_table_adds_up_to_the_money_placed(number: int) -> None:
    round_ = round_of(oracle.random_round(Random(f"spread {number}")))
    awards = dict(match(round_, Options(gap=0, workers=1)).awards)
    found = concentration(round_, awards)
    assert tuple(one.by for one in found) == EVERY
    for one in found:
        assert sum(one.table["money"]) == one.placed == sum(awards.values())
        if one.index is not None:
            assert sum(one.table["share"]) == 1
            assert Fraction(1, len(one.table)) <= one.index <= 1


def test_the_words_name_the_largest_and_say_where_nothing_is_named() -> None:
    text = catalogue_of().text
    assert text(said_of_concentration(spread("donor"))) == (
        "Of 2 donors that pay, Made-up donor pays the most: 60\u00a0% of the money "
        "(Herfindahl-Hirschman index 0.520)."
    )
    assert text(said_of_concentration(spread("sector"))).startswith("The only sector is Basic")
    (region,) = (
        one
        for one in concentration(a_round(), {("P", "B"): 10, ("P", "A"): 1})
        if one.by == "region"
    )
    assert "goes to proposals that name no region" in text(said_of_concentration(region))


def test_a_group_is_told_in_words_and_not_by_its_code() -> None:
    (group,) = (one for one in concentration(a_round(), {("P", "A"): 1}) if one.by == "group")
    assert (
        catalogue_of()
        .text(said_of_concentration(group))
        .startswith(
            "Of 2 groups, the most goes to internally displaced people: 50\u00a0% of the money, "
        )
    )


def test_the_document_has_a_row_for_each_code_as_plain_values() -> None:
    document = document_of_concentration(a_round(), spread("region"))
    assert [row["code"] for row in document["rows"]] == ["AZ-GA", "", "AZ-BA"]
    assert [row["money"] for row in document["rows"]] == ["52.50", "30.00", "17.50"]
    assert document["largest_share"] == 0.525
