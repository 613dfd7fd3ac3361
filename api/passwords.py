"""Passwords: hashed by argon2, long, and not one that would be guessed first.

The rules are those of NIST SP 800-63B: length counts, kinds of characters are not prescribed, and
a password is changed when there is a reason, not by the calendar.
"""

import unicodedata
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash

from api.problems import one_invalid

LEAST, MOST = 12, 256
FEWEST_DIFFERENT = 5
"""A password of fewer different characters is among the first that are tried."""
AT_ONCE = 2
"""Hashes computed at the same time: each takes 64 MiB and some tenths of a second."""

_hasher = PasswordHash.recommended()
_turns = BoundedSemaphore(AT_ONCE)


def hashed(password: str) -> str:
    """Give the argon2 hash of a password."""
    with _turns:
        return _hasher.hash(_normal(password))


def matches(password: str, known: str | None) -> bool:
    """Say whether a password is the one of a hash; takes as long where there is no hash."""
    with _turns:
        right = _hasher.verify(_normal(password), known or _of_nobody())
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


def _normal(password: str) -> str:
    # The same password typed on different keyboards may come as different code points.
    return unicodedata.normalize("NFKC", password)


@cache
def _of_nobody() -> str:
    return _hasher.hash("nobody has this password")
