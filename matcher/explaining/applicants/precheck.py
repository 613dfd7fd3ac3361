"""Who may fund a proposal as it stands, told to its applicant at once: verdicts, steps, questions.

All is worked out of the round as the applicant may know it (`open_round`), so that nothing which is
confidential can be told from it; of that, rules and steps are named as far as `OpenLaw` allows. A
pool that keeps a term to itself may be stricter than it is said to be here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.domain import Round
from matcher.eligibility import EligibilityTable, Verdict, eligibility_of
from matcher.explaining.applicants.asked import is_asked
from matcher.explaining.applicants.law import OpenLaw, ToldRule
from matcher.explaining.applicants.open_round import hidden_pools, open_round
from matcher.law.judging import VERDICTS
from matcher.law.law import law_of
from matcher.law.reasons import FactOf, Reasons
from matcher.law.stated import Rows
from matcher.law.steps import PlannedStep, planned_steps
from matcher.law.table import judge_some
from matcher.law.tracing import cited_plainly
from matcher.regulation.pack import VerdictName
from matcher.wording import catalogue_of
from matcher.writing import phrases
from matcher.writing.visibility import ShownRound


@dataclass(frozen=True)
class ToldStep:
    """Something to do before, or after, a grant of a pool is paid; days as planned."""

    rule: str
    step: str
    do: str
    by: str
    timing: str
    days: int
    due: date
    citation: str


@dataclass(frozen=True)
class Question:
    """A fact that is missing: what it says, who is asked for it, and what paper shows it.

    `of` is organisation or proposal, `yours` whether the applicant itself is asked; `pools` are
    those that wait for it.
    """

    of: str
    fact: str
    meaning: str
    ask: str
    paper: str
    yours: bool
    pools: tuple[str, ...]


@dataclass(frozen=True)
class PoolCheck:
    """How a proposal stands with one pool.

    `outside` are terms that it fails, `blank` terms that it leaves unanswered, each with its words.
    `days` lie between the decision and the earliest payment. `besides` says that something more is
    in the way, which lies with others or may not be told; `keeps` that the pool keeps terms to
    itself, on which nothing here depends.
    """

    pool_id: str
    pool: str
    donor: str
    verdict: VerdictName
    days: int
    outside: dict[str, str]
    blank: dict[str, str]
    rules: tuple[ToldRule, ...]
    steps: tuple[ToldStep, ...]
    besides: bool
    keeps: bool


@dataclass(frozen=True)
class Precheck:
    """How a proposal stands with every pool; of confidential ones there is only their number."""

    pools: tuple[PoolCheck, ...]
    confidential_pools: int
    questions: tuple[Question, ...]


def precheck_of(round_: Round, proposal_id: str) -> Precheck:
    """Check a proposal of a round against all pools, for the applicant's eyes.

    Raises InvalidRound (a rule pack that is not here).
    """
    open_ = open_round(round_, proposal_id)
    # Names of donors and pools alone: the applicant may read its own.
    named = ShownRound(round_.model_copy(update={"organisations": (), "proposals": ()}))
    checking = _Checking(open_, _judged(open_), named)
    return Precheck(
        pools=tuple(checking.pools()),
        confidential_pools=hidden_pools(round_),
        questions=tuple(checking.questions()),
    )


def _judged(open_: Round) -> EligibilityTable:
    """Judge the one proposal of an open round; by law beside those pools whose terms it fits."""
    terms = eligibility_of(open_.model_copy(update={"rule_packs": ()}))
    if not open_.rule_packs:
        return terms
    within = _within(terms)
    return eligibility_of(open_, judge_some(law_of(open_), within, np.zeros_like(within)))


def _within(eligibility: EligibilityTable) -> Rows:
    """Give the pools whose terms do not leave the one proposal out."""
    return np.flatnonzero(eligibility.by_terms[:, 0] != Verdict.ineligible)


class _Checking:
    """The one proposal of an open round, beside its pools."""

    def __init__(self, open_: Round, eligibility: EligibilityTable, shown: ShownRound) -> None:
        self.round, self.eligibility, self.shown = open_, eligibility, shown
        self.say = catalogue_of("en").say
        self.law = OpenLaw(open_, eligibility)
        # What terms leave out is out whatever the law says.
        within = _within(eligibility)
        nought = np.zeros_like(within)
        found = eligibility.reasons(within, nought)
        self.against = dict(zip(within.tolist(), found, strict=True))
        self.steps: dict[int, list[PlannedStep]] = {}
        if eligibility.law is not None:
            for step in planned_steps(eligibility.law.law, within, nought):
                place = int(within[step.at])
                if eligibility.verdicts[place, 0] < Verdict.ineligible:
                    self.steps.setdefault(place, []).append(step)

    def pools(self) -> Iterator[PoolCheck]:
        """Give how the proposal stands with each pool, in the order of their ids."""
        for place, pool_id in enumerate(self.eligibility.pool_ids):
            verdict = Verdict(int(self.eligibility.verdicts[place, 0]))
            why = self.against.get(place, Reasons())
            rules, untold = self._rules(place, verdict, why)
            steps = tuple(self._steps(place))
            hidden = len(steps) < len(self.steps.get(place, ()))
            yield PoolCheck(
                pool_id=pool_id,
                pool=self.shown.pool(pool_id),
                donor=self.shown.donor(pool_id),
                verdict=VERDICTS[verdict],
                days=self._days(place),
                outside=self._words(self.eligibility.failing(place, 0)),
                blank=self._words(self.eligibility.unanswered(place, 0)),
                rules=tuple(rules),
                steps=steps,
                besides=untold or hidden,
                keeps=self.shown.keeps(pool_id),
            )

    def questions(self) -> Iterator[Question]:
        """Give the missing facts that the pools wait for, those first that most wait for."""
        waiting: dict[FactOf, list[int]] = {}
        for place, why in self.against.items():
            if self._waits(place):
                for fact in self.law.facts([(place, why)]):
                    if self._is_own(fact):
                        waiting.setdefault(fact, []).append(place)
        for fact, places in sorted(waiting.items(), key=lambda item: (-len(item[1]), item[0])):
            yield self._question(fact, tuple(self.eligibility.pool_ids[at] for at in places))

    def _question(self, fact: FactOf, pools: tuple[str, ...]) -> Question:
        law = self.eligibility.law
        declared = None if law is None else law.law.stated.facts.get(fact.name)
        if declared is None:
            words = phrases.sentence(self.say(f"column-{fact.subject}-{fact.name}"))
            return Question(fact.subject, fact.name, words, "The applicant", "", True, pools)
        who, _, paper = declared.ask.partition(";")
        meaning = phrases.sentence(declared.meaning.replace(" - ", " – "))
        paper = paper.strip().rstrip(".")
        yours = is_asked(declared)
        return Question(fact.subject, fact.name, meaning, who.rstrip("."), paper, yours, pools)

    def _rules(self, place: int, verdict: Verdict, why: Reasons) -> tuple[list[ToldRule], bool]:
        """Give the rules that may be told of a pool, and whether something is left untold."""
        if place not in self.against or verdict < Verdict.needs_review:
            return [], False
        barring = verdict == Verdict.ineligible
        told = self.law.rules(0, [(place, why)], barring)
        every = why.bars if barring else why.review
        asked = {fact for fact in self.law.facts([(place, why)]) if self._is_own(fact)}
        unasked = not barring and bool(why.missing - asked)
        return told, len(told) < len(every) or unasked

    def _steps(self, place: int) -> Iterator[ToldStep]:
        for step in self.steps.get(place, ()):
            if step.key.link != "contribution" and self.law.shows_outcome(place, step.outcome):
                yield ToldStep(
                    rule=step.key.rule,
                    step=step.key.step,
                    do=phrases.sentence(step.step.do),
                    by=step.step.by,
                    timing=step.step.timing,
                    days=step.step.days.planned.days,
                    due=step.due,
                    citation=cited_plainly(step.pack, step.citations),
                )

    def _waits(self, place: int) -> bool:
        return bool(self.eligibility.verdicts[place, 0] == Verdict.needs_review)

    def _days(self, place: int) -> int:
        today = self.round.decision_date
        if self.eligibility.verdicts[place, 0] == Verdict.ineligible:
            return 0
        return (self.eligibility.earliest_payment(today, place, 0) - today).days

    def _words(self, terms: tuple[str, ...]) -> dict[str, str]:
        return {term: self.say(f"term-{term}", reader="applicant") for term in terms}

    def _is_own(self, fact: FactOf) -> bool:
        """Say whether a fact is of the proposal or of its organisation: others' are not told."""
        proposal = self.round.proposals[0]
        own = {"proposal": proposal.proposal_id, "organisation": proposal.org_id}
        return own.get(fact.subject) == fact.id
