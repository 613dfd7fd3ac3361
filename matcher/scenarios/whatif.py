"""Scenarios of one base run side by side, each with its result, and what became of each.

A folder of what-ifs holds the base and a folder for each scenario, both with their round and
result, and tables over all of them. One that was interrupted is gone on with.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from matcher.domain import Round
from matcher.errors import Unsolved, UnusableFolder
from matcher.pipeline import Clock, match
from matcher.results import Options, RunStatus
from matcher.scenarios.edits.files import BASE
from matcher.scenarios.edits.overrides import Changed
from matcher.scenarios.holding import RESULT, ROUND, begin, holds, note
from matcher.scenarios.many.crew import crew_of
from matcher.scenarios.many.executing import Stopped, execute
from matcher.scenarios.many.journal import Journal
from matcher.scenarios.running import (
    INTERRUPTED,
    OF_GAP,
    Answer,
    Awards,
    Request,
    Start,
    answer,
    started,
)
from matcher.wording import catalogue_of
from matcher.workers.shared import Shared
from matcher.writing.atomic import check_inside
from matcher.writing.result_folder import write_result
from matcher.writing.round_forms import write_round

Tell = Callable[[str], None]

ANSWERS, LISTED = "answers.jsonl", "scenarios.json"


class NoBase(Unsolved):
    """The base has no plan, so there is nothing that scenarios could be held against."""

    def __init__(self, status: RunStatus) -> None:
        super().__init__(
            status,
            f"The base is {status.replace('_', ' ')}, so that there is nothing to hold scenarios "
            "against. `matcher match` and `matcher explain` say why.",
        )


@dataclass(frozen=True)
class Ended:
    """A scenario and what came of it."""

    changed: Changed
    answer: Answer


@dataclass(frozen=True)
class WhatIf:
    """A base, its answer, and its scenarios in their order."""

    start: Start
    base: Answer
    scenarios: tuple[Ended, ...]


def what_if(
    base: Round,
    scenarios: Sequence[Changed],
    options: Options,
    out: Path,
    tell: Tell,
    earlier: Awards | None = None,
    scheduler: str | None = None,
) -> WhatIf:
    """Run scenarios of a base, and write each into `out`; those answered there before are kept.

    `earlier` awards are where the base starts from. `scheduler` is the address of a cluster, whose
    workers see `out` under the same path. Raises UnusableFolder, NoBase, and what `match` raises
    for the base; a scenario that is refused is answered as failed.
    """
    check_usable(out)
    journal = Journal(out / ANSWERS)
    found = base_answer(base, options, journal, tell, earlier, out / BASE)
    start = started(base, options, found.awards)
    answers = run_all(start, scenarios, journal, tell, options.workers, out, scheduler)
    ended = [Ended(changed, answers[changed.scenario.name]) for changed in scenarios]
    return WhatIf(start, found, tuple(ended))


def run_all(
    start: Start,
    scenarios: Sequence[Changed],
    journal: Journal,
    tell: Tell,
    workers: int,
    out: Path | None = None,
    scheduler: str | None = None,
) -> dict[str, Answer]:
    """Answer scenarios on the processes of this machine or of a cluster, by name.

    Each result is written into a folder of `out`, where that is given.
    """
    key = start.key
    with crew_of(Shared.of(start), workers, scheduler) as crew:
        tasks = []
        for changed in scenarios:
            name = changed.scenario.name
            folder = None if out is None else out / name
            request = Request(crew.shared, changed.differences, changed.packs, folder)
            tasks.append(request.task(name, key))
        found = execute(tasks, answer, journal, crew.make_executor, tell, crew.workers)
    return {name: Answer.of(document) for name, document in found.items()}


def base_answer(
    base: Round,
    options: Options,
    journal: Journal,
    tell: Tell,
    earlier: Awards | None = None,
    folder: Path | None = None,
) -> Answer:
    """Solve a base, nearer to its bound than asked, and write it to `folder` where that is given.

    Nothing is done where the journal knows its answer and the folder holds it. Raises NoBase where
    it has no plan.
    """
    finer = replace(options, gap=options.gap * OF_GAP)
    key = started(base, finer, earlier or {}).key
    known = journal.answers().get(key)
    if known is not None and (folder is None or holds(folder, key, known)):
        return Answer.of(known)
    clock = Clock(options.seconds)
    run = match(base, finer, (), lambda words: tell(f"the base: {words}"), clock, None, earlier)
    if run.record["stop_reason"] == INTERRUPTED:
        # Half a base would be compared with scenarios that are solved whole.
        raise Stopped(catalogue_of().say("many-stopped-base"))
    if not run.awards and run.figures is None:
        raise NoBase(run.status)
    document = Answer.of_run(run).document()
    if folder is not None:
        begin(folder)
        write_round(base, folder / ROUND)
        write_result(run, folder / RESULT)
        note(folder, key, document)
    with journal.kept() as keep:
        return Answer.of(keep(key, BASE, document))


def check_usable(out: Path) -> None:
    """Raise UnusableFolder unless `out` is absent, empty, or holds what-ifs, and can be written to.

    It is written into, not replaced: it may be where a disk is mounted.
    """
    check_inside(out, ANSWERS)
    if out.exists() and any(out.iterdir()) and not (out / ANSWERS).exists():
        raise UnusableFolder(f"{out} exists and holds no what-ifs: give another folder.")


def listing(found: WhatIf) -> dict[str, Any]:
    """Give the scenarios with what they changed and what came of them, as plain values."""
    return {
        "round_hash": found.base.round_hash,
        "base": {"status": found.base.status, "merit": float(found.base.merit)},
        "scenarios": [
            {
                "name": ended.changed.scenario.name,
                "question": ended.changed.scenario.question,
                "changes": [change.document() for change in ended.changed.differences],
                "status": ended.answer.status,
                "why": ended.answer.why,
                "merit": float(ended.answer.merit),
                "round_hash": ended.answer.round_hash,
            }
            for ended in found.scenarios
        ],
    }


def write_listing(found: WhatIf, out: Path) -> None:
    """Write the list of scenarios to `out`."""
    text = json.dumps(listing(found), ensure_ascii=False, indent=2, sort_keys=True)
    (out / LISTED).write_text(f"{text}\n", encoding="utf-8", newline="\n")
