"""What if, asked from Python: scenarios of a round beside it, as tables and comparisons."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from matcher.domain import Round
from matcher.results import Options, Run
from matcher.scenarios.asking.crew import answer_all, kept_in, silent
from matcher.scenarios.asking.edits import Asked, asked_of
from matcher.scenarios.comparing.comparison import Comparison
from matcher.scenarios.comparing.document import plain_cells
from matcher.scenarios.comparing.sides import Side
from matcher.scenarios.edits.files import BASE
from matcher.scenarios.edits.overrides import Changed
from matcher.scenarios.many.executing import Task, Tell
from matcher.scenarios.overview import comparisons_of, overview_of, stacked, write_tables
from matcher.scenarios.overview_page import write_page
from matcher.scenarios.running import Answer, Request, answer, started
from matcher.scenarios.whatif import Ended, WhatIf, base_answer, write_listing
from matcher.workers.shared import Shared

OPTIONS = Options(gap=1e-4)
"""What is asked for where nothing else is: as on the command line."""


@dataclass(frozen=True)
class Asking:
    """Scenarios with their answers, by name; what the tables hold is told where they are made."""

    found: WhatIf

    @cached_property
    def comparisons(self) -> Mapping[str, Comparison]:
        """Each scenario compared with the round as it is."""
        return comparisons_of(self.found)

    @cached_property
    def overview(self) -> pd.DataFrame:
        """A row for each scenario, the round as it is first, by the name `base`."""
        return overview_of(self.found, self.comparisons)

    @cached_property
    def answers(self) -> Mapping[str, Answer]:
        """The answers, `base` first: status, levels and awards."""
        ended = {each.changed.scenario.name: each.answer for each in self.found.scenarios}
        return {BASE: self.found.base, **ended}

    @cached_property
    def rounds(self) -> Mapping[str, Round]:
        """The rounds that were solved, `base` first."""
        changed = {each.changed.scenario.name: each.changed.round for each in self.found.scenarios}
        return {BASE: self.found.start.round, **changed}

    @cached_property
    def changes(self) -> pd.DataFrame:
        """What each scenario changed, a row for each cell, or for each row added or dropped."""
        rows = [
            [each.changed.scenario.name, change.dotted, plain_cells(change.before),
             plain_cells(change.after)]
            for each in self.found.scenarios for change in each.changed.differences
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["scenario", "path", "before", "after"], dtype=object)

    def table(self, name: str) -> pd.DataFrame:
        """Give what differs from the base, scenario by scenario.

        `name` is one of overview.STACKED: proposals, pools, donors, organisations, regions, groups,
        targets. Raises KeyError.
        """
        return stacked(self.comparisons, name)

    def side(self, name: str) -> Side:
        """Give a scenario, or the base, to compare with another; raises KeyError."""
        packs = {each.changed.scenario.name: each.changed.packs for each in self.found.scenarios}
        return Side.of_answer(self.rounds[name], self.answers[name], packs.get(name))


def what_if(
    round_: Round,
    scenarios: Asked,
    options: Options = OPTIONS,
    *,
    base: Run | None = None,
    out: str | Path | None = None,
    cluster: str | None = None,
    tell: Tell = silent,
) -> Asking:
    """Run scenarios of a round beside it: by name with what they set, or from scenario files.

    `what_if(round_, {"embassy-doubles": {"pools.P07.budget": "x2"}}).overview`. What a scenario
    answers is what `matcher whatif` answers with the same options. `base` is an earlier run that
    the round starts from; `out` a folder for all results, in which a run that was interrupted goes
    on; `cluster` the address of a Dask scheduler. With `options.workers` above 1, processes are
    started: a script then asks under `if __name__ == "__main__":`.

    Raises InvalidScenario before anything runs, NoBase where the round has no plan, UnusableFolder,
    and what `match` raises; a scenario that is refused is answered as failed.
    """
    changed = asked_of(round_, scenarios)
    folder = None if out is None else Path(out)
    with kept_in(folder) as journal:
        at_base = None if folder is None else folder / BASE
        earlier = None if base is None else base.awards
        found = base_answer(round_, options, journal, tell, earlier, at_base)
        start = started(round_, options, found.awards)

        def tasks(shared: Shared) -> list[Task]:
            return [_task(shared, start.key, one, folder) for one in changed]

        documents = answer_all(start, tasks, answer, journal, tell, options.workers, cluster)
    answers = {name: Answer.of(document) for name, document in documents.items()}
    ended = [Ended(one, answers[one.scenario.name]) for one in changed]
    asking = Asking(WhatIf(start, found, tuple(ended)))
    if folder is not None:
        write_tables(asking.overview, asking.comparisons, folder)
        write_listing(asking.found, folder)
        write_page(asking.found, asking.overview, asking.comparisons, folder)
    return asking


def _task(shared: Shared, key: str, changed: Changed, out: Path | None) -> Task:
    name = changed.scenario.name
    folder = None if out is None else out / name
    request = Request(shared, changed.differences, changed.packs, folder)
    return request.task(name, key)
