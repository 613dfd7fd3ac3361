"""The round with some of the changes made: each combination once, and its result once.

Not every combination is a round: a proposal cannot be added without its organisation, nor a pin
without its reason. Changes that make no round alone are joined with those that they need.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from matcher.domain import Round
from matcher.errors import InvalidRound, MatcherError
from matcher.pipeline import find_missing
from matcher.regulation.library import instead
from matcher.regulation.pack import Pack
from matcher.scenarios.causes.changes import Change
from matcher.scenarios.comparing.sides import Side
from matcher.scenarios.edits.differences import with_differences
from matcher.scenarios.running import Answer
from matcher.wording import catalogue_of

Coalition = frozenset[int]
"""Changes that are made, by their positions."""
Solve = Callable[[Round, Mapping[str, Pack]], Answer]
"""Solves a round under rule packs that stand in place of installed ones."""


class Unanswered(MatcherError):
    """A combination could not be solved, so that nothing is known of what it comes to."""


@dataclass(frozen=True)
class Request:
    """A combination to solve."""

    name: str
    round: Round
    packs: Mapping[str, Pack]


SolveAll = Callable[[Sequence[Request]], Sequence[Side]]
"""Solves several rounds; their results in the same order."""


def one_at_a_time(solve: Solve, tell: Callable[[str], None] | None = None) -> SolveAll:
    """Have rounds solved one after the other in this process; `tell` is told how far it is."""

    def solve_all(requests: Sequence[Request]) -> list[Side]:
        sides = []
        for at, request in enumerate(requests, 1):
            if tell is not None:
                tell(catalogue_of().say("cause-solving", at=at, total=len(requests)))
            answer = solve(request.round, request.packs)
            sides.append(Side.of_answer(request.round, answer, request.packs))
        return sides

    return solve_all


@dataclass
class Coalitions:
    """The results of combinations of changes, solved as they are asked for."""

    before: Side
    after: Side
    changes: tuple[Change, ...]
    solve_all: SolveAll
    known: dict[Coalition, Side] = field(default_factory=dict)
    solved: int = 0

    @property
    def everything(self) -> Coalition:
        """All changes."""
        return frozenset(range(len(self.changes)))

    def request(self, coalition: Coalition) -> Request:
        """Give a combination as a round to solve; raises InvalidRound where it is none."""
        name = "+".join(str(position) for position in sorted(coalition)) or "none"
        if coalition == self.everything:
            return Request(name, self.after.round, self.after.packs)
        made = [self.changes[position] for position in sorted(coalition)]
        packs = dict(self.before.packs)
        for change in made:
            for pack in change.packs:
                packs.pop(pack, None)
                if pack in self.after.packs:
                    packs[pack] = self.after.packs[pack]
        changes = [difference for change in made for difference in change.differences]
        round_ = with_differences(self.before.round, changes) if changes else self.before.round
        with instead(packs):
            if missing := find_missing(round_):
                raise InvalidRound(missing)
        return Request(name, round_, packs)

    def is_round(self, coalition: Coalition) -> bool:
        """Say whether a combination can be solved at all."""
        try:
            self.request(coalition)
        except InvalidRound:
            return False
        return True

    def solve(self, coalitions: Iterable[Coalition]) -> None:
        """Solve those that are not known, all of which have to be rounds."""
        asked = dict.fromkeys(found for found in coalitions if found not in self.known)
        if not asked:
            return
        sides = self.solve_all([self.request(coalition) for coalition in asked])
        for coalition, side in zip(asked, sides, strict=True):
            if side.status not in ("optimal", "feasible", "infeasible"):
                changes = " + ".join(str(position + 1) for position in sorted(coalition))
                raise Unanswered(catalogue_of().say("cause-unanswered", changes=changes or "0"))
        self.solved += len(asked)
        self.known.update(zip(asked, sides, strict=True))

    def __getitem__(self, coalition: Coalition) -> Side:
        """Give the result of a combination."""
        self.solve([coalition])
        return self.known[coalition]


def workable(
    before: Side,
    after: Side,
    changes: tuple[Change, ...],
    needed: Callable[[int], Iterable[Coalition]],
) -> tuple[Change, ...]:
    """Join changes that need each other, until all combinations `needed` of so many are rounds.

    What a combination lacks is sought by adding one change, then two and so on; it becomes one
    change with it.
    """
    while True:
        made = Coalitions(before, after, changes, one_at_a_time(_never))
        broken = next((c for c in needed(len(changes)) if not made.is_round(c)), None)
        if broken is None:
            return changes
        joined = _mended(made, broken)
        first = min(joined)
        rest = [changes[position] for position in sorted(joined - {first})]
        changes = tuple(
            change.with_(rest) if position == first else change
            for position, change in enumerate(changes)
            if position == first or position not in joined
        )


def _mended(made: Coalitions, broken: Coalition) -> Coalition:
    """Give a smallest combination around a broken one that is a round; all changes are one."""
    others = sorted(made.everything - broken)
    for count in (1, 2):
        for more in combinations(others, count):
            if made.is_round(broken | set(more)):
                return broken | set(more)
    kept = list(others)
    for position in others:
        fewer = [other for other in kept if other != position]
        if made.is_round(broken | set(fewer)):
            kept = fewer
    return broken | set(kept)


def _never(_round: Round, _packs: Mapping[str, Pack]) -> Answer:
    raise AssertionError("combinations are only made here, not solved")
