"""Which proposals every best plan funds, which only some do, and which none does.

Best is what is counted: L1 and L2. Every plan as good as the one known that differs from it settles
all proposals that it treats otherwise at once; so plans are looked for that treat as many otherwise
as can be, until a proof that there is none, and that settles all the rest. So a few searches answer
for every proposal, where one for each would ask the same again and again. Most are settled before
by prices: see ties_prices.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import monotonic

import numpy as np

from matcher.allocation.problem import Flags, Integers
from matcher.explaining.solves.base import Awards, Base, Tell
from matcher.explaining.solves.claim import Funded
from matcher.explaining.ties.face import Face, face_of
from matcher.explaining.ties.prices import settled_by_prices
from matcher.solving import cp_sat
from matcher.solving.cp_sat import Effort
from matcher.solving.model import OPEN

UNLIMITED = 1e9
"""More work than any search does: only the clock ends it."""


@dataclass(frozen=True)
class Ties:
    """For each proposal that a pool may fund, by id, in which of the best plans it is funded.

    `all` and `none` hold of every best plan. With `proven` the plan known is one of the best, and
    `some` says that it is funded in some of them and not in others; else that holds of plans as
    good as the one known, which may not be the best. `unknown` was not settled in the time, or by
    plans that are as good at the levels that are proven alone. `plans` are the awards of the plans
    found, none worse than the one known, which is the first.
    """

    funded: Mapping[str, Funded]
    proven: bool
    plans: tuple[Awards, ...] = field(default_factory=tuple)

    def names(self, funded: Funded) -> tuple[str, ...]:
        """Give the proposals that are funded in so many of the best plans, by id."""
        return tuple(name for name, answer in sorted(self.funded.items()) if answer == funded)


def ties(base: Base, tell: Tell) -> Ties:
    """Say for every proposal whether all, some or none of the best plans fund it.

    What `base.deadline` cuts off is told as unknown.
    """
    problem, worth = base.problem, base.worth
    proven = [value == bound for value, bound in zip(worth.values, worth.bounds, strict=True)]
    # A plan may be better by a level that is not proven and then fall short of the later ones.
    held = next((at + 1 for at, sure in enumerate(proven) if not sure), len(proven))
    face = face_of(problem, worth.values[:held])
    known = face.formulation.complete(worth.amounts)[face.formulation.funded] > 0
    asked = np.zeros(len(known), np.bool_)
    asked[problem.pairs.proposal] = True
    search = _Search(base, face, known, asked.copy(), np.zeros_like(asked))
    tell("pricing what it costs to treat a proposal otherwise")
    by_prices = search.settled_by_prices(held)
    search.hold(by_prices)
    plans: list[Awards] = [base.awards]
    settled = False
    while search.open.any():
        count = int(search.open.sum())
        tell(f"looking for other plans as good, {count} proposals not known to differ")
        found = search.other_plan()
        if isinstance(found, bool):
            settled = found
            break
        if search.note(found):
            plans.append(problem.awards(found[face.formulation.money]))
    else:
        settled = True
    answers: dict[str, Funded] = {}
    for j in np.flatnonzero(asked).tolist():
        if by_prices[j] or (search.open[j] and settled):
            answers[problem.proposals.ids[j]] = "all" if known[j] else "none"
        else:
            answers[problem.proposals.ids[j]] = "some" if search.differs[j] else "unknown"
    return Ties(answers, all(proven), tuple(plans))


@dataclass
class _Search:
    """The proposals that no plan found treats otherwise (`open`), and those that one does."""

    base: Base
    face: Face
    known: Flags
    open: Flags
    differs: Flags

    def settled_by_prices(self, held: int) -> Flags:
        """Say which proposals all plans as good at the levels held treat as the plan known does."""
        options, left = self.base.options, self.base.deadline - monotonic()
        none = np.zeros(len(self.known), np.bool_)
        if left <= 0:
            return none
        effort = Effort(left, UNLIMITED, 0.0, options.workers, options.seed)
        settled = settled_by_prices(self.base.problem, self.base.worth.values[:held], effort)
        if settled is None:
            return none
        alike: Flags = np.where(self.known, settled.always, settled.never)
        return alike

    def hold(self, settled: Flags) -> None:
        """Hold proposals as all plans as good treat them, which leaves less to search."""
        self.open &= ~settled
        model, flags = self.face.model, self.face.formulation.funded[settled]
        lower, upper = model.lower.copy(), model.upper.copy()
        lower[flags] = upper[flags] = self.known[settled]
        self.face = replace(self.face, model=replace(model, lower=lower, upper=upper))

    def other_plan(self) -> Integers | bool:
        """Give the columns of a plan as good that treats most open proposals otherwise.

        True where there is none that treats any otherwise, False where the clock ended the search.
        """
        options, left = self.base.options, self.base.deadline - monotonic()
        if left <= 0:
            return False
        funded = self.face.formulation.funded
        treated = np.zeros(self.face.model.columns, np.int64)
        treated[funded[self.open]] = np.where(self.known[self.open], -1, 1)
        as_known = -int((self.open & self.known).sum())
        model = self.face.model.with_row(treated, as_known + 1, OPEN, "")
        effort = Effort(left, UNLIMITED, 0.0, options.workers, options.seed)
        found = cp_sat.solve(model, treated, True, effort)
        if found.columns is None:
            return found.ended == "infeasible"
        return found.columns

    def note(self, columns: Integers) -> bool:
        """Take a plan in; say whether it is as good at every level, as it has to be to count.

        What another plan treats otherwise is no longer open either way.
        """
        otherwise = self.open & ((columns[self.face.formulation.funded] > 0) != self.known)
        self.open &= ~otherwise
        if self.face.values(columns) < self.base.worth.values:
            return False
        self.differs |= otherwise
        return True
