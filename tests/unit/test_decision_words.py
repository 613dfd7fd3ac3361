"""The reasons of decisions.csv and out_of_order.csv, sentence by sentence, on made-up rounds."""

from functools import cache
from typing import Any

import pytest

from matcher import Options, Run, match
from matcher.domain import Round

EXACT = Options(gap=0, seconds=60)


def a_round(pools: list[dict[str, Any]], proposals: list[dict[str, Any]], **parts: Any) -> Round:
    """Give a round of one donor; each proposal is of an organisation of its own unless it says."""
    asked = [
        {"org_id": f"O{n}", "title": f"Work {n}", "currency": "AZN", "requested": "1000",
         "score": "80", **proposal} for n, proposal in enumerate(proposals)
    ]  # fmt: skip
    return Round.model_validate(
        {
            "id": "made-up",
            "currency": "AZN",
            "decision_date": "2026-03-01",
            "donors": [{"donor_id": "D", "name": "Fund", "kind": "foundation"}],
            "pools": [
                {"donor_id": "D", "name": pool["pool_id"], "currency": "AZN", **pool}
                for pool in pools
            ],
            "organisations": [
                {"org_id": org, "name": org} for org in sorted({row["org_id"] for row in asked})
            ],
            "proposals": asked,
        }
        | parts
    )


def reasons(run: Run) -> dict[str, str]:
    table = run.tables["decisions"]
    return dict(zip(table["proposal_id"], table["reason"], strict=True))


@cache
def plain() -> dict[str, str]:
    """Give the reasons of a round with money for little; two sectors, regions asked for by one."""
    return reasons(
        match(
            a_round(
                [
                    {"pool_id": "P1", "budget": "2500", "sectors": "111"},
                    {"pool_id": "P2", "budget": "90", "sectors": "111;112", "regions": "AZ-GA"},
                ],
                [
                    {"proposal_id": "A", "sector": "11110", "regions": "AZ-BA", "score": "95"},
                    {"proposal_id": "B", "sector": "11110", "regions": "AZ-BA", "score": "90"},
                    {"proposal_id": "C", "sector": "11110", "regions": "AZ-BA", "score": "85",
                     "requested": "1234.50", "minimum": "100"},
                    {"proposal_id": "D", "sector": "11110", "regions": "AZ-BA", "score": "70"},
                    {"proposal_id": "E", "sector": "11110", "score": "49.5"},
                    {"proposal_id": "F", "sector": "11110", "score": None},
                    {"proposal_id": "G", "sector": "31110", "regions": "AZ-BA"},
                    {"proposal_id": "H", "sector": "11220"},
                    {"proposal_id": "I", "regions": "AZ-GA"},
                    {"proposal_id": "J", "status": "withdrawn"},
                    {"proposal_id": "K", "status": "deferred", "status_reason": "To the autumn."},
                ],
                policy={"score_threshold": "50"},
            ),
            EXACT,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("proposal_id", "reason"),
    [
        ("A", "Funded in full by P1."),
        ("C", "Funded with 500 AZN of 1,234.50 AZN asked, by P1."),
        (
            "D",
            "Eligible at P1, whose money and grants went to work that counts for as much or more.",
        ),
        ("E", "Scored 49.5, below the threshold of 50."),
        ("F", "No score, and no review that counts."),
        ("G", "No pool's terms cover it; what does not fit the nearest, P1: its sector."),
        ("H", "Held at P2 until it states what the pool asks for: its regions."),
        ("I", "Held at P1 and P2 until it states what they ask for: its sector."),
        ("J", "The proposal is withdrawn."),
        ("K", "To the autumn."),
    ],
)
def test_each_decision_is_told_in_a_sentence(proposal_id: str, reason: str) -> None:
    assert plain()[proposal_id] == reason


def test_an_award_in_part_is_told_beside_the_whole_request_and_not_one_floored_to_a_step() -> None:
    asking = {"proposal_id": "A", "requested": "1234.50", "minimum": "100"}
    settings = {"policy": {"grant_step": "50"}}
    run = match(a_round([{"pool_id": "P", "budget": "500"}], [asking], **settings), EXACT)
    assert reasons(run) == {"A": "Funded with 500 AZN of 1,234.50 AZN asked, by P."}
    assert run.tables["decisions"].requested.tolist() == ["1234.50"]


def test_decisions_of_the_board_and_acceptances_are_told_after_the_award() -> None:
    found = reasons(
        match(
            a_round(
                [{"pool_id": "P", "budget": "2000"}],
                [{"proposal_id": "A"}, {"proposal_id": "B"}],
                pairs=[
                    {"pool_id": "P", "proposal_id": "A", "status": "pin", "reason": "Promised"},
                    {"pool_id": "P", "proposal_id": "B", "status": "accepted", "amount": "1000"},
                ],
            ),
            EXACT,
        )
    )
    assert found["A"] == "Funded in full by P. Fixed by the board: Promised."
    assert found["B"] == "Funded in full by P. An award already accepted is kept."


def test_several_limits_that_stop_a_proposal_each_alone_are_told_one_after_the_other() -> None:
    found = reasons(
        match(
            a_round(
                [
                    {"pool_id": "P1", "budget": "9000", "max_project_share": "0.5"},
                    {"pool_id": "P2", "budget": "9000", "max_grant": "500"},
                ],
                [{"proposal_id": "A", "max_funders": "1"}],
            ),
            EXACT,
        )
    )
    assert found["A"] == (
        "The smallest or largest grant of its pools leaves no room for what it can work with; "
        "also, no pool may pay so large a share of a project, and its own contribution is too "
        "small; also, it would need more funders than it may have."
    )


def test_a_pair_that_is_closed_and_a_request_below_a_step_are_told() -> None:
    found = reasons(
        match(
            a_round(
                [{"pool_id": "P", "budget": "9000"}],
                [{"proposal_id": "A"}, {"proposal_id": "B", "requested": "60"}],
                policy={"grant_step": "100"},
                pairs=[{"pool_id": "P", "proposal_id": "A", "status": "forbid"}],
            ),
            EXACT,
        )
    )
    assert found["A"] == "Every pool that might fund it is forbidden, in conflict, or was declined."
    assert found["B"] == "The request is below one grant step."


def test_a_pool_that_comes_to_nothing_is_not_said_to_have_given() -> None:
    # Q has less than a grant step to give.
    pools = [{"pool_id": "P", "budget": "1000"}, {"pool_id": "Q", "budget": "50"}]
    rows = [{"proposal_id": "A", "score": "90"}, {"proposal_id": "B"}]
    found = reasons(match(a_round(pools, rows, policy={"grant_step": "100"}), EXACT))
    assert found["B"] == (
        "Eligible at P, whose money and grants went to work that counts for as much or more."
    )


def test_pools_that_wait_for_more_than_the_nearest_are_counted() -> None:
    pools = [{"pool_id": "P0", "budget": "900", "groups": "youth"}]
    pools += [
        {"pool_id": f"P{n}", "budget": "900", "groups": "youth", "sectors": "111"}
        for n in (1, 2, 3)
    ]
    for count, words in ((2, "one more pool waits"), (4, "3 more pools wait")):
        found = reasons(match(a_round(pools[:count], [{"proposal_id": "A"}]), EXACT))
        assert found["A"] == (
            "Held at P0 until it states what the pool asks for: the groups it is for; "
            f"{words} for more than that."
        )


def test_why_a_lower_scored_proposal_was_funded_instead_is_told() -> None:
    run = match(
        a_round(
            [{"pool_id": "P", "budget": "1000"}],
            [
                {"proposal_id": "A", "score": "90", "requested": "1500", "minimum": "1500"},
                {"proposal_id": "B", "score": "80"},
            ],
        ),
        EXACT,
    )
    assert run.tables["out_of_order"]["why"].tolist() == [
        "the 1000.00 freed would be less than the 1500.00 it could work with"
    ]


GROUP = {"group": ["youth"]}
TWO = [
    {"proposal_id": "A", "groups": "youth"},
    {"proposal_id": "B", "score": "70", "groups": "youth"},
]


@pytest.mark.parametrize(
    ("pool", "proposals", "parts", "told", "binding"),
    [
        ({"budget": "1000"}, TWO, {}, "whose money and grants went to work", "C1"),
        ({"max_grants": "1"}, TWO, {}, "whose grants went to work that counts for as much", "C4"),
        ({"budget": "400"}, [{"proposal_id": "B"}], {}, "with too little money or too few", "C1"),
        ({}, [{"proposal_id": "B", "score": "0"}], {}, "with a score of 0 it would add", "score"),
        ({}, TWO, {"targets": [{"id": "t", "where": GROUP, "max_count": 1}]},
         "it would break a target: t.", "C11;t"),
        ({}, TWO, {"targets": [{"id": "t", "where": GROUP, "max_amount": "1500"}]},
         "it would break a target: t.", "C11;t"),
        ({}, TWO, {"targets": [
            {"id": "t", "where": GROUP, "max_amount": "1000", "strictness": "soft"}]},
         "it would set back a target, which counts before merit: t.", "L1;t"),
        ({}, [*TWO, {"proposal_id": "C", "score": "90"}], {"targets": [
            {"id": "t", "where": {"proposal": ["A", "B"]}, "max_share": "0.5", "of": "awarded"},
            {"id": "u", "where": {"proposal": ["B"]}, "max_count": 2}]},
         "it would break a target: t.", "C11;t"),
    ],
)  # fmt: skip
def test_the_reserve_list_says_what_stands_against_an_award(
    pool: dict[str, Any], proposals: list[dict[str, Any]], parts: dict[str, Any], told: str,
    binding: str,
) -> None:  # fmt: skip
    money = {"pool_id": "P1", "budget": "9000"} | pool
    table = match(a_round([money], proposals, **parts), EXACT).tables["decisions"]
    row = table.set_index("proposal_id").loc["B"]
    assert row["decision"] == "reserve_list"
    assert told in row["reason"]
    assert row["binding"] == f"{binding};P1"


def test_what_pools_could_not_pay_with_all_their_money_is_not_said_to_wait_for_other_work() -> None:
    # Neither pool has 700 and the first funds alone: B could not be paid were A not there either.
    pools = [
        {"pool_id": "P1", "budget": "600", "sole_funder": "true"},
        {"pool_id": "P2", "budget": "600"},
    ]
    asking = [
        {"proposal_id": "A", "requested": "500", "score": "60"},
        {"proposal_id": "B", "requested": "700", "score": "90"},
    ]
    table = match(a_round(pools, asking), EXACT).tables["decisions"].set_index("proposal_id")
    assert table.decision["B"] == "reserve_list"
    assert table.reason["B"] == (
        "Eligible at P1 and P2, with too little money or too few grants for it."
    )
    assert table.binding["B"] == "C1;P1;P2"


def test_limits_that_stop_a_proposal_together_are_named_without_those_the_round_does_not_set() -> (
    None
):
    round_ = a_round(
        [{"pool_id": "P1", "budget": "9000", "max_grant": "600"}],
        [{"proposal_id": "A"}],
        policy={"max_amount_per_organisation": "500"},
    )
    (row,) = match(round_, EXACT).tables["decisions"].to_dict("records")
    assert row["decision"] == "not_funded"
    assert row["reason"] == (
        "Several limits stop it together: the smallest or largest grant of its pools leaves no "
        "room for what it can work with; also, it would take its organisation over what an "
        "organisation may be awarded."
    )
    assert row["binding"] == "C3;C8"


def test_why_money_does_not_move_speaks_of_other_work_only_where_there_is_some() -> None:
    run = match(
        a_round(
            [{"pool_id": "P", "budget": "100"}],
            [
                {"proposal_id": "A", "score": "100", "requested": "30"},
                {"proposal_id": "B", "score": "50", "requested": "80"},
            ],
        ),
        EXACT,
    )
    (row,) = run.tables["out_of_order"].to_dict("records")
    assert (row["funded_instead"], row["passed_over"]) == ("B", "A")
    assert row["why"] == "no better plan was found with that money moved to it"
    assert reasons(run)["A"] == (
        "Eligible at P, whose money and grants went to other work, some of it ranked lower."
    )


@pytest.mark.parametrize(
    ("fixed", "told"),
    [
        ({"score": "10"}, "went to other work, some of it fixed by the board or accepted before."),
        ({"score": "99"}, "went to work that counts for as much or more."),
        ({"score": "99", "tier": 2}, "went to other work, some of it fixed by the board or"),
    ],
)
def test_work_that_the_board_fixed_is_not_said_to_count_for_more(
    fixed: dict[str, Any], told: str
) -> None:
    run = match(
        a_round(
            [{"pool_id": "P", "budget": "1000"}],
            [
                {"proposal_id": "A", "score": "90", "tier": 1},
                {"proposal_id": "B", "tier": 1} | fixed,
            ],
            pairs=[{"pool_id": "P", "proposal_id": "B", "status": "pin", "reason": "promised"}],
        ),
        EXACT,
    )
    assert f"Eligible at P, whose money and grants {told}" in reasons(run)["A"]


def test_of_limits_that_stop_a_proposal_together_only_those_are_named_that_have_to_give_way() -> (
    None
):
    # Either pool alone can pay all that B asks for, with one funder and within its largest grant.
    pools = [{"pool_id": name, "budget": "30000", "max_grant": "15000"} for name in ("P1", "P2")]
    proposals = [
        {"proposal_id": "A", "org_id": "O1", "requested": "10000", "score": "90"},
        {"proposal_id": "B", "org_id": "O1", "requested": "10000", "score": "80",
         "max_funders": "1", "requires": "C"},
        {"proposal_id": "C", "org_id": "O2", "requested": "10000", "score": "0"},
    ]  # fmt: skip
    round_ = a_round(pools, proposals, policy={"max_proposals_per_organisation": "1"})
    row = match(round_, EXACT).tables["decisions"].set_index("proposal_id").loc["B"]
    assert row["binding"] == "C8;C10"
    assert row["reason"] == (
        "Several limits stop it together: it would take its organisation over what an organisation "
        "may be awarded; also, a proposal that it requires is not funded."
    )


def test_pools_that_gave_nothing_are_not_said_to_have_given_to_other_work() -> None:
    pools = [{"pool_id": "P1", "budget": "6000"}, {"pool_id": "P2", "budget": "5000"}]
    proposals = [
        {"proposal_id": "A", "requested": "6000", "score": "100", "max_funders": "1"},
        {"proposal_id": "B", "requested": "9000", "score": "60"},
    ]
    found = match(a_round(pools, proposals), EXACT).tables["decisions"].set_index("proposal_id")
    assert found.decision["A"] == "funded"
    assert found.reason["B"] == (
        "Eligible at P1 and P2. The money and grants of P1 went to work that counts for as much or "
        "more, and what P2 has to give is not enough by itself."
    )
