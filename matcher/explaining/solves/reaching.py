"""Whether any columns of a model reach a value of a goal, by branching cut off below it.

A row that asks for the value would hide from the search how far a branch falls short of it, and
what it costs to change a column: as a cut-off it ends most proofs near the root.
"""

from dataclasses import dataclass, replace

from matcher.solving import highs
from matcher.solving.apart import run_apart
from matcher.solving.cp_sat import Effort
from matcher.solving.model import Floats, Integers, LinearModel
from matcher.solving.objectives import WholeObjective
from matcher.solving.reducing import LinearProgram, reduced

MARGIN = 1e-6
"""By how much, beside what a bound is widened by, a cut-off lies below the value that is asked."""


@dataclass(frozen=True)
class Reached:
    """Columns in floating point that reach it, as far as that can tell; None where none were found.

    `impossible` says that it is proven that there are none.
    """

    columns: Floats | None
    impossible: bool


def reached(
    model: LinearModel, goal: WholeObjective, side: int, flags: Integers, effort: Effort
) -> Reached:
    """Look for columns at which the goal comes to `side` or better; the first ones found will do.

    The columns `flags` are whole and all others divisible.
    """
    scaled = highs.scaled_to_one(model, goal.upwards, flags)
    asked = (1 if goal.most else -1) * side / scaled.sum
    cut = asked - 2 * highs.TOLERANCE * abs(asked) - MARGIN
    smaller = reduced(scaled.program)
    found = _searched(smaller.program, cut, effort)
    if not found.feasible:
        return Reached(None, True)
    columns = None if found.columns is None else smaller.restored(found.columns)
    if columns is not None and scaled.program.costs @ columns >= cut:
        return Reached(columns * scaled.columns, False)
    return Reached(None, found.bound + abs(found.bound) * highs.TOLERANCE < asked)


def _searched(program: LinearProgram, cut: float, effort: Effort) -> highs.Relaxed:
    """Search a program, cut off below a value of its sum."""
    if not len(program.costs):
        return highs.nothing_left(program)
    # HiGHS holds the bound against a sum without its constant.
    solver = highs.loaded(replace(program, constant=0.0), replace(effort, gap=0.0))
    cut -= program.constant
    # It finds little that branching does not find as soon, for much of the time.
    solver.setOptionValue("mip_heuristic_run_feasibility_jump", False)
    highs.shape_search(solver, None)
    # Beside shifting, what it finds late in a search costs more than it saves.
    solver.setOptionValue("mip_heuristic_run_rins", False)
    # The bound is stated for a sum to be made least, the target in the program's own sense.
    solver.setOptionValue("objective_bound", -cut)
    solver.setOptionValue("objective_target", cut)
    run_apart(solver.run)
    found = highs.result_of(solver, len(program.whole) > 0)
    return replace(found, bound=found.bound + program.constant)
