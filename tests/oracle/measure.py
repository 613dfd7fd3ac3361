"""How varied the random rounds are: `python -m tests.oracle.measure 1000`, from the checkout.

Prints the share of infeasible rounds, how often each constraint matters among the feasible ones,
and the time that solving takes.
"""

import sys
from collections import Counter
from random import Random
from statistics import median
from time import perf_counter

from . import CONSTRAINTS, random_round, solve, which_constraints_matter


def measure(rounds: int) -> None:
    """Measure the rounds of the seeds 0, 1, …"""
    times, optima, infeasible = list[float](), list[int](), 0
    mattering: Counter[str] = Counter()
    for seed in range(rounds):
        document = random_round(Random(seed))
        start = perf_counter()
        found = solve(document)
        times.append(perf_counter() - start)
        if found.feasible:
            optima.append(len(found.optima))
            mattering.update(which_constraints_matter(document))
        else:
            infeasible += 1
    print(f"rounds {rounds}, infeasible {infeasible / rounds:.1%}")
    print(f"solve: median {median(times) * 1000:.1f} ms, worst {max(times) * 1000:.0f} ms")
    print(f"sum {sum(times):.1f} s; optima: median {median(optima)}, most {max(optima)}")
    for name in CONSTRAINTS:
        print(f"{name} matters in {mattering[name] / len(optima):.1%} of feasible rounds")


if __name__ == "__main__":
    measure(int(sys.argv[1]))
