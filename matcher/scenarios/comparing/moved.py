"""Who gets how much on either side: by pool, donor, organisation, region, group and sector."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from matcher.allocation.problem import budgets_of
from matcher.explaining.audit.concentration import names_of
from matcher.once import once
from matcher.scenarios.comparing.sides import Side
from matcher.writing import words

BY = ("pool", "donor", "organisation", "region", "group", "sector")
"""What money is put together by."""


@dataclass
class Heap:
    """Money put together, exact, in base minor units, and the proposals that it goes to."""

    units: Fraction | int = 0
    proposals: set[str] = field(default_factory=set)


@once
def heaps(side: Side, by: str) -> Mapping[str, Heap]:
    """Put a side's money together by what `by` names; keys are ids or codes, "" where none is.

    A proposal's money goes to its regions by their shares, equal ones where none are given; in full
    to each group that it serves, so that the sum over groups may be more than the whole. Everything
    that the round has is there, also where no money goes to it; of codes only those in use.
    """
    found: dict[str, Heap] = defaultdict(Heap)
    for identifier in _known(side, by):
        found[identifier] = Heap()
    for (pool_id, proposal_id), units in sorted(side.awards.items()):
        for key, share in _shares(side, by, pool_id, proposal_id):
            found[key].units += units * share
            found[key].proposals.add(proposal_id)
    return dict(found)


def names(side: Side, by: str) -> Mapping[str, str]:
    """Give the names of what `by` names, as the round has them."""
    round_ = side.round
    if by == "pool":
        return {row.pool_id: row.name for row in round_.pools}
    if by == "group":
        return {group: words.plain(group) for row in round_.proposals for group in row.groups}
    return names_of(round_, by)


def budgets(side: Side) -> Mapping[str, int]:
    """Give what each pool has to give, after hold-backs, in base minor units."""
    return {pool: int(units) for pool, units in budgets_of(side.round).items()}


def _known(side: Side, by: str) -> Iterator[str]:
    match by:
        case "pool":
            yield from side.round.pools_by_id
        case "donor":
            yield from side.round.donors_by_id
        case "organisation":
            yield from side.round.organisations_by_id
        case _:
            for proposal_id in side.round.proposals_by_id:
                yield from (key for key, _ in _shares(side, by, "", proposal_id))


def _shares(
    side: Side, by: str, pool_id: str, proposal_id: str
) -> Iterator[tuple[str, Fraction | int]]:
    proposal = side.round.proposals_by_id[proposal_id]
    match by:
        case "pool":
            yield pool_id, 1
        case "donor":
            yield side.round.pools_by_id[pool_id].donor_id, 1
        case "organisation":
            yield proposal.org_id, 1
        case "sector":
            yield proposal.sector or "", 1
        case "group":
            for group in proposal.groups or ("",):
                yield group, 1
        case "region":
            several = len(proposal.regions) > 1
            equal = Fraction(1, len(proposal.regions)) if several else 1
            for code, share in proposal.regions or (("", None),):
                yield code, equal if share is None else Fraction(share)
