"""Build a round from any CSV or Excel files by a declarative mapping (docs/reference/import.md)."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matcher.domain.round import Round
from matcher.errors import InvalidRound
from matcher.reading.importing.checking import find_unknown_names
from matcher.reading.importing.mapping import MappingFile, load_mapping
from matcher.reading.importing.recipes import Slugs
from matcher.reading.importing.rows import Pass
from matcher.reading.importing.sources import open_sources
from matcher.reading.raw import RawTable

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
    return _assembled(file, tables)


def _assembled(file: MappingFile, tables: Mapping[str, RawTable]) -> Round:
    rows = {name: [dict(row.cells) for row in table.rows] for name, table in tables.items()}
    for row in rows.get("proposals", []):
        scores = {k[6:]: row.pop(k) for k in list(row) if k.startswith("score_")}
        if scores:
            row["criteria"] = scores
    return Round.model_validate(file.mapping.round | rows)
