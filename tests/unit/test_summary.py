"""The terminal says how a run ended in ten seconds, and lists problems to be mended."""

import json
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Literal

import pytest
from rich.console import Console

from matcher import match
from matcher.errors import Problem
from matcher.results import Run
from matcher.writing.summary import (
    print_conflict,
    print_problems,
    print_summary,
    summary_document,
)
from tests.properties.built import made_up_round, round_of
from tests.unit.sample_run import WARNINGS, sample_run, without_awards

WIDTHS = pytest.mark.parametrize("width", [80, 120])
OUT = Path("results/az-sample")


class Screen:
    """A terminal that remembers what was printed."""

    def __init__(self, width: int = 80) -> None:
        self.file = StringIO()
        self.console = Console(file=self.file, width=width)

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self.file.getvalue().replace("\u00a0", " ").split("\n")]

    @property
    def text(self) -> str:
        """Give all that was printed as one text, so that line breaks do not matter."""
        return " ".join(" ".join(self.lines).split())


def summary(run: Run, width: int = 80, out: Path | None = OUT) -> Screen:
    screen = Screen(width)
    print_summary(run, screen.console, out)
    return screen


@WIDTHS
def test_the_summary_says_what_a_coordinator_reads_first(width: int) -> None:
    screen = summary(sample_run(), width)
    wanted = [
        "Spring sample round (made up)",
        "Proved within 0.009 % of the best.",
        "Money placed 410,500 AZN 71.9 % of the 571,154 on offer",
        "Average score 80.6 of 100, over the 15 proposals with money",
        "Queue-jumps 2 proposals passed over by a lower-scored one",
        "Score-weighted money 33,844,125 7 % above the ranked list",
        "Decisions 13 funded in full",
        "1 withdrawn",
        "Targets 2 of 3 bounds held",
        "women-girls missed by 29,000 AZN",
        "Conditional 3 awards",
        "Most money left 48,000 AZN, 73.3 % used: P1 Regions first",
        "42,654 AZN, 52.2 % used: P2",
        "31,000 AZN, 69.6 % used: P3 Open call",
        "5 warnings, in the report.",
        "Report: results/az-sample/report.html",
    ]
    places = [screen.text.index(words) for words in wanted]
    assert places == sorted(places)


@WIDTHS
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, summary(sample_run(), width).lines)) <= width


@WIDTHS
def test_no_decision_is_broken_over_two_lines(width: int) -> None:
    lines = "\n".join(summary(sample_run(), width).lines)
    for words in (
        "2 reserve list",
        "1 held for review",
        "1 below the threshold",
        "1 no matching pool",
    ):
        assert words in lines


def test_the_summary_withholds_names() -> None:
    run = sample_run()
    pools = run.tables["pools"].copy()
    pools["left"] = "500000.00"
    text = summary(replace(run, tables={**run.tables, "pools": pools})).text
    assert "Quiet line" not in text
    assert "Ələddin" not in text
    assert "P6" not in text, "its budget is confidential"


def test_pools_that_are_used_up_are_not_said_to_have_money_left() -> None:
    run = sample_run()
    pools = run.tables["pools"].copy()
    pools["left"] = "0.00"
    assert (
        "Most money left nowhere: every pool is used up"
        in summary(replace(run, tables={**run.tables, "pools": pools})).text
    )
    pools.loc[5, "left"] = "1.00"
    told = summary(replace(run, tables={**run.tables, "pools": pools})).text
    assert "Most money left only where the budget is confidential" in told


def test_a_run_that_found_nothing_says_what_to_try() -> None:
    screen = summary(without_awards("no_solution", stop_reason="time_limit"))
    assert "No plan was found before the time limit." in screen.text
    assert "--time-limit" in screen.text
    assert "results/az-sample/run.json" in screen.text


def test_without_a_folder_no_report_is_promised() -> None:
    assert "report.html" not in summary(sample_run(), out=None).text


def test_a_conflict_is_told_in_the_words_of_the_round() -> None:
    conflict = [
        {"constraint": "C1", "subject": "pool P2"},
        {"constraint": "C11", "subject": "target outside-baku"},
        {"constraint": "C12", "subject": "pool P2, proposal A07"},
        {"constraint": "C12", "subject": "pool P4, proposal A11"},
        {"constraint": "C9", "subject": "alternatives bees"},
        {"constraint": "C13", "subject": "proposal A24, pools P5, P1"},
        {"constraint": "C2", "subject": "proposal A01", "words": "Looms needs 42,000."},
    ]
    run = without_awards("infeasible", conflict=conflict)
    screen = Screen()
    print_conflict(run, screen.console)
    assert "No plan can keep every constraint." in screen.text
    for words in (
        "- Pool P2 (Small grants of the Embassy of Exampleland) has 89,154.00 AZN to award.",
        "- Target outside-baku asks for at least 40 % of the money on offer for proposals whose "
        "region is not Bakı.",
        "- The board fixed an award by Small grants of the Embassy of Exampleland for Crossing "
        "guards for Sumqayit (P2 and A07): the board promised it to the city on 12 February.",
        "- Dye garden has accepted 9,000.00 AZN from Gift of name withheld for schools "
        "(P4 and A11).",
        "- Alternatives bees: at most one of several alternatives is funded.",
        "- A confidential proposal, pools a confidential pool, P1: pools that do not",
        "- Looms needs 42,000.",
    ):
        assert words in screen.text
    assert "C1" not in screen.text
    assert max(map(len, screen.lines)) <= 80
    document = summary_document(run)
    assert [part["constraint"] for part in document["conflict"]] == [
        p["constraint"] for p in conflict
    ]
    assert document["conflict"][-1]["words"] == "Looms needs 42,000."


def test_caps_and_counts_in_a_conflict_name_their_numbers() -> None:
    run = without_awards(
        "infeasible",
        conflict=[
            {"constraint": "C8", "subject": "organisation O01"},
            {"constraint": "C4", "subject": "pool P1"},
        ],
    )
    policy = run.round.policy.model_copy(
        update={
            "max_proposals_per_organisation": 2,
            "max_amount_per_organisation": Decimal(500),
        }
    )
    pools = tuple(
        pool.model_copy(update={"max_grants": 1}) if pool.pool_id == "P1" else pool
        for pool in run.round.pools
    )
    screen = Screen()
    round_ = run.round.model_copy(update={"policy": policy, "pools": pools})
    print_conflict(replace(run, round=round_), screen.console)
    assert "Sheki Weavers (made up) (O01) may still get at most 2 proposals and 500.00 AZN." in (
        screen.text
    )
    assert "Pool P1 (Regions first) makes at most 1 grant." in screen.text


def test_one_constraint_that_cannot_hold_is_not_told_as_many() -> None:
    screen = Screen()
    conflict = [{"constraint": "C1", "subject": "pool P2"}]
    print_conflict(without_awards("infeasible", conflict=conflict), screen.console)
    assert "This cannot hold:" in screen.text
    assert "Relax it in the round, and run it again." in screen.text


def test_a_conflict_that_is_not_known_is_not_made_up() -> None:
    screen = Screen()
    run = without_awards("infeasible", conflict=[], stop_reason="the pins cannot hold")
    print_conflict(run, screen.console)
    assert "The pins cannot hold." in screen.text
    assert "Which constraints are in conflict is not known." in screen.text
    assert "`matcher explain` looks for what targets" in screen.text


# For machines


def test_the_document_is_json_with_exact_money() -> None:
    document = json.loads(json.dumps(summary_document(sample_run()), allow_nan=False))
    assert document["status"] == "optimal"
    assert document["standing"] == "Proved within 0.009 % of the best."
    assert document["placed"] == {"amount": "410500.00", "currency": "AZN"}
    assert document["budget"] == {"amount": "571154.00", "currency": "AZN"}
    assert document["queue_jumps"] == 2
    assert document["gain_over_ranked_list"] == pytest.approx(0.07)
    assert document["decisions"]["funded"] == 13
    assert [target["held"] for target in document["targets"]] == [True, True, False]
    assert document["most_money_left"][0] == {
        "pool_id": "P1",
        "left": {"amount": "48000.00", "currency": "AZN"},
    }
    assert document["warnings"] == WARNINGS
    assert document["verified"] is True
    assert document["levels"] == sample_run().record["levels"]


def test_a_document_without_awards_has_status_and_conflict() -> None:
    document = json.loads(json.dumps(summary_document(without_awards("no_solution"))))
    assert document["status"] == "no_solution"
    assert document["conflict"] == []
    assert "placed" not in document


# Problems


def problem(
    row: int | None,
    column: str,
    value: str = "",
    file: str = "proposals.csv",
    severity: Literal["error", "warning"] = "error",
) -> Problem:
    return Problem(file, row, column, value, "is wrong.", "Mend it.", severity)


@WIDTHS
def test_problems_are_listed_by_file_with_all_that_is_known(width: int) -> None:
    screen = Screen(width)
    found = [
        problem(12, "requested", "15 000,00"),
        problem(None, "policy.max_funders_per_proposal", file="round.yaml", severity="warning"),
        problem(19, "regions", "AZ-QQ;[red]AZ[/red]"),
        problem(None, "", file="donors.csv"),
    ]
    print_problems(found, screen.console)
    text = screen.text
    assert text.startswith("3 errors and 1 warning proposals.csv")
    assert 'row 12, requested "15 000,00" is wrong. Mend it.' in text
    assert 'row 19, regions "AZ-QQ;[red]AZ[/red]" is wrong. Mend it.' in text
    assert "round.yaml warning: policy.max_funders_per_proposal is wrong. Mend it." in text
    assert "donors.csv is wrong. Mend it." in text
    assert max(map(len, screen.lines)) <= width


def test_what_is_longer_than_a_line_is_left_whole_and_no_line_ends_in_spaces() -> None:
    screen = Screen(40)
    path = f"/made-up/{'folder/' * 12}round"
    print_problems([problem(3, "title", path, file=path)], screen.console)
    lines = screen.file.getvalue().splitlines()
    assert path in lines
    assert any(f'"{path}"' in line for line in lines)
    assert all(line == line.rstrip() for line in lines)


def test_problems_that_differ_only_in_their_row_are_one_and_no_row_is_left_out() -> None:
    screen = Screen()
    rows = [2, 3, 4, 9, 11, 12]
    print_problems([problem(row, "annual_budget") for row in rows], screen.console)
    assert "6 errors" in screen.text
    assert "rows 2–4, 9 and 11–12, annual_budget is wrong. Mend it." in screen.text
    assert screen.text.count("Mend it.") == 1


def test_nothing_wrong_prints_nothing() -> None:
    screen = Screen()
    print_problems([], screen.console)
    assert screen.file.getvalue() == ""


def test_what_proposals_asked_for_is_not_floored_to_a_grant_step() -> None:
    proposals = [
        {"proposal_id": "A", "score": "80", "requested": "249.90"},
        {"proposal_id": "B", "score": "70", "requested": "99.95"},
        {"proposal_id": "C", "score": "60", "requested": "50", "status": "withdrawn"},
    ]
    document = made_up_round(
        [{"pool_id": "P", "budget": "1000"}], proposals, policy={"grant_step": "100"}
    )
    figures = match(round_of(document)).figures
    assert figures is not None
    assert (figures.requested, figures.placed) == (34985, 20000)
