"""Staying near an earlier result: what counts as a change, what it may cost, and what is told."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from matcher import Options, Run, match
from matcher.checking import check_folder
from matcher.domain import Round
from matcher.errors import InvalidRound, UnknownRule
from matcher.explaining.relaxing.of_changes import too_few_changes
from matcher.pipeline.nearness import near_entry, near_from
from matcher.reading import read_round
from matcher.results import StayNear
from matcher.scenarios.near import UnknownLimit, near_result
from matcher.writing.result_folder import write_result
from matcher.writing.round_forms import write_round
from tests.unit.made_up import header
from tests.unit.test_cli import Invocation, run, tree

__all__ = ["run"]
EARLIER = {("P1", "A"): 6000, ("P2", "B"): 4000}
"""What the two pools gave in the round as it was."""


def a_round(**parts: Any) -> Round:
    """Give two pools of 100 and three all-or-nothing proposals: A for 60, B for 40, C for 60.

    Scores are 80, 70 and 90. P1 may pay anything; P2 pays no sector but 11220, which is B's.
    """
    asked = {"A": ("60", "80", "12220"), "B": ("40", "70", "11220"), "C": ("60", "90", "12220")}
    base = {
        **header(),
        "donors": [{"donor_id": "D", "name": "Made-up fund", "kind": "foundation"}],
        "pools": [
            {"pool_id": "P1", "donor_id": "D", "name": "One", "currency": "AZN", "budget": "100"},
            {"pool_id": "P2", "donor_id": "D", "name": "Two", "currency": "AZN", "budget": "100",
             "sectors": "11220"},
        ],
        "organisations": [{"org_id": f"O{j}", "name": f"Union {j}"} for j in asked],
        "proposals": [
            {"proposal_id": j, "org_id": f"O{j}", "title": f"Work {j}", "currency": "AZN",
             "requested": money, "score": score, "sector": sector}
            for j, (money, score, sector) in asked.items()
        ],
    }  # fmt: skip
    return Round.model_validate(base | parts)


def near(
    awards: dict[tuple[str, str], int], at_most: int | None = None, price: str | None = None
) -> Options:
    stored = tuple(sorted((pool, j, units) for (pool, j), units in awards.items()))
    worth = None if price is None else Decimal(price)
    return Options(gap=0, stay_near=StayNear(stored, "sha256:made up", at_most, worth))


def funded(run_: Run) -> set[str]:
    return {proposal for _, proposal in run_.awards}


def merit(run_: Run) -> list[int]:
    return [int(level.value) for level in run_.levels if level.level == "L2"]


def without(round_: Round, table: str, identifier: str) -> Round:
    """Give the round without a row."""
    rows = [row.given() for row in getattr(round_, table) if identifier not in row.given().values()]
    return Round.model_validate(round_.given() | {table: rows})


@pytest.mark.parametrize("at_most", [0, 1])
def test_c_takes_the_place_of_a_only_where_two_may_change(at_most: int) -> None:
    # The 100 of P1 pay for A (60) or C (60), not both: C for A is two changes, worth 600.
    assert funded(match(a_round(), near(EARLIER, at_most))) == {"A", "B"}
    run_ = match(a_round(), near(EARLIER, 2))
    assert funded(run_) == {"B", "C"}
    assert run_.record["changed"] == ["A", "C"]
    assert merit(run_) == [60 * 90 + 40 * 70]


def test_a_change_is_made_where_it_brings_more_than_its_price_and_not_for_the_same() -> None:
    # Two changes bring 600: at 300 each nothing is gained, and fewest changes decide.
    assert funded(match(a_round(), near(EARLIER, price="300"))) == {"A", "B"}
    run_ = match(a_round(), near(EARLIER, price="299.9999"))
    assert funded(run_) == {"B", "C"}
    assert [float(level.value) for level in run_.levels if level.level == "L2"] == [7600.0002]
    assert "less 299.9999 for each proposal changed" in " ".join(run_.record["warnings"])


def test_of_plans_alike_the_one_with_fewest_changes_is_taken() -> None:
    # B is paid by P1 or P2 with the same merit, preference and number of grants.
    for payer in ("P1", "P2"):
        earlier = {("P1", "C"): 6000, (payer, "B"): 4000}
        assert dict(match(a_round(), near(earlier, 3)).awards) == earlier


def test_a_start_that_changes_too_much_is_left_for_the_earlier_result() -> None:
    best = {("P1", "C"): 6000, ("P2", "B"): 4000}
    for at_most, expected in ((0, EARLIER), (2, best)):
        assert dict(match(a_round(), near(EARLIER, at_most), earlier=best).awards) == expected


def test_a_price_is_taken_off_the_tier_of_the_proposal_that_changes() -> None:
    rows = [row.given() for row in a_round().proposals]
    for row in rows:
        row["tier"] = "1" if row["proposal_id"] == "B" else "2"
    round_ = a_round(proposals=rows)
    run_ = match(round_, near({("P1", "A"): 6000}, price="100"))
    assert funded(run_) == {"B", "C"}
    assert merit(run_) == [40 * 70 - 100, 60 * 90 - 2 * 100]


def test_an_award_to_a_proposal_that_is_gone_is_no_change() -> None:
    run_ = match(without(a_round(), "proposals", "A"), near(EARLIER, 0))
    assert funded(run_) == {"B"}
    assert run_.record["changed"] == []


def test_a_proposal_whose_pool_is_gone_has_changed_even_where_another_pays_the_same() -> None:
    round_ = without(a_round(), "pools", "P2")
    refused = match(round_, near(EARLIER, 0))
    assert (refused.status, refused.record["changes_needed"]) == ("infeasible", 1)
    run_ = match(round_, near(EARLIER, 1))
    assert dict(run_.awards) == {("P1", "A"): 6000, ("P1", "B"): 4000}
    assert run_.record["changed"] == ["B"]


def test_an_award_above_what_is_asked_for_now_counts_as_a_change() -> None:
    run_ = match(a_round(), near({**EARLIER, ("P1", "A"): 6001}, 0))
    assert run_.status == "infeasible"
    (part,) = run_.record["conflict"]
    assert part["constraint"] == "near"
    expected = "At least one proposal has to change against the earlier result, and none may."
    assert part["words"] == expected


def test_a_round_without_any_plan_is_told_as_such_and_not_by_its_changes() -> None:
    targets = [{"id": "all", "min_count": 3}]
    run_ = match(a_round(targets=targets), near(EARLIER, 0))
    assert run_.status == "infeasible"
    assert "changes_needed" not in run_.record
    assert "near" not in {part["constraint"] for part in run_.record["conflict"]}


def test_a_ranked_list_cannot_stay_near() -> None:
    for round_, rule in ((a_round(), "ranked_list"), (a_round(policy={"rule": "ranked_list"}), "")):
        options = Options(rule=rule or None, stay_near=near(EARLIER, 1).stay_near)
        with pytest.raises(UnknownRule, match="cannot stay near"):
            match(round_, options)


def written(round_: Round, options: Options, folder: Path) -> Path:
    write_result(match(round_, options), folder)
    return folder


def test_the_verifier_counts_from_what_the_record_keeps(tmp_path: Path) -> None:
    result = written(a_round(), near(EARLIER, 2), tmp_path / "result")
    assert check_folder(a_round(), result).holds
    record = json.loads((result / "run.json").read_text(encoding="utf-8"))
    record["options"]["stay_near"]["at_most"] = 1
    (result / "run.json").write_text(json.dumps(record), encoding="utf-8")
    (finding,) = check_folder(a_round(), result).findings
    assert finding["constraint"] == "near"
    assert finding["message"] == (
        "2 proposals change against the earlier result, 1 more than the 1 that may: A, C."
    )


def test_a_record_whose_list_of_changes_is_wrong_is_stale(tmp_path: Path) -> None:
    result = written(a_round(), near(EARLIER, 2), tmp_path / "result")
    record = json.loads((result / "run.json").read_text(encoding="utf-8"))
    (result / "run.json").write_text(json.dumps(record | {"changed": ["A"]}), encoding="utf-8")
    checked = check_folder(a_round(), result)
    assert (checked.holds, checked.stale) == (True, ("run.json",))


@pytest.mark.parametrize(
    "change",
    [
        {"at_most": -1},
        {"at_most": "2"},
        {"at_most": None},
        {"awards": [["P1", "A"]]},
        {"awards": [["P1", "A", "6,0"]]},
        {"awards": [["P1", "A", "60.001"]]},
        {"awards": [["P1", "A", "60"], ["P1", "A", "60"]]},
        {"price_per_change": "dear"},
        {"result": None},
    ],
)
def test_an_earlier_result_that_the_record_garbles_fails_verification(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    result = written(a_round(), near(EARLIER, 2), tmp_path / "result")
    record = json.loads((result / "run.json").read_text(encoding="utf-8"))
    record["options"]["stay_near"] |= change
    (result / "run.json").write_text(json.dumps(record), encoding="utf-8")
    (finding,) = check_folder(a_round(), result).findings
    assert (finding["constraint"], finding["subject"]) == ("near", "run.json")


def test_what_the_record_keeps_can_be_run_again() -> None:
    for options in (near(EARLIER, 2), near(EARLIER, price="0.5"), near({}, 0, "1000")):
        wanted = options.stay_near
        assert wanted is not None
        assert near_from(near_entry(wanted, "AZN"), "AZN") == wanted


def test_match_stays_near_a_result_folder_and_gives_the_same_bytes_again(
    run: type[Invocation], tmp_path: Path
) -> None:
    write_round(a_round(), tmp_path / "round")
    earlier = written(a_round(), Options(gap=0), tmp_path / "earlier")
    budgets = [row.given() | {"budget": "50"} for row in a_round().pools]
    write_round(a_round(pools=budgets), tmp_path / "less")
    arguments = ("--stay-near", earlier, "--at-most", 1)
    first = run("match", tmp_path / "less", "--out", tmp_path / "one", *arguments)
    assert first.code == 0
    run("match", tmp_path / "less", "--out", tmp_path / "two", *arguments)
    one, two = tree(tmp_path / "one"), tree(tmp_path / "two")
    records = [json.loads(files.pop("run.json")) for files in (one, two)]
    for record in records:
        del record["timings"], record["peak_memory_mib"]
    assert one == two
    assert records[0] == records[1]
    assert records[0]["changed"] == ["C"]
    assert run("verify", tmp_path / "less", tmp_path / "one").code == 0
    none = run("match", tmp_path / "less", "--out", tmp_path / "none", *arguments[:3], 0)
    assert none.code == 4
    told = " ".join(none.out.split())
    assert "At least one proposal has to change against the earlier result, and none may." in told


@pytest.fixture
def refused(run: type[Invocation], tmp_path: Path) -> Path:
    """Give a folder with `less`, a round of smaller budgets, and `none`, a run without changes."""
    earlier = written(a_round(), Options(gap=0), tmp_path / "earlier")
    budgets = [row.given() | {"budget": "50"} for row in a_round().pools]
    write_round(a_round(pools=budgets), tmp_path / "less")
    arguments = ("--stay-near", earlier, "--at-most", 0)
    assert run("match", tmp_path / "less", "--out", tmp_path / "none", *arguments).code == 4
    return tmp_path


def test_a_run_that_too_few_changes_forbid_is_explained_by_them(
    run: type[Invocation], refused: Path
) -> None:
    told = run("explain", refused / "less", refused / "none")
    assert told.code == 0
    assert " ".join(told.out.split()) == (
        "This cannot hold: At least one proposal has to change against the earlier result, and "
        "none may. The round itself has plans: let more proposals change, with --at-most, or match "
        "it without --stay-near."
    )
    found = run("explain", refused / "less", refused / "none", "--json").document
    assert (found["at_most"], found["changes_needed"]) == (0, 1)
    record = json.loads((refused / "none" / "run.json").read_text(encoding="utf-8"))
    assert [conflict["members"] for conflict in found["conflicts"]] == [record["conflict"]]


def test_what_a_record_says_of_changes_counts_for_its_own_round_alone(refused: Path) -> None:
    less = read_round(refused / "less").round
    record = json.loads((refused / "none" / "run.json").read_text(encoding="utf-8"))
    found = too_few_changes(less, record)
    assert found is not None and (found.wanted.at_most, found.needed) == (0, 1)
    assert too_few_changes(a_round(), record) is None
    for changed in (
        {"changes_needed": None},
        {"changes_needed": 0},
        {"options": None},
        {"options": {"stay_near": {"at_most": 0}}},
    ):
        assert too_few_changes(less, record | changed) is None


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--at-most", "2"], "name it with --stay-near"),
        (["--price-per-change", "2"], "name it with --stay-near"),
        (["--stay-near", "EARLIER"], "Say how near"),
        (["--stay-near", "EARLIER", "--price-per-change", "cheap"], "a number above 0"),
        (["--stay-near", "EARLIER", "--price-per-change", "0"], "a number above 0"),
        (["--stay-near", "EARLIER", "--price-per-change", "0.00001"], "a number above 0"),
        (["--stay-near", "EARLIER", "--price-per-change", "100000000001"], "a number above 0"),
        (["--stay-near", "EARLIER", "--at-most", "1", "--rule", "ranked_list"], "cannot stay near"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_runs(
    run: type[Invocation], tmp_path: Path, arguments: list[str], words: str
) -> None:
    write_round(a_round(), tmp_path / "round")
    earlier = written(a_round(), Options(gap=0), tmp_path / "earlier")
    given = [earlier if argument == "EARLIER" else argument for argument in arguments]
    done = run("match", tmp_path / "round", "--out", tmp_path / "out", *given)
    assert done.code == 2
    assert words in done.err
    assert not (tmp_path / "out").exists()


def test_a_folder_without_awards_is_refused(run: type[Invocation], tmp_path: Path) -> None:
    write_round(a_round(), tmp_path / "round")
    arguments = ("--stay-near", tmp_path / "nothing", "--at-most", 1)
    assert run("match", tmp_path / "round", "--out", tmp_path / "out", *arguments).code == 3


def test_an_earlier_result_in_finer_units_than_the_round_has_is_refused(tmp_path: Path) -> None:
    text = "pool_id,proposal_id,amount\nP1,A,60.001\n"
    (tmp_path / "awards.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidRound, match="not a whole amount of the round's currency, AZN"):
        near_result(a_round(), tmp_path, at_most=1)


def test_a_limit_below_nought_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnknownLimit, match="nought or more"):
        near_result(a_round(), tmp_path, at_most=-1)
