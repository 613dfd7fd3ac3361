"""A scenario as it is asked for over HTTP and kept with its run."""

from collections.abc import Mapping
from typing import Any

from matcher.domain import Round
from matcher.errors import InvalidRound
from matcher.scenarios.asking.edits import scenario_of
from matcher.scenarios.edits.overrides import Changed, changed
from matcher.scenarios.edits.scenario import InvalidScenario

NAME = "scenario"


def changed_by(base: Round, options: Mapping[str, Any]) -> Changed:
    """Make the round of a scenario; raises InvalidRound with all that is wrong with its edits.

    `set` is a list of path and value, as their order counts and not every database keeps that of
    the keys of a document.
    """
    edits = {
        "question": options.get("question") or "",
        "add": options.get("add") or {},
        "set": dict(options.get("set") or ()),
        "drop": options.get("drop") or [],
    }
    try:
        return changed(base, scenario_of(NAME, edits))
    except InvalidScenario as refusal:
        raise InvalidRound(refusal.problems) from None
