"""What a result as a whole can be asked, beside why a proposal stands where it does."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.explaining.audit.audit import audit
from matcher.explaining.audit.document import document_of_audit
from matcher.explaining.audit.words import sentences_of_audit
from matcher.explaining.prices import exceptions, marginal
from matcher.explaining.prices import of_rules as price_of_rules
from matcher.explaining.prices.exception_words import told_exceptions
from matcher.explaining.prices.marginal_words import told_value
from matcher.explaining.prices.words import told_prices
from matcher.explaining.reserve.reserve import reserve_after, reserve_list
from matcher.explaining.reserve.words import (
    document_of_list,
    document_of_reserve,
    sentences_of_reserve,
)
from matcher.explaining.solves.base import Base, Tell
from matcher.explaining.ties.ties import ties
from matcher.explaining.ties.words import document_of_ties, sentences_of_ties
from matcher.wording import catalogue_of


@dataclass(frozen=True)
class Answer:
    """An answer in sentences and as plain values."""

    sentences: Sequence[str]
    document: Any


Question = Callable[[Base, Tell], Answer]


def about_pool(pool_id: str) -> Question:
    """Ask what more and less money in a pool is worth."""

    def ask(base: Base, tell: Tell) -> Answer:
        value = marginal.marginal_values(base, pool_id, tell)
        said = [catalogue_of().text(one) for one in told_value(base, value)]
        return Answer(said, marginal.document(base, value))

    return ask


def about_rules(base: Base, tell: Tell) -> Answer:
    """Ask what each target and cap costs."""
    prices = price_of_rules.price_of_rules(base, tell)
    said = [catalogue_of().text(one) for one in told_prices(base, prices)]
    return Answer(said, price_of_rules.document(prices))


def about_exceptions(base: Base, tell: Tell) -> Answer:
    """Ask what each pin and ban costs, with its reason."""
    ledger = exceptions.exceptions(base, tell)
    said = [catalogue_of().text(one) for one in told_exceptions(base, ledger)]
    return Answer(said, exceptions.document(ledger))


def about_ties(base: Base, tell: Tell) -> Answer:
    """Ask which proposals are funded in all, some or none of the best plans."""
    found = ties(base, tell)
    return Answer(sentences_of_ties(base, found), document_of_ties(found))


def about_audit(base: Base, tell: Tell) -> Answer:
    """Ask whether the result is fair to those who pay and to those who wait."""
    found = audit(base, tell)
    return Answer(sentences_of_audit(base.round, found), document_of_audit(base.round, found))


def about_leaving(proposals: Sequence[str], pools: Sequence[str], keeping: bool) -> Question:
    """Ask who enters where proposals are withdrawn and pools drop out."""

    def ask(base: Base, tell: Tell) -> Answer:
        found = reserve_after(base, proposals, pools, tell, keeping)
        return Answer(
            sentences_of_reserve(base.round, found), document_of_reserve(base.round, found)
        )

    return ask


def about_reserve(base: Base, tell: Tell) -> Answer:
    """Ask, for each proposal that is funded, who enters if it is withdrawn."""
    found = reserve_list(base, tell, with_pools=False)
    said = [line for one in found.withdrawals for line in sentences_of_reserve(base.round, one)]
    return Answer(said, document_of_list(base.round, found))
