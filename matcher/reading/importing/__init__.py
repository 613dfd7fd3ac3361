"""Build a round from any CSV or Excel files by a declarative mapping (docs/reference/import.md)."""

from collections.abc import Sequence
from pathlib import Path

from matcher.domain.round import Round
from matcher.errors import InvalidRound
from matcher.reading.assemble import assemble_tables
from matcher.reading.importing.checking import find_unknown_names
from matcher.reading.importing.mapping import load_mapping
from matcher.reading.importing.recipes import Slugs
from matcher.reading.importing.rows import Pass
from matcher.reading.importing.sources import open_sources

__all__ = ["import_round"]


def import_round(mapping: Path, sources: Sequence[Path]) -> Round:
    """Build a round from source files by a mapping.

    Raises InvalidRound with everything that is wrong: first in the mapping and with the files, then
    in the rows of the sources, then in the round that they make.
    """
    file = load_mapping(mapping)
    found, problems = open_sources(file, sources)
    problems += find_unknown_names(file, found)
    if problems:
        raise InvalidRound(problems)
    slugs = Slugs()
    Pass(file, found, slugs).tables()
    slugs.settle()
    final = Pass(file, found, slugs)
    tables = final.tables()
    if final.problems or final.unmapped:
        raise InvalidRound([*final.problems, *final.unmapped_values()])
    return assemble_tables(file.name, file.mapping.round, tables)
