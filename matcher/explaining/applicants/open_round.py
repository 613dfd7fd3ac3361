"""A round as an applicant may know it: what others keep to themselves is taken out.

What is worked out of it cannot tell what is confidential, for it does not depend on it.
Confidential pools and donors are out; a term that a pool keeps to itself is blank; of what was
found out about the applicant, what it is not asked for itself is out, and so are decisions on
single pairs; of a partner, its name is left.
"""

from collections.abc import Collection
from decimal import Decimal
from typing import Any, TypeVar

from matcher.domain import Fact, Organisation, Pool, Proposal, Round
from matcher.explaining.applicants.asked import OF_APPLICANT, facts_asked
from matcher.regulation.library import packs_of

Applicant = TypeVar("Applicant", Organisation, Proposal)
NO_LIMIT = Decimal(10) ** 10
"""What stands for a budget that is kept back: more than anybody asks for."""
NAMING = ("pool_id", "donor_id")
"""Columns without which nothing is left of a pool that could be shown."""


def open_round(round_: Round, proposal_id: str) -> Round:
    """Give what an applicant may know of a round, with its one proposal.

    Raises InvalidRound (a rule pack that is not here).
    """
    proposal = round_.proposals_by_id[proposal_id]
    hidden = {row.donor_id for row in round_.donors if row.visibility == "confidential"}
    pools = {
        pool.pool_id: _without_kept(pool, round_.currency)
        for pool in round_.pools
        if _is_shown(pool, hidden)
    }
    donors = {row.donor_id: row for row in round_.donors if row.donor_id not in hidden}
    partners = [row for row in round_.partners if row.proposal_id == proposal_id]
    organisations = {
        name: Organisation(org_id=name, name=round_.organisations_by_id[name].name)
        for name in sorted({row.org_id for row in partners})
    }
    packs = packs_of(round_)
    asked = {subject: facts_asked(packs, subject) for subject in OF_APPLICANT}
    applicant = round_.organisations_by_id[proposal.org_id]
    organisations[proposal.org_id] = _only_facts(applicant, asked["organisation"])
    proposal = _only_facts(proposal, asked["proposal"])
    own = {proposal.org_id: asked["organisation"], proposal_id: asked["proposal"]}
    rows: dict[str, Any] = {
        "donors": donors.values(),
        "pools": pools.values(),
        "organisations": organisations.values(),
        "proposals": [proposal],
        "partners": partners,
        "contributors": [
            row for row in round_.contributors if row.pool_id in pools and row.donor_id in donors
        ],
        "facts": [
            row
            for row in round_.facts
            if row.fact in own.get(row.subject, ())
            or row.subject in donors
            or (row.subject in pools and not _is_kept(round_, row))
        ],
        "commitments": [row for row in round_.commitments if row.org_id == proposal.org_id],
        "pairs": (),
        "reviews": (),
        "targets": (),
    }
    tables: dict[str, Any] = {name: tuple(kept) for name, kept in rows.items()}
    # A copy keeps what was worked out of the whole round: here the rows by their ids.
    by_id = {
        "donors_by_id": donors,
        "pools_by_id": pools,
        "organisations_by_id": organisations,
        "proposals_by_id": {proposal_id: proposal},
    }
    return round_.model_copy(update=tables | by_id)


def hidden_pools(round_: Round) -> int:
    """Count the pools of which an applicant may know nothing but that they are there."""
    hidden = {row.donor_id for row in round_.donors if row.visibility == "confidential"}
    return sum(not _is_shown(pool, hidden) for pool in round_.pools)


def _is_shown(pool: Pool, hidden: Collection[str]) -> bool:
    kept = set(pool.confidential_terms)
    return (
        pool.visibility != "confidential"
        and pool.donor_id not in hidden
        and kept.isdisjoint(NAMING)
    )


def _without_kept(pool: Pool, currency: str) -> Pool:
    """Give a pool with blanks, or what binds nobody, for the terms that it keeps to itself."""
    kept = set(pool.confidential_terms)
    if not kept:
        return pool
    blank = kept - {"visibility", "confidential_terms"}
    fields = {name: field for name, field in Pool.model_fields.items() if name in blank}
    update: dict[str, Any] = {
        name: field.default for name, field in fields.items() if not field.is_required()
    }
    if "budget" in kept:
        update["budget"] = NO_LIMIT
    if "currency" in kept:
        # What the other amounts are in is not known then, so they bind nobody either.
        update |= {"currency": currency, "budget": NO_LIMIT, "min_grant": None, "max_grant": None}
    update["facts"] = type(pool.facts)(
        {name: value for name, value in pool.facts.items() if not kept & {name, "facts"}}
    )
    return pool.model_copy(update=update)


def _only_facts(row: Applicant, names: Collection[str]) -> Applicant:
    facts = {name: value for name, value in row.facts.items() if name in names}
    return row.model_copy(update={"facts": type(row.facts)(facts)})


def _is_kept(round_: Round, row: Fact) -> bool:
    kept = round_.pools_by_id[row.subject].confidential_terms
    return not {row.fact, "facts"}.isdisjoint(kept)
