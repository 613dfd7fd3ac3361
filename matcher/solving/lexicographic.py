"""`max_merit` solved level by level, each with the earlier ones held at the value reached."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from time import monotonic

import numpy as np

from matcher.allocation.problem import Problem
from matcher.results import Level, Options
from matcher.solving import cp_sat, highs
from matcher.solving.blocks import NO_FLAGS, relax_by_blocks
from matcher.solving.conflict import find_conflict
from matcher.solving.cp_sat import Effort, Ended, Solved
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.model import OPEN, Integers, LinearModel
from matcher.solving.objectives import Objective, WholeObjective, objectives_of
from matcher.solving.outcome import Outcome, Progress, Report

SMALL = 300
"""Up to so many pairs the exact solver is quickest from the start."""
UNLIMITED = 1e12
LATE_WORK = 8.0
"""What the levels after merit may spend, in the exact solver's deterministic seconds."""


@dataclass
class _State:
    """What is known so far: the model with levels held, the best columns, and what is proven."""

    model: LinearModel
    columns: Integers | None
    proofs: dict[int, tuple[Fraction | None, Ended]]


def solve_exactly(problem: Problem, options: Options, report: Report | None = None) -> Outcome:
    """Solve `max_merit` to the asked gap (PROBLEM.md, L1–L4)."""
    deadline = monotonic() + options.seconds
    formulation = formulate(problem)
    objectives = objectives_of(formulation)
    state = _State(formulation.model, None, {})
    flags = np.concatenate([formulation.grant, formulation.funded])
    ended: Ended = "proven"
    for position, objective in enumerate(objectives):
        effort = _effort(objective, options, deadline - monotonic())
        whole = objective.whole(formulation.model.upper)
        level = _Level(formulation, flags, objective, whole, report)
        try:
            solved = level.solve(state, effort)
        except KeyboardInterrupt:
            solved = Solved(None, 0, "interrupted")
        if solved.ended == "infeasible":
            return Outcome("infeasible", None, conflict=find_conflict(problem, options))
        if solved.columns is not None:
            state.columns = formulation.complete(solved.columns[formulation.money])
            state.proofs[position] = solved.bound * whole.factor, solved.ended
            reached = whole.total(state.columns)
            low, high = (reached, OPEN) if objective.most else (-OPEN, reached)
            state.model = state.model.with_row(whole.coefficients, low, high, objective.level)
        if solved.ended in ("time_limit", "interrupted"):
            ended = solved.ended
            break
    if state.columns is None:
        return Outcome("no_solution", None, stop_reason=ended, stopped=True)
    return _outcome(formulation, objectives, state, state.columns, options, ended)


def _effort(objective: Objective, options: Options, seconds: float) -> Effort:
    return Effort(
        seconds=seconds,
        work=LATE_WORK if objective.level in ("L3", "L4") else UNLIMITED,
        gap=options.gap if objective.level == "L2" else 0.0,
        workers=options.workers,
        seed=options.seed,
    )


def _outcome(
    formulation: Formulation,
    objectives: Sequence[Objective],
    state: _State,
    columns: Integers,
    options: Options,
    ended: Ended,
) -> Outcome:
    levels, proven = [], True
    for position, objective in enumerate(objectives):
        value = objective.value(columns)
        bound, why = state.proofs.get(position, (None, ended))
        if bound is not None:
            bound = max(bound, value) if objective.most else min(bound, value)
        level = Level(objective.level, objective.key, value, bound, why)
        levels.append(level)
        if objective.level in ("L1", "L2"):
            allowed = Fraction(options.gap if objective.level == "L2" else 0)
            proven &= level.gap is not None and level.gap <= allowed
    stopped = ended in ("time_limit", "interrupted")
    return Outcome(
        status="optimal" if proven else "feasible",
        amounts=columns[formulation.money],
        levels=tuple(levels),
        stop_reason=ended if stopped else "gap",
        stopped=stopped,
    )


@dataclass(frozen=True)
class _Level:
    """One level of one problem."""

    formulation: Formulation
    flags: Integers
    objective: Objective
    whole: WholeObjective
    report: Report | None

    def solve(self, state: _State, effort: Effort) -> Solved:
        """Solve the level from the best columns known, on the model with earlier levels held."""
        known = self._already_best(state)
        if known is not None:
            return known
        start = monotonic()
        if len(self.formulation.money) <= SMALL:
            return self._exact(state.model, effort, state.columns)
        if self.objective.level in ("L3", "L4"):
            return self._late(state, effort)
        relaxed = relax_by_blocks(state.model, self.whole, self.flags, effort)
        if relaxed is None:
            return self._exact(state.model, effort, state.columns)
        bound = int(np.floor(relaxed.bound) if self.whole.most else np.ceil(relaxed.bound))
        best = state.columns
        if relaxed.columns is not None:
            rounded = self._rounded(state.model, relaxed.columns, effort)
            best = self._better(best, rounded)
        if best is not None:
            # The relaxation's bound is a float's: one that a plan at hand passes is not a bound.
            total = self.whole.total(best)
            bound = max(bound, total) if self.whole.most else min(bound, total)
        self._tell(best, bound)
        if best is not None and self._within(best, bound, effort.gap):
            return Solved(best, bound, "proven")
        left = replace(effort, seconds=effort.seconds - (monotonic() - start))
        if left.seconds <= 0:
            return Solved(best, bound, "time_limit")
        low, high = (-OPEN, bound) if self.whole.most else (bound, OPEN)
        bounded = state.model.with_row(self.whole.coefficients, low, high, self.objective.level)
        solved = self._exact(bounded, left, best)
        if solved.columns is None and solved.ended != "infeasible":
            return Solved(best, bound, solved.ended)
        tighter = min(bound, solved.bound) if self.whole.most else max(bound, solved.bound)
        return replace(solved, bound=tighter)

    def _late(self, state: _State, effort: Effort) -> Solved:
        """Spend the work allowed on who pays or on the number of grants, with a linear bound."""
        start = monotonic()
        linear = highs.relax(
            state.model, self.whole.coefficients, self.whole.most, NO_FLAGS, effort
        )
        left = replace(effort, seconds=effort.seconds - (monotonic() - start))
        solved = self._exact(state.model, left, state.columns)
        if not linear.feasible or self.whole.most:
            return solved
        return replace(solved, bound=max(solved.bound, int(np.ceil(linear.bound))))

    def _already_best(self, state: _State) -> Solved | None:
        """Say so where the columns at hand reach what no columns can pass."""
        if state.columns is None:
            return None
        total = self.whole.total(state.columns)
        side = np.where(
            (self.whole.coefficients > 0) == self.whole.most, state.model.upper, state.model.lower
        )
        if total == self.whole.total(side):
            return Solved(state.columns, total, "proven")
        return None

    def _exact(self, model: LinearModel, effort: Effort, hint: Integers | None) -> Solved:
        return cp_sat.solve(
            model,
            self.whole.coefficients,
            self.whole.most,
            effort,
            hint,
            self._watch(),
        )

    def _rounded(
        self,
        model: LinearModel,
        relaxed: highs.Floats,
        effort: Effort,
    ) -> Integers | None:
        """Keep the pattern of grants and solve the amounts exactly."""
        pattern = np.rint(relaxed[self.flags]).astype(np.int64)
        lower, upper = model.lower.copy(), model.upper.copy()
        lower[self.flags] = upper[self.flags] = pattern
        fixed = replace(model, lower=lower, upper=upper)
        return self._exact(fixed, replace(effort, work=LATE_WORK), None).columns

    def _better(self, first: Integers | None, second: Integers | None) -> Integers | None:
        if first is None or second is None:
            return second if first is None else first
        ahead = self.whole.total(second) - self.whole.total(first)
        return second if (ahead > 0) == self.whole.most and ahead else first

    def _within(self, columns: Integers, bound: int, gap: float) -> bool:
        distance = abs(bound - self.whole.total(columns))
        return distance == 0 or (bound != 0 and Fraction(distance, abs(bound)) <= Fraction(gap))

    def _watch(self) -> Callable[[float, float], None] | None:
        report = self.report
        if report is None:
            return None
        factor = float(self.whole.factor)

        def told(value: float, bound: float) -> None:
            shown = Progress(
                self.objective.level, self.objective.key, value * factor, bound * factor
            )
            report(shown)

        return told

    def _tell(self, columns: Integers | None, bound: int) -> None:
        watch = self._watch()
        if watch is not None and columns is not None:
            watch(float(self.whole.total(columns)), float(bound))
