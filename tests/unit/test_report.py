"""The report says what people need in words, says nothing that is withheld, and never varies."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from html.parser import HTMLParser
from typing import Any

import pytest
from sample_run import BUDGETS, PROPOSALS, sample_round, sample_run, without_awards

from matcher.domain import Round
from matcher.results import Level, Run
from matcher.writing import phrases, words
from matcher.writing.report import render_report
from matcher.writing.visibility import ShownRound


class _Text(HTMLParser):
    """Collects what people see of a page, block by block."""

    BLOCKS = ("p", "td", "th", "small", "h1", "h2", "li", "dt", "dd", "title", "tr", "div")

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.hidden |= tag == "style"
        if tag in self.BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden &= tag != "style"

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def parsed(run: Run) -> _Text:
    page = _Text()
    page.feed(render_report(run, "0" * 64))
    return page


def seen(run: Run) -> str:
    """Give the text of a run's report, a block a line, spaces as plain ones."""
    lines = "".join(parsed(run).parts).replace("\u00a0", " ").split("\n")
    return "\n".join(" ".join(line.split()) for line in lines if line.strip())


@pytest.fixture(scope="module")
def text() -> str:
    return seen(sample_run())


def with_record(run: Run, **changes: Any) -> Run:
    return replace(run, record={**run.record, **changes})


def with_round(run: Run, **parts: Any) -> Run:
    """Give a run whose round has other rows; `parts` maps a table to id → changed columns."""
    document = sample_round().document()
    for table, rows in parts.items():
        for row in document[table]:
            identifier = next(
                iter(v for k, v in row.items() if k.endswith("_id") and v in rows), ""
            )
            row.update(rows.get(identifier, {}))
    settings = document.pop("round")
    return replace(run, round=Round.model_validate({**settings, **document}))


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
        "schools\n1 proposal\nheld exactly\nat least 1 proposal funded by Gift of name withheld "
        "for schools for proposals whose group is children or youth; must hold" in block
    )


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
    block = text[text.index("Out of order") : text.index("Steps before payment")]
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
    assert run.figures is not None
    run = with_record(run, not_enforced=["C11 floors"], options=options, stop_reason="rule")
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


# What it withholds


def test_names_and_titles_that_are_withheld_are_nowhere(text: str) -> None:
    for secret in (
        "Ələddin", "Xəyali", "Invented Bank", "Quiet line", "Hidden Shelter",
        "A shelter that nobody should find", "A24", "P5",
    ):  # fmt: skip
        assert secret.lower() not in text.lower(), secret
    assert "Gift of name withheld for schools\nname withheld · P4" in text
    assert "confidential pool\nconfidential donor\n70,000\n70,000" in text
    assert "confidential proposal\nconfidential applicant\nWithheld." in text
    assert "The money of name withheld is not on the account yet." in text


def test_what_is_confidential_still_counts(text: str) -> None:
    assert "571,154 on offer" in text
    assert "25 proposals of 10 organisations" in text
    assert "withdrawn\n1\n" in text


def test_a_proposal_may_withhold_its_applicant_alone(text: str) -> None:
    assert "Beekeeping above 1,500 m\nname withheld · A19\nName withheld has reached" in text
    assert "Second beekeeping school\nLerik Longevity Club (made up) · A20" in text


def test_terms_that_a_pool_keeps_are_not_told(text: str) -> None:
    assert "Skills & work\nKhazar Example Holding · P6\nwithheld\n58,000\nwithheld\n3\n–" in text
    assert "fails on sectors" not in text
    assert "No pool's terms cover it." in text
    assert "Held until it states what the pools that might fund it ask for." in text
    assert "By Skills & work. Why is withheld, for some terms are confidential." in text
    assert "it has the pool's largest grant already" not in text
    assert "4321" not in text
    assert "pools.csv, row 7, column min_grant: this is a term that the pool keeps" in text


def test_a_confidential_condition_is_not_told() -> None:
    run = with_round(sample_run(), pools={"P3": {"confidential_terms": "condition"}})
    told = seen(run)
    assert "council approves" not in told
    assert "A term that the pool keeps confidential.\n71,000" in told


def test_what_a_confidential_organisation_asks_for_is_confidential() -> None:
    title = "Looms for thirty women in Sheki"
    assert title in seen(sample_run())
    hidden = {"O01": {"visibility": "confidential"}}
    assert title not in seen(with_round(sample_run(), organisations=hidden))
    withheld = {"O01": {"visibility": "name_withheld"}}
    assert title in seen(with_round(sample_run(), organisations=withheld))


def test_a_name_or_a_certainty_may_be_a_term_that_is_kept() -> None:
    assert "Open call\nSample Foundation · P3 · pledged" in seen(sample_run())
    kept = {"P3": {"confidential_terms": "name;certainty"}}
    told = seen(with_round(sample_run(), pools=kept))
    assert "Open call" not in told
    assert "pledged" not in told
    assert "name withheld\nSample Foundation · P3\n102,000" in told


def test_only_the_pools_own_columns_are_kept() -> None:
    warning = 'proposals.csv, row 4, column budget: "77" is odd.'
    told = seen(
        with_record(sample_run(), warnings=[warning, warning.replace("proposals", "pools")])
    )
    assert warning in told
    assert told.count('"77"') == 1


@pytest.mark.parametrize(
    ("table", "identifier", "secret"),
    [
        ("donors", "D1", "Khazar Example Holding"),
        ("organisations", "O01", "Sheki Weavers"),
        ("pools", "P1", "Regions first"),
        ("proposals", "A01", "Sheki Weavers (made up) · A01"),
    ],
)
@pytest.mark.parametrize("visibility", ["name_withheld", "confidential"])
def test_each_kind_of_name_can_be_withheld(
    table: str, identifier: str, secret: str, visibility: str
) -> None:
    assert secret in seen(sample_run())
    run = with_round(sample_run(), **{table: {identifier: {"visibility": visibility}}})
    assert secret not in seen(run)


def test_text_is_searched_for_whole_names_in_any_case() -> None:
    changes = {"name": "İrəli Bank", "visibility": "confidential"}
    shown = ShownRound(with_round(sample_run(), donors={"D3": changes}).round)
    assert shown.text("İrəli Bank, İRƏLI BANK and İrəli Banking") == (
        "a confidential donor, a confidential donor and İrəli Banking"
    )
    assert shown.text("P3, P33 and P3-b") == "a confidential pool, P33 and P3-b"


# The words


def level(name: str, value: int, bound: int | None) -> Level:
    exact = None if bound is None else Fraction(bound)
    return Level(name, 1, Fraction(value), exact, "proven")


@pytest.mark.parametrize(
    ("status", "rule", "stopped", "levels", "told"),
    [
        ("optimal", "max_merit", "gap", [level("L2", 9, 9)], "Proven best: no other plan"),
        ("optimal", "max_merit", "gap", [], "Proven best: no other plan"),
        ("optimal", "max_merit", "gap", [level("L2", 9999, 10000)], "Proved within 0.01 % of"),
        (
            "optimal",
            "max_merit",
            "gap",
            [level("L2", 9999, 10000), level("L2", 999, 1000)],
            "Proved within 0.1 % of",
        ),
        (
            "feasible",
            "max_merit",
            "time_limit",
            [level("L2", 967, 1000)],
            "Stopped by the time limit. Proved within 3.3 % of the best.",
        ),
        (
            "feasible",
            "max_merit",
            "interrupted",
            [level("L1", 1, 1), level("L2", 967, None)],
            "Stopped by an interrupt (Ctrl-C). How far it is from the best is not known.",
        ),
        (
            "feasible",
            "max_merit",
            "time_limit",
            [level("L1", 2, 1), level("L2", 9, 9)],
            "It is not proven that wished-for targets are missed by as little as can be.",
        ),
        ("feasible", "ranked_list", "rule", [level("L2", 9, None)], "nothing is claimed"),
        ("infeasible", "max_merit", "gap", [], "No plan can keep every constraint."),
        ("no_solution", "max_merit", "time_limit", [], "No plan was found before the time limit."),
    ],
)
def test_a_run_claims_what_is_proven_and_no_more(
    status: str, rule: str, stopped: str, levels: list[Level], told: str
) -> None:
    said = words.standing(status, rule, stopped, words.gaps_of(levels))
    assert told in said.replace("\u00a0", " ")


def test_gaps_are_rounded_up_and_gains_down() -> None:
    up = {"0.0000001": "0.0001", "0.00009001": "0.01", "0.0001": "0.01", "0.00011": "0.02",
          "0.0331": "3.4", "0.5": "50"}  # fmt: skip
    for share, shown in up.items():
        assert phrases.percent_up(Fraction(share)) == f"{shown}\u00a0%"
    assert words.gain(Fraction("0.0739")) == "7.3\u00a0% above the ranked list"
    assert (
        words.gain(Fraction("-0.0731"))
        == "7.4\u00a0% below the ranked list, which does not reach for targets"
    )
    assert words.gain(Fraction("0.0001")) == "under 0.1\u00a0% above the ranked list"
    assert words.gain(Fraction(0)) == "the same as the ranked list"


def test_not_quite_all_is_never_all_and_not_quite_nothing_never_nothing() -> None:
    shares = {"1": "100", "0.99999": "99.9", "0.9995": "99.9", "0.97349": "97.3", "0.4": "40",
              "0": "0", "0.00001": "under 0.1", "1.5": "150"}  # fmt: skip
    for share, shown in shares.items():
        assert phrases.percent(Fraction(share)) == f"{shown}\u00a0%"
    assert phrases.percent(Decimal("0.4"), "always") == "40.0\u00a0%"


def test_numbers_days_lists_and_rows_read_the_same_everywhere() -> None:
    assert phrases.decimal_text(Fraction(-1, 1000), 2) == "0.00"
    assert phrases.decimal_text(Decimal("1234567.005"), 2) == "1,234,567.00"
    assert phrases.decimal_text(Decimal("1234567.015"), 2) == "1,234,567.02"
    assert phrases.day(date(2026, 12, 9)) == "9 December 2026"
    assert phrases.spoken(["A"]) == "A"
    assert phrases.spoken(["A", "B", "C"], "or") == "A, B or C"
    assert phrases.spoken([]) == ""
    assert phrases.few(["A", "B", "C", "D"], 2) == "A, B and 2 more"
    assert phrases.rows([9, 2, 3, 4, 7, 7]) == "rows 2–4, 7 and 9"
    assert phrases.rows([3]) == "row 3"


def test_every_code_has_words() -> None:
    from typing import get_args

    from matcher.domain.fields import Status
    from matcher.domain.policy import BOUNDS, WHERE_KEYS
    from matcher.verify.checking import CHECKS

    assert set(CHECKS) <= set(words.CONSTRAINTS)
    assert set(BOUNDS) == set(words.BOUNDS)
    assert set(WHERE_KEYS) == set(words.CONDITIONS)
    assert set(get_args(Status)) - {"submitted"} <= set(words.DECISIONS)
    assert all("_" not in said for said, _ in words.DECISIONS.values())
