"""Targets as bounds with exact weights (PROBLEM.md, Targets)."""

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from .model import Bound, Pool, Proposal
from .texts import Row, names, number, text, whole
from .verdicts import countries
from .vocabulary import region_inside, sector_inside


def bounds_of(
    target: Row, pools: Mapping[str, Pool], proposals: Iterable[Proposal], major: int
) -> Iterator[Bound]:
    """A bound for each `min_…` and `max_…` that the target gives."""
    pool = text(target, "pool") or None
    soft = text(target, "strictness") == "soft"
    awarded = text(target, "of") == "awarded"
    weights = {j.id: weight(target.get("where", {}), j) for j in proposals}
    money = sum(p.budget for p in pools.values()) if pool is None else pools[pool].budget
    priority = whole(target, "priority")
    importance = number(target, "weight")
    for side in ("min", "max"):
        for quantity in ("share", "amount", "count"):
            given = number(target, f"{side}_{quantity}")
            if given is None:
                continue
            counted, parts, limit = quantity == "count", weights, given
            if counted:
                parts = {j: Fraction(w > 0) for j, w in weights.items()}
            elif quantity == "amount":
                limit = given * major
            elif awarded:
                parts, limit = {j: w - given for j, w in weights.items()}, Fraction(0)
            else:
                limit = given * money
            if soft and quantity == "share" and awarded:
                raise ValueError(f"target {text(target, 'id')}: of awarded is for hard targets")
            yield Bound(
                target=text(target, "id"),
                pool=pool,
                counted=counted,
                floor=side == "min",
                weights=parts,
                limit=limit,
                priority=(1 if priority is None else priority) if soft else None,
                importance=Fraction(1) if importance is None else importance,
                unit=Fraction(1 if counted else major),
            )


def weight(where: Row, proposal: Proposal) -> Fraction:
    """w_j: the share of the proposal's regions inside when region is a key, else 1 or 0."""
    share = Fraction(1)
    if not {"region", "not_region"}.isdisjoint(where):
        share = _share_of_regions(where, proposal)
    for key in where:
        if key not in ("region", "not_region"):
            inside = _inside(key.removeprefix("not_"), frozenset(names(where, key)), proposal)
            share *= inside != key.startswith("not_")
    return share


def _share_of_regions(where: Row, proposal: Proposal) -> Fraction:
    if not proposal.regions:
        return Fraction("region" not in where)
    return sum(
        (
            share
            for code, share in proposal.regions.items()
            if ("region" not in where or region_inside(code, names(where, "region")))
            and not region_inside(code, names(where, "not_region"))
        ),
        Fraction(0),
    )


def _inside(key: str, wanted: frozenset[str], proposal: Proposal) -> bool:
    if key == "sector":
        return bool(proposal.sector) and sector_inside(proposal.sector, wanted)
    if key == "country":
        work = countries(proposal)
        return bool(work) and work <= wanted
    facts = {
        "group": proposal.groups,
        "sdg": proposal.sdgs,
        "priority_area": proposal.priority_areas,
        "applicant_kind": {proposal.organisation.kind},
        "organisation": {proposal.organisation.id},
        "proposal": {proposal.id},
        "tier": {"" if proposal.tier is None else str(proposal.tier)},
    }[key]
    return not wanted.isdisjoint(facts)
