"""Every proposal of a round explained, two at a time."""

from collections.abc import Callable, Sequence
from functools import partial

from matcher.explaining.missing.openings import Held
from matcher.explaining.solves.base import Base, Tell
from matcher.explaining.why import Explanation, explain
from matcher.solving.apart import run_side_by_side


def explain_every(
    base: Base, tell: Tell, proposals: Sequence[str] | None = None
) -> tuple[Explanation, ...]:
    """Explain all proposals of a base, or those named, in their order.

    Not thoroughly: how safe the place is of those that are funded, and the levers in the hands of
    donors and coordinator, are left to a question about one proposal. `tell` hears how many are
    done. As many are explained at once as the options have workers, each on one.
    """
    held = Held.of(base.problem, base.eligibility)
    # What is worked out once is worked out before it is shared.
    _ = held.reasons, held.waiting
    names = base.problem.proposals.ids if proposals is None else tuple(proposals)
    done: list[str] = []

    def one(proposal_id: str) -> Explanation:
        found = explain(single, held, proposal_id, lambda _words: None, thorough=False)
        done.append(proposal_id)
        tell(f"explaining, {len(done)} of {len(names)} proposals done")
        return found

    single = base.with_workers(1)
    calls: list[Callable[[], Explanation]] = [partial(one, name) for name in names]
    return tuple(run_side_by_side(calls, workers=base.options.workers))
