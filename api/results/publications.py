"""Publications: versions of a round's decisions, each of a run, none of which is ever lost."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.roles import Principal
from api.http.problems import not_found, one_invalid, wrong_state
from api.results.kept import letters_of_run
from api.results.reading import SEE_ALL, rows_of
from api.store.tables import Publication, RoundRow, RunRow

OUT = ("published", "closed")
"""The states in which decisions are told."""


@dataclass(frozen=True)
class Version:
    """The run whose decisions are told, and the publication that tells them, if any does."""

    run: RunRow
    publication: Publication | None


def present(session: Session, round_: RoundRow) -> Publication | None:
    """Give the publication that holds now, None while the decisions are not out."""
    if round_.state not in OUT:
        return None
    query = select(Publication).where(
        Publication.round_id == round_.id, Publication.withdrawn_at.is_(None)
    )
    return session.scalar(query.order_by(Publication.number.desc()).limit(1))


def publication_for(
    session: Session, round_: RoundRow, number: int, principal: Principal
) -> Publication:
    """Find a version that somebody may see: others than the coordinator the present one."""
    if principal.role in SEE_ALL:
        found = session.get(Publication, (round_.id, number))
    else:
        found = present(session, round_)
    if found is None or found.number != number:
        raise not_found("publication")
    return found


def version_for(
    session: Session, round_: RoundRow, principal: Principal, number: int | None = None
) -> Version:
    """Give the decisions that somebody is told: those published, or else those approved.

    Raises Refused: where there is no such version (404), while there are none to tell (409).
    """
    if number is not None:
        publication: Publication | None = publication_for(session, round_, number, principal)
    else:
        publication = present(session, round_)
    run_id = publication.run_id if publication else round_.run_id
    if publication is None and principal.role not in SEE_ALL:
        raise wrong_state(
            f"Decisions are told once they are published; the round {round_.id} is in the state "
            f"{round_.state}."
        )
    if run_id is None:
        raise wrong_state(
            f"No run of the round {round_.id} is approved: take it to the state approved, with "
            "the run that holds."
        )
    return Version(session.get_one(RunRow, run_id), publication)


def next_number(session: Session, round_id: str) -> int:
    """Give the number of the next version."""
    last = session.scalar(
        select(func.max(Publication.number)).where(Publication.round_id == round_id)
    )
    return (last or 0) + 1


def check_told(session: Session, round_: RoundRow) -> None:
    """Refuse to publish what would leave an applicant without a letter."""
    if round_.state != "approved" or round_.run_id is None:
        raise wrong_state(
            f"What is approved is published; the round {round_.id} is in the state {round_.state}."
        )
    letters = letters_of_run(session, round_.run_id)
    rows = rows_of(session, round_.run_id, "decisions")
    untold = [row["proposal_id"] for row in rows if not letters.get(row["proposal_id"])]
    if untold:
        raise wrong_state(
            f"The run {round_.run_id} has no letter to the applicants of {len(untold)} proposals, "
            f"such as {untold[0]}: run it again and approve that run."
        )


def publish(
    session: Session, round_: RoundRow, run_id: str | None, reason: str | None, stamp: str
) -> Publication:
    """Publish what is approved as the next version; `run_id` is what was looked at before.

    The round is locked by the caller. Raises Refused where it is not approved, or no longer with
    that run (409), and for a further version without a reason (422).
    """
    if round_.state != "approved" or round_.run_id is None or round_.run_id != run_id:
        raise wrong_state("The round was changed meanwhile: look at the preview again.")
    number = next_number(session, round_.id)
    if number > 1 and not (reason or "").strip():
        remedy = "Say why there is a new version."
        raise one_invalid("reason", "", "is missing from a further version.", remedy)
    made = Publication(
        round_id=round_.id, number=number, run_id=round_.run_id, reason=reason or "",
        published_at=stamp, withdrawn_at=None,
    )  # fmt: skip
    session.add(made)
    round_.state = "published"
    session.flush()
    return made


def withdraw(
    session: Session, round_: RoundRow, number: int, reason: str, stamp: str
) -> Publication:
    """Withdraw the present version: the round is approved again, the version stays in the list.

    The round is locked by the caller. Raises Refused (404, 409, 422).
    """
    found = session.get(Publication, (round_.id, number))
    if found is None:
        raise not_found("publication")
    if round_.state != "published" or found.withdrawn_at is not None:
        raise wrong_state(
            f"Only the present version of a published round is withdrawn; the round {round_.id} "
            f"is in the state {round_.state}."
        )
    if not reason.strip():
        raise one_invalid("reason", "", "is blank.", "Say why it is withdrawn.")
    found.withdrawn_at = stamp
    round_.state = "approved"
    session.flush()
    return found
