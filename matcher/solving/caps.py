"""Cuts from the caps of organisations: what a relaxation takes that no choice of proposals can be.

An organisation has few proposals, so all choices within its caps can be listed: a choice funds some
of them, each with an amount between its minimum and its request, in sum at most the cap. Where a
relaxation's values lie outside the hull of all choices, a small linear program over the hull's
corners finds the inequality that the values miss by most (Balas, "Disjunctive programming", 1979).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import highspy
import numpy as np

from matcher.solving.compact import CompactModel
from matcher.solving.cuts import Cut
from matcher.solving.formulation import Formulation
from matcher.solving.highs import Quiet
from matcher.solving.model import Floats, Integers

MOST = 6
"""So many proposals of an organisation are looked at together: choices double with each."""
DEEP = 1e-4
"""By how much values must miss a cut, in parts of a whole proposal, for it to be worth a row."""


@dataclass(frozen=True)
class Cap:
    """The proposals of one organisation, how many of them and how much money in all (inf: any)."""

    proposals: Integers
    count: float
    money: float


def caps_of(formulation: Formulation) -> list[Cap]:
    """Give the caps that stand in the rows of C8."""
    owner = formulation.problem.pairs.proposal
    organisation = formulation.problem.proposals.organisation
    members: dict[str, list[int]] = {}
    for proposal, name in enumerate(organisation):
        members.setdefault(name, []).append(proposal)
    caps: dict[str, Cap] = {}
    for row in formulation.rows:
        if row.constraint != "C8" or row.high is None:
            continue
        counts = len(row.funded.at) > 0
        first = int(row.funded.at[0]) if counts else int(owner[row.money.at[0]])
        name = organisation[first]
        cap = caps.get(name) or Cap(np.array(members[name], np.int64), np.inf, np.inf)
        high = float(row.high)
        caps[name] = Cap(
            cap.proposals,
            min(cap.count, high) if counts else cap.count,
            cap.money if counts else min(cap.money, high),
        )
    return list(caps.values())


def cuts_of(
    formulation: Formulation, model: CompactModel, caps: list[Cap], values: Floats
) -> list[Cut]:
    """Give a cut for each cap whose hull the values lie outside of."""
    proposals = formulation.problem.proposals
    funded = np.clip(values[formulation.funded], 0.0, 1.0)
    total = values[formulation.total]
    can = model.upper[formulation.funded] > 0
    whole = (funded < 1e-6) | (funded > 1.0 - 1e-6)
    found = []
    for cap in caps:
        here = cap.proposals[can[cap.proposals]]
        share = total[here] / np.maximum(proposals.request[here], 1)
        here = here[np.argsort(-np.maximum(share, funded[here]), kind="stable")[:MOST]]
        if whole[here].all() and _fits(proposals.minimum, cap, here, funded):
            continue
        corners = _corners(proposals.minimum[here], proposals.request[here], cap)
        cut = _deepest(corners, total[here] / proposals.request[here], funded[here])
        if cut is not None:
            money, flag, high = cut
            columns = np.concatenate([formulation.total[here], formulation.funded[here]])
            values = np.concatenate([money / proposals.request[here], flag])
            found.append(Cut(columns, values, high))
    return found


def _fits(minimum: Integers, cap: Cap, here: Integers, funded: Floats) -> bool:
    """Say whether a choice that is whole keeps the caps."""
    chosen = here[funded[here] > 0.5]
    return len(chosen) <= cap.count and float(minimum[chosen].sum()) <= cap.money


def _corners(minimum: Integers, request: Integers, cap: Cap) -> Floats:
    """Give all corners of all choices: for each proposal the share of its request, then its flag.

    At a corner every amount is at an end of its range, but for one that takes what the cap leaves.
    """
    return np.array(list(_each_corner(minimum.tolist(), request.tolist(), cap)), np.float64)


def _each_corner(minimum: list[int], request: list[int], cap: Cap) -> Iterator[list[float]]:
    count = len(minimum)
    for size in range(int(min(count, cap.count)) + 1):
        for chosen in combinations(range(count), size):
            if sum(minimum[j] for j in chosen) > cap.money:
                continue
            flags = [float(j in chosen) for j in range(count)]
            for amounts in _ends([(minimum[j], request[j]) for j in chosen], cap.money):
                shares = [0.0] * count
                for j, amount in zip(chosen, amounts, strict=True):
                    shares[j] = amount / request[j]
                yield shares + flags


def _ends(ranges: list[tuple[int, int]], money: float) -> Iterator[list[float]]:
    """Give the corners of Σ amounts ≤ money with each amount in its range."""
    for picks in range(2 ** len(ranges)):
        amounts = [float(ends[picks >> at & 1]) for at, ends in enumerate(ranges)]
        over = sum(amounts) - money
        if over <= 0:
            yield amounts
            continue
        for at, (low, high) in enumerate(ranges):
            if amounts[at] == high and 0 < over < high - low:
                yield [*amounts[:at], high - over, *amounts[at + 1 :]]


def _deepest(corners: Floats, shares: Floats, flags: Floats) -> tuple[Floats, Floats, float] | None:
    """Find the row that no corner breaks and the values break most, None if they break none."""
    count = len(shares)
    point = np.concatenate([shares, flags, [-1.0]])
    rows = np.column_stack([corners, -np.ones(len(corners))])
    stated = highspy.HighsLp()
    stated.num_col_, stated.num_row_ = len(point), len(rows)
    stated.sense_ = highspy.ObjSense.kMaximize
    stated.col_cost_ = point
    stated.col_lower_ = np.concatenate([-np.ones(2 * count), [-2.0 * count]])
    stated.col_upper_ = np.concatenate([np.ones(2 * count), [2.0 * count]])
    stated.row_lower_ = np.full(len(rows), -highspy.kHighsInf)
    stated.row_upper_ = np.zeros(len(rows))
    stated.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    stated.a_matrix_.start_ = np.arange(len(rows) + 1, dtype=np.int32) * len(point)
    stated.a_matrix_.index_ = np.tile(np.arange(len(point), dtype=np.int32), len(rows))
    stated.a_matrix_.value_ = rows.ravel()
    solver = Quiet()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")
    solver.passModel(stated)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found = np.array(solver.getSolution().col_value)
    money, flag = found[:count], found[count : 2 * count]
    high = float((corners @ found[:-1]).max())
    if point[:-1] @ found[:-1] - high < DEEP:
        return None
    return money, flag, high
