"""A replay as plain values for JSON."""

from dataclasses import asdict
from typing import Any

from matcher.scenarios.replays.replaying import Replay
from matcher.scenarios.replays.weighing import Name


def document_of_replay(replay: Replay) -> dict[str, Any]:
    """Give a replay as plain values for JSON; amounts and levels as numbers of run.json."""
    record = replay.bundle.record
    names = [*dict.fromkeys([*replay.recorded.stated, *replay.replayed.stated])]
    return {
        "verdict": replay.verdict,
        "same_bytes": not replay.apart,
        "same_awards": replay.weighed.same_awards,
        "round_id": record.round_id,
        "round_hash": record.round_hash,
        "recorded": {
            "status": record.status,
            "stop_reason": record.stop_reason,
            "reproducible": record.reproducible,
            "verified": replay.recorded.awards is not None and not replay.recorded.findings,
            "findings": list(replay.recorded.findings),
        },
        "replayed": {
            "status": replay.run.status,
            "stop_reason": replay.run.record["stop_reason"],
            "reproducible": replay.run.record["reproducible"],
            "verified": replay.replayed.awards is not None,
        },
        "levels": [_level_document(replay, name) for name in names],
        "broken": [
            {"kind": each.kind, "level": None if each.level is None else list(each.level)}
            for each in replay.weighed.broken
        ],
        "differences": [asdict(each) for each in replay.apart],
        "around": [asdict(each) for each in replay.around],
    }


def _level_document(replay: Replay, name: Name) -> dict[str, Any]:
    recorded, replayed = replay.recorded, replay.replayed
    reached = recorded.values.get(name)
    return {
        "level": name[0],
        "key": name[1],
        "recorded": None if reached is None else float(reached),
        "recorded_stated": recorded.stated.get(name),
        "recorded_bound": recorded.bounds.get(name),
        "replayed": replayed.stated.get(name),
        "replayed_bound": replayed.bounds.get(name),
    }
