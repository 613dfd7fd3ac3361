"""The queue of runs in the database: asked for, claimed, kept alive, ended once.

Every change names the claim that it belongs to and is made only while that claim is the newest, in
one transaction. So it does not matter how many workers there are, or whether one that was thought
dead comes back: of what it says then, nothing is kept.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, and_, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.audit import Actor, append
from api.clock import stamp, utc_now
from api.store.tables import RunFile, RunInputs, RunRow

ENDED = ("done", "infeasible", "no_solution", "failed", "cancelled")
FREE = ("failed", "cancelled")
"""Ends after which the same may be asked for again; of all others the result stands."""
MOST_LOST = 5
"""So many claims may end without a word before a run is given up."""
WORKER = "worker"
"""The role under which workers stand in the audit log."""
TOO_OFTEN = (
    f"What worked on this run was lost {MOST_LOST} times, so that it is not tried again. The logs "
    "of the workers may say why; with less to solve or more memory it may pass."
)


@dataclass(frozen=True)
class Claim:
    """A worker's hold on a run; only the newest of a run counts."""

    run_id: str
    attempt: int
    worker: str

    def holds(self) -> ColumnElement[bool]:
        """Give the condition under which the claim is still the newest of a run under way."""
        return and_(
            RunRow.id == self.run_id, RunRow.attempt == self.attempt,
            RunRow.worker == self.worker, RunRow.state == "running",
        )  # fmt: skip


def time_of(session: Session) -> datetime:
    """Give the time by the clock of the database, so that leases need no clocks that agree."""
    if session.get_bind().dialect.name == "sqlite":
        return utc_now()  # a file is shared on one machine only
    found = session.scalars(select(func.clock_timestamp())).one()
    assert isinstance(found, datetime)
    return found.astimezone(UTC)


def add(session: Session, run: RunRow, inputs: RunInputs) -> tuple[RunRow, bool]:
    """Queue a run, unless the same is there already; gives the run, and whether it is new."""
    known = session.scalar(select(RunRow).where(RunRow.identity == run.identity))
    if known is not None:
        return known, False
    if session.get(RunInputs, inputs.hash) is None:
        _added(session, inputs)
    run.inputs = inputs.hash
    if _added(session, run):
        return run, True
    # Somebody asked for the same at once, and was first.
    return session.scalars(select(RunRow).where(RunRow.identity == run.identity)).one(), False


def _added(session: Session, row: RunRow | RunInputs) -> bool:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def anything_to_do(session: Session, now: datetime) -> bool:
    """Say whether a run waits, or has a worker that has fallen silent."""
    query = select(RunRow.id).where(or_(RunRow.state == "queued", _lapsed(now)))
    return session.scalar(query.limit(1)) is not None


def claim(session: Session, worker: str, lease: float, now: datetime) -> Claim | None:
    """Claim the oldest run that waits or whose worker has fallen silent; None where there is none.

    What was given up on the way, being cancelled or lost too often, is ended.
    """
    lapsed = _lapsed(now)
    query = select(
        RunRow.id, RunRow.state, RunRow.attempt, RunRow.lost, RunRow.cancel_asked_at
    ).where(or_(RunRow.state == "queued", lapsed))
    # What somebody holds a lock on is left to them: they may be paused and never let go.
    query = query.order_by(RunRow.created_at, RunRow.id).limit(1)
    query = query.with_for_update(skip_locked=True)
    given_up: list[tuple[str, str]] = []
    claimed = None
    while claimed is None and (found := session.execute(query).first()) is not None:
        run_id, state, attempt, before, cancel = found
        lost = before + (state == "running")
        # Whoever else takes the run first changes one of these, and this comes too late.
        still = and_(RunRow.id == run_id, RunRow.attempt == attempt, RunRow.state == state)
        if cancel is not None or lost >= MOST_LOST:
            end, detail = ("failed", TOO_OFTEN) if cancel is None else ("cancelled", None)
            if not _ended(session, still, run_id, end, detail, now, lost=lost):
                break
            given_up.append((run_id, end))
            continue
        if not _changed(
            session, still, state="running", worker=worker, attempt=attempt + 1, lost=lost,
            lease_until=_lease(now, lease), started_at=stamp(now), progress={}, detail=None,
        ):  # fmt: skip
            break
        claimed = Claim(run_id, attempt + 1, worker)
    # Last, for whoever has the end of the audit log must not wait for anybody's run.
    for run_id, end in given_up:
        _note(session, worker, run_id, end, now)
    return claimed


def extend(
    session: Session, held: Claim, lease: float, now: datetime, progress: Mapping[str, Any]
) -> bool:
    """Keep a claim for another lease and tell how the run gets on; False where it is lost."""
    return _changed(
        session, held.holds(), lease_until=_lease(now, lease), progress=dict(progress)
    )  # fmt: skip


def standing(session: Session, held: Claim) -> tuple[bool, bool]:
    """Say whether a claim is still the newest, and whether somebody asks to cancel the run."""
    found = session.execute(select(RunRow.cancel_asked_at).where(held.holds())).first()
    return found is not None, found is not None and found[0] is not None


def release(session: Session, held: Claim, lost: bool = False) -> bool:
    """Put a run back into the queue; `lost` where it ended its process without a word."""
    more: dict[str, Any] = {"lost": RunRow.lost + 1} if lost else {}
    return _changed(
        session, held.holds(), state="queued", worker=None, lease_until=None, progress={}, **more
    )


def finish(
    session: Session,
    held: Claim,
    state: str,
    now: datetime,
    detail: str | None = None,
    files: Mapping[str, bytes] | None = None,
    progress: Mapping[str, Any] | None = None,
) -> bool:
    """End a run with its files; False, and nothing kept, where the claim is not the newest."""
    more = {} if progress is None else {"progress": dict(progress)}
    if not _ended(session, held.holds(), held.run_id, state, detail, now, **more):
        return False
    session.add_all(
        RunFile(run_id=held.run_id, name=name, content=content)
        for name, content in (files or {}).items()
    )
    session.flush()
    _note(session, held.worker, held.run_id, state, now)
    return True


def cancel(run: RunRow, now: datetime) -> bool:
    """Cancel a run that was read with a lock: at once, or as soon as its worker hears of it.

    False where it has ended already.
    """
    if run.state in ENDED:
        return False
    at = stamp(now)
    run.cancel_asked_at = run.cancel_asked_at or at
    if run.state == "queued":
        run.state, run.ended_at, run.identity = "cancelled", at, f"{run.identity}.{run.id}"
    return True


def _lapsed(now: datetime) -> ColumnElement[bool]:
    return and_(RunRow.state == "running", RunRow.lease_until < stamp(now))


def _ended(
    session: Session,
    still: ColumnElement[bool],
    run_id: str,
    state: str,
    detail: str | None,
    now: datetime,
    **more: Any,
) -> bool:
    if state in FREE:
        more["identity"] = RunRow.identity + f".{run_id}"
    return _changed(
        session, still, state=state, detail=detail, ended_at=stamp(now), lease_until=None, **more
    )


def _note(session: Session, worker: str, run_id: str, state: str, now: datetime) -> None:
    round_id = session.scalar(select(RunRow.round_id).where(RunRow.id == run_id))
    who = Actor(worker, WORKER)
    append(session, now, who, "run.end", run_id, round_id, details={"state": state})


def _changed(session: Session, where: ColumnElement[bool], **values: Any) -> bool:
    statement = update(RunRow).where(where).values(**values)
    done = session.execute(statement, execution_options={"synchronize_session": False})
    assert isinstance(done, CursorResult)
    return done.rowcount == 1


def _lease(now: datetime, seconds: float) -> str:
    return stamp(now + timedelta(seconds=seconds))
