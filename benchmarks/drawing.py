"""The charts of RESULTS.md, as SVG and PNG, to be read on paper and without colour."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from benchmarks.cases import ASKED
from benchmarks.chosen import Entry, by_family, by_size
from benchmarks.instances.shapes import FAMILIES
from benchmarks.tables import COMMON, PEER_NAMES, exponent, known_figures
from matcher.scenarios.drawing.style import SETTINGS as LOOK

INK, FAINT = "#1a1a1a", "#8a8a8a"
OURS: Mapping[str, Any] = {"color": "#b3261e", "linewidth": 2.2, "linestyle": "-"}
STYLES: Mapping[str, Mapping[str, Any]] = {
    "cp_sat": {"color": "#1f5fa8", "linewidth": 1.3, "linestyle": "-"},
    "highs": {"color": "#2e7d32", "linewidth": 1.3, "linestyle": (0, (5, 2))},
    "cbc": {"color": "#6a4a86", "linewidth": 1.3, "linestyle": (0, (1, 1.2))},
}
COLOURS = "#1f5fa8", "#b3261e", "#2e7d32", "#6a4a86"
FAMILY_STYLES: Mapping[str, Mapping[str, Any]] = {
    family: {"color": colour, "marker": marker, "linestyle": line}
    for family, colour, marker, line in zip(
        FAMILIES, COLOURS, "osD^", ("-", "--", ":", "-."), strict=True
    )
}
CHARTED = ("S", "M", "L")
"""The sizes at which peers are shown."""
LEAST, MOST = 1e-5, 1.0
"""The gaps that are shown; what is smaller stands at the lower edge."""
LABEL = 0.065
"""The room that a label needs, as a share of the axis."""
GROWING = {
    "to_common": f"seconds until {COMMON:.1%} is proven",
    "peak_memory_mib": "peak memory, MiB",
}
SETTINGS: Any = {**LOOK, "svg.hashsalt": "donor-matcher"}
"""A fixed salt and no date: the same figures give the same bytes."""


def draw_charts(entries: Sequence[Entry], where: Path) -> list[str]:
    """Draw what the entries allow into a folder and give the names of the charts."""
    with mpl.rc_context(SETTINGS):
        figures = {"closing": closing_chart(entries), "growth": growth_chart(entries)}
        drawn = {name: figure for name, figure in figures.items() if figure is not None}
        for name, figure in drawn.items():
            where.mkdir(parents=True, exist_ok=True)
            figure.savefig(where / f"{name}.svg", metadata={"Date": None})
            figure.savefig(where / f"{name}.png", dpi=160, metadata={"Software": None})
    return list(drawn)


def closing_chart(entries: Sequence[Entry]) -> Figure | None:
    """Draw the gap against time: a row for each size, a column for each family, first seeds."""
    first = {
        (entry["size"], entry["family"]): entry
        for entry in reversed(entries)
        if entry["family"] in FAMILIES and entry["size"] in CHARTED
    }
    if not first:
        return None
    sizes = [size for size in CHARTED if any(size == found for found, _ in first)]
    families = [family for family in FAMILIES if any(family == found for _, found in first)]
    figure = Figure(
        figsize=(2.6 * len(families) + 0.7, 2.1 * len(sizes) + 0.7), layout="constrained"
    )
    grid = figure.subplots(len(sizes), len(families), sharex=True, sharey=True, squeeze=False)
    for row, size in enumerate(sizes):
        for column, family in enumerate(families):
            axes = grid[row, column]
            _log_axes(axes)
            axes.set_xlim(0.5, 3000)
            axes.set_ylim(LEAST, MOST)
            axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g} %"))
            if (size, family) in first:
                _draw_closing(axes, first[size, family])
            if row == 0:
                axes.set_title(family, loc="left", fontweight="bold", fontsize=9)
            if column == 0:
                axes.set_ylabel(f"size {size}: proven gap")
            if row == len(sizes) - 1:
                axes.set_xlabel("seconds")
    return figure


def _log_axes(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(numticks=9))
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
        axis.set_minor_locator(NullLocator())
    axes.grid(True, which="major", color="#e6e6e6", linewidth=0.5)


def _draw_closing(axes: Axes, entry: Entry) -> None:
    """Draw ours and every peer with its name at the end of its line; say who has no gap."""
    ours = entry["ours"]
    lines = {"ours": (ours.get("trace", []), OURS, ours["seconds"])}
    for peer, told in entry["peers"].items():
        if peer in STYLES:
            trace = told["trace"] if told.get("verified") else []
            lines[PEER_NAMES[peer]] = (trace, STYLES[peer], told["seconds"])
    ends, missing = {}, []
    for name, (trace, style, seconds) in lines.items():
        if not trace:
            missing.append(name)
            continue
        at, gap = np.array(trace).T
        at, gap = np.append(at, max(seconds, at[-1])), np.append(gap, gap[-1]).clip(LEAST, MOST)
        axes.step(at, gap, where="post", **style)
        axes.plot(at[-1], gap[-1], marker="o", markersize=3, color=style["color"])
        ends[name] = (at[-1], gap[-1], style["color"])
    asked = ASKED[entry["size"]].gap
    axes.axhline(asked, color=FAINT, linewidth=0.6, linestyle=(0, (4, 3)), zorder=1)
    axes.annotate(
        "asked", (3000, asked), xytext=(-1, 2), textcoords="offset points", color=FAINT,
        ha="right", fontsize=7,
    )  # fmt: skip
    _label_ends(axes, ends)
    if missing:
        words = f"no gap: {', '.join(missing)}"
        axes.text(0.03, 0.04, words, transform=axes.transAxes, color=FAINT, fontsize=7)


def _label_ends(axes: Axes, ends: Mapping[str, tuple[float, float, str]]) -> None:
    """Write each name beside the end of its line, moved up or down where names would overlap."""
    names = sorted(ends, key=lambda name: ends[name][1])
    heights = np.log10([ends[name][1] for name in names])
    bottom, top = np.log10(axes.get_ylim())
    least = (top - bottom) * LABEL
    for _ in range(100):
        short = np.clip(least - np.diff(heights), 0, None) / 2
        heights -= np.append(short, 0)
        heights += np.insert(short, 0, 0)
    for name, height in zip(names, heights.tolist(), strict=True):
        at, _, color = ends[name]
        axes.annotate(
            name, (at, 10**height), xytext=(6, 0), textcoords="offset points", color=color,
            va="center", fontsize=7.5, fontweight="bold" if name == "ours" else "normal",
            annotation_clip=False,
        )  # fmt: skip


def growth_chart(entries: Sequence[Entry]) -> Figure | None:
    """Draw seconds and memory against pairs, a line for each family over its medians."""
    families = by_family(entries)
    if not families or not any(len({e["size"] for e in here}) > 1 for here in families.values()):
        return None
    figure = Figure(figsize=(8.6, 3.4), layout="constrained")
    for axes, (name, title) in zip(figure.subplots(1, 2), GROWING.items(), strict=True):
        _log_axes(axes)
        axes.set_title(title, loc="left", fontweight="bold", fontsize=9)
        axes.set_xlabel("pairs")
        ends: dict[str, tuple[float, float, str]] = {}
        for family, here in families.items():
            style = FAMILY_STYLES[family]
            medians = _medians(here, name)
            if not medians:
                continue
            pairs, values = np.array(medians).T
            axes.plot(pairs, values, markersize=4, linewidth=1.2, **style)
            grows = exponent(*zip(*known_figures(here, name), strict=True))
            power = "" if grows is None else rf"  pairs$^{{{grows:.2f}}}$"
            ends[family + power] = pairs[-1], values[-1], style["color"]
        _to_decades(axes)
        right = max((at for at, _, _ in ends.values()), default=1.0)
        _label_ends(axes, {name: (right, *end[1:]) for name, end in ends.items()})
    return figure


def _to_decades(axes: Axes) -> None:
    """Widen the values shown to whole decades, so that there are lines to read them by."""
    low, high = np.log10(axes.get_ylim())
    axes.set_ylim(10 ** np.floor(low), 10 ** np.ceil(high))


def _medians(entries: Sequence[Entry], name: str) -> list[tuple[float, float]]:
    known = [known_figures(here, name) for here in by_size(entries).values()]
    return [
        (median(pairs for pairs, _ in here), median(value for _, value in here))
        for here in known
        if here
    ]
