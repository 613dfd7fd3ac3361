"""A recorded result and its replay as two sides to be weighed: awards, exact levels, findings."""

from fractions import Fraction
from pathlib import Path

from matcher.checking import claimed_awards
from matcher.domain import Round
from matcher.pipeline.nearness import nearness_of
from matcher.pipeline.rules import not_enforced_by
from matcher.results import Run
from matcher.scenarios.bundles.record import Record
from matcher.scenarios.replays.weighing import Name, Side
from matcher.verify import verify_awards


def recorded_side(record: Record, round_: Round, run: Run, folder: Path) -> Side:
    """Verify the awards of a recorded result, which lies in a folder, for the round of its replay.

    Those that the replay has too were verified as it ran. Raises InvalidRound where they cannot be
    read.
    """
    stated = {level.name: level.value for level in record.levels}
    bounds = {level.name: level.bound for level in record.levels}
    if not record.has_awards:
        return Side(record.status, None, {}, stated, bounds)
    awards, unreadable = claimed_awards(round_, folder)
    findings = tuple(finding["message"] for finding in unreadable)
    values: dict[Name, Fraction]
    if not findings and awards == run.awards:
        values = {(level.level, level.key): level.value for level in run.levels}
        return Side(record.status, awards, values, stated, bounds)
    near = nearness_of(run.options.stay_near)
    checked = verify_awards(round_, awards, not_enforced_by(record.options.rule), near)
    findings += tuple(violation.message for violation in checked.violations)
    values = {(level.level, level.key): level.value for level in checked.levels}
    return Side(record.status, awards, values, stated, bounds, findings)


def replayed_side(run: Run) -> Side:
    """Give the side of a finished run, whose awards have been verified."""
    values: dict[Name, Fraction] = {}
    bounds: dict[Name, float | None] = {}
    for level in run.levels:
        name = level.level, level.key
        values[name] = level.value
        bounds[name] = None if level.bound is None else float(level.bound)
    awards = run.awards if run.figures is not None else None
    stated = {name: float(value) for name, value in values.items()}
    return Side(run.status, awards, values, stated, bounds)
