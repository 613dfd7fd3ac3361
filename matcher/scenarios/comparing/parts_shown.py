"""The part of each change in each figure as a terminal shows it, in which no amount is ever cut."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matcher.scenarios.causes.words import PartRow
from matcher.wording import catalogue_of

TONES = {"+": "green", "−": "red"}
INDENT, BETWEEN = 2, 2
"""So many blanks stand before a table, and between its columns."""
MOST_LABEL, LEAST_LABEL = 44, 16
"""How wide names of figures may be, and how narrow they may become before the table is turned."""
MOST_HEAD = 14
"""A word in the head of a column that is longer is broken."""


@dataclass(frozen=True)
class Column:
    """A head with the cells below it."""

    head: str
    cells: Sequence[str]

    @property
    def wide(self) -> int:
        """How wide it is with its head on one line."""
        return max(map(cell_len, [self.head, *self.cells]))

    @property
    def narrow(self) -> int:
        """How wide it has to be for its cells to be whole, where its head may be broken."""
        words = [min(cell_len(word), MOST_HEAD) for word in self.head.split()]
        return max([*words, *map(cell_len, self.cells)])


def print_parts(console: Console, figures: Sequence[str], rows: Sequence[PartRow]) -> None:
    """Print the parts of figures: changes beside each other where they fit, else below each other.

    There are as many blocks as it takes: one, unless changes stand below each other.
    """
    room = console.width - INDENT
    columns = _columns(rows)
    widths = _widths(figures, columns, room)
    if widths is not None:
        _print_block(console, figures, columns, widths)
        return
    heads = [column.head for column in columns]
    label = max(map(cell_len, heads))
    turned = [
        Column(figure, [column.cells[at] for column in columns])
        for at, figure in enumerate(figures)
    ]
    for position, block in enumerate(_blocks(turned, room - label)):
        if position:
            console.print()
        _print_block(console, heads, block, [label, *(column.narrow for column in block)])


def toned(text: Any) -> Text:
    """Give what is more and what is less in colours."""
    return Text(str(text), TONES.get(str(text)[:1], ""))


def _columns(rows: Sequence[PartRow]) -> list[Column]:
    """Give the whole, each change, and what no change accounts for, where there is any of that."""
    say = catalogue_of().say
    change = say("compare-column-change")
    columns = [Column(say("compare-column-difference"), [row.whole for row in rows])]
    for at in range(max(len(row.parts) for row in rows)):
        parts = [row.parts[at] if at < len(row.parts) else "" for row in rows]
        columns.append(Column(f"{change} {at + 1}", parts))
    if any(row.rest for row in rows):
        columns.append(Column(say("cause-rest"), [row.rest for row in rows]))
    return columns


def _widths(names: Sequence[str], columns: Sequence[Column], room: int) -> list[int] | None:
    """Give the widths of names and columns, heads on one line if possible; None if none fit."""
    longest = min(max(map(cell_len, names)), MOST_LABEL)
    for widths in ([column.wide for column in columns], [column.narrow for column in columns]):
        left = room - sum(width + BETWEEN for width in widths)
        if left >= min(longest, LEAST_LABEL):
            return [min(longest, left), *widths]
    return None


def _blocks(columns: Sequence[Column], room: int) -> Iterator[list[Column]]:
    """Give as many columns at a time as fit, one at least."""
    block: list[Column] = []
    left = room
    for column in columns:
        taken = column.narrow + BETWEEN
        if block and taken > left:
            yield block
            block, left = [], room
        block.append(column)
        left -= taken
    yield block


def _print_block(
    console: Console, names: Sequence[str], columns: Sequence[Column], widths: Sequence[int]
) -> None:
    grid = Table.grid(padding=(0, BETWEEN, 0, 0), pad_edge=False)
    grid.add_column(width=widths[0])
    for width in widths[1:]:
        grid.add_column(justify="right", vertical="bottom", width=width, overflow="fold")
    grid.add_row("", *(Text(column.head, "dim") for column in columns))
    for at, name in enumerate(names):
        grid.add_row(Text(name), *(toned(column.cells[at]) for column in columns))
    console.print(Padding(grid, (0, 0, 0, INDENT)))
