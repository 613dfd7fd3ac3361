"""What of a round can be lifted, one thing at a time, and what its best plan gains by that.

Three proofs spare a re-solve or share one. Where lifting leaves the model as it is, array for
array, nothing moves. A round with several things lifted admits every plan of a round with one of
them lifted: where the best plan of all together is no better, that of each alone is not, and its
bound bounds each. That a row has room in the plan at hand is no proof: in whole grants a row that
nothing touches can still keep a better plan out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.problem import Problem, problem_of
from matcher.domain import Round
from matcher.explaining.prices.effect import (
    Direction,
    Effect,
    Key,
    effect_of,
    impossible,
    untouched,
)
from matcher.explaining.solves.base import Awards, Base, Tell
from matcher.explaining.solves.levels import COUNTED
from matcher.explaining.solves.worth import Hopeless, Worth, worth_of
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.objectives import objectives_of

Outcome = Effect | None
"""What lifting brings; None where the clock ended the search before it was known."""


@dataclass(frozen=True)
class Lift:
    """One thing that can be lifted from a round, named for those who wait.

    `relaxes` says that lifting adds plans, takes none away and measures all alike. `used` says
    whether a plan with it lifted makes use of that, as a guess of what to look at first. Without
    one it is always looked at alone. `counted` is the level that a soft target is counted in.
    """

    name: str
    lifted: Callable[[Round], Round]
    relaxes: bool = True
    used: Callable[[Round, Awards], bool] | None = None
    counted: Key | None = None


def effects_of(base: Base, lifts: Sequence[Lift], tell: Tell) -> list[Outcome]:
    """Give what lifting each thing alone does to the best plan, as far as the time allows."""
    found: dict[int, Effect] = {}
    tell(f"looking at what each of {len(lifts)} things touches")
    model = _Model.of(base.problem)
    for at, lift in enumerate(lifts):
        if monotonic() > base.deadline:
            break
        if _Model.of(problem_of(lift.lifted(base.round), base.eligibility)).same_as(model):
            found[at] = untouched(base)
    open_ = [at for at in range(len(lifts)) if at not in found]
    lifting = _Lifting(base, lifts, tell, found, len(open_))
    for at in open_:
        if not _is_shared(lifts[at]):
            lifting.alone(at)
    lifting.together([at for at in open_ if _is_shared(lifts[at])])
    return [found.get(at) for at in range(len(lifts))]


def solved_anew(
    base: Base, changed: Round, direction: Direction, counted: Sequence[Key] = ()
) -> Outcome:
    """Solve a changed round, verdicts as they were, and compare; None where that is not known."""
    problem = problem_of(changed, base.eligibility)
    worth = _worth(base, problem)
    if isinstance(worth, Worth):
        return effect_of(base, changed, worth, direction, counted)
    if direction > 0 or monotonic() > base.deadline:
        return None
    levels = base.levels(problem)
    first = levels.solve(0)
    return impossible() if first is not None and first.ended == "infeasible" else None


def _worth(base: Base, problem: Problem) -> Worth | Hopeless | None:
    """Solve from the plan at hand; a problem without any pair has nothing to start from."""
    known = problem.amounts(base.awards) if len(problem.pairs) else None
    return worth_of(problem, base.options, base.deadline, known)


def _is_shared(lift: Lift) -> bool:
    return lift.relaxes and lift.used is not None


@dataclass
class _Lifting:
    """The search for what each of several things costs; `found` fills up."""

    base: Base
    lifts: Sequence[Lift]
    tell: Tell
    found: dict[int, Effect]
    count: int

    def together(self, group: Sequence[int]) -> None:
        """Settle a group at one go where it brings nothing, else its parts."""
        if not group or monotonic() > self.base.deadline:
            return
        if len(group) == 1:
            self.alone(group[0])
            return
        changed = self.base.round
        for at in group:
            changed = self.lifts[at].lifted(changed)
        self.tell(f"solving the round with {len(group)} of {self.count} things lifted at once")
        worth = _worth(self.base, problem_of(changed, self.base.eligibility))
        if not isinstance(worth, Worth):
            return
        effect = effect_of(self.base, changed, worth, 1, basis="together")
        if effect.nothing and worth.exact:
            self.found.update(dict.fromkeys(group, effect))
            return
        used = self._used(group, changed, worth)
        rest = [at for at in group if at not in used]
        if used:
            # What the best plan leaves unused most often brings nothing, and one solve says so.
            self.together(rest)
            for at in used:
                self.alone(at)
        else:
            self.together(rest[: len(rest) // 2])
            self.together(rest[len(rest) // 2 :])

    def _used(self, group: Sequence[int], changed: Round, worth: Worth) -> list[int]:
        """Give those of a group that its best plan makes use of, as far as that is seen."""
        awards = problem_of(changed, self.base.eligibility).awards(worth.amounts)
        tests = [(at, self.lifts[at].used) for at in group]
        return [at for at, used in tests if used is not None and used(changed, awards)]

    def alone(self, at: int) -> None:
        """Settle one thing by itself."""
        if monotonic() > self.base.deadline:
            return
        lift = self.lifts[at]
        self.tell(f"solving the round without {lift.name}")
        changed = lift.lifted(self.base.round)
        direction: Direction = 1 if lift.relaxes or lift.counted is not None else 0
        counted = () if lift.counted is None else (lift.counted,)
        effect = solved_anew(self.base, changed, direction, counted)
        if effect is not None:
            self.found[at] = effect


@dataclass(frozen=True)
class _Model:
    """All that decides on the levels counted, as arrays."""

    arrays: Mapping[str, NDArray[Any]]

    @classmethod
    def of(cls, problem: Problem) -> "_Model":
        formulation: Formulation = formulate(problem)
        arrays: dict[str, NDArray[Any]] = {
            name: value
            for name, value in vars(formulation.model).items()
            if isinstance(value, np.ndarray)
        }
        arrays["unit"] = np.array([problem.unit])
        arrays["pools"], arrays["proposals"] = problem.pairs.pool, problem.pairs.proposal
        for objective in objectives_of(formulation):
            if objective.level in COUNTED:
                name = f"{objective.level} {objective.key}"
                arrays[name] = objective.numerator
                arrays[f"{name} below"] = objective.denominator
                factor = objective.factor
                arrays[f"{name} factor"] = np.array([factor.numerator, factor.denominator], object)
        return cls(arrays)

    def same_as(self, other: "_Model") -> bool:
        """Say whether two models have the same plans, worth the same."""
        mine, theirs = self.arrays, other.arrays
        return mine.keys() == theirs.keys() and all(
            np.array_equal(mine[name], theirs[name]) for name in mine
        )
