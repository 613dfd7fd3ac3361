"""What an applicant is asked for, and told of what others have to settle, in plain sentences."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from matcher.explaining.applicants.asked import is_asked
from matcher.explaining.applicants.law import Against, OpenLaw, ToldRule
from matcher.explaining.solves.base import Judged
from matcher.law.reasons import FactOf
from matcher.regulation.pack import Fact
from matcher.writing import phrases
from matcher.writing.visibility import ShownRound

Say = Callable[..., str]
SAME: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("organisation", "kind"): ("applicant_kinds",),
    ("organisation", "country"): ("applicant_countries",),
    ("proposal", "sector"): ("sectors", "not_sectors"),
    ("proposal", "regions"): ("regions", "not_regions"),
    ("proposal", "countries"): ("countries",),
    ("proposal", "groups"): ("groups",),
    ("proposal", "sdgs"): ("sdgs",),
    ("proposal", "priority_areas"): ("priority_areas",),
    ("proposal", "starts"): ("starts",),
}
"""Columns that rules look at, with the terms that ask for the same."""


class Asks:
    """The sentences on rules, missing facts and blanks that stand in a proposal's way."""

    def __init__(self, base: Judged, law: OpenLaw, shown: ShownRound, say: Say) -> None:
        self.base, self.law, self.shown, self.say = base, law, shown, say

    def barred(self, proposal: int, against: Against) -> Iterator[str]:
        """Say by which rules the law bars a proposal."""
        told = self.law.rules(proposal, against, barring=True)
        for rule in told:
            yield self.rule("applicant-rule", rule)
        every = {entry for _, why in against for entry in why.bars.items()}
        if not told:
            yield self.say("applicant-rules-untold")
        elif len(told) < len(every):
            yield self.say("applicant-rules-besides")

    def open_questions(self, proposal: int, against: Against) -> Iterator[str]:
        """Say what has to be settled before a proposal may be funded, and by whom."""
        rules = self.law.rules(proposal, against, barring=False)
        facts, terms = self.law.facts(against), self._blanks(proposal, against)
        mine = [fact for fact in facts if self._is_of(proposal, fact)]
        asked = [fact for fact in mine if self._is_asked(fact)]
        partner = any(self._is_of_partner(proposal, fact) for fact in facts)
        for rule in rules:
            yield self.rule("applicant-review", rule)
        for fact in asked:
            if not set(SAME.get((fact.subject, fact.name), ())) & set(terms):
                yield self._question(fact)
        if terms:
            yield self.say("applicant-terms", terms=self.named(terms))
        if partner:
            yield self.say("applicant-partner")
        for fact in mine:
            if fact not in asked:
                yield self.say("applicant-others-fact", fact=self._meaning(fact))
        if self._is_asked_for_more(proposal, against, asked, terms):
            yield self.say("applicant-untold", told=int(bool(asked or terms)))
        elif not (asked or terms or partner):
            yield self.say("applicant-others", told=int(bool(rules or mine)))

    def rule(self, message: str, rule: ToldRule) -> str:
        """Name a rule by what it says, its id and where it stands."""
        because = phrases.sentence(rule.because)
        return self.say(message, because=because, rule=rule.rule, citation=rule.citation)

    def named(self, terms: Iterable[str]) -> str:
        """Name terms in words, those that read alike once."""
        told = dict.fromkeys(self.say(f"term-{term}", reader="applicant") for term in terms)
        return phrases.spoken(told)

    def _blanks(self, proposal: int, against: Against) -> list[str]:
        """Give the terms that open pools ask for and the proposal leaves blank."""
        eligibility = self.base.eligibility
        found = set()
        for pool, _ in against:
            terms = eligibility.unanswered(pool, proposal)
            name = eligibility.pool_ids[pool]
            if terms and self.law.is_open(name) and not self.shown.keeps(name, *terms):
                found |= set(terms)
        return sorted(found)

    def _is_asked_for_more(
        self, proposal: int, against: Against, asked: Sequence[FactOf], terms: Sequence[str]
    ) -> bool:
        """Say whether the applicant is to tell something besides that a letter cannot ask for."""
        eligibility = self.base.eligibility
        missing = {fact for _, why in against for fact in why.missing}
        more = {fact for fact in missing if self._is_of(proposal, fact) and self._is_asked(fact)}
        blanks = {term for pool, _ in against for term in eligibility.unanswered(pool, proposal)}
        return not (more <= set(asked) and blanks <= set(terms))

    def _question(self, fact: FactOf) -> str:
        declared = self._declared(fact)
        if declared is None:
            return self.say("applicant-column", column=self._meaning(fact))
        message = "applicant-whether" if declared.type == "truth" else "applicant-what"
        question = self.say(message, whose=fact.subject, fact=self._meaning(fact))
        _, _, paper = declared.ask.partition(";")
        if not paper.strip():
            return question
        shows = self.say("applicant-paper", paper=paper.strip().rstrip("."))
        return f"{question} {shows}"

    def _meaning(self, fact: FactOf) -> str:
        """Say what a fact is, as its pack does, or name a column of the round."""
        declared = self._declared(fact)
        if declared is None:
            return self.say(f"column-{fact.subject}-{fact.name}")
        return phrases.sentence(declared.meaning.replace(" - ", " – "))

    def _declared(self, fact: FactOf) -> Fact | None:
        law = self.base.eligibility.law
        return None if law is None else law.law.stated.facts.get(fact.name)

    def _is_of(self, proposal: int, fact: FactOf) -> bool:
        """Say whether a fact is of a proposal or of its organisation."""
        proposals = self.base.problem.proposals
        own = {
            "proposal": proposals.ids[proposal],
            "organisation": proposals.organisation[proposal],
        }
        return own.get(fact.subject) == fact.id

    def _is_of_partner(self, proposal: int, fact: FactOf) -> bool:
        """Say whether a fact is of another organisation that has a part in a proposal."""
        name = self.base.problem.proposals.ids[proposal]
        partners = {row.org_id for row in self.base.round.partners if row.proposal_id == name}
        foreign = fact.subject == "organisation" and not self._is_of(proposal, fact)
        return foreign and fact.id in partners

    def _is_asked(self, fact: FactOf) -> bool:
        """Say whether the organisation itself is asked for a fact, as for columns of the round."""
        declared = self._declared(fact)
        return declared is None or is_asked(declared)
