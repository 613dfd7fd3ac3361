"""Who reports to IATI, which no round states."""

import re
from dataclasses import dataclass

from matcher.errors import WrongUsage
from matcher.writing.publishing.kinds import ORGANISATION_TYPES

ENGLISH = "en"
_IDENTIFIER = re.compile(r"[A-Za-z0-9]+-[^\s/&|?]+", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2}", re.ASCII)


@dataclass(frozen=True)
class Publisher:
    """Who reports to IATI: its identifier there, its name, its type as a code.

    `language` is that of names and titles, in two letters. Raises WrongUsage where one is missing
    or cannot be.
    """

    identifier: str
    name: str
    kind: str
    language: str = ENGLISH

    @classmethod
    def stated(
        cls, identifier: str | None, name: str | None, kind: str | None, language: str | None
    ) -> "Publisher":
        """Take what was stated, of which the first three are needed."""
        given = {"--publisher": identifier, "--publisher-name": name, "--publisher-type": kind}
        missing = [option for option, value in given.items() if not (value or "").strip()]
        if identifier is None or name is None or kind is None or missing:
            raise WrongUsage(
                f"IATI asks who reports, which no round states. Add {', '.join(missing)}: your "
                "organisation identifier at IATI, your name, and what you are: "
                f"{_types()}."
            )
        return cls(identifier.strip(), name.strip(), kind.strip(), language or ENGLISH)

    def __post_init__(self) -> None:
        if not _IDENTIFIER.fullmatch(self.identifier):
            raise WrongUsage(
                f"{self.identifier} is no organisation identifier of IATI. It is the code of a "
                "register, a hyphen and your number there, without spaces and / & | ?, "
                "as in XX-EXAMPLE-12345."
            )
        if self.kind not in ORGANISATION_TYPES:
            raise WrongUsage(f"{self.kind} is no type of organisation of IATI. Use {_types()}.")
        if not _LANGUAGE.fullmatch(self.language):
            raise WrongUsage(f"{self.language} is no language in two letters, as in en or az.")


def _types() -> str:
    return ", ".join(f"{code} {meaning}" for code, meaning in ORGANISATION_TYPES.items())
