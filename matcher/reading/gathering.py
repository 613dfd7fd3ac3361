"""What a reader of one form gathers: raw tables and settings, and every problem on the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from matcher.domain.tables import REQUIRED_TABLES
from matcher.errors import Problem
from matcher.reading.headers import Header, header_below, nearest, required_columns, resolve
from matcher.reading.limits import Limits
from matcher.reading.raw import Cell, RawRow, RawSetting, RawTable

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""What a text in UTF-16 begins with."""


class Unreadable(Exception):
    """A file of which nothing can be used, with its problem."""

    def __init__(
        self, file: str, what: str, remedy: str, row: int | None = None, value: str = ""
    ) -> None:
        super().__init__(what)
        self.problem = Problem(file, row, "", value, what, remedy)


@dataclass(frozen=True)
class Place:
    """A cell that was refused on reading: its line, its position and what is wrong with it."""

    line: int
    position: int
    value: str
    what: str
    remedy: str


@dataclass
class Grid:
    """A table as it stands in a file: its header and its rows, which may be shorter or longer."""

    file: str
    header: Sequence[str] = ()
    header_line: int | None = None
    rows: list[tuple[int, Sequence[Cell]]] = field(default_factory=list)
    refused: list[Place] = field(default_factory=list)
    breaks: list[Problem] = field(default_factory=list)
    """What made the reader stop, so that further rows are not known."""


@dataclass
class Gathering:
    """A round being read: `file` is where its settings stand.

    `unread` are tables of which not every row is known, `skipped` rows (by table and line) whose
    cells are not to be trusted, `written` the headers of a table as its file has them, `lacking`
    required columns (by table) that are not there, `ignored` keys of which nothing
    more is to be told.
    """

    file: str
    strict: bool
    limits: Limits
    settings: dict[str, RawSetting] = field(default_factory=dict)
    tables: dict[str, RawTable] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    skipped: set[tuple[str, int]] = field(default_factory=set)
    written: dict[str, Mapping[str, str]] = field(default_factory=dict)
    lacking: set[tuple[str, str]] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)

    def put(self, key: str, setting: RawSetting, guessed: bool = False) -> None:
        """Take in a setting by its dotted key, unless it was `guessed` and is there already."""
        if key not in self.settings:
            self.settings[key] = setting
        elif not guessed:
            what, remedy = "stands here a second time.", "Keep one of the two."
            self.tell(self.file, setting.line, key, "", what, remedy)

    def tell(
        self, file: str, row: int | None, column: str, value: str, what: str, remedy: str
    ) -> None:
        """Note an error."""
        self.problems.append(Problem(file, row, column, value, what, remedy))

    def warn(
        self, file: str, row: int | None, column: str, value: str, what: str, remedy: str
    ) -> None:
        """Note a warning."""
        self.problems.append(Problem(file, row, column, value, what, remedy, "warning"))

    def add(self, table: str, grid: Grid) -> None:
        """Take in a table: its header resolved, blank cells and rows left out."""
        if len(grid.header) > self.limits.columns:
            what = f"has more than {self.limits.columns:,} columns."
            remedy = "Check that it is the right file."
            self.tell(grid.file, grid.header_line, "", "", what, remedy)
            self.unread.add(table)
            return
        if line := header_below(table, grid.header, grid.rows):
            title = next(text for text in grid.header if text)
            what = f"is not the header: the columns are named in row {line}."
            remedy = f"Delete the rows above row {line}."
            self.tell(grid.file, grid.header_line, "", title, what, remedy)
            self.unread.add(table)
            return
        header = resolve(table, grid.header, grid.file, grid.header_line, self.strict)
        self.problems += header.problems
        self.problems += grid.breaks
        if grid.breaks:
            self.unread.add(table)
        for place in grid.refused:
            self._refused(place, grid, header)
        self._untitled(grid)
        self._lacking(table, grid, header)
        read = [(position, name) for position, name in enumerate(header.names) if name]
        rows = []
        for line, cells in grid.rows:
            if len(cells) > len(grid.header):
                self._too_long(table, grid, line, cells)
            width = len(cells)
            found = {
                name: cells[position]
                for position, name in read
                if position < width and cells[position]
            }
            rows.append(RawRow(line, found))
        self.written[table] = header.written
        self.tables[table] = RawTable(grid.file, list(header.written), rows)

    def _refused(self, place: Place, grid: Grid, header: Header) -> None:
        titled = place.position < len(grid.header)
        if titled and place.line != grid.header_line and not header.names[place.position]:
            return  # nothing is read from this column
        title = grid.header[place.position] if titled else ""
        column = title or f"number {place.position + 1}"
        self.tell(grid.file, place.line, column, place.value, place.what, place.remedy)

    def _lacking(self, table: str, grid: Grid, header: Header) -> None:
        if not grid.header or not (grid.rows or table in ("round", *REQUIRED_TABLES)):
            return
        for name in required_columns(table):
            if name not in header.written:
                what = f"is a required column of {table} and is missing."
                remedy = f"Add the column {name}."
                self.tell(grid.file, grid.header_line, name, "", what, remedy)
                self.lacking.add((table, name))

    def _untitled(self, grid: Grid) -> None:
        for position, title in enumerate(grid.header):
            if title:
                continue
            first = next(
                (line for line, cells in grid.rows if position < len(cells) and cells[position]),
                None,
            )
            if first is not None:
                column = f"number {position + 1}"
                remedy = "Give the column a name, or delete it."
                if self.strict:
                    self.tell(grid.file, first, column, "", "has no header.", remedy)
                else:
                    self.warn(grid.file, first, column, "", "has no header and is ignored.", remedy)

    def _too_long(self, table: str, grid: Grid, line: int, cells: Sequence[Cell]) -> None:
        extra = ";".join(text_of(cell) for cell in cells[len(grid.header) :])
        what = f"is too much: the row has {len(cells)} cells, the header {len(grid.header)}."
        remedy = "Put quotes around a text that holds the separator, or delete the cell."
        self.tell(grid.file, line, "", extra, what, remedy)
        self.skipped.add((table, line))

    def unknown(self, file: str, name: str, known: Iterable[str], kind: str) -> None:
        """Note a file, sheet or list that nobody knows: misspelt, or none of the round's."""
        near = nearest(name, tuple(known))
        if near:
            remedy = f"Did you mean {near}? Rename it, or take it out."
            self.tell(file, None, "", name, f"is not a {kind} of a round.", remedy)
            self.unread.add(near)
        elif self.strict:
            remedy = "Take it out, or check the round without --strict."
            self.tell(file, None, "", name, f"is not a {kind} of a round.", remedy)
        else:
            what = f"is not a {kind} of a round and is ignored."
            remedy = "Nothing to do, if nothing was to be read from it."
            self.warn(file, None, "", name, what, remedy)

    def missing(self, there: Iterable[str], file: str, what: str, remedy: str) -> None:
        """Note each required table that is not there; `{}` in the texts stands for its name."""
        for table in REQUIRED_TABLES:
            if table not in there and table not in self.unread:
                place, told = file.format(table), what.format(table)
                self.tell(place, None, "", "", told, remedy.format(table))
                self.unread.add(table)


def text_of(cell: Cell) -> str:
    """Give a cell as one text."""
    return cell if isinstance(cell, str) else ";".join(cell)


def read_bytes(path: Path, most: int) -> bytes:
    """Read a file of at most `most` bytes; raises Unreadable."""
    try:
        if not path.is_file():
            raise Unreadable(path.name, "is not a file.", "Check what lies at this path.")
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        why = error.strerror or "unknown reason"
        what = f"cannot be read: {why}."
        raise Unreadable(path.name, what, "Check the file and its permissions.") from None
    if len(content) > most:
        size = f"{most / 2**20:g} MiB" if most >= 2**18 else f"{most} bytes"
        what = f"is larger than {size}."
        raise Unreadable(path.name, what, "Check that it is the right file, and make it smaller.")
    return content


def decoded(content: bytes, file: str, remedy: str) -> str:
    """Give bytes as text; raises Unreadable with the line where they are not UTF-8."""
    if content.startswith(UTF_16):
        raise Unreadable(file, 'is text in UTF-16, as Excel\'s "Unicode Text" is.', remedy)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = "is not UTF-8 text from here on (perhaps Windows-1251 or another old encoding)."
        raise Unreadable(file, what, remedy, line) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        what = "holds a NUL byte, which no text has."
        raise Unreadable(file, what, remedy, line) from None
    return text
