"""Charts of scenarios, draws and curves: what they draw is what the tables say."""

import builtins
from collections.abc import Iterator
from operator import methodcaller
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

import matcher
from matcher import Options
from matcher.scenarios.asking.asking import Asking
from matcher.scenarios.drawing import (
    NothingToDraw,
    draw_bands,
    draw_curve,
    draw_frontier,
    draw_moved,
    draw_overview,
)
from matcher.scenarios.drawing.style import number, percent, short
from tests.unit.test_explain import a_round

EXACT = Options(gap=0.0, workers=1)
picture = methodcaller("_repr_png_")
"""Gives a figure as a notebook shows it, which asks for it by this name."""


@pytest.fixture(scope="module")
def asked() -> Asking:
    return matcher.what_if(
        a_round(4),
        {
            "more": {"pools.P1.budget": "x2"},
            "less": {"pools.*.budget": "x0.5"},
            "never": {"add": {"targets": {"id": "T", "min_amount": 9000}}},
        },
        EXACT,
    )


def texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


def rows(axes: Axes) -> list[str]:
    return [label.get_text() for label in axes.get_yticklabels()]


def legend(axes: Axes) -> list[str]:
    found = axes.get_legend()
    return [] if found is None else [text.get_text() for text in found.get_texts()]


def width(bar: Patch) -> float:
    assert isinstance(bar, Rectangle)
    return bar.get_width()


def across(line: Line2D) -> list[float]:
    return [float(at) for at in np.atleast_1d(line.get_xdata())]


def overlapping(figure: Figure) -> Iterator[tuple[str, str]]:
    """Give pairs of texts that are written over each other, as the figure is laid out."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    shown = [
        (text.get_text(), text.get_window_extent(renderer))
        for axes in figure.axes
        for text in (*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels())
        if text.get_visible() and text.get_text().strip()
    ]
    for place, (one, box) in enumerate(shown):
        for other, otherwise in shown[place + 1 :]:
            if box.overlaps(otherwise) and one != other:
                yield one, other


def bands(count: int) -> pd.DataFrame:
    """Give so many proposals, a third in each band."""
    shares = [(1.0, "certain"), (0.5, "your decision"), (0.0, "out")]
    made = [
        {"proposal_id": f"B{n:03}", "title": f"Work {n} " + "of many words " * (n % 5),
         "band": shares[n % 3][1], "draws": 20, "share": shares[n % 3][0],
         "low": max(shares[n % 3][0] - 0.2, 0), "high": min(shares[n % 3][0] + 0.2, 1)}
        for n in range(count)
    ]  # fmt: skip
    return pd.DataFrame(made)


def points(**changed: Any) -> pd.DataFrame:
    table = {"at": [0.5, 1.0, 1.5], "merit": [10.0, 20.0, 25.0], "bound": [10.0, 21.0, 25.0]}
    return pd.DataFrame(table | changed)


def test_an_overview_draws_what_each_scenario_changes_and_says_where_there_is_no_plan(
    asked: Asking,
) -> None:
    figure = draw_overview(asked.overview)
    left, right = figure.axes
    assert rows(left) == ["more", "less", "never"]
    changes = asked.overview.set_index("scenario")
    for axes, column in ((left, "merit_change"), (right, "placed_change")):
        widths = [width(bar) for bar in axes.patches]
        assert widths == [float(changes[column][name]) for name in ("more", "less")] + [0]
        assert texts(axes)[-1] == "no plan"
    merits = changes["merit"].astype(float)
    less = percent((merits["less"] - merits["base"]) / merits["base"], signed=True)
    assert f"({less})" in texts(left)[2]
    assert list(overlapping(figure)) == []


def test_what_moved_is_drawn_from_before_to_after_the_most_moved_first(asked: Asking) -> None:
    comparison = asked.comparisons["less"]
    for by, before, after in (
        ("pools", "awarded_before", "awarded_after"),
        ("proposals", "amount_before", "amount_after"),
    ):
        axes = draw_moved(comparison, by).axes[0]
        table = comparison.table(by).set_index("id" if by == "pools" else "proposal_id")
        moved = table[table["difference"] != 0]
        names = [row.split("  ")[0] for row in rows(axes)]
        assert sorted(names) == sorted(moved.index)
        drawn = [across(line) for line in axes.lines if len(across(line)) == 2]
        for name, (one, other) in zip(names, drawn, strict=True):
            assert (one, other) == (float(table[before][name]), float(table[after][name]))
        sizes = [abs(other - one) for one, other in drawn]
        assert sizes == sorted(sizes, reverse=True)


def test_where_nothing_moved_or_two_currencies_meet_there_is_nothing_to_draw(
    asked: Asking,
) -> None:
    same = matcher.compare(asked.side("base"), asked.side("base"))
    with pytest.raises(NothingToDraw, match="pools has no rows with figures"):
        draw_moved(same)
    dollars = a_round(4, currency="USD", rates={"AZN": "0.5"})
    other = matcher.compare(asked.side("base"), matcher.match(dollars, EXACT))
    with pytest.raises(NothingToDraw, match="in two currencies"):
        draw_moved(other)
    with pytest.raises(NothingToDraw):
        draw_overview(asked.overview.iloc[:1])
    with pytest.raises(NothingToDraw):
        draw_bands(bands(0))
    with pytest.raises(NothingToDraw):
        draw_curve(points(merit=[None] * 3))
    with pytest.raises(KeyError):
        draw_moved(asked.comparisons["less"], by="weather")


def test_bands_are_told_apart_by_form_and_counted_and_stand_in_the_order_of_their_shares() -> None:
    table = bands(12)
    figure = draw_bands(table)
    axes = figure.axes[0]
    assert [text.split()[0] for text in legend(axes)] == ["4", "4", "4"]
    forms = {(line.get_marker(), line.get_markerfacecolor()) for line in axes.lines}
    assert len(forms) == 3
    order = table.sort_values(["share", "proposal_id"], ascending=[False, True])
    assert [row[:4] for row in rows(axes)] == list(order["proposal_id"])
    assert list(overlapping(figure)) == []


def test_of_many_proposals_only_those_to_decide_on_are_drawn_and_the_others_counted() -> None:
    axes = draw_bands(bands(90)).axes[0]
    assert len(rows(axes)) == 30
    assert [text.split()[0] for text in legend(axes)] == ["30", "30", "30"]
    certain = bands(90)
    certain["band"], certain["share"] = "certain", 1.0
    assert len(rows(draw_bands(certain).axes[0])) == 90


def test_a_curve_has_its_bound_as_a_ribbon_unless_every_point_is_proven() -> None:
    axes = draw_curve(points()).axes[0]
    assert legend(axes) == ["up to the bound, which no plan exceeds", "best plan found"]
    [ribbon] = axes.collections
    corners = {tuple(corner) for path in ribbon.get_paths() for corner in np.asarray(path.vertices)}
    assert corners == {(0.5, 10), (1, 20), (1, 21), (1.5, 25)}
    proven = draw_curve(points(bound=[10.0, 20.0, 25.0])).axes[0]
    assert legend(proven) == ["best plan, proven"]
    assert not proven.collections


def test_points_without_a_plan_are_marked_and_no_line_is_drawn_through_them() -> None:
    gone = points(merit=[10.0, 20.0, None], bound=[10.0, 20.0, None])
    axes = draw_frontier(gone, "asked for").axes[0]
    assert legend(axes) == ["best plan, proven", "no plan"]
    line, crosses = axes.lines
    assert across(line) == [0.5, 1.0]
    assert across(crosses) == [1.5]
    assert axes.get_xlabel() == "asked for"


def test_a_frontier_says_what_its_last_step_costs_in_all() -> None:
    falling = points(at=[0.0, 0.3, 0.6], merit=[20.0, 20.0, 19.0], bound=[20.0, 20.0, 19.0])
    assert texts(draw_frontier(falling).axes[0]) == ["−5 % of merit"]
    flat = points(merit=[20.0] * 3, bound=[20.0] * 3)
    assert texts(draw_frontier(flat).axes[0]) == []


def test_a_figure_shows_itself_in_a_notebook_and_leaves_no_settings_behind() -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    first, again = (picture(draw_curve(points())) for _ in range(2))
    assert first.startswith(b"\x89PNG")
    assert first == again
    assert dict(mpl.rcParams) == before


def test_without_matplotlib_what_has_to_be_installed_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.partition(".")[0] == "matplotlib":
            raise ModuleNotFoundError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(matcher.MatcherError, match=r'pip install "donor-matcher\[notebook\]"'):
        draw_curve(points())


def test_numbers_in_charts_are_short() -> None:
    assert [number(value) for value in (0, 0.52, 99.5, 12345, 31_138_913, 2.5e9)] == [
        "0", "0.52", "99.5", "12,345", "31.14 M", "2.5 bn",
    ]  # fmt: skip
    assert [number(value, signed=True) for value in (-1.5, 0, 3)] == ["−1.5", "0", "+3"]
    assert [percent(value) for value in (0.0419, 1, -0.5)] == ["4.2 %", "100 %", "−50 %"]
    assert short("a" * 60).endswith("…")
    assert len(short("a" * 60)) == 52
