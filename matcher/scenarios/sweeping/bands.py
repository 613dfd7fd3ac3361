"""How often each proposal is funded over many variations of a round: certain, out, or in between.

The optimiser's exactness is not the board's certainty: scores are doubtful, and what is funded in
some variations and not in others is a decision for people to make.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from statistics import NormalDist
from typing import Any, Literal, Protocol

import pandas as pd

from matcher import money
from matcher.domain import Round
from matcher.explaining.solves.forcing import totals
from matcher.writing.visibility import ShownRound

Name = Literal["certain", "your decision", "out"]
CERTAIN = Fraction(95, 100)
"""Funded in so large a share of draws, or a larger one, a proposal is certain."""
OUT = Fraction(5, 100)
"""Funded in so small a share of draws, or a smaller one, it is out."""
CONFIDENCE = 0.95
"""How sure it is that an interval holds the share over all draws there could be."""
WITH_PLAN = ("optimal", "feasible")


class Answered(Protocol):
    """What is looked at of the answer to a variation of a round."""

    @property
    def status(self) -> str:
        """One of optimal, feasible, infeasible, no_solution, failed."""

    @property
    def awards(self) -> Mapping[tuple[str, str], int]:
        """Base minor units by (pool id, proposal id)."""


@dataclass(frozen=True)
class Band:
    """How often a proposal is funded in so many draws, and with how much in all of them together.

    `total` is in base minor units.
    """

    proposal_id: str
    draws: int
    funded: int
    total: int

    @property
    def name(self) -> Name:
        """Give the band, by exact shares."""
        if self.share >= CERTAIN:
            return "certain"
        return "out" if self.share <= OUT else "your decision"

    @property
    def share(self) -> Fraction:
        """Give the share of draws in which it is funded."""
        return Fraction(self.funded, self.draws)

    @property
    def interval(self) -> tuple[float, float]:
        """Give where the share over all possible draws lies, by Wilson (JASA 22, 1927)."""
        z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
        n, k = self.draws, self.funded
        middle = (k + z * z / 2) / (n + z * z)
        half = z / (n + z * z) * sqrt(k * (n - k) / n + z * z / 4)
        # At the ends the bound is exact, and floating point would leave it a hair off.
        return (max(middle - half, 0.0) if k else 0.0, min(middle + half, 1.0) if k < n else 1.0)

    @property
    def mean(self) -> Fraction:
        """Give what it gets on average over all draws, in base minor units."""
        return Fraction(self.total, self.draws)


@dataclass(frozen=True)
class Bands:
    """The bands of all proposals, in the order of their ids.

    `draws` are those that have a plan; `without_plan` are not counted in any share.
    """

    draws: int
    without_plan: int
    rows: tuple[Band, ...]

    def named(self, name: Name) -> tuple[Band, ...]:
        """Give the proposals of a band, those most often funded first."""
        found = [row for row in self.rows if row.name == name]
        return tuple(sorted(found, key=lambda row: (-row.funded, row.proposal_id)))


def bands_of(round_: Round, answers: Iterable[Answered]) -> Bands:
    """Count in how many of the answers each proposal of a round is funded."""
    names = sorted(row.proposal_id for row in round_.proposals)
    funded, sums = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    draws = without = 0
    for answer in answers:
        if answer.status not in WITH_PLAN:
            without += 1
            continue
        draws += 1
        for name, units in totals(answer.awards).items():
            funded[name] += 1
            sums[name] += units
    rows = [Band(name, draws, funded[name], sums[name]) for name in names] if draws else []
    return Bands(draws, without, tuple(rows))


def band_table(round_: Round, bands: Bands) -> pd.DataFrame:
    """Give a row for each proposal; `mean` in major units of the base currency, half-even.

    A row is known by its id, also where that is confidential; titles are told as `visibility`
    allows.
    """
    shown = ShownRound(round_)
    columns: dict[str, Sequence[Any]] = {
        "proposal_id": [row.proposal_id for row in bands.rows],
        "title": [shown.title(row.proposal_id) for row in bands.rows],
        "band": [row.name for row in bands.rows],
        "draws": [row.draws for row in bands.rows],
        "funded": [row.funded for row in bands.rows],
        "share": [float(row.share) for row in bands.rows],
        "low": [row.interval[0] for row in bands.rows],
        "high": [row.interval[1] for row in bands.rows],
        "mean": [money.major(money.half_even(row.mean), round_.currency) for row in bands.rows],
    }
    return pd.DataFrame(columns)


def document(round_: Round, bands: Bands) -> dict[str, Any]:
    """Give the bands as plain values; amounts are in base major units."""
    return {
        "draws": bands.draws,
        "without_plan": bands.without_plan,
        "proposals": [
            {
                "proposal_id": row.proposal_id,
                "band": row.name,
                "funded": row.funded,
                "share": round(float(row.share), 6),
                "low": round(row.interval[0], 6),
                "high": round(row.interval[1], 6),
                "mean": money.shown(money.half_even(row.mean), round_.currency),
            }
            for row in bands.rows
        ],
    }
