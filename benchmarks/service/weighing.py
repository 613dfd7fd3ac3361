"""What the programs of a service take of the machine while they are measured."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psutil

from benchmarks.service.programs import memory_of, seconds_of

EVERY = 5.0
Parts = Mapping[str, tuple[list[psutil.Process], bool]]
"""Processes by what they are for; True where all that they have started belongs to it, too."""


@dataclass
class Weight:
    """Seconds of CPU that each part has taken, and the most MiB that it held."""

    cpu_seconds: dict[str, float] = field(default_factory=dict)
    most_mib: dict[str, float] = field(default_factory=dict)


@asynccontextmanager
async def weighed(parts: Parts) -> AsyncIterator[Weight]:
    """Weigh parts while an event loop runs, and in the end."""
    weight = Weight()
    before = _seconds(parts)
    task = asyncio.create_task(_watch(parts, weight))
    try:
        yield weight
    finally:
        task.cancel()
        after = _seconds(parts)
        weight.cpu_seconds = {name: round(after[name] - before[name], 1) for name in parts}


async def _watch(parts: Parts, weight: Weight) -> None:
    while True:
        for name, (processes, whole) in parts.items():
            held = await asyncio.to_thread(memory_of, processes, whole)
            weight.most_mib[name] = max(weight.most_mib.get(name, 0.0), round(held, 1))
        await asyncio.sleep(EVERY)


def _seconds(parts: Parts) -> dict[str, float]:
    return {name: seconds_of(processes, whole) for name, (processes, whole) in parts.items()}
