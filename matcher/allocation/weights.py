"""How much of each proposal counts towards a target: exact weights between 0 and 1."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from functools import cache, partial

from matcher.domain import Organisation, Proposal, Round, Target


def target_weights(round_: Round, target: Target) -> dict[str, Fraction]:
    """Give w_j for every proposal that a target's conditions weigh above 0 (PROBLEM.md, Targets).

    Every condition must hold. Regions weigh by the share of the proposal's regions that satisfies
    `region` and `not_region` together; a blank field is outside `x` and inside `not_x`.
    """
    weights: dict[str, Fraction] = {}
    conditions = [
        (key.removeprefix("not_"), key.startswith("not_"), set(codes))
        for key, codes in target.where.items()
        if key not in ("region", "not_region")
    ]
    # Few regions and shares stand for many proposals.
    share_of = cache(partial(_region_share, round_, target))
    for proposal in round_.proposals:
        organisation = round_.organisations_by_id[proposal.org_id]
        if all(
            _inside(round_, proposal, organisation, key, codes) != outside
            for key, outside, codes in conditions
        ):
            weight = share_of(proposal.regions)
            if weight:
                weights[proposal.proposal_id] = weight
    return weights


def _inside(
    round_: Round, proposal: Proposal, organisation: Organisation, key: str, codes: set[str]
) -> bool:
    def any_of(values: Iterable[str]) -> bool:
        return not codes.isdisjoint(values)

    match key:
        case "sector":
            sectors = round_.sector_vocabulary
            return proposal.sector is not None and sectors.inside(proposal.sector, codes)
        case "group":
            return any_of(proposal.groups)
        case "sdg":
            return any_of(proposal.sdgs)
        case "priority_area":
            return any_of(proposal.priority_areas)
        case "applicant_kind":
            return organisation.kind in codes
        case "organisation":
            return organisation.org_id in codes
        case "country":
            places = countries_of_work(round_, proposal, organisation)
            return bool(places) and places <= codes
        case "proposal":
            return proposal.proposal_id in codes
        case "tier":
            return str(proposal.tier) in codes
    raise ValueError(f"a target has no condition {key}")


def countries_of_work(round_: Round, proposal: Proposal, organisation: Organisation) -> set[str]:
    """Give the countries of a proposal's regions, or else the one of its organisation."""
    regions = round_.region_vocabulary
    places = {country for code, _ in proposal.regions if (country := regions.country(code))}
    return places or ({organisation.country} if organisation.country else set())


def _region_share(
    round_: Round, target: Target, own: tuple[tuple[str, Decimal | None], ...]
) -> Fraction:
    inside, outside = target.where.get("region"), target.where.get("not_region")
    if not inside and not outside:
        return Fraction(1)  # shares sum to one
    if not own:
        return Fraction(0 if inside else 1)
    regions = round_.region_vocabulary
    equal = Fraction(1, len(own))
    return sum(
        (
            equal if share is None else Fraction(share)
            for code, share in own
            if (not inside or regions.inside(code, inside))
            and not (outside and regions.inside(code, outside))
        ),
        Fraction(),
    )
