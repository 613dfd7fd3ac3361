"""What became of every scenario of a base, in tables over all of them.

The first has a row for each scenario; the others stack what `comparison` says of each scenario and
the base, what stays as it is left out.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd

from matcher import money
from matcher.results import Level
from matcher.scenarios.comparing.comparison import PLACES, Comparison, compared
from matcher.scenarios.comparing.document import csv_text
from matcher.scenarios.comparing.sides import Side
from matcher.scenarios.holding import RESULT, ROUND
from matcher.scenarios.running import Answer
from matcher.scenarios.whatif import WhatIf
from matcher.writing import phrases

COLUMNS = (
    "scenario", "question", "status", "gap", "merit", "merit_change", "placed", "placed_change",
    "funded", "proposals_in", "proposals_out", "proposals_more", "proposals_less", "targets_lost",
    "why",
)  # fmt: skip
STACKED = ("proposals", "pools", "donors", "organisations", "regions", "groups", "targets")
"""The tables of a comparison that are stacked."""


def comparisons_of(found: WhatIf) -> Mapping[str, Comparison]:
    """Compare each scenario with the base, by name."""
    base = Side.of_answer(found.start.round, found.base)
    return {
        ended.changed.scenario.name: compared(
            base, Side.of_answer(ended.changed.round, ended.answer, ended.changed.packs)
        )
        for ended in found.scenarios
    }


def overview_of(found: WhatIf, comparisons: Mapping[str, Comparison]) -> pd.DataFrame:
    """Give a row for each scenario, the base first.

    Merit is that of all tiers together, in base major units × score; where it, or money, counts
    otherwise than in the base, how it changes is not told. A gap is the worst over
    shortfalls and merit.
    """
    currency = found.start.round.currency
    rows = [_row("base", "", found.base, found.base, None, currency)]
    for ended in found.scenarios:
        name = ended.changed.scenario.name
        asked, currency = ended.changed.scenario.question, ended.changed.round.currency
        rows.append(_row(name, asked, ended.answer, found.base, comparisons[name], currency))
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def stacked(comparisons: Mapping[str, Comparison], table: str) -> pd.DataFrame:
    """Give a table of all comparisons, with the scenario in front; without what stays as it is."""
    frames = []
    for name, comparison in comparisons.items():
        if not comparison.after.has_awards:
            continue
        frame = comparison.table(table)
        frame = frame[_differs(frame, table)]
        frame.insert(0, "scenario", [name] * len(frame))
        frames.append(frame)
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame({"scenario": []})


def write_tables(
    overview: pd.DataFrame, comparisons: Mapping[str, Comparison], out: Path
) -> Sequence[Path]:
    """Write all tables as CSV into `out`; gives their paths."""
    tables = {"overview": overview} | {name: stacked(comparisons, name) for name in STACKED}
    paths = []
    for name, frame in tables.items():
        path = out / f"{name}.csv"
        path.write_bytes(csv_text(frame))
        paths.append(path)
    return paths


def worst_gap(levels: Sequence[Level]) -> Fraction | None:
    """Give the worst gap over shortfalls and merit, None where something is not bounded."""
    gaps = [level.gap for level in levels if level.level in ("L1", "L2")]
    known = [gap for gap in gaps if gap is not None]
    return max(known, default=Fraction(0)) if len(known) == len(gaps) else None


def told_gap(levels: Sequence[Level]) -> Decimal | None:
    """Give the worst gap as tables tell it, rounded up: what is open never reads as proven."""
    gap = worst_gap(levels)
    return None if gap is None else _rounded(Fraction(ceil(gap * 10**PLACES), 10**PLACES))


def _row(
    name: str, question: str, answer: Answer, base: Answer, comparison: Comparison | None,
    currency: str,
) -> list[Any]:  # fmt: skip
    if answer.status not in ("optimal", "feasible"):
        why = answer.why or _where_it_says(name, answer.status)
        return [name, question, answer.status, *[None] * (len(COLUMNS) - 4), why]
    merit, placed = answer.merit, sum(answer.awards.values())
    merit_change = placed_change = None
    if comparison is None or comparison.one_merit:
        merit_change = _rounded(merit - base.merit)
    if comparison is None or comparison.one_currency:
        placed_change = money.major(placed - sum(base.awards.values()), currency)
    row: list[Any] = [
        name, question, answer.status, told_gap(answer.levels), _rounded(merit), merit_change,
        money.major(placed, currency), placed_change, len(answer.funded),
    ]  # fmt: skip
    if comparison is None:
        return [*row, 0, 0, 0, 0, 0, answer.why]
    changes = list(comparison.changes.values())
    targets = comparison.targets
    lost = (targets["held_before"] == True) & (targets["held_after"] == False)  # noqa: E712
    counts = [changes.count(what) for what in ("in", "out", "more", "less")]
    return [*row, *counts, int(lost.sum()), answer.why]


def _where_it_says(name: str, status: str) -> str:
    if status != "infeasible":
        return "Nothing was found in time: give it more with --time-limit."
    return (
        f"No plan keeps all constraints; `matcher explain {name}/{ROUND} {name}/{RESULT}` says why."
    )


def _differs(frame: pd.DataFrame, table: str) -> pd.Series:
    if table == "proposals":
        return ~frame["change"].isin(["same", "none"])
    if table == "targets":
        before, after = frame["value_before"], frame["value_after"]
        limits = frame["limit_before"] != frame["limit_after"]
        return (before != after) | limits | (frame["held_before"] != frame["held_after"])
    differs = frame["difference"].map(lambda moved: moved != 0)
    # The same money may be another pool's budget, or go to more or fewer.
    for what in ("budget", "grants", "proposals"):
        if f"{what}_before" in frame:
            before, after = (frame[f"{what}_{when}"].map(_or_none) for when in ("before", "after"))
            differs |= before != after
    return differs


def _or_none(value: Decimal | int | None) -> Decimal | int:
    """Give a figure of a table; what a round does not have comes to nothing there."""
    return 0 if value is None else value


def _rounded(value: Fraction) -> Decimal:
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(phrases.plain_number(exact.quantize(Decimal(1).scaleb(-PLACES))))
