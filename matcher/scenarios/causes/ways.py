"""In which way two results were made, for the rounds in between to be solved in the same way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from matcher.errors import InvalidRound, Problem
from matcher.pipeline.nearness import near_from
from matcher.results import Options
from matcher.scenarios.causes.solving import Way
from matcher.scenarios.comparing.found import Found, other_law
from matcher.scenarios.comparing.sides import Awards
from matcher.scenarios.holding import RESULT
from matcher.scenarios.many.crew import versions
from matcher.writing.result_folder import RECORD


@dataclass(frozen=True)
class Made:
    """A way of solving; `ends_known` says that both results given were made in just that way."""

    way: Way
    ends_known: bool


def made_like(before: Found, after: Found, quick: bool, seconds: float | None) -> Made:
    """Give the way in which the later result was made.

    A scenario starts from the awards of its base and does without the comparison with other rules;
    so do all rounds if that is asked for (`quick`). `seconds` is a limit of each solve in place of
    the recorded one. Raises InvalidRound where the record of a result cannot be read.
    """
    options = _options(after)
    options = replace(options, rule=_rule(before, after, options))
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
        and _is_made_so(found, options)
        and not any(other_law(found))
        and _versions(found.record) == versions()
        for found in (before, after)
    )
    return Made(Way(options), alike and seconds is None)


def scenario_start(awards: Awards) -> str:
    """Give what run.json of a scenario says that it started from (see running.started)."""
    return f"sha256:{sha256(repr(sorted(awards.items())).encode()).hexdigest()}"


def _folder_start(path: Path) -> str | None:
    places = (path / "awards.csv", path / RESULT / "awards.csv")
    awards = next((place for place in places if place.is_file()), None)
    if awards is None:
        return None
    return f"sha256:{sha256(awards.read_bytes()).hexdigest()}"


def _stated(record: Mapping[str, Any]) -> Mapping[str, Any]:
    stated = record.get("options")
    return stated if isinstance(stated, dict) else {}


def _options(found: Found) -> Options:
    """Give the options of a run as far as they decide who gets what; raises InvalidRound."""
    record, currency = found.record, found.side.round.currency
    stated, known = _stated(record), Options()
    entry, near = stated.get("stay_near"), None
    if entry is not None:
        try:
            near = near_from(entry, currency)
        except ValueError as refusal:
            what, remedy = f"cannot be read: {refusal}.", "Write the result again."
            place = str(found.path / RECORD)
            raise InvalidRound([Problem(place, None, "stay_near", "", what, remedy)]) from None
    return Options(
        rule=_recorded_rule(found),
        seconds=float(stated.get("time_limit", known.seconds)),
        gap=float(stated.get("gap", known.gap)),
        workers=int(stated.get("workers", known.workers)),
        seed=int(record.get("seed", known.seed)),
        stay_near=near,
    )


def _rule(before: Found, after: Found, options: Options) -> str | None:
    """Give the rule that is forced on every round; None where each follows its own policy.

    run.json has the rule of a run, whether it was asked for or the policy of its round. Two runs by
    one rule are solved again by it, unless both owe it to their policies. Only one rule can stay
    near an earlier result, whatever the policy says.
    """
    rules = [_recorded_rule(found) for found in (before, after)]
    policies = [found.side.round.policy.rule for found in (before, after)]
    follows = rules == policies or (rules[1] == policies[1] and rules[0] != rules[1])
    return None if follows and options.stay_near is None else rules[1]


def _recorded_rule(found: Found) -> str:
    return str(_stated(found.record).get("rule") or found.side.round.policy.rule)


def _is_made_so(found: Found, options: Options) -> bool:
    """Say whether a result was made by just these options, as far as they decide who gets what."""
    rule = options.rule or found.side.round.policy.rule
    return replace(_options(found), rule=options.rule) == options and _recorded_rule(found) == rule


def _versions(record: Mapping[str, Any]) -> Mapping[str, str]:
    stated = record.get("versions")
    found = stated if isinstance(stated, dict) else {}
    return {name: str(found.get(name)) for name in versions()}
