"""What must hold of a service when all is over: everything that was accepted is there, once."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.audit import verify
from api.running.queue import MOST_LOST
from api.store import Store
from api.store.tables import Entry, Registered, Replay, Row, RunFile, RunRow
from benchmarks.service.ledger import COUNTED, Ledger
from benchmarks.service.runner import ENDED

END = "run.end"
"""The action of the entry that a worker writes with the end of a run."""
OF_A_RESULT = frozenset(
    {"awards.csv", "decisions.csv", "pools.csv", "targets.csv", "steps.csv", "out_of_order.csv",
     "run.json", "report.html", "bundle.zip", "letters.json"}
)  # fmt: skip
"""The files that a run which is done has kept."""


def faults_of(store: Store, ledger: Ledger, round_id: str) -> list[str]:
    """Give whatever is missing, was done twice, or does not fit what clients were told.

    A run that was killed as often as the service tries one has ended too: it is given up in words.
    """
    with store.snapshot() as session:
        return [
            *_of_proposals(session, ledger, round_id), *_of_organisations(session, ledger),
            *_of_answers(session, ledger), *_of_runs(session, ledger.runs),
            *_of_log(session, ledger),
        ]  # fmt: skip


def faults_of_runs(store: Store, asked: Sequence[str]) -> list[str]:
    """Give which runs have not ended once, with one result; none of them was to be cancelled."""
    with store.snapshot() as session:
        runs = dict.fromkeys(asked, False)
        return [*verify(session).faults, *_of_runs(session, runs), *_of_ends(session)]


def counts_of(store: Store) -> dict[str, Any]:
    """Count what there is in the end."""
    with store.snapshot() as session:
        states = session.execute(select(RunRow.state, func.count()).group_by(RunRow.state))
        tries = session.execute(select(RunRow.attempt, func.count()).group_by(RunRow.attempt))
        return {
            "runs": dict(sorted(states.all())),
            "given_up": session.scalar(select(func.count()).where(RunRow.lost >= MOST_LOST)),
            "runs_by_claims": {str(n): found for n, found in sorted(tries.all())},
            "audit_entries": session.scalar(select(func.count(Entry.number))),
            "kept_answers": session.scalar(select(func.count()).select_from(Replay)),
        }


def _of_proposals(session: Session, ledger: Ledger, round_id: str) -> Iterator[str]:
    query = select(Row).where(Row.round_id == round_id, Row.noun == "proposals")
    kept = {row.id: row for row in session.scalars(query)}
    for name, told in ledger.proposals.items():
        row = kept.pop(name, None)
        if row is None:
            yield f"the proposal {name} is not there"
            continue
        status = "withdrawn" if told.withdrawn else "submitted"
        found = (row.owner, row.data["title"], row.version, row.data["status"])
        if found != (told.org_id, told.title, told.version, status):
            yield f"the proposal {name} is {found} and was told to be {told}"
    yield from (f"the proposal {name} is nobody's" for name in kept)


def _of_organisations(session: Session, ledger: Ledger) -> Iterator[str]:
    kept = Counter(row.data["name"] for row in session.scalars(select(Registered)))
    for name in ledger.names.keys() | kept.keys():
        if kept[name] != 1 or name not in ledger.names:
            yield f"{name!r} is registered {kept[name]} times"


def _of_answers(session: Session, ledger: Ledger) -> Iterator[str]:
    kept = Counter(session.scalars(select(Replay.name)))
    for name in ledger.once | kept.keys():
        if kept[name] != 1 or name not in ledger.once:
            yield f"of {name!r} {kept[name]} answers are kept"


def _of_runs(session: Session, asked: Mapping[str, bool]) -> Iterator[str]:
    runs = {run.id: run for run in session.scalars(select(RunRow))}
    names: dict[str, set[str]] = {}
    for run_id, name in session.execute(select(RunFile.run_id, RunFile.name)):
        names.setdefault(run_id, set()).add(name)
    for run_id, is_cancelled in asked.items():
        run = runs.pop(run_id, None)
        if run is None:
            yield f"the run {run_id} is not there"
        elif run.state not in ENDED or (run.state == "failed" and run.lost < MOST_LOST):
            yield f"the run {run_id} is {run.state}: {run.detail}"
        elif run.state == "failed" and run_id in names:
            yield f"the run {run_id} was given up and has files"
        elif run.state == "done":
            yield from _of_result(session, run_id, names.get(run_id, set()))
        elif run.state == "cancelled" and (run_id in names or not is_cancelled):
            # Cancelling that is asked for while a run ends may come too late.
            yield f"the run {run_id} is cancelled: asked for {is_cancelled}, {names.get(run_id)}"
    yield from (f"nobody asked for the run {run_id}" for run_id in runs)


def _of_result(session: Session, run_id: str, names: set[str]) -> Iterator[str]:
    if names != OF_A_RESULT:
        yield f"the run {run_id} has the files {sorted(names)}"
        return
    record = json.loads(session.get_one(RunFile, (run_id, "run.json")).content)
    if record["verified"] is not True:
        yield f"the result of {run_id} is not verified"


def _of_log(session: Session, ledger: Ledger) -> Iterator[str]:
    yield from verify(session).faults
    query = select(Entry.action, Entry.object).where(Entry.action != END)
    kept = Counter(
        (action, "" if action in COUNTED else object_) for action, object_ in session.execute(query)
    )
    for entry in ledger.entries.keys() | kept.keys():
        if kept[entry] != ledger.entries[entry]:
            yield f"the log has {kept[entry]} entries of {entry}, not {ledger.entries[entry]}"
    yield from _of_ends(session)


def _of_ends(session: Session) -> Iterator[str]:
    """Say which runs have not ended in the log once; one cancelled in the queue ends with that."""
    ends = Counter(session.scalars(select(Entry.object).where(Entry.action == END)))
    for run in session.scalars(select(RunRow)):
        wanted = 0 if run.state == "cancelled" and run.worker is None else 1
        if ends[run.id] != wanted:
            yield f"the run {run.id} ({run.state}) ended {ends[run.id]} times in the log"
