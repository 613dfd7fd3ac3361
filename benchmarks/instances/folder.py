"""A drawn round as the files of a round folder (ROUND_FORMAT.md)."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import yaml

from benchmarks.instances.applicants import THRESHOLD, Organisations, Proposals
from benchmarks.instances.decisions import ACCEPTED_KINDS, BARRING, Decisions
from benchmarks.instances.pools import NONE, Pairs, Pools
from benchmarks.instances.shapes import Family
from benchmarks.instances.witness import MAX_AMOUNT, MAX_FUNDERS, MAX_PROPOSALS, MIN_AWARD
from benchmarks.instances.words import (
    ABROAD,
    CAPITAL,
    CURRENCIES,
    DONOR_KINDS,
    GROUPS,
    KINDS,
    RATES,
    REGIONS,
    SECTORS,
    Flags,
    ids,
)

Rows = Iterable[Sequence[object]]
HEAD = "# A made-up round, drawn from a seed: nobody in it is real.\n"
DECIDED = date(2026, 3, 1)


def table(header: str, rows: Rows) -> str:
    """Give a table as CSV; None and `NONE` are empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header.split())
    writer.writerows(
        ["" if cell is None or cell is NONE or cell == NONE else cell for cell in row]
        for row in rows
    )
    return text.getvalue()


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
            for code, rate in zip(CURRENCIES[1:], RATES[1:].tolist(), strict=True)
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
    kinds = list(DONOR_KINDS)
    names = ids("D", len(pools.donor_kind))
    return table(
        "donor_id name kind",
        (
            (name, f"Made-up donor {name[1:]}", kinds[kind])
            for name, kind in zip(names, pools.donor_kind.tolist(), strict=True)
        ),
    )


def pools_table(pools: Pools, decisions: Decisions) -> str:
    header = (
        "pool_id donor_id name currency budget hold_back_share min_grant max_grant max_grants "
        "max_project_share sole_funder not_with sectors regions not_regions applicant_kinds "
        "applicant_countries"
    )
    donors = ids("D", len(pools.donor_kind))

    def rows() -> Rows:
        for p, name in enumerate(ids("P", len(pools))):
            terms = pools.terms[p]
            apart = [o if isinstance(o, str) else donors[o] for o in decisions.apart.get(p, ())]
            yield (
                name,
                donors[pools.donor[p]],
                f"Made-up pool {name[1:]}",
                CURRENCIES[pools.currency[p]],
                pools.budget[p],
                f"0.{pools.hold_back[p]:02}" if pools.hold_back[p] else None,
                pools.least[p],
                pools.most[p],
                pools.grants[p],
                f"0.{pools.share[p]:02}" if pools.share[p] < 100 else None,
                "true" if pools.alone[p] else None,
                ";".join(apart),
                ";".join(SECTORS[s] for s in terms.sectors),
                ";".join(REGIONS[r] for r in terms.regions),
                None if terms.capital else REGIONS[CAPITAL],
                ";".join(terms.kinds),
                "AZ" if terms.home_only else None,
            )

    return table(header, rows())


def organisations_table(owners: Organisations) -> str:
    kinds, countries = list(KINDS), [*ABROAD, "AZ"]
    return table(
        "org_id name country kind registration_status annual_budget",
        (
            (name, f"Made-up organisation {name[1:]}", countries[c], kinds[k], "registered", b)
            for name, c, k, b in zip(
                ids("O", len(owners)),
                owners.country.tolist(),
                owners.kind.tolist(),
                owners.budget.tolist(),
                strict=True,
            )
        ),
    )


def proposals_table(
    proposals: Proposals, pools: Pools, organisations: int, decisions: Decisions
) -> str:
    header = (
        "proposal_id org_id title currency requested minimum own_contribution sector regions "
        "groups submitted starts ends score tier max_funders alternatives requires "
        "accepts_donor_kinds refuses_donors"
    )
    names, owners = ids("B", len(proposals)), ids("O", organisations)
    donors = ids("D", len(pools.donor_kind))
    labels: dict[int, list[str]] = {}
    for label, members in enumerate(decisions.labels, start=1):
        for member in members:
            labels.setdefault(member, []).append(f"A{label:04}")
    groups = list(GROUPS)

    def rows() -> Rows:
        for j, name in enumerate(names):
            score = int(proposals.score[j])
            needed, refused = int(decisions.requires[j]), int(decisions.refuses[j])
            yield (
                name,
                owners[proposals.organisation[j]],
                f"Made-up proposal {name[1:]}",
                CURRENCIES[proposals.currency[j]],
                proposals.requested[j],
                proposals.minimum[j],
                proposals.own[j] or None,
                proposals.sector_code[j],
                _regions(proposals, j),
                ";".join(groups[g] for g in np.flatnonzero(proposals.groups[j])),
                (date(2026, 1, 8) + timedelta(j % 28)).isoformat(),
                (date(2026, 5, 1) + timedelta(j % 90)).isoformat(),
                (date(2027, 1, 1) + timedelta(j % 180)).isoformat(),
                f"{score // 10}.{score % 10}",
                decisions.tier[j] or None,
                proposals.funders[j],
                ";".join(labels.get(j, ())),
                names[needed] if needed >= 0 else None,
                ";".join(ACCEPTED_KINDS) if decisions.accepts[j] > 0 else None,
                donors[refused] if refused >= 0 else None,
            )

    return table(header, rows())


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
    pool_ids, proposal_ids = ids("P", len(pools)), ids("B", len(proposals))
    donors, owners = ids("D", len(pools.donor_kind)), ids("O", organisations)
    said: Flags = (decisions.status >= 0) | (decisions.own_score >= 0)
    said |= decisions.preference >= 0
    said[list(board)] = True

    def rows() -> Rows:
        for e in np.flatnonzero(said).tolist():
            status, amount = board.get(e, (None, None))
            barred, own = int(decisions.status[e]), int(decisions.own_score[e])
            yield (
                pool_ids[pairs.pool[e]],
                None,
                proposal_ids[pairs.proposal[e]],
                None,
                BARRING[barred] if barred >= 0 else status,
                amount,
                None if own < 0 else f"{own // 10}.{own % 10}",
                decisions.preference[e],
                "Made-up minute of the board" if status == "pin" else None,
            )
        for donor, organisation in decisions.wide:
            yield None, donors[donor], None, owners[organisation], "conflict", *[None] * 4

    header = "pool_id donor_id proposal_id org_id status amount score payer_preference reason"
    return table(header, rows())


def commitments_table(organisations: int, decisions: Decisions) -> str:
    owners = ids("O", organisations)
    return table(
        "commitment_id org_id amount currency decided",
        (
            (f"C{number:04}", owners[organisation], amount, "AZN", "2026-01-20")
            for number, (organisation, amount) in enumerate(decisions.commitments, start=1)
        ),
    )
