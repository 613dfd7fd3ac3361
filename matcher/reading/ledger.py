"""The problems of a round as they are found, so that nothing is told twice."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from matcher.domain.fields import WAY_OF_WRITING
from matcher.errors import Problem
from matcher.reading.gathering import text_of
from matcher.reading.refusals import Refusal

LONGEST = 80
"""Characters of a value that a problem shows."""

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")

Spot = tuple[str, int | None, str]
"""File, row and column."""


@dataclass
class Ledger:
    """The problems found so far, and the cells that an earlier step has told of."""

    problems: list[Problem]
    told: set[Spot] = field(default_factory=set)
    habits: dict[tuple[str, str, str], Problem] = field(default_factory=dict)
    """The first cell of each column that is written in some way that is not read."""
    more_habits: dict[Problem, list[Spot]] = field(default_factory=dict)
    """The other cells of its column, which are only counted."""

    def next_step(self) -> None:
        """From here on, tell nothing more of a cell that was refused already."""
        errors = (problem for problem in self.problems if problem.severity == "error")
        self.told = {(problem.file, problem.row, problem.column) for problem in errors}
        self.told.update(*self.more_habits.values())

    def follow(self, problem: Problem) -> None:
        """Note a problem, unless its cell was refused in an earlier step."""
        if (problem.file, problem.row, problem.column) not in self.told:
            self.problems.append(problem)

    def refuse(self, file: str, line: int | None, column: str, refusal: Refusal) -> None:
        """Note the refusal of a cell; a way of writing once for its column."""
        value = text_of(refusal.value)
        problem = Problem(file, line, column, value, refusal.what, refusal.remedy)
        if refusal.kind == WAY_OF_WRITING:
            first = self.habits.setdefault((file, column, refusal.what), problem)
            if first is not problem:
                self.more_habits.setdefault(first, []).append((file, line, column))
                return
        self.follow(problem)

    @property
    def fatal(self) -> bool:
        """Say whether an error is among the problems."""
        return any(problem.severity == "error" for problem in self.problems)

    def settled(self) -> list[Problem]:
        """Give all problems fit to be shown: errors, then warnings, each by file, row, column."""
        ready = [_presentable(self._counted(problem)) for problem in self.problems]
        return in_order(ready)

    def _counted(self, problem: Problem) -> Problem:
        more = len(self.more_habits.get(problem, ()))
        if not more:
            return problem
        cells = "is 1 more cell" if more == 1 else f"are {more} more cells"
        return replace(problem, what=f"{problem.what.rstrip('.')}, as {cells} of this column.")


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Give errors first, then warnings, each by file, row and column."""
    return sorted(
        problems,
        key=lambda p: (p.severity, p.file, -1 if p.row is None else p.row, p.column, p.what),
    )


def _presentable(problem: Problem) -> Problem:
    return replace(
        problem,
        file=_short(problem.file),
        column=_short(problem.column),
        value=_short(problem.value),
    )


def _short(text: str) -> str:
    plain = _UNSEEN.sub("\ufffd", text)
    return plain if len(plain) <= LONGEST else f"{plain[: LONGEST - 1]}…"
