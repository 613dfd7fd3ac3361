"""People who log in: invited by a coordinator, known by a password, slowed down when they guess.

Who is invited gets a key that lasts for a week and sets the password with it. A wrong password is
answered alike for everybody, whether there is such a person, the password is wrong or too many
were: so nobody learns who has an account.
"""

from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.access.keys import end_sessions, make_key, new_id
from api.access.passwords import matches
from api.access.roles import Role
from api.audit import Actor, append
from api.clock import stamp
from api.http.problems import Refused
from api.store import Store
from api.store.tables import Entry, Key, User

INVITED_FOR = timedelta(days=7)
GUESSES = 10
"""So many wrong passwords in a row, then none is taken for a while."""
REST = timedelta(minutes=15)
TOLD = 100
"""Failed logins that the audit log tells of within an hour; more would only fill it."""
PUBLIC = Actor("public", "public")
FAILED = "session.refuse"


def plain_email(email: str) -> str:
    """Give an email address as it is compared."""
    return email.strip().casefold()


def user_of(session: Session, email: str, lock: bool = False) -> User | None:
    """Find a person by the email address, also one whose access has ended."""
    query = select(User).where(User.email == plain_email(email))
    return session.scalar(query.with_for_update() if lock else query)


def add_user(session: Session, at: datetime, email: str, role: Role, subject: str | None) -> User:
    """Add a person, or one whose access has ended anew; raises Refused (409) for one who has it."""
    user = user_of(session, email, lock=True)
    if user is not None and user.revoked_at is None:
        raise Refused(
            409, "exists", "It exists", "There is somebody of this email address. Invite them "
            "anew if the password is lost.",
        )  # fmt: skip
    if user is None:
        user = User(id=new_id("user"), email=plain_email(email), created_at=stamp(at))
        session.add(user)
    user.role, user.subject = role, subject
    user.password = user.failed_at = user.revoked_at = None
    user.failures = 0
    session.flush()
    return user


def invite(session: Session, user: User, at: datetime) -> tuple[Key, str]:
    """Give a person a key to set a password with; whatever they had before holds no longer."""
    end_sessions(session, user.id, at)
    user.password = None
    role = user.role
    return make_key(session, at, role, "invitation", user.subject, at + INVITED_FOR, user.id)


def known_by_password(store: Store, now: datetime, email: str, password: str) -> User:
    """Find whoever logs in with a password, as they were just now; raises Refused (401).

    No transaction is open while the password is looked at, which takes its time.
    """
    with store.reading() as session:
        user = user_of(session, email)
        known = None if user is None or user.revoked_at is not None else user.password
        resting = user is not None and _rests(user, now)
    right = matches(password, known) and not resting
    if user is not None and right:
        return user
    note_failure(store, now, email)
    raise Refused(
        401, "no-login", "Not known",
        "Email address and password do not fit, or there were too many attempts: wait for a "
        "quarter of an hour then, or ask a coordinator to invite you anew.",
        headers={"WWW-Authenticate": "Bearer"},
    )  # fmt: skip


def _rests(user: User, now: datetime) -> bool:
    return (
        user.failures >= GUESSES
        and user.failed_at is not None
        and user.failed_at > stamp(now - REST)
    )


def note_failure(store: Store, now: datetime, email: str) -> None:
    """Count a wrong password, and tell of it in the audit log unless there were many lately."""
    with store.writing() as session:
        user = user_of(session, email, lock=True)
        if user is not None and not _rests(user, now):
            # A rest that is over begins the count again.
            over = user.failures >= GUESSES
            user.failures = 1 if over else user.failures + 1
            user.failed_at = stamp(now)
        lately = select(func.count()).where(
            Entry.action == FAILED, Entry.at > stamp(now - timedelta(hours=1))
        )
        told = session.scalar(lately) or 0
        if told < TOLD:
            # An address that nobody has may be a password in the wrong field: only its digest is
            # kept.
            digest = sha256(plain_email(email).encode()).hexdigest()[:16]
            object_ = f"email sha256 {digest}" if user is None else user.id
            last = {"further_ones": "not told for an hour"} if told == TOLD - 1 else {}
            append(session, now, PUBLIC, FAILED, object_, details=last)
