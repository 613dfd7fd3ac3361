"""`matcher match` as its users run it: from the files of a round to a written, verified result."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.cases import Asked
from benchmarks.gaps import Key, Point, closing, proven
from benchmarks.process import Finished, run_apart

GRACE = 120.0
"""Seconds beyond twice the limit after which a run that does not stop is ended from outside."""
WORKERS = 2
WITH_RECORD = (0, 4, 5)
"""The exit codes that leave a run.json."""


def measure_ours(folder: Path, out: Path, asked: Asked, *more: object) -> dict[str, Any]:
    """Match a round into `out`, with `more` options, and give figures, levels and the trace.

    Seconds and memory are those of the whole process, as seen from outside.
    """
    trace = out.with_suffix(".trace")
    limits = ["--gap", asked.gap, "--time-limit", asked.limit, "--workers", WORKERS]
    command = ["match", folder, "--out", out, *limits, "--json", "--trace", trace, *more]
    done = run_apart("matcher", *command, seconds=2 * asked.limit + GRACE)
    if done.code not in WITH_RECORD:
        return {"ended": done.ended, "errors": done.errors[-500:], **_outside(done)}
    record = json.loads((out / "run.json").read_text(encoding="utf-8"))
    levels = {_key(level): (level["value"], level["bound"]) for level in record["levels"]}
    found = proven(levels)
    return {
        "ended": record["stop_reason"],
        "status": record["status"],
        "verified": record["verified"],
        "reproducible": record["reproducible"],
        **_outside(done),
        **found,
        "levels": record["levels"],
        "timings": _stages(record["timings"], done.seconds),
        "trace": _closed(trace, levels, done.seconds - record["timings"]["total"]),
        "round_hash": record["round_hash"],
    }


def _outside(done: Finished) -> dict[str, float]:
    return {"seconds": done.seconds, "peak_memory_mib": done.peak_memory_mib}


def _stages(timings: Mapping[str, float], seconds: float) -> dict[str, float]:
    """Give the seconds of each stage; `start` is all that the stages do not account for."""
    stages = {name: round(took, 3) for name, took in timings.items() if name != "total"}
    return {"start": round(seconds - timings["total"], 3), **stages}


def _closed(trace: Path, levels: Mapping[Key, object], start: float) -> list[tuple[float, float]]:
    """Give how the gap closed; `start` seconds went by before the run's own clock started."""
    points: list[Point] = []
    for line in trace.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        key = told["level"], told["key"]
        points.append((told["seconds"] + start, key, told["value"], told["bound"]))
    return closing(points, [key for key in levels if key[0] in ("L1", "L2")])


def _key(level: Mapping[str, Any]) -> Key:
    return level["level"], level.get("priority", level.get("tier"))
