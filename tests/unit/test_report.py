"""The report says what people need in words, and never varies."""

import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest

from matcher.domain import Round
from matcher.writing.report import render_report
from tests.unit.sample_reports import parsed, seen, with_record, with_round
from tests.unit.sample_run import BUDGETS, PROPOSALS, sample_round, sample_run, without_awards

# What it says


def test_the_headline_figures_come_first(text: str) -> None:
    wanted = [
        "Spring sample round (made up)",
        "Decided as of 1 March 2026. 6 pools of 5 donors, 25 proposals of 10 organisations.",
        "Proved within 0.009 % of the best.",
        "410,500 AZN",
        "71.9 % of the 571,154 on offer",
        "80.6",
        "of 100, over the 15 proposals with money",
        "proposals passed over by a lower-scored one",
        "Decisions",
        "Score-weighted money, 7 % above the ranked list",
        "Targets",
    ]
    places = [text.index(words_) for words_ in wanted]
    assert places == sorted(places)


def test_one_proposal_passed_over_is_told_as_one() -> None:
    run = sample_run()
    assert run.figures is not None
    told = {n: seen(replace(run, figures=replace(run.figures, queue_jumps=n))) for n in (0, 1, 2)}
    assert "\n1\nproposal passed over by a lower-scored one\n" in told[1]
    assert "\n2\nproposals passed over by a lower-scored one\n" in told[2]
    assert "\n0\nno proposal is passed over by a lower-scored one\n" in told[0]


def test_every_decision_is_counted_in_words(text: str) -> None:
    block = text[text.index("Decisions\n") : text.index("Against the ranked list")].split("\n")
    for words_, number in (("funded in full", "13"), ("reserve list", "2"), ("withdrawn", "1")):
        assert block[block.index(words_) + 1] == number


def test_targets_say_whether_and_by_how_much_they_are_held_the_missed_ones_first(
    text: str,
) -> None:
    block = text[text.index("\nTargets\n") : text.index("\nPools")]
    assert (
        "women-girls\n51,000 AZN\nmissed by 29,000 AZN\n"
        "at least 80,000 AZN awarded for proposals whose group is women and girls; wished for\n"
        "outside-baku\n43.1 %\nheld, 3.1 percentage points to spare\n"
        "at least 40 % of the money on offer for proposals whose region is not Bakı; must hold\n"
        "schools\n1 proposal\nheld exactly\nat least 1 funded proposal whose group is children or "
        "youth, paid by Gift of name withheld for schools; must hold" in block
    )


def test_what_targets_ask_for_and_reach_wraps_on_a_phone() -> None:
    page = render_report(sample_run(), "0" * 64)
    assert '<h2>Targets</h2>\n  <table class="narrow">' in page
    phone = page.split("@media (max-width: 45rem) {")[1].split("@page")[0]
    assert ".bars, .columns table, .narrow { min-width: 0; }" in phone
    assert ".narrow .outcome { white-space: normal; }" in phone


def test_every_pool_and_every_proposal_is_listed(text: str) -> None:
    assert "Regions first\nKhazar Example Holding · P1\n180,000\n132,000\n48,000\n3\n73.3 %" in text
    hidden = {"A24"}
    for identifier, _, title, *_ in PROPOSALS:
        assert (f"· {identifier}" in text) is (identifier not in hidden)
        assert (title in text) is (identifier not in hidden)


def test_awards_stand_under_their_pool_with_what_is_special_about_them(text: str) -> None:
    start = text.index("Awards by pool")
    block = text[start : text.index("Conditional awards", start)]
    assert "Embassy of Exampleland · P2 · pays in EUR, the smaller figures\n46,500\n" in block
    assert "Safe Road (made up) · A07 · fixed by the board\n81.75\n12,000\n6,056.93" in block
    assert "Sheki Weavers (made up) · A11 · accepted before" in block
    assert "Araz Readers (made up) · A08 · conditional" in block
    assert "A06 · payable from 15 April 2026" in block
    sums = sum(Decimal(sum(paid.values())) for *_, paid in PROPOSALS)
    assert sums == 410500


def test_conditions_pins_steps_and_reasons_are_told(text: str) -> None:
    assert "The foundation's council approves it in April.\n71,000\n" in text
    assert "Fixed by the board. The board promised it to the city on 12 February." in text
    assert "Register the grant agreement\na made-up rule, article 3\napplicant\n16 March" in text
    assert "Scored 41, below the threshold of 50." in text
    assert "Funded with 60,000 of 75,000 AZN asked, by P1 and a confidential pool." in text


def test_who_was_passed_over_is_told_with_the_cause_and_the_cost(text: str) -> None:
    block = text[text.index("Out of order") : text.index("Steps to take")]
    assert "A winter road to the school of Xinaliq\nMountain School Fund (made up)\n" in block
    assert "Putting it right costs at most 210,000 of score-weighted money." in block
    assert "84.00\nNight-bus shelters (70.00)\nBy Open call, because the pool's largest" in block
    assert "Putting it right is not possible with its pools' other awards alone." in block


def test_pools_alike_are_told_as_one_and_the_rest_is_counted() -> None:
    run = sample_run()
    frame = run.tables["out_of_order"]
    rows = [
        dict(frame.iloc[0]) | {"pool_id": pool, "funded_instead": i, "score_funded_instead": score}
        for pool in BUDGETS
        for i, score in (("A17", "70"), ("A11", "77"), ("A14", "74"), ("A13", "75"))
        if pool != "P6"
    ]
    tables = {**run.tables, "out_of_order": type(frame)(rows, columns=frame.columns)}
    told = seen(replace(run, tables=tables))
    assert (
        "Night-bus shelters (70.00), Repair cafés (74.00), Sign-language evening courses (75.00) "
        "and 1 more\nBy Regions first, Small grants of the Embassy of Exampleland, Open call and "
        "2 more, because the pool's largest share of a project stands in the way." in told
    )


def test_warnings_that_differ_only_in_their_row_are_one(text: str) -> None:
    assert "organisations.csv, rows 2 and 5, column annual_budget: is blank." in text
    assert "round.yaml, column policy.min_award: is not given." in text


def test_what_vouches_for_it_stands_at_the_end(text: str) -> None:
    end = text[text.index("What vouches for it") :]
    for said in (
        "Shortfall of wished-for targets, priority 1\n0.3625\n0.3625\nnone\nproven as asked",
        "Score-weighted money\n33,844,125\n33,847,171\n0.009 %",
        "Number of grants\n17\n15\n13.4 %\nthe limit of work for this level",
        "passed: every verdict, constraint and level was recomputed",
        "asked to prove it within 0.01 %, in at most 600 seconds, with 2 workers and seed 0",
        "none: the pools' own terms decide",
        sample_round().content_hash,
        "donor-matcher 0.0.0",
    ):
        assert said in end


def test_a_rule_that_leaves_something_out_says_so_in_words() -> None:
    run = sample_run(status="feasible")
    options = {**run.record["options"], "rule": "ranked_list"}
    run = with_record(run, not_enforced=["C11 floors"], options=options, stop_reason="rule")
    assert run.figures is not None
    told = seen(replace(run, figures=replace(run.figures, baseline=None)))
    assert "Made by going down the ranked list; nothing is claimed about the best." in told
    assert "the floors of targets that must hold are reached" in told
    assert "Against the ranked list" not in told
    assert "What the ranked list would have done" not in told


def test_a_run_may_be_asked_for_the_very_best() -> None:
    options = {**sample_run().record["options"], "gap": 0.0}
    assert "asked to prove it exactly, in at most" in seen(
        with_record(sample_run(), options=options)
    )


def test_a_run_that_the_clock_stopped_does_not_promise_the_same_bytes() -> None:
    run = with_record(sample_run(), reproducible=False, stop_reason="time_limit")
    assert "another run may end otherwise" in seen(run)


def test_many_pools_leave_only_those_with_money_left_on_the_first_page() -> None:
    run = sample_run()
    more = [
        {"pool_id": f"Q{n:02}", "donor_id": "D1", "name": f"Line {n}", "currency": "AZN",
         "budget": "1000"}
        for n in range(20)
    ]  # fmt: skip
    settings = sample_round().document()
    pools = [*settings["pools"], *more]
    round_ = Round.model_validate({**settings.pop("round"), **settings, "pools": pools})
    frame = run.tables["pools"]
    used = [
        {"pool_id": row["pool_id"], "budget": "1000.00", "awarded": "1000.00", "left": "0.00",
         "grants": "1", "share_used": "1.000000"}
        for row in more
    ]  # fmt: skip
    rows = [*frame.to_dict("records"), *used]
    tables = {**run.tables, "pools": type(frame)(rows, columns=frame.columns)}
    told = seen(replace(run, round=round_, tables=tables))
    first = told[told.index("Pools with money left") : told.index("All pools")]
    assert "4 of 26, the most first" in first
    names = ["Regions first", "Small grants of", "Open call", "Gift of"]
    assert [first.index(name) for name in names] == sorted(first.index(name) for name in names)
    assert "Skills & work" not in first, "its budget is confidential"
    assert "Line 19" in told[told.index("All pools") :]


def test_amounts_have_decimals_as_soon_as_one_of_them_needs_them() -> None:
    run = sample_run()
    pools = run.tables["pools"].copy()
    pools.loc[0, "left"] = "48000.50"
    told = seen(replace(run, tables={**run.tables, "pools": pools}))
    assert "180,000.00\n132,000.00\n48,000.50" in told
    assert "410,500 AZN" in told, "a whole amount that stands alone needs no decimals"


def test_numbers_in_what_people_wrote_themselves_stay_as_they_wrote_them() -> None:
    own = {"A07": "minute 2026.01 of 12345.60", "A24": "letter 2026.02, no. 12345.67"}
    run = with_round(
        sample_run(),
        pairs={"A07": {"reason": own["A07"]}},
        proposals={"A24": {"status": "withdrawn", "status_reason": own["A24"],
                           "visibility": "public"}},
    )  # fmt: skip
    frame = run.tables["decisions"].copy()
    frame.loc[frame["proposal_id"] == "A07", "reason"] = (
        f"Funded with 12000.50 by P2. Fixed by the board: {own['A07']}."
    )
    frame.loc[frame["proposal_id"] == "A24", "reason"] = own["A24"]
    told = seen(replace(run, tables={**run.tables, "decisions": frame}))
    assert f"Funded with 12,000.50 by P2. Fixed by the board: {own['A07']}.\n" in told
    assert "Letter 2026.02, no. 12345.67.\n" in told


def test_a_name_from_right_to_left_leaves_what_follows_where_it_is() -> None:
    run = with_round(sample_run(), organisations={"O01": {"name": "اتحاد"}},
                     donors={"D1": {"name": "صندوق"}})  # fmt: skip
    page = render_report(run, "0" * 64)
    assert "<bdi>اتحاد</bdi> · A01" in page and "<bdi>صندوق</bdi> · P1" in page


def test_an_empty_result_has_a_report() -> None:
    run = sample_run()
    assert run.figures is not None
    figures = replace(
        run.figures, placed=0, funded=0, partially_funded=0, average_score=None,
        merit=Fraction(0), queue_jumps=0, conditional_awards=0, baseline=None,
    )  # fmt: skip
    nothing = {n: f.iloc[:0] for n, f in run.tables.items()}
    told = seen(replace(run, figures=figures, tables=nothing, levels=()))
    assert "0 AZN" in told
    assert "nothing is funded" in told
    assert "no proposal is passed over by a lower-scored one" in told


def test_a_run_without_awards_has_no_report() -> None:
    with pytest.raises(ValueError, match="no report"):
        render_report(without_awards("infeasible"), "")


# What it is


def test_the_same_run_gives_the_same_bytes() -> None:
    assert render_report(sample_run(), "d") == render_report(sample_run(), "d")
    slower = with_record(sample_run(), timings={"total": 99.9}, peak_memory_mib=9999.9)
    assert render_report(sample_run(), "d") == render_report(slower, "d")


def test_it_needs_nothing_but_itself() -> None:
    html = render_report(sample_run(), "d")
    tags = parsed(sample_run()).tags
    assert not {tag for tag, _ in tags} & {"script", "link", "img", "iframe", "object", "form"}
    attributes = {name for _, attrs in tags for name in attrs}
    assert not attributes & {"src", "href", "srcset", "style"}
    assert not {name for name in attributes if name.startswith("on")}
    assert not re.search(r"https?:|url\(|@import", html)


def test_it_never_speaks_in_codes(text: str) -> None:
    assert not re.search(r"\b[CL]\d{1,2}\b", text)
    assert not re.search(r"\b[a-z]+_[a-z_]+\b", text.split("Warnings")[0])
    assert "None" not in text
    assert "Undefined" not in text


def test_names_cannot_put_markup_into_the_page(text: str) -> None:
    assert "Youth Forum <Ganja> (made up)" in text
    assert "Reading circles in <b>prisons</b>" in text
    assert "b" not in {tag for tag, _ in parsed(sample_run()).tags}
