"""The report's reasons: what was decided on each proposal, who was passed over, what to look at."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.results import Run
from matcher.tables.late import STARTS
from matcher.writing import phrases, words
from matcher.writing.report_numbers import Money, Part, Scores, rows_of, scores_of, with_commas
from matcher.writing.visibility import CONFIDENTIAL_TERM, ShownRound

NAMED = 3
"""So many pools, or proposals funded instead of another, are named before the rest is counted."""


@dataclass(frozen=True)
class DecisionRow:
    """A decision with how many proposals it was made on, and its share of the most frequent."""

    words: str
    tone: str
    count: int
    share: Fraction


def decisions(counts: Mapping[str, int]) -> list[DecisionRow]:
    """Give the decisions that occur, in reading order."""
    most = max(counts.values(), default=1)
    return [
        DecisionRow(words.decision(code), words.tone(code), count, Fraction(count, most))
        for code, count in words.in_reading_order(counts)
    ]


@dataclass(frozen=True)
class JumpCause:
    """What pools funded instead of a proposal, and a sentence of which they are and why."""

    told: str
    instead: str
    score: str


@dataclass(frozen=True)
class Jump:
    """A proposal that was passed over."""

    title: str
    applicant: str
    causes: list[JumpCause]
    cost: str


def jumps(run: Run, shown: ShownRound, money: Money) -> Part[Jump]:
    """Give the proposals passed over, the highest score first, with the pools alike as one."""
    groups = run.tables["out_of_order"].groupby("passed_over").indices
    passed = {str(proposal_id): np.asarray(rows, np.intp) for proposal_id, rows in groups.items()}
    order = _highest_first(run, passed)
    scores = scores_of(run)

    def told() -> Iterator[tuple[Jump, int]]:
        for proposal_id in order:
            rows = rows_of(run, "out_of_order", passed[proposal_id])
            jump = _jump(run, proposal_id, rows, shown, money, scores)
            yield jump, len(jump.causes)

    return Part.lines(told(), len(order))


def _highest_first(run: Run, passed: Mapping[str, NDArray[np.intp]]) -> list[str]:
    """Give the proposals passed over, those with the highest score of any pool first."""
    texts, at = np.unique(
        run.tables["out_of_order"]["score_passed_over"].to_numpy(str), return_inverse=True
    )
    values = [Decimal(text) for text in texts.tolist()]
    highest = {
        proposal_id: max(values[text] for text in np.unique(at[rows]).tolist())
        for proposal_id, rows in passed.items()
    }
    return sorted(highest, key=lambda identifier: (-highest[identifier], identifier))


def _jump(
    run: Run,
    proposal_id: str,
    rows: Sequence[dict[str, str]],
    shown: ShownRound,
    money: Money,
    scores: Scores,
) -> Jump:
    causes: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        # A cause may tell a term, such as the largest grant: none is told of such a pool.
        kept = shown.keeps(row["pool_id"])
        why = "" if kept else money.in_text(shown.text(row["why"], proposal_id))
        causes[why].append(row)
    return Jump(
        title=shown.title(proposal_id),
        applicant=shown.applicant(proposal_id),
        causes=[_cause(why, causes[why], shown, scores) for why in sorted(causes)],
        cost=_cost(rows[0]["cost_of_correcting"], run),
    )


def _cause(
    why: str, rows: Sequence[Mapping[str, str]], shown: ShownRound, scores: Scores
) -> JumpCause:
    """Name the first pools, and of what they funded instead the lowest scores first."""
    passed = sorted({row["score_passed_over"] for row in rows}, key=Decimal)
    lowest = {
        row["funded_instead"]: row
        for row in sorted(rows, key=lambda r: (-Decimal(r["score_funded_instead"]), r["pool_id"]))
    }
    instead = [
        f"{shown.title(identifier)} ({scores.text(row['score_funded_instead'])})"
        for identifier, row in reversed(lowest.items())
    ]
    ends = dict.fromkeys((passed[0], passed[-1]))
    pools = phrases.few([shown.pool(i) for i in sorted({row["pool_id"] for row in rows})], NAMED)
    cause = f", because {why}." if why else ". Why is withheld, for some terms are confidential."
    return JumpCause(
        told=f"By {pools}{cause}",
        instead=phrases.few(instead, NAMED),
        score="–".join(scores.text(score) for score in ends),
    )


def _cost(text: str, run: Run) -> str:
    """Say what putting an order right would cost; nothing where nobody worked it out."""
    if not text:
        return ""
    if not any(character.isdigit() for character in text):
        return f"Putting it right is {text}."
    grouped = re.sub(r"\d+(\.\d+)?", lambda number: _commas(number[0]), text)
    cost, tier, which = grouped.partition(" in ")
    return f"Putting it right costs {cost} of {words.MERIT[run.round.policy.value]}{tier}{which}."


def _commas(number: str) -> str:
    return with_commas(phrases.plain_number(Decimal(number)))


@dataclass(frozen=True)
class ProposalRow:
    """A proposal with what was decided on it."""

    proposal_id: str
    title: str
    applicant: str
    score: str
    tier: int | None
    requested: Decimal
    awarded: Decimal
    conditional: bool
    reason: str


@dataclass(frozen=True)
class DecisionGroup:
    """How many proposals one decision was made on, and those of them that are shown."""

    words: str
    tone: str
    count: int
    proposals: Part[ProposalRow]


def proposals(run: Run, shown: ShownRound, money: Money) -> list[DecisionGroup]:
    """Give the proposals by decision in reading order; within each by tier, score and id."""
    groups: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows_of(run, "decisions"):
        groups[row["decision"]].append(row)
    tiers, scores = {p.proposal_id: p.tier for p in run.round.proposals}, scores_of(run)
    own_words = _own_words(run)

    def order(row: dict[str, str]) -> tuple[Any, ...]:
        tier = tiers[row["proposal_id"]]
        return (tier is None, tier or 0, -Decimal(row["score"] or -1), row["proposal_id"])

    found = []
    for code, count in words.in_reading_order({code: len(rows) for code, rows in groups.items()}):
        part = Part.first(sorted(groups[code], key=order))
        listed = [
            ProposalRow(
                proposal_id=shown.proposal_label(row["proposal_id"]),
                title=shown.title(row["proposal_id"]),
                applicant=shown.applicant(row["proposal_id"]),
                score=scores.text(row["score"]),
                tier=tiers[row["proposal_id"]],
                requested=Decimal(row["requested"]),
                awarded=Decimal(row["awarded"]),
                conditional=row["conditional"] == "true",
                reason=money.in_text(_reason(run, row, shown), own_words[row["proposal_id"]]),
            )
            for row in part.rows
        ]
        shown_part = Part(listed, part.more)
        found.append(DecisionGroup(words.decision(code), words.tone(code), count, shown_part))
    return found


def _own_words(run: Run) -> Mapping[str, Sequence[str]]:
    """Give what the board and the coordinator wrote of each proposal themselves, by its id."""
    found: dict[str, list[str]] = defaultdict(list)
    for proposal in run.round.proposals:
        if proposal.status_reason:
            # As it is told, which is as a sentence.
            found[proposal.proposal_id].append(phrases.sentence(proposal.status_reason))
    for term in run.round.pairs:
        if term.proposal_id and term.reason:
            found[term.proposal_id].append(term.reason)
    return found


def _reason(run: Run, row: Mapping[str, str], shown: ShownRound) -> str:
    """Give the reason of a decision, or less of it where it could tell a confidential term."""
    late = STARTS in row["binding"].split(";")
    keeping = [
        pool.pool_id
        for pool in run.round.pools
        # How long steps at a confidential pool take tells what kind of donor it has.
        if pool.confidential_terms or (late and not shown.pool_label(pool.pool_id))
    ]
    told = any(re.search(rf"(?<![\w-]){re.escape(i)}(?![\w-])", row["reason"]) for i in keeping)
    if told and row["decision"] == "no_matching_pool":
        return words.no_pool(run.round.policy.start_policy)
    if told and row["decision"] == "held_for_review":
        return words.HELD
    if told and late:
        return words.NONE_MAY_FUND
    return phrases.sentence(shown.reason(row["reason"], row["proposal_id"]))


_PLACE = re.compile(r"^(?P<file>[^:]*?), row (?P<row>\d+)(?P<rest>, column (?P<column>\w+):.*)$")


def warnings(run: Run, shown: ShownRound) -> list[str]:
    """Give the warnings, those that differ only in their row as one."""
    kept = {term for pool in run.round.pools for term in pool.confidential_terms}
    rows: dict[tuple[str, str], list[int]] = {}
    for warning in run.record["warnings"]:
        place = _PLACE.match(warning)
        if place is None:
            rows[shown.text(warning), ""] = []
            continue
        rest = place["rest"]
        if place["column"] in kept and "pools" in place["file"]:
            rest = f", column {place['column']}: this is {CONFIDENTIAL_TERM}."
        rows.setdefault((place["file"], shown.text(rest)), []).append(int(place["row"]))
    found = []
    for (file, rest), lines in rows.items():
        if not lines:
            found.append(file)
            continue
        found.append(f"{file}, {phrases.rows(lines)}{rest}")
    return found
