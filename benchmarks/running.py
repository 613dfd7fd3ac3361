"""The run: every case by `matcher match` and then by each peer, a line of the history for each."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import machine, warm
from benchmarks.cases import Case, folder_of
from benchmarks.gaps import Point, closing, proven
from benchmarks.instances.shapes import FAMILIES
from benchmarks.ours import measure_ours
from benchmarks.peers.measuring import measure
from benchmarks.process import run_apart

COUNTING = 900.0
"""Seconds that counting a round's pairs may take at most."""
WARM_SIZE = "M"
"""The size at which a warm start is measured, on seed 1."""

Tell = Callable[[str], None]


def run(
    cases: Sequence[Case],
    peers: Sequence[str],
    instances: Path,
    history: Path,
    tell: Tell,
    peer_seconds: float | None = None,
    quick: bool = False,
) -> None:
    """Measure cases one after the other and add each to the history as soon as it is done.

    `peer_seconds` caps how long a peer is let run. Raises RuntimeError where a round cannot be
    made or counted.
    """
    for case in cases:
        folder = folder_of(case, instances)
        entry: dict[str, Any] = {
            "commit": machine.commit(),
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": machine.machine(),
            "versions": machine.versions(),
            "quick": quick,
            "instance": case.name,
            "family": case.family,
            "size": case.size,
            "seed": case.seed,
            **_counts(folder),
            "asked_gap": case.asked.gap,
            "time_limit": case.asked.limit,
        }
        with TemporaryDirectory() as where:
            entry["ours"] = ours = measure_ours(folder, Path(where) / "result", case.asked)
            tell(f"{case.name}: {_in_words(ours)}")
            wanted = case.size == WARM_SIZE and case.seed == 1 and case.family in FAMILIES
            if wanted and warm.can_start_warm():
                entry["warm"] = warm.measure_warm(
                    folder, Path(where) / "result", Path(where), case.asked
                )
        entry["peers"] = {}
        seconds = min(case.peer_seconds, peer_seconds or case.peer_seconds)
        for peer in peers if seconds > 0 else ():
            told = _peer(measure(peer, folder, seconds))
            entry["peers"][peer] = told
            tell(f"{case.name}, {peer}: {_in_words(told)}")
        with history.open("a", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def _counts(folder: Path) -> dict[str, int]:
    """Count pools, proposals and pairs in a process of its own, so that this one stays small."""
    done = run_apart("benchmarks", "count", folder, seconds=COUNTING)
    if done.code != 0:
        raise RuntimeError(f"{folder.name} could not be counted: {done.ended}\n{done.errors}")
    counts: dict[str, int] = json.loads(done.output)
    return counts


def _peer(told: dict[str, Any]) -> dict[str, Any]:
    """Give what a peer told as the history keeps it: one trace of the widest gap."""
    levels = {
        (level["level"], level["key"]): (level["value"], level["bound"]) for level in told["levels"]
    }
    points: list[Point] = [
        (seconds, (level["level"], level["key"]), value, bound)
        for level in told["levels"]
        for seconds, value, bound in level["trace"]
    ]
    return {
        **{name: figure for name, figure in told.items() if name not in ("peer", "round", "pairs")},
        **proven(levels),
        "levels": [{k: v for k, v in level.items() if k != "trace"} for level in told["levels"]],
        "trace": closing(points, levels),
    }


def _in_words(told: dict[str, Any]) -> str:
    gap = "no gap" if told.get("gap") is None else f"gap {told['gap']:.4%}"
    return f"{told['ended']}, {gap}, {told.get('seconds', 0.0):.1f} s"
