"""Levers that widen what a proposal alone may do, pulled together as far as they go.

Where even that does not get it funded, none of them does by itself: one proof instead of one each.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from matcher.eligibility import EligibilityTable
from matcher.explaining.levers.levers import Lever
from matcher.explaining.solves.claim import Claims
from matcher.explaining.solves.judging_again import judged_again
from matcher.regulation.columns import COLUMNS

WIDENING = ("own_contribution", "max_funders", "alternative", "requirement")
"""The kinds that allow a proposal's own plans more, the further the more, and count them alike."""


def of_no_use(claims: Claims, levers: Sequence[Lever]) -> list[Lever]:
    """Give levers that are shown together to get a proposal funded in no best plan; maybe none."""
    wide = [lever for lever in levers if lever.values and (_loosens(lever) or _opens(lever))]
    if len(wide) < 2:
        return []
    base = claims.base
    changed, tables = base.round, [base.eligibility]
    for lever in wide:
        if lever.verdicts:
            alone = lever.after(base.round, -1)
            tables.append(judged_again(base.eligibility, alone, lever.concerned))
        if _loosens(lever):
            changed = lever.after(changed, -1)
    together = claims.funded_in(changed, mildest(tables), alone=True)
    return wide if together.funded == "none" else []


def _loosens(lever: Lever) -> bool:
    return lever.alone and lever.kind in WIDENING


def _opens(lever: Lever) -> bool:
    """Say whether all that facts can do is to open and close pairs of the proposal.

    Columns are looked at by targets and caps as well.
    """
    facts = [fact for fact, _ in lever.facts]
    return (
        lever.alone
        and lever.kind == "facts"
        and not any(fact.name in COLUMNS.get(fact.subject, {}) for fact in facts)
    )


def mildest(tables: Sequence[EligibilityTable]) -> EligibilityTable:
    """Give, pair by pair, what the table with the mildest verdict holds."""
    found = tables[0]
    for table in tables[1:]:
        at = table.verdicts < found.verdicts
        failed = np.where(at, table.failed, found.failed)
        unknown = np.where(at, table.unknown, found.unknown)
        law = found.law
        if law is not None and table.law is not None:
            law = replace(
                law,
                verdicts=np.where(at, table.law.verdicts, law.verdicts),
                leads=np.where(at, table.law.leads, law.leads),
            )
        found = replace(found, failed=failed, unknown=unknown, law=law)
    return found
