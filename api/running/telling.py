"""A run worked out, with every end that it may come to told in plain words."""

from collections.abc import Callable
from dataclasses import asdict
from math import isfinite
from pathlib import Path
from traceback import format_exc
from typing import Any

from api.running.job import read_job
from api.running.process import TOO_LARGE
from api.running.tasks import End, do
from matcher.errors import MatcherError
from matcher.solving import Progress

UNEXPECTED = "Something unexpected ended the run ({kind}); the log of the worker says more."


def worked_out(folder: Path, say: Callable[..., None]) -> dict[str, Any]:
    """Work out the run that lies in a folder, saying how it gets on; gives what to say at last."""
    standing: dict[str, Any] = {}

    def tell(words: str) -> None:
        standing["stage"] = words
        say(progress=standing)

    def watch(progress: Progress) -> None:
        standing.update(_figures(progress))
        say(progress=standing)

    traceback = None
    try:
        end = do(read_job(folder), tell, watch)
    except MemoryError:
        end, traceback = End("failed", TOO_LARGE), format_exc()
    except MatcherError as refusal:
        end, traceback = End("failed", str(refusal)), format_exc()
    except Exception as failure:
        # Whatever it is, it ends this run and no other, with a word to those who asked for it.
        end = End("failed", UNEXPECTED.format(kind=type(failure).__name__))
        traceback = format_exc()
    return {"end": asdict(end), "progress": standing, "traceback": traceback}


def _figures(progress: Progress) -> dict[str, Any]:
    value, bound = progress.value, progress.bound
    gap = None
    if isfinite(value) and isfinite(bound):
        gap = abs(bound - value) / abs(bound) if bound else abs(value)
    return {
        "level": progress.level,
        "key": progress.key,
        "incumbent": value if isfinite(value) else None,
        "bound": bound if isfinite(bound) else None,
        "gap": gap,
    }
