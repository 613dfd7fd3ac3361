"""What a little more or less money in a pool is worth, by solving the round again with it.

Prices of a relaxation are not the value of money where grants are whole: the next unit may be worth
nothing until there is enough for one more project. So each value is that of a step, said in money,
and how far it holds is looked for by further solves.
"""

from dataclasses import dataclass
from time import monotonic
from typing import Any

from matcher import money
from matcher.allocation.problem import budgets_of
from matcher.explaining.amounts import in_both
from matcher.explaining.prices.marginal_budgets import moving_targets, steps_of, usable
from matcher.explaining.prices.marginal_steps import HALVINGS, Piece, Rate, Step, Steps, pieces_of
from matcher.explaining.prices.of_rules import effect_document
from matcher.explaining.solves.base import Base, Tell


@dataclass(frozen=True)
class MarginalValue:
    """What more and less money in one pool does; money in base minor units, hold-back taken off.

    `left` is what the best plan leaves in the pool, `usable` the most that all its pairs could
    take. `steps` are the changes looked at, least to most. `up` and `down` are merit for a major
    unit more, and lost for one less, with how far that holds: None without a step whose merit is
    known. `enough` says that more money is worth nothing, however much: None where not known.
    `targets` move with the pool's budget, so that money alone is not all that a step changes.
    """

    pool_id: str
    budget: int
    left: int
    usable: int
    unit: int
    steps: tuple[Step, ...]
    up: Rate | None
    down: Rate | None
    enough: bool | None
    targets: tuple[str, ...]
    ended: bool

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The merit for a major unit between budgets solved, neighbours alike taken together.

        None where a solve left a gap: differences of intervals say too little.
        """
        return pieces_of(self.budget, self.steps)


def marginal_values(
    base: Base, pool_id: str, tell: Tell, refine: int | None = None
) -> MarginalValue:
    """Solve the round with 1 %, 5 % and 20 % more and less in a pool, and where values change.

    `refine` is how many solves more, on each side, may be spent on how far a value holds: by
    default as many as it takes where solves are exact, none where intervals blur it. Exact where
    the solves are (`options.gap` 0), else intervals. `base.deadline` ends the search. Raises
    KeyError for an unknown pool.
    """
    budget = budgets_of(base.round)[pool_id]
    most = usable(base.problem, pool_id)
    steps = Steps(base, pool_id, budget, most, tell, _refinement(base, refine))
    sizes = steps_of(budget, most, base.problem.unit)
    enough = steps.enough()
    for size in sizes:
        steps.at(size)
        if budget:
            steps.at(-min(size, budget))
    up, down = (steps.rate([sign * size for size in sizes]) for sign in (1, -1))
    return MarginalValue(
        pool_id,
        budget,
        budget - sum(units for (pool, _), units in base.awards.items() if pool == pool_id),
        most,
        base.problem.unit,
        tuple(steps.known[change] for change in sorted(steps.known)),
        up,
        down,
        enough,
        tuple(target.id for target in moving_targets(base.round, pool_id)),
        monotonic() > base.deadline,
    )


def _refinement(base: Base, asked: int | None) -> int:
    if asked is not None:
        return asked
    return HALVINGS if base.options.gap == 0 else 0


def document(base: Base, value: MarginalValue) -> dict[str, Any]:
    """Give a marginal value as plain values: money as text in major units, merit in both ways."""
    major = 10 ** money.digits_of(base.round.currency)

    def amount(units: int) -> str:
        return money.shown(units, base.round.currency)

    def rate(one: Rate | None) -> dict[str, Any] | None:
        if one is None:
            return None
        return {
            **in_both(merit_per_unit=one.value, low=one.low, high=one.high),
            "step": amount(one.step),
            "holds_up_to": amount(one.reach),
            "no_longer_at": None if one.breaks is None else amount(one.breaks),
        }

    return {
        "pool_id": value.pool_id,
        "currency": base.round.currency,
        "budget": amount(value.budget),
        "left": amount(value.left),
        "usable": amount(value.usable),
        "more": rate(value.up),
        "less": rate(value.down),
        "pieces": [
            {
                "from": amount(piece.low),
                "to": amount(piece.high),
                **in_both(merit_per_unit=piece.rate * major),
            }
            for piece in value.pieces
        ],
        "more_is_worth_nothing": value.enough,
        "targets_that_move": list(value.targets),
        "ended_by_time": value.ended,
        "steps": [
            {
                "change": amount(step.change),
                "outcome": step.outcome,
                "effect": effect_document(step.effect),
            }
            for step in value.steps
        ],
    }
