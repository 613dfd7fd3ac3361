"""Draws, points of a curve and prices as tasks: each is worked out on whatever worker.

All start from the base's plan, so that none depends on another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256
from time import monotonic
from typing import Any

from matcher.domain import Round
from matcher.domain.round import canonical
from matcher.eligibility import EligibilityTable, eligibility_of
from matcher.errors import MatcherError
from matcher.explaining.solves.base import Base, base_of
from matcher.scenarios.edits.differences import differences, with_differences
from matcher.scenarios.many.executing import Task
from matcher.scenarios.running import Request, Start
from matcher.scenarios.sweeping.deciding import decided
from matcher.scenarios.sweeping.draws import Draws, Variation
from matcher.scenarios.sweeping.prices import price_of
from matcher.wording import catalogue_of
from matcher.workers.shared import Shared


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


def point_tasks(start: Start, shared: Shared, rounds: Sequence[tuple[str, Round]]) -> list[Task]:
    """Give changed rounds by name as tasks for `answer_point`, each by what differs in it."""
    base = start.key
    tasks = []
    for name, changed in rounds:
        request = Request(shared, differences(start.round, changed), {})
        key = sha256(f"{request.key(base)} point".encode()).hexdigest()
        tasks.append(Task(name, key, request))
    return tasks


def answer_point(request: Request) -> dict[str, Any]:
    """Decide on a changed round as far as who is funded."""
    start: Start = request.start.value()
    return decided(start, with_differences(start.round, request.differences)).document()


@dataclass(frozen=True)
class PriceRequest:
    """A proposal of a start's round, to say what the other choice about it costs."""

    start: Shared
    proposal_id: str


def price_tasks(start: Start, shared: Shared, proposals: Sequence[str]) -> list[Task]:
    """Give the choices about proposals as tasks for `answer_price`."""
    base = start.key
    return [
        Task(f"price {name}", sha256(f"{base} price {name}".encode()).hexdigest(),
             PriceRequest(shared, name))
        for name in proposals
    ]  # fmt: skip


def answer_price(request: PriceRequest) -> dict[str, Any]:
    """Price a choice; the base is made ready once on each worker."""
    base = _base(request.start)
    later = replace(base, deadline=monotonic() + base.options.seconds)
    return price_of(later, request.proposal_id).document()


@lru_cache(maxsize=1)
def _base(shared: Shared) -> Base:
    start: Start = shared.value()
    base = base_of(start.round, start.awards, start.options, lambda _words: None)
    if base is None:
        raise MatcherError(catalogue_of().say("bands-no-base"))
    return base


def answer_draw(request: DrawRequest) -> dict[str, Any]:
    """Decide on a draw, on whatever worker."""
    start: Start = request.start.value()
    drawn = Draws(start.round, request.variation, request.seed).drawn(request.number)
    # Who may fund what does not depend on scores; a rule may look at what a pool has.
    known = None if request.variation.budgets else _eligibility(request.start)
    return decided(start, drawn, known).document()


@lru_cache(maxsize=1)
def _eligibility(shared: Shared) -> EligibilityTable:
    start: Start = shared.value()
    return eligibility_of(start.round)
