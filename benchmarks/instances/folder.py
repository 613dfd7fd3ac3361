"""A drawn round as the files of a round folder (ROUND_FORMAT.md)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import yaml

from benchmarks.instances import words
from benchmarks.instances.applicants import THRESHOLD, Organisations, Proposals
from benchmarks.instances.cells import days, names, picked, table, tenths
from benchmarks.instances.decisions import ACCEPTED_KINDS, BARRING, Decisions
from benchmarks.instances.pools import Pairs, Pools
from benchmarks.instances.shapes import Family
from benchmarks.instances.witness import MAX_AMOUNT, MAX_FUNDERS, MAX_PROPOSALS, MIN_AWARD
from benchmarks.instances.words import Flags, ids

HEAD = "# A made-up round, drawn from a seed: nobody in it is real.\n"
DECIDED = date(2026, 3, 1)


def settings(family: Family, identifier: str, targets: Sequence[Mapping[str, Any]]) -> str:
    """Give round.yaml."""
    step = {} if family.step is None else {"grant_step": str(family.step)}
    content = {
        "id": identifier,
        "title": f"Made-up round {identifier}",
        "currency": "AZN",
        "decision_date": DECIDED.isoformat(),
        "call": {"opens": "2026-01-05", "closes": "2026-02-05", "time_zone": "Asia/Baku"},
        "rates": {
            code: f"{rate / 10_000:.4f}"
            for code, rate in zip(words.CURRENCIES[1:], words.RATES[1:].tolist(), strict=True)
        },
        "policy": {
            "rule": "max_merit",
            "value": family.value,
            "score_max": "100",
            "score_threshold": str(THRESHOLD // 10),
            **step,
            "min_award": str(MIN_AWARD),
            "max_funders_per_proposal": str(MAX_FUNDERS),
            "max_proposals_per_organisation": str(MAX_PROPOSALS),
            "max_amount_per_organisation": str(MAX_AMOUNT),
            "max_award_to_budget": "1.0",
        },
        "targets": list(targets),
    }
    return HEAD + yaml.safe_dump(content, sort_keys=False, width=100)


def donors_table(pools: Pools) -> str:
    donors = ids("D", len(pools.donor_kind))
    return table(
        {
            "donor_id": donors,
            "name": names("donor", donors),
            "kind": picked(list(words.DONOR_KINDS), pools.donor_kind),
        }
    )


def pools_table(pools: Pools, decisions: Decisions) -> str:
    pool_ids, donors = ids("P", len(pools)), ids("D", len(pools.donor_kind))
    apart = (decisions.apart.get(pool, ()) for pool in range(len(pools)))
    terms = pools.terms
    return table(
        {
            "pool_id": pool_ids,
            "donor_id": picked(donors, pools.donor),
            "name": names("pool", pool_ids),
            "currency": picked(words.CURRENCIES, pools.currency),
            "budget": pools.budget.tolist(),
            "hold_back_share": (f"0.{part:02}" if part else None for part in pools.hold_back),
            "min_grant": pools.least.tolist(),
            "max_grant": pools.most.tolist(),
            "max_grants": pools.grants.tolist(),
            "max_project_share": (f"0.{s:02}" if s < 100 else None for s in pools.share),
            "sole_funder": ("true" if alone else None for alone in pools.alone),
            "not_with": (
                ";".join(o if isinstance(o, str) else donors[o] for o in others) for others in apart
            ),
            "sectors": (";".join(words.SECTORS[s] for s in term.sectors) for term in terms),
            "regions": (";".join(words.REGIONS[r] for r in term.regions) for term in terms),
            "not_regions": (
                None if term.capital else words.REGIONS[words.CAPITAL] for term in terms
            ),
            "applicant_kinds": (";".join(term.kinds) for term in terms),
            "applicant_countries": ("AZ" if term.home_only else None for term in terms),
        }
    )


def organisations_table(owners: Organisations) -> str:
    org_ids = ids("O", len(owners))
    return table(
        {
            "org_id": org_ids,
            "name": names("organisation", org_ids),
            "country": picked([*words.ABROAD, "AZ"], owners.country),
            "kind": picked(list(words.KINDS), owners.kind),
            "registration_status": ["registered"] * len(owners),
            "annual_budget": owners.budget.tolist(),
        }
    )


def proposals_table(
    proposals: Proposals, pools: Pools, organisations: int, decisions: Decisions
) -> str:
    count = len(proposals)
    proposal_ids, donors = ids("B", count), ids("D", len(pools.donor_kind))
    labels: dict[int, list[str]] = {}
    for label, members in enumerate(decisions.labels, start=1):
        for member in members:
            labels.setdefault(member, []).append(f"A{label:04}")
    groups = list(words.GROUPS)
    return table(
        {
            "proposal_id": proposal_ids,
            "org_id": picked(ids("O", organisations), proposals.organisation),
            "title": names("proposal", proposal_ids),
            "currency": picked(words.CURRENCIES, proposals.currency),
            "requested": proposals.requested.tolist(),
            "minimum": proposals.minimum.tolist(),
            "own_contribution": (own or None for own in proposals.own.tolist()),
            "sector": proposals.sector_code,
            "regions": (_regions(proposals, j) for j in range(count)),
            "groups": (";".join(groups[g] for g in np.flatnonzero(f)) for f in proposals.groups),
            "submitted": days(date(2026, 1, 8), 28, count),
            "starts": days(date(2026, 5, 1), 90, count),
            "ends": days(date(2027, 1, 1), 180, count),
            "score": tenths(proposals.score),
            "tier": (tier or None for tier in decisions.tier.tolist()),
            "max_funders": proposals.funders.tolist(),
            "alternatives": (";".join(labels.get(j, ())) for j in range(count)),
            "requires": picked(proposal_ids, decisions.requires, or_none=True),
            "accepts_donor_kinds": (
                ";".join(ACCEPTED_KINDS) if choosy > 0 else None for choosy in decisions.accepts
            ),
            "refuses_donors": picked(donors, decisions.refuses, or_none=True),
        }
    )


def _regions(proposals: Proposals, j: int) -> str:
    if proposals.second[j] < 0:
        return proposals.region_code[j]
    share = int(proposals.second_share[j])
    if share < 0:
        return f"{proposals.region_code[j]};{proposals.second_code[j]}"
    return f"{proposals.region_code[j]}:0.{10 - share};{proposals.second_code[j]}:0.{share}"


def pairs_table(
    pools: Pools,
    proposals: Proposals,
    organisations: int,
    pairs: Pairs,
    decisions: Decisions,
    board: Mapping[int, tuple[str, int | None]],
) -> str:
    """Give pairs.csv; `board` holds pins and acceptances: pair → status, whole base units."""
    said: Flags = (decisions.status >= 0) | (decisions.own_score >= 0)
    said |= decisions.preference >= 0
    said[list(board)] = True
    at = np.flatnonzero(said)
    boards = [board.get(pair, (None, None)) for pair in at.tolist()]
    barred = picked(BARRING, decisions.status[at], or_none=True)
    reason = "Made-up minute of the board"
    wide, none = decisions.wide, [None] * len(decisions.wide)
    donors, owners = ids("D", len(pools.donor_kind)), ids("O", organisations)
    return table(
        {
            "pool_id": [*picked(ids("P", len(pools)), pairs.pool[at]), *none],
            "donor_id": [None] * len(at) + [donors[donor] for donor, _ in wide],
            "proposal_id": [*picked(ids("B", len(proposals)), pairs.proposal[at]), *none],
            "org_id": [None] * len(at) + [owners[owner] for _, owner in wide],
            "status": [
                *(bar or status for bar, (status, _) in zip(barred, boards, strict=True)),
                *["conflict"] * len(wide),
            ],
            "amount": [*(amount for _, amount in boards), *none],
            "score": [*tenths(decisions.own_score[at]), *none],
            "payer_preference": [*decisions.preference[at].tolist(), *none],
            "reason": [*(reason if status == "pin" else None for status, _ in boards), *none],
        }
    )


def commitments_table(organisations: int, decisions: Decisions) -> str:
    owners, count = ids("O", organisations), len(decisions.commitments)
    return table(
        {
            "commitment_id": [f"C{number:04}" for number in range(1, count + 1)],
            "org_id": [owners[owner] for owner, _ in decisions.commitments],
            "amount": [amount for _, amount in decisions.commitments],
            "currency": ["AZN"] * count,
            "decided": ["2026-01-20"] * count,
        }
    )
