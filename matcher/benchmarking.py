"""The history of measurements, and two commits held against each other.

A history is a file of JSON lines, one for each round measured: `commit`, `date`, `instance`,
`round_hash`, figures under `ours` and the machine's pace (benchmarks/README.md).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

FIGURES = ("seconds", "gap", "peak_memory_mib", "pace")
"""What is compared: wall-clock seconds, widest proven gap of L1 and L2, MiB, and what the machine
took for a piece of work that is always the same, in seconds: by how much others are its doing."""
Entry = dict[str, Any]


class UnknownCommit(ValueError):
    """A commit that the history does not know, or knows two of."""


def read_history(path: Path) -> list[Entry]:
    """Read a history, oldest first; raises ValueError with the line that is no measurement."""
    entries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            entry = json.loads(line)
            entry["commit"], entry["date"], entry["instance"], entry["ours"]
        except (json.JSONDecodeError, KeyError, TypeError):
            raise ValueError(f"{path}, line {number}, is no measurement.") from None
        entries.append(entry)
    return entries


def figures_of(history: Sequence[Entry]) -> pd.DataFrame:
    """Give a row for each measurement: commit, date, instance, round_hash, verified, figures."""
    rows = []
    for entry in history:
        measured = {**entry["ours"], "pace": entry.get("machine", {}).get("pace")}
        known = {name: entry[name] for name in ("commit", "date", "instance")}
        rows.append(
            known | {name: measured.get(name) for name in ("round_hash", "verified", *FIGURES)}
        )
    table = pd.DataFrame(
        rows, columns=["commit", "date", "instance", "round_hash", "verified", *FIGURES]
    )
    return table.astype(dict.fromkeys(FIGURES, np.float64))


def commits_of(history: Sequence[Entry]) -> pd.DataFrame:
    """Give a row for each commit in the order of their last measurements.

    Columns: commit, date (of the last), instances (how many), seconds (the median).
    """
    grouped = figures_of(history).groupby("commit")
    table = pd.DataFrame(
        {
            "date": grouped["date"].max(),
            "instances": grouped["instance"].nunique(),
            "seconds": grouped["seconds"].median(),
        }
    )
    return table.sort_values("date", kind="stable").reset_index()


@dataclass(frozen=True)
class Comparison:
    """Two commits by what both have measured.

    `table` has a row for each instance and, for each of `FIGURES`, the medians `…_before` and
    `…_after` and their `…_ratio`, after by before; `medians` holds the median ratio of each.
    `left_out` says of which instances nothing can be said, and why.
    """

    before: str
    after: str
    table: pd.DataFrame
    medians: dict[str, float]
    left_out: dict[str, str]


def compare(
    history: Sequence[Entry], before: str | None = None, after: str | None = None
) -> Comparison:
    """Compare two commits, by the first letters of their names; by default the last two.

    A `+` at the end of a name says that files had been changed since. Raises UnknownCommit.
    """
    known = commits_of(history)["commit"].tolist()
    if len(known) < 2:
        raise UnknownCommit("The history has fewer than two commits.")
    earlier = known[-2] if before is None else _named(before, known)
    later = known[-1] if after is None else _named(after, known)
    figures = figures_of(history)
    sides = {name: figures[figures["commit"] == name] for name in (earlier, later)}
    both = sides[earlier], sides[later]
    left_out: dict[str, str] = {}
    for instance in sorted(set(both[0]["instance"]) | set(both[1]["instance"])):
        here = [side[side["instance"] == instance] for side in both]
        if reason := _incomparable(here):
            left_out[instance] = reason
    columns: dict[str, pd.Series[Any]] = {}
    for figure in FIGURES:
        was, now = (
            side[~side["instance"].isin(list(left_out))].groupby("instance")[figure].median()
            for side in both
        )
        columns |= {f"{figure}_before": was, f"{figure}_after": now}
        columns[f"{figure}_ratio"] = (now / was).where((now != was) | (now != 0), 1.0)
    table = pd.DataFrame(columns).rename_axis("instance").reset_index()
    medians = {figure: float(table[f"{figure}_ratio"].median()) for figure in FIGURES}
    return Comparison(earlier, later, table, medians, left_out)


def _named(prefix: str, known: Sequence[str]) -> str:
    letters, changed = prefix.rstrip("+"), prefix.endswith("+")
    alike = [commit for commit in known if commit.startswith(letters)]
    found = [commit for commit in alike if commit.endswith("+") == changed]
    if not found and not changed:
        found = alike
    if len(found) != 1:
        many = "no" if not found else "more than one"
        raise UnknownCommit(f"The history has {many} commit {prefix}.")
    return found[0]


def _incomparable(sides: Sequence[pd.DataFrame]) -> str | None:
    if any(side.empty for side in sides):
        return "measured at one of the two only"
    # What was never verified is None in a column of objects: no truth value of its own will do.
    if not all((side["verified"] == True).all() for side in sides):  # noqa: E712
        return "not every result is verified"
    if len(set(pd.concat(sides)["round_hash"])) > 1:
        return "the round has changed"
    return None
