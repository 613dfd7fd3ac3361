"""Solving: formulations and exact solves; the only place that imports OR-Tools."""

from matcher.solving.lexicographic import Ways, solve_exactly
from matcher.solving.outcome import Conflict, Outcome, Progress, Report, Solve

__all__ = ["Conflict", "Outcome", "Progress", "Report", "Solve", "Ways", "solve_exactly"]
