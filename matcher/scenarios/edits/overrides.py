"""A round after the edits of a scenario, or everything wrong with them at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from matcher.domain import Round
from matcher.domain.tables import REQUIRED_TABLES
from matcher.errors import InvalidRound, Problem
from matcher.pipeline.rules import find_missing
from matcher.regulation.pack import Pack
from matcher.scenarios.edits.differences import Difference, differences
from matcher.scenarios.edits.drafts import Faulty, finished
from matcher.scenarios.edits.in_packs import changed_packs
from matcher.scenarios.edits.making import at_fault, make
from matcher.scenarios.edits.naming import Cells
from matcher.scenarios.edits.scenario import Edit, InvalidScenario, Scenario

PACKS = "packs."
"""What paths into rule packs begin with."""


@dataclass(frozen=True)
class Changed:
    """A scenario's round, the rule packs that it changes, and all that is other than before."""

    scenario: Scenario
    round: Round
    packs: Mapping[str, Pack]
    differences: tuple[Difference, ...]


def changed(base: Round, scenario: Scenario) -> Changed:
    """Make the edits of a scenario in a round; raises InvalidScenario with all that is wrong.

    Edits are made in their order, and the round need be right only after all of them. Dropping a
    row drops what belongs to it.
    """
    law = [edit for edit in scenario.edits if _is_of_packs(edit)]
    edits = [edit for edit in scenario.edits if not _is_of_packs(edit)]
    made = make(base, edits)
    round_, problems = made.draft, [*made.problems, *_emptied(base, made.draft, edits)]
    if not problems:
        try:
            round_ = finished(base, made.draft)
        except Faulty as refusal:
            problems += at_fault(base, edits, made, refusal.faults)
    packs, in_packs = dict[str, Pack](), tuple[Difference, ...]()
    try:
        packs, in_packs = changed_packs(round_, law)
    except InvalidScenario as refusal:
        problems += refusal.problems
    except InvalidRound as refusal:
        problems += [_missing(scenario, problem) for problem in refusal.problems]
    if not problems:
        problems += [_missing(scenario, problem) for problem in find_missing(round_)]
    if problems:
        raise InvalidScenario([_of(scenario, problem) for problem in problems])
    return Changed(scenario, round_, packs, (*differences(base, round_), *in_packs))


def changed_all(base: Round, scenarios: Sequence[Scenario]) -> tuple[Changed, ...]:
    """Make all scenarios of a round; raises InvalidScenario with what is wrong in any of them."""
    made, problems = list[Changed](), list[Problem]()
    for scenario in scenarios:
        try:
            made.append(changed(base, scenario))
        except InvalidScenario as refusal:
            problems += refusal.problems
    if problems:
        raise InvalidScenario(problems)
    return tuple(made)


def _emptied(base: Round, draft: Round, edits: Sequence[Edit]) -> Iterator[Problem]:
    """Say of which tables that no round goes without the last rows are dropped."""
    dropped = [edit for edit in edits if edit.kind == "drop"]
    for table in REQUIRED_TABLES:
        if dropped and getattr(base, table) and not getattr(draft, table):
            paths = ", ".join(dict.fromkeys(edit.path for edit in dropped))
            leave = "leaves" if len(dropped) == 1 else "together leave"
            last = dropped[-1]
            yield Problem(last.file, last.line, paths, "", f"{leave} the round without {table}.",
                          f"Keep at least one of the {table}.")  # fmt: skip


def _is_of_packs(edit: Edit) -> bool:
    return edit.kind == "set" and edit.path.startswith(PACKS)


def _missing(scenario: Scenario, problem: Problem) -> Problem:
    """Say where a scenario names a rule pack or a rule that is not here."""
    written = [edit for edit in scenario.edits if edit.path.endswith(problem.column)]
    if not written:
        return problem
    return written[-1].problem(problem.what, problem.remedy, problem.value)


def _of(scenario: Scenario, problem: Problem) -> Problem:
    column = f"{scenario.name}: {problem.column}" if scenario.name else problem.column
    return Problem(problem.file, problem.row, column, problem.value, problem.what, problem.remedy)


__all__ = ["Cells", "Changed", "changed", "changed_all"]
