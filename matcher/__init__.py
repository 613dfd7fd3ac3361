"""donor-matcher: who funds what in an allocation round, provably best, verified and explained."""

from matcher.domain import Round
from matcher.errors import InvalidRound, MatcherError, Problem, VerificationFailed
from matcher.pipeline import match
from matcher.reading import load_round, read_round
from matcher.results import Options, Run
from matcher.verify import Verification, verify_awards

__all__ = [
    "InvalidRound",
    "MatcherError",
    "Options",
    "Problem",
    "Round",
    "Run",
    "Verification",
    "VerificationFailed",
    "load_round",
    "match",
    "read_round",
    "verify_awards",
]
