"""The words of reports and summaries: what is claimed, and how numbers are rounded."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import pytest

from matcher.results import Level
from matcher.writing import phrases, words
from matcher.writing.report import gain_text
from matcher.writing.report_numbers import Money
from matcher.writing.report_targets import outcome
from tests.unit.sample_run import sample_run

# The words


def level(name: Literal["L1", "L2"], value: int, bound: int | None) -> Level:
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
    assert phrases.gap(Decimal("0.00009001")) == "0.01\u00a0%"
    assert phrases.gap(Decimal(0)) == "0\u00a0%"
    assert phrases.gap(None) == "not known"
    assert words.gain(Fraction("0.0739")) == "7.3\u00a0% above the ranked list"
    assert (
        words.gain(Fraction("-0.0731"))
        == "7.4\u00a0% below the ranked list, which does not reach for targets"
    )
    assert words.gain(Fraction("0.0001")) == "under 0.1\u00a0% above the ranked list"
    assert words.gain(Fraction(0)) == "the same as the ranked list"


def test_targets_are_why_a_plan_is_worth_less_only_where_the_list_leaves_any_aside() -> None:
    run = sample_run()
    *_, wished = run.round.targets
    capped = wished.model_copy(update={"strictness": "hard", "min_amount": None, "max_count": 9})
    for targets, told in (((wished,), ", which does not reach for targets"), ((capped,), ""),
                          ((), "")):  # fmt: skip
        round_ = run.round.model_copy(update={"targets": targets})
        said = gain_text(replace(run, round=round_), Fraction("-0.0731"))
        assert said == f"7.4\u00a0% below the ranked list{told}"


def test_a_missed_bound_is_never_missed_by_nothing() -> None:
    said = outcome("min_share", Decimal("0.000000"), False, Money("AZN", 0))
    assert said == "missed by less than 0.0001 percentage points"
    said = outcome("min_amount", Decimal("0.000"), False, Money("KWD", 0))
    assert said == "missed by less than 0.001\u00a0KWD"
    assert outcome("min_amount", Decimal("-0.70"), False, Money("AZN", 0)) == (
        "missed by 0.70\u00a0AZN"
    )
    assert Money("AZN", 0).text(Decimal("1000000.00")) == "1,000,000"


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
