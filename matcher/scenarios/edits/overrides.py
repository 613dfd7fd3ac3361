"""A round after the edits of a scenario, or everything wrong with them at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from matcher.domain import Round
from matcher.errors import InvalidRound, Problem
from matcher.pipeline.rules import find_missing
from matcher.regulation.pack import Pack
from matcher.scenarios.edits.amounts import NotRelative, changed_value, is_relative
from matcher.scenarios.edits.belonging import without_rows
from matcher.scenarios.edits.differences import Difference, differences, with_differences
from matcher.scenarios.edits.in_packs import changed_packs
from matcher.scenarios.edits.naming import (
    MODELS,
    Cells,
    cells_of,
    key_of,
    name_of,
    named_rows,
    row_of,
)
from matcher.scenarios.edits.paths import NoSuchPath, Places, find_cells, find_rows
from matcher.scenarios.edits.scenario import Edit, InvalidScenario, Scenario
from matcher.scores import SCALE, scores_of

PACKS = "packs."
"""What paths into rule packs begin with."""


@dataclass(frozen=True)
class Changed:
    """A scenario's round, the rule packs that it changes, and all that is other than before."""

    scenario: Scenario
    round: Round
    packs: Mapping[str, Pack]
    differences: tuple[Difference, ...]


def changed(base: Round, scenario: Scenario) -> Changed:
    """Make the edits of a scenario in a round; raises InvalidScenario with all that is wrong.

    Edits are made in their order. Dropping a row drops what belongs to it.
    """
    round_, problems, law = base, list[Problem](), list[Edit]()
    for kind, together in groupby(scenario.edits, key=_kind):
        edits = list(together)
        if kind == "packs":
            law += edits
        elif kind == "drop":
            # All at once: what requires each other can go together.
            round_ = _dropped(round_, edits, problems)
        else:
            for apart in _apart(round_, edits):
                round_ = _made(round_, apart, problems)
    packs, in_packs = dict[str, Pack](), tuple[Difference, ...]()
    try:
        packs, in_packs = changed_packs(round_, law)
    except InvalidScenario as refusal:
        problems += refusal.problems
    except InvalidRound as refusal:
        problems += [_missing(scenario, problem) for problem in refusal.problems]
    if not problems:
        problems += [_missing(scenario, problem) for problem in find_missing(round_)]
    if problems:
        raise InvalidScenario([_of(scenario, problem) for problem in problems])
    return Changed(scenario, round_, packs, (*differences(base, round_), *in_packs))


def changed_all(base: Round, scenarios: Sequence[Scenario]) -> tuple[Changed, ...]:
    """Make all scenarios of a round; raises InvalidScenario with what is wrong in any of them."""
    made, problems = list[Changed](), list[Problem]()
    for scenario in scenarios:
        try:
            made.append(changed(base, scenario))
        except InvalidScenario as refusal:
            problems += refusal.problems
    if problems:
        raise InvalidScenario(problems)
    return tuple(made)


def _apart(round_: Round, edits: Sequence[Edit]) -> Iterator[list[Edit]]:
    """Part edits into runs that can be made at once: each sets a cell of a row of its own."""
    run, rows = list[Edit](), set[tuple[str, str]]()
    for edit in edits:
        row = _row_set(round_, edit)
        if run and (row is None or row in rows):
            yield run
            run, rows = [], set()
        run.append(edit)
        if row is None:
            yield run
            run = []
        else:
            rows.add(row)
    if run:
        yield run


def _row_set(round_: Round, edit: Edit) -> tuple[str, str] | None:
    """Give table and name of the one row that an edit sets a cell of, from that row alone."""
    if edit.kind != "set":
        return None
    try:
        places = find_cells(round_, edit.path)
    except NoSuchPath:  # said where it is made
        return None
    relative = isinstance(edit.value, str) and is_relative(edit.value)
    of_others = relative and places.column == "score"
    if places.table not in MODELS or len(places.rows) != 1 or of_others:
        return None
    return places.table, next(iter(places.rows))


def _made(round_: Round, edits: Sequence[Edit], problems: list[Problem]) -> Round:
    """Make edits at once, as each time the whole round is looked through for what is wrong."""
    if len(edits) > 1:
        try:
            changes = [change for edit in edits for change in _cells_set(round_, edit)]
            return with_differences(round_, changes)
        except (InvalidRound, NoSuchPath, NotRelative):  # one by one says of which it is
            pass
    for edit in edits:
        round_ = _edited(round_, edit, problems)
    return round_


def _cells_set(round_: Round, edit: Edit) -> list[Difference]:
    if isinstance(edit.value, dict):
        raise NoSuchPath("is set to keys with values.", "Set one cell, or use add for a row.")
    places = find_cells(round_, edit.path)
    changes = []
    for name, row in places.rows.items():
        value: Any = edit.value
        if is_relative(value):
            now = _typed(round_, places, row)
            if now is None and len(places.rows) > 1:
                continue
            value = changed_value(round_, row, places.column, now, value)
        path = [part for part in (places.table, name, places.column) if part]
        changes.append(Difference(tuple(path), None, value))
    if not changes:
        raise NotRelative("is a change of cells that are all blank.", "Write the new value.")
    return changes


def _typed(round_: Round, places: Places, row: Any) -> Any:
    """Give the typed value of a cell, None where it is blank."""
    column = places.column
    if places.table == "rates":
        return round_.rates.get(column)
    if row is None:
        return getattr(round_, column)
    if places.table == "proposals" and column == "score" and row.score is None:
        # The score that comes of its criteria and reviews; the one that is set counts before them.
        known = scores_of(round_)[row.proposal_id]
        return None if known is None else Decimal(known) / SCALE
    for below in ("criteria", "score_weights"):
        for start in ("score_", "score_weights."):
            held = getattr(row, below, {})
            if column.startswith(start) and column.removeprefix(start) in held:
                return held[column.removeprefix(start)]
    return getattr(row, column, None)


def _add(round_: Round, edit: Edit) -> Round:
    table, cells = edit.path, edit.value
    if table not in MODELS or not isinstance(cells, dict):
        raise NoSuchPath("is no table of the round.", f"Use one of: {', '.join(MODELS)}.")
    row, refusals = row_of(MODELS[table], cells)
    if row is None:
        raise InvalidRound(
            [
                Problem(table, None, refusal.column, str(refusal.value or ""), refusal.what,
                        refusal.remedy)
                for refusal in refusals
            ]
        )  # fmt: skip
    name = name_of(table, row)
    if name in named_rows(round_, table):
        raise NoSuchPath(
            f"has a row {name} already.", f"Use set: {table}.{name}.…, or another {key_of(table)}."
        )
    return with_differences(round_, [Difference((table, name), None, cells_of(row))])


def _kind(edit: Edit) -> str:
    """Say which edits that follow each other are made together."""
    return "packs" if edit.kind == "set" and edit.path.startswith(PACKS) else edit.kind


def _edited(round_: Round, edit: Edit, problems: list[Problem]) -> Round:
    try:
        if edit.kind == "set":
            return with_differences(round_, _cells_set(round_, edit))
        return _add(round_, edit)
    except (NoSuchPath, NotRelative) as refusal:
        problems.append(edit.problem(refusal.what, refusal.remedy))
    except InvalidRound as refusal:
        problems += _placed(refusal, edit)
    return round_


def _dropped(round_: Round, edits: Sequence[Edit], problems: list[Problem]) -> Round:
    gone: dict[str, set[str]] = {}
    for edit in edits:
        try:
            places = find_rows(round_, edit.path)
        except NoSuchPath as refusal:
            problems.append(edit.problem(refusal.what, refusal.remedy))
        else:
            gone.setdefault(places.table, set()).update(places.rows)
    rates = [Difference(("rates", name), "", None) for name in sorted(gone.pop("rates", ()))]
    try:
        return with_differences(without_rows(round_, gone), rates)
    except InvalidRound as refusal:
        problems += _placed(refusal, edits[-1])
    return round_


def _placed(refusal: InvalidRound, edit: Edit) -> list[Problem]:
    """Say of problems of the round that an edit makes that it is the edit that makes them."""
    placed = []
    for problem in refusal.problems:
        if problem.severity != "error":
            continue
        where = ".".join(filter(None, (problem.file, problem.column)))
        what = problem.what if where in edit.path else f"makes {where} wrong: it {problem.what}"
        placed.append(edit.problem(what, problem.remedy, problem.value))
    return placed


def _missing(scenario: Scenario, problem: Problem) -> Problem:
    """Say where a scenario names a rule pack or a rule that is not here."""
    written = [edit for edit in scenario.edits if edit.path.endswith(problem.column)]
    if not written:
        return problem
    return written[-1].problem(problem.what, problem.remedy, problem.value)


def _of(scenario: Scenario, problem: Problem) -> Problem:
    column = f"{scenario.name}: {problem.column}" if scenario.name else problem.column
    return Problem(problem.file, problem.row, column, problem.value, problem.what, problem.remedy)


__all__ = ["Cells", "Changed", "changed", "changed_all"]
