"""Staying near an earlier result: reading it, and how near is asked for (ADR 0012).

options = Options(stay_near=near_result(round_, Path("earlier"), at_most=5))
run = match(round_, options)
changed_proposals(round_, nearness_of(options.stay_near).awards, run.awards)
"""

import hashlib
import re
from decimal import Decimal
from pathlib import Path

from matcher import money
from matcher.domain import Round
from matcher.errors import InvalidRound, Problem, WrongUsage
from matcher.pipeline.nearness import nearness_of
from matcher.results import StayNear
from matcher.verify import changed_proposals
from matcher.wording.catalogue import catalogue_of
from matcher.writing.result_folder import read_awards

DECIMALS = 4
"""Decimals of a price, as of scores."""
LARGEST_PRICE = 10**11
"""The most that a change may cost, in merit: as much as an amount may have in major units."""
_NUMBER = re.compile(rf"\d{{1,12}}(\.\d{{1,{DECIMALS}}})?")

__all__ = [
    "UnknownLimit",
    "changed_proposals",
    "checked_limits",
    "near_result",
    "nearness_of",
]


class UnknownLimit(WrongUsage):
    """How near a result is to be stayed is not said, or said in a way that means nothing."""


def near_result(
    round_: Round, folder: Path, at_most: int | None = None, price: Decimal | None = None
) -> StayNear:
    """Read the awards of a result folder as what a run of the round is to stay near.

    At most `at_most` proposals may change; each change costs `price` in merit, base major units ×
    score. Awards to proposals or by pools that the round no longer has stay among them.

    Raises InvalidRound where the folder or its awards cannot be read or are in units finer than
    the round's currency, UnknownLimit where neither limit nor price is given or one is not a number
    that can be meant.
    """
    _check(at_most, price)
    claim = read_awards(folder)
    problems, awards = list(claim.problems), []
    say = catalogue_of().say
    for award in claim.awards:
        try:
            units = money.minor(award.amount, round_.currency)
        except ValueError:
            what = say("near-amount", currency=round_.currency)
            shown, remedy = str(award.amount), say("near-amount-remedy")
            problems.append(Problem("awards.csv", award.row, "amount", shown, what, remedy))
            continue
        awards.append((award.pool_id, award.proposal_id, units))
    if problems:
        raise InvalidRound(problems)
    digest = hashlib.sha256((folder / "awards.csv").read_bytes()).hexdigest()
    return StayNear(tuple(sorted(awards)), f"sha256:{digest}", at_most, price)


def checked_limits(
    folder: Path | None, at_most: int | None, price: str | None
) -> tuple[int | None, Decimal | None]:
    """Give how near to stay as it was typed, before anything is read.

    Raises UnknownLimit, also where limits are given and no result to stay near.
    """
    if folder is None and (at_most is not None or price is not None):
        raise UnknownLimit(catalogue_of().say("near-alone"))
    if price is not None and not _NUMBER.fullmatch(price):
        raise _out_of_range()
    worth = None if price is None else Decimal(price)
    if folder is not None:
        _check(at_most, worth)
    return at_most, worth


def _check(at_most: int | None, price: Decimal | None) -> None:
    if at_most is None and price is None:
        raise UnknownLimit(catalogue_of().say("near-limits"))
    if price is not None:
        # Beyond, sums would leave 64 bits; finer, they would not be whole in any round.
        scaled = price * 10**DECIMALS
        if not 0 < price <= LARGEST_PRICE or scaled != scaled.to_integral_value():
            raise _out_of_range()
    if at_most is not None and at_most < 0:
        raise UnknownLimit(catalogue_of().say("near-below-none"))


def _out_of_range() -> UnknownLimit:
    most = f"{LARGEST_PRICE:,}"
    return UnknownLimit(catalogue_of().say("near-price-range", most=most, decimals=DECIMALS))
