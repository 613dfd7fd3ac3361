"""What an applicant is told of its own proposal, in sentences that give nothing else away.

No other applicant, no pool's left-over, nothing that is `name_withheld` or `confidential`: so no
free text of the round is passed on, and pools are named as they may be shown. A smallest change is
told only where the policy says `reason_and_change`, for it is an appeal in an envelope; what is the
applicant's to mend (facts, blanks, eligibility) always is, with the rule and where it stands.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import reduce

import numpy as np

from matcher.eligibility import Verdict
from matcher.explaining.applicants.asks import Asks
from matcher.explaining.applicants.awards import Awarded
from matcher.explaining.applicants.late_starts import LateStarts
from matcher.explaining.applicants.law import Against, OpenLaw
from matcher.explaining.missing.openings import Held
from matcher.explaining.solves.base import Judged
from matcher.explaining.why import Explanation
from matcher.explaining.words import Sentences
from matcher.tables.blocking import WORDS
from matcher.tables.late import STARTS
from matcher.wording import catalogue_of
from matcher.writing import phrases
from matcher.writing.visibility import ShownRound

OWN_LEVERS = ("ask_less", "score", "own_contribution", "max_funders")
"""The levers that an applicant is told of."""
STOPS: Mapping[str, tuple[str, ...]] = {
    "C2": (), "C3": ("min_grant", "max_grant"), "C5": ("max_project_share",), "C6": (), "C7": (),
    "C8": (), "C9": (), "C10": (), "C12": (), "C13": ("sole_funder", "not_with"),
}  # fmt: skip
"""The constraints that may stop a proposal, with the pools' terms that telling of them tells."""


class Letters:
    """The letters to the applicants of a base, in one language."""

    def __init__(self, base: Judged, held: Held, language: str = "en") -> None:
        self.base, self.held, self.round = base, held, base.round
        self.shown = ShownRound(base.round)
        self.language = language
        self.say = catalogue_of(language).say
        self.law = OpenLaw(base.round, base.eligibility)
        self.asks = Asks(base, self.law, self.shown, self.say)
        self.awarded = Awarded(self.asks)
        self.late = LateStarts(base, self.law, self.shown, self.say)
        self._places = {name: at for at, name in enumerate(base.problem.proposals.ids)}

    def of(self, decision: Mapping[str, str], explanation: Explanation | None) -> Iterator[str]:
        """Give the sentences to an applicant, from the row of decisions.csv and what was found."""
        word, position = decision["decision"], self._position(decision["proposal_id"])
        match word:
            case "funded" | "partially_funded":
                yield from self.awarded.of(word, decision)
            case "below_threshold":
                threshold = phrases.plain_number(self.round.policy.score_threshold or Decimal(0))
                score = phrases.plain_number(Decimal(decision["score"]))
                yield self.say("applicant-below_threshold", score=score, threshold=threshold)
            case "not_funded":
                yield self.say(
                    "applicant-not_funded", why=self._stops(decision["binding"], position)
                )
            case "no_matching_pool" if self.late.is_told(position):
                yield self.say("applicant-starts")
            case "no_matching_pool" if self.late.is_strict:
                # Whether a hidden pool is there for it is not told either way.
                yield self.say("applicant-no_pool_may")
            case _:
                yield self.say(f"applicant-{word}")
        if word == "ineligible":
            yield from self.asks.barred(position, self._against(position))
        if word == "no_matching_pool" and not self.late.is_told(position):
            yield from self._nearest(position)
        if word == "held_for_review":
            yield from self.asks.open_questions(position, self._holding(position))
        if STARTS in decision["binding"].split(";"):
            yield from self.late.of(position, other=word != "no_matching_pool")
        if explanation is not None:
            yield from self._changes(explanation)

    def _position(self, proposal_id: str) -> int:
        return self._places[proposal_id]

    def _against(self, position: int) -> Against:
        """Give the pools whose terms cover a proposal, each with what the law has against it."""
        eligibility = self.base.eligibility
        pools = np.flatnonzero(eligibility.by_terms[:, position] != Verdict.ineligible)
        found = eligibility.reasons(pools, np.full(len(pools), position))
        return list(zip(pools.tolist(), found, strict=True))

    def _holding(self, position: int) -> Against:
        """Give the pools that hold a proposal, each with what it waits for."""
        pairs = np.flatnonzero(self.held.proposals == position).tolist()
        return [(int(self.held.pools[pair]), self.held.reasons[pair]) for pair in pairs]

    def _stops(self, binding: str, position: int) -> str:
        """Say what stops a proposal, unless a pool keeps to itself what that would tell."""
        stops = [name for name in binding.split(";") if name in STOPS]
        kept = any(self._keeps(position, STOPS[name]) for name in stops)
        if not stops or kept or set(stops) >= set(WORDS):
            return self.say("stop-several")
        clauses = [self.say(f"stop-{name}") for name in stops]
        return reduce(
            lambda first, second: self.say("stop-also", first=first, second=second), clauses
        )

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
            if self.law.is_open(pool)
            and not self.shown.keeps(pool, *eligibility.failing(place, position))
        ]
        if open_:
            fewest = min(
                open_, key=lambda place: (len(eligibility.failing(place, position)), place)
            )
            terms = self.asks.named(eligibility.failing(fewest, position))
            yield self.say("applicant-nearest", terms=terms)

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
