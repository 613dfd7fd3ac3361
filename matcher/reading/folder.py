"""A round as a folder: `round.yaml` and a CSV file for each table."""

from pathlib import Path

from matcher.domain.tables import TABLES
from matcher.reading.csv_tables import read_csv
from matcher.reading.gathering import Gathering, Unreadable
from matcher.reading.limits import Limits
from matcher.reading.tree import flatten
from matcher.reading.yaml_settings import read_yaml

SETTINGS = "round.yaml"
INSIDE_SETTINGS = ("rates", "targets", "round")
"""Sheets of a workbook that are keys of `round.yaml` in a folder, and no files."""

OTHER_FORMS = (".xlsx", ".xls", ".xlsm", ".ods", ".tsv", ".txt")
"""How the names of files end that a table may have been saved as by mistake."""


def read_folder(folder: Path, strict: bool, limits: Limits) -> Gathering:
    """Read every file of a folder as it stands, noting what is wrong; raises Unreadable."""
    gathering = Gathering(SETTINGS, strict, limits)
    try:
        names = {entry.name for entry in folder.iterdir()}
    except OSError as error:
        why = error.strerror or "unknown reason"
        what = f"cannot be opened: {why}."
        raise Unreadable(folder.name, what, "Check the folder and its permissions.") from None
    _settings(folder, names, gathering)
    there = [table for table in TABLES if f"{table}.csv" in names]
    for table in there:
        try:
            gathering.add(table, read_csv(folder / f"{table}.csv", limits))
        except Unreadable as refusal:
            gathering.problems.append(refusal.problem)
            gathering.unread.add(table)
    for name in sorted(names):
        table = name.partition(".")[0].lower()
        if name.lower().endswith(OTHER_FORMS) and table in TABLES and table not in there:
            what, remedy = "is no CSV file, so it is not read.", f"Save it as {table}.csv."
            gathering.tell(name, None, "", "", what, remedy)
            gathering.unread.add(table)
        stem, dot, kind = name.rpartition(".")
        if dot and kind.lower() == "csv" and name not in {f"{table}.csv" for table in TABLES}:
            if stem in INSIDE_SETTINGS:
                what, remedy = "is not a file of a round.", f"Write what it says in {SETTINGS}."
                gathering.tell(name, None, "", "", what, remedy)
            else:
                gathering.unknown(name, stem, TABLES, "file")
    gathering.missing(there, "{}.csv", "is missing.", "Add the file to the folder.")
    return gathering


def _settings(folder: Path, names: set[str], gathering: Gathering) -> None:
    if SETTINGS not in names:
        other = [name for name in sorted(names) if name.lower() in ("round.yml", SETTINGS)]
        remedy = f"Rename {other[0]} to it." if other else "Add the file to the folder."
        gathering.tell(SETTINGS, None, "", "", "is missing.", remedy)
        gathering.unread.add("round")
        return
    try:
        flatten(read_yaml(folder / SETTINGS, gathering), gathering)
    except Unreadable as refusal:
        gathering.problems.append(refusal.problem)
        gathering.unread.add("round")
