"""In which way two results were made, for the rounds in between to be solved in the same way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from matcher.results import Options
from matcher.scenarios.causes_solving import Way
from matcher.scenarios.comparison_found import Found
from matcher.scenarios.comparison_sides import Awards
from matcher.scenarios.crew import versions


@dataclass(frozen=True)
class Made:
    """A way of solving; `ends_known` says that both results given were made in just that way."""

    way: Way
    ends_known: bool


def made_like(before: Found, after: Found, quick: bool, seconds: float | None) -> Made:
    """Give the way in which the later result was made.

    A scenario starts from the awards of its base and does without the comparison with other rules;
    so do all rounds if that is asked for (`quick`). `seconds` is a limit of each solve in place of
    the recorded one.
    """
    options = _options(after.record)
    if seconds is not None:
        options = replace(options, seconds=seconds)
    earlier = before.side.awards
    start = _stated(after.record).get("warm_start")
    if quick or start == scenario_start(earlier):
        brief = replace(options, brief=True, baseline=False, workers=1)
        return Made(Way(brief, earlier), False)
    if start is not None and start == _folder_start(before.path):
        return Made(Way(options, earlier), False)
    alike = all(
        found.record.get("reproducible") is True
        and _stated(found.record).get("warm_start") is None
        and _stated(found.record).get("stay_near") is None
        and _options(found.record) == _options(after.record)
        and _versions(found.record) == versions()
        for found in (before, after)
    )
    return Made(Way(options), alike and seconds is None)


def scenario_start(awards: Awards) -> str:
    """Give what run.json of a scenario says that it started from (see running.started)."""
    return f"sha256:{sha256(repr(sorted(awards.items())).encode()).hexdigest()}"


def _folder_start(path: Path) -> str | None:
    awards = path / "awards.csv"
    if not awards.is_file():
        return None
    return f"sha256:{sha256(awards.read_bytes()).hexdigest()}"


def _stated(record: Mapping[str, Any]) -> Mapping[str, Any]:
    stated = record.get("options")
    return stated if isinstance(stated, dict) else {}


def _options(record: Mapping[str, Any]) -> Options:
    """Give the options of a run as far as they decide who gets what."""
    stated, known = _stated(record), Options()
    return Options(
        rule=stated.get("rule"),
        seconds=float(stated.get("time_limit", known.seconds)),
        gap=float(stated.get("gap", known.gap)),
        workers=int(stated.get("workers", known.workers)),
        seed=int(record.get("seed", known.seed)),
    )


def _versions(record: Mapping[str, Any]) -> Mapping[str, str]:
    stated = record.get("versions")
    found = stated if isinstance(stated, dict) else {}
    return {name: str(found.get(name)) for name in versions()}
