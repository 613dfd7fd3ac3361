"""Pools and proposals that no rule can tell apart on a day: judged once, for one of each class.

Rules look at few facts. What they see of a pool, and of a proposal, is written as a row of numbers;
equal rows are a class.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matcher.law.evaluating import Day
from matcher.law.judging import Clause, contributions
from matcher.law.stated import Rows
from matcher.regulation.conditions import Compare, Joined, Node, Not, Quantified, Reference

Seen = NDArray[np.int32]
FEW = 1000
"""Up to so many pairs, judging each takes less than telling apart what there is to judge."""


@dataclass(frozen=True)
class Classes:
    """The class of each row, and for each class a row that stands for it."""

    of_row: Rows
    standing: Rows


@dataclass
class _Sight:
    """What rules see: vectors over all pools, over all proposals, and over all partners."""

    pools: list[Seen] = field(default_factory=list)
    proposals: list[Seen] = field(default_factory=list)
    partners: list[Seen] = field(default_factory=list)
    asked: set[object] = field(default_factory=set)

    def is_new(self, *question: object) -> bool:
        """Say whether a question is asked for the first time: many rules ask the same."""
        new = question not in self.asked
        self.asked.add(question)
        return new


def classes_of(day: Day, clauses: Sequence[Clause]) -> tuple[Classes, Classes]:
    """Give the classes of all pools and of all proposals on a day; each its own where few are."""
    stated = day.stated
    pools, proposals = len(stated.ids["pool"]), len(stated.ids["proposal"])
    if pools * proposals <= FEW:
        return _each(pools), _each(proposals)
    sight = _Sight()
    for clause in clauses:
        if clause.rule.in_force(day.day) and not clause.informs:
            if "contribution" in clause.rule.links:
                sight.pools.append(contributions(day, clause).astype(np.int32))
            if "subgrant" in clause.rule.links:
                # Whether there is a partner at all decides too, whatever is asked of it.
                sight.partners.append(np.zeros(len(day.stated.subgrants.owner), np.int32))
            for link in ("grant", "subgrant"):
                if link in clause.rule.links:
                    for leaf in _leaves(clause.node):
                        _look(day, leaf, link, sight)
    if sight.partners:
        sight.proposals.append(_sets_of_partners(day, sight.partners))
    return _classes(sight.pools, pools), _classes(sight.proposals, proposals)


def _each(count: int) -> Classes:
    every = np.arange(count)
    return Classes(every, every)


def joint(first: Classes, second: Classes, rows: Rows) -> Classes:
    """Give the classes of some rows that differ on neither of two days."""
    pairs = [first.of_row[rows].astype(np.int32), second.of_row[rows].astype(np.int32)]
    found = _classes(pairs, len(rows))
    return Classes(found.of_row, rows[found.standing])


def _leaves(node: Node) -> Iterator[Compare | Quantified]:
    if isinstance(node, Joined):
        for part in node.parts:
            yield from _leaves(part)
    elif isinstance(node, Not):
        yield from _leaves(node.part)
    else:
        yield node


def _look(day: Day, leaf: Compare | Quantified, link: str, sight: _Sight) -> None:
    if isinstance(leaf, Quantified):
        if not sight.is_new(leaf):
            return
        side = sight.pools if leaf.root == "contributor" else sight.proposals
        side.append(day.quantified(leaf).astype(np.int32))
    elif isinstance(leaf.right, Reference):
        for reference in (leaf.left, leaf.right):
            subject, rows, side = _place(day, reference.root, link, sight)
            if sight.is_new(id(side), id(rows), subject, reference.seen):
                side.append(day.seen(subject, reference)[0].codes[rows])
    elif leaf.left.root == "grant":
        if leaf.left.name == "amount" and sight.is_new("amount", leaf.test):
            for pools, proposals in day.amount_sides(leaf):
                sight.pools.append(pools.astype(np.int32))
                sight.proposals.append(proposals.astype(np.int32))
    else:
        subject, rows, side = _place(day, leaf.left.root, link, sight)
        if sight.is_new(id(side), id(rows), subject, leaf.test):
            side.append(day.test(subject, leaf)[rows].astype(np.int32))


def _place(day: Day, root: str, link: str, sight: _Sight) -> tuple[str, Rows, list[Seen]]:
    """Say of what subject a root is, which row it is for each pool, proposal or partner."""
    stated = day.stated
    if root == "pool":
        return "pool", stated.every("pool"), sight.pools
    if root == "donor" or (root == "giver" and link == "grant"):
        return "donor", stated.donor_of_pool, sight.pools
    if root == "proposal":
        return "proposal", stated.every("proposal"), sight.proposals
    if root == "organisation":
        return "organisation", stated.organisation_of_proposal, sight.proposals
    if root == "giver" or link == "grant":
        return "organisation", stated.receiver_of_proposal, sight.proposals
    return "organisation", stated.subgrants.receiver, sight.partners


def _sets_of_partners(day: Day, seen: Sequence[Seen]) -> Seen:
    """Give a number for each proposal that says what kinds of partners it has."""
    links, count = day.stated.subgrants, len(day.stated.ids["proposal"])
    kinds = _classes(seen, len(links.owner)).of_row
    sets: dict[int, set[int]] = {}
    for owner, kind in zip(links.owner.tolist(), kinds.tolist(), strict=True):
        sets.setdefault(owner, set()).add(kind)
    numbers: dict[frozenset[int], int] = {frozenset(): 0}
    found = np.zeros(count, np.int32)
    for owner, kinds_of in sets.items():
        found[owner] = numbers.setdefault(frozenset(kinds_of), len(numbers))
    return found


def _classes(seen: Sequence[Seen], count: int) -> Classes:
    if not seen or not count:
        return Classes(np.zeros(count, np.intp), np.arange(min(count, 1)))
    rows = np.ascontiguousarray(np.stack(seen, axis=1))
    keys = rows.view([("", np.void, rows.itemsize * rows.shape[1])]).ravel()
    _, standing, of_row = np.unique(keys, return_index=True, return_inverse=True)
    return Classes(of_row.astype(np.intp), standing.astype(np.intp))
