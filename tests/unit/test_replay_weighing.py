"""Which of two results is better, what of their claims stands, and where their files differ."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from matcher.results import RESULT_COLUMNS, RunStatus
from matcher.scenarios.replays.files import KEYS, Apart, apart
from matcher.scenarios.replays.weighing import Broken, Name, Side, Weighed, weigh

SHORTFALL, MERIT, GRANTS = ("L1", 1), ("L2", None), ("L4", None)
AWARDS, OTHERS = {("P", "A"): 5}, {("P", "B"): 5}


def side(
    shortfall: str = "0",
    merit: str = "100",
    grants: int = 1,
    bounds: Mapping[Name, float | None] | None = None,
    **changes: Any,
) -> Side:
    """Give a side whose bounds are what it reached, where none are given."""
    values: dict[Name, Fraction] = {
        SHORTFALL: Fraction(shortfall),
        MERIT: Fraction(merit),
        GRANTS: Fraction(grants),
    }
    stated = {name: float(value) for name, value in values.items()}
    shown: dict[str, Any] = {"status": "optimal", "awards": AWARDS, "values": values}
    return Side(**(shown | {"stated": stated, "bounds": {**stated, **(bounds or {})}} | changes))


def without(status: RunStatus) -> Side:
    return Side(status, None, {}, {}, {})


def broken(found: Weighed) -> list[tuple[str, Name | None]]:
    return [(each.kind, each.level) for each in found.broken]


def test_two_results_alike_differ_nowhere() -> None:
    assert weigh(side(), side()) == Weighed(True, None, False, ())


def test_the_first_level_at_which_they_differ_decides() -> None:
    """Less merit for less of a shortfall is better, and fewer grants are."""
    loose = {SHORTFALL: 0.0, MERIT: 120.0, GRANTS: 0.0}
    recorded = side("1/4", "110", bounds=loose, awards=OTHERS)
    assert weigh(recorded, side("1/8", "90", bounds=loose)) == Weighed(False, SHORTFALL, True, ())
    assert weigh(recorded, side("1/4", "111", bounds=loose)) == Weighed(False, MERIT, True, ())
    more = side("1/4", "110", 2, bounds=loose)
    assert weigh(recorded, more) == Weighed(False, GRANTS, False, ())


@pytest.mark.parametrize(
    ("recorded", "replayed", "kind", "level"),
    [
        (side(merit="100"), side(merit="101"), "recorded_bound", MERIT),
        (side(merit="101"), side(merit="100"), "replayed_bound", MERIT),
        (side("1/3"), side("1/4"), "recorded_bound", SHORTFALL),
        (side("1/4"), side("1/3"), "replayed_bound", SHORTFALL),
        (side(grants=2), side(grants=1), "recorded_bound", GRANTS),
        (side(merit="100", bounds={MERIT: 99.0}), side(merit="100"), "recorded_own_bound", MERIT),
        (side(merit="100", bounds={MERIT: 99.0}), side(merit="98"), "recorded_own_bound", MERIT),
        (side("1/4", bounds={SHORTFALL: 0.5}), side("1/4"), "recorded_own_bound", SHORTFALL),
        (without("infeasible"), side(), "recorded_infeasible", None),
        (side(), without("infeasible"), "replayed_infeasible", None),
        (side(findings=("too much",)), side(), "recorded_fails", None),
        (side(stated={MERIT: 100.5}), side(), "recorded_overstated", MERIT),
        (side("1/4", stated={SHORTFALL: 0.125}), side(), "recorded_overstated", SHORTFALL),
    ],
)
def test_what_does_not_stand_is_named(
    recorded: Side, replayed: Side, kind: Any, level: Name | None
) -> None:
    assert Broken(kind, level) in weigh(recorded, replayed).broken


def test_a_bound_that_is_a_third_is_not_beaten_by_a_third() -> None:
    """Bounds are rounded to numbers; the exact value behind one must not seem to be beyond it."""
    third, near = Fraction(1, 3), Fraction(1, 3) - Fraction(1, 10**30)
    recorded = side(merit=str(near), bounds={MERIT: float(near)}, awards=OTHERS)
    found = weigh(recorded, side(merit=str(third)))
    assert (found.first, broken(found)) == (MERIT, [])


def test_what_is_stated_below_what_is_reached_breaks_nothing() -> None:
    assert broken(weigh(side(stated={MERIT: 99.0}), side())) == []
    assert broken(weigh(side("1/4", stated={SHORTFALL: 0.5, MERIT: 200.0}), side("1/4"))) == []


def test_the_bounds_of_awards_that_fail_are_not_held_against_what_they_would_be_worth() -> None:
    recorded = side(merit="500", bounds={MERIT: 99.0}, findings=("too much",))
    assert broken(weigh(recorded, side())) == [("recorded_fails", None)]


def test_without_a_bound_nothing_is_refuted() -> None:
    ranked = side(merit="100", bounds={MERIT: None}, awards=OTHERS)
    assert broken(weigh(ranked, side(merit="120", bounds={MERIT: None}))) == []


def test_awards_that_fail_are_not_compared_by_what_they_would_be_worth() -> None:
    found = weigh(side(merit="500", findings=("too much",), awards=OTHERS), side())
    assert (found.first, broken(found)) == (None, [("recorded_fails", None)])


def test_two_runs_without_a_plan_are_alike() -> None:
    assert weigh(without("infeasible"), without("infeasible")).same_awards
    assert broken(weigh(without("no_solution"), without("infeasible"))) == []


def table(name: str, *rows: str) -> bytes:
    return ("\n".join([",".join(RESULT_COLUMNS[name]), *rows]) + "\n").encode()


def test_every_table_has_columns_by_which_its_rows_are_known() -> None:
    assert set(KEYS) == set(RESULT_COLUMNS)
    assert all(set(keys) <= set(RESULT_COLUMNS[name]) for name, keys in KEYS.items())


def test_tables_are_compared_by_row_and_column_in_any_order() -> None:
    then = table("pools", "P1,10,5,5,1,0.5", "P2,10,5,5,1,0.5", "P3,1,0,1,0,0")
    now = table("pools", "P2,10,5,5,1,0.5", "P1,10,6,4,1,0.5", "P4,1,0,1,0,0")
    assert apart({"pools.csv": then}, {"pools.csv": now}) == (
        Apart("pools.csv", "P1", "awarded", "5", "6"),
        Apart("pools.csv", "P1", "left", "5", "4"),
        Apart("pools.csv", "P3", "", "P3, 1, 0, 1, 0, 0", None),
        Apart("pools.csv", "P4", "", None, "P4, 1, 0, 1, 0, 0"),
    )


def test_a_table_that_is_none_any_more_is_compared_line_by_line() -> None:
    then = table("pools", "P1,10,5,5,1,0.5", "P1,10,5,5,1,0.5")
    now = table("pools", "P1,10,5,5,1,0.5", "P2,10,5,5,1,0.5")
    assert apart({"pools.csv": then}, {"pools.csv": now}) == (
        Apart("pools.csv", "line 3", "", "P1,10,5,5,1,0.5", "P2,10,5,5,1,0.5"),
    )
    broken_ = b'"' + then
    (found,) = apart({"pools.csv": broken_}, {"pools.csv": then})
    assert (found.row, found.recorded) == ("line 1", '"' + ",".join(RESULT_COLUMNS["pools"]))


def test_rows_in_another_order_are_another_file_of_the_same_rows() -> None:
    then, now = table("pools", "A,,,,,", "B,,,,,"), table("pools", "B,,,,,", "A,,,,,")
    assert [each.file for each in apart({"pools.csv": then}, {"pools.csv": now})] == [
        "pools.csv", "pools.csv",
    ]  # fmt: skip


def test_lines_are_matched_with_each_other_and_the_rest_is_told() -> None:
    then, now = b"a\nb\nc\nd\ne\n", b"a\nc\nx\ne\nf\n"
    assert apart({"report.html": then}, {"report.html": now}) == (
        Apart("report.html", "line 2", "", "b", None),
        Apart("report.html", "line 4", "", "d", "x"),
        Apart("report.html", "line 6", "", None, "f"),
    )


def test_a_file_that_only_one_of_the_two_has_is_told_once() -> None:
    found = apart({"awards.csv": b"abc"}, {"report.html": b""})
    assert found == (
        Apart("awards.csv", "", "", "3 bytes", None),
        Apart("report.html", "", "", None, "0 bytes"),
    )


def test_a_record_is_compared_key_by_key_but_for_timings_memory_and_versions() -> None:
    then = b'{"a": 1, "timings": {"solve": 1}, "versions": {}, "levels": [{"value": 1.0}]}'
    now = b'{"versions": {"x": "1"}, "a": 1, "peak_memory_mib": 3, "levels": [{"value": 2.0}]}'
    assert apart({"run.json": then}, {"run.json": now}) == (
        Apart("run.json", "", "levels.0.value", "1.0", "2.0"),
    )
    assert apart({"run.json": b'{"a": 1}'}, {"run.json": b'{ "a":1 }'}) == ()


def test_of_lists_of_sentences_those_that_only_one_has_are_told() -> None:
    then, now = b'{"warnings": ["One.", "Two."]}', b'{"warnings": ["Two.", "Three."]}'
    assert apart({"run.json": then}, {"run.json": now}) == (
        Apart("run.json", "", "warnings: One.", "One.", None),
        Apart("run.json", "", "warnings: Three.", None, "Three."),
    )
