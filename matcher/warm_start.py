"""An earlier result to start from: its awards, and the hash that says which ones they were."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from matcher import money
from matcher.domain import Round
from matcher.errors import InvalidRound
from matcher.writing.result_folder import read_awards


@dataclass(frozen=True)
class Earlier:
    """Awards in base minor units by (pool id, proposal id), and the hash of their file."""

    awards: Mapping[tuple[str, str], int]
    digest: str


def earlier_result(round_: Round, folder: Path) -> Earlier:
    """Read the awards of a result folder; what the round has no place for is left out.

    Raises InvalidRound where the folder or its awards cannot be read.
    """
    claim = read_awards(folder)
    if claim.problems:
        raise InvalidRound(list(claim.problems))
    awards: dict[tuple[str, str], int] = {}
    for award in claim.awards:
        try:
            awards[award.pool_id, award.proposal_id] = money.minor(award.amount, round_.currency)
        except ValueError:
            continue  # an amount finer than this round's currency is no place to start from
    digest = hashlib.sha256((folder / "awards.csv").read_bytes()).hexdigest()
    return Earlier(awards, f"sha256:{digest}")
