"""The few kinds of error that leave the library, and the problem they carry.

A `Problem` tells a coordinator what is wrong, where, and how to mend it (ROUND_FORMAT.md).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in the input: where it stands, what is wrong and how to mend it.

    `row` is the line of a text file or the row of a sheet, from 1; None where a whole file,
    or a value that no row holds, is meant.
    """

    file: str
    row: int | None
    column: str
    value: str
    what: str
    remedy: str
    severity: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """Give the problem as one line of plain words."""
        place = self.file + (f", row {self.row}" if self.row is not None else "")
        place += f", column {self.column}" if self.column else ""
        shown = f' "{self.value}"' if self.value else ""
        return f"{place}:{shown} {self.what} {self.remedy}".replace("  ", " ")

    def as_dict(self) -> dict[str, object]:
        """Give the problem as plain values for JSON."""
        return asdict(self)


class MatcherError(Exception):
    """Anything the library refuses to do, with a sentence for the person who asked."""


class InvalidInput(MatcherError):
    """What was given cannot be used: every problem found in it, in the order of the files."""

    of = ""
    """What the problems are in, in a word."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        errors = sum(problem.severity == "error" for problem in problems)
        head = f"{errors} problem{'s' if errors != 1 else ''} in the {self.of}\n" if self.of else ""
        super().__init__(head + "\n".join(str(problem) for problem in self.problems))


class InvalidRound(InvalidInput):
    """The round cannot be used."""

    of = "round"


class InvalidPack(InvalidInput):
    """A rule pack cannot be used."""


class WrongUsage(MatcherError):
    """Something was asked for that there is not, or that means nothing."""


class UnknownRule(WrongUsage):
    """An allocation rule that is not there was asked for."""


class UnknownPack(WrongUsage):
    """A rule pack that is not here was asked for."""


class UnusableFolder(WrongUsage):
    """The output folder exists and is no result folder, so it is left alone."""


class Unsolved(MatcherError):
    """There is no plan to go on from; `status` says why, as a run's does."""

    def __init__(self, status: str, said: str) -> None:
        super().__init__(said)
        self.status = status


class VerificationFailed(MatcherError):
    """The independent checker refused awards: every constraint broken, in words."""

    def __init__(self, findings: Sequence[str]) -> None:
        self.findings = tuple(findings)
        super().__init__("the awards fail verification\n" + "\n".join(self.findings))
