"""The JSON form of a round to exact numbers: conversion, stepping, scores, verdicts and E."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

from .model import Organisation, Pair, Pool, Proposal, Round
from .scores import proposal_score
from .targets import bounds_of
from .texts import Row, day, names, number, text, truth, whole
from .verdicts import donor_refused, verdict
from .vocabulary import CURRENCY_DIGITS

Document = Mapping[str, Any]

TERMS = (
    *("sectors", "not_sectors", "regions", "not_regions", "groups", "sdgs", "priority_areas"),
    *("applicant_kinds", "countries", "applicant_countries"),
)
TABLES = frozenset(
    {"round", "donors", "pools", "organisations", "proposals", "pairs", "reviews", "commitments"}
)


def read(document: Document) -> Round:
    """Read a valid document; ValueError when it uses what the oracle does not know.

    The document is taken to be valid by ROUND_FORMAT.md: the oracle checks no more than that.
    """
    unknown = {table for table, rows in document.items() if rows and table not in TABLES}
    if unknown or document["round"].get("rule_packs"):
        raise ValueError(f"the oracle reads no rule packs, and no tables {sorted(unknown)}")
    return _Reader(document).round()


class _Reader:
    def __init__(self, document: Document) -> None:
        self.document = document
        header = document["round"]
        self.policy: Row = header.get("policy", {})
        self.base = text(header, "currency")
        self.major: int = 10 ** CURRENCY_DIGITS[self.base]
        self.rates: dict[str, Fraction] = {
            code: Fraction(rate) for code, rate in header.get("rates", {}).items()
        }
        self.rates[self.base] = Fraction(1)
        self.decided = date.fromisoformat(text(header, "decision_date"))
        self.step = int(self.policy_money("grant_step") or 1)

    def round(self) -> Round:
        organisations = {o.id: o for o in map(self.organisation, self.document["organisations"])}
        pools = {p.id: p for p in map(self.pool, self.document["pools"])}
        proposals = {
            j.id: j
            for j in (self.proposal(row, organisations) for row in self.document["proposals"])
        }
        verdicts = {
            (p.id, j.id): verdict(p, j, self.decided)
            for p in pools.values()
            for j in proposals.values()
        }
        barred, pins, accepted = set[Pair](), dict[Pair, int | None](), dict[Pair, int]()
        preferences = dict[Pair, Fraction]()
        scores = {
            (p, j.id): j.score for j in proposals.values() if j.score is not None for p in pools
        }
        for row in self.document.get("pairs", ()):
            status, amount = text(row, "status"), self.base_money(row, "amount")
            preference = number(row, "payer_preference")
            for pair in _pairs(row, pools, proposals):
                if status in ("forbid", "conflict", "declined"):
                    barred.add(pair)
                elif status == "pin":
                    pins[pair] = None if amount is None else int(amount)
                elif status == "accepted":
                    accepted[pair] = int(amount or 0)
                if preference is not None or status == "prefer":
                    preferences[pair] = Fraction(1) if preference is None else preference
                own_score = number(row, "score")
                if own_score is not None:
                    scores[pair] = own_score
        return Round(
            major=self.major,
            step=self.step,
            per_project=text(self.policy, "value") == "per_project",
            pools=pools,
            proposals=proposals,
            organisations=organisations,
            verdicts=verdicts,
            awardable=frozenset(
                pair
                for pair, found in verdicts.items()
                if pair not in barred
                and self.in_e(pools[pair[0]], proposals[pair[1]], found, pair in pins)
            ),
            pins=pins,
            accepted=accepted,
            scores=scores,
            preferences=preferences,
            bounds=tuple(
                bound
                for target in self.document["round"].get("targets", ())
                for bound in bounds_of(target, pools, proposals.values(), self.major)
            ),
        )

    def in_e(self, pool: Pool, proposal: Proposal, found: str, pinned: bool) -> bool:
        """Whether the pair may be awarded (PROBLEM.md, E), pair rows aside."""
        if not proposal.submitted or proposal.score is None:
            return False
        if pinned:
            return not donor_refused(pool, proposal)
        conditional = text(self.policy, "needs_review") == "conditional"
        threshold = number(self.policy, "score_threshold")
        return (threshold is None or proposal.score >= threshold) and (
            found == "eligible" or (found == "needs_review" and conditional)
        )

    def minor(self, amount: Fraction, currency: str) -> Fraction:
        """The exact worth in base minor units, before any rounding."""
        return amount * (self.rates[currency] * self.major)

    def converted(self, row: Row, column: str) -> Fraction | None:
        amount = number(row, column)
        return None if amount is None else self.minor(amount, text(row, "currency"))

    def base_money(self, row: Row, column: str) -> Fraction | None:
        amount = number(row, column)
        return None if amount is None else amount * self.major

    def policy_money(self, key: str) -> Fraction | None:
        return self.base_money(self.policy, key)

    def down(self, minor_units: Fraction) -> int:
        return floor(minor_units / self.step) * self.step

    def up(self, minor_units: Fraction) -> int:
        return ceil(minor_units / self.step) * self.step

    def pool(self, row: Row) -> Pool:
        donor = next(d for d in self.document["donors"] if d["donor_id"] == row["donor_id"])
        budget = floor(self.converted(row, "budget") or 0)
        budget -= ceil(budget * (number(row, "hold_back_share") or 0))
        smallest = ceil(self.converted(row, "min_grant") or 0)
        largest = self.converted(row, "max_grant")
        return Pool(
            id=text(row, "pool_id"),
            donor=text(row, "donor_id"),
            donor_kind=text(donor, "kind"),
            budget=self.down(Fraction(budget)),
            smallest=self.up(max(Fraction(smallest), self.policy_money("min_award") or Fraction())),
            largest=None if largest is None else self.down(Fraction(floor(largest))),
            most_grants=whole(row, "max_grants"),
            share=number(row, "max_project_share"),
            sole_funder=truth(row, "sole_funder"),
            not_with=frozenset(names(row, "not_with")),
            terms={term: frozenset(names(row, term)) for term in TERMS},
            available_from=day(row, "available_from"),
            available_until=day(row, "available_until"),
            pay_by=day(row, "pay_by"),
        )

    def organisation(self, row: Row) -> Organisation:
        earlier = [
            round(self.converted(commitment, "amount") or 0)
            for commitment in self.document.get("commitments", ())
            if commitment["org_id"] == row["org_id"]
            and date.fromisoformat(commitment["decided"]).year == self.decided.year
        ]
        most = whole(self.policy, "max_proposals_per_organisation")
        caps = dict[str, int]()
        amount = self.policy_money("max_amount_per_organisation")
        if amount is not None:
            caps["max_amount"] = int(amount)
        ratio = number(self.policy, "max_award_to_budget")
        annual = self.base_money(row, "annual_budget")
        if ratio is not None and annual is not None:
            caps["max_award_to_budget"] = floor(ratio * annual)
        return Organisation(
            id=text(row, "org_id"),
            kind=text(row, "kind"),
            country=text(row, "country"),
            proposals_left=None if most is None else max(0, most - len(earlier)),
            money_left={name: max(0, cap - sum(earlier)) for name, cap in caps.items()},
        )

    def proposal(self, row: Row, organisations: Mapping[str, Organisation]) -> Proposal:
        weights = {c: Fraction(w) for c, w in self.policy.get("score_weights", {}).items()}
        requested = round(self.converted(row, "requested") or 0)
        least = self.converted(row, "minimum")
        minimum = requested if least is None else round(least)
        request = self.down(Fraction(requested))
        own = (number(row, "own_contribution") or 0) + (number(row, "other_funding") or 0)
        funders = [
            limit
            for limit in (
                whole(self.policy, "max_funders_per_proposal"),
                whole(row, "max_funders"),
            )
            if limit is not None
        ]
        return Proposal(
            id=text(row, "proposal_id"),
            organisation=organisations[text(row, "org_id")],
            request=request,
            minimum=min(self.up(Fraction(minimum)), request),
            own=round(self.minor(Fraction(own), text(row, "currency"))),
            score=proposal_score(row, self.document.get("reviews", ()), weights),
            tier=whole(row, "tier"),
            most_funders=min(funders, default=None),
            labels=frozenset(names(row, "alternatives")),
            requires=names(row, "requires"),
            submitted=text(row, "status") in ("", "submitted"),
            sector=text(row, "sector"),
            regions=_regions(names(row, "regions")),
            groups=frozenset(names(row, "groups")),
            sdgs=frozenset(names(row, "sdgs")),
            priority_areas=frozenset(names(row, "priority_areas")),
            accepts_donor_kinds=frozenset(names(row, "accepts_donor_kinds")),
            refuses_donors=frozenset(names(row, "refuses_donors")),
        )


def _regions(items: tuple[str, ...]) -> dict[str, Fraction]:
    """Each region with its share of the work; no shares given means equal ones."""
    parts = [item.partition(":") for item in items]
    return {code: Fraction(share or Fraction(1, len(parts))) for code, _, share in parts}


def _pairs(
    row: Row, pools: Mapping[str, Pool], proposals: Mapping[str, Proposal]
) -> Iterator[Pair]:
    """The pairs that a row of pairs covers: one, or all of a donor's or an organisation's."""
    donor, organisation = text(row, "donor_id"), text(row, "org_id")
    covered: Iterable[str] = [text(row, "pool_id")]
    if donor:
        covered = [p.id for p in pools.values() if p.donor == donor]
    for pool in covered:
        if organisation:
            yield from (
                (pool, j.id) for j in proposals.values() if j.organisation.id == organisation
            )
        else:
            yield pool, text(row, "proposal_id")
