"""What the rule packs of a round say of a pair (docs/reference/rule-packs.md).

A plain evaluator, one pair at a time, written from that page alone. Of the packs it shares only
their data with the rest of the program, so that a mistake made there does not pass here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import get_args
from weakref import finalize

from matcher.domain import Pool, Proposal, Round
from matcher.regulation.library import packs_of, standing_in
from matcher.regulation.pack import Outcome, Pack, Rule
from matcher.verify.findings import Pair, Verdict
from matcher.verify.rule_columns import Subject
from matcher.verify.rule_conditions import Condition, condition
from matcher.verify.rule_facts import RoundFacts, Scene
from matcher.verify.rule_plan import Asked, LinkKind, RuleStep, days_until_paid, waiting
from matcher.verify.rule_values import Unknown, either

_STRICTNESS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True)
class Judged:
    """What the rule packs alone say of a pair, by the decision date and the payment date.

    `steps` are (rule, step, link). `reasons` are the rules with what they came to, and then the
    facts that are missing, as `subject fact`.
    """

    verdict: Verdict
    earliest_payment: date
    steps: frozenset[tuple[str, str, LinkKind]]
    reasons: tuple[str, ...]


def judged(round_: Round, pool: Pool, proposal: Proposal) -> Judged:
    """Judge a pair of the round by its rule packs; without any it is eligible, payable at once.

    Raises MatcherError where a pack cannot be applied, as where it names an undeclared fact.
    """
    known = _LAWS.get(id(round_))
    if known is None:
        finalize(round_, _LAWS.pop, id(round_), None)
    if known is None or known[0] is not standing_in():
        known = _LAWS[id(round_)] = standing_in(), _law_of(round_)
    return known[1].judged((pool.pool_id, proposal.proposal_id))


def _law_of(round_: Round) -> "Law":
    """Give the law of a round: the last one where rounds differ in nothing that rules can see."""
    packs, seen = packs_of(round_), _seen(round_)
    if not _LAST or _LAST[0][:2] != (packs, seen):
        _LAST[:] = [(packs, seen, Law(round_, packs))]
    return _LAST[0][2]


def _seen(round_: Round) -> tuple[object, ...]:
    """Give all of a round but what no rule can ask for: scores, tiers, targets and pair terms."""
    tables = [getattr(round_, name) for name in type(round_).model_fields if name not in UNSEEN]
    proposals = [row.model_copy(update=UNSEEN_OF_PROPOSAL) for row in round_.proposals]
    return (*tables, proposals)


def strictest(*verdicts: Verdict) -> Verdict:
    """Give the verdict that wins when several are passed on one pair."""
    return max(verdicts, key=_STRICTNESS.index, default="eligible")


class Law:
    """The rules and the facts of one round, which it does not hold, and what was judged by them."""

    def __init__(self, round_: Round, packs: Collection[Pack]) -> None:
        rules = [rule for pack in packs for rule in pack.rules]
        self._clauses = [clause for rule in rules for clause in _clauses(rule)]
        self._waiting = waiting(rules)
        self._facts = RoundFacts(round_, packs)
        self._decision_date = round_.decision_date
        self._judged: dict[Pair, Judged] = {}

    def judged(self, pair: Pair) -> Judged:
        """Judge a pair, once."""
        if pair not in self._judged:
            self._judged[pair] = self._judge(pair)
        return self._judged[pair]

    def _judge(self, pair: Pair) -> Judged:
        first = list(self._findings(pair, self._decision_date))
        planned = self._payment(_asked(first))
        second = [] if planned == self._decision_date else list(self._findings(pair, planned))
        # A step that both days ask for is as the later one has it.
        asked = {**_asked(first), **_asked(second)}
        found = [*first, *second]
        return Judged(
            verdict=strictest(*(finding.verdict for finding in found)),
            earliest_payment=self._payment(asked),
            steps=frozenset((one.rule_id, one.step.id, link) for (link, _), one in asked.items()),
            reasons=(
                *sorted({finding.reason for finding in found}),
                *sorted({fact for finding in found for fact in finding.missing}),
            ),
        )

    def _payment(self, asked: Asked) -> date:
        return self._decision_date + timedelta(days=days_until_paid(asked, self._waiting))

    def _findings(self, pair: Pair, day: date) -> Iterator["_Finding"]:
        """Judge every outcome for every link of its rule on one day; nothing where none holds."""
        scenes = self._scenes(pair, day)
        exempted = self._facts.exempted(*pair, day)
        for clause in self._clauses:
            if clause.rule.id in exempted or not _in_force(clause.rule, day):
                continue
            for link in clause.rule.links:
                truth = either(clause.holds(scene) for scene in scenes[link])
                if truth is not False:
                    yield from _finding(clause, link, truth, exempted)

    def _scenes(self, pair: Pair, day: date) -> Mapping[LinkKind, Sequence[Scene]]:
        """Lay the chain out: contributors to the pool's donor to an organisation to partners."""
        columns = self._facts.columns
        pool, proposal = Subject("pool", pair[:1]), Subject("proposal", pair[1:])
        donor = Subject("donor", (columns.row(pool).donor_id,))
        organisation = Subject("organisation", (columns.row(proposal).org_id,))
        hosts = columns.partners(pair[1], "host")
        receiver = hosts[0] if hosts else organisation
        members = {
            "contributor": columns.contributors(pair[0]),
            "partner": columns.partners(pair[1]),
        }
        fund = {"pool": pool, "donor": donor}
        work = fund | {"organisation": organisation, "proposal": proposal}

        def scene(named: Mapping[str, Subject], giver: Subject, receiver: Subject) -> Scene:
            named = {**named, "giver": giver, "receiver": receiver}
            return Scene(self._facts, day, named, members)

        return {
            "contribution": [scene(fund, giver, donor) for giver in members["contributor"]],
            "grant": [scene(work | {"grant": Subject("grant", pair)}, donor, receiver)],
            "subgrant": [scene(work, receiver, partner) for partner in members["partner"]],
        }


@dataclass(frozen=True)
class _Clause:
    """An outcome of a rule, read; an information is none, as it changes no verdict."""

    rule: Rule
    outcome: Outcome
    holds: Condition
    steps: Sequence[RuleStep]


@dataclass(frozen=True)
class _Finding:
    """What an outcome comes to for links of one kind, on one day."""

    link: LinkKind
    verdict: Verdict
    reason: str
    steps: Sequence[RuleStep] = ()
    missing: frozenset[str] = frozenset()


UNSEEN = ("id", "title", "policy", "targets", "pairs", "reviews", "proposals")
UNSEEN_OF_PROPOSAL = {"score": None, "criteria": None, "tier": None}
"""What rules cannot ask for, in a round and in its proposals."""
_LAST: list[tuple[tuple[Pack, ...], tuple[object, ...], Law]] = []
"""The law made last, with what it was made of: in a sweep of scores it stays the same."""
_LAWS: dict[int, tuple[Mapping[str, Pack], Law]] = {}
"""By the identity of their rounds, for as long as these live: the law, and the packs that stood in
place of installed ones as it was read."""


def _clauses(rule: Rule) -> Iterator[_Clause]:
    for outcome in rule.outcomes:
        if outcome.verdict != "eligible":
            steps = [RuleStep(rule.id, step) for step in rule.steps if step.id in outcome.steps]
            yield _Clause(rule, outcome, condition(outcome.when), steps)


def _in_force(rule: Rule, day: date) -> bool:
    begun = rule.effective is None or rule.effective <= day
    return begun and (rule.ends is None or day <= rule.ends)


def _asked(findings: Iterable[_Finding]) -> Asked:
    return {(one.link, step.name): step for one in findings for step in one.steps}


def _finding(
    clause: _Clause, link: LinkKind, truth: bool | Unknown, exempted: Collection[str]
) -> Iterator[_Finding]:
    """Give what follows from an outcome that holds, or of which nobody knows whether it does."""
    rule, outcome = clause.rule, clause.outcome
    if isinstance(truth, Unknown):
        yield _Finding(link, "needs_review", f"{rule.id} unknown", missing=truth.missing)
        return
    if rule.effective is None or any(cite.confidence == "M" for cite in outcome.cite):
        # It asks for review instead: its steps must not bar the pair by the days they take.
        yield _Finding(link, "needs_review", f"{rule.id} needs_review")
        return
    steps = [step for step in clause.steps if step.name not in exempted]
    if outcome.verdict == "eligible_with_steps" and not steps:
        # Every step that it asks for is waived.
        return
    yield _Finding(link, outcome.verdict, f"{rule.id} {outcome.verdict}", steps)
