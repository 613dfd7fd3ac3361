"""Targets: how a proposal weighs in them, where they stand, C11 and the shortfalls of L1."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from matcher.domain import Proposal, Round, Target
from matcher.money import digits_of
from matcher.verify.findings import Violation
from matcher.verify.plan import Plan
from matcher.verify.verdicts import work_countries


@dataclass(frozen=True)
class Standing:
    """One bound of a target, and what the awards reach; base minor units or a count, exact."""

    target: Target
    bound: str
    limit: Fraction
    value: Fraction

    @property
    def is_floor(self) -> bool:
        """Say whether at least the limit is asked for, not at most."""
        return self.bound.startswith("min_")

    @property
    def counts(self) -> bool:
        """Say whether proposals are counted, not money."""
        return self.bound.endswith("_count")

    @property
    def distance(self) -> Fraction:
        """Give how far past the bound the awards are, 0 when it holds."""
        past = self.limit - self.value if self.is_floor else self.value - self.limit
        return max(Fraction(0), past)


def weight(round_: Round, target: Target, proposal: Proposal) -> Fraction:
    """Give w_j: 1 or 0 by every condition but region, there the share of regions that satisfy."""
    where = target.where
    for condition, codes in where.items():
        key = condition.removeprefix("not_")
        if key != "region" and _matches(round_, proposal, key, codes) != (key == condition):
            return Fraction(0)
    if "region" not in where and "not_region" not in where:
        return Fraction(1)
    if not proposal.regions:
        return Fraction(0 if "region" in where else 1)
    inside = round_.region_vocabulary.inside
    return sum(
        (
            Fraction(1, len(proposal.regions)) if share is None else Fraction(share)
            for code, share in proposal.regions
            if ("region" not in where or inside(code, where["region"]))
            and not inside(code, where.get("not_region", ()))
        ),
        Fraction(0),
    )


def standings(plan: Plan, strictness: str) -> Iterator[Standing]:
    """Give every bound of the hard or of the soft targets with the value reached."""
    one_unit = major_unit(plan)
    for target in sorted(plan.round.targets, key=lambda target: target.id):
        if target.strictness != strictness:
            continue
        money, count, awarded = _reached(plan, target)
        whole = awarded if target.of == "awarded" else _budget(plan, target)
        for kind, value, worth in (
            ("share", money, whole),
            ("amount", money, one_unit),
            ("count", Fraction(count), 1),
        ):
            for bound in (f"min_{kind}", f"max_{kind}"):
                asked = getattr(target, bound)
                if asked is not None:
                    yield Standing(target, bound, Fraction(asked) * worth, value)


def target_floors(plan: Plan) -> Iterator[Violation]:
    """C11: hard targets that ask for at least something."""
    return (_broken(plan, s) for s in standings(plan, "hard") if s.distance and s.is_floor)


def target_caps(plan: Plan) -> Iterator[Violation]:
    """C11: hard targets that allow at most something."""
    return (_broken(plan, s) for s in standings(plan, "hard") if s.distance and not s.is_floor)


def shortfall(plan: Plan, standing: Standing) -> Fraction:
    """Give the distance past a bound over the bound; over one major unit or proposal if it is 0."""
    least = 1 if standing.counts else major_unit(plan)
    return standing.distance / (standing.limit or least)


def major_unit(plan: Plan) -> int:
    """Give one major unit of the base currency in minor units."""
    return int(10 ** digits_of(plan.round.currency))


def _matches(round_: Round, proposal: Proposal, key: str, codes: tuple[str, ...]) -> bool:
    """Say whether a proposal is inside a condition other than region; a blank field is outside."""
    if key == "sector":
        sector = proposal.sector
        return sector is not None and round_.sector_vocabulary.inside(sector, codes)
    if key == "country":
        return work_countries(round_, proposal) <= set(codes)
    organisation = round_.organisations_by_id[proposal.org_id]
    held: dict[str, tuple[str | None, ...]] = {
        "group": proposal.groups,
        "sdg": proposal.sdgs,
        "priority_area": proposal.priority_areas,
        "applicant_kind": (organisation.kind,),
        "organisation": (proposal.org_id,),
        "proposal": (proposal.proposal_id,),
        "tier": (None if proposal.tier is None else str(proposal.tier),),
    }
    return not set(codes).isdisjoint(held[key])


def _reached(plan: Plan, target: Target) -> tuple[Fraction, int, int]:
    """Give a target's money, its count, and all that is awarded within its scope."""
    given = plan.funding if target.pool is None else plan.by_pool.get(target.pool, {})
    money, count = Fraction(0), 0
    for proposal_id, amount in given.items():
        if share := weight(plan.round, target, plan.proposal(proposal_id)):
            money += share * amount
            count += 1
    return money, count, sum(given.values())


def _budget(plan: Plan, target: Target) -> int:
    if target.pool is not None:
        return plan.pools[target.pool].budget
    return sum(pool.budget for pool in plan.pools.values())


def _broken(plan: Plan, standing: Standing) -> Violation:
    def words(value: Fraction) -> str:
        return f"{value} funded proposals" if standing.counts else plan.money(value)

    target = standing.target
    asks, off = ("at least", "too little") if standing.is_floor else ("at most", "too much")
    where = "" if target.pool is None else f" in pool {target.pool}"
    source = f" of {target.of}" if standing.bound.endswith("_share") else ""
    message = (
        f"Target {target.id} asks for {asks} {words(standing.limit)}{where} ({standing.bound} "
        f"{getattr(target, standing.bound)}{source}) and reaches {words(standing.value)}, "
        f"{words(standing.distance)} {off}."
    )
    return Violation("C11", f"target {target.id}", standing.distance, message)
