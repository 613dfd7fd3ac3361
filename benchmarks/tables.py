"""The tables of RESULTS.md, each as a header and rows of text, from entries of the history."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np

from benchmarks.cases import ASKED, Asked
from benchmarks.chosen import Entry, by_family, by_size, median_of, medians_of
from benchmarks.gaps import reached
from benchmarks.peers.levels import GAP

Table = tuple[list[str], list[list[str]]]
"""A header and rows."""
PEER_NAMES = {
    "cp_sat": "CP-SAT",
    "highs": "HiGHS",
    "cbc": "CBC",
    "ranked_list": "ranked list",
}
RACE = 1e-3
"""A gap that peers and ours run for at M and beyond."""
COMMON = 2e-3
"""A gap that is asked of no size, so that seconds until it are the same question at each."""
STAGES = ("start", "read", "eligibility", "problem", "solve", "verify", "explain", "write")


def aims(entries: Sequence[Entry]) -> Table:
    """Say for each size how the drawn rounds stand to what the project aims at."""
    header = ["size", "asked gap", "aim", "within the aim", "seconds", "slowest family"]
    header += ["gap", "widest family", "MiB", "largest family"]
    rows = []
    for size, here in by_size(entries).items():
        asked = ASKED[size]
        cells = []
        for figure in ("seconds", "gap", "peak_memory_mib"):
            found = medians_of(here, figure)
            worst = max(found, key=lambda family: found[family])
            cells += [_figure(figure, median(found.values()))]
            cells += [f"{worst} {_figure(figure, found[worst])}"]
        kept = f"{sum(_within(entry, asked) for entry in here)} of {len(here)}"
        rows.append([size, _figure("gap", asked.gap), _aim(asked), kept, *cells])
    return header, rows


def quality(entries: Sequence[Entry]) -> Table:
    """Give what was reached and what is proven on each round."""
    header = ["round", "pairs", "merit", "bound", "gap", "widest at", "seconds", "MiB", "verified"]
    several = len({entry["commit"] for entry in entries}) > 1
    rows = []
    for entry in entries:
        ours = entry["ours"]
        verified = "yes" if ours.get("verified") else ours["ended"]
        figures = [_figure(name, ours.get(name)) for name in ("merit", "bound", "gap")]
        measured = [_figure(name, ours.get(name)) for name in ("seconds", "peak_memory_mib")]
        pairs = f"{entry['pairs']:,}"
        widest = ours.get("widest") or "–"
        commit = [f"`{entry['commit'][:10]}`"] if several else []
        rows.append([entry["instance"], pairs, *figures, widest, *measured, verified, *commit])
    return [*header, *(["commit"] if several else [])], rows


def against(entries: Sequence[Entry]) -> Table:
    """Give how long each peer takes to prove the gap that `matcher match` ended with beside it."""
    with_peers = [entry for entry in entries if entry["peers"]]
    peers = [peer for peer in PEER_NAMES if any(peer in entry["peers"] for entry in with_peers)]
    header = ["round", "gap", "seconds", f"to {_figure('gap', RACE)}"]
    header += [PEER_NAMES[peer] for peer in peers]
    rows = []
    for entry in with_peers:
        ours = entry.get("beside", entry["ours"])
        cells = [
            _against(told, told.get("beside", ours)) if (told := entry["peers"].get(peer)) else ""
            for peer in peers
        ]
        reach = [_figure(name, ours.get(name)) for name in ("gap", "seconds")]
        reach += [_figure("seconds", reached(ours["trace"], RACE))]
        rows.append([entry["instance"], *reach, *cells])
    return header, rows


def stages(entries: Sequence[Entry]) -> Table:
    """Give where the time goes: median seconds of each stage at each size, and its share."""
    sizes = by_size(entries)
    medians = {
        size: [median_of(e["ours"].get("timings", {}).get(stage) for e in here) for stage in STAGES]
        for size, here in sizes.items()
    }
    rows = []
    for number, stage in enumerate(STAGES):
        cells = []
        for found in medians.values():
            took, whole = found[number], sum(value or 0.0 for value in found)
            cells.append("–" if took is None else f"{took:.2f} s, {100 * took / whole:.0f} %")
        rows.append([stage, *cells])
    return ["stage", *sizes], rows


def growth(entries: Sequence[Entry]) -> Table:
    """Give seconds and memory against pairs, each with the exponent that fits over all sizes."""
    header = ["family", "sizes", "pairs", "seconds", "seconds grow as", "MiB", "MiB grow as"]
    header += [f"seconds to {_figure('gap', COMMON)}", "grow as"]
    rows = []
    for family, here in by_family(entries).items():
        pairs = [entry["pairs"] for entry in here]
        sizes = list(by_size(here))
        cells = []
        for figure in ("seconds", "peak_memory_mib", "to_common"):
            known = known_figures(here, figure)
            grows = exponent(*zip(*known, strict=True)) if known else None
            values = [value for _, value in known]
            ends = [min(values), max(values)] if values else [None, None]
            name = "seconds" if figure == "to_common" else figure
            cells += [_range([_figure(name, end) for end in ends])]
            cells += ["–" if grows is None else f"pairs^{grows:.2f}"]
        spread = _range([f"{min(pairs):,}", f"{max(pairs):,}"])
        rows.append([family, _range([sizes[0], sizes[-1]]), spread, *cells])
    return header, rows


def known_figures(entries: Sequence[Entry], figure: str) -> list[tuple[float, float]]:
    """Give pairs and a figure of ours where it is known; `to_common`: seconds to that gap."""
    found = []
    for entry in entries:
        ours = entry["ours"]
        value = reached(ours["trace"], COMMON) if figure == "to_common" else ours.get(figure)
        if value is not None:
            found.append((float(entry["pairs"]), float(value)))
    return found


def exponent(sizes: Sequence[float], values: Sequence[float]) -> float | None:
    """Give a in value ~ size^a by least squares of the logarithms; None below two sizes."""
    if max(sizes) < 2 * min(sizes):
        return None
    slope, _ = np.polyfit(np.log(sizes), np.log(values), 1)
    return round(float(slope), 3) + 0.0  # no negative zero


def warm_starts(entries: Sequence[Entry]) -> Table:
    """Give what a warm start saves after one budget has changed."""
    header = ["round", "pool changed", "from scratch", "gap", "warm", "gap", "ratio"]
    rows = []
    for entry in entries:
        if "warm" in entry:
            told = entry["warm"]
            runs = told["scratch"], told["warm"]
            cells = [_figure(name, run[name]) for run in runs for name in ("seconds", "gap")]
            ratio = runs[1]["seconds"] / runs[0]["seconds"]
            rows.append([entry["instance"], told["pool"], *cells, f"{ratio:.2f}"])
    return header, rows


def _against(told: Mapping[str, Any], ours: Mapping[str, Any]) -> str:
    limit = f"{told['limit']:.0f} s"
    if told["ended"] == "did not stop" or told["ended"].startswith("crashed"):
        return str(told["ended"])
    if told["merit"] is None:
        return f"no plan in {limit}"
    if not told["verified"]:
        return "its plan breaks rules"
    if told["bound"] is None and told["ended"] == "rule":
        alone = f"{told['seconds']:.1f} s"
        if not ours.get("merit"):
            return alone
        return f"{alone}, merit {100 * (told['merit'] / ours['merit'] - 1):+.1f} %"
    if ours.get("gap") is not None:
        took = reached(told["trace"], max(ours["gap"], GAP))
        if took is not None:
            return f"{took:.1f} s, × {took / ours['seconds']:.2g}"
    end = "a level has no bound" if told["gap"] is None else _figure("gap", told["gap"])
    return f"never in {limit} ({end})"


def _within(entry: Entry, asked: Asked) -> bool:
    ours = entry["ours"]
    gap = ours.get("gap")
    return bool(
        ours.get("verified")
        and gap is not None
        and gap <= asked.gap
        and ours["seconds"] <= asked.aim
        and ours["peak_memory_mib"] <= (asked.memory or float("inf"))
    )


def _aim(asked: Asked) -> str:
    return f"{asked.aim:g} s" + (f", {asked.memory / 1024:g} GiB" if asked.memory else "")


def _range(ends: Sequence[str]) -> str:
    return ends[0] if ends[0] == ends[1] else f"{ends[0]} – {ends[1]}"


def _figure(name: str, value: float | None) -> str:
    if value is None or value == float("inf"):
        return "–"
    if name == "gap":
        return f"{100 * value:.3g} %"
    return f"{value:.1f}" if name == "seconds" else f"{value:,.0f}"
