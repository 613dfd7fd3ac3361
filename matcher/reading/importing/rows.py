"""Make the rows of a round's tables out of the sources, block by block."""

from collections.abc import Iterator, Mapping

from matcher.errors import Problem
from matcher.reading.importing.language import Block
from matcher.reading.importing.mapping import MappingFile, Place
from matcher.reading.importing.recipes import (
    Kitchen,
    Numbers,
    Refused,
    Slugs,
    Unmapped,
    holds,
    parts,
)
from matcher.reading.importing.sources import Source
from matcher.reading.raw import Cell, RawRow, RawTable


class Pass:
    """One pass over the sources: the tables that it makes, and what went wrong on the way."""

    def __init__(self, file: MappingFile, sources: Mapping[str, Source], slugs: Slugs) -> None:
        self.file, self.sources = file, sources
        self.problems: list[Problem] = []
        self.unmapped: dict[tuple[str | int, ...], dict[str, None]] = {}
        self.kitchens = {
            name: Kitchen(entry.lists, slugs, Numbers(sources[name].rows, {}))
            for name, entry in file.mapping.sources.items()
        }

    def tables(self) -> dict[str, RawTable]:
        """Make every table of the round."""
        made: dict[str, RawTable] = {}
        for table, blocks in self.file.mapping.tables.items():
            rows = [
                row
                for position, block in enumerate(blocks)
                for row in self._rows(("tables", table, position), block)
            ]
            named = {self.sources[b.source].file if b.source else self.file.name for b in blocks}
            columns = {column: None for row in rows for column in row.cells}
            made[table] = RawTable(f"{', '.join(sorted(named))} as {table}", list(columns), rows)
        return made

    def _rows(self, place: Place, block: Block) -> Iterator[RawRow]:
        if block.source is None:
            for position, literal in enumerate(block.rows):
                line = self.file.problem((*place, "rows", position), "", "", "").row or 1
                given: dict[str, Cell] = {key: text for key, text in literal.items() if text}
                yield RawRow(line, given)
            return
        source = self.sources[block.source]
        seen: set[tuple[tuple[str, str | tuple[str, ...]], ...]] = set()
        for index, row in self._source_rows(block, source):
            cells = self._cells(place, block, row, index)
            key = tuple((n, c if isinstance(c, str) else tuple(c)) for n, c in cells.items())
            if not block.distinct or key not in seen:
                yield RawRow(source.lines[index], cells)
            seen.add(key)

    def _source_rows(self, block: Block, source: Source) -> Iterator[tuple[int, Mapping[str, str]]]:
        """Give the rows that the block is made from, or their parts, that pass its conditions."""
        lists = self.file.mapping.sources[block.source or ""].lists
        for index, row in enumerate(source.rows):
            try:
                found = (
                    [row] if block.each is None else list(parts(block.each, lists[block.each], row))
                )
                kept = [each for each in found if holds(block.where, each)]
            except Refused as refused:
                self._refuse(source, index, refused)
                continue
            for each in kept:
                yield index, each

    def _cells(
        self, place: Place, block: Block, row: Mapping[str, str], index: int
    ) -> dict[str, Cell]:
        cells: dict[str, Cell] = {}
        kitchen, source = self.kitchens[block.source or ""], self.sources[block.source or ""]
        for column, recipe in block.columns.items():
            try:
                made = kitchen.cell(recipe, row, index)
            except Refused as refused:
                self._refuse(source, index, refused, column)
            except Unmapped as unmapped:
                values = self.unmapped.setdefault((*place, "columns", column), {})
                values[unmapped.value] = None
            else:
                if made:
                    cells[column] = made
        return cells

    def _refuse(self, source: Source, index: int, refused: Refused, column: str = "") -> None:
        line = source.lines[index]
        self.problems.append(
            Problem(source.file, line, column, refused.value, refused.what, refused.remedy)
        )

    def unmapped_values(self) -> Iterator[Problem]:
        """Give, for each column, the values that its table of values does not name."""
        for place, values in self.unmapped.items():
            shown = "; ".join(f'"{value}"' for value in values)
            what = f"has no entry for: {shown}."
            remedy = "Add them to values, or say with other what all other values give."
            yield self.file.problem((*place, "values"), "", what, remedy)
