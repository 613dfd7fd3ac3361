"""Which rounds are measured, what is asked of each size, and what the project aims at."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.instances.shapes import FAMILIES
from benchmarks.process import run_apart

ROOT = Path(__file__).parents[1]
DATA = "MATCHER_REAL_DATA"
"""The variable that names the folder of the UN's pooled funds (fixtures/mappings/README.md)."""
DRAWING = 600.0
"""Seconds that drawing or importing a round may take at most."""


@dataclass(frozen=True)
class Asked:
    """What is asked at a size, and what the whole command aims at on two cores.

    `gap` is asked of `matcher match` within `limit` seconds; the aim is to have it within `aim`
    seconds and `memory` MiB (None: no aim). `seeds` rounds of each family are measured; on
    `peer_seeds` of them the peers are let run, each for `peer_seconds`.
    """

    gap: float
    limit: float
    aim: float
    memory: float | None
    seeds: int
    peer_seeds: int
    peer_seconds: float


ASKED = {
    "tiny": Asked(1e-6, 60, 5, None, 1, 1, 30),
    "S": Asked(2e-4, 30, 5, None, 3, 3, 120),
    "M": Asked(5e-4, 60, 15, None, 3, 3, 300),
    "L": Asked(1e-3, 90, 30, None, 3, 1, 600),
    "XL": Asked(1.5e-3, 150, 60, 2 * 1024, 3, 0, 0),
    "XXL": Asked(5e-3, 600, 600, 12 * 1024, 1, 0, 0),
}
GIVEN = {"demonstration": "S", "ocha-2025": "M"}
"""Rounds that are not drawn, with the size whose terms hold for them."""


@dataclass(frozen=True)
class Case:
    """A round to measure; `seed` is None for those that are not drawn."""

    family: str
    size: str
    seed: int | None

    @property
    def name(self) -> str:
        """Give the name that the history knows it by."""
        return self.family if self.seed is None else f"{self.family}-{self.size}-{self.seed}"

    @property
    def asked(self) -> Asked:
        """Give what is asked of it."""
        return ASKED[self.size]

    @property
    def peer_seconds(self) -> float:
        """Give how long each peer is let run, 0 where none is."""
        return self.asked.peer_seconds if (self.seed or 1) <= self.asked.peer_seeds else 0.0


def cases_of(sizes: Sequence[str], families: Sequence[str], seeds: int | None = None) -> list[Case]:
    """Give the cases, small ones first; the UN's pooled funds only where their data is named."""
    found = []
    for size in sizes:
        count = ASKED[size].seeds if seeds is None else seeds
        for family in families:
            if family in FAMILIES:
                found += [Case(family, size, seed) for seed in range(1, count + 1)]
            elif GIVEN[family] == size and (family != "ocha-2025" or DATA in os.environ):
                found.append(Case(family, size, None))
    return found


def folder_of(case: Case, instances: Path) -> Path:
    """Give the round's folder, drawn or imported into `instances` if it is not there yet.

    Raises RuntimeError where that fails. It happens in a process of its own, so that this one
    stays small (`Finished.peak_memory_mib`).
    """
    if case.family == "demonstration":
        return ROOT / "fixtures" / "rounds" / "baku-spring"
    folder = instances / case.name
    if folder.exists():
        return folder
    if case.family == "ocha-2025":
        year = Path(os.environ[DATA]) / "ocha-pooled-funds" / "2025"
        mapping = ROOT / "fixtures" / "mappings" / "ocha-pooled-funds.yaml"
        files = [year / f"{name}.csv" for name in ("proposals", "donor_contributions", "pools")]
        command = ["matcher", "import", *map(str, files), "--mapping", str(mapping)]
    else:
        command = ["benchmarks", "instance", case.family, case.size, "--seed", str(case.seed)]
    done = run_apart(*command, "--out", folder, seconds=DRAWING)
    if done.code != 0:
        raise RuntimeError(f"{case.name} could not be made: {done.ended}\n{done.errors}")
    return folder
