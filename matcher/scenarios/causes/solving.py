"""How the rounds in between are solved: as the results were made, so that only changes differ."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from matcher.domain import Round
from matcher.domain.round import canonical
from matcher.regulation.library import instead, pack_hash, packs_of
from matcher.regulation.pack import Pack
from matcher.results import Options
from matcher.scenarios.causes.coalitions import Request, SolveAll, Unanswered
from matcher.scenarios.comparing.sides import Awards, Side
from matcher.scenarios.many.crew import crew_of, versions
from matcher.scenarios.many.executing import Task, execute
from matcher.scenarios.many.journal import Document, Journal
from matcher.scenarios.running import Answer, decided_on
from matcher.workers.shared import Shared

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Way:
    """The options of every solve, and the awards that each starts from, None for none."""

    options: Options
    earlier: Awards | None = None

    @property
    def key(self) -> str:
        """Give the hash of all that decides an answer but for the round and its packs."""
        earlier = None if self.earlier is None else sorted(self.earlier.items())
        content = [repr(self.options), repr(earlier), versions()]
        return sha256(canonical(content).encode()).hexdigest()

    def solve(self, round_: Round, packs: Mapping[str, Pack]) -> Answer:
        """Decide a round; raises as `match` does."""
        return decided_on(round_, packs, self.options, self.earlier)


@dataclass(frozen=True)
class _Asked:
    """A round to decide on some worker."""

    way: Shared
    round: Round
    packs: Mapping[str, Pack]


def side_by_side(way: Way, journal: Path, workers: int, tell: Tell) -> SolveAll:
    """Have rounds solved by so many processes, kept in a journal and gone on with from there.

    Each process has one thread: what is answered does not depend on how many there are. Raises
    Unanswered, and as `execute` does.
    """
    single = Way(replace(way.options, workers=1), way.earlier)

    def solve_all(requests: Sequence[Request]) -> list[Side]:
        with crew_of(Shared.of(single), workers) as crew:
            tasks = [
                Task(request.name, _key(single, request), _Asked(crew.shared, request.round,
                                                                 request.packs))
                for request in requests
            ]  # fmt: skip
            kept = Journal(journal)
            found = execute(tasks, _decided, kept, crew.make_executor, tell, crew.workers)
        return [_side(request, Answer.of(found[request.name])) for request in requests]

    return solve_all


def _side(request: Request, answer: Answer) -> Side:
    """Give the side of an answer; raises Unanswered where the round was refused."""
    if answer.status == "failed":
        raise Unanswered(answer.why)
    return Side.of_answer(request.round, answer, request.packs)


def _decided(asked: _Asked) -> Document:
    way: Any = asked.way.value()
    answer: Answer = way.solve(asked.round, asked.packs)
    return answer.document()


def _key(way: Way, request: Request) -> str:
    with instead(request.packs):
        packs = [pack_hash(pack) for pack in packs_of(request.round)]
    content = [way.key, request.round.content_hash, packs]
    return sha256(canonical(content).encode()).hexdigest()
