"""What changed between two rounds, as changes that are made as a whole or not at all.

Cells that belong together are one change: a row added or dropped with all that belongs to it, a
currency with its amounts, the marks of a proposal. Where a scenario is known, each of its edits is
one. Where there would be too many, changes of one column are taken together.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from matcher.domain import Round
from matcher.regulation.library import pack_hash
from matcher.regulation.pack import Pack
from matcher.scenarios.comparing.sides import Side
from matcher.scenarios.edits.amounts import OWN_CURRENCY
from matcher.scenarios.edits.belonging import BELONGS
from matcher.scenarios.edits.differences import Difference, differences
from matcher.scenarios.edits.naming import CRITERION, MODELS, named_rows
from matcher.scenarios.edits.overrides import changed
from matcher.scenarios.edits.scenario import Scenario

MOST = 12
"""From more changes than these on, those of one column are taken together."""
ALIKE = 3
"""So many cells of a column that change alike are one change."""
IDLE = ("name", "title", "visibility", "confidential_terms", "status_reason")
"""Columns that no rule and no objective looks at."""
WHOLE_ROWS = ("pairs", "partners", "contributors", "facts", "commitments", "regions", "sectors")
"""Tables in which all that changes in a row is one change."""

Key = tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """Differences that are made together; `packs` are rule packs that change with them, by id."""

    name: str
    differences: tuple[Difference, ...] = ()
    packs: tuple[str, ...] = ()

    def with_(self, others: Iterable["Change"]) -> "Change":
        """Give the change with others as one."""
        every = [self, *others]
        return Change(
            " + ".join(change.name for change in every),
            tuple(difference for change in every for difference in change.differences),
            tuple(name for change in every for name in change.packs),
        )


def changes_between(
    before: Side, after: Side, scenario: Scenario | None = None
) -> tuple[tuple[Change, ...], tuple[Difference, ...]]:
    """Give the changes that lead from one side to the other, and differences that decide nothing.

    A `scenario` is what made the later round of the earlier one. Changes may need each other: see
    causes_coalitions.
    """
    found = differences(before.round, after.round)
    idle = tuple(difference for difference in found if _is_idle(difference))
    weighty = [difference for difference in found if not _is_idle(difference)]
    packs = [Change(f"packs.{name}", (), (name,)) for name in _other_packs(before, after)]
    if scenario is not None:
        return (*_by_edit(before.round, weighty, scenario), *packs), idle
    for key_of in (_own_key, _alike_key(weighty), _column_key, lambda change: change.path[:1]):
        changes = _grouped(before.round, after.round, weighty, key_of)
        if len(changes) + len(packs) <= MOST:
            break
    return (*changes, *packs), idle


def _is_idle(difference: Difference) -> bool:
    path = difference.path
    if len(path) == 1:
        return path[0] in ("id", "title")
    return len(path) == 3 and path[0] != "reviews" and path[-1] in IDLE


def _other_packs(before: Side, after: Side) -> list[str]:
    def hashed(packs: Mapping[str, Pack]) -> dict[str, str]:
        return {name: pack_hash(pack) for name, pack in packs.items()}

    one, other = hashed(before.packs), hashed(after.packs)
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def _own_key(difference: Difference) -> Key:
    """Say which cells belong to one edit."""
    path = difference.path
    table = path[0]
    if table == "call":
        return ("call",)
    if table == "policy":
        return path if not path[1].startswith("score_weights.") else ("policy", "score_weights")
    if len(path) < 3:
        return path
    column = path[-1]
    if table in WHOLE_ROWS:
        return path[:2]
    if table == "reviews":
        return table, path[1].partition("/")[0]
    if table == "targets" and column.startswith("where."):
        return (*path[:2], "where")
    if table == "proposals" and (column == "score" or column.startswith(CRITERION)):
        return (*path[:2], "score")
    return path


def _column_key(difference: Difference) -> Key:
    path = difference.path
    return (path[0], "*", path[-1]) if len(path) == 3 else path[:1] + ("*",) * (len(path) - 1)


def _alike_key(found: Sequence[Difference]) -> Callable[[Difference], Key]:
    """Take cells of a column together that come to the same, or change by the same factor."""
    together: dict[Key, Key] = {}
    columns: dict[Key, list[Difference]] = defaultdict(list)
    for difference in found:
        if len(difference.path) == 3:
            columns[_column_key(difference)].append(difference)
    for key, cells in columns.items():
        left = cells
        while left:
            first = max(left, key=lambda cell: _number(cell.before) or Decimal(0))
            alike = [cell for cell in left if cell is first or _is_alike(first, cell)]
            if len(alike) >= ALIKE:
                together |= {cell.path: (*key, first.path[1]) for cell in alike}
            left = [cell for cell in left if cell not in alike]
    return lambda difference: together.get(difference.path) or _own_key(difference)


def _is_alike(one: Difference, other: Difference) -> bool:
    if one.after == other.after:
        return True
    numbers = [_number(value) for value in (one.before, one.after, other.before, other.after)]
    old, new, old_other, new_other = numbers
    if old is None or new is None or old_other is None or new_other is None or not old:
        return False
    finest = Decimal(1).scaleb(min(int(new_other.as_tuple().exponent), 0))
    return abs(old_other * new / old - new_other) <= finest


def _number(value: object) -> Decimal | None:
    try:
        return Decimal(value) if isinstance(value, str) else None
    except InvalidOperation:
        return None


def _grouped(
    before: Round, after: Round, found: Sequence[Difference], key_of: Callable[[Difference], Key]
) -> list[Change]:
    groups: dict[Key, list[Difference]] = defaultdict(list)
    for difference in found:
        groups[key_of(difference)].append(difference)
    owner = _Owners(groups)
    for one, other in _ties(before, after, groups):
        owner.join(one, other)
    changes = []
    for root, keys in owner.sets().items():
        members = [difference for key in keys for difference in groups[key]]
        changes.append(Change(_name(root, members), tuple(members)))
    return changes


def _ties(
    before: Round, after: Round, groups: Mapping[Key, Sequence[Difference]]
) -> Iterator[tuple[Key, Key]]:
    """Give groups that belong together, the one that gives the name first."""
    rows = {
        difference.path: key
        for key, group in groups.items()
        for difference in group
        if len(difference.path) == 2 and difference.path[0] in MODELS
    }
    subjects: dict[str, Key] = {}
    for path, key in rows.items():
        if path[0] in BELONGS:
            subjects[path[1]] = key
        for below, column in BELONGS.get(path[0], ()):
            for round_ in (before, after):
                for name, row in named_rows(round_, below).items():
                    if getattr(row, column) == path[1] and (below, name) in rows:
                        yield key, rows[below, name]
    for path, key in rows.items():
        if path[0] == "facts":
            for subject in path[1].partition("/")[0].split(":"):
                if subject in subjects:
                    yield subjects[subject], key
    cells = {difference.path: key for key, group in groups.items() for difference in group}
    for cell, key in cells.items():
        if cell[-1] == "currency" and len(cell) == 3:
            for column in OWN_CURRENCY:
                if (*cell[:2], column) in cells:
                    yield key, cells[*cell[:2], column]


class _Owners:
    """Groups joined into sets, each known by its first group."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.of = {key: key for key in keys}

    def root(self, key: Key) -> Key:
        while self.of[key] != key:
            key = self.of[key]
        return key

    def join(self, above: Key, below: Key) -> None:
        one, other = self.root(above), self.root(below)
        if one != other:
            self.of[other] = one

    def sets(self) -> dict[Key, list[Key]]:
        found: dict[Key, list[Key]] = {}
        for key in self.of:
            found.setdefault(self.root(key), []).append(key)
        return found


def _name(root: Key, members: Sequence[Difference]) -> str:
    if root[1:2] == ("*",):
        return ".".join(root[:3])
    return members[0].dotted if len(members) == 1 else ".".join(root)


def _by_edit(before: Round, found: Sequence[Difference], scenario: Scenario) -> list[Change]:
    """Give each edit of a scenario as a change; edits that touch the same cell are one."""
    owner: dict[Key, int] = {}
    heads = list(range(len(scenario.edits)))
    earlier = before
    for position in range(len(scenario.edits)):
        part = Scenario(scenario.name, scenario.question, scenario.edits[: position + 1])
        later = changed(before, part).round
        for difference in differences(earlier, later):
            path = difference.path
            for known, place in list(owner.items()):
                if known[: len(path)] == path or path[: len(known)] == known:
                    one, other = sorted((heads[place], heads[position]))
                    heads = [one if head == other else head for head in heads]
            owner[path] = position
        earlier = later
    groups: dict[int, list[Difference]] = defaultdict(list)
    for difference in found:
        path = difference.path
        place = next(
            place
            for known, place in reversed(owner.items())
            if known[: len(path)] == path or path[: len(known)] == known
        )
        groups[heads[place]].append(difference)
    named = {
        head: " + ".join(
            edit.path for edit, other in zip(scenario.edits, heads, strict=True) if other == head
        )
        for head in groups
    }
    return [Change(named[head], tuple(groups[head])) for head in sorted(groups)]
