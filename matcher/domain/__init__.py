"""The round as frozen values, valid by construction."""

from matcher.domain.policy import Call, Policy, Target
from matcher.domain.round import Round
from matcher.domain.tables import (
    Code,
    Commitment,
    Contributor,
    Donor,
    Fact,
    Organisation,
    PairTerm,
    Partner,
    Pool,
    Proposal,
    Review,
)

__all__ = [
    "Call",
    "Code",
    "Commitment",
    "Contributor",
    "Donor",
    "Fact",
    "Organisation",
    "PairTerm",
    "Partner",
    "Policy",
    "Pool",
    "Proposal",
    "Review",
    "Round",
    "Target",
]
