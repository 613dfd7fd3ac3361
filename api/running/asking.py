"""Runs as they are asked for: what is read and worked out before one is put into the queue."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from api.access.keys import new_id
from api.http.problems import one_invalid, wrong_state
from api.rounds.apart import APART
from api.rounds.assembling import whole
from api.running.identity import identity_of, inputs_of, read_inputs
from api.running.job import EARLIER
from api.running.scenario import changed_by
from api.settings import Settings
from api.store.tables import RunInputs, RunRow
from matcher.errors import InvalidRound
from matcher.pipeline import find_missing
from matcher.scenarios.near import UnknownLimit, checked_limits

SMALL = 100
"""Rounds of more proposals than this are read in a process apart, not to hold up other requests."""
READING_SECONDS = 120.0
DIGEST = 64
LIMITS = (
    "and what says how near to stay do not fit.",
    "Give stay_near_run with at_most_changes, or with price_per_change (above 0, at most 4 "
    "decimals), or both; or none of them.",
)


def new_run(
    round_id: str,
    kind: str,
    options: dict[str, Any],
    identity: str,
    asked_by: str,
    at: str,
    of_run: str | None = None,
) -> RunRow:
    """Make a run that waits for a worker, still without its inputs."""
    return RunRow(
        id=new_id("run"), round_id=round_id, kind=kind, identity=identity, inputs="",
        options=options, of_run=of_run, state="queued", progress={}, detail=None,
        cancel_asked_at=None, worker=None, attempt=0, lost=0, lease_until=None,
        created_by=asked_by, created_at=at, started_at=None, ended_at=None,
    )  # fmt: skip


def check_limit(time_limit: float, settings: Settings) -> None:
    """Refuse a run that may search for longer than runs may here."""
    most = settings.run_seconds
    if time_limit > most:
        what = f"is more than the {most:g} seconds that a run may search here."
        raise one_invalid("time_limit", f"{time_limit:g}", what, "Give less.")


def check_earlier(session: Session, round_id: str, options: Mapping[str, Any]) -> None:
    """Refuse earlier runs that give no place to start from, and limits that mean nothing."""
    for option in EARLIER:
        run_id = options.get(option)
        run = None if run_id is None else session.get(RunRow, run_id)
        if run_id is not None and (run is None or run.round_id != round_id):
            what = "is no run of this round."
            raise one_invalid(option, run_id, what, "Name one whose decisions are to start from.")
        if run is not None and (run.state != "done" or run.kind == "explain"):
            raise wrong_state(f"The run {run.id} has no decisions to start from: {run.state}.")
    near, most, price = (
        options.get(name) for name in ("stay_near_run", "at_most_changes", "price_per_change")
    )
    try:
        checked_limits(None if near is None else Path(near), most, price)
    except UnknownLimit:
        raise one_invalid("stay_near_run", near or "", *LIMITS) from None


def asked_of_round(
    document: Mapping[str, Any], options: Mapping[str, Any], settings: Settings
) -> tuple[RunInputs, str]:
    """Give the inputs and the identity of a run of a round.

    Raises InvalidRound with every problem of it.
    """
    if len(document.get("proposals", ())) <= SMALL:
        return _of_round(document, options)
    packed = APART.ask(READING_SECONDS, settings.memory_mib, packed_of_round, document, options)
    return _unpacked(packed)


def asked_otherwise(
    base: bytes, options: Mapping[str, Any], of_run: str, settings: Settings
) -> tuple[RunInputs, str]:
    """Give the inputs and the identity of a scenario of a run, from the inputs of that run.

    Raises InvalidRound with everything wrong with its edits.
    """
    if len(base) <= 30 * SMALL:
        return _otherwise(base, options, of_run)
    packed = APART.ask(
        READING_SECONDS, settings.memory_mib, packed_otherwise, base, options, of_run
    )
    return _unpacked(packed)


def packed_of_round(document: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    """Give `asked_of_round` as bytes: two digests and the inputs."""
    return _packed(*_of_round(document, options))


def packed_otherwise(base: bytes, options: Mapping[str, Any], of_run: str) -> bytes:
    """Give `asked_otherwise` as bytes."""
    return _packed(*_otherwise(base, options, of_run))


def _of_round(document: Mapping[str, Any], options: Mapping[str, Any]) -> tuple[RunInputs, str]:
    round_ = whole(document).round
    if missing := find_missing(round_):
        raise InvalidRound(missing)
    return inputs_of(round_), identity_of("match", round_, options)


def _otherwise(base: bytes, options: Mapping[str, Any], of_run: str) -> tuple[RunInputs, str]:
    round_ = changed_by(read_inputs(base).round, options).round
    return inputs_of(round_), identity_of("scenario", round_, options, of_run)


def _packed(inputs: RunInputs, identity: str) -> bytes:
    return inputs.hash.encode() + identity.encode() + inputs.content


def _unpacked(packed: bytes) -> tuple[RunInputs, str]:
    digest, identity = packed[:DIGEST].decode(), packed[DIGEST : 2 * DIGEST].decode()
    return RunInputs(hash=digest, content=packed[2 * DIGEST :]), identity
