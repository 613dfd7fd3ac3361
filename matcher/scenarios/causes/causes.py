"""Which change of the input caused which difference between two results: by solving in between.

The earlier round is solved again with some of the changes made, in all combinations while they are
few. Both ends are solved again in the same way, so that what is told apart is the changes alone:
where an end comes out otherwise than the result given, that is said, and divided among no change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from matcher.scenarios.causes.changes import Change, changes_between
from matcher.scenarios.causes.coalitions import Coalition, Coalitions, SolveAll, workable
from matcher.scenarios.causes.parts import (
    EXACT_UP_TO,
    Measure,
    Part,
    all_coalitions,
    drawn_orders,
    drawn_parts,
    exact_parts,
    on_the_way,
)
from matcher.scenarios.causes.sets import (
    Cause,
    Of,
    all_causes,
    differing,
    outcome,
    some_causes,
)
from matcher.scenarios.comparing.sides import Side, one_currency, one_merit
from matcher.scenarios.edits.differences import Difference
from matcher.scenarios.edits.scenario import Scenario

SOLVES = 240
"""So many rounds are solved at most where there are too many changes for all combinations: as far
as that goes for a single pair of orders, which always is done."""
FEWEST_DRAWS = 2
"""So many pairs of orders have to be drawn for an error to be known."""
SEED = 0


@dataclass(frozen=True)
class Causes:
    """What caused the differences between two results.

    `found` holds a cause for each proposal whose outcome differs, but for those `unsettled`: an end
    that is solved again treats them otherwise than the result given, so that the difference may be
    a tie, or come from how the results were made. `parts` divide the difference of each measure
    among the changes, by position; `rest` is what no change accounts for, for the same reason. With
    `parts` it sums to the whole exactly. `exact` says that all combinations were solved; else the
    parts are estimates. `solved` counts the rounds that were solved for this, `unproven` those of
    all looked at that are not proven best without a gap, `without_plan` combinations that have no
    plan. `idle` differences decide nothing.
    """

    before: Side
    after: Side
    changes: tuple[Change, ...]
    idle: tuple[Difference, ...]
    found: tuple[Cause, ...]
    unsettled: tuple[str, ...]
    parts: Mapping[Measure, tuple[Part, ...]]
    rest: Mapping[Measure, Fraction]
    exact: bool
    solved: int
    unproven: int
    without_plan: int

    def whole(self, measure: Measure) -> Fraction:
        """Give the difference of a measure between the two results."""
        return _less(*(_compared(self.before, self.after)), measure)


def causes_of(
    before: Side,
    after: Side,
    solve_all: SolveAll,
    scenario: Scenario | None = None,
    ends_known: bool = False,
    solves: int = SOLVES,
    seed: int = SEED,
) -> Causes:
    """Find the causes of what differs between two results.

    `solve_all` has to solve every round in the same way, from the same awards and by the same
    options. `scenario` is what made the later round of the earlier, where that is known.
    `ends_known` says that the results given were made just so: then they are not solved again.
    With more than 6 changes about `solves` rounds are solved, and what is found is approximate.

    Raises InvalidRound and whatever solving raises.
    """
    changes, idle = changes_between(before, after, scenario)

    def needed(count: int) -> Iterable[Coalition]:
        if count <= EXACT_UP_TO:
            return all_coalitions(count)
        singles = [frozenset([position]) for position in range(count)]
        return dict.fromkeys([*singles, *on_the_way(_orders(count, solves, seed))])

    changes = workable(before, after, changes, needed)
    made = Coalitions(before, after, changes, solve_all)
    ends: tuple[Coalition, Coalition] = (frozenset(), made.everything)
    if ends_known or not changes:
        # Without a change that decides anything both are one round; it is not solved again.
        made.known = {ends[1]: after, ends[0]: before}
    made.solve(needed(len(changes)))
    first, last = made[ends[0]], made[ends[1]]
    asked = differing(before, after)
    unsettled = [
        name
        for name, of in asked.items()
        if not changes
        or outcome(first, name, of) != outcome(before, name, of)
        or outcome(last, name, of) != outcome(after, name, of)
    ]
    settled: dict[str, Of] = {name: of for name, of in asked.items() if name not in unsettled}
    counted = one_currency(before, after), one_merit(before, after)

    @cache
    def value(coalition: Coalition) -> Mapping[Measure, Fraction]:
        return measures(made[coalition], *counted)

    exact = len(changes) <= EXACT_UP_TO
    if exact:
        parts = exact_parts(len(changes), value)
        found = all_causes(made, settled)
    else:
        parts = drawn_parts(_orders(len(changes), solves, seed), value)
        found = some_causes(made, settled, solves // 2)
    given, again = _compared(before, after), (value(ends[0]), value(ends[1]))
    rest = {
        measure: _less(*given, measure) - _less(*again, measure)
        for measure in sorted({m for way in (*given, *again) for m in way}, key=str)
    }
    solved = [side for coalition, side in made.known.items() if coalition not in ends]
    return Causes(
        before, after, changes, idle, found, tuple(unsettled),
        parts, rest, exact, made.solved,
        sum(side.has_awards and not side.proven for side in (*solved, first, last)),
        sum(not side.has_awards for side in solved),
    )  # fmt: skip


def measures(side: Side, money: bool = True, merit: bool = True) -> dict[Measure, Fraction]:
    """Give what is divided among changes; a round without a plan awards nothing.

    Merit in base major units × score, money in base minor units; each is left out where it is not
    wanted, as where both ends count it otherwise and there is no difference to divide.
    """
    found: dict[Measure, Fraction] = {("funded", None): Fraction(len(side.by_proposal))}
    for (level, key), value in side.levels.items():
        if level == "L1":
            found["shortfall", key] = value
        elif merit:
            found["merit", key] = value
    if money:
        found["placed", None] = Fraction(sum(side.awards.values()))
        for pool, paid in side.by_pool.items():
            found["pool", pool] = Fraction(sum(paid.values()))
    return found


def _compared(
    before: Side, after: Side
) -> tuple[Mapping[Measure, Fraction], Mapping[Measure, Fraction]]:
    counted = one_currency(before, after), one_merit(before, after)
    return measures(before, *counted), measures(after, *counted)


def _less(
    before: Mapping[Measure, Fraction], after: Mapping[Measure, Fraction], measure: Measure
) -> Fraction:
    return after.get(measure, Fraction(0)) - before.get(measure, Fraction(0))


def _orders(count: int, solves: int, seed: int) -> list[tuple[int, ...]]:
    """Draw as many orders as can be followed in so many solves, most of which orders share."""
    draws = max(FEWEST_DRAWS, (solves // 2) // (2 * count))
    return drawn_orders(count, draws, seed)
