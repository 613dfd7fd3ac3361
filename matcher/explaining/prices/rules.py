"""The rules of a round that have a price: its targets, its policy's limits and its pools' terms."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from matcher import money
from matcher.domain import Round, Target
from matcher.domain.policy import BOUNDS
from matcher.explaining.missing.stating import with_row
from matcher.explaining.prices.effect import Key
from matcher.explaining.prices.lifting import Lift
from matcher.explaining.solves.base import Awards

RuleKind = Literal["target", "policy", "pool", "proposal"]
POLICY = (
    "max_proposals_per_organisation", "max_amount_per_organisation", "max_award_to_budget",
    "max_funders_per_proposal", "score_threshold", "min_award",
)  # fmt: skip
"""The limits of a policy, by the names of ROUND_FORMAT.md."""
POOL = ("max_grants", "max_project_share", "max_grant", "min_grant", "sole_funder", "not_with")
"""The terms of a pool that bound grants, not what a grant may be for."""
PROPOSAL = ("max_funders",)


@dataclass(frozen=True)
class Rule:
    """One rule: `name` is the bound of a target or the key of a limit, `of` whose it is.

    `of` is the id of a target, pool or proposal, empty for the policy; `limit` is the cell as the
    round writes it. `soft` says that a target may be missed; then `priority` is its level in L1.
    """

    kind: RuleKind
    name: str
    of: str
    limit: str
    soft: bool = False
    priority: int | None = None


def rules_of(round_: Round) -> Iterator[tuple[Rule, Lift]]:
    """Give every rule with the way to lift it alone, in a fixed order.

    The verdicts on pairs stay as they were: what law makes of a limit is not lifted with it.
    """
    for target in sorted(round_.targets, key=lambda target: target.id):
        for bound in BOUNDS:
            if getattr(target, bound) is not None:
                yield _target_rule(target, bound), _target_lift(target, bound)
    for name in POLICY:
        value = getattr(round_.policy, name)
        if value is not None:
            yield Rule("policy", name, "", str(value)), _policy_lift(name)
    for pool in sorted(round_.pools, key=lambda pool: pool.pool_id):
        for name in POOL:
            value = getattr(pool, name)
            if value not in (None, False, ()):
                yield _row_rule("pool", name, pool.pool_id, value)
    for proposal in sorted(round_.proposals, key=lambda proposal: proposal.proposal_id):
        for name in PROPOSAL:
            value = getattr(proposal, name)
            if value is not None:
                yield _row_rule("proposal", name, proposal.proposal_id, value)


def _target_rule(target: Target, bound: str) -> Rule:
    soft = target.strictness == "soft"
    limit = str(getattr(target, bound))
    return Rule("target", bound, target.id, limit, soft, int(target.priority) if soft else None)


def _target_lift(target: Target, bound: str) -> Lift:
    def lifted(round_: Round) -> Round:
        kept = []
        for one in round_.targets:
            if one.id != target.id:
                kept.append(one)
                continue
            left = one.model_copy(update={bound: None})
            if any(getattr(left, name) is not None for name in BOUNDS):
                kept.append(left)
        return round_.model_copy(update={"targets": tuple(kept)})

    soft = target.strictness == "soft"
    counted: Key | None = ("L1", int(target.priority)) if soft else None
    return Lift(f"{bound} of target {target.id}", lifted, not soft, counted=counted)


def _policy_lift(name: str) -> Lift:
    def lifted(round_: Round) -> Round:
        policy = round_.policy.model_copy(update={name: None})
        return round_.model_copy(update={"policy": policy})

    return Lift(f"the policy's {name}", lifted)


def _row_rule(
    kind: Literal["pool", "proposal"], name: str, of: str, value: Any
) -> tuple[Rule, Lift]:
    none: Any = {"sole_funder": False, "not_with": ()}.get(name)

    def lifted(round_: Round) -> Round:
        rows = round_.pools_by_id if kind == "pool" else round_.proposals_by_id
        return with_row(round_, kind, rows[of].model_copy(update={name: none}))

    def used(round_: Round, awards: Awards) -> bool:
        mine = {pair: units for pair, units in awards.items() if pair[kind == "proposal"] == of}
        if name in ("max_grants", "max_funders"):
            return len(mine) > int(value)
        if name in ("max_grant", "min_grant"):
            rate = round_.rate(round_.pools_by_id[of].currency)
            limit_ = money.exchange(value, round_.currency, rate)
            return any(
                units > limit_ if name == "max_grant" else units < limit_ for units in mine.values()
            )
        totals: Counter[str] = Counter()
        for (_, proposal), units in awards.items():
            totals[proposal] += units
        if name == "max_project_share":
            return any(units > value * totals[proposal] for (_, proposal), units in mine.items())
        return any(units < totals[proposal] for (_, proposal), units in mine.items())

    limit = ";".join(value) if isinstance(value, tuple) else str(value)
    return Rule(kind, name, of, limit), Lift(f"{name} of {kind} {of}", lifted, used=used)
