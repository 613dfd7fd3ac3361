"""Who may ask for what: the roles, and how a route says for which of them it is."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, get_args

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from api.http.problems import Refused, described
from api.http.queries import known_query
from api.store.tables import Role

ROLES: tuple[Role, ...] = get_args(Role)
PUBLIC = "public"
"""What a route says that takes requests without a key."""
SUBJECTS: dict[Role, str] = {"donor": "donor_id", "ngo": "org_id"}
"""The roles whose keys speak for somebody, with what names that somebody."""

bearer = HTTPBearer(
    auto_error=False, scheme_name="key", description="A key, as `Authorization: Bearer …`."
)


@dataclass(frozen=True)
class Principal:
    """Who asks: a key, its role and, for donors and NGOs, whom it speaks for."""

    key_id: str
    role: Role
    subject: str | None = None
    user_id: str | None = None

    def owns(self, owner: str | None) -> bool:
        """Say whether something of an owner is the asker's own."""
        return self.subject is not None and self.subject == owner


async def principal_of(request: Request) -> Principal:
    """Give who asks; a dependency of routes that are guarded.

    Like the other small ones it is a coroutine, which costs no thread its turn.
    """
    found: Principal = request.state.principal
    return found


def guarded(*roles: Role, statuses: tuple[int, ...] = ()) -> dict[str, Any]:
    """Give what a route declares so that only some roles may use it, all others being refused.

    `statuses` are the problems that it may answer besides the usual ones.
    """
    usual = (400, 401, 403, 404, 413, 415, 422, 429, 503)
    return {
        "dependencies": [Security(bearer), Depends(_only(roles)), Depends(known_query)],
        "openapi_extra": {"x-roles": list(roles)},
        "responses": described(*sorted({*usual, *statuses})),
    }


def public(statuses: tuple[int, ...] = ()) -> dict[str, Any]:
    """Give what a route declares that anybody may use, without a key."""
    return {
        "openapi_extra": {"x-roles": [PUBLIC]},
        "responses": described(*sorted({400, 413, 415, 422, 429, 503, *statuses})),
    }


def _only(roles: tuple[Role, ...]) -> Callable[[Request], Coroutine[Any, Any, None]]:
    async def check(request: Request) -> None:
        principal: Principal | None = getattr(request.state, "principal", None)
        if principal is None:
            raise Refused(
                401,
                "no-key",
                "A key is needed",
                "Send a valid key as `Authorization: Bearer …`.",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if principal.role not in roles:
            may = ", ".join(roles)
            raise Refused(
                403, "not-allowed", "Not allowed", f"A key of the role {principal.role} may not do "
                f"this; it is for: {may}.",
            )  # fmt: skip

    return check


__all__ = [
    "PUBLIC", "ROLES", "SUBJECTS", "Principal", "Role", "bearer", "guarded", "principal_of",
    "public",
]  # fmt: skip
