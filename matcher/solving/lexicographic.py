"""`max_merit` solved level by level, each with the earlier ones held at the value reached."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from time import monotonic

from matcher.allocation.problem import LARGE, Problem
from matcher.results import Level, Options
from matcher.solving.conflict import conflict_of_few, find_conflict
from matcher.solving.cp_sat import Effort, Ended, Solved
from matcher.solving.exact_steps import LATE_WORK
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.model import OPEN, Integers
from matcher.solving.near import NEAR, near_of
from matcher.solving.near_fewest import least_changes, with_lost
from matcher.solving.objectives import Objective, objectives_of
from matcher.solving.one_level import UNLIMITED, OneLevel, Ways
from matcher.solving.outcome import Conflict, Outcome, Report
from matcher.solving.reckoning import LATE, State
from matcher.solving.rounding import mended

AT_HAND, SHARE, LATE_SHARE = 4.0, 1.0, 0.1
"""Parts of the time left for a level of targets or merit at hand, for each one that comes later,
and for each level after merit."""


def solve_exactly(
    problem: Problem,
    options: Options,
    report: Report | None = None,
    ways: Ways = Ways(),
    known: Integers | None = None,
) -> Outcome:
    """Solve `max_merit` to the asked gap (PROBLEM.md, L1–L4).

    `known` amounts of the pairs, in units, are where a search starts; they need not be a plan. To
    stay near an earlier result it starts from there, unless what is known is a plan.
    """
    deadline = monotonic() + options.seconds
    near = near_of(problem, options.stay_near)
    formulation = with_lost(formulate(problem, near=near))
    objectives = objectives_of(formulation)
    goals = [objective.whole(formulation.model.upper) for objective in objectives]
    start = None if known is None else mended(formulation, known)
    if near is not None and (start is None or not formulation.model.allows(start)):
        start = mended(formulation, near.earlier)
    planned = start is not None and formulation.model.allows(start)
    if not planned and ways.small < len(problem.pairs) <= LARGE:
        # A conflict of few is found in no time; else it may take a search that finds nothing.
        few = conflict_of_few(problem, replace(options, seconds=deadline - monotonic()), deadline)
        if few is not None:
            return Outcome("infeasible", None, stop_reason="infeasible", conflict=few.members)
    state = State(formulation.model, None, {}, start)
    ended: Ended = "proven"
    for position, objective in enumerate(objectives):
        left = deadline - monotonic()
        if left <= 0:
            ended = "time_limit"
            break
        try:
            effort = _effort(objectives[position:], options, left)
            whole, ahead = goals[position], _guided_by(objectives, position)
            later = [goals[at] for at in ahead]
            merit = next(
                (at for at in (position, *ahead) if objectives[at].level == "L2"), position
            )
            level = OneLevel(formulation, objective, whole, later, goals[merit], report, ways)
            solved = level.solve(state, effort)
        except KeyboardInterrupt:
            solved = replace(state.latest or Solved(None, 0, "interrupted"), ended="interrupted")
        state.latest = None
        if solved.ended == "infeasible":
            return _infeasible(problem, replace(options, seconds=deadline - monotonic()), ways)
        try:
            if solved.columns is not None:
                state.columns = formulation.complete(solved.columns[formulation.money])
                state.proofs[position] = solved.bound * whole.factor, solved.ended
                reached = whole.total(state.columns)
                low, high = (reached, OPEN) if objective.most else (-OPEN, reached)
                state.model = state.model.with_row(whole.coefficients, low, high, objective.level)
        except KeyboardInterrupt:
            solved = replace(solved, ended="interrupted")
        if solved.ended in ("time_limit", "interrupted"):
            ended = solved.ended
        if ended == "interrupted" or state.columns is None:
            break
    if state.columns is None:
        return Outcome("no_solution", None, stop_reason=ended, stopped=True)
    return _outcome(formulation, objectives, state, state.columns, options, ended)


def _infeasible(problem: Problem, options: Options, ways: Ways) -> Outcome:
    """Say why there is no plan: too few changes are allowed, or none is whatever changes."""
    found = Outcome("infeasible", None, stop_reason="infeasible")
    needed = least_changes(problem, options, ways)
    if needed is not None:
        allowed = f"at most {options.stay_near.at_most} changes" if options.stay_near else ""
        return replace(found, conflict=(Conflict(NEAR, allowed),), changes_needed=needed)
    return replace(found, conflict=find_conflict(problem, options))


def _effort(ahead: Sequence[Objective], options: Options, seconds: float) -> Effort:
    """Say what the first of the levels ahead may spend, so that each later one gets its part."""
    objective = ahead[0]
    later = sum(LATE_SHARE if one.level in LATE else SHARE for one in ahead[1:])
    own = LATE_SHARE if objective.level in LATE else AT_HAND
    return Effort(
        seconds=seconds,
        work=LATE_WORK if objective.level in LATE else UNLIMITED,
        gap=options.gap if objective.level in ("L1", "L2") else 0.0,
        workers=options.workers,
        seed=options.seed,
        kept=seconds * later / (own + later),
    )


def _outcome(
    formulation: Formulation,
    objectives: Sequence[Objective],
    state: State,
    columns: Integers,
    options: Options,
    ended: Ended,
) -> Outcome:
    levels, proven = [], True
    for position, objective in enumerate(objectives):
        if objective.level == "near":
            continue
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
        stopped=stopped or state.clocked,
    )


def _guided_by(objectives: Sequence[Objective], position: int) -> list[int]:
    """Give where the levels stand that a level's search looks ahead to, the first of merit first.

    Targets are met and merit is made in one search, so that later levels start near their best.
    """
    both = ("L1", "L2")
    if objectives[position].level not in both:
        return []
    return [at for at in range(position + 1, len(objectives)) if objectives[at].level in both]
