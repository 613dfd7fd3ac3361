"""Passwords: hashed by argon2, long, and not one that would be guessed first.

The rules are those of NIST SP 800-63B: length counts, kinds of characters are not prescribed, and
a password is changed when there is a reason, not by the calendar.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash

from api.http.problems import Refused, one_invalid

LEAST, MOST = 12, 256
FEWEST_DIFFERENT = 5
"""A password of fewer different characters is among the first that are tried."""
AT_ONCE = 2
"""Hashes computed at the same time: each takes 64 MiB and some tenths of a second."""
WAITING = 8
"""Requests that wait for their turn; more would keep the threads from all other requests."""

_hasher = PasswordHash.recommended()
_turns = BoundedSemaphore(AT_ONCE)
_room = BoundedSemaphore(AT_ONCE + WAITING)


def hashed(password: str) -> str:
    """Give the argon2 hash of a password."""
    with _turn():
        return _hasher.hash(_normal(password))


def matches(password: str, known: str | None) -> bool:
    """Say whether a password is the one of a hash; takes as long where there is no hash."""
    with _turn():
        nobody = _of_nobody()
        right = _hasher.verify(_normal(password), known or nobody)
    return right and known is not None


def check_password(password: str, email: str) -> None:
    """Refuse (422) a password that is short or easily guessed."""
    plain = _normal(password)
    remedy = f"Take one of at least {LEAST} characters; several words do well."
    if not LEAST <= len(plain) <= MOST:
        raise one_invalid("password", "", f"does not have {LEAST} to {MOST} characters.", remedy)
    if len(set(plain.casefold())) < FEWEST_DIFFERENT:
        raise one_invalid("password", "", "repeats a few characters.", remedy)
    if plain.casefold() in email or email in plain.casefold():
        raise one_invalid("password", "", "is the email address.", remedy)


@contextmanager
def _turn() -> Iterator[None]:
    if not _room.acquire(blocking=False):
        raise Refused(
            429, "busy", "Too many at once", "Many are logging in; try again in a few seconds.",
            headers={"Retry-After": "3"},
        )  # fmt: skip
    try:
        with _turns:
            yield
    finally:
        _room.release()


def _normal(password: str) -> str:
    # The same password typed on different keyboards may come as different code points.
    return unicodedata.normalize("NFKC", password)


@cache
def _of_nobody() -> str:
    return _hasher.hash("nobody has this password")
