"""Why the law holds or bars pairs: unknown facts and rules that bite, over many pairs at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from matcher.law.evaluating import Day
from matcher.law.grid import Flags, Grid, contributions_frame
from matcher.law.judging import RANK, Clause
from matcher.law.known import FALSE, TRUE, UNKNOWN, Frame, Truth
from matcher.law.law import Law, on_both_days
from matcher.law.stated import Rows
from matcher.regulation.conditions import Joined, Node, Not, Quantified, Reference, references


@dataclass(frozen=True, order=True)
class FactOf:
    """A fact of one donor, pool, organisation or proposal, or of one pair `pool:proposal`."""

    subject: str
    id: str
    name: str


@dataclass
class Reasons:
    """What stands in a pair's way: unknown facts, and rules with what they say, by verdict."""

    missing: set[FactOf] = field(default_factory=set)
    review: dict[str, str] = field(default_factory=dict)
    bars: dict[str, str] = field(default_factory=dict)


def reasons_of(law: Law, pools: Rows, proposals: Rows) -> list[Reasons]:
    """Give what stands in the way of each of a flat list of pairs, on either of its two days."""
    found = [Reasons() for _ in range(len(pools))]
    today = law.stated.round.decision_date
    judged = on_both_days(law, today, pools, proposals)
    grid = judged.grid
    biting = [clause for clause in law.clauses if not clause.informs]
    for clause in biting:
        if clause.rule.in_force(today) and not grid.is_false(clause):
            _look(law.day(today), clause, grid, found)
    for here, _, _, days in judged.parts:
        when = today + timedelta(days)
        part, of_part = grid.part(here), [found[place] for place in here.tolist()]
        for clause in biting if days else ():
            if clause.rule.in_force(when) and _may_change(law, clause, when):
                _look(law.day(when), clause, part, of_part)
    return found


def _may_change(law: Law, clause: Clause, when: date) -> bool:
    """Say whether a clause may say something else on a later day than on the decision date."""
    rule, today = clause.rule.id, law.stated.round.decision_date
    return (
        rule not in law.steady
        or rule in law.day(when).waived
        or rule in law.day(today).waived
        or any(c.rule.in_force(today) != c.rule.in_force(when) for c in law.versions(rule))
    )


def _look(day: Day, clause: Clause, grid: Grid, found: list[Reasons]) -> None:
    waived = day.waived
    open_ = np.ones(grid.shape, np.bool_)
    if clause.rule.id in waived:
        open_ = ~grid.among(waived[clause.rule.id])
    for frame, owners in frames(clause, grid):
        truth = np.broadcast_to(day.truth(clause.node, frame), owners.shape)
        if RANK[clause.verdict] >= RANK["needs_review"]:
            for place in np.unique(owners[(truth == TRUE) & open_[owners]]).tolist():
                reasons = found[place]
                said = reasons.bars if clause.verdict == "ineligible" else reasons.review
                said[clause.rule.id] = clause.outcome.because
        mask = (truth == UNKNOWN) & open_[owners]
        if mask.any():
            for at, fact in unknown_facts(day, clause.node, frame, mask):
                found[owners[at]].missing.add(fact)


def frames(clause: Clause, grid: Grid) -> Iterator[tuple[Frame, Rows]]:
    """Lay out the links of a rule for a flat grid, each with the place of its pair in the grid."""
    stated, places = grid.stated, np.arange(len(grid.pools))
    for link in clause.rule.links:
        if link == "grant":
            yield grid.grant, places
        elif link == "subgrant":
            yield grid.subgrant, grid.owners
        else:
            links = stated.contributions
            counts = np.bincount(links.owner, minlength=len(stated.ids["pool"]))[grid.pools]
            owners = np.repeat(places, counts)
            first = np.searchsorted(links.owner, grid.pools)
            entry = (
                first[owners]
                + np.arange(len(owners))
                - np.repeat(np.cumsum(counts) - counts, counts)
            )
            yield contributions_frame(stated, entry), owners


def unknown_facts(
    day: Day, node: Node, frame: Frame, mask: Flags, wanted: int = FALSE
) -> Iterator[tuple[int, FactOf]]:
    """Give the unknown facts to ask for, so that a condition may become what is wanted.

    Where one of several answers would do, the first is asked for; where all are needed, all are.
    What other facts have settled is left out. Yields the place in the frame, where `mask` holds,
    and the fact.
    """
    truth: Truth = np.broadcast_to(day.truth(node, frame), mask.shape)
    mask = mask & (truth == UNKNOWN)
    if not mask.any():
        return
    if isinstance(node, Joined):
        one_is_enough = node.any_ == (wanted == TRUE)
        for part in node.parts:
            yield from unknown_facts(day, part, frame, mask, wanted)
            if one_is_enough:
                unknown = np.broadcast_to(day.truth(part, frame), mask.shape) == UNKNOWN
                mask = mask & ~unknown
    elif isinstance(node, Not):
        yield from unknown_facts(day, node.part, frame, mask, TRUE - wanted)
    elif isinstance(node, Quantified):
        yield from _of_many(day, node, frame, mask, wanted)
    else:
        for reference in references(node):
            yield from _of_one(day, reference, frame, mask)


def _of_one(
    day: Day, reference: Reference, frame: Frame, mask: Flags
) -> Iterator[tuple[int, FactOf]]:
    if reference.currency is not None and day.rate(reference.currency) is None:
        for at in np.flatnonzero(mask).tolist():
            yield at, FactOf("round", reference.currency, "rates")
    elif reference.root == "grant":
        yield from _of_grants(day, reference.name, frame, mask)
    else:
        subject, rows = frame.roots[reference.root]
        column = day.seen(subject, reference)[0]
        rows = np.broadcast_to(rows, mask.shape)
        ids = day.stated.ids[subject]
        for at in np.flatnonzero(mask & (column.codes[rows] < 0)).tolist():
            yield at, FactOf(subject, ids[int(rows[at])], reference.name)


def _of_many(
    day: Day, node: Quantified, frame: Frame, mask: Flags, wanted: int
) -> Iterator[tuple[int, FactOf]]:
    """Ask of every contributor, or partner, and bring what is unknown to pools, or proposals."""
    links = day.stated.contributions if node.root == "contributor" else day.stated.subgrants
    ends = links.giver if node.root == "contributor" else links.receiver
    subject = "donor" if node.root == "contributor" else "organisation"
    inner = Frame({node.root: (subject, ends)})
    of_owner: dict[int, list[FactOf]] = {}
    for at, fact in unknown_facts(day, node.part, inner, np.ones(len(ends), np.bool_), wanted):
        of_owner.setdefault(int(links.owner[at]), []).append(fact)
    owner = "pool" if node.root == "contributor" else "proposal"
    rows = np.broadcast_to(frame.roots[owner][1], mask.shape)
    for at in np.flatnonzero(mask).tolist():
        for fact in of_owner.get(int(rows[at]), ()):
            yield at, fact


def _of_grants(day: Day, name: str, frame: Frame, mask: Flags) -> Iterator[tuple[int, FactOf]]:
    known = set(day.of_pairs(name)[0].tolist())
    pools, proposals = (
        np.broadcast_to(frame.roots[r][1], mask.shape) for r in ("pool", "proposal")
    )
    for at in np.flatnonzero(mask).tolist():
        pair = int(day.stated.pair_key(pools[at], proposals[at]))
        if pair not in known:
            yield at, FactOf("grant", day.stated.pair_id(pair), name)
