"""What a proposal breaks by itself leads to it, as what several break together does."""

from collections.abc import Sequence
from math import inf

import numpy as np

from matcher.solving.compact import compact
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.guides import Guide
from matcher.solving.improving import FIRST, Improver
from matcher.solving.landscape import Landscape
from matcher.solving.linear import Linear
from matcher.solving.model import Floats, Integers
from matcher.solving.neighbourhoods import Chooser
from matcher.solving.opened import Plan
from matcher.solving.prices import weighed
from tests.properties.built import made_up_round, problem_in

EFFORT = Effort(seconds=inf, work=inf, gap=0.0, workers=2, seed=0)


class Noting(Chooser):
    """A chooser that keeps what it was told last."""

    broken: Floats
    alone: Floats

    def losses(self, columns: Integers, broken: Floats, alone: Floats) -> tuple[Floats, Floats]:
        self.broken, self.alone = broken, alone
        return super().losses(columns, broken, alone)


def improver_of(at: Formulation, guides: Sequence[Guide] = ()) -> tuple[Improver, Noting]:
    tight, goal = compact(at, at.model), np.zeros(at.model.columns, np.int64)
    goal[at.total] = 1
    costs, prices = tight.costs(goal), np.zeros(len(tight.low))
    bound, reduced = weighed(tight, costs, prices)
    linear = Linear(np.zeros(len(costs)), bound, reduced, prices, False, False)
    chooser, weights = Noting(Landscape.of(at, tight, linear), at, 0), goal.astype(np.float64)
    improver = Improver(
        at, at.model, goal, weights, weights, chooser, tight.origin, EFFORT, FIRST, guides=guides
    )
    return improver, chooser


def test_a_grant_that_is_too_small_leads_to_its_proposal() -> None:
    pools = [{"pool_id": name, "budget": 1000, "min_grant": 100} for name in ("P1", "P2")]
    proposals = [
        {"proposal_id": f"B{n}", "org_id": f"O{n}", "requested": 200, "score": 80} for n in range(4)
    ]
    at = formulate(problem_in(made_up_round(pools, proposals)))
    pairs = at.problem.pairs
    pair = int(np.flatnonzero(at.model.upper[at.money] > 1)[0])
    proposal = int(pairs.proposal[pair])
    columns = np.zeros(at.model.columns, np.int64)
    columns[[at.money[pair], at.grant[pair], at.total[proposal], at.funded[proposal]]] = 1
    plan = Plan.of(at.model, columns)
    improver, chooser = improver_of(at)
    improver.better(plan)
    assert np.flatnonzero(chooser.alone).tolist() == [proposal]
    told = chooser.alone
    before, _ = chooser.losses(columns, chooser.broken, np.zeros_like(told))
    after, _ = chooser.losses(columns, chooser.broken, told)
    assert np.flatnonzero(after > before).tolist() == [proposal]
