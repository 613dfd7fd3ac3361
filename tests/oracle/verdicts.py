"""Verdicts from the pools' and proposals' own terms (ROUND_FORMAT.md, Matching of terms)."""

from collections.abc import Iterator
from datetime import date

from .model import Pool, Proposal
from .vocabulary import country_of, region_inside, sector_inside


def verdict(pool: Pool, proposal: Proposal, decided: date) -> str:
    """`ineligible` when a term surely fails, else `needs_review` when one is unknown."""
    if donor_refused(pool, proposal):
        return "ineligible"
    found = set(_terms(pool, proposal, decided))
    if False in found:
        return "ineligible"
    return "needs_review" if None in found else "eligible"


def donor_refused(pool: Pool, proposal: Proposal) -> bool:
    """Whether the proposal itself takes no money from this donor. No pin overrides that."""
    wrong_kind = proposal.accepts_donor_kinds and (
        pool.donor_kind not in proposal.accepts_donor_kinds
    )
    return bool(wrong_kind) or pool.donor in proposal.refuses_donors


def countries(proposal: Proposal) -> frozenset[str]:
    """Where the work is: the countries of the regions, else that of the organisation."""
    if proposal.regions:
        return frozenset(map(country_of, proposal.regions))
    home = proposal.organisation.country
    return frozenset({home} if home else ())


def _terms(pool: Pool, proposal: Proposal, decided: date) -> Iterator[bool | None]:
    """For each term: True it holds, False it fails, None the proposal leaves the fact blank."""
    yield pool.available_from is None or pool.available_from <= decided
    yield pool.available_until is None or decided <= pool.available_until
    yield pool.pay_by is None or decided <= pool.pay_by
    terms, regions = pool.terms, proposal.regions
    if terms["sectors"]:
        yield sector_inside(proposal.sector, terms["sectors"]) if proposal.sector else None
    if terms["not_sectors"]:
        yield not sector_inside(proposal.sector, terms["not_sectors"]) if proposal.sector else None
    if terms["regions"]:
        yield all(region_inside(code, terms["regions"]) for code in regions) if regions else None
    if terms["not_regions"]:
        outside = (not region_inside(code, terms["not_regions"]) for code in regions)
        yield all(outside) if regions else None
    for facts, wanted in (
        (proposal.groups, terms["groups"]),
        (proposal.sdgs, terms["sdgs"]),
        (proposal.priority_areas, terms["priority_areas"]),
        (frozenset(filter(None, [proposal.organisation.kind])), terms["applicant_kinds"]),
        (frozenset(filter(None, [proposal.organisation.country])), terms["applicant_countries"]),
    ):
        if wanted:
            yield not facts.isdisjoint(wanted) if facts else None
    if terms["countries"]:
        work = countries(proposal)
        yield work <= terms["countries"] if work else None
