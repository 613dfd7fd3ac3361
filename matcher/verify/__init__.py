"""The independent checker: rules on a list of awards from the round alone (PROBLEM.md).

It shares no code with eligibility, with the allocation rules or with the solvers, so that a mistake
made there does not pass here.
"""

from matcher.verify.checking import levels_of, verify_awards
from matcher.verify.findings import Awards, LevelValue, Verification, Violation

__all__ = [
    "Awards",
    "LevelValue",
    "Verification",
    "Violation",
    "levels_of",
    "verify_awards",
]
