"""The columns of a round that conditions of rule packs use as they are.

Which these are says docs/reference/rule-packs.md, Facts. Amounts are in major units of the base
currency, exact.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from matcher.domain import Round
from matcher.verify.rule_values import Unknown, Value


class Subject(NamedTuple):
    """One that facts are about; the id of a grant is that of its pool and that of its proposal."""

    of: str
    id: tuple[str, ...]

    @property
    def label(self) -> str:
        """Give the subject as facts.csv writes it."""
        return ":".join(self.id)

    def lacks(self, name: str) -> Unknown:
        """Say that a fact of it is not known."""
        return Unknown(frozenset({f"{self.label} {name}"}))


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


COLUMNS: Mapping[str, frozenset[str]] = {
    "donor": _names("kind country"),
    "pool": _names("currency budget min_grant max_grant certainty contributors"),
    "organisation": _names(
        "kind country registration_status registered_on region staff annual_budget awards_this_year"
    ),
    "proposal": _names(
        "currency requested minimum own_contribution other_funding sector regions groups sdgs "
        "priority_areas starts ends language months countries partners"
    ),
    "grant": _names("amount awards_this_year"),
}


class RoundColumns:
    """The tables of a round by their ids; it does not hold the round itself."""

    def __init__(self, round_: Round) -> None:
        self._rows: Mapping[str, Mapping[str, Any]] = {
            "donor": round_.donors_by_id,
            "pool": round_.pools_by_id,
            "organisation": round_.organisations_by_id,
            "proposal": round_.proposals_by_id,
        }
        self.rates = {code: Fraction(rate) for code, rate in round_.rates.items()}
        self.rates[round_.currency] = Fraction(1)
        self._regions = round_.region_vocabulary
        self._awards = Counter((row.org_id, row.decided.year) for row in round_.commitments)
        self._grants = Counter(
            (row.pool_id, row.org_id, row.decided.year) for row in round_.commitments
        )
        self._contributors: dict[str, set[str]] = defaultdict(set)
        for feeder in round_.contributors:
            self._contributors[feeder.pool_id].add(feeder.donor_id)
        self._partners: dict[tuple[str, str], set[str]] = defaultdict(set)
        for partner in round_.partners:
            self._partners[partner.proposal_id, partner.role].add(partner.org_id)

    def row(self, subject: Subject) -> Any:
        """Find the row of a subject that is no grant."""
        return self._rows[subject.of][subject.id[0]]

    def contributors(self, pool_id: str) -> Sequence[Subject]:
        """Give the donors who feed a pool, by id."""
        return [Subject("donor", (id_,)) for id_ in sorted(self._contributors.get(pool_id, ()))]

    def partners(self, proposal_id: str, role: str = "partner") -> Sequence[Subject]:
        """Give the organisations that have a role in a proposal, by id."""
        found = self._partners.get((proposal_id, role), ())
        return [Subject("organisation", (id_,)) for id_ in sorted(found)]

    def value(self, subject: Subject, name: str, day: date) -> Value | None:
        """Give what a column says on a day, None where it is blank."""
        match subject.of, name:
            case "pool", "contributors":
                return Fraction(len(self.contributors(subject.id[0])))
            case "proposal", "partners":
                return Fraction(len(self.partners(subject.id[0])))
            case "organisation", "awards_this_year":
                return Fraction(self._awards[subject.id[0], day.year])
            case "grant", "awards_this_year":
                organisation = self._rows["proposal"][subject.id[1]].org_id
                return Fraction(self._grants[subject.id[0], organisation, day.year])
            case "grant", "amount":
                return self._largest_grant(*subject.id)
            case "proposal", "months":
                return self._months(subject)
            case "proposal", "countries":
                return self._countries(subject, day)
            case ("pool", "budget" | "min_grant" | "max_grant") | (
                "proposal",
                "requested" | "minimum" | "own_contribution" | "other_funding",
            ):
                return self._money(subject, name)
        return _plain(getattr(self.row(subject), name))

    def _money(self, subject: Subject, name: str) -> Fraction | None:
        row = self.row(subject)
        amount = getattr(row, name)
        return None if amount is None else Fraction(amount) * self.rates[row.currency]

    def _largest_grant(self, pool_id: str, proposal_id: str) -> Fraction:
        pool = Subject("pool", (pool_id,))
        amounts = (
            self._money(Subject("proposal", (proposal_id,)), "requested"),
            self._money(pool, "max_grant"),
            self._money(pool, "budget"),
        )
        return min(amount for amount in amounts if amount is not None)

    def _months(self, subject: Subject) -> Fraction | None:
        first, last = self.row(subject).starts, self.row(subject).ends
        if first is None or last is None:
            return None
        whole = (last.year - first.year) * 12 + last.month - first.month
        return Fraction(whole + (last.day >= first.day))

    def _countries(self, subject: Subject, day: date) -> Value | None:
        row = self.row(subject)
        found = [self._regions.country(code) for code, _ in row.regions]
        if any(found):
            missing = subject.lacks("countries")
            return frozenset(missing if code is None else code for code in found)
        home = Subject("organisation", (row.org_id,))
        country = self.value(home, "country", day)
        return frozenset({country}) if isinstance(country, str) else home.lacks("country")


def _plain(cell: Any) -> Value | None:
    if cell is None or cell in ("", ()):
        return None
    if isinstance(cell, tuple):
        # Each region carries its share.
        return frozenset(item if isinstance(item, str) else item[0] for item in cell)
    if isinstance(cell, int | Decimal):
        return Fraction(cell)
    known: date | str = cell
    return known
