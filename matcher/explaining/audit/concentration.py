"""Where the money of a plan goes and comes from, and how concentrated it is.

By donor (who pays), organisation, region, group and sector (who receives). Each table adds up to
the money placed, exactly: regions by the shares of a proposal, or equally where none are given (as
targets weigh them); a proposal of several groups counts for each in equal parts, since groups have
no shares. Sectors are the top codes of the vocabulary above those that proposals name. What names
nothing stands under an empty code.

The Herfindahl-Hirschman index is the sum of squared shares, from 1/n for n equal parts to 1 for
all in one place (Hirschman 1964, "The Paternity of an Index").
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import pandas as pd

from matcher.domain import Proposal, Round
from matcher.explaining.solves.base import Awards
from matcher.writing.visibility import ShownRound

By = Literal["donor", "organisation", "region", "group", "sector"]
EVERY: tuple[By, ...] = ("donor", "organisation", "region", "group", "sector")
COLUMNS = ("code", "name", "money", "proposals", "share")


@dataclass(frozen=True)
class Concentration:
    """How the money placed is spread by one thing.

    `table` has the columns `COLUMNS`, the most money first: `money` in base minor units and `share`
    of all that is placed, both exact fractions; `proposals` funded that have a part in it, so that
    one of several regions or groups counts in each. `placed` is what the money adds up to.
    """

    by: By
    table: pd.DataFrame
    placed: int

    @property
    def largest(self) -> Fraction | None:
        """The largest share, None where nothing is placed."""
        shares = self.table["share"].tolist()
        return max(shares) if shares else None

    @property
    def index(self) -> Fraction | None:
        """The Herfindahl-Hirschman index of the shares, None where nothing is placed."""
        shares: list[Fraction] = self.table["share"].tolist()
        return sum((share * share for share in shares), Fraction(0)) if shares else None


def concentration(round_: Round, awards: Awards) -> tuple[Concentration, ...]:
    """Give how awards, in base minor units, are spread by each of `EVERY`."""
    placed = sum(awards.values())
    return tuple(Concentration(by, _table(round_, awards, by, placed), placed) for by in EVERY)


def _table(round_: Round, awards: Awards, by: By, placed: int) -> pd.DataFrame:
    money: dict[str, Fraction] = {}
    proposals: dict[str, set[str]] = {}
    for (pool_id, proposal_id), units in awards.items():
        if units <= 0:
            continue
        parts = _donor(round_, pool_id) if by == "donor" else PARTS[by](round_, proposal_id)
        for code, part in parts:
            money[code] = money.get(code, Fraction(0)) + units * part
            proposals.setdefault(code, set()).add(proposal_id)
    named = _shown_names(round_, by)
    order = sorted(money, key=lambda code: (-money[code], code))
    rows: list[dict[str, Any]] = [
        {
            "code": code,
            "name": named.get(code, ""),
            "money": money[code],
            "proposals": len(proposals[code]),
            "share": money[code] / placed,
        }
        for code in order
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


Parts = Iterator[tuple[str, Fraction]]
"""Codes, each with the part of an award that is its own; the parts of one award add up to 1."""


def _donor(round_: Round, pool_id: str) -> Parts:
    yield round_.pools_by_id[pool_id].donor_id, Fraction(1)


def _organisation(round_: Round, proposal_id: str) -> Parts:
    yield round_.proposals_by_id[proposal_id].org_id, Fraction(1)


def _region(round_: Round, proposal_id: str) -> Parts:
    regions = round_.proposals_by_id[proposal_id].regions
    for code, share in regions:
        yield code, Fraction(1, len(regions)) if share is None else Fraction(share)
    if not regions:
        yield "", Fraction(1)


def _group(round_: Round, proposal_id: str) -> Parts:
    groups = round_.proposals_by_id[proposal_id].groups or ("",)
    for group in groups:
        yield group, Fraction(1, len(groups))


def _sector(round_: Round, proposal_id: str) -> Parts:
    proposal: Proposal = round_.proposals_by_id[proposal_id]
    lineage = round_.sector_vocabulary.lineage(proposal.sector) if proposal.sector else ("",)
    yield lineage[-1], Fraction(1)


PARTS: Mapping[By, Callable[[Round, str], Parts]] = {
    "organisation": _organisation,
    "region": _region,
    "group": _group,
    "sector": _sector,
}
"""How an award is parted among the codes of its proposal."""


def _shown_names(round_: Round, by: By) -> Mapping[str, str]:
    """Give the names for the codes of a share as `visibility` allows: they stand in sentences."""
    shown = ShownRound(round_)
    match by:
        case "donor":
            return {row.donor_id: shown.giver(row.donor_id) for row in round_.donors}
        case "organisation":
            return {row.org_id: shown.organisation(row.org_id) for row in round_.organisations}
    return names_of(round_, by)


def names_of(round_: Round, by: str) -> Mapping[str, str]:
    """Give the names that a round has for the codes of a share; groups have none."""
    match by:
        case "donor":
            return {row.donor_id: row.name for row in round_.donors}
        case "organisation":
            return {row.org_id: row.name for row in round_.organisations}
        case "region":
            return round_.region_vocabulary.names
        case "sector":
            return round_.sector_vocabulary.names
    return {}
