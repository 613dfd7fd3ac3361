"""The audit log, as answered."""

from typing import Any

from pydantic import BaseModel, Field

from api.http.listing import Page


class KeptEntry(BaseModel):
    """An entry of the audit log: who did what, when and why."""

    number: int
    at: str
    actor: str = Field(description="The id of a key, `command line`, or `public` without a key.")
    role: str
    action: str = Field(examples=["round.move"])
    round_id: str | None = None
    object: str
    reason: str | None = None
    details: dict[str, Any] = Field(default={})
    previous: str = Field(description="The hash of the entry before.")
    hash: str = Field(description="SHA-256 of this entry.")


class EntryPage(Page):
    """Some of the audit log."""

    items: list[KeptEntry]


class Verification(BaseModel):
    """What a check of the whole audit log came to."""

    entries: int
    end: str = Field(description="NUMBER:HASH of the last entry: note it to check against later.")
    faults: list[str] = Field(description="Every change and gap; none in an untouched log.")
