"""`whatif.html`: all scenarios of a base on a page that needs nothing else and prints well."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from matcher import money
from matcher.domain import Round
from matcher.money import digits_of
from matcher.scenarios.comparing.comparison import Comparison
from matcher.scenarios.comparing.inputs import is_untold
from matcher.scenarios.edits.amounts import AMOUNTS, OWN_CURRENCY
from matcher.scenarios.edits.differences import Difference
from matcher.scenarios.edits.naming import Cell, Cells
from matcher.scenarios.templates import template_of
from matcher.scenarios.whatif import Ended, WhatIf
from matcher.wording import catalogue_of
from matcher.writing import phrases
from matcher.writing.visibility import ShownRound

PAGE = "whatif.html"
MOST, CHANGES = 8, 40
"""So many proposals and pools of a scenario are listed, and so many changes; others are counted."""


@dataclass(frozen=True)
class Line:
    """What a list says in a line: who or what, beside it more, and how much at the end."""

    text: str
    note: str = ""
    figure: str = ""


@dataclass(frozen=True)
class Block:
    """A list with its heading; `more` lines are left out."""

    title: str
    lines: tuple[Line, ...]
    more: int


def write_page(
    found: WhatIf, overview: pd.DataFrame, comparisons: Mapping[str, Comparison], out: Path
) -> None:
    """Write the page into `out`."""
    text = render_page(found, overview, comparisons)
    (out / PAGE).write_text(text, encoding="utf-8", newline="\n")


def render_page(
    found: WhatIf, overview: pd.DataFrame, comparisons: Mapping[str, Comparison]
) -> str:
    """Give the page; names are as others may see them."""
    round_ = found.start.round
    rows = overview.to_dict("records")
    largest = max((abs(row["merit_change"] or 0) for row in rows), default=Decimal(0))
    places = digits_of(round_.currency)
    return template_of(PAGE).render(
        title=ShownRound(round_).text(round_.title or round_.id),
        round=round_,
        base=rows[0],
        rows=rows[1:],
        largest=largest,
        blocks={name: list(_blocks(ended, comparisons[name])) for name, ended in _named(found)},
        merit=lambda value: phrases.grouped(value, merit_places(round_)),
        signed=lambda value: _signed(value, merit_places(round_)),
        money=lambda value: phrases.grouped(value, places),
        moved=lambda value: _signed(value, places),
        gap=phrases.gap,
        day=phrases.day(round_.decision_date),
        count=phrases.count,
    )


def merit_places(round_: Round) -> int:
    """Say how many decimals merit is told with: projects by score need some, money needs none."""
    return 0 if round_.policy.value == "per_amount" else 2


def _named(found: WhatIf) -> Iterator[tuple[str, Ended]]:
    return ((ended.changed.scenario.name, ended) for ended in found.scenarios)


def _blocks(ended: Ended, comparison: Comparison) -> Iterator[Block]:
    """Give what a scenario changes, and what becomes of proposals, pools, regions and targets."""
    after = ended.changed.round
    shown = {True: ShownRound(after), False: ShownRound(comparison.before.round)}
    changes = [_change(change, shown) for change in ended.changed.differences]
    yield _block("What is otherwise", list(dict.fromkeys(changes)), CHANGES)
    if not comparison.after.has_awards:
        return
    for title, what in (("Comes in", "in"), ("Falls out", "out")):
        rows = comparison.proposals[comparison.proposals["change"] == what].to_dict("records")
        names = shown[what == "in"]
        rows.sort(key=lambda row: -abs(row["difference"] or 0))
        yield _block(title, [_proposal(row, names, what, after.currency) for row in rows])
    for title, table in (("Money moved by pool", "pools"), ("By region", "regions"),
                         ("By group", "groups")):  # fmt: skip
        frame = comparison.money_by(table.removesuffix("s"))
        rows = [row for row in frame.to_dict("records") if row["difference"]]
        yield _block(title, [_moved(row, table, shown, after.currency) for row in rows])
    lost = [
        Line(f"{row['target_id']}, {row['bound'].replace('_', ' ')}",
             "no longer met" if row["held_before"] else "met now")
        for row in comparison.targets.to_dict("records")
        if row["held_before"] is not None and row["held_after"] is not None
        and row["held_before"] != row["held_after"]
    ]  # fmt: skip
    yield _block("Targets", lost)


def _block(title: str, lines: list[Line], most: int = MOST) -> Block:
    return Block(title, tuple(lines[:most]), max(0, len(lines) - most))


def _change(change: Difference, shown: Mapping[bool, ShownRound]) -> Line:
    """Tell a change; of what others may not see, only that there is one."""
    if any(is_untold(side, change) for side in shown.values()):
        return Line(catalogue_of().say("compare-change-confidential"))
    if change.before is None and isinstance(change.after, dict):
        return Line(change.dotted, _added(change.path[0], change.after))
    if change.after is None and isinstance(change.before, dict):
        return Line(change.dotted, "dropped")
    before, after = (_cell(value, change.path[-1]) for value in (change.before, change.after))
    return Line(change.dotted, "", f"{before} → {after}{_currency(change, shown)}")


def _added(table: str, cells: Cells) -> str:
    """Say what is added: of a target, whose cells are for everybody, all that it asks."""
    if table != "targets":
        return "added"
    asked = (f"{name} {_cell(value, name)}" for name, value in cells.items() if name != "id")
    return f"added: {', '.join(asked)}"


def _currency(change: Difference, shown: Mapping[bool, ShownRound]) -> str:
    """Give the currency of an amount, where it is in another than that of the page."""
    if change.path[0] not in ("pools", "proposals") or change.path[-1] not in OWN_CURRENCY:
        return ""
    tables = [getattr(shown[later].round, f"{change.path[0]}_by_id") for later in (False, True)]
    found = {table[change.path[1]].currency: None for table in tables if change.path[1] in table}
    own = found.keys() != {shown[False].round.currency}
    return f"\u00a0{' → '.join(found)}" if own else ""


def _cell(value: Cell | Cells | None, column: str) -> str:
    if value is None or value == "":
        return "blank"
    if isinstance(value, dict):
        return "a row"
    if isinstance(value, list):
        return "; ".join(value)
    return f"{Decimal(value):,f}" if column in AMOUNTS else value


def _proposal(row: Mapping[Any, Any], shown: ShownRound, what: str, currency: str) -> Line:
    amount = row["amount_after"] if what == "in" else row["amount_before"]
    name = shown.title(row["proposal_id"])
    said = "" if amount is None else phrases.grouped(amount, digits_of(currency))
    return Line(name, shown.applicant(row["proposal_id"]), said)


def _moved(
    row: Mapping[Any, Any], table: str, shown: Mapping[bool, ShownRound], currency: str
) -> Line:
    name = str(row["name"]) or f"no {table.removesuffix('s')} named"
    if table == "pools":
        here = row["id"] in shown[True].round.pools_by_id
        name = shown[here].pool(row["id"])
    return Line(name, "", _signed(row["difference"], money.digits_of(currency)))


def _signed(value: Decimal | None, places: int) -> str:
    if value is None:
        return "–"
    shown = phrases.grouped(abs(value), places)
    return f"+{shown}" if value > 0 else f"−{shown}" if value < 0 else shown
