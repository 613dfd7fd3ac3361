"""A table out of a CSV file: comma, semicolon or tab, each row with the line that it starts at."""

import csv
from io import StringIO
from pathlib import Path

from matcher.errors import Problem
from matcher.reading.gathering import Grid, decoded, read_bytes
from matcher.reading.limits import Limits

SEPARATORS = (",", ";", "\t")
SAVE_AS = "Save it as CSV UTF-8 (in Excel: Save As, type CSV UTF-8)."


def read_csv(path: Path, limits: Limits) -> Grid:
    """Read a CSV file as it stands, blank lines left out; raises Unreadable.

    A row that breaks the rules of CSV ends the reading: the rows above it are kept.
    """
    text = decoded(read_bytes(path, limits.file_bytes), path.name, SAVE_AS)
    grid = Grid(path.name)
    reader = csv.reader(
        StringIO(text, newline=""), delimiter=_separator(text), strict=True, skipinitialspace=True
    )
    last = 0
    try:
        for record in reader:
            line, last = last + 1, reader.line_num
            cells = [cell.strip() for cell in record]
            if not any(cells):
                continue
            if not grid.header:
                grid.header, grid.header_line = cells, line
            elif len(grid.rows) == limits.rows:
                grid.breaks.append(too_many_rows(path.name, line, limits))
                break
            else:
                grid.rows.append((line, cells))
    except csv.Error as error:
        what = f"cannot be read as CSV from here on: {error}."
        remedy = "Look for a quote that is not closed, or one inside a text that is not doubled."
        grid.breaks.append(Problem(path.name, last + 1, "", "", what, remedy))
    return grid


def too_many_rows(file: str, line: int, limits: Limits) -> Problem:
    """Give the problem of a table that has more rows than are read."""
    what = f"has more than {limits.rows:,} rows."
    return Problem(file, line, "", "", what, "Check that it is the right file, and split it.")


def _separator(text: str) -> str:
    """Give the separator that splits the header into the most cells."""
    header = next((line for line in StringIO(text, newline="") if line.strip(" ,;\t\r\n")), "")
    return max(SEPARATORS, key=lambda sign: len(next(csv.reader([header], delimiter=sign))))
