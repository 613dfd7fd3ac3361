"""decisions.csv: what was decided on each proposal, the first of the ten that holds, and why."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce

import numpy as np

from matcher import money
from matcher.allocation.problem import Flags, requests_of
from matcher.domain import Round
from matcher.eligibility import Verdict
from matcher.law.reasons import Reasons
from matcher.law.tracing import waivers
from matcher.once import once
from matcher.tables.awards import conditions_of
from matcher.tables.blocking import CouldBePaid, Reserve
from matcher.tables.late import STARTS, late_at, late_words
from matcher.tables.plan import Plan
from matcher.tables.waiting import Waiting, where_of
from matcher.tables.words import (
    amount,
    ended,
    few,
    fraction,
    listed,
    named,
    say,
    score,
    spoken,
    truth,
)

Cells = dict[str, str]
MOST_FACTS = 4
"""So many missing facts are named in a sentence."""


@dataclass(frozen=True)
class Decision:
    """A decision with its sentence and the ids of what decided it."""

    word: str
    reason: str
    binding: tuple[str, ...] = ()


def decision_rows(plan: Plan, could_be_paid: CouldBePaid) -> list[Cells]:
    """Give a row for each proposal, by id."""
    problem = plan.problem
    requests, reserve = requests_of(problem.round), Reserve(plan, could_be_paid)
    open_ = _Open.of(plan)
    waits, waiting = _Waits(plan, open_), Waiting(reserve)
    rows = []
    for j, proposal_id in enumerate(problem.proposals.ids):
        requested, awarded = requests[proposal_id], int(plan.totals[j]) * problem.unit
        decision = _decide(plan, j, requested, open_, reserve, waits, waiting)
        payers = plan.payers(j)
        conditional = any(
            conditions_of(plan, int(problem.pairs.pool[pair]), j) for pair in plan.paid_pairs_of(j)
        )
        rows.append(
            {
                "proposal_id": proposal_id,
                "org_id": problem.proposals.organisation[j],
                "decision": decision.word,
                "requested": money.shown(requested, problem.round.currency),
                "awarded": money.shown(awarded, problem.round.currency),
                "share_of_request": fraction(
                    Fraction(awarded, requested) if requested else Fraction(0)
                ),
                "score": score(int(problem.proposals.score[j])),
                "funders": listed(payers),
                "conditional": truth(conditional),
                "reason": decision.reason,
                "binding": listed(decision.binding),
            }
        )
    return rows


@dataclass(frozen=True)
class _Open:
    """Which proposals have a pool whose terms cover them, and then one where it is lawful.

    `awardable` says which have a pool that may award before pair terms are looked at.
    """

    covered: Flags
    lawful: Flags
    awardable: Flags

    @classmethod
    def of(cls, plan: Plan) -> "_Open":
        covered = plan.eligibility.by_terms != Verdict.ineligible
        lawful = plan.eligibility.verdicts != Verdict.ineligible
        return cls(
            *(np.any(cells, axis=0) for cells in (covered, lawful, plan.problem.before_terms))
        )


class _Waits:
    """What the law has against the pairs of proposals that no pool may fund yet, found at once."""

    def __init__(self, plan: Plan, open_: _Open) -> None:
        self.eligibility = plan.eligibility
        shut = np.flatnonzero(open_.covered & ~open_.awardable)
        covered = plan.eligibility.by_terms[:, shut] != Verdict.ineligible
        pools, places = np.nonzero(covered)
        proposals = shut[places]
        found = plan.eligibility.reasons(pools, proposals)
        pairs = zip(pools.tolist(), proposals.tolist(), strict=True)
        self.found = dict(zip(pairs, found, strict=True))

    def of(self, proposal: int) -> Mapping[int, Reasons]:
        """Give the pools whose terms cover a proposal, each with what stands in the way."""
        pools = np.flatnonzero(self.eligibility.by_terms[:, proposal] != Verdict.ineligible)
        return {pool: self.found[pool, proposal] for pool in pools.tolist()}


def _decide(
    plan: Plan,
    j: int,
    requested: int,
    open_: _Open,
    reserve: Reserve,
    waits: _Waits,
    waiting: Waiting,
) -> Decision:
    problem = plan.problem
    proposals = problem.proposals
    proposal = problem.round.proposals_by_id[proposals.ids[j]]
    if not proposals.submitted[j]:
        reason = proposal.status_reason or say("decided-status", status=proposal.status)
        return Decision(proposal.status, reason, ("status",))
    if plan.totals[j] > 0:
        return _funded(plan, j, requested)
    if proposals.score[j] < 0:
        part = proposals.ids[j] in _scored_in_part(problem.round)
        message = "decided-not-scored-whole" if part else "decided-not-scored"
        return Decision("not_scored", say(message), ("score",))
    if not proposals.eligible_score[j]:
        reached, threshold = score(int(proposals.score[j])), problem.round.policy.score_threshold
        reason = say("decided-below-threshold", score=reached, threshold=str(threshold))
        return Decision("below_threshold", reason, ("score_threshold",))
    late = _late(plan, j)
    if not open_.covered[j]:
        return Decision("no_matching_pool", late, (STARTS,)) if late else _no_pool(plan, j)
    if not open_.lawful[j]:
        decision = _barred(waits.of(j))
    elif not open_.awardable[j]:
        decision = _held(plan, j, waits.of(j))
    elif reserve.pays(j):
        decision = Decision("reserve_list", *waiting.reason(j))
    else:
        decision = Decision("not_funded", *reserve.blocking(j))
    # Who is eligible somewhere lacks something else there, which is what its reason is about.
    if not late or reserve.may_be_paid(j):
        return decision
    return Decision(decision.word, f"{decision.reason} {late}", (*decision.binding, STARTS))


def _funded(plan: Plan, j: int, requested: int) -> Decision:
    problem, payers = plan.problem, plan.payers(j)
    by = spoken(payers)
    if plan.totals[j] == problem.proposals.request[j]:
        word, reason = "funded", say("decided-funded", payers=by)
    else:
        # What was asked for, as the column of requests says it: not floored to a grant step.
        awarded, asked = (
            amount(units, problem.round.currency)
            for units in (int(plan.totals[j]) * problem.unit, requested)
        )
        reason = say("decided-partially-funded", awarded=awarded, asked=asked, payers=by)
        word = "partially_funded"
    return Decision(word, " ".join([reason, *_standing(plan, j)]), tuple(payers))


def _standing(plan: Plan, j: int) -> Iterator[str]:
    """Say what an award stands on beside its worth: the board, an acceptance, waivers."""
    problem, pairs = plan.problem, plan.paid_pairs_of(j)
    if problem.pairs.pinned[pairs].any():
        reasons = [
            term.reason
            for term in problem.round.pairs
            if term.status == "pin" and term.proposal_id == problem.proposals.ids[j] and term.reason
        ]
        yield say("decided-pinned", reasons=ended("; ".join(reasons)))
    elif problem.pairs.accepted[pairs].any():
        yield say("decided-accepted")
    for pair in pairs:
        yield from _waived(plan, int(problem.pairs.pool[pair]), j)


def _waived(plan: Plan, pool: int, j: int) -> Iterator[str]:
    """Say which rules or steps were waived for an award, by whom and on what ground."""
    law = plan.eligibility.law
    for rule, row in () if law is None else waivers(law.law, pool, j):
        yield say(
            "decided-waived",
            pool=plan.problem.pools.ids[pool],
            rule=rule,
            fact=row.fact,
            who=str(row.checked_by),
            source=str(row.source),
        )


def _late(plan: Plan, j: int) -> str:
    """Say what pools would fund it but for the day on which it starts, nothing where none would."""
    round_ = plan.problem.round
    if round_.policy.start_policy != "strict":
        return ""
    late = late_at(plan.eligibility, j, round_.decision_date)
    proposal = round_.proposals_by_id[plan.problem.proposals.ids[j]]
    return late_words(plan.eligibility, late, proposal) if late else ""


def _no_pool(plan: Plan, j: int) -> Decision:
    """Name the pools that miss by the fewest terms."""
    failed = np.bitwise_count(plan.eligibility.failed[:, j])
    near = np.flatnonzero(failed == failed.min()).tolist()
    terms = sorted({term for p in near for term in plan.eligibility.failing(p, j)})
    pool, misses = plan.problem.pools.ids[near[0]], plan.eligibility.failing(near[0], j)
    reason = say("decided-no-pool", pool=pool, terms=named(misses))
    if misses == (STARTS,):
        # With a later start it would still not be funded: only pools that the law bars too are so.
        (found,) = plan.eligibility.reasons(np.array(near[:1]), np.array([j]))
        why = " ".join(found.bars[rule] for rule in sorted(found.bars))
        reason = f"{reason} {say('decided-barred-besides', why=why)}"
        return Decision("no_matching_pool", reason, (*terms, *sorted(found.bars)))
    return Decision("no_matching_pool", reason, tuple(terms))


def _barred(waits: Mapping[int, Reasons]) -> Decision:
    """Name the rules that bar it at the pools whose terms cover it."""
    barring = {rule: said for reasons in waits.values() for rule, said in reasons.bars.items()}
    why = " ".join(barring[rule] for rule in sorted(barring))
    return Decision("ineligible", say("decided-barred", why=why), tuple(sorted(barring)))


def _held(plan: Plan, j: int, waiting: Mapping[int, Reasons]) -> Decision:
    """Name the pools that hold it, and what the nearest of them wait for."""
    eligibility = plan.eligibility
    pools = [p for p in waiting if eligibility.verdicts[p, j] != Verdict.ineligible]
    names = [plan.problem.pools.ids[p] for p in pools]
    waits = {
        name: (
            tuple(eligibility.unanswered(p, j)),
            tuple(sorted(found.missing)),
            tuple(sorted(found.review)),
        )
        for name, p, found in zip(names, pools, (waiting[p] for p in pools), strict=True)
    }
    terms, facts, rules = least = min(
        waits.values(), key=lambda wait: (sum(map(len, wait)), str(wait))
    )
    nearest = [name for name in names if waits[name] == least]
    awaited: list[str] = []
    if terms:
        awaited.append(say("awaited-terms", pools=len(nearest), terms=named(terms)))
    if facts:
        told = [say("fact-of", fact=fact.name, whose=fact.id) for fact in facts]
        awaited.append(say("awaited-facts", facts=few(told, MOST_FACTS)))
    if rules:
        awaited.append(say("awaited-rules", rules=spoken(rules)))
    until = reduce(lambda first, second: say("awaited-both", first=first, second=second), awaited)
    where, more = where_of(nearest), len(names) - len(nearest)
    others = [wait for wait in waits.values() if wait != least]
    beyond = all(set(part) >= set(own) for wait in others
                 for part, own in zip(wait, least, strict=True))  # fmt: skip
    what = "more" if beyond else "else"
    reason = (
        say("decided-held-beside", where=where, awaited=until, more=more, what=what)
        if more
        else say("decided-held", where=where, awaited=until)
    )
    asked = dict.fromkeys(fact.name for fact in facts)
    return Decision("held_for_review", reason, (*terms, *asked, *rules, *names))


@once
def _scored_in_part(round_: Round) -> frozenset[str]:
    """Give the proposals of which some criterion is scored, in a round that weighs criteria."""
    if not round_.policy.score_weights:
        return frozenset()
    reviewed = {one.proposal_id for one in round_.reviews if one.criterion and not one.recused}
    return frozenset(reviewed | {one.proposal_id for one in round_.proposals if one.criteria})
