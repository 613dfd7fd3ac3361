"""donor-matcher: who funds what in an allocation round, provably best, verified and explained."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matcher.domain import Round
    from matcher.errors import InvalidRound, MatcherError, Problem, VerificationFailed
    from matcher.pipeline import match
    from matcher.reading import load_round, read_round
    from matcher.results import Options, Run
    from matcher.scenarios.asking.asking import what_if
    from matcher.scenarios.asking.edits import changed_round
    from matcher.scenarios.asking.results import bundle, causes, compare, replay
    from matcher.scenarios.asking.sweeps import curve, frontier, sweep
    from matcher.verify import Verification, verify_awards
else:

    def __getattr__(name: str) -> object:
        """Import what is asked for, and all that goes with it, when it first is."""
        from importlib import import_module

        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"matcher.{_PLACES[name]}"), name)


_PLACES = {
    "InvalidRound": "errors",
    "MatcherError": "errors",
    "Options": "results",
    "Problem": "errors",
    "Round": "domain",
    "Run": "results",
    "Verification": "verify",
    "VerificationFailed": "errors",
    "bundle": "scenarios.asking.results",
    "causes": "scenarios.asking.results",
    "changed_round": "scenarios.asking.edits",
    "compare": "scenarios.asking.results",
    "curve": "scenarios.asking.sweeps",
    "frontier": "scenarios.asking.sweeps",
    "load_round": "reading",
    "match": "pipeline",
    "read_round": "reading",
    "replay": "scenarios.asking.results",
    "sweep": "scenarios.asking.sweeps",
    "verify_awards": "verify",
    "what_if": "scenarios.asking.asking",
}

__all__ = [
    "InvalidRound",
    "MatcherError",
    "Options",
    "Problem",
    "Round",
    "Run",
    "Verification",
    "VerificationFailed",
    "bundle",
    "causes",
    "changed_round",
    "compare",
    "curve",
    "frontier",
    "load_round",
    "match",
    "read_round",
    "replay",
    "sweep",
    "verify_awards",
    "what_if",
]
