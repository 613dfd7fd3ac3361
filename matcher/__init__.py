"""donor-matcher: who funds what in an allocation round, provably best, verified and explained."""

from typing import TYPE_CHECKING

from matcher.domain import Round
from matcher.errors import InvalidRound, MatcherError, Problem, VerificationFailed
from matcher.pipeline import match
from matcher.reading import load_round, read_round
from matcher.results import Options, Run
from matcher.verify import Verification, verify_awards

if TYPE_CHECKING:
    from matcher.scenarios.asking.asking import what_if
    from matcher.scenarios.asking.edits import changed_round
    from matcher.scenarios.asking.results import bundle, causes, compare, replay
    from matcher.scenarios.asking.sweeps import curve, frontier, sweep
else:

    def __getattr__(name: str) -> object:
        """Import what-ifs and all that goes with them when they are first asked for."""
        from importlib import import_module

        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"matcher.scenarios.asking.{_LATER[name]}"), name)


_LATER = {
    "bundle": "results",
    "causes": "results",
    "changed_round": "edits",
    "compare": "results",
    "curve": "sweeps",
    "frontier": "sweeps",
    "replay": "results",
    "sweep": "sweeps",
    "what_if": "asking",
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
