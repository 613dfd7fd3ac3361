"""A chart of how often each proposal is funded over many draws, the three bands told apart."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from matcher.scenarios.drawing.style import (
    FAINT,
    GREEN,
    INK,
    RED,
    SHADE,
    NothingToDraw,
    drawn,
    floats,
    new_figure,
    percent,
    rows_axis,
    short,
)
from matcher.scenarios.sweeping.bands import CERTAIN, OUT
from matcher.wording import catalogue_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_ROWS = 45
"""Of more proposals only those in the middle band are drawn; of the others is said how many."""
_BANDS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "certain": ("drawing-certain", {"marker": "s", "color": GREEN}),
    "your decision": ("drawing-open", {"marker": "o", "color": RED}),
    "out": ("drawing-out", {"marker": "o", "color": FAINT, "markerfacecolor": "white"}),
}


def draw_bands(table: pd.DataFrame) -> "Figure":
    """Draw in which share of the draws each proposal is funded, with its interval.

    `table` is that of bands.band_table, or of a sweep. Those funded most often stand on top.
    """
    say = catalogue_of().say
    if table.empty:
        raise NothingToDraw(say("drawing-nothing", table="bands"))
    ordered = table.sort_values(["share", "proposal_id"], ascending=[False, True])
    shown = ordered
    if len(ordered) > MOST_ROWS and (ordered["band"] == "your decision").any():
        shown = ordered[ordered["band"] == "your decision"]
    with drawn():
        figure = new_figure(8.2, 0.19 * len(shown) + 1.3)
        axes = figure.subplots()
        axes.axvspan(float(OUT), float(CERTAIN), color=SHADE, zorder=0, linewidth=0)
        for band, (message, style) in _BANDS.items():
            here = np.flatnonzero(shown["band"] == band)
            rows = shown.iloc[here]
            ends = np.array([floats(rows["low"]), floats(rows["high"])])
            axes.hlines(here, *ends, color=style["color"], linewidth=1.1, zorder=1)
            count = int((ordered["band"] == band).sum())
            axes.plot(floats(rows["share"]), here, linestyle="", markersize=4.5, zorder=2,
                      label=f"{count}  {say(message)}", **style)  # fmt: skip
        names = zip(shown["proposal_id"], shown["title"], strict=True)
        rows_axis(axes, [short(f"{name}  {title}") for name, title in names])
        axes.set_xlim(-0.02, 1.02)
        ticks = [float(OUT), 0.25, 0.5, 0.75, float(CERTAIN)]
        axes.set_xticks(ticks, [percent(tick) for tick in ticks])
        axes.set_xlabel(say("drawing-share", draws=int(ordered["draws"].iloc[0])))
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), borderaxespad=0.2, fontsize=7.5, labelcolor=INK
        )
    return figure
