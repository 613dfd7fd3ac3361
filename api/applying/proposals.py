"""Proposals as they are kept: whose they are, what becomes of them, what may be seen of them."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from api.access.roles import Principal
from api.applying.applicants import NOT_APPLICANTS, check_own, own_cells
from api.applying.organisations import ORGANISATIONS, row_of
from api.applying.precheck import Examined, beside, examined
from api.http.problems import Refused, invalid, not_found, one_invalid, wrong_state
from api.http.work import Work
from api.rounds.nouns import NOUNS
from api.rounds.rows import check_addressable, new_row, row_for, shown
from api.rounds.states import check_editable, check_taking, held_round, today_of
from api.schemas.rows import Sent, cells_of, check_facts
from api.store.tables import Registered, RoundRow, Row

PROPOSALS = "proposals"
SUBMITTED, WITHDRAWN = "submitted", "withdrawn"
STATUS = ("status", "status_reason")
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Figures and letters that are not taken for one another."""
OF = ": "
"""What stands between an organisation and its label for alternatives."""
TO_APPLICANTS = ("title", "org_id", "sector", "currency", "requested", "submitted")
"""What an applicant may filter and sort its proposals by: nothing that others say of them."""


def check_may_write(round_: RoundRow, principal: Principal, work: Work) -> None:
    """Refuse an applicant outside the call, a coordinator once decisions are being looked at."""
    if principal.role == "ngo":
        check_taking(round_, work.now)
    else:
        check_editable(round_)


def kept_round(work: Work, round_id: str, principal: Principal) -> RoundRow:
    """Find a round to write a proposal to; nobody moves it on before the proposal is in."""
    round_ = held_round(work.writing, round_id, principal)
    check_may_write(round_, principal, work)
    return round_


def proposal_for(
    session: Session, round_id: str, proposal_id: str, principal: Principal, lock: bool = False
) -> Row:
    """Find a proposal that somebody may see; raises Refused (404)."""
    row = row_for(session, round_id, PROPOSALS, proposal_id, lock)
    if principal.role == "ngo" and not principal.owns(row.owner):
        raise not_found("proposal")
    return row


def own_ids(round_id: str, principal: Principal) -> Select[Any]:
    """Give the query of the ids of an applicant's own proposals, to find them by their owner."""
    return select(Row.id).where(
        Row.round_id == round_id, Row.noun == PROPOSALS, Row.owner == principal.subject
    )


def organisation_of(session: Session, round_: RoundRow, org_id: str) -> tuple[dict[str, Any], bool]:
    """Give the row of an organisation in a round, as cells, and whether it is there already.

    One that has registered and has no row yet gets its profile for one.
    """
    row = session.get(Row, (round_.id, ORGANISATIONS, org_id))
    if row is not None:
        return row.data, True
    profile = session.get(Registered, org_id)
    if profile is None:
        what = "is no organisation of this round, nor one that has registered."
        raise one_invalid("org_id", org_id, what, "Register it, or add it to the round.")
    return row_of(profile.data), False


def sent_cells(
    sent: Sent, round_: RoundRow, principal: Principal, work: Work, before: Row | None = None
) -> dict[str, Any]:
    """Give the cells of a proposal that was sent; what it may not say is refused.

    Of a proposal that is amended, what others have said of it stays. One that was withdrawn is
    submitted anew: a coordinator that had disqualified it has disqualified it still.
    """
    cells = cells_of(sent)
    _check_labels(cells.get("alternatives", ()))
    today = today_of(round_, work.now).isoformat()
    if principal.role != "ngo":
        check_facts(PROPOSALS, sent)
        if before is not None:
            cells.setdefault("org_id", before.owner)
        if cells.get("org_id") is None:
            raise one_invalid("org_id", "", "is missing.", "Say whose the proposal is.")
        return _named(cells, before, principal)
    check_own(PROPOSALS, sent, round_)
    cells["org_id"] = cells.get("org_id", principal.subject)
    if labels := cells.get("alternatives"):
        # Two applicants that chose one label would stand in each other's way.
        cells["alternatives"] = [f"{principal.subject}{OF}{label}" for label in labels]
    cells = _named(cells, before, principal)
    if before is None:
        return cells | {"status": SUBMITTED, "submitted": today}
    own = own_cells(PROPOSALS, before.data, round_)
    cells |= {name: value for name, value in before.data.items() if name not in own}
    if cells.get("status") == WITHDRAWN:
        cells |= {"status": SUBMITTED, "submitted": today}
        cells.pop("status_reason", None)
        cells |= before.set_aside
    return cells


def _check_labels(labels: Sequence[str]) -> None:
    """Refuse labels for alternatives that no workbook could hold."""
    for label in labels:
        if ";" in label:
            what = "holds a semicolon, which separates the items of a list."
            raise one_invalid("alternatives", label[:80], what, "Take it out.")


def _named(cells: dict[str, Any], before: Row | None, principal: Principal) -> dict[str, Any]:
    given = cells.get("proposal_id")
    if before is not None:
        if given not in (None, before.id):
            what, remedy = "is not what the proposal is called.", "Leave it out."
            raise one_invalid("proposal_id", str(given), what, remedy)
        if cells["org_id"] != before.owner:
            what, remedy = "is not whose the proposal is.", "Withdraw it and submit another."
            raise one_invalid("org_id", str(cells["org_id"]), what, remedy)
        return cells | {"proposal_id": before.id}
    if principal.role == "ngo":
        if given is not None:
            what, remedy = "is not for the applicant to say.", "Leave it out."
            raise one_invalid("proposal_id", str(given), what, remedy)
        if not principal.owns(cells["org_id"]):
            what, remedy = "is not your organisation.", "Leave it out."
            raise one_invalid("org_id", str(cells["org_id"]), what, remedy)
    return cells | {"proposal_id": given or _new_proposal_id()}


def _new_proposal_id() -> str:
    # A number of its own would tell each applicant how many others there are.
    drawn = [secrets.choice(LETTERS) for _ in range(8)]
    return f"A-{''.join(drawn[:4])}-{''.join(drawn[4:])}"


def looked_at(
    session: Session, round_: RoundRow, cells: Mapping[str, Any], principal: Principal
) -> Examined:
    """Examine a proposal beside its round, errors and all."""
    organisation, _ = organisation_of(session, round_, str(cells["org_id"]))
    return examined(beside(session, round_, organisation, cells, principal.role != "ngo"))


def looked_at_again(
    work: Work, round_: RoundRow, cells: Mapping[str, Any], principal: Principal, before: Examined
) -> tuple[Examined, dict[str, Any] | None]:
    """Examine a proposal where it is to be kept, once more only if anything has changed meanwhile.

    Gives also the row that its organisation needs, None where it has one.
    """
    organisation, there = organisation_of(work.writing, round_, str(cells["org_id"]))
    found = beside(work.writing, round_, organisation, cells, principal.role != "ngo")
    again = before if found.digest == before.digest else without_errors(examined(found))
    return again, None if there else organisation


def without_errors(found: Examined) -> Examined:
    """Refuse what has errors, all of them told."""
    if found.errors:
        raise invalid(found.problems)
    return found


def add_proposal(
    work: Work, round_: RoundRow, cells: Mapping[str, Any], organisation: dict[str, Any] | None
) -> Row:
    """Keep a new proposal, and with its first one the organisation; who is first wins (409)."""
    session = work.writing
    check_addressable(PROPOSALS, str(cells["proposal_id"]))
    if session.get(Row, (round_.id, PROPOSALS, str(cells["proposal_id"]))) is not None:
        what = f"There is a proposal {cells['proposal_id']} in the round already."
        raise Refused(409, "exists", "It exists", what)
    if organisation is not None:
        session.add(new_row(round_, ORGANISATIONS, organisation, work.stamp))
        work.note("organisations.add", str(organisation["org_id"]), round_.id)
    row = new_row(round_, PROPOSALS, cells, work.stamp)
    session.add(row)
    return row


def withdraw(row: Row, reason: str, stamp: str) -> None:
    """Withdraw a proposal; raises Refused where it is withdrawn (409), for no reason (422)."""
    if not reason.strip():
        raise one_invalid("reason", "", "is blank.", "Say why it is withdrawn.")
    if row.data.get("status") == WITHDRAWN:
        raise wrong_state(f"The proposal {row.id} is withdrawn already.")
    if row.data.get("status", SUBMITTED) != SUBMITTED:
        row.set_aside = {name: row.data[name] for name in STATUS if name in row.data}
    row.data = {**row.data, "status": WITHDRAWN, "status_reason": reason}
    row.version += 1
    row.updated_at = stamp


def shown_to(row: Row, round_: RoundRow, principal: Principal) -> dict[str, Any]:
    """Give a proposal as somebody may see it: an applicant sees nothing that others say of it."""
    found = shown(row)
    if principal.role != "ngo":
        return found
    own = own_cells(PROPOSALS, row.data, round_)
    kept = {name: value for name, value in found.items() if name not in NOT_APPLICANTS}
    kept.pop("criteria", None)
    facts = {name: value for name, value in kept.pop("facts", {}).items() if name in own}
    if facts:
        kept["facts"] = facts
    if labels := kept.get("alternatives"):
        kept["alternatives"] = [label.removeprefix(f"{row.owner}{OF}") for label in labels]
    withdrawn = row.data.get("status") == WITHDRAWN
    kept["status"] = WITHDRAWN if withdrawn else SUBMITTED
    if "submitted" in row.data:
        kept["submitted"] = row.data["submitted"]
    return kept


def filters_for(principal: Principal) -> tuple[str, ...]:
    """Give what somebody may filter and sort proposals by."""
    return TO_APPLICANTS if principal.role == "ngo" else NOUNS[PROPOSALS].filters
