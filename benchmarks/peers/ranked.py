"""The committee's ranked list: greedy by score, as `--rule ranked_list` does it."""

from time import monotonic

from benchmarks.peers.levels import Reached
from matcher.allocation.problem import Problem
from matcher.allocation.ranked_list import NOT_ENFORCED, rank
from matcher.results import Options
from matcher.solving.model import Integers
from matcher.solving.payable import Payments


class _TimeIsUp(Exception):
    """The clock ran out while the list was gone down."""


def go_down(
    problem: Problem, start: float, seconds: float
) -> tuple[Integers | None, list[Reached], str]:
    """Give amounts (None without a plan or without time), no levels, and why it ended."""

    def tell(_position: int, _count: int) -> None:
        if monotonic() - start > seconds:
            raise _TimeIsUp

    try:
        ranked = rank(problem, Payments(Options(seconds=seconds)), tell)
    except _TimeIsUp:
        return None, [], "time_limit"
    if ranked is None:
        return None, [], "the pins cannot hold"
    return ranked.amounts, [], "rule"


__all__ = ["NOT_ENFORCED", "go_down"]
