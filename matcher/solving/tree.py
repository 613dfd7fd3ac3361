"""A search tree over who is funded and who pays, to prove what a relaxation leaves open.

The node with the best bound is looked at first (Land and Doig 1960): cuts are taken in where the
relaxation breaks them, and if what it wants is still no plan, one flag is decided either way: the
one of which both decisions are known or tried to lower the bound most (Achterberg, Koch and Martin,
"Branching rules revisited", 2005). Bounds are proven by prices, at each node as at the root. What a
node wants is where a better plan may be looked for.
"""

from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count

import numpy as np

from matcher.solving.compact import CompactModel
from matcher.solving.cuts import UNDECIDED, Cut, Decisions
from matcher.solving.decided import DecidedRelaxation
from matcher.solving.formulation import Formulation
from matcher.solving.linear import Cutting, Linear
from matcher.solving.model import Floats, Integers
from matcher.solving.places import place_in
from matcher.solving.proposal_cuts import ProposalCuts

CANDIDATES = 8
"""Flags that are tried or remembered at a node."""
OF_PROPOSAL = 4
"""Pairs of one proposal among them at most."""
RELIABLE = 2
"""Tries after which a flag is remembered and not tried again."""
PLUNGE = 6
"""Nodes that are looked at one below the other before the best bound is looked for again: further
down the relaxation is more like a plan."""
ROUNDS = 3
"""How often a node is cut and solved again."""
WORTH = 0.02
"""What part of what a node leaves open the last cuts must have closed for another round."""
WHOLE = 1e-5
"""How near to nothing or all a flag is whole: solvers see in floating point."""
LEAST, FAR = 1e-6, 0.1
"""What a decision counts for at least, and at most while there is no plan, as shares of a bound."""


@dataclass
class Tries:
    """By how much deciding a flag lowered the bound on average: against it, and for it."""

    against: float = 0.0
    favour: float = 0.0
    tries: int = 0

    def add(self, against: float, favour: float) -> None:
        """Count one more try."""
        self.tries += 1
        self.against += (against - self.against) / self.tries
        self.favour += (favour - self.favour) / self.tries


class Tree:
    """A tree that grows node by node; `bound` is what it proves of the most up to now.

    `wanted` holds the relaxation's columns at the node that a flag was decided of last.
    """

    def __init__(
        self,
        formulation: Formulation,
        relaxation: DecidedRelaxation,
        capped: Cutting,
        alone: ProposalCuts,
        bound: float,
        close: float,
    ) -> None:
        self._at, self._relaxation = formulation, relaxation
        self._capped, self._alone, self._close = capped, alone, close
        self._tick = count()
        self._open: list[tuple[float, int, Decisions]] = [(-bound, 0, UNDECIDED)]
        self._settled = self._dropped = -np.inf
        self._ahead: tuple[float, int, Decisions] | None = None
        self._plunged = 0
        self._where = UNDECIDED
        self._tries: dict[int, Tries] = {}
        self.wanted: Floats | None = None
        self.clock = False

    @property
    def bound(self) -> float:
        """What no plan can pass: the best that is open, or the plan that nodes were dropped for."""
        ahead = -np.inf if self._ahead is None else -self._ahead[0]
        best = -self._open[0][0] if self._open else -np.inf
        return max(best, ahead, self._settled, self._dropped)

    @property
    def costs(self) -> Floats:
        """What is made most."""
        return self._relaxation.costs

    def grow(self, solves: int, value: float) -> None:
        """Look at nodes until so many relaxations are solved, beside a plan of such a value."""
        self._dropped = max(self._dropped, value)
        enough = self._relaxation.solves + solves
        while (self._open or self._ahead is not None) and not self.clock:
            self._look(value)
            if self._relaxation.solves >= enough:
                break

    def near(self, keeping: Floats) -> Floats | None:
        """Give what the node that was looked at last wants where keeping to a plan brings more."""
        if self.wanted is None or self.clock:
            return None
        relaxation = self._relaxation
        costs = relaxation.costs
        relaxation.decide(self._where)
        relaxation.aim(costs + keeping)
        values, _ = relaxation.values()
        relaxation.aim(costs)
        return values

    def _look(self, value: float) -> None:
        """Look at the node with the best bound: drop it, put it back lower, or decide a flag."""
        ahead, self._ahead = self._ahead, None
        if ahead is None:
            self._plunged = 0
            ahead = heappop(self._open)
        top, _, decisions = ahead
        if -top <= value:
            return
        linear = self._cut(decisions, value)
        if linear.clock:
            heappush(self._open, (top, next(self._tick), decisions))
            self.clock = True
            return
        bound = min(-top, linear.bound)
        if linear.missed or bound <= value:
            return
        below = self._open and bound < -self._open[0][0] and bound < -top - LEAST * abs(top)
        if below and not self._plunged:
            heappush(self._open, (-bound, next(self._tick), decisions))
            return
        self.wanted, self._where = linear.columns, decisions
        flags = self._candidates(linear.columns, decisions)
        if len(flags) == 0:
            self._settled = max(self._settled, bound)
            return
        flag, children = self._chosen(flags, decisions, bound, value)
        better = children[1] >= children[0]
        for decided in (not better, better):
            reached = min(bound, children[decided])
            if reached > value:
                child = (-reached, next(self._tick), decisions | {(flag, decided)})
                if decided == better and self._plunged < PLUNGE:
                    self._ahead, self._plunged = child, self._plunged + 1
                else:
                    heappush(self._open, child)

    def _cut(self, decisions: Decisions, value: float) -> Linear:
        """Solve a node and cut it as long as that lowers its bound by enough."""
        relaxation, last, rounds = self._relaxation, np.inf, 0
        relaxation.decide(decisions)

        def cuts(model: CompactModel, linear: Linear) -> list[Cut]:
            nonlocal last, rounds
            open_ = linear.bound - value
            little = last - linear.bound < WORTH * open_
            last, rounds = linear.bound, rounds + 1
            if open_ <= 0 or little or rounds > ROUNDS:
                return []
            found = self._alone.missed(relaxation.costs, model, linear, decisions)
            return found + self._capped(model, linear)

        return relaxation.bound(self._close, last=cuts)

    def _candidates(self, columns: Floats, decisions: Decisions) -> Integers:
        """Give flags to decide: of proposals funded in part, else of pairs that cannot pay so."""
        at, decided = self._at, [flag for flag, _ in decisions]
        proposals, pairs = at.problem.proposals, at.problem.pairs
        funded = np.clip(columns[at.funded], 0.0, 1.0)
        part = np.flatnonzero((funded > WHOLE) & (funded < 1.0 - WHOLE))
        if len(part):
            worth = np.minimum(funded[part], 1.0 - funded[part]) * proposals.request[part]
            flags: Integers = at.funded[part[np.argsort(-worth, kind="stable")[:CANDIDATES]]]
            return flags
        money = columns[at.money]
        open_ = self._alone.is_split(columns)[pairs.proposal] & (money > 0.5)
        open_ &= ~np.isin(at.grant, decided)
        mine = np.flatnonzero(open_)
        share = np.minimum(money[mine] / np.maximum(at.model.upper[at.money[mine]], 1), 1.0)
        brings: Floats = np.minimum(share, 1.0 - share) + WHOLE
        brings *= proposals.request[pairs.proposal[mine]]
        few = place_in(brings, pairs.proposal[mine]) < OF_PROPOSAL
        order = np.argsort(-brings[few], kind="stable")[:CANDIDATES]
        return at.grant[mine[few][order]]

    def _chosen(
        self, flags: Integers, decisions: Decisions, bound: float, value: float
    ) -> tuple[int, tuple[float, float]]:
        """Choose the flag to decide, with what bounds it leaves."""
        least, best = LEAST * abs(bound), (-np.inf, -1, (bound, bound))
        lowest = value if np.isfinite(value) else bound - FAR * abs(bound)
        for flag in flags.tolist():
            tries = self._tries.setdefault(flag, Tries())
            proven = (bound, bound)
            against, favour = tries.against, tries.favour
            if tries.tries < RELIABLE:
                proven = self._tried(decisions, flag, False), self._tried(decisions, flag, True)
                against, favour = (max(bound - max(reached, lowest), 0.0) for reached in proven)
                tries.add(against, favour)
            score = max(against, least) * max(favour, least)
            if score > best[0]:
                best = score, flag, proven
        return best[1], best[2]

    def _tried(self, decisions: Decisions, flag: int, value: bool) -> float:
        """Bound what is left where a flag is decided, without more cuts."""
        self._relaxation.decide(decisions | {(flag, value)})
        linear = self._relaxation.bound(self._close)
        return -np.inf if linear.missed else linear.bound
