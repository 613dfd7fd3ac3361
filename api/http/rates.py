"""How many requests are taken: for each key, for each address without one, fewer where it matters.

Counted in the memory of the process, over a sliding window: a restart begins anew, and several
processes of a service count each for itself.
"""

from dataclasses import dataclass
from math import ceil
from time import time

from limits import (
    RateLimitItem,
    RateLimitItemPerHour,
    RateLimitItemPerMinute,
)
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from api.http.problems import Refused
from api.settings import Settings


@dataclass(frozen=True)
class Spent:
    """What is left of a limit: its name, so many in so many seconds, and what of it remains."""

    name: str
    quota: int
    window: int
    left: int
    seconds: int
    """Until there is more."""

    def headers(self) -> dict[str, str]:
        """Give the header fields of draft-ietf-httpapi-ratelimit-headers."""
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.quota};w={self.window}',
            "RateLimit": f'"{self.name}";r={self.left};t={self.seconds}',
        }


class Rates:
    """The limits of a service, and who has spent how much of them."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._limits: dict[str, RateLimitItem] = {
            "key": RateLimitItemPerMinute(settings.requests_per_minute),
            "address": RateLimitItemPerMinute(settings.public_per_minute),
            "login": RateLimitItemPerMinute(settings.logins_per_minute),
            "registration": RateLimitItemPerHour(settings.registrations_per_hour),
        }

    def spend(self, name: str, holder: str) -> Spent:
        """Count a request of a holder against a limit; raises Refused (429) beyond it."""
        item = self._limits[name]
        taken = self._limiter.hit(item, name, holder)
        stats = self._limiter.get_window_stats(item, name, holder)
        spent = Spent(
            name, item.amount, item.get_expiry(), stats.remaining,
            max(1, ceil(stats.reset_time - time())),
        )  # fmt: skip
        if taken:
            return spent
        raise Refused(
            429, "too-many", "Too many requests",
            f"At most {item.amount} requests in {item.get_expiry()} seconds are taken for one "
            f"{'key' if name == 'key' else 'address'} here. Go on in {spent.seconds} seconds.",
            headers={"Retry-After": str(spent.seconds), **spent.headers()},
        )  # fmt: skip
