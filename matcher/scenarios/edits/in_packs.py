"""Rule packs as a scenario changes them: another lead time, another date of coming into force.

A path goes down the pack's own keys, rules and steps by their ids:
`packs.az.AZ-05.steps.consent.days.planned.days`. Of a rule with several versions the one in force
on the round's decision date is meant.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError

from matcher.domain import Round
from matcher.errors import Problem
from matcher.regulation.library import packs_of
from matcher.regulation.pack import Pack
from matcher.scenarios.edits.amounts import NotRelative, changed_value, is_relative
from matcher.scenarios.edits.differences import Difference
from matcher.scenarios.edits.naming import Cell, Cells
from matcher.scenarios.edits.paths import nearest_name
from matcher.scenarios.edits.scenario import Edit, InvalidScenario


def changed_packs(
    round_: Round, edits: Sequence[Edit]
) -> tuple[dict[str, Pack], tuple[Difference, ...]]:
    """Give the packs of a round that edits change, as changed; raises InvalidScenario."""
    if not edits:
        return {}, ()
    packs = {pack.id: pack.model_dump(mode="json") for pack in packs_of(round_)}
    problems, changes, touched = list[Problem](), list[Difference](), dict[str, Edit]()
    for edit in edits:
        _, name, *keys = edit.path.split(".")
        if name not in packs or not keys:
            known = ", ".join(packs) or "none"
            problems.append(
                edit.problem("names no rule pack of the round.", f"Its packs are: {known}.")
            )
            continue
        found = _find(packs[name], keys, round_.decision_date.isoformat())
        if isinstance(found, str):
            problems.append(edit.problem("does not exist in the pack.", found))
            continue
        holder, key = found
        try:
            value = _value(round_, holder[key], edit)
        except NotRelative as refusal:
            problems.append(edit.problem(refusal.what, refusal.remedy))
            continue
        changes.append(Difference(("packs", name, *keys), _text(holder[key]), _text(value)))
        holder[key] = None if value == "" else value
        touched[name] = edit
    made = {}
    for name, edit in touched.items():
        try:
            made[name] = Pack.model_validate(packs[name])
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            what = f"makes the pack unusable at {where}: {first['msg']}."
            problems.append(edit.problem(what, "Write a value of the same kind as was there."))
    if problems:
        raise InvalidScenario(problems)
    return made, tuple(changes)


def _value(round_: Round, now: Any, edit: Edit) -> Cell | Cells:
    """Give the new value of a key, counted from what stands there; raises NotRelative."""
    if not isinstance(edit.value, str) or not is_relative(edit.value, ""):
        return edit.value
    if now in (None, ""):
        raise NotRelative("is a change of a key that is blank.", "Write the new value.")
    return changed_value(round_, None, "", _as_date(now), edit.value)


def _as_date(value: Any) -> Any:
    """Give a date for the text of one, as packs are told in JSON; anything else as it is."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _find(pack: dict[str, Any], keys: Sequence[str], day: str) -> tuple[Any, Any] | str:
    """Give what holds the last key, and the key in it; else how the path can be mended."""
    rules = {rule["id"]: rule for rule in pack["rules"]}
    rules |= {rule["id"]: rule for rule in pack["rules"] if _in_force(rule, day)}
    below: Any = rules.get(keys[0], pack)
    rest = keys[1:] if keys[0] in rules else keys
    for position, key in enumerate(rest):
        at: Any = key
        if isinstance(below, list):
            named = [item.get("id") if isinstance(item, dict) else None for item in below]
            if key in named:
                at = named.index(key)
            elif key.isdecimal() and int(key) < len(below):
                at = int(key)
            else:
                return _hint(key, [name or str(i) for i, name in enumerate(named)])
        elif not isinstance(below, dict) or key not in below:
            known = [*below, *(rules if position == 0 and below is pack else ())]
            return _hint(key, known if isinstance(below, dict) else [])
        if position == len(rest) - 1:
            return below, at
        below = below[at]
    return "Go on to a value of the rule: title, effective, ends, severity, outcomes, steps."


def _in_force(rule: dict[str, Any], day: str) -> bool:
    return (rule["effective"] or "") <= day and (rule["ends"] is None or day <= rule["ends"])


def _hint(key: str, known: Sequence[str]) -> str:
    near = nearest_name(key, known)
    return f"Did you mean {near}?" if near else f"There are: {', '.join(known)}."


def _text(value: Any) -> str | list[str]:
    if isinstance(value, list):
        return [str(item) for item in value]
    return "" if value is None else str(value)
