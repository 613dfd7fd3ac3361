"""Sweeps of a base: many draws, points of a curve, and the prices of the choices they leave open.

All are answered side by side, kept in one journal, and gone on with where they were interrupted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from matcher.domain import Round
from matcher.scenarios.many.crew import crew_of
from matcher.scenarios.many.executing import Document, Task, Tell, execute
from matcher.scenarios.many.journal import Journal
from matcher.scenarios.running import Answer, Start
from matcher.scenarios.sweeping.draws import Variation
from matcher.scenarios.sweeping.frontier import Point
from matcher.scenarios.sweeping.prices import Price
from matcher.scenarios.sweeping.tasks import (
    answer_draw,
    answer_point,
    answer_price,
    draw_tasks,
    point_tasks,
    price_tasks,
)
from matcher.workers.shared import Shared

Tasks = Callable[[Shared], list[Task]]
DRAW_GAP = 2e-3
"""How near to the best a draw is decided where no gap is asked for.

Scores are doubted by far more: over 60 draws of a round with noise of 4 points, 239 of its 240
proposals are in the same band as at a gap of 10⁻⁴, for an eighth of the time.
"""


@dataclass(frozen=True)
class Sweep:
    """Where varied rounds are answered: from which base, by whom, and where answers are kept.

    `scheduler` is the address of a cluster; without one so many local processes work.
    """

    start: Start
    journal: Journal
    tell: Tell
    workers: int = 2
    scheduler: str | None = None

    def within(self, gap: float) -> Self:
        """Give it with answers that end at another gap; the base stays as it was solved."""
        options = replace(self.start.options, gap=gap)
        return replace(self, start=replace(self.start, options=options))

    def draws(self, variation: Variation, seed: int, count: int) -> tuple[Answer, ...]:
        """Decide on the first so many draws of a seed, in their order.

        Raises NothingToVary where the variation has no meaning for the round.
        """
        numbers = range(count)
        return self._answers(
            lambda shared: draw_tasks(self.start, shared, variation, seed, numbers), answer_draw
        )

    def points(self, points: Sequence[Point]) -> tuple[Answer, ...]:
        """Decide on the points of a curve, in their order."""
        rounds = [(f"at {point.at}", point.round) for point in points]
        return self._answers(lambda shared: point_tasks(self.start, shared, rounds), answer_point)

    def solve(self, changed: Round) -> Answer:
        """Decide on one changed round."""
        rounds = [("changed", changed)]
        return self._answers(lambda shared: point_tasks(self.start, shared, rounds), answer_point)[
            0
        ]

    def prices(self, proposals: Sequence[str]) -> tuple[Price, ...]:
        """Price the choices about proposals, in their order; what failed is not known."""
        found = self._documents(
            lambda shared: price_tasks(self.start, shared, proposals), answer_price
        )
        funded = {proposal for _, proposal in self.start.awards}
        return tuple(
            Price(name, name not in funded, None, False)
            if document["status"] == "failed"
            else Price.of(document)
            for name, document in zip(proposals, found, strict=True)
        )

    def _answers(self, tasks: Tasks, call: Callable[[Any], Document]) -> tuple[Answer, ...]:
        return tuple(Answer.of(document) for document in self._documents(tasks, call))

    def _documents(self, tasks: Tasks, call: Callable[[Any], Document]) -> list[Document]:
        with crew_of(Shared.of(self.start), self.workers, self.scheduler) as crew:
            asked = tasks(crew.shared)
            found = execute(asked, call, self.journal, crew.make_executor, self.tell, crew.workers)
        return list(found.values())
