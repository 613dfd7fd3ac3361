"""Which entries of the history are shown, and how they are grouped."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np

from benchmarks.cases import ASKED
from benchmarks.instances.shapes import FAMILIES

Entry = Mapping[str, Any]
"""A line of the history (benchmarks/README.md)."""
SLOW = 1.25
"""How many times as long as in the fastest hour measured everything takes in one that is slow."""
AS_SOON = 1.05
"""By how much seconds may differ that are the same: a time limit is kept to about as much."""


def chosen(history: Sequence[Entry]) -> list[Entry]:
    """Give the last full measurement of each round, at whatever commit it was taken.

    One of a slow hour, which can but be worse, does not count where there is one of another, unless
    it has come nearer in the same time. With peers it is so, too, but in whatever hour: for each
    the last full measurement on the same round counts, with what was measured of ours `beside` it;
    the last of these is `beside` all of them.
    """
    full = [entry for entry in history if not entry["quick"]]
    paces = [entry["machine"]["pace"] for entry in full if "pace" in entry["machine"]]
    usual = SLOW * min(paces, default=0.0)
    last: dict[str, Entry] = {}
    for entry in full:
        before = last.get(entry["instance"])
        slow, was_slow = (
            one is None or one["machine"].get("pace", np.inf) > usual for one in (entry, before)
        )
        if before is None or was_slow or not slow or _is_nearer(entry, before):
            last[entry["instance"]] = entry
    found = []
    for entry in last.values():
        same = [other for other in full if _same_round(entry, other)]
        beside = [other for other in same if other["peers"]]
        peers = {
            name: {**told, "beside": other["ours"]}
            for other in beside
            for name, told in other["peers"].items()
        }
        found.append({**entry, "peers": peers, "beside": (beside or [entry])[-1]["ours"]})
    order = list(ASKED)
    families = [*FAMILIES, *sorted({entry["family"] for entry in found} - set(FAMILIES))]
    return sorted(
        found,
        key=lambda e: (order.index(e["size"]), families.index(e["family"]), e["seed"] or 0),
    )


def by_size(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Group the rounds that are drawn by size, small ones first."""
    found: dict[str, list[Entry]] = {size: [] for size in ASKED}
    for entry in entries:
        if entry["family"] in FAMILIES:
            found[entry["size"]].append(entry)
    return {size: here for size, here in found.items() if here}


def by_family(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    """Group the rounds that are drawn by family."""
    found: dict[str, list[Entry]] = {family: [] for family in FAMILIES}
    for entry in entries:
        if entry["family"] in FAMILIES:
            found[entry["family"]].append(entry)
    return {family: here for family, here in found.items() if here}


def medians_of(entries: Iterable[Entry], figure: str) -> dict[str, float]:
    """Give each family's median of a figure of ours; what is not known counts as infinite."""
    values = {
        family: [entry["ours"].get(figure) for entry in here]
        for family, here in by_family(entries).items()
    }
    return {
        family: median(float("inf") if value is None else value for value in found)
        for family, found in values.items()
    }


def median_of(values: Iterable[float | None]) -> float | None:
    """Give the median of the known values, None without any."""
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _is_nearer(one: Entry, other: Entry) -> bool:
    """Say whether one measurement has a smaller gap than another, and no later."""
    gap, before = one["ours"].get("gap"), other["ours"].get("gap")
    if gap is None or before is None or not one["ours"].get("verified"):
        return False
    return bool(gap < before and one["ours"]["seconds"] <= AS_SOON * other["ours"]["seconds"])


def _same_round(one: Entry, other: Entry) -> bool:
    first, second = ((e["instance"], e["ours"].get("round_hash")) for e in (one, other))
    return bool(first == second)
