"""Organisations that register: what they say of themselves, as sent and answered."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.http.listing import Page
from api.schemas.rows import Text, kept_model, sent_model, shown_cells
from api.store.tables import Registered

CONTACT = "contact"
"""What stands in a profile alone: rounds do not have it."""
_ProfileColumns: Any = sent_model("organisations", "ProfileColumns", ("org_id",))
_KeptProfileColumns: Any = kept_model("organisations", "KeptProfileColumns")
Contact = Annotated[
    Text | None,
    Field(description="How the coordinator reaches you.", examples=["office@example.org"]),
]


class Profile(_ProfileColumns):  # type: ignore[misc]  # its base is made at run time
    """What an organisation says of itself; facts are those that it is asked for."""

    contact: Contact = None


class KeptProfile(_KeptProfileColumns):  # type: ignore[misc]  # its base is made at run time
    """What an organisation says of itself, as it is kept."""

    contact: Contact = None


class Registration(BaseModel):
    """An organisation that has registered, with its key."""

    organisation: KeptProfile
    key_id: str
    key: str = Field(description="Kept nowhere and shown this once: keep it safe.")


class ProfilePage(Page):
    """Some of the organisations that have registered."""

    items: list[KeptProfile]


def shown_profile(row: Registered) -> dict[str, Any]:
    """Give what an organisation says of itself as it is answered."""
    columns = {name: value for name, value in row.data.items() if name != CONTACT}
    return {
        **shown_cells("organisations", columns), CONTACT: row.data.get(CONTACT),
        "row_id": row.org_id, "version": row.version, "created_at": row.created_at,
        "updated_at": row.updated_at,
    }  # fmt: skip
