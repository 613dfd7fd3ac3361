"""Which cells, rows and settings of a round a path means, and the nearest one where it means none.

A path has the table, the name of a row and a column, `pools.P07.budget`; the name of a row may have
a star, `pools.*.budget`. Settings have their own: `decision_date`, `rates.USD`, `policy.min_award`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from matcher.domain import Round
from matcher.domain.policy import CONDITIONS
from matcher.domain.tables import Row
from matcher.reading.headers import columns_of, nearest
from matcher.scenarios.edits.naming import CRITERION, GROUPS, HEAD, MODELS, WHERE, named_rows
from matcher.scenarios.edits.scenario import Refused

_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
WEIGHTS = "score_weights.…"
"""How the weights of criteria are listed among the columns of the policy."""
STARS = frozenset("*?[")


class NoSuchPath(Refused):
    """A path that means nothing."""


@dataclass(frozen=True)
class Places:
    """The rows that a path means, by name, and the column, if it names one.

    `table` is empty for a setting of one value, which is the column then.
    """

    table: str
    rows: Mapping[str, Row | None]
    column: str = ""


def find_cells(round_: Round, path: str) -> Places:
    """Give the cells that a path means; raises NoSuchPath."""
    first, _, rest = path.partition(".")
    if path in HEAD:
        return Places("", {"": None}, path)
    if first == "rates" and rest:
        return Places("rates", {"": None}, rest)
    if first in GROUPS and rest:
        return Places(first, {"": getattr(round_, first)}, _column(first, rest))
    if first not in MODELS or not rest:
        tables = ("rates", *GROUPS, *MODELS)
        near = nearest_name(path, [f"{table}.{rest}" for table in tables]) if rest else None
        known = [*HEAD, *(f"{table}.…" for table in tables)]
        near = near or nearest_name(path, known)
        there = f"There are: {', '.join(known)}."
        raise NoSuchPath(_WHAT, f"Did you mean {near}?" if near else there)
    rows = named_rows(round_, first)
    name, column = _split(rows, rest)
    if not column:
        if name is None:
            last = rest.rpartition(".")[2]
            raise NoSuchPath(_WHAT, _did_you_mean(rest.removesuffix(f".{last}"), rows, first))
        raise NoSuchPath("names a row, and no column of it.", f"Go on with one: {path}.…")
    return Places(first, _meant(rows, name or "", first), _column(first, column))


def find_rows(round_: Round, path: str) -> Places:
    """Give the rows that a path means; raises NoSuchPath."""
    first, _, rest = path.partition(".")
    if first == "rates" and rest in round_.rates:
        return Places("rates", {rest: None})
    if first not in MODELS or not rest:
        remedy = f"Write a table and the name of a row, like pools.P07; tables: {', '.join(MODELS)}"
        raise NoSuchPath("is no row of the round.", f"{remedy}.")
    return Places(first, _meant(named_rows(round_, first), rest, first))


_WHAT = "does not exist in the round."


def _split(rows: Mapping[str, Row], rest: str) -> tuple[str | None, str]:
    """Part the name of a row from the column after it; names may hold dots themselves."""
    parts = rest.split(".")
    splits = [(".".join(parts[:at]), ".".join(parts[at:])) for at in range(len(parts), 0, -1)]
    for name, column in splits:
        if name in rows:
            return name, column
    for name, column in splits:
        if column and _has_star(name) and any(fnmatchcase(known, name) for known in rows):
            return name, column
    return None, ""


def _meant(rows: Mapping[str, Row], name: str, table: str) -> dict[str, Row | None]:
    if name in rows:
        return {name: rows[name]}
    found: dict[str, Row | None] = {}
    if _has_star(name):
        found = {known: row for known, row in rows.items() if fnmatchcase(known, name)}
    if not found:
        raise NoSuchPath(_WHAT, _did_you_mean(name, rows, table))
    return found


def _has_star(name: str) -> bool:
    return not STARS.isdisjoint(name)


def _column(table: str, column: str) -> str:
    if (remedy := find_column(table, column)) is not None:
        raise NoSuchPath(f"names a column that is not in {table}: {column}.", remedy)
    return column


def find_column(table: str, column: str) -> str | None:
    """Give how a column can be mended that a table does not have; None where it has it."""
    known = _columns(table)
    if column in known or (table == "proposals" and column.startswith(CRITERION)):
        return None
    if table == "policy" and column.startswith("score_weights.") and column != WEIGHTS:
        return None
    near = nearest(column, known) or _of_which_a_part(column, known)
    return f"Did you mean {near}?" if near else f"Use one of: {', '.join(known)}."


def _of_which_a_part(column: str, known: Sequence[str]) -> str | None:
    """Give the only column that is called so in part: score_threshold by threshold."""
    found = [name for name in known if column in name.split("_") or name.endswith(f"_{column}")]
    return found[0] if len(found) == 1 else None


def _columns(table: str) -> Sequence[str]:
    if table in GROUPS:
        own = [name for name in GROUPS[table].model_fields if name != "score_weights"]
        return [*own, WEIGHTS] if table == "policy" else own
    if table == "targets":
        plain = [name for name in columns_of(table) if name not in CONDITIONS]
        return [*plain, *(f"{WHERE}{name}" for name in CONDITIONS)]
    return columns_of(table)


def _did_you_mean(name: str, known: Iterable[str], table: str = "") -> str:
    names = list(known)
    near = nearest_name(name, names)
    before = f"{table}." if table else ""
    if near:
        return f"Did you mean {before}{near}?"
    few = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
    return f"There are: {few}." if names else f"There are no {table}."


def nearest_name(name: str, known: Sequence[str]) -> str | None:
    """Give the name that is meant by one that is shortened, P7 for P07, or misspelt."""
    plain = _without_zeros(name)
    alike = [other for other in known if _without_zeros(other) == plain]
    return alike[0] if alike else nearest(name, known)


def _without_zeros(name: str) -> str:
    """Give a name as people shorten it: P7 for P07."""
    return _ZEROS.sub("", name).lower()
