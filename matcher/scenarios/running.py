"""One scenario answered from the result of its base: verified, within the same gap.

A scenario starts from the base's awards, which its changes mostly leave in place. What it answers
does not depend on other scenarios, nor on who works it out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from matcher.domain import Round
from matcher.domain.round import canonical
from matcher.errors import MatcherError
from matcher.pipeline import Clock, decide, match
from matcher.regulation.library import instead, pack_hash, packs_of
from matcher.regulation.pack import Pack
from matcher.results import Level, Options, Run
from matcher.scenarios.bundles.checks import awards_digest
from matcher.scenarios.bundles.packs import pack_text
from matcher.scenarios.edits.differences import Difference, with_differences
from matcher.scenarios.holding import CHANGES, PACKS, RESULT, ROUND, begin, clear, holds, note
from matcher.scenarios.many.crew import versions
from matcher.scenarios.many.executing import Document, Task
from matcher.workers.shared import Shared
from matcher.writing.result_folder import write_result
from matcher.writing.round_forms import write_round

Awards = Mapping[tuple[str, str], int]
"""Base minor units by (pool id, proposal id)."""

INTERRUPTED = "interrupted"
OF_GAP = 0.4
"""The part of the gap that the base may leave open: what it leaves, every scenario has to make up
for again, and it is solved once."""


@dataclass(frozen=True)
class Answer:
    """What came of a round: its status, levels and awards; `why` where there is no answer."""

    status: str
    stop_reason: str
    round_hash: str
    levels: tuple[Level, ...]
    awards: Awards
    reproducible: bool
    why: str = ""

    @property
    def merit(self) -> Fraction:
        """Give what is reached of all tiers together."""
        return sum((level.value for level in self.levels if level.level == "L2"), Fraction(0))

    @property
    def funded(self) -> frozenset[str]:
        """The proposals that get money."""
        return frozenset(proposal for _, proposal in self.awards)

    @classmethod
    def of_run(cls, run: Run) -> "Answer":
        """Take a run, finished and verified."""
        return cls(
            run.status, str(run.record["stop_reason"]), run.round.content_hash, run.levels,
            run.awards, bool(run.record["reproducible"]),
        )  # fmt: skip

    def document(self) -> dict[str, Any]:
        """Give the answer as plain JSON values."""
        return {
            "status": self.status,
            "stop_reason": self.stop_reason,
            "round_hash": self.round_hash,
            "levels": [
                [level.level, level.key, str(level.value),
                 None if level.bound is None else str(level.bound), level.why]
                for level in self.levels
            ],
            "awards": [[*pair, amount] for pair, amount in sorted(self.awards.items())],
            "reproducible": self.reproducible,
        }  # fmt: skip

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Answer":
        """Read an answer; one that failed says why."""
        if document["status"] == "failed":
            return cls("failed", "failed", "", (), {}, True, document["why"])
        levels = tuple(
            Level(level, key, Fraction(value), None if bound is None else Fraction(bound), why)
            for level, key, value, bound, why in document["levels"]
        )
        awards = {(pool, proposal): amount for pool, proposal, amount in document["awards"]}
        return cls(
            document["status"], document["stop_reason"], document["round_hash"], levels, awards,
            document["reproducible"],
        )  # fmt: skip


@dataclass(frozen=True)
class Start:
    """A base that was solved: where the scenarios made of it start from."""

    round: Round
    options: Options
    awards: Awards

    @property
    def key(self) -> str:
        """Give the hash of all that decides an answer but for the scenario itself."""
        content = {
            "round": self.round.content_hash,
            "packs": [pack_hash(pack) for pack in packs_of(self.round)],
            "options": repr(self.options),
            "awards": [[*pair, amount] for pair, amount in sorted(self.awards.items())],
            "versions": versions(),
        }
        return sha256(canonical(content).encode()).hexdigest()


@dataclass(frozen=True)
class Request:
    """A scenario to answer on some worker, its result written to `folder` where one is named."""

    start: Shared
    differences: tuple[Difference, ...]
    packs: Mapping[str, Pack]
    folder: Path | None = None

    def key(self, start_key: str) -> str:
        """Give the hash of all that decides the answer, after the key of the start."""
        packs = {name: pack_hash(pack) for name, pack in self.packs.items()}
        changes = [change.document() for change in self.differences]
        # Each scenario has a folder of its own, also where two of them are alike.
        content = [start_key, changes, packs, self.folder and self.folder.name]
        return sha256(canonical(content).encode()).hexdigest()

    def task(self, name: str, start_key: str) -> Task:
        """Give it as a task for `answer`; a known answer counts where the folder holds it."""
        key = self.key(start_key)
        if self.folder is None:
            return Task(name, key, self)
        return Task(name, key, self, partial(holds, self.folder, key))


def started(round_: Round, options: Options, awards: Awards) -> Start:
    """Give where the scenarios of a base start from, solved on one thread each."""
    limited = replace(
        options, workers=1, brief=True, baseline=False, warm_start=awards_digest(awards)
    )
    return Start(round_, limited, awards)


def answered(start: Start, changed: Round, packs: Mapping[str, Pack]) -> Answer:
    """Decide a changed round; raises as `match` does."""
    return decided_on(changed, packs, start.options, start.awards)


def decided_on(
    round_: Round, packs: Mapping[str, Pack], options: Options, earlier: Awards | None
) -> Answer:
    """Decide a round under its packs, from `earlier` awards; raises as `match` does."""
    with instead(packs):
        clock = Clock(options.seconds)
        found = decide(round_, options, _silent, clock, None, earlier)
    outcome = found.outcome
    check_whole(outcome.stop_reason)
    return Answer(
        outcome.status, outcome.stop_reason, round_.content_hash, found.levels, found.awards,
        not (outcome.stopped or clock.cut),
    )  # fmt: skip


def answer(request: Request) -> Document:
    """Answer a request on a worker, and write its result where that is asked for."""
    start: Start = request.start.value()
    in_round = [change for change in request.differences if change.path[0] != "packs"]
    changed = with_differences(start.round, in_round)
    if request.folder is None:
        return answered(start, changed, request.packs).document()
    folder, packs = request.folder, request.packs
    try:
        document = written(start, changed, packs, folder, request.differences).document()
    except MatcherError:
        clear(folder)
        raise
    note(folder, request.key(start.key), document)
    return document


def written(
    start: Start,
    changed: Round,
    packs: Mapping[str, Pack],
    folder: Path,
    changes: Sequence[Difference],
) -> Answer:
    """Decide a changed round and write it, what was changed and its result to a folder."""
    clock = Clock(start.options.seconds)
    begin(folder)
    with instead(packs):
        run = match(changed, start.options, (), _silent, clock, None, start.awards)
        check_whole(run.record["stop_reason"])
        for name, pack in packs.items():
            (folder / PACKS).mkdir(exist_ok=True)
            (folder / PACKS / f"{name}.yaml").write_bytes(pack_text(pack))
    write_round(changed, folder / ROUND)
    listed = [change.document() for change in changes]
    text = json.dumps(listed, ensure_ascii=False, indent=2)
    (folder / CHANGES).write_text(f"{text}\n", encoding="utf-8", newline="\n")
    write_result(run, folder / RESULT)
    return Answer.of_run(run)


def check_whole(stop_reason: str) -> None:
    """Raise KeyboardInterrupt for a run that one has ended: it compares with nothing."""
    if stop_reason == INTERRUPTED:
        raise KeyboardInterrupt


def _silent(_words: str) -> None:
    """Hear what is being done, and do nothing."""
