"""The time in UTC, as it is kept and shown."""

from collections.abc import Callable
from datetime import UTC, datetime

Now = Callable[[], datetime]


def utc_now() -> datetime:
    """Give the time."""
    return datetime.now(UTC)


def stamp(at: datetime) -> str:
    """Write a time as text that sorts as the time does, such as 2026-03-01T09:30:00.000000Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
