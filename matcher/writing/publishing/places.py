"""Where funded work is done, by the regions of its proposal."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from matcher.domain import Proposal, Round
from matcher.vocabularies import countries

_PLACES = 2
"""Decimals of a percentage."""


@dataclass(frozen=True)
class Place:
    """A region with its name, its country (ISO 3166-1) where that is known, its part of the work.

    `stated` is the share that the proposal states; `share` takes those without any for equal, as
    the targets of the round do.
    """

    code: str
    name: str
    country: str | None
    share: Fraction
    stated: Decimal | None


def places_of(round_: Round, proposal: Proposal) -> tuple[Place, ...]:
    """Give the regions of a proposal by code."""
    known, count = round_.region_vocabulary, len(proposal.regions)
    found = []
    for code, stated in proposal.regions:
        country = known.country(code)
        share = Fraction(1, count) if stated is None else Fraction(stated)
        country = country if country in countries() else None
        found.append(Place(code, known.names.get(code, code), country, share, stated))
    return tuple(found)


def percentages(shares: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """Give shares that sum to 1 in per cent, at most two decimals, which sum to exactly 100.

    What rounding down leaves over goes to those that lost most by it, then by name.
    """
    scale = 10 ** (_PLACES + 2)
    whole = {name: int(share * scale) for name, share in shares.items()}
    left = scale - sum(whole.values())
    lost = sorted(shares, key=lambda name: (whole[name] - shares[name] * scale, name))
    for name in lost[:left]:
        whole[name] += 1
    return {name: Decimal(units).scaleb(-_PLACES) for name, units in whole.items()}
