"""What was changed between two rounds, in words, without what is confidential."""

from collections.abc import Sequence

from matcher.scenarios.causes.changes import Change
from matcher.scenarios.comparing.document import plain_cells
from matcher.scenarios.edits.differences import Difference
from matcher.wording import catalogue_of
from matcher.writing import phrases
from matcher.writing.visibility import ShownRound

NAMED = 4
"""So many rows are named that are added or dropped with another."""
FEW = 3
"""So many cells of a change are told one by one."""


def change_text(rounds: Sequence[ShownRound], change: Change) -> str:
    """Say what a change is."""
    say = catalogue_of().say
    told = [difference_text(rounds, each) for each in change.differences]
    told += [say("compare-change-pack", pack=pack) for pack in change.packs]
    if len(told) == 1:
        return told[0]
    if any(is_hidden(shown, each) for each in change.differences for shown in rounds):
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
    if any(is_hidden(shown, difference) for shown in rounds):
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


def is_hidden(shown: ShownRound, difference: Difference) -> bool:
    """Say whether a difference is about something that others may not see."""
    table, *rest = difference.path
    if not rest:
        return False
    round_ = shown.round
    named = set(rest[0].replace(":", "/").split("/"))
    if any(not shown.pool_label(pool) for pool in named & round_.pools_by_id.keys()):
        return True
    if any(not shown.proposal_label(name) for name in named & round_.proposals_by_id.keys()):
        return True
    hidden = [row.org_id for row in round_.organisations if row.visibility != "public"]
    hidden += [row.donor_id for row in round_.donors if row.visibility != "public"]
    if not named.isdisjoint(hidden):
        return True
    is_pool = table == "pools" and rest[0] in round_.pools_by_id
    return is_pool and len(rest) > 1 and shown.keeps(rest[0], rest[1])
