"""Keys, people and sessions, as sent and answered."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from api.access.roles import SUBJECTS, Role
from api.http.fields import EMAIL
from api.http.listing import Page
from api.schemas.moments import Moment
from api.schemas.rows import Identifier, Sent

Label = Annotated[str, Field(min_length=1, max_length=200, examples=["The grants office"])]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254, pattern=EMAIL),
    Field(examples=["leyla@example.org"]),
]
Password = Annotated[str, Field(min_length=1, max_length=1000)]
Reason = Annotated[str, Field(min_length=1, max_length=2000, examples=["It was sent to a list."])]


class ForRole(Sent):
    """A role, and whom it speaks for where the role speaks for somebody."""

    role: Role
    subject: Identifier | None = Field(
        None, description="The donor_id for a donor, the org_id for an NGO; else none."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        named = SUBJECTS.get(self.role)
        if named is not None and self.subject is None:
            raise ValueError(f"the role {self.role} needs a subject: its {named}")
        if named is None and self.subject is not None:
            raise ValueError(f"the role {self.role} speaks for nobody: leave subject out")
        return self


class NewKey(ForRole):
    """A key to make."""

    label: Label
    expires_at: Moment | None = Field(None, examples=["2027-01-01T00:00:00Z"])


class KeptKey(BaseModel):
    """A key as it is known; the key itself is kept nowhere."""

    id: str = Field(examples=["key_0f3a9b2c4d5e6f70"])
    role: Role
    subject: str | None = None
    label: str
    user_id: str | None = Field(None, description="The person whose session it is.")
    created_at: str
    expires_at: str | None = None
    revoked_at: str | None = None
    replaced_by: str | None = Field(None, description="The key that it was rotated to.")
    valid: bool = Field(description="Whether it holds now.")


class MadeKey(KeptKey):
    """A key that was just made."""

    secret: str = Field(description="The key itself, shown this once.", examples=["mk_…"])


class KeyPage(Page):
    """Some of the keys."""

    items: list[KeptKey]


class NewUser(ForRole):
    """A person to invite."""

    email: Email


class KeptUser(BaseModel):
    """A person who logs in."""

    id: str = Field(examples=["user_0f3a9b2c4d5e6f70"])
    email: str
    role: Role
    subject: str | None = None
    has_password: bool = Field(description="Whether a password has been set.")
    created_at: str
    revoked_at: str | None = None


class Invited(KeptUser):
    """A person with the key that sets their password."""

    secret: str = Field(description="The key to hand over, shown this once.", examples=["mk_…"])
    expires_at: str = Field(description="The key holds until then.")


class UserPage(Page):
    """Some of the people."""

    items: list[KeptUser]


class Login(Sent):
    """What a person logs in with."""

    email: Email
    password: Password


class NewPassword(Sent):
    """A password to set."""

    password: Password = Field(description="At least 12 characters; several words do well.")
    current: Password | None = Field(None, description="The present one, if there is one.")


class Myself(BaseModel):
    """Who asks."""

    key_id: str
    role: Role
    subject: str | None = None
    label: str
    expires_at: str | None = None
    user_id: str | None = None
    email: str | None = None
