"""`comparison.html`: two results side by side on a page that needs nothing else and prints well.

It may be shared as the report may: names are as `visibility` allows, and the same comparison gives
the same bytes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from matcher.scenarios.causes.causes import Causes
from matcher.scenarios.causes.parts import Measure
from matcher.scenarios.causes.words import PartRow, cause_text, grounds, part_rows
from matcher.scenarios.comparing.comparison import Comparison
from matcher.scenarios.comparing.document import tuples
from matcher.scenarios.comparing.inputs import change_text, difference_text
from matcher.scenarios.comparing.words import ComparisonWords
from matcher.scenarios.edits.differences import differences
from matcher.scenarios.templates import template_of
from matcher.wording import catalogue_of
from matcher.writing import phrases, words
from matcher.writing.report_numbers import places as places_of
from matcher.writing.visibility import CONFIDENTIAL

MOST = {"changed": 24, "proposals": 40, "others": 20, "moved": 15, "parts": 8}
"""So many rows of each kind are shown; the rest is counted, and stands in the tables."""
Row = TypeVar("Row")


@dataclass(frozen=True)
class Shown(Generic[Row]):
    """The rows of a list that are shown, and how many more there are."""

    rows: list[Row]
    more: int

    @classmethod
    def of(cls, rows: Iterable[Row], most: int) -> "Shown[Row]":
        """Show the first rows."""
        every = list(rows)
        return cls(every[:most], max(0, len(every) - most))


def render_page(comparison: Comparison, causes: Causes | None = None) -> str:
    """Give the page as HTML; with causes, each proposal's is told."""
    told = ComparisonWords(comparison)
    say = catalogue_of().say
    currencies = list(dict.fromkeys(side.round.currency for side in comparison.sides))
    because = {} if causes is None else {c.proposal_id: cause_text(c) for c in causes.found}
    parts = [] if causes is None else part_rows(causes, MOST["parts"])
    return template_of("comparison.html").render(
        say=say,
        kicker=" → ".join(dict.fromkeys(side.round.id for side in comparison.sides)),
        about=about(told),
        sentences=told.sentences(),
        amounts_in=say("compare-amounts-in", currency=phrases.spoken(currencies)),
        totals=totals(told),
        causes=causes,
        changed=Shown.of(changed(told, causes), MOST["changed"]),
        idle=idle(causes),
        parts=[{"name": measure_text(told, row), **vars(row)} for row in parts],
        numbers=range(1, len(causes.changes) + 1) if causes else (),
        has_rest=any(row.rest for row in parts),
        grounds=[] if causes is None else grounds(causes, told.listed),
        coming=Shown.of(proposals(told, ["in"], because), MOST["proposals"]),
        going=Shown.of(proposals(told, ["out"], because), MOST["proposals"]),
        others=Shown.of(
            proposals(told, ["more", "less", "other_payers", "other_currency"], because),
            MOST["others"],
        ),
        targets=list(targets(told)),
        **{name: Shown.of(moved(told, name), MOST["moved"])
           for name in ("pools", "regions", "groups", "organisations")},
        vouched=[
            (say(f"compare-vouch-{when}"), side, standing(told, at))
            for at, (when, side) in enumerate(zip(("before", "after"), comparison.sides,
                                                  strict=True))
        ],
    )  # fmt: skip


def about(told: ComparisonWords) -> str:
    """Say which rounds are compared, and in how many places they differ."""
    say = catalogue_of().say
    before, after = (shown.text(shown.round.title or shown.round.id) for shown in told.rounds)
    found = differences(*(side.round for side in told.comparison.sides))
    rounds = (
        say("compare-same-round", title=after)
        if before == after
        else say("compare-two-rounds", before=before, after=after)
    )
    return f"{rounds} {say('compare-differing-rounds', count=len(found))}"


def standing(told: ComparisonWords, at: int) -> str:
    """Say what is claimed of a side."""
    side = told.comparison.sides[at]
    if not side.has_awards:
        return words.plain(side.status)
    return catalogue_of().say(f"compare-vouch-{'proven' if side.proven else 'not-proven'}")


def totals(told: ComparisonWords) -> list[dict[str, str]]:
    """Give the figures of the whole as text."""
    frame = told.comparison.totals
    return [
        {
            "name": told.label(total),
            "before": told.figure(total.kind, row.before),
            "after": told.figure(total.kind, row.after),
            "difference": told.figure(total.kind, row.difference, signed=True),
        }
        for total, row in zip(told.comparison.totals_exact, tuples(frame), strict=True)
    ]


def changed(told: ComparisonWords, causes: Causes | None) -> list[str]:
    """Say what was changed: the changes whose effect was looked at, or else each difference."""
    if causes is not None:
        return [change_text(told.rounds, change) for change in causes.changes]
    before, after = (side.round for side in told.comparison.sides)
    found = [difference_text(told.rounds, each) for each in differences(before, after)]
    return list(dict.fromkeys(found))


def idle(causes: Causes | None) -> str:
    """Say how many differences decide nothing, if any."""
    if causes is None or not causes.idle:
        return ""
    return catalogue_of().say("compare-idle", count=len(causes.idle))


def measure_text(told: ComparisonWords, row: PartRow) -> str:
    """Name a measure that is divided among changes."""
    measure: Measure = row.measure
    kind, key = measure
    if kind == "pool":
        return told.pool(str(key))
    for total in told.comparison.totals_exact:
        if (total.figure, total.key) == (kind, key):
            return told.label(total)
    policy = told.comparison.before.round.policy
    level = "L1" if kind == "shortfall" else "L2"
    name = words.level(level, key if isinstance(key, int) else None, words.MERIT[policy.value],
                       tiers=True)  # fmt: skip
    return phrases.sentence(name).removesuffix(".")


def proposals(
    told: ComparisonWords, changes: Sequence[str], because: Mapping[str, str]
) -> list[dict[str, str]]:
    """Give the proposals of which that becomes, the largest change first."""
    frame = told.comparison.proposals
    kept = [row for row in tuples(frame) if row.change in changes]
    kept.sort(key=lambda row: (-abs(row.difference or 0), row.proposal_id))
    scores = [score for row in kept for score in (row.score_before, row.score_after)]
    # As many decimals as the score that needs most, so that a column of them lines up.
    places = max((places_of(str(score)) for score in scores if score is not None), default=0)
    return [_proposal(told, row, because.get(str(row.proposal_id), ""), places) for row in kept]


def _proposal(told: ComparisonWords, row: Any, cause: str, places: int) -> dict[str, str]:
    name = str(row.proposal_id)
    later = row.change != "out"
    shown = told.rounds[name in told.rounds[1].round.proposals_by_id]
    label, applicant = shown.proposal_label(name), shown.applicant(name)
    both = row.change not in ("in", "out")
    payers = [told.payers(name, at) for at in ((False, True) if both else (later,))]
    note = [applicant, label, " → ".join(dict.fromkeys(payers))]
    score = row.score_after if later else row.score_before
    return {
        "title": shown.title(name),
        "note": " · ".join(part for part in note if part),
        "score": "" if score is None else phrases.decimal_text(score, places),
        "amount": told.amount(row.amount_after if later else row.amount_before),
        "was": f"{told.amount(row.difference, True)}" if both and row.difference else "",
        "cause": cause,
    }


def targets(told: ComparisonWords) -> list[dict[str, str]]:
    """Give the bounds of targets whose limit, value or outcome differs, missed ones first."""
    rows = []
    for row in tuples(told.comparison.targets):
        same = row.value_before == row.value_after and row.limit_before == row.limit_after
        if same and row.held_before == row.held_after:
            continue
        limits = [told.bound(str(row.kind), value) for value in (row.limit_before, row.limit_after)]
        held = row.held_after if row.held_after is not None else row.held_before
        side = words.BOUNDS[str(row.bound)][0]
        rows.append(
            {
                "name": f"{told.rounds[1].text(str(row.target_id))}, {side}",
                "limit": " → ".join(dict.fromkeys(limits)),
                "before": told.bound(str(row.kind), row.value_before),
                "after": told.bound(str(row.kind), row.value_after),
                "outcome": told.outcome(row.held_before, row.held_after),
                "tone": "paid" if held else "missed",
            }
        )
    return sorted(rows, key=lambda row: row["tone"] == "paid")


def moved(told: ComparisonWords, table: str, most: int = MOST["moved"]) -> list[dict[str, Any]]:
    """Give where more or less money goes than before, the most first.

    Of organisations those that gain come before those that lose, both among the first `most` rows.
    """
    frame = told.comparison.money_by(table.removesuffix("s"))
    rows = [row for row in tuples(frame) if _is_moved(row, told.comparison.one_currency)]
    largest = max((abs(row.difference or 0) for row in rows), default=0)
    if table == "organisations":
        rows = _both_ends(rows, most)
    found = []
    for row in rows:
        name, note = _named(told, table, row)
        found.append(
            {
                "name": name,
                "note": note,
                "before": told.amount(row.awarded_before),
                "after": told.amount(row.awarded_after),
                "difference": told.amount(row.difference, True),
                "share": float((row.difference or 0) / largest) if largest else 0.0,
            }
        )
    return found


def _both_ends(rows: list[Any], most: int) -> list[Any]:
    """Give those that gain, then those that lose, the most first; so many that both are seen."""
    gaining = [row for row in rows if (row.difference or 0) >= 0]
    losing = [row for row in rows if (row.difference or 0) < 0]
    seen = max(most // 2, most - len(losing))
    kept = most - min(seen, len(gaining))
    return [*gaining[:seen], *losing[:kept], *gaining[seen:], *losing[kept:]]


def _is_moved(row: Any, comparable: bool) -> bool:
    if comparable:
        return bool(row.difference)
    return bool(row.awarded_before or row.awarded_after)


def _named(told: ComparisonWords, table: str, row: Any) -> tuple[str, str]:
    say = catalogue_of().say
    note = {"base": say("compare-gone"), "compare": say("compare-new")}.get(row.rounds, "")
    if table == "pools":
        return told.pool(row.id) or CONFIDENTIAL["pool"], note
    if table == "organisations":
        return told.organisation(row.id), note
    if row.id == "":
        return say(f"compare-no-{table.removesuffix('s')}"), ""
    return row.name, ""
