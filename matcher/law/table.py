"""The law over all pairs: a verdict and an earliest payment for each (rule-packs.md).

Pairs of which something is stated singly (a waiver, an opinion) are judged one by one; all others
by the classes of their pool and proposal.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.domain import Round
from matcher.law.classes import Classes, classes_of, joint
from matcher.law.grid import Grid
from matcher.law.judging import RANK, Judged, Verdicts
from matcher.law.law import Law, Leads, judge_pairs, law_of, lead
from matcher.law.stated import Rows
from matcher.regulation.conditions import references


@dataclass(frozen=True)
class LawTable:
    """Ranks of verdicts and days to the earliest payment, pools × proposals, both by id."""

    law: Law
    verdicts: Verdicts
    leads: Leads

    def earliest_payment(self, pool: int, proposal: int) -> date:
        """Give the day on which all planned steps before payment are done."""
        today = self.law.stated.round.decision_date
        return today + timedelta(int(self.leads[pool, proposal]))


def judge_all(round_: Round, law: Law | None = None) -> LawTable:
    """Judge every pair of a round by its packs."""
    law = law or law_of(round_)
    stated = law.stated
    today = round_.decision_date
    classes = classes_of(law.day(today), law.clauses)
    pools, proposals = classes
    judged = law.judged(today, Grid(stated, pools.standing, proposals.standing))
    shape = len(pools.standing), len(proposals.standing)
    leads = np.broadcast_to(np.asarray(lead(law, judged), np.int16), shape)
    cells = np.ix_(pools.of_row, proposals.of_row)
    verdicts, all_leads = judged.verdicts[cells], leads[cells].copy()
    open_ = verdicts != RANK["ineligible"]
    found = [int(days) for days in np.unique(leads[judged.verdicts != RANK["ineligible"]]) if days]
    first_leads = all_leads.copy()
    for days in found:
        _second_day(law, classes, judged, days, open_ & (first_leads == days), verdicts, all_leads)
    _single_pairs(law, today, verdicts, all_leads)
    return LawTable(law, verdicts, all_leads)


def judge_some(law: Law, pools: Rows, proposals: Rows) -> LawTable:
    """Judge a flat list of pairs alone; all others count as eligible."""
    shape = len(law.stated.ids["pool"]), len(law.stated.ids["proposal"])
    verdicts, leads = np.zeros(shape, np.int8), np.zeros(shape, np.int16)
    found = judge_pairs(law, law.stated.round.decision_date, pools, proposals)
    verdicts[pools, proposals], leads[pools, proposals] = found
    return LawTable(law, verdicts, leads)


def _second_day(
    law: Law,
    first: tuple[Classes, Classes],
    judged: Judged,
    days: int,
    where: NDArray[np.bool_],
    verdicts: Verdicts,
    leads: Leads,
) -> None:
    """Judge the pairs that are planned to be paid on one day again on that day."""
    rows, columns = (np.flatnonzero(where.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return
    payment = law.stated.round.decision_date + timedelta(days)
    second = classes_of(law.day(payment), law.clauses)
    pools = joint(first[0], second[0], rows)
    proposals = joint(first[1], second[1], columns)
    grid = Grid(law.stated, pools.standing, proposals.standing)
    before = _taken(judged, first, grid)
    after = law.judged(payment, grid)
    planned = np.broadcast_to(np.asarray(lead(law, before, after), np.int16), grid.shape)
    strictest = np.maximum(before.verdicts, after.verdicts)
    cells = np.ix_(pools.of_row, proposals.of_row)
    block = np.ix_(rows, columns)
    here = where[block]
    verdicts[block] = np.where(here, strictest[cells], verdicts[block])
    leads[block] = np.where(here, planned[cells], leads[block])


def _taken(judged: Judged, classes: tuple[Classes, Classes], grid: Grid) -> Judged:
    """Take from what was judged of classes what holds for the pairs of a grid."""
    pools = classes[0].of_row[grid.pools][:, None]
    proposals = classes[1].of_row[grid.proposals][None, :]

    def cells(found: Any) -> Any:
        tall = pools if found.shape[0] > 1 else np.zeros_like(pools)
        wide = proposals if found.shape[1] > 1 else np.zeros_like(proposals)
        return found[tall, wide]

    steps = {
        key: type(asked)(asked.step, cells(np.atleast_2d(asked.where)))
        for key, asked in judged.steps.items()
    }
    return Judged(cells(judged.verdicts), steps)


def _single_pairs(law: Law, today: date, verdicts: Verdicts, leads: Leads) -> None:
    """Judge one by one the pairs of which something is stated, or awarded before, singly."""
    pools, proposals = single_pairs(law)
    if len(pools):
        found = judge_pairs(law, today, pools, proposals)
        verdicts[pools, proposals], leads[pools, proposals] = found


def single_pairs(law: Law) -> tuple[Rows, Rows]:
    """Give the pairs that do not go with their class."""
    stated = law.stated
    pairs = stated.pairs_stated()
    if any(
        (reference.root, reference.name) == ("grant", "awards_this_year")
        for clause in law.clauses
        for reference in references(clause.node)
    ):
        pairs |= stated.pairs_awarded()
    return np.divmod(np.array(sorted(pairs), np.intp), len(stated.ids["proposal"]))
