"""Every proposal of a round explained, several at a time."""

from collections.abc import Sequence

import numpy as np

from matcher.explaining.missing.openings import Held
from matcher.explaining.processes import pays, worked_out
from matcher.explaining.solves.base import Base, Tell
from matcher.explaining.why import Explanation, explain
from matcher.workers.shared import Shared


def explain_every(
    base: Base, tell: Tell, proposals: Sequence[str] | None = None
) -> tuple[Explanation, ...]:
    """Explain all proposals of a base, or those named, in their order.

    Not thoroughly: how safe the place is of those that are funded, and the levers in the hands of
    donors and coordinator, are left to a question about one proposal. `tell` hears how many are
    done. As many are explained at once as the options have workers, each by a process of its own,
    what takes longest first, so that none is left to one worker at the end. Raises BrokenExecutor
    where such processes end of themselves again and again.
    """
    held = Held.of(base.problem, base.eligibility)
    # What is worked out once is worked out before it is shared.
    _ = held.reasons, held.waiting
    names = base.problem.proposals.ids if proposals is None else tuple(proposals)
    single, order = base.with_workers(1), _longest_first(base, names)
    found: dict[str, Explanation] = {}

    def done(proposal_id: str, explanation: Explanation) -> None:
        found[proposal_id] = explanation
        tell(f"explaining, {len(found)} of {len(names)} proposals done")

    if not pays(base):
        for name in order:
            done(name, explain(single, held, name, _hear, thorough=False))
        return tuple(found[name] for name in names)
    shared = Shared.of((single, held))
    for name, explanation in worked_out(shared, _explained, order, base.options.workers):
        done(name, explanation)
    return tuple(found[name] for name in names)


def _explained(shared: Shared, proposal_id: str) -> Explanation:
    base, held = shared.value()
    return explain(base, held, proposal_id, _hear, thorough=False)


def _hear(_words: str) -> None:
    """Hear how one explanation gets on, and say nothing."""


def _longest_first(base: Base, names: Sequence[str]) -> list[str]:
    """Order proposals: first those that solves are spent on, more pools before fewer.

    What no pool may fund needs few solves, and what is funded none.
    """
    ids, pairs = base.problem.proposals.ids, base.problem.pairs
    counts = np.bincount(pairs.proposal[pairs.allowed], minlength=len(ids)).tolist()
    pools = dict(zip(ids, counts, strict=True))
    return sorted(names, key=lambda name: (name in base.funded, -pools[name]))
