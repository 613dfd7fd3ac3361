"""Scenarios written in Python: mappings of paths to values, as in scenario files.

`{"pools.P07.budget": "x2"}` sets cells. With keys of a scenario file, `question`, `add`, `set` and
`drop`, a mapping has what stands below them there (docs/reference/scenarios.md). Numbers, dates and
lists stand for themselves.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from matcher.domain import Round
from matcher.domain.round import cell
from matcher.errors import Problem
from matcher.scenarios.asking.shapes import WRITTEN, has_keys, misshapen
from matcher.scenarios.edits.amounts import MAY_BE_NEGATIVE
from matcher.scenarios.edits.files import BASE, read_scenarios
from matcher.scenarios.edits.naming import Cell, Cells
from matcher.scenarios.edits.overrides import Changed, changed, changed_all
from matcher.scenarios.edits.scenario import Edit, InvalidScenario, Scenario
from matcher.scenarios.edits.scenario_names import is_taken, is_too_long
from matcher.wording import catalogue_of

Edits = Mapping[str, Any]
"""Paths with values, or the keys of a scenario in a scenario file."""
Asked = Mapping[str, Edits | Scenario] | str | Path | Sequence[str | Path]
"""Scenarios by name, or scenario files."""

_NAME = re.compile(r"[^\W_][\w.-]{0,79}")


def changed_round(round_: Round, edits: Edits) -> Round:
    """Give a round with edits made; raises InvalidScenario with all that is wrong.

    Changes of rule packs are no part of a round: ask for them by `what_if`.
    """
    scenario = scenario_of("", edits)
    in_packs = [edit for edit in scenario.edits if edit.path.startswith("packs.")]
    if in_packs:
        say = catalogue_of().say
        what, remedy = say("asking-in-packs"), say("asking-in-packs-remedy")
        raise InvalidScenario([edit.problem(what, remedy) for edit in in_packs])
    return changed(round_, scenario).round


def asked_of(round_: Round, asked: Asked) -> tuple[Changed, ...]:
    """Make all scenarios of a round; raises InvalidScenario with what is wrong in any of them."""
    if isinstance(asked, str | Path):
        asked = [asked]
    if not isinstance(asked, Mapping):
        return changed_all(round_, read_scenarios([Path(path) for path in asked]))
    scenarios, problems = list[Scenario](), list[Problem]()
    folded: dict[str, str] = {}
    for name, edits in asked.items():
        misnamed = list(_misnamed(name, folded))
        problems += misnamed
        try:
            if isinstance(edits, Scenario):
                made = replace(edits, name=name)
            else:
                made = scenario_of(str(name), edits)
            if not misnamed:
                scenarios.append(made)
                folded[name.casefold()] = name
        except InvalidScenario as refusal:
            problems += refusal.problems
    if problems:
        raise InvalidScenario(problems)
    return changed_all(round_, scenarios)


def scenario_of(name: str, edits: Edits) -> Scenario:
    """Make a scenario of edits: rows are added first, then cells set, then rows dropped.

    Raises InvalidScenario for a number below 0, which could be meant as less by so much, unless it
    can be meant as nothing else.
    """
    at, say = f"{name}: " if name else "", catalogue_of().say
    if problems := list(misshapen(at, edits)):
        raise InvalidScenario(problems)
    whole: Edits = edits if has_keys(edits) else {"set": edits}
    unclear = [
        Problem(WRITTEN, None, f"{at}{path}", str(value), say("asking-below-nought"),
                say("asking-below-nought-remedy"))
        for path, value in whole.get("set", {}).items()
        if isinstance(value, int | float | Decimal) and value < 0
        and path.rpartition(".")[2] not in MAY_BE_NEGATIVE
    ]  # fmt: skip
    if unclear:
        raise InvalidScenario(unclear)
    return Scenario(name, str(whole.get("question", "")), tuple(_edits(whole)))


def _edits(whole: Edits) -> Iterator[Edit]:
    for table, rows in whole.get("add", {}).items():
        for row in [rows] if isinstance(rows, Mapping) else rows:
            cells: Cells = {key: _cell(value) for key, value in row.items() if value is not None}
            yield Edit("add", table, cells, WRITTEN)
    for path, value in whole.get("set", {}).items():
        yield Edit("set", path, _set_to(value), WRITTEN)
    dropped = whole.get("drop", ())
    for path in [dropped] if isinstance(dropped, str) else dropped:
        yield Edit("drop", path, "", WRITTEN)


def _set_to(value: Any) -> Cell | Cells:
    if isinstance(value, Mapping):
        return {key: _cell(below) for key, below in value.items()}
    return _cell(value)


def _cell(value: Any) -> Cell:
    """Give a value as it would stand in the round's files."""
    if value is None:
        return ""
    if isinstance(value, list | tuple | set | frozenset):
        texts = [cell(each) for each in (sorted(value) if isinstance(value, set) else value)]
        return [text for text in texts if isinstance(text, str)]
    return cell(Decimal(repr(value)) if isinstance(value, float) else value)


def _misnamed(name: str, folded: Mapping[str, str]) -> Iterator[Problem]:
    say = catalogue_of().say
    if not isinstance(name, str):
        what = say("asking-no-name")
    elif name.casefold() == BASE:
        what = say("asking-name-of-base")
    elif (other := folded.get(name.casefold())) is not None:
        what = say("asking-name-of-another", other=other)
    elif is_taken(name):
        what = say("asking-name-of-file")
    elif is_too_long(name):
        what = say("asking-name-too-long")
    elif not _NAME.fullmatch(name):
        what = say("asking-no-name")
    else:
        return
    yield Problem(WRITTEN, None, "", str(name), what, say("asking-name-remedy"))
