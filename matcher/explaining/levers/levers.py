"""The smallest change along a lever that would get a proposal funded in every best plan.

At the change told the round solved again funds it, and one step before it does not. A plan that
funds it is tried at smaller changes first, which needs no search; then the search goes on by
halving. Where funding is not monotone along a lever a smaller change may help too, so that what is
told is a change found.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from time import monotonic
from typing import Literal

import numpy as np

from matcher.domain import Round
from matcher.eligibility import EligibilityTable
from matcher.explaining.solves.base import Awards
from matcher.explaining.solves.claim import Claims, Funded
from matcher.explaining.solves.judging_again import Concerned, judged_again
from matcher.law.reasons import FactOf

TRIED, FEW = 3, 300
"""So many steps inside a lever are tried where its end does not get a proposal funded, and up to
how many pairs a round has all of them tried."""
Kind = Literal[
    "ask_less", "score", "own_contribution", "max_funders", "alternative", "requirement", "refusal",
    "money", "max_grants", "max_grant", "min_grant", "project_share", "company",
    "pair_term", "round_funders", "organisation_count", "organisation_amount", "organisation_ratio",
    "min_award", "target", "facts",
]  # fmt: skip
Value = Decimal | bool
"""What a step changes the lever to; True where there is nothing to measure."""


@dataclass(frozen=True)
class Lever:
    """What can be changed, by steps, and the round with each.

    `subject` names what is changed: a pool, an organisation, a target, facts. `now` is the value as
    it is, None where there is none. `alone` says that no plan without the proposal is touched by
    the change, `monotone` that more of it can never make the proposal lose again, `loosens` that
    every plan allowed before is allowed after. `verdicts` says that who may fund what has to be
    judged again. `facts` are those of a lever of facts, each with its answer, blank without one.
    `concerned` are the pools and proposals that then have to be judged again, None for all.
    """

    kind: Kind
    subject: str
    now: Decimal | None
    values: Sequence[Value]
    changed: Callable[[Round, Value], Round]
    alone: bool = False
    monotone: bool = False
    verdicts: bool = False
    unit: str = ""
    loosens: bool = False
    facts: tuple[tuple[FactOf, str], ...] = ()
    concerned: Concerned | None = None
    step: Decimal | None = None
    """How far apart its values are, where others lie between them."""

    @property
    def is_own(self) -> bool:
        """Whether it is of the proposal itself: what touches it alone, and facts about it."""
        return self.alone or self.kind == "facts"

    def after(self, round_: Round, at: int) -> Round:
        """Give a round after a step, the first being 0 and the last -1."""
        return self.changed(round_, self.values[at])

    def __getstate__(self) -> dict[str, object]:
        """Leave out how a round is changed: in another process a lever only tells what it is."""
        return {**self.__dict__, "changed": _told}


def _told(_round: Round, _value: Value) -> Round:
    raise TypeError("a lever that another process has pulled tells of its steps and makes none")


@dataclass(frozen=True)
class Change:
    """What was found along a lever: the value that funds the proposal, None where none does.

    `before` is the value one step before, None for the value as it is. `unknown` says that time ran
    out before it was known; `ties` that one step before, or at the end where nothing helps, some
    best plans fund it and others do not.
    """

    lever: Lever
    value: Value | None
    before: Value | None = None
    unknown: bool = False
    ties: bool = False


def smallest_change(claims: Claims, lever: Lever, known: Awards | None = None) -> Change:
    """Find the smallest change along a lever; `known` is a plan that funds the proposal, if any."""
    if not lever.values:
        return Change(lever, None)
    if monotonic() > claims.base.deadline:
        return Change(lever, None, unknown=True)
    search = _Search(claims, lever)
    low, high = -1, len(lever.values) - 1
    if known is not None and lever.alone and search.wins(known, high):
        plan: Awards | None = known
    elif lever.kind == "score" and high > 0 and search.funds(0) is not None:
        # Of a proposal below a threshold the first step is mostly enough.
        return Change(lever, lever.values[0])
    else:
        known, plan = None, search.funds(high)
        if plan is None:
            answer = search.answers[high]
            inside = search.inside(high) if answer in ("none", "some") else None
            if inside is None:
                return Change(lever, None, None, answer == "unknown", answer == "some")
            low, high = inside
            plan = search.funds(high)
    while high - low > 1:
        if lever.alone and plan is not None:
            high = search.lowest(plan, low, high)
            if high - low == 1:
                break
        # A plan that was the best one without the change is seldom outdone one step before.
        # Nor is one found for a score: other scores leave the same plans, and weigh them alike.
        at = high - 1 if plan is known or lever.kind == "score" else (low + high) // 2
        found = search.funds(at)
        if found is None:
            low = at
        else:
            high, plan = at, found
    answer = search.answers.get(high - 1, "none")
    before = lever.values[high - 1] if high else None
    unknown = any(told == "unknown" for told in search.answers.values())
    return Change(lever, lever.values[high], before, unknown, answer == "some")


class _Search:
    """What is known of a lever's steps."""

    def __init__(self, claims: Claims, lever: Lever) -> None:
        self.claims, self.lever = claims, lever
        self.answers: dict[int, Funded] = {}
        self._seen: list[Awards] = []
        self._rounds: dict[int, tuple[Round, EligibilityTable]] = {}

    def funds(self, at: int) -> Awards | None:
        """Give a plan that funds the proposal after a step; None where not every best plan does."""
        if at not in self.answers:
            lever = self.lever
            opens, scores = lever.kind == "facts", lever.kind == "score"
            changed, eligibility = self._changed(at)
            claim = self.claims.funded_in(
                changed, eligibility, lever.alone, opens, scores, self._seen
            )
            self._seen += [plan for plan in (claim.awards, claim.others) if plan is not None]
            self.answers[at] = claim.funded
            return claim.awards if claim.funded == "all" else None
        return None

    def inside(self, last: int) -> tuple[int, int] | None:
        """Give a step that funds the proposal though the `last` does not, and one before that.

        What loosens for all may in the end bring in others instead. As far as it is shown that no
        plan with the proposal would do, nothing is tried; of the rest a few steps are. None where
        none of them funds it.
        """
        lever = self.lever
        if lever.alone or not lever.loosens or last < 1:
            return None
        low, high = -1, last
        while high - low > 1:
            middle = (low + high) // 2
            if self.claims.is_beyond(*self._changed(middle)):
                low = middle
            else:
                high = middle
        tried = min(last - high, TRIED)
        if len(self.claims.base.problem.pairs) <= FEW:
            tried = last - high
        for part in range(tried):
            at = high + (last - high) * part // tried
            if self.funds(at) is not None:
                return low, at
        return None

    def wins(self, plan: Awards, at: int) -> bool:
        """Try a plan after a step."""
        if self.lever.kind == "ask_less":
            asked = self.lever.after(self.claims.base.round, at)
            if not self.claims.takes(asked, plan):
                return False
        wins = self.claims.wins(*self._changed(at), plan)
        if wins:
            self.answers[at] = "all"
        return wins

    def lowest(self, plan: Awards, low: int, high: int) -> int:
        """Give the lowest step, of those that halving looks at, at which a plan still wins."""
        while high - low > 1:
            middle = (low + high) // 2
            if self.wins(plan, middle):
                high = middle
            else:
                low = middle
        return high

    def _changed(self, at: int) -> tuple[Round, EligibilityTable]:
        if at not in self._rounds:
            changed = self.lever.after(self.claims.base.round, at)
            known = self.claims.base.eligibility
            if self.lever.verdicts and not self._judges_alike:
                known = judged_again(known, changed, self.lever.concerned)
            self._rounds[at] = changed, known
        return self._rounds[at]

    @cached_property
    def _judges_alike(self) -> bool:
        """Whether every step leaves the verdicts: of a monotone lever the last one tells."""
        if not self.lever.monotone:
            return False
        known, last = self.claims.base.eligibility, self.lever.after(self.claims.base.round, -1)
        judged = judged_again(known, last, self.lever.concerned)
        same = np.array_equal(judged.verdicts, known.verdicts)
        if known.law is None or judged.law is None:
            return same
        # A pin is looked at beside the law alone.
        return same and np.array_equal(judged.law.verdicts, known.law.verdicts)
