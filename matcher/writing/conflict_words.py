"""A constraint of an infeasible round in the words of the round: who asks for what."""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from matcher.allocation.problem import budgets_of
from matcher.allocation.rows import bounds_of, organisation_limits
from matcher.domain import PairTerm, Target
from matcher.money import digits_of
from matcher.wording.catalogue import Said
from matcher.writing import phrases, words
from matcher.writing.report_numbers import Money
from matcher.writing.report_targets import asks
from matcher.writing.visibility import ShownRound

_KIND = re.compile(r"\b(?:pool|proposal|donor|organisation) a confidential\b")


def conflict_words(part: Mapping[str, str], shown: ShownRound) -> str:
    """Give one sentence for `constraint` and `subject`, or the `words` that the part has itself."""
    if own := part.get("words"):
        return shown.text(own)
    constraint, subject = part["constraint"], part["subject"]
    told = _TOLD[constraint](shown).get(subject) if constraint in _TOLD else None
    if told is not None:
        return told
    asked = words.CONSTRAINTS.get(constraint, "a limit that the round sets")
    # What is withheld says itself what it is.
    told = _KIND.sub("a confidential", shown.text(f"{subject}: {asked}"))
    return phrases.sentence(told)


def _money(shown: ShownRound) -> Money:
    return Money(shown.round.currency, digits_of(shown.round.currency))


def _amount(shown: ShownRound, units: int) -> str:
    return f"{_money(shown).minor(units)} {shown.round.currency}"


def _pool(shown: ShownRound, pool_id: str) -> str:
    return f"Pool {shown.pool_label(pool_id)} ({shown.pool(pool_id)})".replace(" ()", "")


def _budgets(shown: ShownRound) -> dict[str, str]:
    return {
        f"pool {pool_id}": f"{_pool(shown, pool_id)} has {_amount(shown, budget)} to award."
        for pool_id, budget in budgets_of(shown.round).items()
    }


def _counts(shown: ShownRound) -> dict[str, str]:
    return {
        f"pool {pool.pool_id}": f"{_pool(shown, pool.pool_id)} makes at most "
        f"{phrases.count(pool.max_grants, 'grant')}."
        for pool in shown.round.pools
        if pool.max_grants is not None
    }


def _organisations(shown: ShownRound) -> dict[str, str]:
    found = {}
    for org_id, (most, cap) in organisation_limits(shown.round).items():
        limits = [] if most is None else [phrases.count(most, "proposal")]
        limits += [] if cap is None else [_amount(shown, cap)]
        name = f"{shown.organisation(org_id)} ({org_id})"
        found[f"organisation {org_id}"] = shown.text(
            f"{name} may still get at most {phrases.spoken(limits)}."
        )
    return found


def _targets(shown: ShownRound) -> dict[str, str]:
    return {f"target {target.id}": _target(target, shown) for target in shown.round.targets}


def _target(target: Target, shown: ShownRound) -> str:
    asked = [
        asks(target, bound, Decimal(getattr(target, bound)), shown, _money(shown))
        for bound, _ in bounds_of(target)
    ]
    return f"Target {shown.text(target.id)} asks for {phrases.spoken(asked)}."


def _decided(shown: ShownRound) -> dict[str, str]:
    return {
        f"pool {term.pool_id}, proposal {term.proposal_id}": _term(term, shown)
        for term in shown.round.pairs
        if term.status in ("pin", "accepted")
    }


def _term(term: PairTerm, shown: ShownRound) -> str:
    pool_id, proposal_id = term.pool_id or "", term.proposal_id or ""
    pool, title = shown.pool(pool_id), shown.title(proposal_id)
    ids = phrases.spoken(
        filter(None, (shown.pool_label(pool_id), shown.proposal_label(proposal_id)))
    )
    amount = "an award"
    if term.amount is not None:
        amount = f"{_money(shown).text(term.amount)} {shown.round.currency}"
    between = f" ({ids})" if ids else ""
    if term.status == "accepted":
        return f"{title} has accepted {amount} from {pool}{between}."
    reason = shown.reason(term.reason or "", proposal_id)
    return phrases.sentence(f"the board fixed {amount} by {pool} for {title}{between}: {reason}")


_TOLD: Mapping[str, Callable[[ShownRound], dict[str, str]]] = {
    "C1": _budgets,
    "C4": _counts,
    "C8": _organisations,
    "C11": _targets,
    "C12": _decided,
}
"""Sentences by subject, for the constraints that have more to say than what they ask."""


def exceeding(members: Sequence[Mapping[str, str]], shown: ShownRound) -> Said | None:
    """Say that awards fixed and floors asked for exceed a pool's budget, where that is all.

    None where a conflict is about anything else, or its numbers are not to be told.
    """
    pools = [m["subject"].removeprefix("pool ") for m in members if m["constraint"] == "C1"]
    if len(pools) != 1 or shown.keeps(pools[0], "budget"):
        return None
    terms = {
        f"pool {term.pool_id}, proposal {term.proposal_id}": term for term in shown.round.pairs
    }
    targets = {f"target {target.id}": target for target in shown.round.targets}
    demands, total = [], Decimal(0)
    for member in members:
        term, target = terms.get(member["subject"]), targets.get(member["subject"])
        if member["constraint"] == "C1":
            continue
        if member["constraint"] == "C12" and term is not None and term.amount is not None:
            amount, proposal_id = term.amount, term.proposal_id or ""
            kind = "award fixed" if term.status == "pin" else "award accepted"
            who = f"the {kind} for {shown.title(proposal_id)}"
        elif (
            member["constraint"] == "C11"
            and target is not None
            and target.min_amount is not None
            and target.pool == pools[0]
        ):
            amount, who = target.min_amount, f"the floor of target {shown.text(target.id)}"
        else:
            return None
        total += amount
        demands.append(f"{who} of {_money(shown).text(amount)}\u00a0{shown.round.currency}")
    budget = budgets_of(shown.round)[pools[0]]
    if len(demands) < 2 or total * 10 ** digits_of(shown.round.currency) <= budget:
        return None
    return Said(
        "relaxing-exceed",
        {
            "demands": phrases.sentence(phrases.spoken(demands)).rstrip("."),
            "budget": _amount(shown, budget).replace(" ", "\u00a0"),
            "pool": _pool(shown, pools[0]).replace("Pool", "pool", 1),
        },
    )
