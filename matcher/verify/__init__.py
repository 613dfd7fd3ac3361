"""The independent checker: rules on a list of awards from the round alone (PROBLEM.md).

It shares no code with eligibility, with the allocation rules or with the solvers, so that a mistake
made there does not pass here.
"""

from matcher.verify.checking import levels_of, verify_awards
from matcher.verify.findings import Awards, LevelValue, Verification, Violation
from matcher.verify.near import Nearness, changed_proposals

__all__ = [
    "Awards",
    "LevelValue",
    "Nearness",
    "Verification",
    "Violation",
    "changed_proposals",
    "levels_of",
    "verify_awards",
]
