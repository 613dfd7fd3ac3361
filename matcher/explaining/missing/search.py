"""The search for the most valuable answers: which rounds are solved, and which are left out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from time import monotonic

from matcher.allocation.problem import problem_of
from matcher.explaining.missing.grouping import Group
from matcher.explaining.missing.openings import Held
from matcher.explaining.missing.stating import answered
from matcher.explaining.solves.worth import Hopeless, Worth, worth_of
from matcher.law.reasons import FactOf
from matcher.results import Options
from matcher.solving.apart import run_side_by_side

Values = tuple[Fraction, ...]
TURNS = 3
"""Groups that each worker solves before what they came to is looked at: some take far longer."""


class Search:
    """Solves groups of answers wave by wave, the most promising ones first."""

    def __init__(
        self,
        held: Held,
        base: Worth,
        options: Options,
        deadline: float,
        tell: Callable[[str], None],
        most: int,
    ) -> None:
        self.held, self.base, self.options, self.tell = held, base, options, tell
        self.deadline, self.most = deadline, most
        self.awards = held.problem.awards(base.amounts)
        self.best: dict[FactOf, tuple[Group, Worth]] = {}
        self._bounds: list[tuple[Group, Values]] = []
        self._left: set[FactOf] = set()

    def run(self, groups: Sequence[Group]) -> None:
        """Solve what may be among the most valuable; `best` then holds facts, the best first."""
        workers, open_ = max(1, self.options.workers), list(groups)
        at_once = workers * TURNS
        while open_:
            wave = [group for group in open_[:at_once] if not self._is_hopeless(group)]
            if monotonic() > self.deadline:
                break
            self.tell(f"solving what missing facts would change, {len(open_)} sets of pairs to go")
            results = run_side_by_side([self._call(group) for group in wave], workers=workers)
            open_ = open_[at_once:]
            for group, found in zip(wave, results, strict=True):
                self._take(group, found)
        self._left.update(fact for group in open_ for fact in group.answers)
        if left := self._left - set(self.best):
            self.tell(f"{len(left)} missing facts are left out: time is up, or there is no plan")

    def _call(self, group: Group) -> Callable[[], Worth | Hopeless | None]:
        least = self._least(group)
        return lambda: self._solved(group, least)

    def _solved(self, group: Group, least: Values | None) -> Worth | Hopeless | None:
        fact, answer = group.first
        stated = answered(self.held.problem.round, fact, answer)
        if stated is None:
            return None
        problem = problem_of(stated, self.held.judged(stated, fact, group.pairs))
        # Side by side, each with a thread of its own.
        options = replace(self.options, workers=1)
        return worth_of(problem, options, self.deadline, problem.amounts(self.awards), least)

    def _take(self, group: Group, found: Worth | Hopeless | None) -> None:
        if found is None:
            self._left.update(group.answers)
            return
        self._bounds.append((group, found.bounds))
        if isinstance(found, Hopeless):
            return
        for fact in group.answers:
            known = self.best.get(fact)
            if known is None or found.values > known[1].values:
                self.best[fact] = group, found
        self.best = dict(
            sorted(
                self.best.items(),
                key=lambda entry: (
                    [-v for v in entry[1][1].values],
                    -len(entry[1][0].pairs),
                    entry[0],
                ),
            )
        )

    def _least(self, group: Group) -> Values | None:
        """Give the values that a group has to reach for one of its facts to be listed with it."""
        values = [worth.values for _, worth in self.best.values()]
        last = values[self.most - 1] if len(values) >= self.most else None
        own = [self.best[fact][1].values if fact in self.best else None for fact in group.answers]
        needed = [one if last is None else last if one is None else max(one, last) for one in own]
        known = [values for values in needed if values is not None]
        return min(known) if len(known) == len(needed) else None

    def _is_hopeless(self, group: Group) -> bool:
        """Say whether a group that opened as much and more has shown that this one is of no use."""
        least = self._least(group)
        return least is not None and any(
            group.is_within(other) and bounds < least[: len(bounds)]
            for other, bounds in self._bounds
        )
