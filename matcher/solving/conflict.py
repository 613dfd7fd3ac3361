"""Why a round is infeasible: constraints that cannot hold together, none of which can be spared.

A deletion filter: members are taken out, many at once and then one by one; where the others are
still in conflict, what was taken out stays out. What a coordinator can do least about is taken out
first, so that what is left is told in budgets, targets and decisions of the board wherever it can.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from time import monotonic

import numpy as np

from matcher.allocation.problem import Integers, Problem
from matcher.allocation.rows import hard_rows, narrowed_rows
from matcher.results import Options
from matcher.solving.conflict_check import Checker
from matcher.solving.conflict_rows import Group
from matcher.solving.outcome import Conflict

LEAST_TELLING = (
    "C13", "C5", "C3", "C2", "C10", "C9", "C6", "C4", "C8", "C1", "C7", "C12", "C11",
)  # fmt: skip
"""The order in which constraints are taken out."""


MOST = 300_000
"""So many columns may all looks together have: some five of a whole round of 30,000 pairs."""


@dataclass(frozen=True)
class ConflictSet:
    """Constraints that cannot hold together.

    `minimal` says that without any one of them the others can; it is False where work or time ended
    before that was clear for each of them.
    """

    members: tuple[Conflict, ...]
    minimal: bool


def find_conflict(problem: Problem, options: Options) -> tuple[Conflict, ...]:
    """Give constraints of an infeasible problem that conflict, as few as the work allows.

    None where nothing was found in the time.
    """
    found = conflict_of(problem, options, monotonic() + options.seconds)
    return () if found is None else found.members


def conflict_of(
    problem: Problem,
    options: Options,
    deadline: float,
    aside: Collection[Conflict] = (),
    narrow: bool = True,
) -> ConflictSet | None:
    """Find a minimal conflict among the constraints that are not set `aside`.

    Unless it is to `narrow`, any will do that few proposals decide, or that stands with divisible
    grants, as a relaxation gives it.

    None where they can all hold, or where it is not known by the deadline (of the monotonic clock)
    whether they can.
    """
    checker = Checker.of(problem, options, deadline)
    apart = {(conflict.constraint, conflict.subject) for conflict in aside}
    every = [at for at, group in enumerate(checker.groups) if group not in apart]
    first = checker.near(every)
    if first.ends != "conflict":
        first = checker.check(every, divisible=not narrow)
    if first.ends != "conflict":
        return None
    if not narrow:
        return _told(checker, first.core, False)
    return _told(checker, *_smallest(checker, first.core))


def conflict_of_few(problem: Problem, options: Options, deadline: float) -> ConflictSet | None:
    """Find a minimal conflict among limits and what few proposals can help, such as pins.

    It takes no longer than stating the problem, so that a search for a plan can be spared. None
    where there is no such conflict.
    """
    checker = Checker.of(problem, options, deadline)
    first = checker.near(range(len(checker.groups)))
    return None if first.ends != "conflict" else _told(checker, *_smallest(checker, first.core))


def _told(checker: Checker, kept: Collection[Group], minimal: bool) -> ConflictSet:
    return ConflictSet(tuple(Conflict(*checker.groups[at]) for at in sorted(kept)), minimal)


def _smallest(checker: Checker, core: Sequence[Group]) -> tuple[list[Group], bool]:
    """Take out of a conflict what it does not need; says whether it needs all that is left."""
    order = {name: place for place, name in enumerate(LEAST_TELLING)}
    kept = sorted(core, key=lambda at: (order[checker.groups[at][0]], at))
    needed: set[Group] = set()
    open_: set[Group] = set()
    size = max(1, len(kept) // 2)
    brief = 2 * len(core) < len(checker.groups)
    while loose := [at for at in kept if at not in needed and at not in open_]:
        size = min(size, len(loose))
        for first in range(0, len(loose), size):
            gone = set(loose[first : first + size]).intersection(kept)
            if not gone:
                continue
            if checker.spent > MOST or monotonic() > checker.deadline:
                return kept, False
            found = checker.check([at for at in kept if at not in gone], brief=brief)
            if found.ends == "conflict":
                kept = [at for at in kept if at in found.core]
            elif len(gone) == 1:
                (needed if found.ends == "hold" else open_).update(gone)
        size = max(1, size // 2)
    return kept, not open_


def proposals_of(
    problem: Problem, members: Collection[Conflict], options: Options, deadline: float
) -> Integers:
    """Give the positions of the proposals that decide whether some constraints hold.

    They still do where a bound of these is moved: a share of what is awarded weighs all proposals
    that it looks at, for and against it.
    """
    checker = Checker.of(problem, options, deadline)
    found = checker.rows.needed(_places(checker, members))
    subjects = {member.subject for member in members if member.constraint == "C11"}
    for target in problem.round.targets:
        if f"target {target.id}" in subjects and target.of == "awarded":
            pools = problem.pools.ids if target.pool is None else (target.pool,)
            inside = np.isin(np.array(problem.pools.ids)[problem.pairs.pool], pools)
            found[problem.pairs.proposal[inside]] = True
    return np.flatnonzero(found)


def can_hold(
    problem: Problem,
    proposals: Integers,
    members: Collection[Conflict],
    options: Options,
    deadline: float,
) -> bool | None:
    """Say whether constraints hold together with some proposals alone; None if unknown.

    `proposals` are all that decide it, ascending: the others have nothing.
    """
    wanted = {(member.constraint, member.subject) for member in members}
    rows = [row for row in hard_rows(problem) if (row.constraint, row.subject) in wanted]
    part, pairs = problem.narrowed(proposals)
    none = np.zeros(len(problem.pairs), np.int64)
    unfunded = np.zeros(len(problem.proposals.ids), np.bool_)
    coupling = narrowed_rows(rows, pairs, proposals, none, unfunded)
    checker = Checker.of(part, options, deadline, coupling)
    ends = checker.check(_places(checker, members)).ends
    return None if ends == "unknown" else ends == "hold"


def _places(checker: Checker, members: Collection[Conflict]) -> list[Group]:
    known = {group: at for at, group in enumerate(checker.groups)}
    wanted = [(member.constraint, member.subject) for member in members]
    return sorted(known[group] for group in wanted if group in known)
