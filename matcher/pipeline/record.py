"""What run.json says of a run (ROUND_FORMAT.md), but for what writing adds."""

import platform
import resource
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from matcher.domain import Round
from matcher.errors import Problem
from matcher.pipeline.nearness import conflict_with_limit, near_entry
from matcher.pipeline.rules import not_enforced_by
from matcher.regulation.library import pack_hash, packs_of
from matcher.results import Baseline, Level, Options
from matcher.solving import Outcome
from matcher.tables import Plan, merit_of

PACKAGES = ("donor-matcher", "highspy", "numpy", "ortools", "pandas", "pydantic")


def record_of(
    round_: Round,
    rule: str,
    options: Options,
    outcome: Outcome,
    timings: Mapping[str, float],
    warnings: Sequence[Problem],
) -> dict[str, Any]:
    """Give what is known before verification; `timings` fills up until it is written."""
    near = options.stay_near
    record: dict[str, Any] = {
        "round_id": round_.id,
        "round_hash": round_.content_hash,
        "rule_packs": [{"id": pack.id, "hash": pack_hash(pack)} for pack in packs_of(round_)],
        "options": {
            "rule": rule,
            "time_limit": float(options.seconds),
            "gap": float(options.gap),
            "workers": options.workers,
            "baseline": options.baseline,
            **({"brief": True} if options.brief else {}),
            "warm_start": options.warm_start,
            "stay_near": None if near is None else near_entry(near, round_.currency),
        },
        "seed": options.seed,
        "versions": {
            "python": platform.python_version(),
            **{package: version(package) for package in PACKAGES},
        },
        "status": outcome.status,
        "stop_reason": outcome.stop_reason,
        "levels": [],
        "not_enforced": list(not_enforced_by(rule)),
        "timings": timings,
        "peak_memory_mib": peak_memory_mib(),
        "verified": False,
        "reproducible": not outcome.stopped,
        "warnings": [str(warning) for warning in warnings],
        "baseline": None,
    }
    if outcome.status == "infeasible":
        record["conflict"] = [vars(conflict) for conflict in outcome.conflict]
        if near is not None and outcome.changes_needed is not None:
            record["conflict"] = [conflict_with_limit(near, outcome.changes_needed)]
            record["changes_needed"] = outcome.changes_needed
    return record


def peak_memory_mib() -> float:
    """Give the most memory the process has held, in MiB."""
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(used / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)


def level_entry(level: Level) -> dict[str, Any]:
    """Give a level as the record shows it."""
    key = {"L1": "priority", "L2": "tier"}.get(level.level)
    return {
        "level": level.level,
        **({key: level.key} if key else {}),
        "value": float(level.value),
        "bound": None if level.bound is None else float(level.bound),
        "gap": None if level.gap is None else float(level.gap),
        "stopped_by": level.why,
    }


def baseline_entry(baseline: Baseline, plan: Plan) -> dict[str, Any]:
    """Give the comparison with the ranked list as the record shows it."""
    merit = merit_of(plan.problem, plan.amounts)
    return {
        "rule": baseline.rule,
        "merit": float(baseline.merit),
        "placed": plan.shown(baseline.placed // plan.problem.unit),
        "funded": baseline.funded,
        "queue_jumps": baseline.queue_jumps,
        "gain": float(merit / baseline.merit - 1) if baseline.merit else None,
    }
