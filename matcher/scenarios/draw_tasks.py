"""Draws as tasks: each is drawn and decided where it is worked on, from the base's plan."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from matcher.domain.round import canonical
from matcher.scenarios.deciding import decided
from matcher.scenarios.draws import Draws, Variation
from matcher.scenarios.executing import Task
from matcher.scenarios.running import Start
from matcher.scenarios.shared import Shared


@dataclass(frozen=True)
class DrawRequest:
    """A draw of a start's round to decide on."""

    start: Shared
    variation: Variation
    seed: int
    number: int

    def key(self, start_key: str) -> str:
        """Give the hash of all that decides the answer, after the key of the start."""
        content = [start_key, "draw", self.variation.document(), self.seed, self.number]
        return sha256(canonical(content).encode()).hexdigest()


def draw_tasks(
    start: Start, shared: Shared, variation: Variation, seed: int, numbers: Sequence[int]
) -> list[Task]:
    """Give the draws of these numbers as tasks for `answer_draw`; `shared` is the start.

    Raises NothingToVary where the variation has no meaning for the round.
    """
    Draws(start.round, variation, seed)
    requests = [DrawRequest(shared, variation, seed, number) for number in numbers]
    base = start.key
    return [Task(f"draw {one.number}", one.key(base), one) for one in requests]


def answer_draw(request: DrawRequest) -> dict[str, Any]:
    """Decide on a draw, on whatever worker."""
    start: Start = request.start.value()
    drawn = Draws(start.round, request.variation, request.seed).drawn(request.number)
    return decided(start, drawn).document()
