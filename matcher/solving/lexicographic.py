"""`max_merit` solved level by level, each with the earlier ones held at the value reached."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from time import monotonic

import numpy as np

from matcher.allocation.problem import Problem
from matcher.results import Level, Options
from matcher.solving import cp_sat
from matcher.solving.blocks import relax_by_blocks
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
    """What is known so far: the model with levels held, and the best columns."""

    model: LinearModel
    columns: Integers | None
    stopped: bool = False


def solve_exactly(problem: Problem, options: Options, report: Report | None = None) -> Outcome:
    """Solve `max_merit` to the asked gap (PROBLEM.md, L1–L4)."""
    start = monotonic()
    formulation = formulate(problem)
    state = _State(formulation.model, None)
    objectives = objectives_of(formulation)
    flags = np.concatenate([formulation.grant, formulation.funded])
    proofs: list[tuple[Objective, Fraction | None, Ended]] = []
    for objective in objectives:
        left = options.seconds - (monotonic() - start)
        late = objective.level in ("L3", "L4")
        effort = Effort(
            seconds=left,
            work=LATE_WORK if late else UNLIMITED,
            gap=options.gap if objective.level == "L2" else 0.0,
            workers=options.workers,
            seed=options.seed,
        )
        whole = objective.whole(formulation.model.upper)
        level = _Level(formulation, flags, objective, whole, report)
        solved = level.solve(state, effort)
        if solved.ended == "infeasible":
            return Outcome("infeasible", None, conflict=find_conflict(problem, options))
        if solved.columns is None:
            return Outcome("no_solution", None, stop_reason=solved.ended, stopped=True)
        state.stopped |= solved.ended in ("time_limit", "interrupted")
        state.columns = formulation.complete(solved.columns[formulation.money])
        proofs.append((objective, solved.bound * whole.factor, solved.ended))
        reached = whole.total(state.columns)
        low, high = (reached, OPEN) if objective.most else (-OPEN, reached)
        state.model = state.model.with_row(whole.coefficients, low, high, objective.level)
    return _outcome(formulation, state, proofs, options)


def _outcome(
    formulation: Formulation,
    state: _State,
    proofs: list[tuple[Objective, Fraction | None, Ended]],
    options: Options,
) -> Outcome:
    columns = state.columns
    if columns is None:
        raise AssertionError("every level left a plan")
    levels, proven = [], True
    for objective, bound, ended in proofs:
        value = objective.value(columns)
        limit = value if bound is None else max(bound, value) if objective.most else min(bound, value)
        level = Level(objective.level, objective.key, value, limit, ended)
        levels.append(level)
        if objective.level == "L1":
            proven &= level.gap == 0
        elif objective.level == "L2":
            proven &= level.gap <= Fraction(options.gap)
    return Outcome(
        status="optimal" if proven else "feasible",
        amounts=columns[formulation.money],
        levels=tuple(levels),
        stop_reason="time_limit" if state.stopped else "gap",
        stopped=state.stopped,
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
        late = self.objective.level in ("L3", "L4")
        if len(self.formulation.money) <= SMALL or late:
            return self._exact(state.model, effort, state.columns)
        relaxed = relax_by_blocks(state.model, self.whole, self.flags, effort)
        if relaxed is None:
            return self._exact(state.model, effort, state.columns)
        bound = int(np.floor(relaxed.bound) if self.whole.most else np.ceil(relaxed.bound))
        best = state.columns
        if relaxed.columns is not None:
            rounded = self._rounded(state.model, relaxed.columns, effort)
            best = self._better(best, rounded)
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
        self, model: LinearModel, relaxed: np.ndarray, effort: Effort  # type: ignore[type-arg]
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
            shown = Progress(self.objective.level, self.objective.key, value * factor, bound * factor)
            report(shown)

        return told

    def _tell(self, columns: Integers | None, bound: int) -> None:
        watch = self._watch()
        if watch is not None and columns is not None:
            watch(float(self.whole.total(columns)), float(bound))
