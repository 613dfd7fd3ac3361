"""`python -m benchmarks scenarios record|replay`: recorded what-ifs written anew, or held to."""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.recorded import (
    CATALOGUES,
    Catalogue,
    Opened,
    Replayed,
    keep,
    plain,
    recorded,
    replayed,
)
from benchmarks.recorded_words import differing, sentence_of, write_readme
from matcher.domain.round import canonical
from matcher.scenarios.edits.files import BASE

Tell = Callable[[str], None]


class UnknownScenario(ValueError):
    """A name that is neither a catalogue's nor a scenario's."""


def record(only: str | None, instances: Path, tell: Tell) -> None:
    """Work answers out and write them down, the base of each catalogue first.

    Raises ByTheClock where the clock has ended a solve, and what `match` raises.
    """
    for opened, names in _chosen(only, instances):
        catalogue = opened.catalogue
        for name in sorted(names, key=lambda name: name != BASE):
            for found in replayed(opened, [name]):
                keep(catalogue, name, found.document)
                tell(f"{catalogue.name}/{name}: {_said(found, catalogue)}")
    write_readme()


def replay(only: str | None, instances: Path, history: Path | None, tell: Tell) -> int:
    """Work answers out again, say what differs from what is recorded, and give how many do.

    A catalogue that is replayed whole is added to the history.
    """
    wrong = 0
    for opened, names in _chosen(only, instances):
        catalogue, told, apart = opened.catalogue, list[Replayed](), 0
        for found in replayed(opened, names):
            differences = differing(recorded(catalogue, found.name), plain(found.document))
            apart += bool(differences)
            ended = "differs" if differences else "as recorded"
            tell(f"{catalogue.name}/{found.name}: {ended}, {found.processor_seconds:.1f} s")
            for difference in differences:
                tell(f"    {difference}")
            told.append(found)
        wrong += apart
        if history is not None and tuple(names) == catalogue.names:
            _add(history, opened, told, apart)
    return wrong


def _said(found: Replayed, catalogue: Catalogue) -> str:
    took = f"{found.processor_seconds:.1f} s"
    if found.name == BASE:
        return took
    return f"{took}. {sentence_of(found.document, recorded(catalogue, BASE))}"


def _chosen(only: str | None, instances: Path) -> Iterator[tuple[Opened, list[str]]]:
    """Give the catalogues with the names asked for; raises UnknownScenario where there are none."""
    chosen = {catalogue: _named(catalogue, only) for catalogue in CATALOGUES.values()}
    if not any(chosen.values()):
        known = ", ".join(CATALOGUES)
        raise UnknownScenario(f"There is no {only}. Use a scenario's name, or one of: {known}.")
    for catalogue, names in chosen.items():
        if names:
            yield catalogue.opened(instances), names


def _named(catalogue: Catalogue, only: str | None) -> list[str]:
    if only is None or fnmatchcase(catalogue.name, only):
        return list(catalogue.names)
    return [
        name
        for name in catalogue.names
        if fnmatchcase(name, only) or fnmatchcase(f"{catalogue.name}/{name}", only)
    ]


def _add(history: Path, opened: Opened, told: Sequence[Replayed], apart: int) -> None:
    """Add a replay to the history, as a quick one: RESULTS.md is about rounds."""
    catalogue = opened.catalogue
    rounds = [found.document["round_hash"] for found in told]
    entry: dict[str, Any] = {
        "commit": machine.commit(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.machine(),
        "versions": machine.versions(),
        "quick": True,
        "instance": f"what-ifs-{catalogue.name}",
        "family": catalogue.case.family,
        "size": catalogue.case.size,
        "seed": catalogue.case.seed,
        "asked_gap": catalogue.gap,
        "ours": {
            "ended": "as_recorded" if apart == 0 else "differs",
            "verified": True,
            "seconds": round(sum(found.seconds for found in told), 3),
            "processor_seconds": round(sum(found.processor_seconds for found in told), 3),
            "gap": None,
            "round_hash": sha256(canonical(rounds).encode()).hexdigest(),
            "scenarios": {found.name: found.seconds for found in told},
        },
        "peers": {},
    }
    with history.open("a", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
