"""A scenario: a name, the question it answers, and the edits that make it of a round."""

from dataclasses import dataclass
from typing import Literal

from matcher.errors import InvalidInput, Problem
from matcher.scenarios.edits.naming import Cell, Cells


class Refused(Exception):
    """An edit that cannot be made; says what is wrong and how to mend it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


@dataclass(frozen=True)
class Edit:
    """One thing that is set, added or dropped, and where that is written.

    `path` is what it is done to, as written: a cell to set, a table to add a row to, a row to drop.
    """

    kind: Literal["set", "add", "drop"]
    path: str
    value: Cell | Cells = ""
    file: str = "--set"
    line: int | None = None

    def problem(self, what: str, remedy: str, value: str | None = None) -> Problem:
        """Give a problem with this edit."""
        value = value if value is not None else self.shown
        return Problem(self.file, self.line, self.path, value, what, remedy)

    @property
    def shown(self) -> str:
        """Give the value as one text, blank for a row."""
        return shown(self.value)


@dataclass(frozen=True)
class Scenario:
    """A what-if: its edits are made in their order."""

    name: str
    question: str = ""
    edits: tuple[Edit, ...] = ()


class InvalidScenario(InvalidInput):
    """Scenarios cannot be run."""

    of = "scenarios"


def shown(value: Cell | Cells) -> str:
    """Give a cell as one text, the items of a list with semicolons; blank for a row."""
    if isinstance(value, list):
        return ";".join(value)
    return value if isinstance(value, str) else ""
