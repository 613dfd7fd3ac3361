"""Headers of tables: known names, 360Giving titles, near misses and columns that nobody knows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from matcher.domain.policy import CONDITIONS, Target
from matcher.domain.tables import TABLES
from matcher.errors import Problem
from matcher.reading.raw import Cell
from matcher.reading.titles import ALIASES, TITLES
from matcher.regulation import declared_facts, tables_of_fact

CLOSE = 0.8
"""From this likeness on (difflib, letters and digits alone) a name is taken for a misspelling."""

CRITERION = "score_"
"""What the columns of proposals with the score for a criterion start with."""

TITLE_ROWS = 20
"""So many rows are looked at for a header that does not come first."""

_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Header:
    """What each column of a file stands for: its known name, or None where it is not read."""

    names: Sequence[str | None]
    written: Mapping[str, str]
    """Known name → the header as the file has it."""
    problems: Sequence[Problem]


def columns_of(table: str) -> tuple[str, ...]:
    """Give the known columns of a table or sheet, declared facts last, without `score_…`."""
    if table == "round":
        return ("key", "value")
    if table == "rates":
        return ("currency", "rate")
    if table == "targets":
        return (*(name for name in Target.model_fields if name != "where"), *CONDITIONS)
    fields = (name for name in TABLES[table].model_fields if name not in ("criteria", "facts"))
    return (*fields, *sorted(declared_facts().get(table, ())))


def required_columns(table: str) -> tuple[str, ...]:
    """Give the columns of a table or sheet that no row may leave out."""
    if table in ("round", "rates"):
        return columns_of(table)
    fields = (Target if table == "targets" else TABLES[table]).model_fields
    return tuple(name for name, field in fields.items() if field.is_required())


def aliases_of(table: str) -> Mapping[str, str]:
    """Give the other headers of a table, each with the column that it stands for."""
    if table == "targets":
        return {f"where.{name}": name for name in CONDITIONS}
    return ALIASES.get(table, {})


def nearest(word: str, known: Sequence[str]) -> str | None:
    """Give the known name that a word is probably a misspelling of, case and signs aside."""
    plain = {_plain(name): name for name in reversed(known)}
    found = get_close_matches(_plain(word), list(plain), 1, CLOSE)
    return plain[found[0]] if found else None


def _plain(word: str) -> str:
    return _PUNCTUATION.sub("", word).lower()


def resolve(table: str, header: Sequence[str], file: str, line: int | None, strict: bool) -> Header:
    """Find what each header of a table stands for, and everything wrong with the header.

    A misspelt one is a problem and yet read as what it probably means, so that no problem follows
    from it. A header without a name is passed over; whoever reads the rows looks below it.
    """
    columns, aliases = columns_of(table), aliases_of(table)
    names: list[str | None] = []
    written: dict[str, str] = {}
    problems: list[Problem] = []
    unknown: set[str] = set()

    def tell(column: str, what: str, remedy: str, ignored: bool = False) -> None:
        problems.append(
            Problem(file, line, column, "", what, remedy, "warning" if ignored else "error")
        )

    exact = {_exact(table, text, columns, aliases) for text in header}
    for text in header:
        name = _exact(table, text, columns, aliases)
        near = None if name or text in TITLES else _near(table, text, columns, aliases)
        if not text:
            names.append(None)
        elif name and name not in written:
            names.append(name)
            written[name] = text
        elif name or text in unknown:
            names.append(None)
            same = written.get(name or text, text)
            twice = same == text
            what = "stands in the header twice." if twice else f"is the same column as {same}."
            tell(text, what, "Keep one of the two columns.")
        elif near:
            meant = aliases.get(near, near)
            free = meant not in exact and meant not in written
            names.append(meant if free else None)
            if free:
                written[meant] = text
            unknown.add(text)
            remedy = f"Did you mean {near}? Rename the column, or delete it."
            tell(text, f"is not a column of {table}.", remedy)
        elif strict:
            names.append(None)
            unknown.add(text)
            remedy = "Delete the column, or check the round without --strict."
            tell(text, f"is not a column of {table}.", remedy)
        else:
            names.append(None)
            unknown.add(text)
            what = f"is not a column of {table} and is ignored."
            tell(text, what, _elsewhere(text), ignored=True)
    return Header(names, written, problems)


def _elsewhere(text: str) -> str:
    """Say what to do about a column that is ignored: a fact may be stated where it belongs."""
    tables = tables_of_fact(text)
    if tables == ["facts"]:
        return "It is a fact of one pool and one proposal: state it in facts, for pool:proposal."
    if tables:
        return f"It is a fact that stands in {' or '.join(tables)}: write the column there."
    return "Nothing to do, if nothing was to be read from it."


def header_below(
    table: str, header: Sequence[str], rows: Sequence[tuple[int, Sequence[Cell]]]
) -> int | None:
    """Give the line of a header that stands below other rows, as a title; None if it comes first.

    It is below where the first row names no required column, and one of the next names them all.
    """
    columns, aliases, required = columns_of(table), aliases_of(table), required_columns(table)

    def named(cells: Sequence[Cell]) -> set[str | None]:
        texts = (cell for cell in cells if isinstance(cell, str))
        return {_exact(table, text, columns, aliases) for text in texts}

    if not header or not required or not named(header).isdisjoint(required):
        return None
    below = (line for line, cells in rows[:TITLE_ROWS] if named(cells).issuperset(required))
    return next(below, None)


def _exact(table: str, text: str, columns: Sequence[str], aliases: Mapping[str, str]) -> str | None:
    if text in columns:
        return text
    if text in aliases:
        return aliases[text]
    criterion = table == "proposals" and text.startswith(CRITERION) and len(text) > len(CRITERION)
    return text if criterion else None


def _near(table: str, text: str, columns: Sequence[str], aliases: Mapping[str, str]) -> str | None:
    if table == "proposals" and (found := re.fullmatch(r"score[\s_.:-]+(\w+)", text.lower())):
        return f"{CRITERION}{found[1]}"
    return nearest(text, (*columns, *aliases))
