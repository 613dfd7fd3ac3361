"""Tables over all scenarios: what differs from the base has a row, and nothing else."""

from collections.abc import Mapping
from typing import Any

import pytest

from matcher.domain import Round
from matcher.scenarios.comparing.comparison import compared
from matcher.scenarios.comparing.sides import Side
from matcher.scenarios.overview import STACKED, stacked
from tests.unit.test_comparing import a_round, with_budget

Awards = Mapping[tuple[str, str], int]
BASE: Awards = {("P1", "B0"): 4000, ("P1", "B2"): 2000, ("P2", "B1"): 1000}


def rows(table: str, after: Round, awards: Awards = BASE) -> list[dict[Any, Any]]:
    """Give the rows of a scenario, told as `more`, of a round with the awards of the base."""
    comparison = compared(Side(a_round(), BASE), Side(after, awards))
    return stacked({"more": comparison}, table).to_dict("records")


def test_a_pool_whose_budget_alone_is_otherwise_has_a_row() -> None:
    (row,) = rows("pools", with_budget("123.45"))
    assert (row["scenario"], row["id"], str(row["budget_after"])) == ("more", "P1", "123.45")
    assert row["difference"] == 0


@pytest.mark.parametrize(
    ("table", "ids"), [("pools", ["P1"]), ("donors", ["D1"]), ("regions", [""]), ("groups", [""])]
)
def test_what_gets_the_same_money_in_fewer_grants_has_a_row(table: str, ids: list[str]) -> None:
    apart = {("P1", "B2"): 5000, ("P1", "B3"): 1000, ("P2", "B1"): 1000}
    together = {("P1", "B2"): 6000, ("P2", "B1"): 1000}
    comparison = compared(Side(a_round(), apart), Side(a_round(), together))
    assert list(stacked({"s": comparison}, table).get("id", [])) == ids


def test_a_pool_that_only_the_scenario_has_has_a_row_also_where_it_gives_nothing() -> None:
    pools = [dict(pool.given()) for pool in a_round().pools]
    added = a_round(pools=[*pools, {**pools[0], "pool_id": "P3"}])
    (row,) = rows("pools", added)
    assert (row["id"], row["rounds"]) == ("P3", "compare")


@pytest.mark.parametrize("table", STACKED)
def test_what_is_as_in_the_base_has_no_row(table: str) -> None:
    assert rows(table, a_round()) == []
