"""Whether a pool may fund a proposal: terms, regulation, and the set E (PROBLEM.md, C7)."""

from collections.abc import Collection, Iterator

from matcher.domain import Organisation, Pool, Proposal, Round
from matcher.verify.findings import Verdict
from matcher.verify.regulation import judged


def regulation(round_: Round, pool: Pool, proposal: Proposal) -> Verdict:
    """Give the verdict of the rule packs: the one place where they join."""
    return judged(round_, pool, proposal).verdict


def terms_verdict(failing: Collection[str], unknown: Collection[str]) -> Verdict:
    """Give the verdict of the terms: one that fails beats one that cannot be judged."""
    return "ineligible" if failing else "needs_review" if unknown else "eligible"


def judged_terms(
    round_: Round, pool: Pool, proposal: Proposal
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the terms (by column) that the pair fails, and those that a blank leaves unknown."""
    judged = [*_pool_terms(round_, pool, proposal), *_applicant_terms(round_, pool, proposal)]
    return (
        tuple(term for term, holds in judged if holds is False),
        tuple(term for term, holds in judged if holds is None),
    )


def refused_by_applicant(round_: Round, pool: Pool, proposal: Proposal) -> tuple[str, ...]:
    """Give the applicant's own terms (by column) that the pair fails; no pin overrides them."""
    return tuple(term for term, holds in _applicant_terms(round_, pool, proposal) if not holds)


def work_countries(round_: Round, proposal: Proposal) -> frozenset[str | None]:
    """Give the countries of the proposal's regions, else its organisation's; None is an unknown."""
    vocabulary = round_.region_vocabulary
    found = frozenset(vocabulary.country(code) for code, _ in proposal.regions)
    return found if found - {None} else frozenset({_organisation(round_, proposal).country})


def _organisation(round_: Round, proposal: Proposal) -> Organisation:
    return round_.organisations_by_id[proposal.org_id]


def _pool_terms(round_: Round, pool: Pool, proposal: Proposal) -> Iterator[tuple[str, bool | None]]:
    organisation = _organisation(round_, proposal)
    sectors, regions = round_.sector_vocabulary, round_.region_vocabulary
    codes = [code for code, _ in proposal.regions]
    sector = proposal.sector
    if pool.sectors:
        yield "sectors", None if sector is None else sectors.inside(sector, pool.sectors)
    if pool.not_sectors:
        outside = sector is not None and not sectors.inside(sector, pool.not_sectors)
        yield "not_sectors", None if sector is None else outside
    if pool.regions:
        inside = all(regions.inside(code, pool.regions) for code in codes)
        yield "regions", inside if codes else None
    if pool.not_regions:
        outside = not any(regions.inside(code, pool.not_regions) for code in codes)
        yield "not_regions", outside if codes else None
    for term, wanted, held in (
        ("groups", pool.groups, proposal.groups),
        ("sdgs", pool.sdgs, proposal.sdgs),
        ("priority_areas", pool.priority_areas, proposal.priority_areas),
    ):
        if wanted:
            yield term, not set(wanted).isdisjoint(held) if held else None
    if pool.applicant_kinds:
        yield "applicant_kinds", _all_in({organisation.kind}, pool.applicant_kinds)
    if pool.countries:
        yield "countries", _all_in(work_countries(round_, proposal), pool.countries)
    if pool.applicant_countries:
        yield "applicant_countries", _all_in({organisation.country}, pool.applicant_countries)
    today = round_.decision_date
    if pool.available_from is not None:
        yield "available_from", pool.available_from <= today
    if pool.available_until is not None:
        yield "available_until", today <= pool.available_until
    if pool.pay_by is not None:
        yield "pay_by", judged(round_, pool, proposal).earliest_payment <= pool.pay_by
    if round_.policy.start_policy == "strict":
        starts = proposal.starts
        paid = judged(round_, pool, proposal).earliest_payment
        yield "starts", None if starts is None else paid <= starts


def _applicant_terms(
    round_: Round, pool: Pool, proposal: Proposal
) -> Iterator[tuple[str, bool | None]]:
    donor = round_.donors_by_id[pool.donor_id]
    if proposal.accepts_donor_kinds:
        yield "accepts_donor_kinds", donor.kind in proposal.accepts_donor_kinds
    if proposal.refuses_donors:
        yield "refuses_donors", donor.donor_id not in proposal.refuses_donors


def _all_in(held: Collection[str | None], wanted: Collection[str]) -> bool | None:
    if any(value is not None and value not in wanted for value in held):
        return False
    return None if None in held else True
