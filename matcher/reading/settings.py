"""The settings of a round out of their dotted keys, or everything wrong with them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from matcher.domain import fields as f
from matcher.domain.policy import Call, Policy
from matcher.domain.tables import Row
from matcher.errors import Problem
from matcher.reading.gathering import Gathering
from matcher.reading.headers import nearest
from matcher.reading.ledger import Ledger
from matcher.reading.raw import Cell
from matcher.reading.refusals import Refusal, build
from matcher.reading.tree import unknown_key

GROUPS: Mapping[str, type[Row]] = {"policy": Policy, "call": Call}
WEIGHTS = "score_weights"


class _Head(Row):
    """The keys of a round that hold one value."""

    id: f.Identifier
    currency: f.Text
    decision_date: f.DecisionDate
    title: f.Text | None = None
    rule_packs: f.Codes = ()


class _Rate(Row):
    currency: f.Text
    rate: f.PositiveAmount


@dataclass
class Settings:
    """Settings for `Round`, with stand-ins where they were refused; and the refused currencies."""

    content: dict[str, Any] = field(default_factory=dict)
    refused_rates: set[str] = field(default_factory=set)


def line_of(gathering: Gathering, key: str) -> int | None:
    """Give the line of a dotted key, or of the first key below it."""
    if key in gathering.settings:
        return gathering.settings[key].line
    below = (s.line for name, s in gathering.settings.items() if name.startswith(f"{key}."))
    return next(below, None)


def rate_column(gathering: Gathering, code: str, column: str = "rate") -> str:
    """Give the name under which a rate stands: the header of its sheet, or its dotted key."""
    return gathering.written.get("rates", {}).get(column, f"rates.{code}")


def read_settings(gathering: Gathering, ledger: Ledger) -> Settings:
    """Read the settings of a round, telling the ledger of everything wrong."""
    groups: dict[str, dict[str, Any]] = {"": {}, "policy": {}, "call": {}}
    weights: dict[str, Cell] = {}
    for key, setting in gathering.settings.items():
        head, _, rest = key.partition(".")
        if not setting.value and not _heading(key) and head not in GROUPS:
            continue
        if _heading(key):
            if setting.value:
                what, remedy = "has keys of its own.", f"Write {key}.NAME, or indent keys below it."
                ledger.follow(Problem(gathering.file, setting.line, key, "", what, remedy))
        elif head in GROUPS:
            name, _, weight = rest.partition(".")
            meant = _known(gathering, ledger, head, name)
            if meant == WEIGHTS and weight and setting.value:
                weights[weight] = setting.value
            elif weight and name == meant and meant != WEIGHTS:
                _too_deep(gathering, ledger, key)
            elif meant and meant != WEIGHTS and setting.value:
                groups[head].setdefault(meant, setting.value)
        elif rest:
            _too_deep(gathering, ledger, key)
        else:
            groups[""][key] = setting.value
    if weights:
        groups["policy"][WEIGHTS] = weights
    return _built(gathering, ledger, groups)


def _heading(key: str) -> bool:
    return key in (*GROUPS, f"policy.{WEIGHTS}")


def _known(gathering: Gathering, ledger: Ledger, head: str, name: str) -> str | None:
    """Give the key of a group that is meant, telling of it once where it is not known."""
    known: Sequence[str] = tuple(GROUPS[head].model_fields)
    if name in known:
        return name
    key, near = f"{head}.{name}", nearest(name, known)
    if key not in gathering.ignored:
        gathering.ignored |= {key, f"{head}.{near}"}
        ledger.follow(unknown_key(gathering.file, line_of(gathering, key), key, known))
    return near


def _too_deep(gathering: Gathering, ledger: Ledger, key: str) -> None:
    above, line = key.rpartition(".")[0], line_of(gathering, key)
    what, remedy = f"is a key below {above}, which has none.", f"Write one value for {above}."
    ledger.follow(Problem(gathering.file, line, key, "", what, remedy))


def _built(gathering: Gathering, ledger: Ledger, groups: Mapping[str, dict[str, Any]]) -> Settings:
    settings = Settings()

    def told(above: str, refusals: Sequence[Refusal]) -> None:
        for refusal in refusals if "round" not in gathering.unread else ():
            key = above + refusal.column
            if key in gathering.ignored:
                continue  # it stands there under a misspelt name, which is told
            if refusal.kind == "missing":
                refusal = replace(refusal, what="is missing.", remedy=f"Add {key}.")
            ledger.refuse(gathering.file, line_of(gathering, key), key, refusal)

    head, refusals = build(_Head, groups[""])
    told("", refusals)
    settings.content |= {name: getattr(head, name) for name in head.model_fields_set}
    for group, model in GROUPS.items():
        row, refusals = build(model, groups[group])
        told(f"{group}.", refusals)
        if any(refusal.column == "score_max" for refusal in refusals):
            row = row.model_copy(update={"score_max": Decimal("Infinity")})
        settings.content[group] = row
    settings.content["rates"] = _rates(gathering, ledger, settings)
    return settings


def _rates(gathering: Gathering, ledger: Ledger, settings: Settings) -> dict[str, Decimal]:
    rates: dict[str, Decimal] = {}
    table = gathering.tables.get("rates")
    if table is None:
        return rates
    for raw in table.rows:
        row, refusals = build(_Rate, raw.cells)
        code = raw.cells.get("currency", "")
        code = code if isinstance(code, str) else ""
        for refusal in refusals:
            if ("rates", refusal.column) not in gathering.lacking:
                column = rate_column(gathering, code, refusal.column)
                ledger.refuse(table.file, raw.line, column, refusal)
        if code in rates:
            what, remedy = "stands here a second time.", "Keep one of the two."
            column = rate_column(gathering, code, "currency")
            ledger.follow(Problem(table.file, raw.line, column, code, what, remedy))
        elif not refusals:
            rates[code] = row.rate
        else:
            settings.refused_rates.add(code)
    return rates
