"""What a bundle says of itself: its members with their hashes, and what is no file of its own."""

import re
from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from matcher.regulation.pack import Identifier
from matcher.scenarios.bundles.surroundings import Surroundings
from matcher.writing.result_folder import RECORD, RESULT_FILES

SCHEMA: Final = 1
MANIFEST, ROUND, EARLIER = "manifest.json", "round.json", "earlier/awards.csv"
RESULT, PACKS = "result/", "packs/"
RUN = RESULT + RECORD
NAMES = re.compile(
    "|".join(
        [
            *map(re.escape, (MANIFEST, ROUND, EARLIER)),
            *(re.escape(RESULT + name) for name in RESULT_FILES),
            rf"{PACKS}[A-Za-z0-9][A-Za-z0-9_.-]*\.yaml",
        ]
    )
)
"""The names that members of a bundle may have, so that none of them leads anywhere else."""

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Member(_Part):
    """A file of the bundle: its size in bytes and SHA-256 of it."""

    bytes: Annotated[int, Field(ge=0)]
    sha256: Digest


class PackMember(_Part):
    """A rule pack of the bundle; `hash` is of what it says, as run.json has it.

    One that did not judge the round only declares facts that stand in the round's columns.
    """

    id: Identifier
    hash: Digest
    judged: bool

    @property
    def name(self) -> str:
        """Give the name of its member."""
        return f"{PACKS}{self.id}.yaml"


class Manifest(_Part):
    """The manifest of a bundle.

    `earlier` says of a run that started from an earlier result whether the awards of that are
    in the bundle. `reading_warnings` are what reading the round warned of, which no other form of
    it would say in the same words. `made_by` is where the bundle was made.
    """

    bundle: Literal[1]
    round_id: str
    round_hash: Digest
    packs: list[PackMember]
    earlier: Literal["here", "lost"] | None
    reading_warnings: list[str]
    made_by: Surroundings
    members: dict[str, Member]

    def needed(self) -> Iterator[str]:
        """Give the members without which it is no bundle."""
        yield from (ROUND, RUN)
        yield from (pack.name for pack in self.packs)
        if self.earlier == "here":
            yield EARLIER
