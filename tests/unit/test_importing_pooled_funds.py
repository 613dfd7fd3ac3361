"""Importing the pooled funds: real spreadsheets, where they are at hand."""

import csv
import os
from collections import Counter, defaultdict
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from matcher.domain import Round
from matcher.reading.importing import import_round

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("MATCHER_REAL_DATA", ROOT.parent / "shared" / "data"))
OCHA = DATA / "ocha-pooled-funds" / "2025"


def cells(round_: Round, column: str) -> list[object]:
    """Give a column of the proposals."""
    return [getattr(proposal, column) for proposal in round_.proposals]


ocha = pytest.mark.skipif(  # the data is others' and not part of the repository
    not OCHA.is_dir(), reason=f"the pooled-funds data is not in {OCHA}; set MATCHER_REAL_DATA"
)


def rows_of(name: str) -> list[Mapping[str, str]]:
    """Read a file of the pooled-funds data."""
    with (OCHA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def pooled_funds() -> Round:
    """Import the round of the pooled funds."""
    mapping = ROOT / "fixtures" / "mappings" / "ocha-pooled-funds.yaml"
    return import_round(mapping, sorted(OCHA.glob("*.csv")))


@ocha
def test_every_contribution_is_a_pool_and_every_project_a_proposal(pooled_funds: Round) -> None:
    paid = [Decimal(row["paid_usd"]) for row in rows_of("donor_contributions.csv")]
    asked = {r["project_code"]: Decimal(r["budget_usd"]) for r in rows_of("proposals.csv")}
    assert (len(pooled_funds.pools), len(pooled_funds.donors)) == (274, 39)
    assert Counter(pool.budget for pool in pooled_funds.pools) == Counter(paid)
    assert {p.proposal_id: p.requested for p in pooled_funds.proposals} == asked
    for proposal in pooled_funds.proposals:
        assert proposal.minimum is not None
        assert abs(proposal.minimum - proposal.requested * 7 / 10) <= Decimal("0.005")


@ocha
def test_a_pool_covers_the_projects_of_its_own_fund_and_no_others(pooled_funds: Round) -> None:
    funds = {row["project_code"]: row["fund"] for row in rows_of("proposals.csv")}
    vocabulary = pooled_funds.region_vocabulary
    by_fund: dict[str, set[str]] = {}
    for row, pool in zip(rows_of("donor_contributions.csv"), pooled_funds.pools, strict=True):
        by_fund.setdefault(row["fund"], set()).update(pool.regions)
    assert all(len(codes) == 1 for codes in by_fund.values())
    assert len(set().union(*by_fund.values())) == len(by_fund) == 26
    for proposal in pooled_funds.proposals:
        inside = {
            fund
            for fund, codes in by_fund.items()
            if all(vocabulary.inside(code, codes) for code, _ in proposal.regions)
        }
        assert inside == {funds[proposal.proposal_id]}


@ocha
def test_shares_and_sectors_follow_the_money_of_each_project(pooled_funds: Round) -> None:
    source = {row["project_code"]: row for row in rows_of("proposals.csv")}
    places = {code.code: code.name for code in pooled_funds.regions}
    for proposal in pooled_funds.proposals:
        row = source[proposal.proposal_id]
        amounts = dict(part.rsplit(":", 1) for part in row["admin1_usd"].split("|"))
        total = sum(map(Fraction, amounts.values()))
        shares = {places[code]: share for code, share in proposal.regions}
        assert sum(s for s in shares.values() if s is not None) == 1
        for name, amount in amounts.items():
            assert abs(Fraction(shares[name] or 0) - Fraction(amount) / total) < Fraction(1, 10**6)
        clusters = dict(part.rsplit(":", 1) for part in row["clusters_usd"].split("|"))
        largest = max(map(Decimal, clusters.values()))
        name = pooled_funds.sector_vocabulary.names[proposal.sector or ""]
        assert Decimal(clusters[name]) == largest


@ocha
def test_masked_names_are_never_merged_and_blank_markers_are_scored(pooled_funds: Round) -> None:
    masked = {"International NGO", "National NGO", "UN Agency", "Others"}
    named = {
        (row["organisation"].strip(), row["org_kind"])
        for row in rows_of("proposals.csv")
        if row["organisation"] not in masked
    }
    names = pooled_funds.organisations_by_id
    hidden = [p.org_id for p in pooled_funds.proposals if names[p.org_id].name in masked]
    assert len(hidden) == len(set(hidden)) == 230
    assert len(pooled_funds.organisations) == len(named) + 230
    blank = {r["project_code"] for r in rows_of("proposals.csv") if not r["gender_marker"]}
    assert [p.score for p in pooled_funds.proposals if p.proposal_id in blank] == [Decimal(20)] * 3


@ocha
def test_the_policy_binds_organisations_and_the_national_share(pooled_funds: Round) -> None:
    cap = pooled_funds.policy.max_amount_per_organisation
    assert cap is not None
    asked: defaultdict[str, Decimal] = defaultdict(Decimal)
    for proposal in pooled_funds.proposals:
        asked[proposal.org_id] += proposal.requested
    assert sum(amount > cap for amount in asked.values()) == 10
    for proposal in pooled_funds.proposals:
        assert (proposal.minimum or 0) <= cap, "no single project is shut out by the cap"
