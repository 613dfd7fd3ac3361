"""The columns of a round that conditions may use as facts, each with its type and its values."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, get_args

from matcher.domain import Organisation, Pool, Proposal, Round
from matcher.domain.fields import PRIORITY_AREAS, SDGS, DonorKind, Group, OrganisationKind
from matcher.regulation.pack import FactType
from matcher.vocabularies import countries

SUBJECTS: Mapping[str, tuple[str, str]] = {
    "donor": ("donors", "donor_id"),
    "pool": ("pools", "pool_id"),
    "organisation": ("organisations", "org_id"),
    "proposal": ("proposals", "proposal_id"),
}
"""Each subject of facts with its table and the column of its id."""
COLUMNS: Mapping[str, Mapping[str, FactType]] = {
    "donor": {"kind": "choice", "country": "choice"},
    "pool": {
        "currency": "choice", "budget": "amount", "min_grant": "amount", "max_grant": "amount",
        "certainty": "choice", "contributors": "number",
    },
    "organisation": {
        "kind": "choice", "country": "choice", "registration_status": "choice",
        "registered_on": "date", "region": "choice", "staff": "number", "annual_budget": "amount",
        "awards_this_year": "number",
    },
    "proposal": {
        "currency": "choice", "requested": "amount", "minimum": "amount",
        "own_contribution": "amount", "other_funding": "amount", "sector": "choice",
        "regions": "choices", "groups": "choices", "sdgs": "choices", "priority_areas": "choices",
        "starts": "date", "ends": "date", "language": "choice", "months": "number",
        "countries": "choices", "partners": "number",
    },
    "grant": {"amount": "amount", "awards_this_year": "number"},
}  # fmt: skip
"""The columns of each subject with the type of each, as docs/reference/rule-packs.md lists them."""

CODES: Mapping[str, Collection[str]] = {
    "kind": {*get_args(DonorKind), *get_args(OrganisationKind)},
    "country": countries(), "countries": countries(),
    "certainty": ("confirmed", "pledged"),
    "registration_status": ("registered", "pending", "unregistered"),
    "groups": get_args(Group), "sdgs": SDGS, "priority_areas": PRIORITY_AREAS,
}  # fmt: skip
"""The values of columns whose values no round can add to; giver and receiver may be either kind."""

PAIR_FACTS = ("waiver", "determination")
"""Facts of a pair that every round knows: a rule, or one of its steps, that does not count."""


def whole(number: Fraction) -> int | Fraction:
    """Give a number exactly: whole ones as int, which compare many times faster than fractions."""
    return number.numerator if number.denominator == 1 else number


def column_values(round_: Round, subject: str, rows: Any, name: str, day: date) -> list[Any]:
    """Give a column's value for each row of a subject, None where it is blank.

    Amounts are exact fractions of the base currency; lists are tuples of codes.
    """
    if name == "awards_this_year":
        counts = Counter(c.org_id for c in round_.commitments if c.decided.year == day.year)
        return [counts[row.org_id] for row in rows]
    if name in ("contributors", "partners"):
        return _counts(round_, rows, name)
    read = _READERS.get((subject, name))
    if read is not None:
        return [read(round_, row) for row in rows]
    kind = COLUMNS[subject][name]
    if kind == "amount":
        rate = {code: Fraction(value) for code, value in round_.rates.items()}
        rate[round_.currency] = Fraction(1)
        return [
            None
            if (amount := getattr(row, name)) is None
            else whole(Fraction(amount) * rate[row.currency])
            for row in rows
        ]
    values = [getattr(row, name) for row in rows]
    if kind == "number":
        return [None if value is None else whole(Fraction(value)) for value in values]
    return [value or None for value in values] if kind == "choices" else values


def _counts(round_: Round, rows: Any, name: str) -> list[int]:
    if name == "contributors":
        givers = Counter(pool for pool, _ in {(c.pool_id, c.donor_id) for c in round_.contributors})
        return [givers[row.pool_id] for row in rows]
    takers = Counter(p.proposal_id for p in round_.partners if p.role == "partner")
    return [takers[row.proposal_id] for row in rows]


def months_of(starts: date, ends: date) -> int:
    """Count the months begun between two days, both included: 1 January to 30 June has 6.

    A month that has no day before the same number ends with its last day, as terms do in civil
    law: from 31 January to 28 February is one.
    """
    months = (ends.year - starts.year) * 12 + ends.month - starts.month
    return months + (ends.day >= starts.day)


def _months(_: Round, proposal: Proposal) -> int | None:
    if proposal.starts is None or proposal.ends is None:
        return None
    return months_of(proposal.starts, proposal.ends)


def _budget(_: Round, organisation: Organisation) -> int | Fraction | None:
    budget = organisation.annual_budget
    return None if budget is None else whole(Fraction(budget))


def _regions(_: Round, proposal: Proposal) -> tuple[str, ...] | None:
    return tuple(code for code, _share in proposal.regions) or None


def _countries(round_: Round, proposal: Proposal) -> tuple[str, ...] | None:
    found = {round_.region_vocabulary.country(code) for code, _share in proposal.regions}
    if not found - {None}:
        found = {round_.organisations_by_id[proposal.org_id].country}
    return None if None in found else tuple(sorted(map(str, found)))


_READERS: Mapping[tuple[str, str], Callable[[Round, Any], Any]] = {
    ("organisation", "annual_budget"): _budget,
    ("proposal", "months"): _months,
    ("proposal", "regions"): _regions,
    ("proposal", "countries"): _countries,
}


def largest_grants(round_: Round, pools: list[Pool]) -> list[Fraction]:
    """Give the most that each pool could award at once, in exact base currency."""
    found = []
    for pool in pools:
        caps = [cap for cap in (pool.budget, pool.max_grant) if cap is not None]
        found.append(Fraction(min(caps)) * Fraction(round_.rate(pool.currency)))
    return found
