"""The edits of a scenario made in a draft of a round, and which of them what is wrong comes of."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any

from matcher.domain import Fact, Round
from matcher.errors import Problem
from matcher.scenarios.edits.amounts import NotRelative, changed_value, is_relative
from matcher.scenarios.edits.belonging import without_rows
from matcher.scenarios.edits.drafts import Fault, drafted, faults_between, row_read, with_cells
from matcher.scenarios.edits.fact_values import counted
from matcher.scenarios.edits.naming import MODELS, PARTS, Cell, key_of, name_of, named_rows
from matcher.scenarios.edits.paths import NoSuchPath, Places, find_cells, find_rows
from matcher.scenarios.edits.scenario import Edit, Refused, shown
from matcher.scores import SCALE, scores_of

PREDICATES = ("is", "has", "must", "requires", "stands", "names", "says", "gives", "holds")
"""What a problem begins with that is told of a value; others are sentences of their own."""


@dataclass
class Made:
    """A draft with the edits made so far, which of them touched each row, and what is wrong.

    Rows are named as in a `Fault`, by table and name.
    """

    draft: Round
    touched: dict[tuple[str, str], list[Edit]] = field(default_factory=lambda: defaultdict(list))
    problems: list[Problem] = field(default_factory=list)


def make(base: Round, edits: Sequence[Edit]) -> Made:
    """Make edits in their order; what cannot be made is noted and left out."""
    made = Made(base)
    for kind, run in groupby(edits, key=lambda edit: edit.kind):
        if kind == "drop":
            # All at once: a donor and one of its pools can go together.
            _drop(made, list(run))
            continue
        for edit in run:
            try:
                if kind == "set":
                    _set(made, edit)
                else:
                    _add(made, edit)
            except Refused as refusal:
                made.problems.append(edit.problem(refusal.what, refusal.remedy))
    return made


def at_fault(
    base: Round, edits: Sequence[Edit], made: Made, faults: Sequence[Fault]
) -> list[Problem]:
    """Say of what is wrong in the draft of all edits which of them it comes of.

    These are all that touch the row that is wrong; where it is wrong by what another row became,
    the one that made it so.
    """

    @cache
    def after(count: int) -> frozenset[Fault]:
        return frozenset(faults_between(make(base, edits[:count]).draft))

    problems = []
    for fault in faults:
        touching = made.touched.get((fault.table, fault.name), [])
        if fault in after(len(edits)):
            first = edits[_first_with(fault, len(edits), after) - 1]
            if first not in touching:
                touching = [edit for edit in touching if edit.path.endswith(f".{fault.column}")]
                touching.append(first)
        problems.append(_told(touching or edits, fault))
    return problems


def _told(edits: Sequence[Edit], fault: Fault) -> Problem:
    paths, last = list(dict.fromkeys(edit.path for edit in edits)), edits[-1]
    of_value = fault.what.split()[0] in PREDICATES
    if paths == [fault.where]:
        value, what = fault.value, fault.what
        if value and not of_value:
            what = f"is wrong: {what}"
    else:
        value = last.shown if len(edits) == 1 else ""
        subject = f'"{fault.value}" ' if fault.value else "it "
        make = "makes" if len(paths) == 1 else "together make"
        what = f"{make} {fault.where} wrong: {subject if of_value else ''}{fault.what}"
    return Problem(last.file, last.line, ", ".join(paths), value, what, fault.remedy)


def _first_with(fault: Fault, count: int, after: Callable[[int], frozenset[Fault]]) -> int:
    """Give after how many edits something is wrong that was not so before the last, by halving."""
    without, with_ = 0, count
    while with_ - without > 1:
        middle = (without + with_) // 2
        if fault in after(middle):
            with_ = middle
        else:
            without = middle
    return with_


def _set(made: Made, edit: Edit) -> None:
    if isinstance(edit.value, dict):
        raise NoSuchPath("is set to keys with values.", "Set one cell, or use add for a row.")
    places = find_cells(made.draft, edit.path)
    values = _values(made.draft, places, edit.value)
    try:
        made.draft = with_cells(made.draft, places.table, places.column, values)
    except Refused as refusal:
        if not is_relative(edit.value, places.column):
            raise
        new = ", ".join(sorted({str(value) for value in values.values()})[:3])
        raise Refused(f"comes to {new}: it {refusal.what}", refusal.remedy) from None
    for name in values:
        _touch(made, places, name, edit)


def _touch(made: Made, places: Places, name: str, edit: Edit) -> None:
    """Note that an edit touched a row, under the name that it has now."""
    table = places.table
    if table in ("", "rates"):
        made.touched[table, places.column].append(edit)
        return
    key = (table, name)
    row = places.rows[name]
    if row is not None and table in MODELS and places.column in _naming(table):
        changed = row.model_copy(update={places.column: edit.value})
        earlier = made.touched.pop(key, [])
        key = (table, name_of(table, changed))
        made.touched[key] += earlier
    made.touched[key].append(edit)


def _naming(table: str) -> tuple[str | None, ...]:
    """Give the columns that the name of a row comes of."""
    return PARTS.get(table, (key_of(table),))


def _values(draft: Round, places: Places, value: Cell) -> dict[str, Cell]:
    """Give the new cells that a path is set to, by the names of rows."""
    if not isinstance(value, str) or not is_relative(value, places.column):
        return dict.fromkeys(places.rows, value)
    values: dict[str, Cell] = {}
    for name, row in places.rows.items():
        now = _typed(draft, places, row)
        if now is not None:
            values[name] = changed_value(draft, row, places.column, now, value)
    if not values:
        what = "a cell that is blank" if len(places.rows) == 1 else "cells that are all blank"
        raise NotRelative(f"is a change of {what}.", "Write the new value.")
    return values


def _typed(draft: Round, places: Places, row: Any) -> Any:
    """Give the typed value of a cell, None where it is blank."""
    column = places.column
    if places.table == "rates":
        return draft.rates.get(column)
    if row is None:
        return getattr(draft, column)
    if places.table == "proposals" and column == "score" and row.score is None:
        # The score that comes of its criteria and reviews; the one that is set counts before them.
        known = scores_of(draft)[row.proposal_id]
        return None if known is None else Decimal(known) / SCALE
    if isinstance(row, Fact) and column == "value":
        return counted(row.fact, row.value)
    if column in (facts := getattr(row, "facts", {})):
        return counted(column, facts[column])
    for below in ("criteria", "score_weights"):
        for start in ("score_", "score_weights."):
            held = getattr(row, below, {})
            if column.startswith(start) and column.removeprefix(start) in held:
                return held[column.removeprefix(start)]
    return getattr(row, column, None)


def _add(made: Made, edit: Edit) -> None:
    table, cells = edit.path, edit.value
    if table not in MODELS or not isinstance(cells, dict):
        raise NoSuchPath("is no table of the round.", f"Use one of: {', '.join(MODELS)}.")
    row, refusals = row_read(table, cells)
    if refusals:
        made.problems += [
            edit.problem(
                f"makes {table}.{column} wrong: it {refusal.what}",
                refusal.remedy,
                shown(cells.get(column, "")),
            )
            for column, refusal in refusals
        ]
        return
    name = name_of(table, row)
    if name in named_rows(made.draft, table):
        key = key_of(table)
        another = f"another {key}" if key else f"other values of {', '.join(PARTS[table])}"
        raise NoSuchPath(f"has a row {name} already.", f"Use set: {table}.{name}.…, or {another}.")
    made.draft = drafted(made.draft, {table: (*getattr(made.draft, table), row)})
    made.touched[table, name].append(edit)


def _drop(made: Made, edits: Sequence[Edit]) -> None:
    gone: dict[str, set[str]] = {}
    for edit in edits:
        try:
            places = find_rows(made.draft, edit.path)
        except NoSuchPath as refusal:
            made.problems.append(edit.problem(refusal.what, refusal.remedy))
        else:
            gone.setdefault(places.table, set()).update(places.rows)
    for code in sorted(gone.pop("rates", ())):
        made.draft = with_cells(made.draft, "rates", code, {"": ""})
    if gone:
        made.draft = without_rows(made.draft, gone)
