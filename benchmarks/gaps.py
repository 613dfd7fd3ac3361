"""Proven gaps: of levels as they were left, and as they closed over time."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Key = tuple[str, int | None]
"""A level with its priority or tier."""
Point = tuple[float, Key, float | None, float | None]
"""At so many seconds a level has this value and this bound; None where there is none."""
STEP = 0.99
"""A step of a trace is kept where the gap has shrunk to so much of the last one kept; the last is
always kept."""


def gap_of(value: float | None, bound: float | None) -> float | None:
    """Give |bound - value| / |bound| as PROBLEM.md has it, None where either is missing."""
    if value is None or bound is None:
        return None
    if value == bound:
        return 0.0
    return abs(bound - value) / abs(bound) if bound else abs(value)


def proven(levels: Mapping[Key, tuple[float | None, float | None]]) -> dict[str, Any]:
    """Give merit, its bound, and the widest gap over L1 and L2 with the level that has it.

    The gap is None where a level lacks a value or a bound; `merit` and `bound` sum over tiers.
    """
    judged = {key: pair for key, pair in levels.items() if key[0] in ("L1", "L2")}
    gaps = {key: gap_of(*pair) for key, pair in judged.items()}
    unknown = [key for key, gap in gaps.items() if gap is None]
    widest = unknown[0] if unknown else max(gaps, key=lambda key: gaps[key] or 0.0, default=None)
    merit, bound = (
        _sum(pair[side] for (level, _), pair in judged.items() if level == "L2")
        for side in range(2)
    )
    return {
        "merit": merit,
        "bound": bound,
        "gap": None if widest is None else gaps[widest],
        "widest": None if widest is None else named(widest),
    }


def named(key: Key) -> str:
    """Name a level: `L1 priority 2`, `L2`, `L2 tier 1`."""
    level, of = key
    word = "priority" if level == "L1" else "tier"
    return level if of is None else f"{level} {word} {of}"


def closing(points: Iterable[Point], levels: Iterable[Key]) -> list[tuple[float, float]]:
    """Give (seconds, widest gap over `levels` so far), from when all of them have one."""
    latest: dict[Key, float | None] = dict.fromkeys(levels)
    found: list[tuple[float, float]] = []
    for seconds, key, value, bound in sorted(points, key=lambda point: point[0]):
        if key in latest:
            latest[key] = gap_of(value, bound)
        gaps = [gap for gap in latest.values() if gap is not None]
        if gaps and len(gaps) == len(latest) and (not found or max(gaps) < found[-1][1]):
            found.append((round(seconds, 3), max(gaps)))
    kept = found[:1]
    for point in found[1:]:
        if point[1] <= kept[-1][1] * STEP or point is found[-1]:
            kept.append(point)
    return kept


def reached(closed: Sequence[Sequence[float]], gap: float) -> float | None:
    """Give the seconds after which a gap was first proven, None where it never was."""
    return next((seconds for seconds, so_far in closed if so_far <= gap), None)


def _sum(values: Iterable[float | None]) -> float | None:
    known = list(values)
    return None if not known or None in known else sum(value for value in known if value)
