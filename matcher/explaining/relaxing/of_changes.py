"""Why a run has no plan where its round has: too few changes of an earlier result were allowed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matcher.domain import Round
from matcher.pipeline.nearness import conflict_with_limit, near_from
from matcher.results import StayNear
from matcher.wording.catalogue import Catalogue, catalogue_of


@dataclass(frozen=True)
class TooFewChanges:
    """An earlier result that a run was to stay near, and how many changes a plan needs at least."""

    wanted: StayNear
    needed: int

    @property
    def member(self) -> dict[str, str]:
        """The limit as a part of a conflict, with its words."""
        return conflict_with_limit(self.wanted, self.needed)


def too_few_changes(round_: Round, record: Mapping[str, Any]) -> TooFewChanges | None:
    """Give what run.json of a run without a plan says of the changes that a plan needs.

    None where something else stands against it, or the record is of another version of the round.
    """
    needed, options = record.get("changes_needed"), record.get("options")
    if record.get("round_hash") != round_.content_hash or type(needed) is not int:
        return None
    try:
        entry = options.get("stay_near") if isinstance(options, dict) else None
        wanted = near_from(entry, round_.currency)
    except ValueError:
        return None  # no limit can be read: why there is no plan is looked for in the round
    is_too_few = wanted.at_most is not None and wanted.at_most < needed
    return TooFewChanges(wanted, needed) if is_too_few else None


def sentences(found: TooFewChanges, catalogue: Catalogue | None = None) -> Iterator[str]:
    """Say that the limit on changes is what forbids a plan, and what can be done."""
    told = catalogue or catalogue_of()
    yield told.say("relaxing-conflict", members=1)
    yield f"- {found.member['words']}"
    yield told.say("relaxing-near")


def document(found: TooFewChanges) -> dict[str, Any]:
    """Give the same as plain values, in the form of any conflict; nothing of the round changes."""
    conflict = {
        "members": [found.member], "minimal": True, "relaxations": [], "fixed": [],
        "against": None, "after": 0,
    }  # fmt: skip
    return {
        "conflicts": [conflict],
        "changes": [],
        "complete": False,
        "ended_by_time": False,
        "at_most": found.wanted.at_most,
        "changes_needed": found.needed,
    }
