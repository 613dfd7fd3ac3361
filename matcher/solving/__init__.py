"""Solving: formulations and exact solves; the only place that imports OR-Tools and HiGHS."""

from matcher.solving.apart import leave
from matcher.solving.lexicographic import solve_exactly
from matcher.solving.one_level import Ways
from matcher.solving.outcome import Conflict, Outcome, Progress, Report, Solve

__all__ = ["Conflict", "Outcome", "Progress", "Report", "Solve", "Ways", "leave", "solve_exactly"]
