"""Identifiers in published data: stable, and each of one thing alone.

Those of a round hold within it. Published ones start with what tells the publisher, and name the
round, for another round may call something else by the same id. Parts stand between points; of each
part, letters a to z, digits and hyphens stay, and every other byte becomes `_` and two digits, so
that no two differ in the round and agree here (360Giving asks for such signs, IATI bars `/&|?`).
"""

import re
from dataclasses import dataclass
from string import ascii_letters, digits

_KEPT = frozenset(f"{ascii_letters}{digits}-")
_REGISTERED = re.compile(r"(?:[A-Z]{2}-[A-Z0-9]+|360G-[A-Za-z0-9_]+)-[^\s/&|?]+", re.ASCII)


@dataclass(frozen=True)
class Identifiers:
    """Identifiers of one round; `prefix` is the publisher's, None where there is none yet.

    `registered` says that donors and organisations go by ids of public registers already, a list's
    code and a number (org-id.guide): those of that form are published as they are.
    """

    round_id: str
    prefix: str | None = None
    registered: bool = False

    @property
    def start(self) -> str:
        """Give what every identifier begins with."""
        return f"{self.prefix or 'round'}-{_safe(self.round_id)}"

    def grant(self, pool_id: str, proposal_id: str) -> str:
        """Give the identifier of an award."""
        return self._of(pool_id, proposal_id)

    def work(self, proposal_id: str) -> str:
        """Give the identifier of funded work."""
        return self._of(proposal_id)

    def party(self, kind: str, identifier: str) -> str:
        """Give the identifier of a donor or an organisation: a registered one, else one built."""
        return self.known(identifier) or self._of(kind, identifier)

    def nameless(self, kind: str) -> str:
        """Give the one identifier of all whose name is withheld, lest theirs should tell it."""
        return self._of(f"{kind}-name-withheld")

    def person(self, proposal_id: str) -> str:
        """Give the identifier of a person who applied, which tells nothing of them."""
        return self._of("person", proposal_id)

    def known(self, identifier: str) -> str | None:
        """Give an identifier of a public register; None where none is known."""
        return identifier if self.registered and _REGISTERED.fullmatch(identifier) else None

    def _of(self, *parts: str) -> str:
        return ".".join([self.start, *map(_safe, parts)])


def _safe(part: str) -> str:
    return "".join(
        sign if sign in _KEPT else "".join(f"_{byte:02x}" for byte in sign.encode())
        for sign in part
    )
