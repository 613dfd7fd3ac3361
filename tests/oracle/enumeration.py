"""Every feasible award of a tiny round, and the best of them by max_merit's levels.

A proposal's options are all its splits among pools in whole grant steps that pass the local
predicates. All constraints between proposals are linear in the chosen options, so each is a
column of integers that must not fall below 0. A column starts with the most that the proposals
not yet decided could add to it; choosing an option adds what it gives less that most, so columns
only fall, a negative one can never recover, and after the last proposal each is exact.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from operator import add

from .constraints import LOCAL, Amounts
from .levels import Level, max_lexicographic, objective, tiers
from .model import Bound, Pair, Pool, Proposal, Round

Part = Callable[[Proposal, Amounts], Fraction | int]
Column = tuple[Fraction | int, Part]
State = tuple[int, ...]
Options = Sequence[tuple[Proposal, Sequence[Amounts]]]
Table = tuple[int, list[list[int]]]

CONSTRAINTS = tuple(f"C{number}" for number in range(1, 14))


@dataclass(frozen=True)
class Oracle:
    """What enumeration found: feasibility, the levels of the optimum, and every optimal award.

    `levels` are those of `objective`, and with `optima` empty when nothing is feasible. `optima`
    give awards above 0 in base minor units by (pool_id, proposal_id).
    """

    feasible: bool
    levels: list[Level]
    optima: list[dict[Pair, int]]


def solve(round_: Round, without: Collection[str] = ()) -> Oracle:
    """Solve exactly, with the constraints in `without` lifted.

    With C1 lifted awards are still bounded by C2; C2 lifts its minimum only (f_j ≤ R_j stays);
    with C7 lifted every pair may be awarded, and one that nothing scores counts with score 0.
    ValueError for an unknown constraint.
    """
    if unknown := set(without) - set(CONSTRAINTS):
        raise ValueError(f"no such constraints: {sorted(unknown)}")
    feasible = feasible_awards(round_, without)
    _, optima = max_lexicographic(feasible)
    return Oracle(bool(optima), objective(round_, optima[0]) if optima else [], optima)


def feasible_awards(
    round_: Round, without: Collection[str] = ()
) -> Iterator[tuple[State, dict[Pair, int]]]:
    """Each feasible award once, with a rank by which a better one is greater."""
    options = [(j, list(_options(round_, j, without))) for j in round_.proposals.values()]
    if not all(amounts for _, amounts in options):
        return
    hard = [_with_room(_table([c], options)[0]) for c in _hard_columns(round_, without)]
    soft = [bound for bound in round_.bounds if bound.priority is not None]
    gains = [_table([column], options)[0] for column in _gain_columns(round_)]
    tables = [*hard, *_table([_soft_column(bound) for bound in soft], options), *gains]
    tree = [
        [
            (
                {(pool, j.id): amount for pool, amount in amounts.items()},
                tuple(values[place][chosen] for _, values in tables),
            )
            for chosen, amounts in enumerate(choices)
        ]
        for place, (j, choices) in enumerate(options)
    ]
    priorities = sorted({b.priority for b in soft if b.priority is not None})
    places = [
        [len(hard) + k for k, bound in enumerate(soft) if bound.priority == priority]
        for priority in priorities
    ]
    start = tuple(first for first, _ in tables)
    for state, awards in _leaves(tree, 0, start, {}, len(hard)):
        shortfalls = (-sum(max(0, state[k]) for k in of_priority) for of_priority in places)
        yield (*shortfalls, *state[len(hard) + len(soft) :]), awards


def _table(columns: Sequence[Column], options: Options) -> list[Table]:
    """The columns in whole numbers, all multiplied by the least factor that makes them so."""
    exact = [
        (Fraction(first), [[Fraction(part(j, a)) for a in choices] for j, choices in options])
        for first, part in columns
    ]
    scale = lcm(
        *(first.denominator for first, _ in exact),
        *(x.denominator for _, values in exact for row in values for x in row),
    )
    return [
        (int(first * scale), [[int(x * scale) for x in row] for row in values])
        for first, values in exact
    ]


def _with_room(table: Table) -> Table:
    """The same column, starting with the most that every proposal could add."""
    first, values = table
    room = [max(row) for row in values]
    fallen = [[x - most for x in row] for row, most in zip(values, room, strict=True)]
    return first + sum(room), fallen


def _leaves(
    tree: Sequence[Sequence[tuple[dict[Pair, int], State]]],
    depth: int,
    state: State,
    awards: dict[Pair, int],
    hard: int,
) -> Iterator[tuple[State, dict[Pair, int]]]:
    """Every choice of an option for each proposal whose first `hard` columns end at 0 or above."""
    if depth == len(tree):
        yield state, awards
        return
    for chosen, vector in tree[depth]:
        after = tuple(map(add, state, vector))
        if min(after[:hard], default=0) >= 0:
            yield from _leaves(tree, depth + 1, after, awards | chosen, hard)


def _options(round_: Round, proposal: Proposal, without: Collection[str]) -> Iterator[Amounts]:
    pools = [
        pool
        for pool in round_.pools.values()
        if "C7" in without or (pool.id, proposal.id) in round_.awardable
    ]
    rules = [rule for name, rule in LOCAL.items() if name not in without]
    for amounts in _splits(pools, proposal.request, round_.step, "C1" not in without):
        if all(next(rule(round_, proposal, amounts), None) is None for rule in rules):
            yield amounts


def _splits(
    pools: Sequence[Pool], left: int, step: int, within_budget: bool
) -> Iterator[dict[str, int]]:
    """Every way to take multiples of the step from the pools, of `left` in all at most."""
    if not pools:
        yield {}
        return
    pool = pools[0]
    most = min(left, pool.budget) if within_budget else left
    for amount in range(0, most + 1, step):
        taken = {pool.id: amount} if amount else {}
        for rest in _splits(pools[1:], left - amount, step, within_budget):
            yield taken | rest


def _hard_columns(round_: Round, without: Collection[str]) -> Iterator[Column]:
    """The slack of each C1, C4, C8, C9, C10 and C11, for what is not lifted."""
    if "C1" not in without:
        yield from ((p.budget, _spent(p.id)) for p in round_.pools.values())
    if "C4" not in without:
        for p in round_.pools.values():
            if p.most_grants is not None:
                yield p.most_grants, _granted(p.id)
    if "C8" not in without:
        for o in round_.organisations.values():
            if o.proposals_left is not None:
                yield o.proposals_left, _funded_of(o.id)
            yield from ((cap, _received(o.id)) for cap in o.money_left.values())
    if "C9" not in without:
        for label in {label for j in round_.proposals.values() for label in j.labels}:
            yield 1, _funded_with(label)
    if "C10" not in without:
        for j in round_.proposals.values():
            yield from ((0, _required(j.id, k)) for k in j.requires)
    if "C11" not in without:
        for bound in round_.bounds:
            if bound.priority is None:
                yield _bound_column(bound, Fraction(1 if bound.floor else -1))


def _spent(pool: str) -> Part:
    return lambda _, amounts: -amounts.get(pool, 0)


def _granted(pool: str) -> Part:
    return lambda _, amounts: -1 if pool in amounts else 0


def _received(organisation: str) -> Part:
    return lambda j, amounts: -sum(amounts.values()) if j.organisation.id == organisation else 0


def _funded_of(organisation: str) -> Part:
    return lambda j, amounts: -1 if amounts and j.organisation.id == organisation else 0


def _funded_with(label: str) -> Part:
    return lambda j, amounts: -1 if amounts and label in j.labels else 0


def _required(dependent: str, needed: str) -> Part:
    return lambda j, amounts: ((j.id == needed) - (j.id == dependent)) if amounts else 0


def _soft_column(bound: Bound) -> Column:
    """Weight × (signed distance past the bound) / bound: what is above 0 is the shortfall."""
    factor = bound.importance / (bound.limit or bound.unit)
    return _bound_column(bound, -factor if bound.floor else factor)


def _bound_column(bound: Bound, factor: Fraction) -> Column:
    """`factor × (Σ weight × x − limit)`."""

    def part(proposal: Proposal, amounts: Amounts) -> Fraction:
        money = sum(amounts.values()) if bound.pool is None else amounts.get(bound.pool, 0)
        return factor * bound.weights[proposal.id] * (bool(money) if bound.counted else money)

    return -factor * bound.limit, part


def _gain_columns(round_: Round) -> Iterator[Column]:
    """L2 by tier, L3 and L4, each to be greatest; their units differ by a factor, which is free."""
    for tier in tiers(round_):

        def merit(j: Proposal, a: Amounts, tier: int | None = tier) -> Fraction:
            size = j.request if round_.per_project else 1
            scored = (
                (round_.scores.get((p, j.id), Fraction(0)), amount) for p, amount in a.items()
            )
            return sum((s * amount / size for s, amount in scored), Fraction(0)) * (j.tier == tier)

        yield 0, merit
    yield (
        0,
        lambda j, a: sum(
            (round_.preferences.get((p, j.id), Fraction(0)) * x for p, x in a.items()), Fraction(0)
        ),
    )
    yield 0, lambda _, a: -len(a)


def which_constraints_matter(round_: Round, among: Iterable[str] = CONSTRAINTS) -> set[str]:
    """The constraints whose lifting changes feasibility, the levels or the optimal awards."""
    whole = _signature(solve(round_))
    return {name for name in among if _signature(solve(round_, {name})) != whole}


def _signature(found: Oracle) -> tuple[list[Level], set[frozenset[tuple[Pair, int]]]]:
    return found.levels, {frozenset(awards.items()) for awards in found.optima}
