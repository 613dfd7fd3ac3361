"""Charts of scenarios and comparisons: what changes against the round as it is, and for whom.

Each takes the tables of this package and gives a Matplotlib figure. Raises NothingToDraw where a
table has no figures, or Matplotlib is not installed (the extra `notebook`).
"""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.scenarios.comparing.comparison import Comparison
from matcher.scenarios.drawing.style import (
    BLUE,
    FAINT,
    INK,
    RED,
    NothingToDraw,
    drawn,
    figures_axis,
    floats,
    new_figure,
    number,
    percent,
    rows_axis,
    short,
)
from matcher.scenarios.edits.files import BASE
from matcher.wording import catalogue_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_ROWS = 25
"""So many rows are drawn of what moved, those that change most."""


def draw_overview(overview: pd.DataFrame) -> "Figure":
    """Draw what each scenario changes in merit and in money placed, against the base.

    `overview` is that of overview.overview_of. A scenario without a plan says so.
    """
    rows = overview[overview["scenario"] != BASE]
    base = overview[overview["scenario"] == BASE]
    say = catalogue_of().say
    if rows.empty or base.empty:
        raise NothingToDraw(say("drawing-nothing", table="overview"))
    with drawn():
        figure = new_figure(8.2, 0.27 * len(rows) + 0.8)
        left, right = figure.subplots(1, 2, sharey=True)
        for axes, column in ((left, "merit"), (right, "placed")):
            whole = float(base[column].iloc[0])
            moved = floats(rows[f"{column}_change"])
            title = say("drawing-merit" if column == "merit" else "drawing-money")
            axes.set_title(title, pad=15)
            asked = say("drawing-of-base", value=number(whole))
            axes.annotate(asked, (0, 1), xycoords="axes fraction", xytext=(0, 3),
                          textcoords="offset points", fontsize=7.5, color=FAINT)  # fmt: skip
            _draw_changes(axes, moved, whole, list(rows["status"]))
        rows_axis(left, [short(str(name)) for name in rows["scenario"]])
        right.tick_params(axis="y", length=0)
        right.spines["left"].set_visible(False)
    return figure


def _draw_changes(
    axes: "Axes", moved: NDArray[np.float64], whole: float, statuses: list[Any]
) -> None:
    say = catalogue_of().say
    colours = [BLUE if value > 0 else RED for value in moved]
    axes.barh(np.arange(len(moved)), np.nan_to_num(moved), height=0.56, color=colours)
    axes.axvline(0, color=INK, linewidth=0.8)
    low, high = float(np.nanmin(np.append(moved, 0))), float(np.nanmax(np.append(moved, 0)))
    span = (high - low) or 1.0
    # Figures stand in a column of their own, where no bar reaches.
    axes.set_xlim(low - 0.03 * span, high + 0.75 * span)
    for place, (value, status) in enumerate(zip(moved, statuses, strict=True)):
        if np.isnan(value):
            told = say(f"drawing-{'without-plan' if status == 'infeasible' else 'not-run'}")
        else:
            share = f" ({percent(value / whole, signed=True)})" if whole and value else ""
            told = f"{number(value, signed=True)}{share}"
        axes.text(
            1, place, told, transform=axes.get_yaxis_transform(), ha="right", va="center",
            fontsize=7.5, color=FAINT if np.isnan(value) else INK,
        )  # fmt: skip
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)


def draw_moved(comparison: Comparison, by: str = "pools") -> "Figure":
    """Draw what each pool, or whatever `by` names, gets or gives before and after.

    `by` is a table of a comparison: pools, donors, organisations, regions, groups, sectors or
    proposals. Only what changes is drawn, the most moved first. Raises KeyError for another.
    """
    say = catalogue_of().say
    if not comparison.one_currency:
        raise NothingToDraw(say("drawing-two-currencies"))
    table = comparison.table(by)
    id_, name, before, after = (
        ("proposal_id", "title", "amount_before", "amount_after")
        if by == "proposals"
        else ("id", "name", "awarded_before", "awarded_after")
    )
    less = floats(table["difference"])
    order = np.argsort(-np.abs(np.nan_to_num(less)), kind="stable")
    order = order[np.nan_to_num(less)[order] != 0]
    if not len(order):
        raise NothingToDraw(say("drawing-nothing", table=by))
    shown = table.iloc[order[:MOST_ROWS]]
    with drawn():
        figure = new_figure(7.2, 0.25 * len(shown) + 1.0)
        axes = figure.subplots()
        ends = np.nan_to_num(floats(shown[before])), np.nan_to_num(floats(shown[after]))
        _draw_arrows(axes, *ends)
        rows_axis(axes, [_named(*row) for row in zip(shown[id_], shown[name], strict=True)])
        figures_axis(axes, "x")
        axes.set_xlabel(say("drawing-moved", currency=comparison.after.round.currency))
        if len(order) > len(shown):
            more = say("drawing-moved-more", count=len(order) - len(shown))
            axes.set_title(more, fontsize=7.5, fontweight="normal", color=FAINT)
    return figure


def _draw_arrows(axes: "Axes", before: NDArray[np.float64], after: NDArray[np.float64]) -> None:
    say = catalogue_of().say
    reach = float(max(before.max(), after.max()))
    for place, (one, other) in enumerate(zip(before, after, strict=True)):
        colour = BLUE if other > one else RED
        axes.plot([one, other], [place, place], color=colour, linewidth=2, solid_capstyle="butt")
        axes.plot(one, place, "o", markersize=5, markerfacecolor="white", color=FAINT)
        axes.plot(other, place, "o", markersize=5, color=colour)
        axes.annotate(
            number(other - one, signed=True), (max(one, other), place), xytext=(7, 0),
            textcoords="offset points", va="center", fontsize=7.5, color=INK,
        )  # fmt: skip
    axes.plot([], [], "o", markersize=5, markerfacecolor="white", color=FAINT,
              label=say("drawing-before"))  # fmt: skip
    axes.plot([], [], "o", markersize=5, color=INK, label=say("drawing-after"))
    axes.legend(loc="lower right", fontsize=7.5, ncols=2, bbox_to_anchor=(1, 1), borderaxespad=0)
    axes.set_xlim(-0.02 * reach, 1.2 * reach)


def _named(identifier: str, name: str) -> str:
    if not identifier:
        return "–"
    return short(identifier if name in ("", identifier) else f"{identifier}  {name}")
