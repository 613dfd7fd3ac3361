"""What may be done with a round in which state, and when proposals are taken."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from api.access.roles import Principal
from api.http.problems import FieldProblem, Refused, invalid, not_found, one_invalid, wrong_state
from api.rounds.assembling import whole, whole_document, whole_problems
from api.rounds.changing import ABSENT
from api.rounds.nouns import ADDRESSABLE
from api.schemas.rounds import BAKU, STATES, Move
from api.store.tables import RoundRow, RunRow

EDITABLE = ("draft", "open", "screening", "matching")
"""The states in which the coordinator changes settings and rows."""
RESERVED = ("uploads",)
"""What no round is called, since it stands in paths where a round's id does."""
SHOWN = STATES[1:]
"""The states in which others than the coordinator and the auditor see a round."""


def round_for(
    session: Session, round_id: str, principal: Principal, lock: bool = False
) -> RoundRow:
    """Find a round that somebody may see; with `lock`, nobody else changes it meanwhile."""
    found = session.get(RoundRow, round_id, with_for_update=lock or None, populate_existing=lock)
    sees_all = principal.role in ("coordinator", "auditor")
    if found is None or not (sees_all or found.state in SHOWN):
        raise not_found("round")
    return found


def held_round(session: Session, round_id: str, principal: Principal) -> RoundRow:
    """Find a round to write rows of; nobody takes it to another state before they are in."""
    held = session.get(RoundRow, round_id, with_for_update={"read": True}, populate_existing=True)
    if held is None:
        raise not_found("round")
    return round_for(session, round_id, principal)


def check_new(session: Session, round_id: str) -> None:
    """Refuse to begin a round that is there already, or whose id is taken by a path."""
    if round_id in RESERVED or not ADDRESSABLE.fullmatch(round_id):
        what, remedy = "is no id for a round here: it stands in paths.", "Choose another."
        raise one_invalid("id", round_id, what, remedy)
    if session.get(RoundRow, round_id) is not None:
        raise Refused(
            409, "exists", "It exists",
            f"There is a round {round_id} already; PUT /rounds/{{round_id}}/document replaces it.",
        )  # fmt: skip


def begun(round_id: str, settings: dict[str, Any], stamp: str) -> RoundRow:
    """Make a round in the state draft, that is not added yet."""
    return RoundRow(
        id=round_id, state=STATES[0], settings=settings, run_id=None, version=1, created_at=stamp,
        updated_at=stamp,
    )  # fmt: skip


def check_editable(round_: RoundRow) -> None:
    """Refuse changes to a round whose decisions are being looked at, or are out."""
    if round_.state not in EDITABLE:
        raise wrong_state(
            f"The round {round_.id} is in the state {round_.state}; it can be changed in: "
            f"{', '.join(EDITABLE)}. Take it back to matching first."
        )


def check_taking(round_: RoundRow, now: datetime) -> None:
    """Refuse proposals outside the call: from the first day to the last midnight, where it is."""
    if round_.state != "open":
        raise wrong_state(
            f"Proposals are taken while a round is open; {round_.id} is in the state "
            f"{round_.state}."
        )
    call = round_.settings.get("call", {})
    zone = zone_of(call.get("time_zone") or BAKU)
    opens, closes = call.get("opens"), call.get("closes")
    today = now.astimezone(zone).date()
    if opens and today < date.fromisoformat(opens):
        raise wrong_state(f"Proposals are taken from {opens} on ({zone.key}).")
    if closes and today > date.fromisoformat(closes):
        raise wrong_state(f"Proposals were taken until midnight of {closes} ({zone.key}).")


def is_taking(round_: RoundRow, now: datetime) -> bool:
    """Say whether a round takes proposals."""
    try:
        check_taking(round_, now)
    except Refused:
        return False
    return True


def today_of(round_: RoundRow, now: datetime) -> date:
    """Give the day that it is where a round's call is."""
    return now.astimezone(zone_of(round_.settings.get("call", {}).get("time_zone") or BAKU)).date()


def zone_of(name: str) -> ZoneInfo:
    """Find a time zone; raises Refused for one that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        what = "is no time zone."
        raise one_invalid("call.time_zone", name, what, "Write one such as Asia/Baku.") from None


def move(session: Session, round_: RoundRow, wanted: Move) -> None:
    """Take a round one state on, or one back; raises Refused where that is not possible.

    Publishing is not done here: it makes a publication.
    """
    now, to = STATES.index(round_.state), STATES.index(wanted.to)
    if abs(to - now) != 1 or wanted.to == "published" or round_.state == "closed":
        raise wrong_state(
            f"A round in the state {round_.state} does not go to {wanted.to}. {_ways(round_.state)}"
        )
    if round_.state == "published" and to < now:
        raise wrong_state("The round is published: withdraw the publication instead.")
    if to < now and not (wanted.reason or "").strip():
        raise one_invalid("reason", "", "is missing.", "Say why the round goes back.")
    if wanted.to == "approved" and to > now:
        round_.run_id = _approvable(session, round_, wanted.run_id)
    elif to < now:
        round_.run_id = None
    if to > now and wanted.to in ("open", "matching"):
        errors = blocking(session, round_, complete=wanted.to == "matching")
        if errors:
            raise invalid(errors, f"The round has problems to mend before it is {wanted.to}.")
    round_.state = wanted.to


def _ways(state: str) -> str:
    """Say where a round goes from a state."""
    if state == "closed":
        return "It stays as it is."
    if state == "published":
        return "It goes on to closed; to change it, withdraw the publication."
    now = STATES.index(state)
    if state == "approved":
        on = "It is published by POST /rounds/{round_id}/publications"
    else:
        on = f"It goes on to {STATES[now + 1]}"
    return f"{on}, or with a reason back to {STATES[now - 1]}." if now else f"{on}."


def blocking(session: Session, round_: RoundRow, complete: bool) -> list[FieldProblem]:
    """Give the errors that keep a round from going on; a round to open may lack tables yet."""
    found = whole_problems(whole_document(session, round_))
    errors = [problem for problem in found if problem.severity == "error"]
    return [e for e in errors if complete or not e.what.startswith(ABSENT)]


def _approvable(session: Session, round_: RoundRow, run_id: str | None) -> str:
    run = None if run_id is None else session.get(RunRow, run_id)
    if run is None or run.round_id != round_.id:
        what = "is no run of this round."
        raise one_invalid("run_id", run_id or "", what, "Name the run whose decisions hold.")
    if run.kind != "match" or run.state != "done":
        raise wrong_state(f"The run {run.id} has no decisions to approve: it is {run.state}.")
    if whole(whole_document(session, round_)).round.content_hash != run.inputs:
        raise wrong_state(
            f"The round has changed since the run {run.id}: run it again, then approve that."
        )
    return run.id


def bump(round_: RoundRow, stamp: str) -> None:
    """Count a change of a round."""
    round_.version += 1
    round_.updated_at = stamp


__all__ = [
    "EDITABLE", "SHOWN", "Refused", "begun", "blocking", "bump", "check_editable", "check_new",
    "check_taking", "held_round",
    "is_taking", "move", "round_for", "today_of", "zone_of",
]  # fmt: skip
