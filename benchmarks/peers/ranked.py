"""The committee's ranked list: greedy by score, as `--rule ranked_list` does it."""

from time import monotonic

from benchmarks.peers.levels import Reached
from matcher.allocation.problem import Problem
from matcher.allocation.ranked_list import NOT_ENFORCED, rank
from matcher.solving.model import Integers
from matcher.solving.payable import largest_payable


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
        amounts = rank(problem, largest_payable, tell)
    except _TimeIsUp:
        return None, [], "time_limit"
    return amounts, [], "the pins cannot hold" if amounts is None else "rule"


__all__ = ["NOT_ENFORCED", "go_down"]
