"""An explanation in sentences for a coordinator: amounts, pools and proposals by title and id."""

from collections.abc import Iterator
from fractions import Fraction

from matcher import money
from matcher.explaining.amounts import amount_text
from matcher.explaining.cost_words import cost_words, gain_words
from matcher.explaining.levers.levers import Change, Lever, Value
from matcher.explaining.solves.base import Judged
from matcher.explaining.solves.forcing import Displacement
from matcher.explaining.why import Explanation
from matcher.law.reasons import FactOf
from matcher.tables.words import amount
from matcher.wording import catalogue_of
from matcher.writing import phrases
from matcher.writing.visibility import ShownRound

MOST_NAMED = 8
"""So many of several are named, and then how many more there are."""
COUNTS = (
    "max_funders",
    "round_funders",
    "max_grants",
    "organisation_count",
    "score",
    "organisation_ratio",
)
"""Levers whose values are plain numbers."""


class Sentences:
    """What is said of the proposals of a base, in one language."""

    def __init__(self, base: Judged, language: str = "en") -> None:
        self.base, self.round, self.language = base, base.round, language
        self.say = catalogue_of(language).say
        self._shown = ShownRound(base.round)

    def of(self, explanation: Explanation) -> Iterator[str]:
        """Give the sentences of an explanation, after the reason of the decision itself."""
        if explanation.funded:
            yield from self._funded(explanation)
            return
        if explanation.pools:
            yield self.say("why-pools", pools=phrases.few(explanation.pools, MOST_NAMED))
            left = sum(self.base.left[pool] for pool in explanation.pools)
            yield self.say("why-left", count=len(explanation.pools), left=self.amount(left))
        shown = explanation.displacement
        if shown is not None and explanation.funded_in == "some":
            yield self.say("why-tie", given=self._given(shown.payers))
            return
        if shown is not None:
            given, cost = self._given(shown.payers), cost_words(self.round, shown, self.language)
            yield self.say("why-displaced", given=given, cost=cost)
            yield from self._gained(shown)
            yield from self._moved(shown)
        elif explanation.pools and explanation.ended:
            yield self.say("why-ended")
        elif explanation.pools:
            yield self.say("why-impossible")
        yield from self._changes(explanation)

    def amount(self, units: int) -> str:
        """Give base minor units as an amount with the currency."""
        return amount_text(self.round, units)

    def _gained(self, shown: Displacement) -> Iterator[str]:
        """Say what later levels gain where an earlier one loses."""
        if gain := gain_words(self.round, shown, self.language):
            yield self.say("why-gains", gain=gain)

    def change(self, change: Change, prefix: str = "lever") -> str:
        """Give a change in a few words."""
        lever, value = change.lever, change.value
        assert value is not None
        now = self.say("nothing-yet") if lever.now is None else _value(lever, lever.now)
        to = _value(lever, value)
        return self.say(f"{prefix}-{lever.kind}", to=to, now=now, subject=self._subject(lever))

    def _funded(self, explanation: Explanation) -> Iterator[str]:
        name = explanation.proposal_id
        paid = [(pool, units) for (pool, j), units in sorted(self.base.awards.items()) if j == name]
        yield self.say("why-funded", given=self._given(tuple(paid)))
        shown = explanation.displacement
        if shown is not None and explanation.funded_in == "some":
            yield self.say("why-funded-tie")
        elif shown is not None:
            yield self.say("why-funded-safe", cost=cost_words(self.round, shown, self.language))
            yield from self._gained(shown)
            yield from self._moved(shown)
        elif explanation.ended:
            yield self.say("why-ended")
        elif explanation.funded_in == "all":
            yield self.say("why-funded-needed")

    def _changes(self, explanation: Explanation) -> Iterator[str]:
        helping = [change for change in explanation.changes if change.value is not None]
        for change in helping:
            yield self._found(change)
            if change.ties:
                yield self.say("change-tie")
        others = [change for change in explanation.changes if change.value is None]
        for message, chosen in (
            ("changes-tied", [c for c in others if c.ties]),
            ("changes-unknown", [c for c in others if c.unknown]),
            ("changes-idle", [c for c in others if not c.ties and not c.unknown]),
        ):
            if chosen:
                yield self.say(message, levers=self._listed(chosen))

    def _found(self, change: Change) -> str:
        """Tell a change as the smallest one, in the steps that were tried, where it is that."""
        lever, said = change.lever, self.change(change)
        if not lever.monotone:
            return self.say("change-found", change=said)
        if lever.step is None:
            return self.say("change-smallest", change=said)
        return self.say("change-smallest-step", change=said, step=_value(lever, lever.step))

    def _listed(self, changes: list[Change]) -> str:
        """Name levers, pools with the same lever together."""
        subjects: dict[str, list[str]] = {}
        for change in changes:
            subjects.setdefault(change.lever.kind, []).append(self._idle(change.lever))
        named = [
            self.say(f"idle-{kind}", subject=phrases.few(list(dict.fromkeys(of)), MOST_NAMED))
            for kind, of in subjects.items()
        ]
        return phrases.spoken(named)

    def _moved(self, shown: Displacement) -> Iterator[str]:
        others = shown.moved[1:]
        for message, kept in (
            ("why-leave", [moved for moved in others if not moved.after]),
            ("why-less", [moved for moved in others if 0 < moved.after < moved.before]),
            ("why-enter", [moved for moved in others if not moved.before]),
            ("why-more", [moved for moved in others if 0 < moved.before < moved.after]),
        ):
            if kept:
                names = [self.proposal(moved.proposal_id) for moved in kept]
                yield self.say(message, names=phrases.few(names, MOST_NAMED))

    def proposal(self, proposal_id: str) -> str:
        """Name a proposal by its id, as the tables do, and its title as `visibility` allows."""
        return f"{proposal_id} {self._shown.title(proposal_id)}"

    def _given(self, payers: tuple[tuple[str, int], ...]) -> str:
        return phrases.spoken(f"{self.amount(units)} by {pool}" for pool, units in payers)

    def _idle(self, lever: Lever) -> str:
        """Name what was changed in vain: of facts what they are, not what they would say."""
        if lever.kind == "facts":
            return phrases.spoken(self._fact(fact, "") for fact, _ in lever.facts)
        return self._subject(lever)

    def _subject(self, lever: Lever) -> str:
        if lever.kind == "facts":
            return phrases.spoken(self._fact(fact, answer) for fact, answer in lever.facts)
        if lever.kind == "target":
            name, _, bound = lever.subject.rpartition(":")
            return self.say(f"bound-{bound}", target=name)
        return lever.subject

    def _fact(self, fact: FactOf, answer: str) -> str:
        whose = f"{fact.subject} {fact.id}"
        if answer:
            return self.say("fact-known", fact=fact.name, whose=whose, value=answer)
        return self.say("fact-open", fact=fact.name, whose=whose)


def _value(lever: Lever, value: Value) -> str:
    """Give a value of a lever as people write it."""
    if isinstance(value, bool):
        return ""
    if lever.unit:
        return amount(money.minor(value, lever.unit), lever.unit)
    if lever.kind == "project_share" or lever.subject.endswith("_share"):
        return phrases.percent(Fraction(value))
    return phrases.plain_number(value)
