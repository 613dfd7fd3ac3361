"""Times as they are sent: with their offset from UTC, in years that can be kept."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


def _keepable(at: datetime) -> datetime:
    if not FIRST <= at < LAST:
        raise ValueError("is not between the years 1970 and 9999")
    return at


Moment = Annotated[AwareDatetime, AfterValidator(_keepable)]
"""A time with its offset, such as 2026-03-01T09:30:00Z."""
