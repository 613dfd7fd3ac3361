"""The value of a missing fact: what it would unlock, so that a coordinator knows what to ask first.

For each fact that pairs wait for, each answer that could help is stated alone and the round solved
anew. Answers that open the same pairs are solved once; an answer is left out where a bound shows
that it cannot be among the most valuable.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from time import monotonic

from matcher.allocation.problem import problem_of
from matcher.domain import Round
from matcher.eligibility import eligibility_of
from matcher.explaining.missing.answers import Answers
from matcher.explaining.missing.grouping import Group, groups_of
from matcher.explaining.missing.openings import Held
from matcher.explaining.missing.search import Search
from matcher.explaining.solves.worth import Worth, worth_of
from matcher.law.reasons import FactOf
from matcher.results import Options


@dataclass(frozen=True)
class FactValue:
    """What a missing fact holds back, and what the answer that helps most would unlock, alone.

    `value` is that answer as facts.csv writes it, `alike` the others that do the same. Of the pairs
    that wait for the fact, among other things, `pairs_held`, the answer opens `pairs_opened`.

    `merit` is what is gained of all tiers together, between `low` and `high` where a solve left a
    gap; `shortfalls` is, by priority, by how much soft targets are missed more, below nought: less;
    `money` is what more is placed, in base minor units, by the plans found. They are None where no
    answer can be tried. `exact` says that both solves are proven to the gap asked for.

    A fact that opens nothing alone has no value, and the fewest facts `beside` which one of its
    pairs waits; none where its pairs wait for something else than facts.
    """

    fact: FactOf
    meaning: str
    ask: str
    value: str = ""
    alike: tuple[str, ...] = ()
    pairs_held: int = 0
    pairs_opened: int = 0
    merit: Fraction | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    shortfalls: tuple[tuple[int, Fraction], ...] = ()
    money: int | None = None
    exact: bool = False
    beside: tuple[FactOf, ...] = ()


def value_of_missing_facts(
    round_: Round, options: Options, tell: Callable[[str], None], most: int = 10
) -> list[FactValue]:
    """Give the most valuable missing facts, the best first, and then those without a value.

    The order is that of the round's objective: soft targets less missed, by priority, come before
    merit, by tier. `options.seconds` ends the search; `tell` hears what was left out for it. Raises
    InvalidRound (a rule pack that is not here).
    """
    deadline = monotonic() + options.seconds
    tell("judging who may fund what")
    eligibility = eligibility_of(round_)
    problem = problem_of(round_, eligibility)
    if eligibility.law is None:
        return []
    held = Held.of(problem, eligibility)
    answers = Answers(eligibility.law.law)
    tell(f"stating what {len(held.waiting)} missing facts may be")
    tried, groups = groups_of(held, answers)
    tell("solving the round as it is")
    base = worth_of(problem, options, deadline)
    if not isinstance(base, Worth):
        tell("there is no plan to compare with, so no fact is given a value")
        return [_described(held, fact) for fact in held.waiting][:most]
    search = Search(held, base, options, deadline, tell, most)
    search.run(groups)
    found = [_valued(held, base, fact, *best) for fact, best in search.best.items()]
    opening = {fact for group in groups for fact in group.answers}
    closed = [_closed(held, fact, tried) for fact in held.waiting if fact not in opening]
    closed.sort(key=lambda value: (value.merit is None, -value.pairs_held, value.fact))
    return [*found, *closed][:most]


def _valued(held: Held, base: Worth, fact: FactOf, group: Group, found: Worth) -> FactValue:
    """Give what a fact is worth, by the group of its best answer and what that reaches."""
    gains = [one - other for one, other in zip(found.values, base.values, strict=True)]
    merits = [at for at, (level, _) in enumerate(base.levels) if level == "L2"]
    answer, *alike = group.answers[fact]
    return replace(
        _described(held, fact),
        value=answer,
        alike=tuple(alike),
        pairs_opened=len(group.pairs),
        merit=sum((gains[at] for at in merits), Fraction(0)),
        low=sum((found.values[at] - base.bounds[at] for at in merits), Fraction(0)),
        high=sum((found.bounds[at] - base.values[at] for at in merits), Fraction(0)),
        shortfalls=tuple(
            (key or 0, -gain)
            for (level, key), gain in zip(base.levels, gains, strict=True)
            if level == "L1"
        ),
        money=int(found.amounts.sum() - base.amounts.sum()) * held.problem.unit,
        exact=base.exact and found.exact,
    )


def _described(held: Held, fact: FactOf) -> FactValue:
    """Give what is known of a fact before any answer to it is tried."""
    law = held.eligibility.law
    declared = None if law is None else law.law.stated.facts.get(fact.name)
    if declared is not None:
        meaning, ask = declared.meaning, declared.ask
    elif fact.subject == "round":
        meaning, ask = f"What a unit of {fact.id} is worth in the base currency.", ""
    else:
        meaning, ask = f"The column {fact.name} of {fact.subject} {fact.id}.", ""
    return FactValue(fact, meaning, ask, pairs_held=len(held.waiting[fact]))


def _closed(held: Held, fact: FactOf, tried: Mapping[FactOf, bool]) -> FactValue:
    """Give a fact that opens nothing alone."""
    described, none = replace(_described(held, fact), beside=held.beside(fact)), Fraction(0)
    if not tried[fact]:
        return described
    return replace(described, merit=none, low=none, high=none, money=0, exact=True)
