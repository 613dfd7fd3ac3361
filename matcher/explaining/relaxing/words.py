"""What was found of an infeasible round, in plain sentences and as plain values."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from matcher.domain import Round
from matcher.explaining.relaxing.alone import alone_said
from matcher.explaining.relaxing.lever import Lever
from matcher.explaining.relaxing.relaxing import ConflictExplained, Explained, Relaxation
from matcher.money import digits_of
from matcher.solving import Conflict
from matcher.wording.catalogue import Catalogue, Said, catalogue_of
from matcher.writing import phrases
from matcher.writing.conflict_words import conflict_words, exceeding
from matcher.writing.visibility import ShownRound

COUNTS = {
    "max_grants": "grant",
    "max_funders": "funder",
    "max_funders_per_proposal": "funder",
    "max_proposals_per_organisation": "proposal",
}
"""What is counted, by what is changed."""
SHARES = ("max_project_share", "max_award_to_budget")
"""What is changed by shares."""
NAMED = {
    "target": "what is asked for by target",
    "given_up": "the decision on",
    "max_grants": "the number of grants of",
    "max_grant": "the largest grant of",
    "min_grant": "the smallest grant of",
    "min_award": "the smallest award of",
    "max_project_share": "the share of a project that may be paid by",
    "max_funders": "the number of funders of",
    "max_funders_per_proposal": "the number of funders of any proposal of",
    "max_proposals_per_organisation": "the number of proposals of one organisation of",
    "max_amount_per_organisation": "the most for one organisation of",
    "max_award_to_budget": "the largest award beside an organisation's budget of",
}
"""What a change is called in a list of such, before whose it is; others by their own name."""
MOST_NAMED = 12
"""So many members of a conflict, or changes, are told; the others are counted."""


def sentences_of(
    round_: Round, explained: ConflictExplained, catalogue: Catalogue | None = None
) -> Iterator[str]:
    """Say what cannot hold together and what would repair it, without what is confidential."""
    told = catalogue or catalogue_of()
    shown = ShownRound(round_)
    for before, part in enumerate(explained.conflicts):
        yield from _conflict(part, before, ShownRound(part.round), told)
    yield from _together(explained, shown, told)
    if explained.ended:
        yield told.say("relaxing-ended")


def _conflict(part: Explained, before: int, shown: ShownRound, told: Catalogue) -> Iterator[str]:
    """Tell a conflict; `before` it others were, each settled by the first change told of it."""
    members = part.conflict.members
    if members:
        yield from _members(part, before, shown, told)
    else:
        yield told.say("relaxing-unnamed")
    for repairs, heading in (
        ("round", "relaxing-changes-more" if before else "relaxing-changes-one"),
        ("conflict", "relaxing-changes-part"),
        ("unknown", "relaxing-changes-unknown"),
    ):
        enough = [r for r in part.relaxations if r.repairs == repairs and r.steps is not None]
        if enough:
            yield told.say(heading, changes=len(enough))
            for relaxation in enough[:MOST_NAMED]:
                yield f"- {change_words(relaxation, shown, told)}"
    for ends, message in (("nothing", "relaxing-nothing"), ("unknown", "relaxing-unknown")):
        idle = [r for r in part.relaxations if r.repairs == ends and r.steps is None]
        if idle:
            names = list(dict.fromkeys(_named(r.lever, shown) for r in idle))
            yield told.say(message, names=phrases.few(names, MOST_NAMED))
    if part.fixed:
        fixed = " ".join(conflict_words(vars(member), shown) for member in part.fixed[:MOST_NAMED])
        yield told.say("relaxing-fixed", names=fixed)


def _members(part: Explained, before: int, shown: ShownRound, told: Catalogue) -> Iterator[str]:
    members = part.conflict.members
    heading = "relaxing-conflict-more" if before else "relaxing-conflict"
    yield told.say(heading, members=len(members), before=before)
    over = exceeding([vars(member) for member in members], shown)
    if over is not None:
        yield told.text(over)
    for member in members[:MOST_NAMED]:
        yield f"- {conflict_words(vars(member), shown)}"
    if len(members) > MOST_NAMED:
        yield f"- {len(members) - MOST_NAMED:,} more."
    if part.alone is not None:
        yield told.text(alone_said(part.alone, shown))
    minimal = part.conflict.minimal
    yield (
        told.say("relaxing-minimal", members=len(members))
        if minimal
        else told.say("relaxing-not-minimal")
    )


def _together(explained: ConflictExplained, shown: ShownRound, told: Catalogue) -> Iterator[str]:
    changes = explained.changes
    if not changes:
        yield told.say("relaxing-none")
        return
    if explained.complete:
        yield told.say("relaxing-complete", changes=len(changes))
    else:
        yield told.say("relaxing-incomplete")
    for change in changes:
        yield f"- {change_words(change, shown, told)}"


def change_words(relaxation: Relaxation, shown: ShownRound, told: Catalogue) -> str:
    """Give one change as a sentence."""
    words = told.text(change_said(relaxation, shown))
    if relaxation.exact:
        return words
    least = relaxation.lever.value(relaxation.least)
    return told.say("relaxing-about", change=words, least=_value(relaxation.lever, least, shown))


def change_said(relaxation: Relaxation, shown: ShownRound) -> Said:
    """Give one change as a message with its values."""
    lever, steps = relaxation.lever, relaxation.steps or 0
    pool_id = lever.about.get("pool_id", "")
    if pool_id and shown.keeps(pool_id, lever.kind):
        return Said("relaxing-withheld", {"pool": _pool(shown, pool_id)})
    values: dict[str, str | int] = {
        "now": _value(lever, lever.now, shown),
        "then": _value(lever, lever.value(steps), shown),
        "share": phrases.percent(lever.cost(steps)),
    }
    values |= _about(lever, shown)
    if lever.kind == "given_up":
        values = dict(_about(lever, shown))
    message = lever.kind.replace("_", "-")
    if lever.kind == "target":
        message = "floor" if lever.bound.startswith("min") else "cap"
    return Said(f"relaxing-{message}", values)


def document(round_: Round, explained: ConflictExplained) -> dict[str, Any]:
    """Give what was found as plain values, money as text in the currency named, costs as shares.

    Each conflict is one of the round `after` so many others were settled, each by its first change.
    """
    return {
        "conflicts": [
            {
                "members": [_member(member, part.round) for member in part.conflict.members],
                "minimal": part.conflict.minimal,
                "relaxations": [_change(change, round_) for change in part.relaxations],
                "fixed": [vars(member) for member in part.fixed],
                "against": _against(part),
                "after": before,
            }
            for before, part in enumerate(explained.conflicts)
        ],
        "changes": [_change(change, round_) for change in explained.changes],
        "complete": explained.complete,
        "ended_by_time": explained.ended,
    }


def _against(part: Explained) -> str | None:
    """Say what a single member stands against; None where there are several."""
    if part.alone is None:
        return None
    return catalogue_of().text(alone_said(part.alone, ShownRound(part.round)))


def _member(member: Conflict, round_: Round) -> dict[str, str]:
    return {**vars(member), "words": conflict_words(vars(member), ShownRound(round_))}


def _change(change: Relaxation, round_: Round) -> dict[str, Any]:
    lever, steps = change.lever, change.steps
    plain = lever.kind == "given_up"
    return {
        "constraint": change.member.constraint,
        "subject": change.member.subject,
        "change": lever.kind,
        **lever.about,
        "bound": lever.bound or None,
        "currency": (_currency(lever, round_) or None),
        "now": None if plain else format(lever.now, "f"),
        "then": None if plain or steps is None else format(lever.value(steps), "f"),
        "step": None if plain else format(lever.step, "f"),
        "cost": None if change.cost is None else float(change.cost),
        "least": None if plain else format(lever.value(change.least), "f"),
        "repairs": change.repairs,
        "exact": change.exact,
    }


def _about(lever: Lever, shown: ShownRound) -> dict[str, str]:
    found = {}
    if pool_id := lever.about.get("pool_id"):
        found["pool"] = _pool(shown, pool_id)
    if proposal_id := lever.about.get("proposal_id"):
        label = shown.proposal_label(proposal_id)
        found["proposal"] = f"{label} {shown.title(proposal_id)}".strip()
    if target_id := lever.about.get("target_id"):
        found["target"] = shown.text(target_id)
    return found


def _pool(shown: ShownRound, pool_id: str) -> str:
    label = shown.pool_label(pool_id)
    return f"pool {label} ({shown.pool(pool_id)})" if label else shown.pool(pool_id)


def _currency(lever: Lever, round_: Round) -> str:
    policy = ("min_award", "max_amount_per_organisation")
    return lever.currency or (round_.currency if lever.kind in policy else "")


def _value(lever: Lever, value: Decimal, shown: ShownRound) -> str:
    currency = _currency(lever, shown.round)
    if currency:
        places = digits_of(currency) if value % 1 else 0
        return f"{phrases.decimal_text(value, places)}\u00a0{currency}"
    if lever.kind in SHARES or lever.bound.endswith("share"):
        return f"{phrases.plain_number(value * 100)}\u00a0%"
    return phrases.count(int(value), COUNTS.get(lever.kind, "proposal"))


def _named(lever: Lever, shown: ShownRound) -> str:
    """Name what a lever changes, in a list of such."""
    kind = NAMED.get(lever.kind, f"the {lever.kind} of")
    about: Sequence[str] = list(_about(lever, shown).values())
    return f"{kind} {' and '.join(about) or 'the round'}"
