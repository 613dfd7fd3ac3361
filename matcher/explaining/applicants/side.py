"""Whether a rule bites for what is known of the applicant's side, or for what a donor is alone.

It bites for the applicant's side if it would not, were nothing known of that side. That the
applicant is of a country only says where a rule about donors holds: that counts as known.
"""

from collections.abc import Iterable
from datetime import date

import numpy as np

from matcher.law.evaluating import Day
from matcher.law.grid import Grid
from matcher.law.judging import Clause
from matcher.law.known import TRUE, UNKNOWN, Frame, Truth
from matcher.law.law import Law
from matcher.law.reasons import frames
from matcher.regulation.conditions import Joined, Node, Not, Reference, references

OWN = {
    "grant": frozenset({"receiver", "organisation", "proposal", "partner", "grant"}),
    "subgrant": frozenset({"giver", "receiver", "organisation", "proposal", "partner", "grant"}),
}
"""By link, what in a condition is of the applicant's side; of a contribution nothing is."""
DONORS = frozenset({"giver", "donor", "contributor"})
"""What in a condition on a grant is of the donor's side."""


def is_of_applicant(
    law: Law, clause: Clause, pool: int, proposal: int, days: Iterable[date]
) -> bool:
    """Say whether a clause bites a pair, on one of some days, for the applicant's side."""
    grid = Grid(law.stated, np.array([pool]), np.array([proposal]), flat=True)
    for day in map(law.day, days):
        for link, (frame, owners) in zip(clause.rule.links, frames(clause, grid), strict=True):
            if link not in OWN or not len(owners):
                continue
            bites = day.truth(clause.node, frame) == TRUE
            without = _without(day, clause.node, frame, _own(clause.node, OWN[link]))
            if (bites & (without != TRUE)).any():
                return True
    return False


def _own(node: Node, roots: frozenset[str]) -> frozenset[Reference]:
    """Give what a condition looks at of the applicant's side, but for where it is about donors."""
    looked_at = frozenset(references(node))
    of_donors = any(reference.root in DONORS - roots for reference in looked_at)
    return frozenset(
        reference
        for reference in looked_at
        if reference.root in roots and not (of_donors and reference.name == "country")
    )


def _without(day: Day, node: Node, frame: Frame, unknown: frozenset[Reference]) -> Truth:
    """Give the truth of a condition as if some of what it looks at were not known."""
    if isinstance(node, Joined):
        join = np.maximum if node.any_ else np.minimum
        found = _without(day, node.parts[0], frame, unknown)
        for part in node.parts[1:]:
            found = join(found, _without(day, part, frame, unknown))
        return found
    if isinstance(node, Not):
        turned: Truth = TRUE - _without(day, node.part, frame, unknown)
        return turned
    if not unknown.isdisjoint(references(node)):
        return np.array(UNKNOWN, np.int8)
    return day.truth(node, frame)
