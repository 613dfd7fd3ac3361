"""Which changes a proposal's new outcome comes from: one alone, or several together.

A change is a sole cause where, made alone in the earlier round, it gives the outcome of the later
one. A joint cause is a set of changes that does so, while no set of fewer among them does.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from matcher.scenarios.causes.coalitions import Coalition, Coalitions
from matcher.scenarios.causes.parts import all_coalitions
from matcher.scenarios.comparing.sides import Side

Of = Literal["funded", "amounts"]
"""Whether it gets money at all, or how much from whom where it gets some in both."""
SMALL = 4
"""A set of so many changes is held against all sets of fewer of them."""


@dataclass(frozen=True)
class CauseSet:
    """Changes that together give the outcome.

    `with_amounts` says that they give the very amounts and payers, too. `minimal` says that no
    fewer of them do; else that was not tried for all.
    """

    changes: tuple[int, ...]
    with_amounts: bool
    minimal: bool = True


@dataclass(frozen=True)
class Cause:
    """Why a proposal's outcome is another one; `complete` where no further sets can be a cause.

    No set at all: it takes more changes together than were tried.
    """

    proposal_id: str
    of: Of
    sets: tuple[CauseSet, ...]
    complete: bool

    @property
    def sole(self) -> tuple[int, ...]:
        """The changes that are a cause alone."""
        return tuple(found.changes[0] for found in self.sets if len(found.changes) == 1)

    @property
    def joint(self) -> tuple[CauseSet, ...]:
        """The sets of several changes that are a cause."""
        return tuple(found for found in self.sets if len(found.changes) > 1)


def outcome(side: Side, proposal_id: str, of: Of) -> object:
    """Give what is compared of a proposal; a round without a plan is an outcome of its own."""
    if not side.has_awards:
        return None
    paid: Mapping[str, int] = side.by_proposal.get(proposal_id, {})
    return bool(paid) if of == "funded" else dict(paid)


def differing(before: Side, after: Side) -> dict[str, Of]:
    """Give the proposals whose outcome differs, and in what."""
    found: dict[str, Of] = {}
    for name in sorted(before.by_proposal.keys() | after.by_proposal.keys()):
        one, other = before.by_proposal.get(name, {}), after.by_proposal.get(name, {})
        if one != other:
            found[name] = "amounts" if one and other else "funded"
    return found


def all_causes(made: Coalitions, asked: Mapping[str, Of]) -> tuple[Cause, ...]:
    """Find every cause, where every combination is known."""
    coalitions = all_coalitions(len(made.changes))[1:]
    return tuple(
        Cause(name, of, tuple(_least(made, coalitions, name, of)), True)
        for name, of in asked.items()
    )


def _least(made: Coalitions, coalitions: Sequence[Coalition], name: str, of: Of) -> list[CauseSet]:
    """Find the least sets among coalitions, of which smaller ones come first."""
    wanted = made[made.everything]
    found: list[CauseSet] = []
    for coalition in coalitions:
        if any(set(known.changes) <= coalition for known in found):
            continue
        if gives(made, coalition, name, of):
            exact = made[coalition].by_proposal.get(name) == wanted.by_proposal.get(name)
            found.append(CauseSet(tuple(sorted(coalition)), exact))
    return found


def gives(made: Coalitions, coalition: Coalition, name: str, of: Of) -> bool:
    """Say whether a combination gives a proposal the outcome that all changes give it."""
    return outcome(made[coalition], name, of) == outcome(made[made.everything], name, of)


def some_causes(made: Coalitions, asked: Mapping[str, Of], solves: int) -> tuple[Cause, ...]:
    """Find sole causes, and one joint cause of each proposal without, in at most so many solves.

    Single changes are known. A joint cause is sought from the smallest combination known that gives
    the outcome, by leaving out one change after the other; for all proposals at the same time.
    """
    most = made.solved + solves
    searches = {name: _search(made, name, of) for name, of in asked.items()}
    found: dict[str, Cause] = {}
    while searches:
        needed = dict[Coalition, None]()
        for name, search in list(searches.items()):
            try:
                needed |= dict.fromkeys(next(search))
            except StopIteration as end:
                found[name] = end.value
                del searches[name]
        unknown = [coalition for coalition in needed if coalition not in made.known]
        made.solve(unknown[: most - made.solved])
    return tuple(found[name] for name in asked)


def _search(made: Coalitions, name: str, of: Of) -> Generator[list[Coalition], None, Cause]:
    """Search the cause of one proposal; yields what it asks to have solved, which may be denied."""
    singles = [frozenset([position]) for position in range(len(made.changes))]
    if sole := _least(made, singles, name, of):
        return Cause(name, of, tuple(sole), False)
    known = [coalition for coalition in made.known if gives(made, coalition, name, of)]
    smallest = min(known, key=lambda coalition: (len(coalition), sorted(coalition)))
    all_tried = True
    for position in sorted(smallest):
        fewer = smallest - {position}
        if fewer not in made.known and made.is_round(fewer):
            yield [fewer]
            all_tried &= fewer in made.known
        if fewer in made.known and gives(made, fewer, name, of):
            smallest = fewer
    if all_tried and len(smallest) <= SMALL:
        within = [
            frozenset(chosen)
            for size in range(2, len(smallest))
            for chosen in combinations(sorted(smallest), size)
        ]
        rounds = [c for c in within if c in made.known or made.is_round(c)]
        yield rounds
        if all(coalition in made.known for coalition in rounds):
            return Cause(name, of, tuple(_least(made, [*rounds, smallest], name, of)), False)
    exact = made[smallest].by_proposal.get(name) == made[made.everything].by_proposal.get(name)
    return Cause(name, of, (CauseSet(tuple(sorted(smallest)), exact, False),), False)
