"""One pair, whole: which rules say what of it on either day, by which facts, and what is to do."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from matcher.domain import Fact as FactRow
from matcher.law.evaluating import Day
from matcher.law.grid import Grid
from matcher.law.judging import VERDICTS, Clause
from matcher.law.known import FALSE, UNKNOWN, Frame
from matcher.law.law import Law, judge_pairs
from matcher.law.reasons import FactOf, frames, unknown_facts
from matcher.law.statements import Statement
from matcher.law.steps import PlannedStep, planned_steps
from matcher.regulation.columns import PAIR_FACTS
from matcher.regulation.conditions import (
    Compare,
    Joined,
    Node,
    Not,
    Quantified,
    Reference,
)
from matcher.regulation.pack import Citation, Link, Pack, VerdictName
from matcher.regulation.values import shown, value_of


@dataclass(frozen=True)
class Seen:
    """A fact that a rule looked at: its value, `unknown` or as written, and who said so."""

    fact: FactOf
    word: str
    value: str
    origin: str


@dataclass(frozen=True)
class Finding:
    """What one outcome of a rule says of a link of the pair on a day.

    `truth` is 0 false, 1 unknown, 2 true; `missing` the unknown facts that decide; `waived` who
    took the rule out for this pair, where somebody did.
    """

    day: date
    clause: Clause
    link: Link
    giver: str
    receiver: str
    truth: int
    seen: tuple[Seen, ...]
    missing: tuple[FactOf, ...]
    waived: Statement | None

    @property
    def verdict(self) -> VerdictName:
        """Give what it comes to."""
        if self.waived or self.truth == FALSE:
            return "eligible"
        if self.truth == UNKNOWN:
            return VERDICTS[int(self.clause.ranks[UNKNOWN])]
        return self.clause.verdict


@dataclass(frozen=True)
class PairTrace:
    """The whole of what the law says of a pair."""

    pool_id: str
    proposal_id: str
    verdict: VerdictName
    earliest_payment: date
    findings: tuple[Finding, ...]
    steps: tuple[PlannedStep, ...]
    waived_steps: tuple[tuple[str, FactRow], ...]
    """The steps, as `RULE/step`, that do not count for the pair, with the row that says so."""

    @property
    def missing(self) -> tuple[FactOf, ...]:
        """Give every unknown fact that stands in the way."""
        return tuple(sorted({fact for f in self.findings if not f.waived for fact in f.missing}))


def trace(law: Law, pool: int, proposal: int) -> PairTrace:
    """Give the whole trace of a pair by the rows of its pool and proposal."""
    pools, proposals = np.array([pool]), np.array([proposal])
    today = law.stated.round.decision_date
    verdicts, leads = judge_pairs(law, today, pools, proposals)
    payment = today + timedelta(int(leads[0]))
    days = (today,) if payment == today else (today, payment)
    return PairTrace(
        law.stated.ids["pool"][pool],
        law.stated.ids["proposal"][proposal],
        VERDICTS[int(verdicts[0])],
        payment,
        tuple(found for day in days for found in _findings(law, day, pool, proposal)),
        tuple(planned_steps(law, pools, proposals)),
        tuple((name, row) for name, row in waivers(law, pool, proposal) if "/" in name),
    )


def waivers(law: Law, pool: int, proposal: int) -> Iterator[tuple[str, FactRow]]:
    """Give the rules and steps that do not count for a pair on the decision date, and why."""
    stated = law.stated
    key = int(stated.pair_key(pool, proposal))
    for name in PAIR_FACTS:
        for statement in stated.of_pairs(name).by_key.get(key, ()):
            if statement.row is not None and statement.holds_on(stated.round.decision_date):
                yield statement.value, statement.row


def _findings(law: Law, today: date, pool: int, proposal: int) -> Iterator[Finding]:
    day, stated = law.day(today), law.stated
    grid = Grid(stated, np.array([pool]), np.array([proposal]), flat=True)
    for clause in law.clauses:
        if not clause.rule.in_force(today):
            continue
        waived = _waiver(day, clause.rule.id, pool, proposal)
        for link, frame in _links(clause, grid):
            truth = int(np.max(day.truth(clause.node, frame)))
            unknown = unknown_facts(day, clause.node, frame, np.ones(1, np.bool_))
            missing = {fact for _, fact in unknown} if clause.verdict != "eligible" else set()
            giver, receiver = (
                stated.ids[subject][int(np.ravel(rows)[0])]
                for subject, rows in (frame.roots["giver"], frame.roots["receiver"])
            )
            seen = tuple(dict.fromkeys(_seen(day, clause.node, frame)))
            yield Finding(
                today, clause, link, giver, receiver, truth, seen, tuple(sorted(missing)), waived
            )


def _waiver(day: Day, rule: str, pool: int, proposal: int) -> Statement | None:
    for name in ("waiver", "determination"):
        key = int(day.stated.pair_key(pool, proposal))
        for statement in day.stated.of_pairs(name).by_key.get(key, ()):
            if statement.value == rule and statement.holds_on(day.day):
                return statement
    return None


def _links(clause: Clause, grid: Grid) -> Iterator[tuple[Link, Frame]]:
    """Lay out each single link of a rule for the one pair of a grid."""
    for link, (frame, owners) in zip(clause.rule.links, frames(clause, grid), strict=True):
        for at in range(len(owners)):
            roots = {
                root: (subject, np.broadcast_to(rows, owners.shape)[[at]])
                for root, (subject, rows) in frame.roots.items()
            }
            yield link, Frame(roots, frame.pairs)


def inner_frames(day: Day, node: Quantified, frame: Frame) -> Iterator[Frame]:
    """Give a frame for each contributor, or partner, that a quantified condition asks of."""
    links = day.stated.contributions if node.root == "contributor" else day.stated.subgrants
    owner, subject = ("pool", "donor") if node.root == "contributor" else (
        "proposal", "organisation",
    )  # fmt: skip
    ends = links.giver if node.root == "contributor" else links.receiver
    row = int(np.ravel(frame.roots[owner][1])[0])
    for at in np.flatnonzero(links.owner == row):
        yield Frame({node.root: (subject, ends[[at]])})


def _seen(day: Day, node: Node, frame: Frame) -> Iterator[Seen]:
    if isinstance(node, Quantified):
        for inner in inner_frames(day, node, frame):
            yield from _seen(day, node.part, inner)
    elif isinstance(node, Joined):
        for part in node.parts:
            yield from _seen(day, part, frame)
    elif isinstance(node, Not):
        yield from _seen(day, node.part, frame)
    else:
        for reference in _of(node):
            fact, value, origin = _look(day, reference, frame)
            plain = f"{reference.root}.{reference.name}"
            yield Seen(fact, plain, "unknown" if value is None else shown(value), origin)


def _of(node: Compare) -> Sequence[Reference]:
    return [node.left, *([node.right] if isinstance(node.right, Reference) else [])]


def _look(day: Day, reference: Reference, frame: Frame) -> tuple[FactOf, Any, str]:
    """Find a fact's subject, its value (None: unknown) and where it comes from."""
    stated, name = day.stated, reference.name
    if reference.root == "grant":
        pool, proposal = (int(frame.roots[root][1][0]) for root in ("pool", "proposal"))
        key = FactOf(
            "grant", f"{stated.ids['pool'][pool]}:{stated.ids['proposal'][proposal]}", name
        )
        value, origin = day.of_grant(name, pool, proposal)
        return key, value, origin
    subject, rows = frame.roots[reference.root]
    row = int(np.ravel(rows)[0])
    fact = FactOf(subject, stated.ids[subject][row], name)
    column = day.column(subject, name)
    code = int(column.codes[row])
    value = None if code < 0 else column.values[code]
    statement = day.statement(subject, name, row)
    if statement is not None:
        return fact, value, said_by(statement)
    if name not in stated.facts:
        return fact, value, "the round"
    declared = stated.facts[name]
    if value is None:
        return fact, value, ""
    usual = declared.unless_stated
    if usual is not None and value == value_of(declared, usual):
        return fact, value, "nothing else is stated"
    return fact, value, "follows from other facts"


def said_by(statement: Statement) -> str:
    """Say where a statement comes from: its source, check and window."""
    row = statement.row
    if row is None:
        return "the round"
    parts = [row.source or "facts.csv"]
    if row.checked_on or row.checked_by:
        who = f" by {row.checked_by}" if row.checked_by else ""
        parts.append(f"checked{f' {row.checked_on}' if row.checked_on else ''}{who}")
    if row.valid_from or row.valid_to:
        parts.append(f"holds {row.valid_from or '…'} to {row.valid_to or '…'}")
    return ", ".join(parts)


def cited(pack: Pack, citations: Sequence[Citation]) -> str:
    """Write citations out: the act, the article and how well it was verified."""
    return "; ".join(
        f"{pack.sources[cite.source].title}"
        + (f", {_article(cite.article)}" if cite.article else "")
        + f" [{cite.confidence}]"
        for cite in citations
    )


def cited_plainly(pack: Pack, citations: Sequence[Citation]) -> str:
    """Write citations out without how well each was verified."""
    return re.sub(r" \[[TSM]\](?=;|$)", "", cited(pack, citations))


def _article(text: str) -> str:
    """Give a bare number of an article its name; other words stand for themselves."""
    return f"Art. {text}" if re.fullmatch(r"[\d().,; \-–]+", text) else text
