"""Who reports to IATI, which no round states, and what stands in its place until it is stated."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from matcher.domain.fields import CONTROL
from matcher.errors import WrongUsage
from matcher.wording import catalogue_of
from matcher.writing.publishing.identifiers import Identifiers
from matcher.writing.publishing.kinds import ORGANISATION_TYPES, OTHER

ENGLISH = "en"
IDENTIFIER, NAME, KIND = "publisher", "publisher-name", "publisher-type"
"""The options by which it is stated who reports."""
_IDENTIFIER = re.compile(r"[A-Za-z0-9]+-(?:(?![/&|?])[!-~])+")
_LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)


@dataclass(frozen=True)
class Publisher:
    """Who reports to IATI: its identifier there, its name, its type as a code; None if not stated.

    `language` is that of names and titles, in two letters. Raises WrongUsage where what is stated
    cannot be.
    """

    identifier: str | None = None
    name: str | None = None
    kind: str | None = None
    language: str = ENGLISH

    def __post_init__(self) -> None:
        if self.identifier is not None and not _IDENTIFIER.fullmatch(self.identifier):
            raise WrongUsage(
                f"--{IDENTIFIER}: “{self.identifier}” is no organisation identifier of IATI. It is "
                "the code of a register, a hyphen and your number there, in Latin letters, digits "
                "and signs, without spaces and / & | ?, as in XX-EXAMPLE-12345."
            )
        check_name(self.name)
        if self.kind is not None and self.kind not in ORGANISATION_TYPES:
            raise WrongUsage(
                f"--{KIND}: “{self.kind}” is no type of organisation of IATI. Use {types()}."
            )
        if not _LANGUAGE.fullmatch(self.language):
            raise WrongUsage(f"{self.language} is no language in two letters, as in en or az.")

    def stand_ins(self, ids: Identifiers) -> Mapping[str, str]:
        """Give by option what stands in a file for what is not stated: IATI takes none without."""
        unnamed = catalogue_of().say("published-no-publisher")
        stated = {IDENTIFIER: self.identifier, NAME: self.name, KIND: self.kind}
        instead = {IDENTIFIER: ids.start, NAME: unnamed, KIND: OTHER}
        return {option: instead[option] for option, value in stated.items() if value is None}


def check_name(name: str | None) -> None:
    """Raise WrongUsage where the name of who publishes is stated, and is none."""
    if name is not None and (not name.strip() or "\n" in name or CONTROL.search(name)):
        raise WrongUsage(
            f"--{NAME}: “{name}” is no name. Write it on one line, or leave the option out."
        )


def types() -> str:
    """Give the types of organisations, each code with what it says."""
    return ", ".join(f"{code} {meaning}" for code, meaning in ORGANISATION_TYPES.items())
