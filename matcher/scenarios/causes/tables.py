"""Causes as pandas tables: the changes, what each difference comes from, and the parts."""

from decimal import Decimal
from fractions import Fraction

import pandas as pd

from matcher import money
from matcher.scenarios.causes.causes import Causes
from matcher.scenarios.causes.parts import Measure
from matcher.scenarios.comparing.document import plain_cells

CHANGES = ("number", "change", "path", "before", "after")
CAUSES = ("proposal_id", "of", "kind", "changes", "with_amounts", "no_fewer")
PARTS = ("measure", "key", "change", "part", "standard_error")
PLACES = 6
"""Decimals of a part: parts of merit and money are rationals."""


def changes_table(causes: Causes) -> pd.DataFrame:
    """Give a row for each difference, with the number of the change that it belongs to.

    Those that decide nothing have number 0; a row of a table that is new or gone is told as its
    cells.
    """
    rows: list[list[object]] = []
    for number, change in enumerate(causes.changes, 1):
        for difference in change.differences:
            told = plain_cells(difference.before), plain_cells(difference.after)
            rows.append([number, change.name, difference.dotted, *told])
        rows += [[number, change.name, f"packs.{pack}", None, None] for pack in change.packs]
    for difference in causes.idle:
        told = plain_cells(difference.before), plain_cells(difference.after)
        rows.append([0, difference.dotted, difference.dotted, *told])
    return pd.DataFrame(rows, columns=list(CHANGES), dtype=object)


def causes_table(causes: Causes) -> pd.DataFrame:
    """Give a row for each cause of each proposal that differs; changes by number, as `1+3`.

    `kind` is sole, joint, untried (a set that may be more than is needed) or unsettled.
    """
    rows: list[list[object]] = []
    for cause in causes.found:
        for found in cause.sets:
            kind = "sole" if len(found.changes) == 1 else "joint" if found.minimal else "untried"
            told = "+".join(str(position + 1) for position in found.changes)
            rows.append(
                [cause.proposal_id, cause.of, kind, told, found.with_amounts, found.minimal]
            )
    rows += [[name, None, "unsettled", "", None, None] for name in causes.unsettled]
    return pd.DataFrame(rows, columns=list(CAUSES), dtype=object)


def parts_table(causes: Causes) -> pd.DataFrame:
    """Give each change's part of each measure that differs; change 0 is what none accounts for.

    Money in base major units. Without rounding, the parts of a measure sum to its difference.
    """
    rows: list[list[object]] = []
    for measure in causes.rest:
        parts = causes.parts.get(measure, ())
        if not causes.rest[measure] and not any(part.value for part in parts):
            continue
        for number, part in enumerate(parts, 1):
            error = None if part.error is None else Fraction(part.error)
            told = None if error is None else shown(causes, measure, error)
            rows.append([*measure, number, shown(causes, measure, part.value), told])
        if causes.rest[measure]:
            rows.append([*measure, 0, shown(causes, measure, causes.rest[measure]), None])
    return pd.DataFrame(rows, columns=list(PARTS), dtype=object)


def shown(causes: Causes, measure: Measure, value: Fraction) -> Decimal:
    """Give a value of a measure as a decimal, money in base major units; half-even."""
    digits = money.digits_of(causes.after.round.currency)
    scaled = value / 10**digits if measure[0] in ("placed", "pool") else value
    return Decimal(round(scaled * 10**PLACES)).scaleb(-PLACES)
