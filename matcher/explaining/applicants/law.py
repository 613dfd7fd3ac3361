"""What the law has against a proposal, as far as its applicant may be told.

A rule is told where it bites at a pool that hides neither itself nor its donor, where its condition
looks at nothing that the pool keeps confidential, and where it would not bite but for what is known
of the applicant's side: what is wrong with a donor is for the donor to hear (`applicants_side`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from matcher.domain import Round
from matcher.eligibility import EligibilityTable
from matcher.explaining.applicants.side import is_of_applicant
from matcher.law.judging import Clause
from matcher.law.law import Law
from matcher.law.reasons import FactOf, Reasons
from matcher.law.tracing import cited_plainly
from matcher.regulation.conditions import references
from matcher.regulation.pack import Outcome

AMOUNT_TERMS = frozenset({"budget", "max_grant"})
"""The pool's terms that the amount of a grant in a condition is made of."""
Against = Sequence[tuple[int, Reasons]]
"""Pools by their place, each with what stands in the way of a proposal there."""


@dataclass(frozen=True, order=True)
class ToldRule:
    """A rule that bites, as its pack says it, and the acts and articles that it stands in."""

    rule: str
    because: str
    citation: str


class OpenLaw:
    """The law of a round that was judged, where applicants may be told of it."""

    def __init__(self, round_: Round, eligibility: EligibilityTable) -> None:
        self.round, self.eligibility = round_, eligibility
        self._hidden = {donor.donor_id for donor in round_.donors if donor.visibility != "public"}
        self._fed_in_secret = {
            row.pool_id for row in round_.contributors if row.donor_id in self._hidden
        }

    def is_open(self, pool_id: str) -> bool:
        """Say whether a pool hides neither itself nor its donor."""
        row = self.round.pools_by_id[pool_id]
        return row.visibility == "public" and row.donor_id not in self._hidden

    def rules(self, proposal: int, against: Against, barring: bool) -> list[ToldRule]:
        """Give the rules that bar a proposal, or ask for review, and that may be told, by id."""
        found: dict[tuple[str, str], ToldRule] = {}
        for pool, why in against:
            for rule, because in (why.bars if barring else why.review).items():
                clause = self._clause(rule, because)
                if (
                    (rule, because) not in found
                    and self._shows(pool, clause)
                    and is_of_applicant(
                        self._law, clause, pool, proposal, self._days(pool, proposal)
                    )
                ):
                    found[rule, because] = ToldRule(rule, because, self._citation(clause))
        return sorted(found.values())

    def facts(self, against: Against) -> list[FactOf]:
        """Give the missing facts that may be told: asking for one gives nothing away."""
        return sorted(
            {
                fact
                for pool, why in against
                for fact in why.missing
                if all(self._shows(pool, clause) for clause in self._asking.get(fact.name, ()))
            }
        )

    def shows_outcome(self, pool: int, outcome: Outcome) -> bool:
        """Say whether what an outcome of a rule asks for at a pool may be told."""
        clause = next(clause for clause in self._law.clauses if clause.outcome is outcome)
        return self._shows(pool, clause)

    @cached_property
    def _law(self) -> Law:
        law = self.eligibility.law
        if law is None:
            raise AssertionError("nothing bites where no law is in force")
        return law.law

    def _clause(self, rule: str, because: str) -> Clause:
        """Find what of a rule bites, if it can be in the version in force on the decision date."""
        here = [
            clause
            for clause in self._law.clauses
            if clause.rule.id == rule and clause.outcome.because == because
        ]
        today = self.round.decision_date
        return next((clause for clause in here if clause.rule.in_force(today)), here[0])

    @cached_property
    def _asking(self) -> Mapping[str, Sequence[Clause]]:
        found: dict[str, list[Clause]] = {}
        for clause in self._law.clauses:
            for name in dict.fromkeys(reference.name for reference in references(clause.node)):
                found.setdefault(name, []).append(clause)
        return found

    def _shows(self, pool: int, clause: Clause) -> bool:
        """Say whether telling of a clause at a pool tells nothing that is withheld."""
        pool_id = self.eligibility.pool_ids[pool]
        kept = set(self.round.pools_by_id[pool_id].confidential_terms)
        for reference in references(clause.node):
            if reference.root == "contributor" and pool_id in self._fed_in_secret:
                return False
            if reference.root == "pool" and reference.name in kept:
                return False
            if (reference.root, reference.name) == ("grant", "amount") and kept & AMOUNT_TERMS:
                return False
        return self.is_open(pool_id)

    def _days(self, pool: int, proposal: int) -> Iterable[date]:
        today = self.round.decision_date
        return dict.fromkeys((today, self.eligibility.earliest_payment(today, pool, proposal)))

    def _citation(self, clause: Clause) -> str:
        pack = next(
            pack for pack in self._law.packs if any(rule is clause.rule for rule in pack.rules)
        )
        return cited_plainly(pack, clause.outcome.cite)
