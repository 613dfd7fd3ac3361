"""C1…C13 as separate predicates: each yields what breaks it, and by how much.

Money is in base minor units. Local constraints speak of one proposal's awards by pool; global
ones of all awards. Awards of 0 may be present and mean no award.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from .model import Awards, Proposal, Round

Break = tuple[str, Fraction]
Amounts = Mapping[str, int]


def check(round_: Round, awards: Awards) -> list[tuple[str, str, Fraction]]:
    """Every broken constraint as (id, subject, by how much), in the order of the ids.

    Beside C1…C13 the ids `step` (not a multiple of the grant step, by the remainder) and
    `amount` (below 0). Subjects are ids; a pair is `pool:proposal`. ValueError when an award
    names a pool or a proposal that the round does not have.
    """
    for pool, proposal in awards:
        if pool not in round_.pools or proposal not in round_.proposals:
            raise ValueError(f"the round has no pair {pool}:{proposal}")
    found: list[tuple[str, str, Fraction]] = [
        *(("amount", f"{p}:{j}", Fraction(-a)) for (p, j), a in awards.items() if a < 0),
        *(
            ("step", f"{p}:{j}", Fraction(a % round_.step))
            for (p, j), a in awards.items()
            if a % round_.step
        ),
    ]
    for number in range(1, 14):
        name = f"C{number}"
        if name in GLOBAL:
            found += [(name, *broken) for broken in GLOBAL[name](round_, awards)]
            continue
        for j in round_.proposals.values():
            amounts = {p: a for (p, id_), a in awards.items() if id_ == j.id and a}
            found += [(name, *broken) for broken in LOCAL[name](round_, j, amounts)]
    return found


def _sums(awards: Awards, side: int) -> dict[str, int]:
    """Σ a by pool (side 0) or by proposal (side 1), of those that have an award."""
    sums: dict[str, int] = {}
    for pair, amount in awards.items():
        if amount:
            sums[pair[side]] = sums.get(pair[side], 0) + amount
    return sums


def pool_budget(round_: Round, awards: Awards) -> Iterator[Break]:
    """C1: Σ_j a_pj ≤ B_p."""
    for pool, spent in _sums(awards, 0).items():
        if spent > round_.pools[pool].budget:
            yield pool, Fraction(spent - round_.pools[pool].budget)


def minimum_and_request(round_: Round, proposal: Proposal, amounts: Amounts) -> Iterator[Break]:
    """C2: m_j z_j ≤ f_j ≤ R_j z_j."""
    funding = sum(amounts.values())
    if funding and funding < proposal.minimum:
        yield proposal.id, Fraction(proposal.minimum - funding)
    if funding > proposal.request:
        yield proposal.id, Fraction(funding - proposal.request)


def grant_size(round_: Round, proposal: Proposal, amounts: Amounts) -> Iterator[Break]:
    """C3: lo_p y_pj ≤ a_pj ≤ hi_p y_pj."""
    for pool, amount in amounts.items():
        smallest, largest = round_.pools[pool].smallest, round_.pools[pool].largest
        if amount < smallest:
            yield f"{pool}:{proposal.id}", Fraction(smallest - amount)
        if largest is not None and amount > largest:
            yield f"{pool}:{proposal.id}", Fraction(amount - largest)


def grants_per_pool(round_: Round, awards: Awards) -> Iterator[Break]:
    """C4: Σ_j y_pj ≤ N_p."""
    for pool in round_.pools.values():
        grants = sum(1 for (p, _), amount in awards.items() if p == pool.id and amount)
        if pool.most_grants is not None and grants > pool.most_grants:
            yield pool.id, Fraction(grants - pool.most_grants)


def co_financing(round_: Round, proposal: Proposal, amounts: Amounts) -> Iterator[Break]:
    """C5: a_pj ≤ σ_p (f_j + own_j z_j)."""
    for pool, amount in amounts.items():
        share = round_.pools[pool].share
        if share is not None:
            over = amount - share * (sum(amounts.values()) + proposal.own)
            if over > 0:
                yield f"{pool}:{proposal.id}", over


def pools_per_proposal(round_: Round, proposal: Proposal, amounts: Amounts) -> Iterator[Break]:
    """C6: Σ_p y_pj ≤ K_j."""
    if proposal.most_funders is not None and len(amounts) > proposal.most_funders:
        yield proposal.id, Fraction(len(amounts) - proposal.most_funders)


def allowed_pairs(round_: Round, proposal: Proposal, amounts: Amounts) -> Iterator[Break]:
    """C7: nothing outside E, nor where a row says forbid, conflict or declined."""
    for pool, amount in amounts.items():
        if (pool, proposal.id) not in round_.awardable:
            yield f"{pool}:{proposal.id}", Fraction(amount)


def organisation_caps(round_: Round, awards: Awards) -> Iterator[Break]:
    """C8: what is left of the organisation's caps on proposals and on money; a row for each cap."""
    funding = _sums(awards, 1)
    for organisation in round_.organisations.values():
        funded = [
            amount
            for j, amount in funding.items()
            if round_.proposals[j].organisation.id == organisation.id
        ]
        left = organisation.proposals_left
        if left is not None and len(funded) > left:
            yield organisation.id, Fraction(len(funded) - left)
        for cap in organisation.money_left.values():
            if sum(funded) > cap:
                yield organisation.id, Fraction(sum(funded) - cap)


def alternatives(round_: Round, awards: Awards) -> Iterator[Break]:
    """C9: at most one funded proposal for each label; the subject is the label."""
    funded = _sums(awards, 1)
    for label in sorted({label for j in round_.proposals.values() for label in j.labels}):
        holders = sum(label in round_.proposals[j].labels for j in funded)
        if holders > 1:
            yield label, Fraction(holders - 1)


def dependence(round_: Round, awards: Awards) -> Iterator[Break]:
    """C10: z_j ≤ z_k for every k that j requires; the subject is j."""
    funded = _sums(awards, 1)
    for j in funded:
        for k in round_.proposals[j].requires:
            if k not in funded:
                yield j, Fraction(1)


def hard_targets(round_: Round, awards: Awards) -> Iterator[Break]:
    """C11: every bound of the hard targets; a row for each bound."""
    for bound in round_.bounds:
        if bound.priority is None and (distance := bound.distance(awards)):
            yield bound.target, distance


def pins_and_acceptances(round_: Round, proposal: Proposal, amounts: Amounts) -> Iterator[Break]:
    """C12: a pin's amount, or any when it gives none (by one step); a_pj = amount × z_j."""
    for (pool, j), pinned in round_.pins.items():
        amount = amounts.get(pool, 0)
        if j == proposal.id and pinned is not None and amount != pinned:
            yield f"{pool}:{j}", Fraction(abs(amount - pinned))
        if j == proposal.id and pinned is None and amount <= 0:
            yield f"{pool}:{j}", Fraction(round_.step)
    for (pool, j), accepted in round_.accepted.items():
        if j == proposal.id and amounts and amounts.get(pool, 0) != accepted:
            yield f"{pool}:{j}", Fraction(abs(amounts.get(pool, 0) - accepted))


def company(round_: Round, proposal: Proposal, amounts: Amounts) -> Iterator[Break]:
    """C13: a sole funder funds alone, and no two funders exclude one another; by such pairs."""
    funders = [round_.pools[pool] for pool in sorted(amounts)]
    clashes = sum(
        p.sole_funder
        or q.sole_funder
        or not p.not_with.isdisjoint({q.donor, q.donor_kind})
        or not q.not_with.isdisjoint({p.donor, p.donor_kind})
        for place, p in enumerate(funders)
        for q in funders[:place]
    )
    if clashes:
        yield proposal.id, Fraction(clashes)


LOCAL: Mapping[str, Callable[[Round, Proposal, Amounts], Iterator[Break]]] = {
    "C2": minimum_and_request,
    "C3": grant_size,
    "C5": co_financing,
    "C6": pools_per_proposal,
    "C7": allowed_pairs,
    "C12": pins_and_acceptances,
    "C13": company,
}
GLOBAL: Mapping[str, Callable[[Round, Awards], Iterator[Break]]] = {
    "C1": pool_budget,
    "C4": grants_per_pool,
    "C8": organisation_caps,
    "C9": alternatives,
    "C10": dependence,
    "C11": hard_targets,
}
