"""The ledger of exceptions in sentences: each with its reason, what it overrides and its cost."""

from collections.abc import Iterator

from matcher.domain import PairTerm
from matcher.explaining.prices.exceptions import Ledger, PriceOfException
from matcher.explaining.prices.words import told_effect
from matcher.explaining.solves.base import Base
from matcher.wording.catalogue import Said, catalogue_of


def told_exceptions(base: Base, ledger: Ledger) -> Iterator[Said]:
    """Tell the ledger: how many there are, what all cost together, and then each by itself."""
    if not ledger.entries:
        yield Said("exception-none")
        return
    number = len(ledger.entries)
    yield Said("exception-count", {"number": number})
    every = catalogue_of().say("exception-all", number=number)
    yield from told_effect(base, every, ledger.together)
    if number > 1:
        yield Said("exception-not-summed")
    for entry in ledger.entries:
        if entry.effect is not None:
            yield from told_exception(base, entry)
    if ledger.unknown:
        yield Said("exception-unknown", {"number": ledger.unknown})


def told_exception(base: Base, entry: PriceOfException) -> Iterator[Said]:
    """Tell one exception: what it costs, why it is there, and what it keeps out or overrides."""
    row, term = entry.row, entry.row.term
    what = catalogue_of().text(named(term))
    yield from told_effect(base, what, entry.effect)
    if term.reason:
        yield Said("exception-reason", {"what": what, "reason": term.reason})
    else:
        yield Said("exception-no-reason", {"what": what})
    ends = {"pool": term.pool_id or "", "proposal": term.proposal_id or ""}
    for overridden in row.overrides:
        yield Said(f"exception-overrides-{overridden.replace('_', '-')}", ends)
    if term.status not in ("pin", "accepted"):
        opens = {"opens": row.opens}
        yield Said("exception-bars", opens) if row.opens else Said("exception-bars-nothing")


def named(term: PairTerm) -> Said:
    """Name an exception by what it says, of which pool or donor and which proposal or applicant."""
    if term.status in ("pin", "accepted"):
        ends = {"pool": term.pool_id or "", "proposal": term.proposal_id or ""}
        return Said(f"exception-{term.status}", ends)
    speech = catalogue_of()
    if term.pool_id:
        pool = speech.say("exception-pool", id=term.pool_id)
    else:
        pool = speech.say("exception-donor", id=term.donor_id or "")
    if term.proposal_id:
        proposal = speech.say("exception-proposal", id=term.proposal_id)
    else:
        proposal = speech.say("exception-organisation", id=term.org_id or "")
    return Said(f"exception-{term.status}", {"pool": pool, "proposal": proposal})
