"""`match`: eligibility, problem, solve, verify and explain, one after the other.

Only this package sees all stages. A result that the independent verifier refuses never leaves it.
"""

from matcher.pipeline.clock import Clock, hearing_interrupts, since_start
from matcher.pipeline.matching import Decided, award_rows_for, decide, match, tables_for
from matcher.pipeline.rules import RULES, check_rule, find_missing

__all__ = [
    "RULES",
    "Clock",
    "Decided",
    "award_rows_for",
    "check_rule",
    "decide",
    "find_missing",
    "hearing_interrupts",
    "match",
    "since_start",
    "tables_for",
]
