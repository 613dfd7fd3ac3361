"""What was changed between two rounds, in words, without what is confidential."""

from collections.abc import Sequence

from matcher.scenarios.causes.changes import Change
from matcher.scenarios.comparing.document import plain_cells
from matcher.scenarios.edits.differences import Difference
from matcher.scenarios.edits.naming import Cell, Cells
from matcher.wording import catalogue_of
from matcher.writing import phrases
from matcher.writing.visibility import ShownRound

NAMED = 4
"""So many rows are named that are added or dropped with another."""
OF_IDS = (
    "donor_id", "pool_id", "proposal_id", "org_id", "pool", "subject", "refuses_donors", "not_with",
    "requires", "alternatives", "where.proposal", "where.not_proposal", "where.organisation",
    "where.not_organisation",
)  # fmt: skip
"""Columns that name rows of other tables."""
FEW = 3
"""So many cells of a change are told one by one."""


def change_text(rounds: Sequence[ShownRound], change: Change) -> str:
    """Say what a change is."""
    say = catalogue_of().say
    told = [difference_text(rounds, each) for each in change.differences]
    told += [say("compare-change-pack", pack=pack) for pack in change.packs]
    if len(told) == 1:
        return told[0]
    if any(is_untold(shown, each) for each in change.differences for shown in rounds):
        return say("compare-change-confidential")
    rows = [each for each in change.differences if _is_row(each)]
    if rows and not change.packs and not change.name.count("*"):
        rest = [each.dotted for each in change.differences if each is not rows[0]]
        others = phrases.few(rest, NAMED)
        first = difference_text(rounds, rows[0])
        return say("compare-change-joined", first=first, others=others)
    if len(told) <= FEW:
        return phrases.spoken(told)
    return say("compare-change-several", name=change.name, count=len(told), example=told[0])


def difference_text(rounds: Sequence[ShownRound], difference: Difference) -> str:
    """Say what differs in one place."""
    say = catalogue_of().say
    if any(is_untold(shown, difference) for shown in rounds):
        return say("compare-change-confidential")
    path, before, after = difference.dotted, difference.before, difference.after
    if _is_row(difference):
        return say(f"compare-change-{'added' if before is None else 'dropped'}", path=path)
    old, new = plain_cells(before) or "", plain_cells(after) or ""
    if not old:
        return say("compare-change-set", path=path, after=new)
    if not new:
        return say("compare-change-blank", path=path, before=old)
    return say("compare-change-cell", path=path, before=old, after=new)


def _is_row(difference: Difference) -> bool:
    return isinstance(difference.before, dict) or isinstance(difference.after, dict)


def is_untold(shown: ShownRound, difference: Difference) -> bool:
    """Say whether a difference is hidden, or tells something withheld in its words."""
    if is_hidden(shown, difference):
        return True
    # A number that is like an id tells nothing.
    values = [*_texts(difference.before), *_texts(difference.after)]
    words = [value for value in values if any(map(str.isalpha, value))]
    proposal = _proposal_of(shown, difference)
    return any(shown.text(value, proposal) != value for value in words)


def is_hidden(shown: ShownRound, difference: Difference) -> bool:
    """Say whether a difference is about something that others may not see, or names it by id."""
    table, *rest = difference.path
    name, column = rest[0] if rest else "", difference.path[-1]
    if any(_is_kept(shown, part) for part in _parts(name)):
        return True
    if table == "pools" and name in shown.round.pools_by_id and shown.keeps(name, column):
        return True
    if column not in OF_IDS:
        return False
    proposal = _proposal_of(shown, difference)
    if proposal and column == "org_id" and not shown.organisation_label(proposal):
        return True
    values = [*_texts(difference.before), *_texts(difference.after)]
    return any(_is_kept(shown, part) for value in values for part in _parts(value))


def _proposal_of(shown: ShownRound, difference: Difference) -> str | None:
    """Give the proposal whose row a difference is in, None for another table's."""
    table, *rest = difference.path
    name = rest[0] if table == "proposals" and rest else ""
    return name if name in shown.round.proposals_by_id else None


def _parts(name: str) -> set[str]:
    """Give what the name of a row may consist of: itself, or the ids that identify it."""
    return {name, *name.replace(":", "/").split("/")}


def _texts(value: Cell | Cells | None) -> Sequence[str]:
    """Give what is told of a cell; of a row only that it is there."""
    if value is None or isinstance(value, dict):
        return ()
    return (value,) if isinstance(value, str) else value


def _is_kept(shown: ShownRound, identifier: str) -> bool:
    """Say whether something goes by an id that others may not see beside what it is about."""
    round_ = shown.round
    if identifier in round_.pools_by_id and not shown.pool_label(identifier):
        return True
    if identifier in round_.proposals_by_id and not shown.proposal_label(identifier):
        return True
    named = round_.organisations_by_id.get(identifier), round_.donors_by_id.get(identifier)
    return any(row is not None and row.visibility != "public" for row in named)
