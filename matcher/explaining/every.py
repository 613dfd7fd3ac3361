"""Every proposal of a round explained, two at a time."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial

import numpy as np

from matcher.explaining.missing.openings import Held
from matcher.explaining.solves.base import Base, Tell
from matcher.explaining.why import Explanation, explain
from matcher.solving.apart import run_side_by_side

TURN = 0.0002
"""Seconds after which a thread that comes back from a solver has its turn in Python."""


def explain_every(
    base: Base, tell: Tell, proposals: Sequence[str] | None = None
) -> tuple[Explanation, ...]:
    """Explain all proposals of a base, or those named, in their order.

    Not thoroughly: how safe the place is of those that are funded, and the levers in the hands of
    donors and coordinator, are left to a question about one proposal. `tell` hears how many are
    done. As many are explained at once as the options have workers, each on one, what takes longest
    first, so that none is left to one worker at the end.
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
    order = _longest_first(base, names)
    calls: list[Callable[[], Explanation]] = [partial(one, names[at]) for at in order]
    with _short_turns():
        explained = run_side_by_side(calls, workers=base.options.workers)
    return tuple(explained[place] for place in np.argsort(order).tolist())


def _longest_first(base: Base, names: Sequence[str]) -> list[int]:
    """Give the places of proposals: first those that solves are spent on, more pools before fewer.

    What no pool may fund needs few solves, and what is funded none.
    """
    ids, pairs = base.problem.proposals.ids, base.problem.pairs
    counts = np.bincount(pairs.proposal[pairs.allowed], minlength=len(ids)).tolist()
    pools = dict(zip(ids, counts, strict=True))

    def rank(at: int) -> tuple[bool, int]:
        return names[at] in base.funded, -pools[names[at]]

    return sorted(range(len(names)), key=rank)


@contextmanager
def _short_turns() -> Iterator[None]:
    """Have threads take short turns: each solve is a few calls, each of which waits for its turn.

    It changes nothing of what comes out.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(min(TURN, usual))
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
