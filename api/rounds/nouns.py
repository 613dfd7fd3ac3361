"""The nouns of a round: which table each is, what names a row of it and whose it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from matcher.domain.round import canonical

TARGETS = "targets"
NUMBERS = ("budget", "requested", "score", "amount", "annual_budget", "staff", "tier", "priority")
"""The fields that are sorted by their worth."""
ADDRESSABLE = re.compile(r"(?!\.{1,2}$)[^/]{1,255}")
"""The ids that can stand in the path of an address."""


@dataclass(frozen=True)
class Noun:
    """A table of a round as the service has it.

    `key` is the column that names a row; without one, the columns in `named_by` do together.
    `owner` is the column with whom, or what, the row belongs to. `filters` are the columns that a
    list is filtered and sorted by.
    """

    table: str
    key: str | None = None
    named_by: tuple[str, ...] = ()
    owner: str | None = None
    filters: tuple[str, ...] = ()

    def id_of(self, cells: Mapping[str, Any]) -> str:
        """Give the id of a row: its key, or a digest of the columns that name it."""
        if self.key is not None:
            return str(cells[self.key])
        naming = {name: cells[name] for name in self.named_by if cells.get(name)}
        return sha256(canonical(naming).encode()).hexdigest()[:20]

    def may_be(self, name: str, cells: Mapping[str, Any]) -> bool:
        """Say whether a row may have an id; of rows that say the same the second ends in -2."""
        own = self.id_of(cells)
        return name == own or (self.key is None and name.startswith(f"{own}-"))

    def owner_of(self, cells: Mapping[str, Any]) -> str | None:
        """Give whose a row is, None where it is nobody's."""
        found = None if self.owner is None else cells.get(self.owner)
        return None if found is None else str(found)


NOUNS: Mapping[str, Noun] = {
    noun.table: noun
    for noun in (
        Noun("donors", "donor_id", owner="donor_id", filters=("name", "kind", "country")),
        Noun("pools", "pool_id", owner="donor_id",
             filters=("name", "donor_id", "currency", "certainty", "budget")),
        Noun("organisations", "org_id", owner="org_id",
             filters=("name", "kind", "country", "registration_status", "annual_budget")),
        Noun("proposals", "proposal_id", owner="org_id",
             filters=("title", "org_id", "status", "sector", "currency", "requested", "score",
                      "tier", "submitted")),
        Noun("pairs", named_by=("pool_id", "donor_id", "proposal_id", "org_id"),
             filters=("pool_id", "donor_id", "proposal_id", "org_id", "status")),
        Noun(TARGETS, "id", filters=("pool", "strictness", "priority")),
        Noun("reviews", named_by=("proposal_id", "reviewer_id", "criterion"),
             filters=("proposal_id", "reviewer_id", "criterion")),
        Noun("partners", named_by=("proposal_id", "org_id", "role"), owner="proposal_id",
             filters=("proposal_id", "org_id", "role")),
        Noun("contributors", named_by=("pool_id", "donor_id", "amount", "currency", "earmark"),
             filters=("pool_id", "donor_id")),
        Noun("facts", named_by=("subject", "fact", "value", "valid_from", "valid_to"),
             owner="subject",
             filters=("subject", "fact")),
        Noun("commitments", "commitment_id", owner="org_id",
             filters=("org_id", "pool_id", "proposal_id")),
        Noun("regions", "code", filters=("name",)),
        Noun("sectors", "code", filters=("name",)),
    )
}  # fmt: skip
"""All nouns by their table's name."""
