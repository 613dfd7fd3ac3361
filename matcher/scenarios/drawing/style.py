"""What all charts have in common: figures that show themselves in a notebook, colours, numbers.

To be read on paper and without colour: what is told apart differs in form, place or words too.
Matplotlib is an optional extra (`notebook`), imported where something is drawn.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from math import nan
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.errors import MatcherError
from matcher.wording import catalogue_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT, GRID, SHADE = "#1a1a1a", "#8a8a8a", "#e6e6e6", "#f5f2ec"
RED, BLUE, GREEN = "#b3261e", "#1f5fa8", "#2e7d32"
DOTS_PER_INCH = 120
LONG = 52
"""Longer names are cut."""
SETTINGS: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.6,
    "axes.labelcolor": INK,
    "axes.titlelocation": "left",
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "text.color": INK,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}
"""How all charts look, in Matplotlib's terms."""


class NothingToDraw(MatcherError):
    """A table has no rows with figures, or Matplotlib is not installed."""


@contextmanager
def drawn() -> Iterator[None]:
    """Draw in this style; raises NothingToDraw where Matplotlib is not installed."""
    try:
        import matplotlib as mpl
    except ImportError as error:
        raise NothingToDraw(catalogue_of().say("drawing-no-matplotlib")) from error
    with mpl.rc_context(SETTINGS):
        yield


def new_figure(width: float, height: float) -> "Figure":
    """Give an empty figure, inches wide and high, which a notebook shows as a picture."""
    return _showing()(figsize=(width, height), layout="constrained")


@cache
def _showing() -> type["Figure"]:
    from matplotlib.figure import Figure

    class Showing(Figure):
        """A figure outside pyplot: no window, no state that is left behind."""

        def _repr_png_(self) -> bytes:
            content = BytesIO()
            self.savefig(content, format="png", dpi=DOTS_PER_INCH, metadata={"Software": None})
            return content.getvalue()

    return Showing


def floats(values: Iterable[Any]) -> NDArray[np.float64]:
    """Give amounts as floats, nan where there is none."""
    return np.array([nan if pd.isna(value) else float(value) for value in values])


def number(value: float, signed: bool = False) -> str:
    """Give a number that is short enough for a chart: 31.1 M, 12,345, 0.52."""
    size = abs(value)
    scale, unit = (1e9, " bn") if size >= 1e9 else (1e6, " M") if size >= 1e6 else (1, "")
    digits = 0 if scale == 1 and size >= 100 else 2
    text = f"{size / scale:,.{digits}f}"
    text = (text.rstrip("0").rstrip(".") if digits else text) + unit
    sign = "−" if value < 0 else "+" if signed and value > 0 else ""
    return f"{sign}{text}"


def percent(value: float, signed: bool = False) -> str:
    """Give a share in per cent, to one decimal: 4.2 %."""
    return f"{number(round(100 * value, 1), signed)} %"


def short(name: str, most: int = LONG) -> str:
    """Cut a name that is too long for the margin of a chart."""
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


def rows_axis(axes: "Axes", names: Iterable[str]) -> None:
    """Name the rows of a chart on its left, the first on top, without a line along them."""
    told = list(names)
    axes.set_yticks(range(len(told)), told)
    axes.set_ylim(len(told) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def figures_axis(axes: "Axes", which: str) -> None:
    """Write the figures along an axis shortly, with a faint grid across."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(5))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.grid(True, axis="x" if which == "x" else "y", color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
