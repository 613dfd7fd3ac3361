"""What an applicant is told of its own proposal, in sentences that give nothing else away.

No other applicant, no pool's left-over, nothing that is `name_withheld` or `confidential`: so no
free text of the round is passed on, and pools are named as they may be shown. A smallest change is
told only where the policy says `reason_and_change`, for it is an appeal in an envelope; what is the
applicant's to mend (facts, blanks, eligibility) always is.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

import numpy as np

from matcher.eligibility import Verdict
from matcher.explaining.base import Base
from matcher.explaining.openings import Held
from matcher.explaining.why import Explanation
from matcher.explaining.words import Sentences
from matcher.law.reasons import FactOf
from matcher.wording import catalogue_of
from matcher.writing import phrases
from matcher.writing.visibility import ShownRound

OWN_LEVERS = ("ask_less", "score", "own_contribution", "max_funders")
"""The levers that an applicant is told of."""
STOPS: Mapping[str, tuple[str, ...]] = {
    "C2": (), "C3": ("min_grant", "max_grant"), "C5": ("max_project_share",), "C6": (), "C7": (),
    "C8": (), "C9": (), "C10": (), "C13": ("sole_funder", "not_with"),
}  # fmt: skip
"""The constraints that may stop a proposal, with the pools' terms that telling of them tells."""


class Letters:
    """The letters to the applicants of a base, in one language."""

    def __init__(self, base: Base, held: Held, language: str = "en") -> None:
        self.base, self.held, self.round = base, held, base.round
        self.shown = ShownRound(base.round)
        self.language = language
        self.say = catalogue_of(language).say

    def of(self, decision: Mapping[str, str], explanation: Explanation | None) -> Iterator[str]:
        """Give the sentences to an applicant, from the row of decisions.csv and what was found."""
        word, position = decision["decision"], self._position(decision["proposal_id"])
        match word:
            case "funded" | "partially_funded":
                yield from self._funded(word, decision)
            case "below_threshold":
                threshold = phrases.plain_number(self.round.policy.score_threshold or Decimal(0))
                score = phrases.plain_number(Decimal(decision["score"]))
                yield self.say("applicant-below_threshold", score=score, threshold=threshold)
            case "not_funded":
                yield self.say(
                    "applicant-not_funded", why=self._stops(decision["binding"], position)
                )
            case _:
                yield self.say(f"applicant-{word}")
        if word == "ineligible":
            rules = [rule for rule in decision["binding"].split(";") if rule]
            listed = phrases.spoken(rules)
            yield self.say("applicant-rules", count=len(rules), rules=listed)
        if word == "no_matching_pool":
            yield from self._nearest(position)
        if word == "held_for_review":
            yield from self._waits(position)
        if explanation is not None:
            yield from self._changes(explanation)

    def _position(self, proposal_id: str) -> int:
        return self.base.problem.proposals.ids.index(proposal_id)

    def _funded(self, word: str, decision: Mapping[str, str]) -> Iterator[str]:
        currency = self.round.currency
        amount, asked = (f"{decision[name]} {currency}" for name in ("awarded", "requested"))
        yield self.say(f"applicant-{word}", amount=amount, asked=asked)
        pools = [pool for pool in decision["funders"].split(";") if pool]
        names = dict.fromkeys(self.shown.donor(pool) for pool in pools)
        yield self.say("applicant-payers", payers=phrases.spoken(names))
        if decision["conditional"] == "true":
            yield self.say("applicant-conditional")

    def _stops(self, binding: str, position: int) -> str:
        stops = [name for name in binding.split(";") if name in STOPS]
        if len(stops) != 1 or self._keeps(position, STOPS[stops[0]]):
            return self.say("stop-several")
        return self.say(f"stop-{stops[0]}")

    def _keeps(self, position: int, terms: tuple[str, ...]) -> bool:
        """Say whether a pool that may fund a proposal keeps one of some terms to itself."""
        pairs = self.base.problem.pairs
        pools = pairs.pool[pairs.proposal == position].tolist()
        ids = self.base.problem.pools.ids
        return bool(terms) and any(self.shown.keeps(ids[pool], *terms) for pool in pools)

    def _nearest(self, position: int) -> Iterator[str]:
        """Name the terms that the nearest pool of all that hide nothing fails on."""
        eligibility = self.base.eligibility
        open_ = [
            place
            for place, pool in enumerate(eligibility.pool_ids)
            if self.round.pools_by_id[pool].visibility == "public"
            and not self.shown.keeps(pool, *eligibility.failing(place, position))
        ]
        if open_:
            fewest = min(
                open_, key=lambda place: (len(eligibility.failing(place, position)), place)
            )
            yield self.say(
                "applicant-nearest", terms=self._named(eligibility.failing(fewest, position))
            )

    def _waits(self, position: int) -> Iterator[str]:
        """Ask for what only the applicant can tell."""
        row = self.base.problem.proposals.ids[position]
        proposal = self.round.proposals_by_id[row]
        own = {proposal.proposal_id, proposal.org_id}
        pairs = np.flatnonzero(self.held.proposals == position).tolist()
        missing = {fact for pair in pairs for fact in self.held.reasons[pair].missing}
        mine = sorted(
            fact
            for fact in missing
            if fact.subject in ("proposal", "organisation") and fact.id in own
        )
        eligibility = self.base.eligibility
        terms = sorted(
            {
                term
                for place in np.flatnonzero(
                    eligibility.verdicts[:, position] == Verdict.needs_review
                ).tolist()
                if not self.shown.keeps(
                    eligibility.pool_ids[place], *eligibility.unanswered(place, position)
                )
                for term in eligibility.unanswered(place, position)
            }
        )
        if terms:
            yield self.say("applicant-terms", terms=self._named(terms))
        for fact in mine:
            yield self.say("applicant-facts", facts=self._asked(fact))
        if not terms and not mine:
            yield self.say("applicant-others")

    def _named(self, terms: Iterable[str]) -> str:
        """Name terms in words, those that read alike once."""
        return phrases.spoken(
            dict.fromkeys(self.say(f"term-{term}", reader="applicant") for term in terms)
        )

    def _asked(self, fact: FactOf) -> str:
        law = self.base.eligibility.law
        declared = None if law is None else law.law.stated.facts.get(fact.name)
        told = fact.name if declared is None else declared.meaning or fact.name
        return phrases.sentence(told)

    def _changes(self, explanation: Explanation) -> Iterator[str]:
        if explanation.funded or self.round.policy.feedback != "reason_and_change":
            return
        if explanation.funded_in == "some":
            yield self.say("applicant-tie")
            return
        sentences = Sentences(self.base, self.language)
        position = self._position(explanation.proposal_id)
        for change in explanation.changes:
            kind = change.lever.kind
            if kind == "own_contribution" and self._keeps(position, STOPS["C5"]):
                continue
            if change.value is not None and kind in OWN_LEVERS:
                told = sentences.change(change, "own")
                yield self.say("applicant-change", change=told)
