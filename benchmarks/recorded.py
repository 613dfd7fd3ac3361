"""What-ifs with the answers they were found to have, which they are to have again.

A catalogue is a scenario file in `scenarios/`, as users write them, of one round at one gap. Each
answer is worked out as `matcher whatif` does it, from the recorded awards of the base, and ends by
gap or work, so that it does not hang on the clock.
"""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.cases import Case, folder_of
from matcher import load_round
from matcher.domain import Round
from matcher.domain.round import canonical
from matcher.pipeline import Clock, decide
from matcher.regulation.library import pack_hash, packs_of
from matcher.results import Options
from matcher.scenarios.comparing.comparison import compared
from matcher.scenarios.comparing.sides import Side
from matcher.scenarios.edits.files import BASE, read_scenarios
from matcher.scenarios.edits.overrides import Changed, changed_all
from matcher.scenarios.running import OF_GAP, Answer, answered, started

SCENARIOS = Path(__file__).parent / "scenarios"
RECORDED = SCENARIOS / "recorded"
SECONDS = 36_000.0
"""A limit that no answer comes near: what the clock has ended is not recorded."""
Document = dict[str, Any]


class ByTheClock(RuntimeError):
    """An answer was ended by the clock, so that it can not be held to."""


@dataclass(frozen=True)
class Catalogue:
    """Scenarios of one round: the file `scenarios/NAME.yaml`, the round, the gap asked of merit."""

    name: str
    case: Case
    gap: float

    @property
    def file(self) -> Path:
        """The scenario file."""
        return SCENARIOS / f"{self.name}.yaml"

    @property
    def options(self) -> Options:
        """What each is solved with: two threads for the base, one for a scenario."""
        return Options(None, SECONDS, self.gap, 2, 0)

    def path(self, scenario: str) -> Path:
        """Give where the answer to a scenario is recorded."""
        return RECORDED / self.name / f"{scenario}.json"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The base and the scenarios, in their order; raises InvalidScenario."""
        return BASE, *(scenario.name for scenario in read_scenarios([self.file]))

    def opened(self, instances: Path) -> "Opened":
        """Read the round, drawn into `instances` where it is not there, and make the scenarios.

        Raises RuntimeError where the round cannot be drawn, and InvalidScenario.
        """
        round_ = load_round(folder_of(self.case, instances))
        return Opened(self, round_, changed_all(round_, read_scenarios([self.file])))


CATALOGUES = {
    catalogue.name: catalogue
    for catalogue in (
        Catalogue("demonstration", Case("demonstration", "S", None), 1e-4),
        Catalogue("national", Case("national", "M", 1), 2e-3),
        Catalogue("small", Case("national", "tiny", 1), 0.0),
    )
}


@dataclass(frozen=True)
class Opened:
    """A catalogue with its round and each scenario's round."""

    catalogue: Catalogue
    round: Round
    scenarios: tuple[Changed, ...]

    def answer(self, name: str, base: Answer | None = None) -> Document:
        """Work out an answer, a scenario's from that of the base, and give it as it is recorded.

        Raises ByTheClock, and what `match` raises.
        """
        if name == BASE:
            found = self._base()
            return {"question": "", **self._found(found, Side.of_answer(self.round, found))}
        if base is None:
            raise ValueError("a scenario starts from its base")
        changed = self.scenarios[self.catalogue.names.index(name) - 1]
        start = started(self.round, self.catalogue.options, base.awards)
        found = answered(start, changed.round, changed.packs)
        side = Side.of_answer(changed.round, found, changed.packs)
        return {
            "question": changed.scenario.question,
            "changes": [change.document() for change in changed.differences],
            **self._found(found, side),
            **_against(Side.of_answer(self.round, base), side, found.merit - base.merit),
        }

    def _base(self) -> Answer:
        """Solve the base as `base_answer` does, without the tables of its result."""
        asked = self.catalogue.options
        options, clock = replace(asked, gap=asked.gap * OF_GAP), Clock(asked.seconds)
        decided = decide(self.round, options, lambda _words: None, clock)
        outcome = decided.outcome
        return Answer(
            outcome.status, outcome.stop_reason, self.round.content_hash, decided.levels,
            decided.awards, not (outcome.stopped or clock.cut),
        )  # fmt: skip

    def _found(self, found: Answer, side: Side) -> Document:
        if not found.reproducible:
            raise ByTheClock(f"The clock ended a solve of {self.catalogue.name}.")
        awards: dict[str, dict[str, int]] = {}
        for (pool, proposal), amount in sorted(found.awards.items()):
            awards.setdefault(pool, {})[proposal] = amount
        packs = [side.packs.get(pack.id, pack) for pack in packs_of(side.round)]
        options = self.catalogue.options
        return {
            "round_hash": found.round_hash,
            "rule_packs": {pack.id: pack_hash(pack) for pack in packs},
            "options": {"gap": options.gap, "seed": options.seed},
            "status": found.status,
            "stop_reason": found.stop_reason,
            "levels": found.document()["levels"],
            "merit": str(found.merit),
            "placed": sum(found.awards.values()),
            "funded": len(found.funded),
            "currency": side.round.currency,
            "awards_hash": sha256(canonical(awards).encode()).hexdigest(),
            "awards": awards,
        }


@dataclass(frozen=True)
class Replayed:
    """An answer worked out again; wall-clock and processor seconds that it took."""

    name: str
    document: Document
    seconds: float
    processor_seconds: float


def replayed(opened: Opened, names: Sequence[str]) -> Iterator[Replayed]:
    """Work out the base and scenarios that are named, each scenario from the recorded base."""
    base = answer_of(recorded(opened.catalogue, BASE)) if any(n != BASE for n in names) else None
    for name in names:
        wall, processor = time.perf_counter(), time.process_time()
        document = opened.answer(name, base)
        took = time.perf_counter() - wall, time.process_time() - processor
        yield Replayed(name, document, *(round(seconds, 3) for seconds in took))


def recorded(catalogue: Catalogue, name: str) -> Document:
    """Read what is recorded; raises FileNotFoundError."""
    found: Document = json.loads(catalogue.path(name).read_text(encoding="utf-8"))
    return found


def keep(catalogue: Catalogue, name: str, document: Document) -> None:
    """Write an answer down, a line for each thing, each level and each pool."""
    path = catalogue.path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_lines(document) + "\n", encoding="utf-8", newline="\n")


def answer_of(document: Document) -> Answer:
    """Give a recorded answer as it was found."""
    awards = [
        [pool, proposal, amount]
        for pool, grants in document["awards"].items()
        for proposal, amount in grants.items()
    ]
    return Answer.of({**document, "awards": awards, "reproducible": True})


def plain(document: Document) -> Document:
    """Give a document as it reads when it has been written and read again."""
    found: Document = json.loads(json.dumps(document))
    return found


def _against(before: Side, after: Side, gained: Fraction) -> Document:
    """Say what is otherwise than in the base: merit, money, and what becomes of proposals.

    Merit is not to be compared where it is counted in another way.
    """
    if not after.has_awards:
        return {}
    alike = before.round.policy.value == after.round.policy.value
    changes = compared(before, after).changes
    return {
        "merit_change": str(gained) if alike else None,
        "placed_change": sum(after.awards.values()) - sum(before.awards.values()),
        **{
            what: [name for name, change in changes.items() if change == what]
            for what in ("in", "out", "more", "less", "other_payers")
        },
    }


def _lines(document: Document) -> str:
    rows = []
    for key, value in sorted(document.items(), key=lambda item: item[0] == "awards"):
        name = json.dumps(key)
        nested = key in ("changes", "levels", "awards") and value
        if not nested:
            rows.append(f"{name}: {_one(value)}")
        elif isinstance(value, dict):
            below = ",\n  ".join(f"{json.dumps(k)}: {_one(v)}" for k, v in value.items())
            rows.append(f"{name}: {{\n  {below}\n }}")
        else:
            below = ",\n  ".join(_one(item) for item in value)
            rows.append(f"{name}: [\n  {below}\n ]")
    return "{\n " + ",\n ".join(rows) + "\n}"


def _one(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
