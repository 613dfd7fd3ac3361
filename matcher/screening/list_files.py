"""Read lists from CSV files, or refuse them with everything that is wrong in any of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matcher.errors import InvalidInput, Problem
from matcher.reading.csv_tables import read_csv
from matcher.reading.gathering import Grid, Unreadable
from matcher.reading.headers import nearest
from matcher.reading.limits import Limits
from matcher.reading.refusals import build
from matcher.screening.entries import Entry, Lists

COLUMNS = tuple(Entry.model_fields)
REQUIRED = tuple(name for name, field_ in Entry.model_fields.items() if field_.is_required())


class InvalidList(InvalidInput):
    """Lists cannot be used."""

    of = "lists"


@dataclass
class _Reading:
    """What was read so far; `places` has the file and line of each entry."""

    problems: list[Problem] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    places: list[tuple[str, int]] = field(default_factory=list)
    whole: bool = True
    """False once a row is lost that an owner may be meant by."""


def read_lists(files: Sequence[Path], limits: Limits = Limits()) -> Lists:
    """Read lists from CSV files (UTF-8; comma, semicolon or tab); one file may hold several.

    Raises InvalidList with every problem of every file: a file that cannot be read, a column that
    is missing, misspelt or twice there, a cell that is refused, an id twice in a list, a list with
    two dates, an owner who is on no list.
    """
    reading = _Reading()
    for path in files:
        try:
            _read_file(read_csv(path, limits), reading)
        except Unreadable as refusal:
            reading.problems.append(refusal.problem)
            reading.whole = False
    lists = Lists(reading.entries)
    reading.problems += _twice(reading)
    reading.problems += _dates(reading)
    if reading.whole:
        reading.problems += _owners(lists, reading)
    if reading.problems:
        order = {path.name: place for place, path in enumerate(files)}
        raise InvalidList(sorted(reading.problems, key=lambda p: (order[p.file], p.row or 0)))
    return lists


def _read_file(grid: Grid, reading: _Reading) -> None:
    header = list(_header(grid, reading.problems))
    lacking = [name for name in REQUIRED if name not in header]
    for name in lacking if grid.header else ():
        what, remedy = "is a required column and is missing.", f"Add the column {name}."
        reading.problems.append(Problem(grid.file, grid.header_line, name, "", what, remedy))
    reading.problems += grid.breaks
    if not grid.rows and not grid.breaks:
        remedy = "Fill in at least one entry, or leave the file out."
        reading.problems.append(Problem(grid.file, None, "", "", "has no rows.", remedy))
    reading.whole &= bool(grid.rows) and not grid.breaks and not lacking
    for line, row in grid.rows:
        cells = {name: cell for name, cell in zip(header, row, strict=False) if name and cell}
        if len(row) > len(header):
            what = f"the row has {len(row)} cells, the header {len(header)}."
            remedy = "Put quotes around a text that holds the separator, or delete the cell."
            reading.problems.append(Problem(grid.file, line, "", "", what, remedy))
        entry, refusals = build(Entry, cells)
        for refusal in refusals:
            if refusal.column not in lacking:
                shown = refusal.value if isinstance(refusal.value, str) else ";".join(refusal.value)
                problem = (refusal.column, shown, refusal.what, refusal.remedy)
                reading.problems.append(Problem(grid.file, line, *problem))
        if refusals or lacking or len(row) > len(header):
            reading.whole = False
        else:
            reading.entries.append(entry)
            reading.places.append((grid.file, line))


def _header(grid: Grid, problems: list[Problem]) -> Iterator[str | None]:
    """Give what each column stands for: None for one that is not read."""
    seen: set[str] = set()
    for title in grid.header:
        known = title in COLUMNS
        near = None if known else nearest(title, COLUMNS)
        if known and title in seen:
            what, remedy = "stands in the header twice.", "Keep one of the two columns."
            problems.append(Problem(grid.file, grid.header_line, title, "", what, remedy))
        elif near:
            what = "is not a column of a list."
            remedy = f"Did you mean {near}? Rename the column, or delete it."
            problems.append(Problem(grid.file, grid.header_line, title, "", what, remedy))
        name = title if known else near
        yield None if name in seen or (near and near in grid.header) else name
        seen.add(name or "")


def _twice(reading: _Reading) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for entry, (file, line) in zip(reading.entries, reading.places, strict=True):
        key = (entry.list, entry.entry_id)
        if key in seen:
            what, remedy = "stands in the list a second time.", "Give each entry an id of its own."
            yield Problem(file, line, "entry_id", entry.entry_id, what, remedy)
        seen.add(key)


def _dates(reading: _Reading) -> Iterator[Problem]:
    first: dict[str, Entry] = {}
    for entry, (file, line) in zip(reading.entries, reading.places, strict=True):
        known = first.setdefault(entry.list, entry)
        if entry.list_date != known.list_date:
            what = f"is another day than {known.list_date}, which {entry.list} has above."
            remedy = "Give every entry of a list the day of its version."
            yield Problem(file, line, "list_date", str(entry.list_date), what, remedy)


def _owners(lists: Lists, reading: _Reading) -> Iterator[Problem]:
    """Find owners who are on no list, and those whom a row names by two of their names."""
    for entry, (file, line) in zip(reading.entries, reading.places, strict=True):
        found = [(owner, lists.owner(owner, entry.list)) for owner, _ in entry.owned_by]
        times = Counter(place for _, places in found for place in places)
        for owner, places in found:
            if not places:
                what = "is neither an entry nor the name of one."
                remedy = "Correct it, or leave out an owner who is on no list."
                yield Problem(file, line, "owned_by", owner, what, remedy)
            elif any(times[place] > 1 for place in places):
                what, remedy = "is an owner who is named twice.", "Name each owner once, by its id."
                yield Problem(file, line, "owned_by", owner, what, remedy)
