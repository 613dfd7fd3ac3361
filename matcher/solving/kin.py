"""Proposals that are kin: caps of an organisation, and wishes of proposals, hold them together."""

import numpy as np

from matcher.allocation.parts import connected
from matcher.solving.formulation import Formulation
from matcher.solving.model import Integers

TOGETHER = ("C8", "C9", "C10")
"""Rows that make proposals kin."""


def kin_of(formulation: Formulation) -> Integers:
    """Give each proposal the number of its kin, from nought without gaps."""
    owner, count = formulation.problem.pairs.proposal, len(formulation.total)
    members = [
        np.concatenate([owner[row.money.at], owner[row.grants.at], row.funded.at])
        for row in formulation.rows
        if row.constraint in TOGETHER
    ]
    members.append(np.zeros(0, np.int64))
    row = np.repeat(np.arange(len(members)), [len(some) for some in members])
    of_proposal, _ = connected(np.concatenate(members), row, count, len(members))
    alone = of_proposal == len(members)
    of_proposal[alone] = len(members) + np.flatnonzero(alone)
    numbered: Integers = np.unique(of_proposal, return_inverse=True)[1]
    return numbered
