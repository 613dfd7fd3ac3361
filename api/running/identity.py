"""What makes two runs the same: their kind, inputs, options, rule packs and versions."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from api.running.inputs import packed_inputs, read_inputs
from api.store.tables import RunInputs
from matcher.domain import Round
from matcher.domain.round import canonical
from matcher.regulation.library import pack_hash, packs_of
from matcher.scenarios.many.crew import versions


def inputs_of(round_: Round) -> RunInputs:
    """Give the canonical document of a round as it is kept."""
    return RunInputs(hash=round_.content_hash, content=packed_inputs(round_))


def identity_of(
    kind: str, round_: Round, options: Mapping[str, Any], of_run: str | None = None
) -> str:
    """Give SHA-256 of all that decides what a run comes to.

    `of_run` is the run that it starts from. Raises InvalidRound for a rule pack that is not here.
    """
    content = {
        "kind": kind,
        "inputs": round_.content_hash,
        "packs": [[pack.id, pack_hash(pack)] for pack in packs_of(round_)],
        "options": options,
        "of_run": of_run,
        "versions": versions(),
    }
    return sha256(canonical(content).encode()).hexdigest()


__all__ = ["identity_of", "inputs_of", "read_inputs"]
