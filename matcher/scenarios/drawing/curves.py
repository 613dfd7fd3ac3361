"""Charts of merit along budgets and along what a target asks, each point with its bound."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from matcher.scenarios.drawing.style import (
    FAINT,
    INK,
    RED,
    NothingToDraw,
    drawn,
    figures_axis,
    floats,
    new_figure,
    percent,
)
from matcher.wording import catalogue_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PROVEN = 1e-9
"""A bound is no further from the merit reached than this share of it: they are one line."""


def draw_curve(points: pd.DataFrame) -> "Figure":
    """Draw the merit that can be had for less and for more money, the bound as a ribbon above.

    `points` is the table of frontier.curve along budgets.
    """
    with drawn():
        figure = _along(points)
        axes = figure.axes[0]
        axes.axvline(1, color=FAINT, linewidth=0.6, linestyle=(0, (4, 3)), zorder=1)
        axes.annotate(
            catalogue_of().say("drawing-as-it-is"), (1, 0), xycoords=("data", "axes fraction"),
            xytext=(4, 4), textcoords="offset points", fontsize=7.5, color=FAINT,
        )  # fmt: skip
        axes.set_xlabel(catalogue_of().say("drawing-budgets"))
        _in_percent(axes)
    return figure


def draw_frontier(points: pd.DataFrame, asked: str = "") -> "Figure":
    """Draw the merit that is left the more a target asks, and what asking for most costs.

    `points` is the table of frontier.curve along a bound, `asked` names it. Bounds that all lie
    between 0 and 1 are written as shares.
    """
    say = catalogue_of().say
    with drawn():
        figure = _along(points)
        axes = figure.axes[0]
        axes.set_xlabel(asked or say("drawing-asked"))
        at, merit = floats(points["at"]), floats(points["merit"])
        if at.max() <= 1:
            _in_percent(axes)
        else:
            figures_axis(axes, "x")
            axes.grid(False, axis="x")
        known = np.flatnonzero(~np.isnan(merit))
        first, last = merit[known[0]], merit[known[-1]]
        if first and last != first:
            cost = say("drawing-costs", share=percent((last - first) / first, signed=True))
            axes.annotate(
                cost, (at[known[-1]], last), xytext=(-6, -3), textcoords="offset points",
                ha="right", va="top", fontsize=8, color=INK, fontweight="bold",
            )  # fmt: skip
    return figure


def _along(points: pd.DataFrame) -> "Figure":
    say = catalogue_of().say
    at, merit, bound = (floats(points[name]) for name in ("at", "merit", "bound"))
    known = ~np.isnan(merit)
    if not known.any():
        raise NothingToDraw(say("drawing-nothing", table="points"))
    figure = new_figure(6.4, 3.4)
    axes = figure.subplots()
    figures_axis(axes, "y")
    bounded = known & ~np.isnan(bound)
    proven = bool(bounded.sum() == known.sum()) and bool(
        np.all(np.abs(bound - merit)[bounded] <= PROVEN * np.abs(bound)[bounded])
    )
    if not proven and bounded.any():
        axes.fill_between(at, merit, bound, where=bounded.tolist(), color=RED, alpha=0.22,
                          linewidth=0, label=say("drawing-bound"))  # fmt: skip
    axes.plot(at[known], merit[known], color=RED, linewidth=1.8, marker="o", markersize=3.5,
              label=say("drawing-proven" if proven else "drawing-reached"))  # fmt: skip
    low, high = np.nanmin(merit), np.nanmax(np.append(merit[known], bound[bounded]))
    room = (high - low) or abs(high) or 1.0
    axes.set_ylim(low - 0.12 * room, high + 0.08 * room)
    if not known.all():
        foot = np.full((~known).sum(), low - 0.08 * room)
        axes.plot(at[~known], foot, linestyle="", marker="x", markersize=5, color=INK,
                  label=say("drawing-without-plan"))  # fmt: skip
    axes.set_ylabel(say("drawing-merit-axis"))
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0, ncols=3, fontsize=7.5)
    return figure


def _in_percent(axes: "Axes") -> None:
    from matplotlib.ticker import FuncFormatter

    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value)))
