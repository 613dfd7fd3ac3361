"""From raw tables to a round, or to every problem of every file at once."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from matcher.domain import Round
from matcher.domain.consistency import REFERENCES, UNIQUE, find_problems
from matcher.domain.criteria import COLUMN, WEIGHTS
from matcher.domain.policy import Target
from matcher.domain.tables import REQUIRED_TABLES, TABLES, Row
from matcher.domain.warnings import find_warnings
from matcher.errors import InvalidRound, Problem
from matcher.law.fact_problems import find_bad_values, find_fact_problems
from matcher.money import minor_digits
from matcher.reading.gathering import Gathering
from matcher.reading.ledger import Ledger
from matcher.reading.limits import Limits
from matcher.reading.raw import EXAMPLE_PREFIX, Cell, RawRow, RawTable
from matcher.reading.refusals import Cells, build
from matcher.reading.settings import line_of, rate_column, read_settings
from matcher.reading.tree import flatten, node_of

MODELS: Mapping[str, type[Row]] = {**TABLES, "targets": Target}

IDS = {table: model.key for table, model in TABLES.items() if model.key} | {"targets": "id"}

NAMING: Mapping[str, Collection[str]] = dict(UNIQUE)
"""The columns by which rows of a table are told apart."""

MIXED_REFERENCES = (
    ("pools", "not_with", "donors"),
    *(("facts", "subject", t) for t in ("donors", "pools", "organisations", "proposals")),
)
"""References in columns that hold other things too."""

VOCABULARIES: Mapping[str, Collection[tuple[str, str]]] = {
    "regions": (
        ("pools", "regions"), ("pools", "not_regions"), ("organisations", "region"),
        ("proposals", "regions"), ("regions", "parent"), ("targets", "where.region"),
        ("targets", "where.not_region"),
    ),
    "sectors": (
        ("pools", "sectors"), ("pools", "not_sectors"), ("proposals", "sector"),
        ("sectors", "parent"), ("targets", "where.sector"), ("targets", "where.not_sector"),
    ),
}  # fmt: skip
"""The columns that are written in a vocabulary of the round's own."""


Look = Callable[[Round], Sequence[Problem]]
"""What finds further problems in a round, or in what is known of it, as `find_problems` does."""


def nothing_else(_: Round) -> Sequence[Problem]:
    """Find nothing further."""
    return ()


def assemble(gathering: Gathering, look: Look = nothing_else) -> tuple[Round, list[Problem]]:
    """Build the round and its warnings; raises InvalidRound with every problem."""
    return _Assembly(gathering, look).round()


def assemble_tables(
    file: str, settings: Mapping[str, Any], tables: Mapping[str, RawTable]
) -> Round:
    """Build a round from tables that were made from other files, whose lines they keep.

    `settings` are nested as in `round.yaml`, as texts; `file` is where they stand. Raises
    InvalidRound with every error.
    """
    filled = {name: table for name, table in tables.items() if table.rows}
    gathering = Gathering(file, strict=False, limits=Limits(), tables=filled)
    flatten(node_of(settings), gathering)
    try:
        return assemble(gathering)[0]
    except InvalidRound as refusal:
        errors = [problem for problem in refusal.problems if problem.severity == "error"]
        raise InvalidRound(errors) from None


class _Assembly:
    """The rows built so far, and where each of them stands."""

    def __init__(self, gathering: Gathering, look: Look) -> None:
        self.gathering = gathering
        self.look = look
        self.ledger = Ledger(list(gathering.problems))
        self.ledger.next_step()
        self.rows: dict[str, list[Any]] = {table: [] for table in MODELS}
        self.lines: dict[str, list[int]] = {table: [] for table in MODELS}
        self.known: dict[str, set[str]] = {table: set() for table in MODELS}
        self.unnamed: set[tuple[str, int]] = set()

    def round(self) -> tuple[Round, list[Problem]]:
        self.settings = read_settings(self.gathering, self.ledger)
        for table, model in MODELS.items():
            if table in self.gathering.tables:
                self._build(table, model, self.gathering.tables[table])
        content = self.settings.content | {table: tuple(r) for table, r in self.rows.items()}
        if not self.ledger.fatal and (round_ := _valid(content)):
            self._take(find_warnings(round_))
            self._take(find_fact_problems(round_))
            self._take(self.look(round_))
            if self.ledger.fatal:
                raise InvalidRound(self.ledger.settled())
            return round_, self.ledger.settled()
        self._check(content)
        raise InvalidRound(self.ledger.settled())

    def _build(self, table: str, model: type[Row], raw: RawTable) -> None:
        if not raw.rows and table in REQUIRED_TABLES and table not in self.gathering.unread:
            what, remedy = "has no rows.", f"Fill in at least one row of {table}."
            self.ledger.follow(Problem(raw.file, None, "", "", what, remedy))
            self.gathering.unread.add(table)
        split = _splitter(table, raw.columns)
        written = self.gathering.written.get(table, {})
        key = IDS.get(table, "")
        for row in raw.rows:
            if (table, row.line) in self.gathering.skipped or self._example(table, key, raw, row):
                self.known[table].update(_texts(row.cells.get(key, "")))
                continue
            built, refusals = build(model, split(row.cells))
            for refusal in refusals:
                if (table, refusal.column) not in self.gathering.lacking:
                    column = written.get(refusal.column, refusal.column)
                    self.ledger.refuse(raw.file, row.line, column, refusal)
            if any(refusal.column in NAMING.get(table, ()) for refusal in refusals):
                self.unnamed.add((table, len(self.rows[table])))
                for name in _texts(row.cells.get(key, ())):
                    # In a list of ids its parts stand alone.
                    self.known[table].update((name, *map(str.strip, name.split(";"))))
            self.rows[table].append(built)
            self.lines[table].append(row.line)

    def _example(self, table: str, key: str, raw: RawTable, row: RawRow) -> bool:
        name = row.cells.get(key, "")
        if not isinstance(name, str) or not name.startswith(EXAMPLE_PREFIX):
            return False
        column = self.gathering.written.get(table, {}).get(key, key)
        what, remedy = "is the example row, which is still there.", "Delete the row."
        self.ledger.follow(Problem(raw.file, row.line, column, name, what, remedy))
        return True

    def _check(self, content: dict[str, Any]) -> None:
        """Find what is wrong between the rows, with stand-ins for what was refused."""
        self.ledger.next_step()
        self._spare_references()
        doubtful = "round" in self.gathering.unread or any(
            problem.severity == "error" and problem.file == self.gathering.file
            for problem in self.ledger.problems
        )
        rates = content["rates"] | dict.fromkeys(self._unrated(content), Decimal(1))
        known = Round.model_construct(**content | {"rates": rates})
        found = [*find_problems(known, self.known, self.unnamed), *find_bad_values(known)]
        found += self.look(known)
        self._take(p for p in found if not (doubtful and p.severity == "warning"))

    def _unrated(self, content: Mapping[str, Any]) -> set[str]:
        """Give the currencies that must not be missed, since the rates are not known wholly."""
        base = minor_digits(content["currency"]) is None
        if not base and "rates" not in self.gathering.unread:
            return self.settings.refused_rates
        tables = ("pools", "proposals", "commitments", "contributors")
        used = {row.currency for table in tables for row in self.rows[table]}
        return used - {content["currency"], *content["rates"]}

    def _spare_references(self) -> None:
        """Take every id to be known that may stand in a row that could not be read."""
        lost = set(self.gathering.unread) | {
            table for table, column in self.gathering.lacking if column == IDS.get(table)
        }
        for table, column, target in (*REFERENCES, *MIXED_REFERENCES):
            if target in lost:
                for row in self.rows[table]:
                    for value in _texts(getattr(row, column)):
                        self.known[target].update((value, *value.split(":")))
        for row in self.rows["targets"]:
            for key, codes in row.where.items():
                for target, name in (("organisations", "organisation"), ("proposals", "proposal")):
                    if target in lost and key.removeprefix("not_") == name:
                        self.known[target].update(codes)

    def _take(self, found: Iterable[Problem]) -> None:
        """Note problems of the round with the file, line and column where they stand."""
        doubtful = [
            name for name in VOCABULARIES if name in self.gathering.unread or self.known[name]
        ]
        spared = {column for name in doubtful for column in VOCABULARIES[name]}
        spared |= self.gathering.lacking
        for problem in found:
            weight = problem.column.startswith(f"{WEIGHTS}.") and self._scores_are_lost
            if weight or (problem.file, problem.column) in spared:
                continue
            if placed := self._placed(problem):
                self.ledger.follow(placed)

    @cached_property
    def _scores_are_lost(self) -> bool:
        """Whether a criterion that nobody seems to have scored may stand where nothing is read."""
        columns = {name for _, name in self.gathering.lacking}
        columns |= {one.column for one in self.ledger.problems if one.severity == "error"}
        lost = any(name.startswith(COLUMN) or name == "criterion" for name in columns)
        return lost or not {"proposals", "reviews"}.isdisjoint(self.gathering.unread)

    def _placed(self, problem: Problem) -> Problem | None:
        table, column = problem.file, problem.column
        file, line = self.gathering.file, line_of(self.gathering, column)
        if table == "round" and "round" in self.gathering.unread:
            return None
        if table != "round":
            assert problem.row is not None
            file, line = self.gathering.tables[table].file, self.lines[table][problem.row]
            plain = column.removeprefix("where.")
            column = self.gathering.written.get(table, {}).get(plain, column)
        elif column.startswith("rates."):
            code = column.removeprefix("rates.")
            raw = self.gathering.tables.get("rates")
            rows = [row for row in raw.rows if row.cells.get("currency") == code] if raw else []
            if raw is None or not rows:
                return None
            file, line = raw.file, rows[0].line
            column = rate_column(self.gathering, code, "currency")
        rest = (problem.value, problem.what, problem.remedy, problem.severity)
        return Problem(file, line, column, *rest)


def _valid(content: Mapping[str, Any]) -> Round | None:
    try:
        return Round.model_validate(content)
    except InvalidRound:
        return None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif value is not None:
        yield from (item if isinstance(item, str) else item[0] for item in value)


def _splitter(table: str, columns: Iterable[str]) -> Any:
    """Give a function that moves criteria, facts and conditions into the fields that hold them."""
    fields = MODELS[table].model_fields
    further = {name for name in columns if name not in fields}
    if not further:
        return lambda cells: cells
    if table == "targets":
        into = dict.fromkeys(further, "where")
    else:
        into = {name: "criteria" if _criterion(table, name) else "facts" for name in further}

    def split(cells: Mapping[str, Cell]) -> Cells:
        kept: dict[str, Any] = {}
        for name, cell in cells.items():
            if name not in into:
                kept[name] = cell
            elif into[name] == "criteria":
                kept.setdefault("criteria", {})[name.removeprefix("score_")] = cell
            else:
                kept.setdefault(into[name], {})[name] = cell
        return kept

    return split


def _criterion(table: str, name: str) -> bool:
    return table == "proposals" and name.startswith("score_")
