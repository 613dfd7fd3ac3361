"""Solving: formulations and exact solves; the only place that imports OR-Tools."""

from matcher.solving.apart import leave
from matcher.solving.lexicographic import solve_exactly
from matcher.solving.outcome import Conflict, Outcome, Progress, Report, Solve

__all__ = ["Conflict", "Outcome", "Progress", "Report", "Solve", "leave", "solve_exactly"]
