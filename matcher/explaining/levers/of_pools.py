"""The levers in a donor's hands: more money in a pool, more grants, other terms of sharing."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from matcher.domain import Pool, Proposal, Round
from matcher.explaining.levers.levers import Kind, Lever, Value
from matcher.explaining.levers.of_proposal import in_steps
from matcher.explaining.missing.stating import with_row
from matcher.explaining.solves.base import Awards
from matcher.money import minor_digits

STEPS = 20
"""So many steps has a lever of money, of a twentieth of the request each."""
MORE = 5
"""So many more grants than a pool may make are tried."""
HUNDREDTH, HUNDRED = Decimal("0.01"), 100
TENTHS = 10
"""A smallest grant is lowered by so many steps."""


def levers_of_pool(
    round_: Round, proposal: Proposal, pool: Pool, awards: Awards
) -> Iterator[Lever]:
    """Give the levers of a pool that may fund a proposal, beside the awards of a plan."""
    rates = round_.rate(proposal.currency) / round_.rate(pool.currency)
    asked, digits = proposal.requested * rates, minor_digits(pool.currency) or 0
    step = asked / STEPS
    yield _lever(
        round_, pool, "money", "budget", pool.budget, in_steps(pool.budget, step, digits, STEPS)
    )
    grants = sum(1 for paying, _ in awards if paying == pool.pool_id)
    if pool.max_grants is not None and grants >= pool.max_grants:
        values: list[Value] = [Decimal(pool.max_grants + more) for more in range(1, MORE + 1)]
        yield _lever(round_, pool, "max_grants", "max_grants", Decimal(pool.max_grants), values)
    if pool.max_grant is not None and pool.max_grant < asked:
        values = in_steps(pool.max_grant, step, digits, STEPS)
        yield _lever(round_, pool, "max_grant", "max_grant", pool.max_grant, values)
    if pool.min_grant is not None and pool.min_grant > 0:
        values = in_steps(pool.min_grant, -pool.min_grant / TENTHS, digits, TENTHS)
        yield _lever(round_, pool, "min_grant", "min_grant", pool.min_grant, values)
    if (share := pool.max_project_share) is not None and share < 1:
        values = [value for value in in_steps(share, HUNDREDTH, 4, HUNDRED) if value <= 1]
        yield _lever(round_, pool, "project_share", "max_project_share", share, values)
    if pool.sole_funder or pool.not_with:
        yield Lever("company", pool.pool_id, None, [True], partial(_in_company, pool), loosens=True)


def _in_company(pool: Pool, round_: Round, _value: Value) -> Round:
    row = round_.pools_by_id[pool.pool_id]
    alone = {"sole_funder": False, "not_with": ()}
    return with_row(round_, "pool", row.model_copy(update=alone))


def _lever(
    round_: Round, pool: Pool, kind: Kind, column: str, now: Decimal, values: list[Value]
) -> Lever:
    def changed(given: Round, value: Value) -> Round:
        row = given.pools_by_id[pool.pool_id]
        whole = int(value) if column == "max_grants" else value
        return with_row(given, "pool", row.model_copy(update={column: whole}))

    amount = kind in ("money", "max_grant", "min_grant")
    # A rule of law may look at what a pool could award, and then forbid what it allowed before.
    verdicts = bool(round_.rule_packs) and amount
    unit = pool.currency if amount else ""
    # A target that is a share of budgets asks for more where there is more money.
    asking = any(target.of == "budget" for target in round_.targets)
    loosens = not (kind == "money" and asking)
    return Lever(
        kind, pool.pool_id, now, values, changed, verdicts=verdicts, unit=unit, loosens=loosens
    )
