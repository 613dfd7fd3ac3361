"""What an applicant is told of an award: how much, from whom, and what it hangs on."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

import numpy as np

from matcher import money
from matcher.eligibility import Verdict
from matcher.explaining.amounts import amount_text
from matcher.explaining.applicants.asks import Asks
from matcher.writing import phrases


class Awarded:
    """The sentences on awards, with who pays named as far as visibility allows."""

    def __init__(self, asks: Asks) -> None:
        self.asks, self.law, self.shown, self.say = asks, asks.law, asks.shown, asks.say
        self.base, self.round = asks.base, asks.base.round

    def of(self, word: str, decision: Mapping[str, str]) -> Iterator[str]:
        """Give the sentences on an award, from the row of decisions.csv."""
        round_, name = self.round, decision["proposal_id"]
        awarded, requested = (
            money.minor(Decimal(decision[column]), round_.currency)
            for column in ("awarded", "requested")
        )
        amount, asked = amount_text(round_, awarded), amount_text(round_, requested)
        step = round_.policy.grant_step
        if word == "funded" and awarded < requested and step is not None:
            steps = amount_text(round_, money.minor(step, round_.currency))
            yield self.say("applicant-funded-in-steps", amount=amount, asked=asked, step=steps)
        else:
            yield self.say(f"applicant-{word}", amount=amount, asked=asked)
        pays: dict[str, int] = {}
        for pool in filter(None, decision["funders"].split(";")):
            payer = self._payer(pool)
            pays[payer] = pays.get(payer, 0) + self.base.awards[pool, name]
        if len(pays) == 1:
            yield self.say("applicant-payer", payer=next(iter(pays)))
        else:
            listed = [
                self.say("applicant-pays", amount=amount_text(round_, units), payer=payer)
                for payer, units in pays.items()
            ]
            yield self.say("applicant-payers", payers=phrases.spoken(listed))
        if decision["conditional"] == "true":
            yield from self._conditions(name)

    def _payer(self, pool_id: str) -> str:
        """Name who pays, as far as that may be shown; pools that hide read alike."""
        if self.law.is_open(pool_id) and not self.shown.keeps(pool_id, "name"):
            pool, donor = self.shown.pool(pool_id), self.shown.donor(pool_id)
            return self.say("payer-pool", pool=pool, donor=donor)
        if not self.shown.pool_label(pool_id):
            return self.say("payer-confidential")
        giver = self.round.donors_by_id[self.round.pools_by_id[pool_id].donor_id]
        if giver.visibility != "public":
            return self.say("payer-withheld")
        return self.say("payer-unnamed", pool=pool_id, donor=self.shown.donor(pool_id))

    def _conditions(self, proposal_id: str) -> Iterator[str]:
        """Say what an award hangs on; a pool's condition in its own words is for it to tell."""
        eligibility = self.base.eligibility
        position = self.base.problem.proposals.ids.index(proposal_id)
        places = {name: place for place, name in enumerate(eligibility.pool_ids)}
        paying = [pool for pool, j in sorted(self.base.awards) if j == proposal_id]
        pledged = [p for p in paying if self.round.pools_by_id[p].certainty == "pledged"]
        waiting = [
            places[pool]
            for pool in paying
            if eligibility.verdicts[places[pool], position] == Verdict.needs_review
        ]
        plain = all(
            self.law.is_open(pool)
            and self.round.pools_by_id[pool].condition is None
            and not self.shown.keeps(pool, "certainty", "condition")
            for pool in pledged
        )
        if pledged:
            yield self.say("applicant-pledged" if plain else "applicant-conditional")
        if waiting:
            yield self.say("applicant-waiting")
            found = eligibility.reasons(np.array(waiting), np.full(len(waiting), position))
            yield from self.asks.open_questions(position, list(zip(waiting, found, strict=True)))
